"""The socket, the address, the server's life: everything around the routes."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.types import ASGIApp

from assessor.ambient import Ambient
from assessor.errors import AssessorError, InputError
from assessor.review.app import ReviewRoutes, build_app
from assessor.review.class_routes import Tools
from assessor.review.class_state import ClassState
from assessor.review.security import Lock

# Result files follow the decisions at this distance; the decisions themselves never wait.
WRITE_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A page that is bound and not yet served; `address` carries the token."""

    socket: socket.socket
    lock: Lock
    address: str


def bind(host: str, port: int) -> Opened:
    """Bind the page to an address; port 0 takes a free one. Raises InputError with what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        # From here on a browser that comes before the server is ready waits for it.
        bound.listen(64)
    except (OSError, OverflowError) as error:
        bound.close()
        raise InputError(
            f"--host {host} --port {port}: cannot be used ({error}); name another --port, "
            "or leave both out"
        ) from error
    port = bound.getsockname()[1]
    names = {"localhost", "127.0.0.1", "::1"} if is_loopback(host) else {host.casefold()}
    lock = Lock(port=port, names=frozenset(names), any_address=not is_loopback(host))
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}{lock.root}/?token={lock.token}"
    return Opened(socket=bound, lock=lock, address=address)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def application(
    class_state: ClassState,
    opened: Opened,
    ambient: Ambient,
    write: Callable[[], None],
    tools: Tools,
) -> Starlette:
    """Return the page's application; `write` writes the result files anew, now and then."""

    async def keep_written() -> None:
        while True:
            await ambient.sleep(WRITE_SECONDS)
            if class_state.changed:
                class_state.changed = False
                try:
                    await asyncio.to_thread(write)
                except AssessorError:
                    # It is tried again, and told at the end, when all is written once more.
                    class_state.changed = True

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        writing = asyncio.create_task(keep_written())
        try:
            yield
        finally:
            writing.cancel()

    return build_app(ReviewRoutes(class_state, opened.lock, tools), life)


def _never(_: Callable[[], None]) -> None:
    """Leave the end to Ctrl-C."""


def serve(
    app: ASGIApp, opened: Opened, ends: Callable[[Callable[[], None]], None] = _never
) -> None:
    """Serve the page until Ctrl-C; `ends` is given what ends it from within."""
    import uvicorn  # noqa: PLC0415  # only this command needs it

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    ends(stop)
    with closing(opened.socket):
        server.run(sockets=[opened.socket])
