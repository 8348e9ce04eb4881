"""Just enough HTTP/1.1 over asyncio to answer, hang, drip or break off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# How long a slow answer takes to begin.
SLOW_SECONDS = 0.2


class Manner(StrEnum):
    """How an answer is delivered."""

    WHOLE = "whole"
    HANG = "hang"
    DRIP = "drip"
    RESET = "reset"
    CUT = "cut"  # ends in the middle of the body
    LAST = "last"  # closes the connection after it
    SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    manner: Manner = Manner.WHOLE
    drip_seconds: float = 0.02


Handler = Callable[[Request], Awaitable[Answer]]


async def serve(handler: Handler, port: int = 0) -> asyncio.Server:
    """Listen on loopback; each connection answers request after request."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read(reader)) is not None:
                if not await _deliver(await handler(request), writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(connected, "127.0.0.1", port, limit=2**22)


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method=method, path=path, headers=headers, body=body)


async def _deliver(answer: Answer, writer: asyncio.StreamWriter) -> bool:
    """Send `answer` in its manner; False when the connection is over."""
    if answer.manner is Manner.HANG:
        await asyncio.sleep(3600)
    if answer.manner is Manner.RESET:
        writer.transport.abort()
        return False
    if answer.manner is Manner.SLOW:
        await asyncio.sleep(SLOW_SECONDS)
    lines = [
        f"HTTP/1.1 {answer.status} Said",
        f"content-type: {answer.content_type}",
        f"content-length: {len(answer.body)}",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
        *(["connection: close"] if answer.manner is Manner.LAST else []),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    if answer.manner is Manner.DRIP:
        for byte in answer.body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(answer.drip_seconds)
    elif answer.manner is Manner.CUT:
        writer.write(answer.body[: len(answer.body) // 2])
    else:
        writer.write(answer.body)
    await writer.drain()
    return answer.manner not in {Manner.CUT, Manner.LAST}
