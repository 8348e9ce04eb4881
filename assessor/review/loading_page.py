"""What a large class's page answers while the class is read: that it is, until it is there."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from assessor.review.security import Guard, Lock

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="1">
<title>Reading the class</title></head>
<body><main><h1>Reading the class</h1>
<p role="status">{count:,} answers and what was decided on them are being read.
This page goes on by itself.</p></main></body></html>
"""


class LoadingPage:
    """An application that stands before another one until `load` has made it, in a thread.

    Where `load` fails, `failure` says how, and the server is told to end as by Ctrl-C.
    """

    def __init__(self, load: Callable[[], Starlette], lock: Lock, count: int) -> None:
        self.failure: Exception | None = None
        self._load = load
        self._page = _PAGE.format(count=count)
        self._inner: Starlette | None = None
        self._waiting = Starlette(
            routes=[Route("/{anywhere:path}", self._wait)],
            middleware=[Middleware(Guard, lock=lock)],
            lifespan=self._life,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        inner = self._inner if scope["type"] != "lifespan" else None
        await (inner or self._waiting)(scope, receive, send)

    async def _wait(self, _: Request) -> Response:
        return HTMLResponse(self._page)

    @asynccontextmanager
    async def _life(self, _: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        loaded: asyncio.Future[Starlette] = loop.create_future()
        # As a daemon, so that Ctrl-C need not wait until the class is read.
        threading.Thread(target=self._read, args=(loop, loaded), daemon=True).start()
        async with AsyncExitStack() as stack:
            entering = asyncio.create_task(self._enter(stack, loaded))
            yield
            entering.cancel()

    def _read(self, loop: asyncio.AbstractEventLoop, loaded: asyncio.Future[Starlette]) -> None:
        app, failure = None, None
        try:
            app = self._load()
        except Exception as error:  # noqa: BLE001  # raised where the page was asked for
            failure = error

        def tell() -> None:
            if loaded.done():
                return
            if app is not None:
                loaded.set_result(app)
            else:
                self.failure = failure
                signal.raise_signal(signal.SIGINT)

        with suppress(RuntimeError):  # the page was ended meanwhile
            loop.call_soon_threadsafe(tell)

    async def _enter(self, stack: AsyncExitStack, loaded: asyncio.Future[Starlette]) -> None:
        app = await loaded
        await stack.enter_async_context(app.router.lifespan_context(app))
        self._inner = app
