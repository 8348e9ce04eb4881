"""Open a store, with everything it can be asked and told."""

from __future__ import annotations

import secrets
from pathlib import Path
from types import TracebackType

from assessor.ambient import Ambient
from assessor.store.chain import ChainRecords
from assessor.store.codec import decode
from assessor.store.database import Database
from assessor.store.judging import AskRecord, JudgingRecords, ReplyRecord, write_judging
from assessor.store.lease import LeaseRecords
from assessor.store.place import Place, file_error, settle
from assessor.store.runs import RunRecords
from assessor.store.spill import claim, spilled


class Store(JudgingRecords, RunRecords, ChainRecords, LeaseRecords):
    """All records of one assignment, safe to use from several threads.

    `secret` is what nonces are made with, `notes` is what a person should be told at the start.
    """

    secret: bytes
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
    store = Store(Database(settled.database), settled, ambient)
    try:
        store.secret = _secret(store.database)
        store.notes = (*settled.notes, *_take_in_spill(store))
    except BaseException:
        store.close()
        raise
    return store


def _secret(database: Database) -> bytes:
    question = "SELECT value FROM meta WHERE name = 'secret'"
    if found := database.rows(question):
        return bytes(found[0][0])
    with database.write() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO meta (name, value) VALUES ('secret', ?)",
            (secrets.token_bytes(32),),
        )
    return _secret(database)


def _take_in_spill(store: Store) -> tuple[str, ...]:
    notes = []
    try:
        for path in claim(store.place):
            groups = tuple(spilled(path))
            asks = [decode(AskRecord, each) for group in groups for each in group.asks]
            replies = [decode(ReplyRecord, each) for group in groups for each in group.replies]
            write_judging(store.database, asks, replies)
            path.unlink()
            notes.append(f"{len(replies)} replies that could not be stored last time are in now")
    except OSError as error:
        raise file_error(Path(error.filename or str(store.place.folder)), error) from error
    return tuple(notes)
