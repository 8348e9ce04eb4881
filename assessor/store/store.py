"""Open a store, with everything it can be asked and told."""

from __future__ import annotations

import secrets
from pathlib import Path
from types import TracebackType

from assessor.ambient import Ambient
from assessor.counting import plural
from assessor.disk import check_ours, read_ours
from assessor.errors import StoreError
from assessor.store.batches import BatchRecords
from assessor.store.chain import ChainRecords
from assessor.store.codec import decode
from assessor.store.database import Database, copy_database
from assessor.store.decisions import MIRROR
from assessor.store.judging import AskGroup, JudgingRecords, write_judging
from assessor.store.log import LogRecords
from assessor.store.merge import MergeRecords
from assessor.store.notes import NoteRecords
from assessor.store.place import Place, file_error, lines_of, settle
from assessor.store.purge import PurgeRecords
from assessor.store.spill import claim, own_line
from assessor.store.trust import TrustRecords


class Store(
    JudgingRecords,
    BatchRecords,
    MergeRecords,
    PurgeRecords,
    TrustRecords,
    ChainRecords,
    NoteRecords,
    LogRecords,
):
    """All records of one assignment, safe to use from several threads.

    `notes` is what a person should be told at the start.
    """

    notes: tuple[str, ...] = ()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; twice is fine."""
        self.database.close()


def open_store(place: Path | None, ambient: Ambient, *, data_home: Path | None = None) -> Store:
    """Open the store in the folder `place`, made when missing; None is memory.

    `data_home` stands in for the user's data folder. Raises StoreError.
    """
    settled = settle(place, data_home) if place else Place()
    _bring_along(settled)
    database = Database(settled.database, writes_ahead=settled.writes_ahead)
    store = Store(database, settled, ambient)
    try:
        store.secret = _secret(store.database)
        store.notes = (*settled.notes, *_take_in_spill(store), *_take_in_mirror(store))
    except BaseException:
        store.close()
        raise
    return store


def _bring_along(place: Place) -> None:
    """Copy a database: its folder was moved to a synced place, or is a copy of one there."""
    if not place.before or not place.database or place.database.exists():
        return
    if place.before.exists():
        try:
            check_ours(left := place.before)
            copy_database(left, place.database)
        except OSError as error:
            raise file_error(place.database, error) from error


def _secret(database: Database) -> bytes:
    question = "SELECT value FROM meta WHERE name = 'secret'"
    if found := database.rows(question):
        if not isinstance(found[0][0], bytes):
            raise StoreError(
                f"{database.where}: was edited by hand (meta); compare it with a backup"
            )
        return found[0][0]
    with database.write() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO meta (name, value) VALUES ('secret', ?)",
            (secrets.token_bytes(32),),
        )
    return _secret(database)


def _take_in_spill(store: Store) -> tuple[str, ...]:
    """Store the replies that could not be stored last time."""
    taken = torn = 0
    try:
        for path in claim(store.place):
            for line in read_ours(path).decode("utf-8", "replace").splitlines():
                try:
                    group = decode(AskGroup, own_line(line, store.secret))
                except StoreError:
                    torn += 1
                    continue
                write_judging(store.database, group.asks, group.replies)
                taken += len(group.replies)
            path.unlink()
    except OSError as error:
        raise file_error(Path(error.filename or str(store.place.folder)), error) from error
    late = "that could not be stored last time"
    notes = []
    if taken:
        notes.append(plural(taken, f"reply {late} is in now", f"replies {late} are in now"))
    if torn:
        one = "line of spill.jsonl was cut short or is not this store's, and is left out"
        more = "lines of spill.jsonl were cut short or are not this store's, and are left out"
        notes.append(plural(torn, one, more))
    return tuple(notes)


def _take_in_mirror(store: Store) -> tuple[str, ...]:
    """Restore human decisions into a database that has none, such as after it was lost."""
    path = store.place.folder and store.place.folder / MIRROR
    if not path or store.last_event():
        return ()
    lines = lines_of(path)
    if lines is None:
        return ()
    done = store.rebuild_decisions(lines)
    notes = (
        [f"{plural(done.taken, 'human decision was', 'human decisions were')} restored from {path}"]
        if done.taken
        else []
    )
    if done.unread:
        notes.append(
            f"{path}: {plural(done.unread, 'line')} could not be read; compare it with a backup"
        )
    return tuple(notes)
