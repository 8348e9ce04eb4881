"""Reading by batches: what the store and the batches do not have is handed in, wave after wave."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal

from assessor.ambient import Ambient
from assessor.engine.dispatcher import Dispatcher
from assessor.engine.post import LEAST, Post, takes_batches
from assessor.engine.run import Engine
from assessor.errors import ConfigError, JudgeError
from assessor.judges.base import Judge
from assessor.store import Store
from assessor.verdict import StopWhy


class Waves:
    """The batches of one run, and when they are handed in; a host's refusal stops the run.

    `by_file`: there is nobody to ask at once, the first answers wait as well. `wait`: for batches
    that are under way, else the run stops and the same command collects.
    """

    def __init__(
        self, post: Post, dispatcher: Dispatcher, most: Decimal | None, *, by_file: bool, wait: bool
    ) -> None:
        self.post = post
        self.by_file = by_file
        self._dispatcher = dispatcher
        self._most = most
        self._wait = wait
        self._held = 0
        self._is_done = False
        dispatcher.outbox = post.outbox

    @property
    def holds_the_first(self) -> bool:
        """Whether the first answers are still to come, and what depends on them with them."""
        return self.by_file and self.post.outbox.held > self._held

    async def collect(self) -> None:
        """Take in what has come, before anything is asked."""
        await self._guarded(self.post.collect())
        self.post.outbox.is_open = self.by_file

    async def hand_in(self) -> None:
        """Hand in what was gathered, and stop unless it is to be waited for."""
        await self._guarded(self._hand_in())

    async def go(self, read: Callable[[], Awaitable[None]], engines: Mapping[str, Engine]) -> None:
        """Read until nothing waits, or the run stops; `read` walks through all answers anew.

        So it is decided by whole blocks what is read again, as if all had been asked at once.
        """
        marks = {question: engine.mark() for question, engine in engines.items()}
        outbox = self.post.outbox
        outbox.is_open = True
        while True:
            for question, engine in engines.items():
                engine.rewind(marks[question])
            self._held = outbox.held
            await read()
            if self._dispatcher.stop_why:
                return
            if outbox.held == self._held and not outbox.gathered:
                self._is_done = True
                return
            if outbox.gathered < LEAST and not (outbox.under_way or self.by_file):
                self.post.ask_at_once()
                continue
            await self.hand_in()
            if not self._dispatcher.stop_why:
                await self._guarded(self.post.wait(lambda: self._dispatcher.stop_why))

    def close(self) -> None:
        """Let go of what is no longer needed, once nothing waits."""
        if self._is_done:
            self.post.tidy()

    async def _hand_in(self) -> None:
        progress = self._dispatcher.progress
        spent = progress.cost + progress.estimated + self.post.spent_before()
        await self.post.hand_in(spent, self._most)
        if self.post.handed.left_out:
            self._dispatcher.stop(StopWhy.COST)
        elif not self._wait:
            self._dispatcher.stop(StopWhy.BATCH)

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except JudgeError as error:
            self._dispatcher.rejection = self._dispatcher.rejection or error
            self._dispatcher.stop(error.code)
        if self._most is not None:  # What is asked at once stays within the round's limit, too.
            self._dispatcher.spent_before = self.post.spent_before()


def post_of(
    judges: Sequence[Judge | None], store: Store, ambient: Ambient, dispatcher: Dispatcher
) -> Post:
    """Return what takes care of the batches of these judges. Raises ConfigError."""
    if not all(map(takes_batches, judges)):
        raise ConfigError("this judge is asked at once or not at all; leave out --tier")
    return Post(judges, store, ambient, dispatcher.log)
