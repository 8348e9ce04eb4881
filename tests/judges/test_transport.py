"""Whatever an endpoint sends: bounded, unpacked by us, without cookies, through the set proxy."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
import pytest

from assessor.ambient import real
from assessor.assignment.judge_choice import JudgeChoice, through
from assessor.errors import ConfigError, InvalidReply, JudgeError
from assessor.judges import transport
from assessor.judges.endpoints import client_at, list_models
from assessor.judges.transport import proxy_for
from assessor.prompt import isolated_ask
from assessor.reply import parse_reply
from assessor.verdict import Pass
from tests.prompt.build import asking, rubric, submission

MODELS = json.dumps({"data": [{"id": "m"}]}).encode()

Send = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def answering(send: Send, heads: list[str] | None = None) -> AsyncIterator[str]:
    """Answer every request on loopback by `send`; keep each request's head."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if heads is not None:
                    heads.append(head.decode())
                await send(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


def whole(body: bytes, *headers: str) -> Send:
    async def send(writer: asyncio.StreamWriter) -> None:
        head = ["HTTP/1.1 200 OK", f"content-length: {len(body)}", *headers]
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return send


def endless(part: bytes, *headers: str) -> Send:
    async def send(writer: asyncio.StreamWriter) -> None:
        head = "\r\n".join(["HTTP/1.1 200 OK", "transfer-encoding: chunked", *headers])
        writer.write(head.encode() + b"\r\n\r\n")
        while True:
            writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            await writer.drain()

    return send


def bomb() -> bytes:
    """Some kilobytes that unpack to gigabytes: packed zeros, written as often as it takes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    zeros = bytes(1_000_000)
    return b"".join(packer.compress(zeros) for _ in range(60)) + packer.flush()


def listed(send: Send, heads: list[str] | None = None) -> tuple[str, ...]:
    async def scenario() -> tuple[str, ...]:
        async with answering(send, heads) as url:
            return await list_models(url, "sk-0123456789abcdef", real(), timeout=20)

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip", gzip.compress(MODELS)),
        ("deflate", zlib.compress(MODELS)),
        ("deflate", zlib.compress(MODELS)[2:-4]),
        ("identity", MODELS),
    ],
    ids=["gzip", "deflate", "bare deflate", "as it is"],
)
def test_what_was_asked_for_is_unpacked(packing: str, body: bytes) -> None:
    """As the stock client does."""
    assert listed(whole(body, f"content-encoding: {packing}")) == ("m",)


HOSTILE: dict[str, Send] = {
    "a gzip bomb": whole(bomb(), "content-encoding: gzip"),
    "a body without an end": endless(b"x" * 60_000),
    "a packed body without an end": endless(bomb()[:40_000], "content-encoding: gzip"),
    "no gzip": whole(MODELS, "content-encoding: gzip"),
    "an unasked packing": whole(MODELS, "content-encoding: br"),
    "two packings": whole(gzip.compress(gzip.compress(MODELS)), "content-encoding: gzip, gzip"),
    "a deep nest": whole(b'{"data":' + b"[" * 2_000_000),
    "many digits": whole(b'{"data": ' + b"9" * 100_000 + b"}"),
}


@pytest.mark.parametrize("send", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_body_ends_in_one_line(send: Send) -> None:
    """The host is named, and no more than the bound is held."""
    with pytest.raises(JudgeError) as caught:
        listed(send)

    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("127.0.0.1:")


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "9" * 200_000])
def test_a_reply_that_nests_without_end_is_invalid(text: str) -> None:
    """It is asked again, like any other that cannot be read."""
    of = rubric()
    ask = isolated_ask(asking(of=of), of.cells[0], Pass.NEUTRAL, submission("Some text."))

    with pytest.raises(InvalidReply):
        parse_reply(ask, of, text)


def test_an_answer_that_came_unasked_is_nobodys() -> None:
    """A gateway that answers twice would have each request after it told what the one before was.

    An answer would be graded by the reply to another one.
    """

    async def story() -> list[bytes]:
        number = 0

        async def twice(writer: asyncio.StreamWriter) -> None:
            nonlocal number
            number += 1
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n%d" % number * 2)
            await writer.drain()

        async with answering(twice) as url, client_at(url, None, 20, []) as client:
            sent = [await client.get("/models", cast_to=httpx2.Response) for _ in range(4)]
            return [each.content for each in sent]

    assert asyncio.run(story()) == [b"1", b"2", b"3", b"4"]


def test_no_cookie_is_kept() -> None:
    """Who comes back is not told by us."""
    heads: list[str] = []
    send = whole(MODELS, "set-cookie: who=you; Path=/")

    async def scenario() -> None:
        async with answering(send, heads) as url:
            from assessor.judges.endpoints import client_at

            async with client_at(url, None, 10.0, []) as client:
                import httpx2

                for _ in range(3):
                    await client.get("/models", cast_to=httpx2.Response)

    asyncio.run(scenario())
    assert len(heads) == 3
    assert not any("cookie" in head.lower() for head in heads)


def test_a_proxy_of_the_environment_is_used_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the stock client does, no_proxy included; its password is not shown."""
    heads: list[str] = []

    async def scenario() -> tuple[str, ...]:
        async with answering(whole(MODELS), heads) as url:
            proxy = url.removesuffix("/v1").replace("http://", "http://me:secret@")
            monkeypatch.setenv("http_proxy", proxy)
            said = through("http://judge.example/v1")
            assert said.startswith(" (through the proxy 127.0.0.1:")
            assert "secret" not in said
            found = await list_models("http://judge.example/v1", None, real())
            monkeypatch.setenv("no_proxy", "judge.example")
            assert through("http://judge.example/v1") == proxy_for("http://judge.example/v1") == ""
            return found

    assert asyncio.run(scenario()) == ("m",)
    assert heads[0].startswith("GET http://judge.example/v1/models ")


@pytest.mark.parametrize(
    ("excepted", "url"),
    [
        ("*.school.example", "http://judge.school.example/v1"),
        (".school.example", "http://judge.school.example/v1"),
        ("judge.example:8000", "http://judge.example:8000/v1"),
        ("10.0.0.0/8", "http://10.1.2.3:8000/v1"),
        ("127.0.0.0/8", "http://127.0.0.1:8000/v1"),
        ("[::1]", "http://[::1]:8000/v1"),
        ("http://judge.example", "http://judge.example/v1"),
        ("x, *", "http://judge.example/v1"),
    ],
)
def test_no_proxy_reads_the_answers_for_a_host_that_is_excepted(
    monkeypatch: pytest.MonkeyPatch, excepted: str, url: str
) -> None:
    """However it is written, as the stock client reads it; what is not excepted goes there."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", excepted)

    assert proxy_for(url) == through(url) == ""
    if "*" not in excepted.split():
        assert proxy_for("http://11.0.0.1/v1") == "http://127.0.0.1:9"
    monkeypatch.delenv("no_proxy")
    assert proxy_for(url) == "http://127.0.0.1:9"


def test_the_proxy_of_each_host_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """One host may be excepted from it, and the others not."""
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "a.example")
    first = JudgeChoice(backend="openai", model="m", base_url="http://a.example/v1")
    second = replace(first, strong="s", strong_url="http://b.example/v1")
    both = replace(first, replicas=("http://b.example/v1", "http://c.example/v1"))
    by = "(through the proxy proxy.example:3128)"

    assert first.readers == "a.example, model m"
    assert second.readers == f"{first.readers}, and for second looks to b.example, model s {by}"
    assert both.readers == f"a.example and b.example and c.example, model m {by}"


def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do."""
    monkeypatch.setenv("http_proxy", "gopher://127.0.0.1:9")

    with pytest.raises(ConfigError, match="no_proxy"):
        transport.bounded_pools("http://judge.example/v1", 1)
