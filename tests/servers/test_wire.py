"""What a platform sends is bounded, however it is packed, and no cookie goes back."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from assessor.errors import InputError, PlatformError
from assessor.platforms import connection as wire_room
from assessor.platforms.connection import PlatformConnection, json_of
from tests.judges.test_transport import Send, answering, bomb, endless, whole

HOSTILE = {
    "a body without an end": endless(b"x" * 65_536),
    "a bomb": whole(bomb(), "content-encoding: gzip"),
    "a bomb without an end": endless(bomb(), "content-encoding: gzip"),
    "packed twice": whole(gzip.compress(gzip.compress(b"{}")), "content-encoding: gzip, gzip"),
}


@contextmanager
def site(send: Send, heads: list[str] | None = None) -> Iterator[PlatformConnection]:
    """Serve on loopback from a thread, and yield a wire to it."""
    ready, done, found = threading.Event(), threading.Event(), list[str]()

    async def serve() -> None:
        async with answering(send, heads) as url:
            found.append(url.removesuffix("/v1"))
            ready.set()
            await asyncio.to_thread(done.wait)

    def run() -> None:
        with asyncio.Runner() as runner:
            runner.run(serve())

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    wire = PlatformConnection(site=found[0], sleep=lambda _: None)
    try:
        yield wire
    finally:
        wire.close()
        done.set()
        thread.join()


@pytest.mark.parametrize("send", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_body_ends_in_one_line(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for once: a bomb is no better the second time."""
    monkeypatch.setattr(wire_room, "_MOST_BYTES", 2_000_000)
    heads: list[str] = []
    with site(send, heads) as wire, pytest.raises(InputError, match="what it sent"):
        wire.get("/api")
    assert len(heads) == 1


def test_an_answer_that_came_unasked_is_nobodys() -> None:
    """Behind a gateway that answers twice, a student's grade would be read for the next one's."""
    number = 0

    async def twice(writer: asyncio.StreamWriter) -> None:
        nonlocal number
        number += 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n%d" % number * 2)
        await writer.drain()

    with site(twice) as wire:
        found = [json_of(wire.get("/api")) for _ in range(4)]

    assert found == [1, 2, 3, 4]


def test_an_answer_that_never_begins_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hints may come before it without an end; what was written is asked after, as ever."""
    monkeypatch.setattr(wire_room, "_LONGEST_START", 0.3)

    async def hints(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    heads: list[str] = []
    with site(hints, heads) as wire:
        for _ in range(2):
            with pytest.raises(PlatformError, match="did not answer"):
                wire.write("/api", [("grade", "1")])
    assert len(heads) == 2


def test_data_that_nests_without_end_is_no_data() -> None:
    """Nor do odd digits in a header end the program."""
    deep = whole(b"[" * 200_000, "retry-after: \u00b2", "x-rate-limit-remaining: \u00b2")
    with site(deep) as wire, pytest.raises(PlatformError):
        json_of(wire.get("/api"))


def test_no_cookie_goes_back() -> None:
    """Each request is a stranger's but for its token."""
    heads: list[str] = []
    with site(whole(b"{}", "set-cookie: who=me; Path=/"), heads) as wire:
        wire.get("/api")
        wire.get("/api")
    assert len(heads) == 2
    assert not any("cookie:" in head.lower() for head in heads)


def test_no_site_elsewhere_has_a_file_fetched_from_this_machine() -> None:
    """What listens here is nobody's to read from there."""

    def passed_on(_: httpx2.Request) -> httpx2.Response:
        nothing = httpx2.ByteStream(b"")
        return httpx2.Response(302, headers={"location": "http://127.0.0.1:1/x"}, stream=nothing)

    wire = PlatformConnection(
        site="https://lms.example", transport=httpx2.MockTransport(passed_on), sleep=lambda _: None
    )
    with pytest.raises(PlatformError, match="not followed"):
        wire.download("https://lms.example/file/1")


def test_a_site_that_looks_like_another_is_refused() -> None:
    """A person is shown it, and could not see the difference."""
    with pytest.raises(InputError, match="xn--"):
        PlatformConnection(site="https://c\u0430nvas.example.edu")


@pytest.mark.parametrize(
    "place",
    [
        "https://[",
        "https://site.example:99999/",
        "https://site.example:x/",
        "\0",
        "https://\uff43.x/",
    ],
)
def test_an_address_that_is_none_ends_in_words(place: str) -> None:
    """A site that names one for a file, or as the next page, does not end in a traceback."""
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        headers = [(b"location", place.encode())]
        return httpx2.Response(302, headers=headers, stream=httpx2.ByteStream(b""))

    wire = PlatformConnection(
        site="https://site.example",
        headers={"authorization": "Bearer token"},
        transport=httpx2.MockTransport(answer),
        sleep=lambda _: None,
    )
    with pytest.raises((PlatformError, InputError)):
        wire.download("https://site.example/file")
    with pytest.raises((PlatformError, InputError)):
        wire.get(place)

    assert asked[0] == "site.example"
