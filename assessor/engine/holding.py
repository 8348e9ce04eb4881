"""Hold the store while a run writes to it, and say that the run lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from assessor.ambient import Ambient
from assessor.engine.writer import Writer
from assessor.errors import StoreError
from assessor.store import Store
from assessor.verdict import StopWhy

HEARTBEAT_SECONDS = 10.0


@asynccontextmanager
async def hold_store(store: Store, ambient: Ambient, holder: str) -> AsyncIterator[Writer]:
    """Hold the store and yield what writes to it; on the way out everything is on disk."""
    store.acquire_lease(holder)
    writer = Writer(store, ambient)
    writing = asyncio.create_task(writer.run())
    beating = asyncio.create_task(_heartbeat(store, ambient, writer))
    try:
        yield writer
    except* StoreError as group:
        raise _first(group) from group
    finally:
        beating.cancel()
        writer.close()
        await writing
        store.release_lease()
    if writer.failure is not None:
        raise writer.failure


@asynccontextmanager
async def in_time(
    stop: Callable[[str], None], ambient: Ambient, seconds: float | None
) -> AsyncIterator[None]:
    """Stop the run after so many seconds, also while all it does is wait for an endpoint."""

    async def stop_then() -> None:
        if seconds is not None:
            await ambient.sleep(seconds)
            stop(StopWhy.TIME)

    stopping = asyncio.create_task(stop_then())
    try:
        yield
    finally:
        stopping.cancel()


def _first(group: BaseExceptionGroup[StoreError]) -> StoreError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, StoreError) else StoreError(str(error))


async def _heartbeat(store: Store, ambient: Ambient, writer: Writer) -> None:
    """Say every ten seconds that the run lives; where it may not go on, nothing more is asked."""
    while writer.failure is None:
        await ambient.sleep(HEARTBEAT_SECONDS)
        try:
            await asyncio.to_thread(store.heartbeat)
        except StoreError as error:
            writer.failure = writer.failure or error
