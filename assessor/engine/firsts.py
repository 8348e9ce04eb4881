"""One request per prefix first: it fills the endpoint's cache for those that share it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Firsts:
    """Keeps the requests that share a prefix back until the first of them is done.

    Sixteen that start together would all find the cache empty and pay the full price.
    """

    def __init__(self) -> None:
        self._done: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def turn(self, prefix: str) -> AsyncIterator[None]:
        """Wait for this request's turn; whatever becomes of the first, the others follow."""
        if (done := self._done.get(prefix)) is not None:
            await done.wait()
            yield
            return
        self._done[prefix] = asyncio.Event()
        try:
            yield
        finally:
            self._done[prefix].set()
