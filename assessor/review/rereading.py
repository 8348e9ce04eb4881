"""A class read again beside the page: one reading at a time, how far it is, what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from assessor.assignment.run_words import money
from assessor.counting import plural
from assessor.engine.budget import Progress
from assessor.errors import AssessorError
from assessor.rubric import Rubric


class ReadsAgain(Protocol):
    """Reads the class by other rubrics, and tells in lines what came of it.

    `watch` is given how far it is, to be looked at at any time. Raises ConfigError where no judge
    is named or nobody agreed to its host.
    """

    def __call__(
        self, rubrics: Mapping[str, Rubric], watch: Callable[[Progress], None] | None = None
    ) -> Awaitable[Sequence[str]]:
        """Read; only what the store does not hold is asked."""


class Rereading:
    """Reads in the page's own loop, so that the page answers meanwhile; `done` is told at its end.

    Whatever was replied is kept: a reading that was stopped goes on where it was. `why` is what it
    was begun for, `told` what came of it.
    """

    def __init__(self, read: ReadsAgain, done: Callable[[], None]) -> None:
        self._read = read
        self._done = done
        self._task: asyncio.Task[None] | None = None
        self._progress: Progress | None = None
        self.why: tuple[str, ...] = ()
        self.told: tuple[str, ...] = ()

    @property
    def is_under_way(self) -> bool:
        """Whether a reading has begun and not ended."""
        return self._task is not None and not self._task.done()

    @property
    def words(self) -> str:
        """How far the reading is, in one line."""
        if self._progress is None:
            return "The judge is being opened."
        now = self._progress
        spent = f", ${money(now.cost)} so far" if now.cost else ""
        return (
            f"{now.answers_done} of {plural(now.answers, 'different answer')} read, "
            f"{plural(now.replied, 'reply', 'replies')}{spent}."
        )

    @property
    def share(self) -> tuple[int, int]:
        """How many answers are done, of how many."""
        now = self._progress
        return (now.answers_done, now.answers) if now is not None else (0, 0)

    def start(self, rubrics: Mapping[str, Rubric], *why: str) -> None:
        """Begin to read; one that is under way goes on alone."""
        if not self.is_under_way:
            self.why, self.told, self._progress = why, (), None
            self._task = asyncio.create_task(self._run(rubrics))

    def forget(self) -> None:
        """Tell no more of the latest reading: something else was done since."""
        if not self.is_under_way:
            self.why, self.told = (), ()

    def look_again(self, request: Request, place: str) -> Response | None:
        """Return what leads a page that asked how far it is to what came of it; None for the page.

        Only a page that showed a reading asks so, by itself and every second.
        """
        if self.is_under_way or "hx-request" not in request.headers:
            return None
        return Response(headers={"HX-Redirect": place})

    async def stop(self) -> None:
        """End a reading; what was replied is in the store."""
        if self._task is not None and self.is_under_way:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self.told = ("Stopped. What was replied is kept and not asked again.",)

    def _watch(self, progress: Progress) -> None:
        self._progress = progress

    async def _run(self, rubrics: Mapping[str, Rubric]) -> None:
        try:
            self.told = tuple(await self._read(rubrics, self._watch))
        except AssessorError as error:
            self.told = (f"Not read again: {error}",)
        finally:
            self._done()
