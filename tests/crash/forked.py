"""The real command in processes that have imported everything already: a start costs a fork."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path

_PRELOADED = ["assessor.cli", "assessor.cli.grade.command", "openai", "httpx2", "numpy", "rich"]


def start_context() -> ForkServerContext:
    """Return what starts processes that have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


class Forked:
    """A run of the command on a class, as a process of its own."""

    def __init__(
        self, context: ForkServerContext, folder: Path, arguments: tuple[str, ...]
    ) -> None:
        self._said = folder.parent / f"{folder.name}.said"
        self._process = context.Process(target=_run, args=(str(folder), self._said, arguments))
        self._process.start()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    async def communicate(self) -> bytes:
        """Wait for its end, and return what it said."""
        while self._process.exitcode is None:
            await asyncio.sleep(0.02)
        return self._said.read_bytes() if self._said.exists() else b""


def _run(folder: str, said: Path, arguments: tuple[str, ...]) -> None:
    from assessor.cli import run  # in the child

    os.chdir(folder)
    for name in [each for each in os.environ if each.startswith(("ASSESSOR", "OPENAI"))]:
        del os.environ[name]
    os.environ["XDG_DATA_HOME"] = f"{folder}/../data"
    with said.open("w", encoding="utf-8") as kept:
        sys.stdout = sys.stderr = kept
        sys.exit(run(arguments))
