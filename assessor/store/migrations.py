"""The schema, step by step: one numbered migration per change, and never an edited one.

Every sealed row carries `link` (its link in the audit chain) and `place` (its place in that group).
Values are kept as canonical JSON in `body`, without what stands in columns and, for asks, in
`terms`: what many of them have in common. Rows of before schema 4 have it all in `body` as well.
"""

from __future__ import annotations

_APPEND_ONLY = """
    CREATE TRIGGER {table}_keeps_{deed} BEFORE {deed} ON {table}
    WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'purging')
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""


def _append_only(*tables: str) -> tuple[str, ...]:
    return tuple(
        _APPEND_ONLY.format(table=table, deed=deed)
        for table in tables
        for deed in ("UPDATE", "DELETE")
    )


MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        """CREATE TABLE chain (
            link INTEGER PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL,
            content TEXT NOT NULL, previous TEXT NOT NULL, head TEXT NOT NULL)""",
        "CREATE INDEX chain_by_about ON chain (kind, about)",
        """CREATE TABLE purged (
            link INTEGER NOT NULL, place INTEGER NOT NULL, fingerprint TEXT NOT NULL,
            by INTEGER NOT NULL, PRIMARY KEY (link, place)) WITHOUT ROWID""",
        "CREATE INDEX purged_by ON purged (by)",
        """CREATE TABLE asks (
            request_key TEXT NOT NULL, attempt INTEGER NOT NULL, cell_key TEXT NOT NULL,
            answer_digest TEXT NOT NULL, body TEXT NOT NULL,
            link INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (request_key, attempt))""",
        "CREATE INDEX asks_by_cell_key ON asks (cell_key) WHERE cell_key <> ''",
        "CREATE INDEX asks_by_answer ON asks (answer_digest)",
        "CREATE INDEX asks_by_link ON asks (link)",
        """CREATE TABLE replies (
            request_key TEXT NOT NULL, attempt INTEGER NOT NULL, usable INTEGER NOT NULL,
            body TEXT NOT NULL,
            link INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (request_key, attempt))""",
        "CREATE INDEX replies_by_link ON replies (link)",
        """CREATE TABLE runs (
            id TEXT PRIMARY KEY, body TEXT NOT NULL,
            link INTEGER NOT NULL, place INTEGER NOT NULL)""",
        """CREATE TABLE outcomes (
            run TEXT NOT NULL, position INTEGER NOT NULL, answer_digest TEXT NOT NULL,
            body TEXT NOT NULL,
            link INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (run, position))""",
        "CREATE INDEX outcomes_by_answer ON outcomes (answer_digest)",
        "CREATE INDEX outcomes_by_link ON outcomes (link)",
        "CREATE TABLE rubrics (digest TEXT PRIMARY KEY, text TEXT NOT NULL)",
        """CREATE TABLE decisions (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
            about TEXT NOT NULL, body TEXT NOT NULL,
            link INTEGER NOT NULL, place INTEGER NOT NULL)""",
        "CREATE INDEX decisions_by_about ON decisions (kind, about)",
        "CREATE INDEX decisions_by_link ON decisions (link)",
        """CREATE TABLE lease (
            only INTEGER PRIMARY KEY CHECK (only = 1), run TEXT NOT NULL, holder TEXT NOT NULL,
            host TEXT NOT NULL, pid INTEGER NOT NULL, started_at TEXT NOT NULL,
            beat REAL NOT NULL)""",
        *_append_only("chain", "purged", "asks", "replies", "decisions"),
    ),
    (
        """CREATE TABLE trust (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, run TEXT NOT NULL, body TEXT NOT NULL,
            link INTEGER NOT NULL, place INTEGER NOT NULL)""",
        "CREATE INDEX trust_by_kind ON trust (kind, link)",
        *_append_only("trust"),
    ),
    (
        """CREATE TABLE batches (
            id TEXT NOT NULL, step TEXT NOT NULL, body TEXT NOT NULL,
            link INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (id, step))""",
        *_append_only("batches"),
    ),
    (
        """CREATE TABLE terms (
            id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE,
            link INTEGER NOT NULL, place INTEGER NOT NULL)""",
        # A reading that holds several cells has no key of its own, and others are found by answer.
        "DROP INDEX asks_by_cell_key",
        *_append_only("terms"),
    ),
    ("CREATE INDEX trust_by_run ON trust (kind, run)",),
)
