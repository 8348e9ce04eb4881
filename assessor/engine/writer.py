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
# Seconds that a record waits for others. A write costs hardly more for ten than for one.
_GATHER = 0.001


class Writer:
    """Group commit: `write` returns once its records are on disk."""

    def __init__(self, store: Store, ambient: Ambient) -> None:
        self._store = store
        self._ambient = ambient
        self._took = 0.0
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue()
        self.failure: StoreError | None = None

    async def write(
        self, asks: tuple[AskRecord, ...] = (), replies: tuple[ReplyRecord, ...] = ()
    ) -> None:
        """Return when the records are durable. Raises StoreError when they could not be kept."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Waiting(asks, replies, done))
        await done

    async def run(self) -> None:
        """Write until `close` was called and everything before it is on disk."""
        while True:
            group = [await self._queue.get()]
            if group[0] is not None:
                await self._ambient.sleep(_GATHER)
            while not self._queue.empty():
                group.append(self._queue.get_nowait())
            await self._commit([each for each in group if each is not None])
            if None in group:
                return

    def close(self) -> None:
        """Let `run` end after what was handed in so far."""
        self._queue.put_nowait(None)

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
