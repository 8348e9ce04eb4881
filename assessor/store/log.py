"""A run's log: one JSON line per event; ids, digests and timings, never answers, names or keys."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from assessor.disk import open_ours
from assessor.errors import StoreError
from assessor.store.database import Records
from assessor.store.place import private_folder

LOGS = "logs"
# A code, a host, a number: what is longer is no fact of a log and might quote somebody.
_LONGEST = 120


class RunLog:
    """Writes lines while it can; a log that cannot be written stops no run.

    `path` None keeps nothing. `echo` gets each line in words as well.
    """

    def __init__(
        self,
        path: Path | None,
        clock: Callable[[], float],
        echo: Callable[[str], None] | None = None,
    ) -> None:
        self._clock = clock
        self._began = clock()
        self._echo = echo
        self._file = _open(path) if path is not None else None

    def write(self, event: str, **facts: object) -> None:
        """Write one event with its facts; seconds count from the start of the run."""
        if self._file is None and self._echo is None:
            return
        seconds = round(self._clock() - self._began, 3)
        safe = {name: _cut(value) for name, value in facts.items() if value not in (None, "")}
        if self._echo is not None:
            words = " ".join(f"{name}={value}" for name, value in safe.items())
            self._echo(f"{seconds:8.3f} {event} {words}".rstrip())
        if self._file is not None:
            line = json.dumps({"seconds": seconds, "event": event, **safe}, separators=(",", ":"))
            try:
                self._file.write(line + "\n")
            except OSError:
                self.close()

    def close(self) -> None:
        """Let go of the file; twice is fine."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError:
                return


class LogRecords(Records):
    """Where a store's runs keep their logs."""

    def open_log(self, run_id: str, echo: Callable[[str], None] | None = None) -> RunLog:
        """Return the log of a run, in `logs/` beside the database; a store in memory has none."""
        folder = self.place.folder
        path = folder / LOGS / f"{run_id}.jsonl" if folder is not None else None
        return RunLog(path, self.ambient.monotonic, echo)


def _open(path: Path) -> TextIO | None:
    try:
        private_folder(path.parent)
        # Line by line: what was said before a crash stands there after it.
        return os.fdopen(
            open_ours(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND),
            "w",
            buffering=1,
            encoding="utf-8",
        )
    except (OSError, StoreError):
        return None


def _cut(value: object) -> object:
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, Mapping):
        return {str(name): _cut(each) for name, each in value.items()}
    return value
