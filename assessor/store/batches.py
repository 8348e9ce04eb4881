"""Batches: requests that were handed to a host together, and how far each batch has come.

Each step is a row of its own that is on the disk before the next one is taken, so that a run that
is killed between two steps goes on where it was. The files beside the database hold what goes out
and what came back, until it is in the database.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

from assessor.disk import check_ours, open_ours
from assessor.errors import StoreError
from assessor.store.chain import JUDGING, Seal
from assessor.store.codec import decode, encode
from assessor.store.database import Records
from assessor.store.judging import AskRecord, insert_asks
from assessor.store.place import file_error, private_folder

FOLDER = "batches"
_PLAIN = re.compile(r"\w[\w.-]*")


class Step(StrEnum):
    """How far a batch has come, in this order; `given_up` means that nothing will come of it."""

    INTENDED = "intended"
    UPLOADED = "uploaded"
    CREATED = "created"
    ENDED = "ended"
    COLLECTED = "collected"
    GIVEN_UP = "given_up"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStep:
    """One step of one batch; what an earlier step said is not said again.

    `asks` are request keys with the number of the try. `remote` is what the host calls the batch,
    `files` what it calls the files, `state` its own word for how it ended. `cost` is what the
    requests may cost in dollars, as text, "" where no price is known.
    """

    id: str
    step: Step
    at: str
    host: str = ""
    model: str = ""
    sha256: str = ""
    cost: str = ""
    asks: tuple[tuple[str, int], ...] = ()
    remote: str = ""
    files: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as its steps tell it."""

    id: str
    steps: dict[Step, BatchStep] = field(repr=False)

    @property
    def intent(self) -> BatchStep:
        """What was to be handed in."""
        return self.steps[Step.INTENDED]

    @property
    def remote(self) -> str:
        """What the host calls it; "" where it is not known to be there."""
        return self.steps[Step.CREATED].remote if Step.CREATED in self.steps else ""

    @property
    def files(self) -> tuple[str, ...]:
        """All files at the host that are known of."""
        return tuple(dict.fromkeys(f for step in self.steps.values() for f in step.files))

    @property
    def is_under_way(self) -> bool:
        """Whether replies are still to come."""
        return not {Step.COLLECTED, Step.GIVEN_UP} & self.steps.keys()

    @property
    def is_at_the_host(self) -> bool:
        """Whether something of it still lies at the host."""
        return Step.CLEARED not in self.steps and Step.UPLOADED in self.steps

    @property
    def standing(self) -> str:
        """How far it has come, in a word."""
        return list(self.steps)[-1].value


class BatchRecords(Records):
    """Batches and their files."""

    def intend_batch(self, intent: BatchStep, asks: Sequence[AskRecord]) -> None:
        """Write down what is about to be handed in, with its asks, as one transaction."""
        with self.database.write() as connection:
            seal = Seal(connection, JUDGING)
            insert_asks(self.database, seal, asks)
            seal.insert("batches", intent.id, intent.step.value, encode(intent))
            seal.close()

    def note_batch(self, step: BatchStep) -> None:
        """Write down one step; one that is there already is left alone."""
        with self.database.write() as connection:
            seal = Seal(connection, JUDGING)
            if seal.insert("batches", step.id, step.step.value, encode(step)):
                seal.close()

    def batches(self) -> tuple[Batch, ...]:
        """Return all batches, oldest first."""
        found: dict[str, dict[Step, BatchStep]] = {}
        for (body,) in self.database.rows("SELECT body FROM batches ORDER BY link, place"):
            step = decode(BatchStep, body)
            found.setdefault(step.id, {})[step.step] = step
        return tuple(
            Batch(id=name, steps=steps) for name, steps in found.items() if Step.INTENDED in steps
        )

    def batch_file(self, name: str) -> Path:
        """Return where a batch's file stands. Raises StoreError, also for a store in memory.

        A batch's name may stand in a memory that came with a folder: it leads nowhere else.
        """
        if self.place.folder is None:
            raise StoreError(
                "a batch must outlive the command that hands it in, so that it needs a store on "
                "the disk; leave out --store memory"
            )
        if not _PLAIN.fullmatch(name):
            raise StoreError(
                f"{self.database.where}: a batch is called {name!r}, which names no file of the "
                "batches' folder; nothing was read or sent; go on with a memory of your own"
            )
        private_folder(self.place.folder / FOLDER)
        return self.place.folder / FOLDER / name

    def nameless_batch_file(self) -> BinaryIO:
        """Return a file for requests that are gathered: it is gone with whoever has it open."""
        folder = self.batch_file("any").parent
        try:
            return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))
        except OSError as error:
            raise file_error(folder, error) from error

    def drop_batch_file(self, name: str) -> None:
        """Remove a batch's file, where there is one."""
        path = self.batch_file(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise file_error(path, error) from error

    def keep_batch_file(self, name: str, lines: Iterable[bytes]) -> Path:
        """Write a batch's file: it is there whole, and on the disk, or not at all."""
        path = self.batch_file(name)
        half = path.with_suffix(".half")
        try:
            half.unlink(missing_ok=True)
            with os.fdopen(open_ours(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
            check_ours(path)
            half.replace(path)
        except OSError as error:
            raise file_error(path, error) from error
        return path

    def batch_lines(self, name: str, start: int = 0) -> Iterator[bytes]:
        """Yield the lines of a batch's file from a place on; none where there is no such file."""
        path = self.batch_file(name)
        try:
            with os.fdopen(open_ours(path, os.O_RDONLY), "rb") as file:
                file.seek(start)
                yield from file
        except FileNotFoundError:
            return
        except OSError as error:
            raise file_error(path, error) from error
