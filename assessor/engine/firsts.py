"""One request per prefix first: it fills the endpoint's cache for those that share it.

And one of a kind at a time: two questions may ask the very same of the same words.
"""

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
        self._going: dict[str, asyncio.Event] = {}

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

    @asynccontextmanager
    async def only(self, key: str) -> AsyncIterator[None]:
        """Wait until the same request is not under way: its reply is then there for this one."""
        while (going := self._going.get(key)) is not None:
            await going.wait()
        self._going[key] = asyncio.Event()
        try:
            yield
        finally:
            self._going.pop(key).set()
