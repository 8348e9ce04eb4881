"""The one writer of a run: records that arrive together are committed together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assessor.ambient import Ambient
from assessor.errors import StoreBusy, StoreError
from assessor.store import AskRecord, ReplyRecord, Store


@dataclass(slots=True)
class _Waiting:
    asks: tuple[AskRecord, ...]
    replies: tuple[ReplyRecord, ...]
    done: asyncio.Future[None] = field(repr=False)


# Seconds that a write may take to be made in the event loop: to hand it to a thread and hear of
# its end takes longer. Where the disk is slower, replies come in meanwhile.
_AT_ONCE = 0.005
# Seconds that an ask waits for others. A write costs hardly more for ten than for one.
_GATHER = 0.002
# Seconds between two writes: each is a link of the chain, which the store holds for ever.
_REST = 0.002


class Writer:
    """Group commit: `write` returns once its records are on disk.

    A reply is written at once, since its place is free only then; where many waited for the same
    write, they would all ask on together, and be answered together, and wait for each other again.
    """

    def __init__(self, store: Store, ambient: Ambient) -> None:
        self._store = store
        self._ambient = ambient
        self._took = 0.0
        self._waiting: list[_Waiting] = []
        self._due = asyncio.Event()
        self._gathering: asyncio.Task[None] | None = None
        self._is_closed = False
        self.failure: StoreError | None = None

    async def write(
        self, asks: tuple[AskRecord, ...] = (), replies: tuple[ReplyRecord, ...] = ()
    ) -> None:
        """Return when the records are durable. Raises StoreError when they could not be kept."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(asks, replies, done))
        if replies:
            self._due.set()
        elif self._gathering is None:
            self._gathering = asyncio.create_task(self._gather())
        await done

    async def _gather(self) -> None:
        await self._ambient.sleep(_GATHER)
        self._gathering = None
        self._due.set()

    async def run(self) -> None:
        """Write until `close` was called and everything before it is on disk."""
        while not self._is_closed or self._waiting:
            await self._due.wait()
            self._due.clear()
            group, self._waiting = self._waiting, []
            await self._commit(group)
            await self._ambient.sleep(_REST)

    def close(self) -> None:
        """Let `run` end after what was handed in so far."""
        self._is_closed = True
        self._due.set()

    async def _commit(self, group: list[_Waiting]) -> None:
        if not group:
            return
        asks = [ask for each in group for ask in each.asks]
        replies = [reply for each in group for reply in each.replies]
        try:
            await self._record(asks, replies)
        except StoreError as error:
            self.failure = self.failure or error
            for each in group:
                if not each.done.cancelled():
                    each.done.set_exception(error)
            return
        for each in group:
            if not each.done.cancelled():
                each.done.set_result(None)

    async def _record(self, asks: list[AskRecord], replies: list[ReplyRecord]) -> None:
        if self._took < _AT_ONCE:
            try:
                self._timed(self._store.record_at_once, asks, replies)
            except StoreBusy:
                pass
            else:
                return
        await asyncio.to_thread(self._timed, self._store.record, asks, replies)

    def _timed(
        self,
        record: Callable[[Sequence[AskRecord], Sequence[ReplyRecord]], None],
        asks: Sequence[AskRecord],
        replies: Sequence[ReplyRecord],
    ) -> None:
        began = self._ambient.monotonic()
        record(asks, replies)
        self._took = self._ambient.monotonic() - began
