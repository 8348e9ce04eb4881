"""Forget a class for real: rows, pages, log and files."""

from __future__ import annotations

import sqlite3

from assessor.disk import check_folder
from assessor.errors import StoreError
from assessor.store.batches import FOLDER as BATCHES
from assessor.store.chain import ALL, COLUMNS, PURGE, PURGED_BY, Seal, fingerprint, run_links
from assessor.store.decisions import MIRROR
from assessor.store.keys import whole
from assessor.store.lease import LeaseRecords
from assessor.store.place import TEMPLATES, Place, file_error
from assessor.store.runs import RunRecords

# Answers that this run read and no other run holds.
_FORGOTTEN = """
    CREATE TEMP TABLE forgotten AS
    SELECT answer_digest FROM outcomes WHERE run = :run
    UNION SELECT answer_digest FROM asks WHERE link > :first AND link < :last
    EXCEPT SELECT answer_digest FROM outcomes WHERE run <> :run
"""
_ABOUT_FORGOTTEN = {
    "replies": "(request_key, attempt) IN (SELECT request_key, attempt FROM asks "
    "WHERE answer_digest IN (SELECT answer_digest FROM forgotten))",
    "asks": "answer_digest IN (SELECT answer_digest FROM forgotten)",
}


class PurgeRecords(RunRecords, LeaseRecords):
    """The one way in which anything leaves a store."""

    def purge(self, run_id: str | None = None) -> None:
        """Forget what a run read, or everything.

        A run takes with it its settings, its outcomes and all that was asked about answers that no
        other run holds; human decisions and audits stay. None forgets those too, with their mirror.
        Raises StoreError while a `grade` run has the store.
        """
        if run_id is not None:
            self.run(run_id)
        self.acquire_lease("purge")
        try:
            if run_id is None:
                _remove_files(self.place)
            with self.database.write() as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO meta (name, value) VALUES ('purging', '')"
                )
                if run_id is None:
                    _forget_all(connection)
                else:
                    _forget_run(connection, run_id, *run_links(self.database, run_id))
                connection.execute("DELETE FROM meta WHERE name = 'purging'")
        finally:
            self.release_lease()
        # Without these two the text would live on in free pages and in the log.
        self.database.execute("VACUUM")
        ((held_up, *_),) = self.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if held_up:
            raise StoreError(
                f"{self.database.where}: is forgotten, and lies on the disk still, as another "
                "program is reading it (a review page?); end that one and run the same again"
            )


def _forget_run(connection: sqlite3.Connection, run_id: str, first: int, last: int) -> None:
    seal = Seal(connection, PURGE, run_id)
    connection.execute("DROP TABLE IF EXISTS temp.forgotten")
    connection.execute(_FORGOTTEN, {"run": run_id, "first": first, "last": last})
    for table, where in _ABOUT_FORGOTTEN.items():
        _retire(connection, table, where, seal.link)
    connection.execute("DELETE FROM outcomes WHERE run = ?", (run_id,))
    connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
    # Not the audits: what one has spent of the doubt that a class has is spent, and whose sheet was
    # given out stands as it was drawn.
    forgotten = (
        "kind NOT IN ('audit', 'note') AND run NOT IN (SELECT id FROM runs) AND NOT "
        "(kind = 'handed_out' AND coalesce(json_extract(body, '$.audit'), '') <> '')"
    )
    _retire(connection, "trust", forgotten, seal.link)
    _retire(connection, "trust", f"id IN ({_notes_about_forgotten(connection)})", seal.link)
    for (mark,) in connection.execute(PURGED_BY, (seal.link,)):
        seal.add(mark)
    seal.close()


def _notes_about_forgotten(connection: sqlite3.Connection) -> str:
    """Return a query for the notes whose name holds a forgotten answer's digest."""
    gone = {whole(each) for (each,) in connection.execute("SELECT answer_digest FROM forgotten")}
    notes = connection.execute("SELECT id, run FROM trust WHERE kind = 'note'")
    connection.execute("DROP TABLE IF EXISTS temp.forgotten_notes")
    connection.execute("CREATE TEMP TABLE forgotten_notes (id TEXT)")
    named = [(note,) for note, name in notes.fetchall() if gone.intersection(name.split())]
    connection.executemany("INSERT INTO forgotten_notes VALUES (?)", named)
    return "SELECT id FROM forgotten_notes"


def _retire(connection: sqlite3.Connection, table: str, where: str, link: int) -> None:
    """Delete rows and leave their fingerprints, so that the rest of their groups still verifies."""
    for own, place, *values in connection.execute(
        f"SELECT link, place, {COLUMNS[table]} FROM {table} WHERE {where}"  # noqa: S608 - names of ours
    ):
        connection.execute(
            "INSERT INTO purged (link, place, fingerprint, by) VALUES (?, ?, ?, ?)",
            (own, place, fingerprint(table, tuple(values)), link),
        )
    connection.execute(f"DELETE FROM {table} WHERE {where}")  # noqa: S608 - names of ours


def _forget_all(connection: sqlite3.Connection) -> None:
    seal = Seal(connection, PURGE, ALL)
    for table in (*COLUMNS, "rubrics", "purged", "chain"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
    # Where versions before kept notes, some with words about an answer.
    connection.execute("DELETE FROM meta WHERE name LIKE 'note:%'")
    seal.close()


def _remove_files(place: Place) -> None:
    """Remove the mirror, any spill and the files of batches, before the rows.

    A mirror that is left would restore them. Raises StoreError, with all still there, where one of
    our folders is a link: what is behind it are no files of ours.
    """
    ours = [folder for folder in (place.folder, place.fallback) if folder is not None]
    for each in [folder / name for folder in ours for name in (BATCHES, TEMPLATES)]:
        try:
            check_folder(each)
        except OSError as error:
            raise file_error(each, error) from error
    for folder in ours:
        for path in (
            folder / MIRROR,
            *folder.glob("spill*.jsonl"),
            *folder.glob(f"{BATCHES}/*"),
            # Platforms' own files that were put on the review page name every student.
            *folder.glob(f"{TEMPLATES}/*"),
        ):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise file_error(path, error) from error
