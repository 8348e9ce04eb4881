"""The audit chain: each group of rows is linked to the group before it, so that edits show.

It finds rows that were edited, deleted, added or swapped by someone who does not rebuild it. Who
rebuilds it whole is found by the head that was printed elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator

from assessor.counting import plural
from assessor.digest import canonical_json, digest, once
from assessor.store.database import SCHEMA, Database, Records, made_schema
from assessor.store.keys import whole

JUDGING, RUN, OUTCOMES, DECISION, PURGE = "judging", "run", "outcomes", "decision", "purge"
TRUST = "trust"
ALL = "all"
ENDLESS = 2**62
# Rows that are gone through at a time.
_PAGE = 500

# What a row of each sealed table says; the order of the columns is part of its fingerprint.
COLUMNS = {
    "asks": "request_key, attempt, cell_key, answer_digest, body",
    "replies": "request_key, attempt, usable, body",
    "runs": "id, body",
    "outcomes": "run, position, answer_digest, body",
    "decisions": "id, kind, about, body",
    "trust": "id, kind, run, body",
    "batches": "id, step, body",
    "terms": "id, body",
}
_TABLES = {
    JUDGING: ("asks", "replies", "batches", "terms"),
    RUN: ("runs",),
    OUTCOMES: ("outcomes",),
    DECISION: ("decisions",),
    TRUST: ("trust",),
}
PURGED_BY = "SELECT fingerprint FROM purged WHERE by = ? ORDER BY link, place"
# Written anew under the same name: only the newest link still has its rows.
_REPLACED = frozenset({RUN, OUTCOMES})


class Seal:
    """One group of rows on its way into the chain, within one transaction."""

    def __init__(self, connection: sqlite3.Connection, kind: str, about: str = "") -> None:
        ((last, self.previous),) = connection.execute(
            "SELECT coalesce(max(link), 0), coalesce(max(head), '') FROM "
            "(SELECT link, head FROM chain ORDER BY link DESC LIMIT 1)"
        )
        self.connection = connection
        self.kind = kind
        self.about = about
        self.link = int(last) + 1
        self.places = 0
        self._content = hashlib.sha256()

    def insert(self, table: str, *values: object) -> bool:
        """Insert a sealed row; return whether it was new (its key was not there yet)."""
        marks = ", ".join("?" * (len(values) + 2))
        cursor = self.connection.execute(
            f"INSERT OR IGNORE INTO {table} ({COLUMNS[table]}, link, place) VALUES ({marks})",  # noqa: S608 - a name of ours
            (*values, self.link, self.places),
        )
        if cursor.rowcount:
            self.add(fingerprint(table, values))
        return bool(cursor.rowcount)

    def add(self, mark: str) -> None:
        """Take in the fingerprint of the next row."""
        self._content.update(mark.encode())
        self.places += 1

    def close(self) -> None:
        """Write the link, also for a group without rows."""
        content = self._content.hexdigest()
        head = _head(self.link, self.kind, self.about, content, self.previous)
        self.connection.execute(
            "INSERT INTO chain (link, kind, about, content, previous, head) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (self.link, self.kind, self.about, content, self.previous, head),
        )


def fingerprint(table: str, values: tuple[object, ...]) -> str:
    """Return the fingerprint of one sealed row."""
    return hashlib.sha256(canonical_json([table, *values]).encode()).hexdigest()


class ChainRecords(Records):
    """The chain as it can be asked."""

    def head(self) -> str:
        """Return the newest link's fingerprint, "" for an empty store."""
        rows = self.database.rows("SELECT head FROM chain ORDER BY link DESC LIMIT 1")
        return rows[0][0] if rows else ""

    def verify(self) -> tuple[str, ...]:
        """Return one line per thing that is not as it was written; none is good."""
        # What is no text has no fingerprint, so that nothing else can be asked of such rows.
        if odd := tuple(self._other_kinds()):
            return odd
        return (
            *self._broken_links(),
            *self._strays(),
            *self._out_of_turn(),
            *self._false_purges(),
            *self._changed_rubrics(),
            *self._changed_schema(),
            *self._open_guards(),
            *self._other_keys(),
            *self._damage(),
        )

    def knows_head(self, head: str) -> bool:
        """Return whether a head that was printed earlier is that of a link of this chain."""
        return bool(self.database.rows("SELECT 1 FROM chain WHERE head = ?", (head,)))

    def since(self, head: str) -> dict[str, int]:
        """Return how many links of each kind were added after a head that was printed earlier."""
        return dict(
            self.database.rows(
                "SELECT kind, count(*) FROM chain WHERE link > "
                "(SELECT link FROM chain WHERE head = ?) GROUP BY kind ORDER BY kind",
                (head,),
            )
        )

    def outcomes_hold(self, run_id: str) -> bool:
        """Return whether a run's outcomes are, row by row, as they were sealed."""
        sealed = self.database.rows(
            "SELECT link, kind, about, content, previous, head FROM chain "
            "WHERE kind = ? AND about = ? ORDER BY link DESC LIMIT 1",
            (OUTCOMES, run_id),
        )
        if not sealed or sealed[0][5] != _head(*sealed[0][:5]):
            return False
        content, position = hashlib.sha256(), -1
        while page := self.database.rows(
            f"SELECT link, place, {COLUMNS['outcomes']} FROM outcomes "  # noqa: S608 - names of ours
            "WHERE run = ? AND position > ? ORDER BY position LIMIT ?",
            (run_id, position, _PAGE),
        ):
            for link, place, *values in page:
                if (link, place, values[1]) != (sealed[0][0], position + 1, position + 1):
                    return False
                content.update(fingerprint("outcomes", tuple(values)).encode())
                position += 1
        return content.hexdigest() == str(sealed[0][3])

    def has_forgotten(self) -> bool:
        """Return whether a run, or everything, was forgotten here."""
        return bool(self.database.rows("SELECT 1 FROM chain WHERE kind = ? LIMIT 1", (PURGE,)))

    def _other_kinds(self) -> Iterator[str]:
        """Yield tables in which a text or a number was replaced by a value of another kind."""
        for table in (*COLUMNS, "chain", "purged", "rubrics"):
            columns = self.database.rows(f"PRAGMA table_info({table})")
            # Columns beyond ours are for the schema's check to tell.
            wrong = " OR ".join(
                "typeof(\"{}\") <> '{}'".format(name.replace('"', '""'), kind.lower())
                for _, name, kind, *_ in columns
                if kind in {"TEXT", "INTEGER"}
            )
            ((count,),) = self.database.rows(
                f"SELECT count(*) FROM {table} WHERE {wrong or 'false'}"  # noqa: S608 - names of ours
            )
            if count:
                yield (
                    f"{table}: {plural(count, 'row was', 'rows were')} edited: a value "
                    "there is of another kind"
                )

    def _open_guards(self) -> Iterator[str]:
        """Yield where a purge was begun by hand: while it lasts, rows can be changed unhindered."""
        if self.database.rows("SELECT 1 FROM meta WHERE name = 'purging'"):
            yield "meta: says that a purge is under way, which lets rows be edited; none is"

    def _other_keys(self) -> Iterator[str]:
        """Yield where keys stand in the other form than the store says: none would be found."""
        # A short one sorts before all whole ones, so that these two show a mixture, too.
        ((first, last),) = self.database.rows(
            "SELECT coalesce(min(request_key), ''), coalesce(max(request_key), '') FROM asks"
        )
        if any(self.database.stored(whole(key)) != key for key in (first, last)):
            yield (
                "meta: says of the keys of what was asked that they are written otherwise "
                "(short_keys): none would be found, and all be asked and paid for again"
            )

    def _broken_links(self) -> Iterator[str]:
        newest = {
            (kind, about): link
            for kind, about, link in self.database.rows(
                "SELECT kind, about, max(link) FROM chain GROUP BY kind, about"
            )
        }
        expected, before = 0, ""
        for link, kind, about, content, previous, head in self.database.rows(
            "SELECT link, kind, about, content, previous, head FROM chain ORDER BY link"
        ):
            if not expected and (kind, about) == (PURGE, ALL):
                expected, before = link - 1, previous
            if link != expected + 1 or previous != before:
                yield f"link {link} ({kind}): the link before it is missing or was changed"
            if head != _head(link, kind, about, content, previous):
                yield f"link {link} ({kind}): the link itself was changed"
            replaced = kind in _REPLACED and (
                newest[kind, about] != link or (PURGE, about) in newest
            )
            if not replaced and content != self._content_of(link, kind):
                yield f"link {link} ({kind} {about}): a row was edited, added, removed or swapped"
            expected, before = link, head

    def _content_of(self, link: int, kind: str) -> str:
        """Return what the rows of a link amount to; purged ones left their fingerprints."""
        content = hashlib.sha256()
        if kind == PURGE:
            for (mark,) in self.database.rows(PURGED_BY, (link,)):
                content.update(mark.encode())
            return content.hexdigest()
        marks = self.database.rows("SELECT place, fingerprint FROM purged WHERE link = ?", (link,))
        for table in _TABLES.get(kind, ()):
            for place, *values in self.database.rows(
                f"SELECT place, {COLUMNS[table]} FROM {table} WHERE link = ?",  # noqa: S608 - a name of ours
                (link,),
            ):
                marks.append((place, fingerprint(table, tuple(values))))
        # The places of a group count from nought without a gap: a row may not move either.
        if sorted(place for place, _ in marks) != list(range(len(marks))):
            return ""
        for _, mark in sorted(marks):
            content.update(mark.encode())
        return content.hexdigest()

    def _strays(self) -> Iterator[str]:
        for kind, tables in _TABLES.items():
            for table in tables:
                ((count,),) = self.database.rows(
                    f"SELECT count(*) FROM {table} WHERE link NOT IN "  # noqa: S608 - a name of ours
                    "(SELECT link FROM chain WHERE kind = ?)",
                    (kind,),
                )
                if count:
                    yield (
                        f"{table}: {plural(count, 'row belongs', 'rows belong')} to no link "
                        "of the chain"
                    )

    def _out_of_turn(self) -> Iterator[str]:
        """Yield rows that stand where no check of their link's content would look for them."""
        for kind, table, about in ((RUN, "runs", "id"), (OUTCOMES, "outcomes", "run")):
            for (name,) in self.database.rows(
                f"SELECT DISTINCT {about} FROM {table} AS own WHERE link <> (SELECT "  # noqa: S608 - names of ours
                f"coalesce(max(link), -1) FROM chain WHERE kind = ? AND about = own.{about})",
                (kind,),
            ):
                yield f"{table}: rows of run {name} were added to an older link of the chain"
        made = self.database.rows("SELECT id, seq FROM decisions ORDER BY link, place")
        for place, (said, seq) in enumerate(made, start=1):
            if seq != place:
                yield (
                    f"decisions: were renumbered: {said!r} was made as number {place} and stands "
                    f"there as {seq}"
                )
                return

    def _false_purges(self) -> Iterator[str]:
        """Yield what is passed off as forgotten: a purge forgets runs, and never a decision."""
        for link, kind, by in self.database.rows(
            "SELECT purged.link, coalesce(own.kind, 'no link'), purged.by FROM purged "
            "LEFT JOIN chain AS own ON own.link = purged.link "
            "LEFT JOIN chain AS purge ON purge.link = purged.by AND purge.kind = ? "
            "WHERE purge.link IS NULL OR coalesce(own.kind, '') NOT IN (?, ?)",
            (PURGE, JUDGING, TRUST),
        ):
            yield f"purged: a row of link {link} ({kind}) is passed off as forgotten by link {by}"
        for (name,) in self.database.rows(
            "SELECT about FROM chain WHERE kind = ? AND about IN "
            "(SELECT id FROM runs UNION SELECT run FROM outcomes)",
            (PURGE,),
        ):
            yield f"purged: run {name} is said to be forgotten, and is there"

    def _changed_rubrics(self) -> Iterator[str]:
        for name, text in self.database.rows("SELECT digest, text FROM rubrics"):
            try:
                found = digest("rubric", json.loads(text, object_pairs_hook=once))
            except ValueError:
                found = ""
            if found != name:
                yield f"rubrics: the text kept as {name} was changed: grades would be other ones"

    def _changed_schema(self) -> Iterator[str]:
        """Yield tables, triggers and views that are not as this version makes them."""
        # Whatever it is called: a name that looks like one of SQLite's own hides nothing.
        there = set(self.database.rows(SCHEMA))
        for kind, name in sorted({(kind, name) for kind, name, _ in made_schema() ^ there}):
            yield f"{kind} {name} of the database is not as it was made"

    def _damage(self) -> Iterator[str]:
        for (line,) in self.database.rows("PRAGMA integrity_check(5)"):
            if line != "ok":
                yield f"{self.database.where}: {line}"


def run_links(database: Database, run_id: str) -> tuple[int, int]:
    """Return where in the chain a run starts and where the next one does: order without a clock."""
    starts = database.rows(
        "SELECT about, min(link) FROM chain WHERE kind = ? GROUP BY about ORDER BY 2", (RUN,)
    )
    following = [link for _, link in starts[1:]]
    for (about, link), end in zip(starts, [*following, ENDLESS], strict=False):
        if about == run_id:
            return link, end
    return ENDLESS, ENDLESS


def _head(link: int, kind: str, about: str, content: str, previous: str) -> str:
    return digest("chain", [link, kind, about, content, previous])
