"""Ctrl-C on the real process: once to end in order, twice to be out at once; both resume."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crash.trials import CONCURRENCY, make_class, paid_twice, start, tables
from tests.servers.openai_server import FaultServer
from tests.servers.play import truth
from tests.servers.scenario import Scenario, Strike

pytestmark = pytest.mark.slow
# A request is given more time than this before it counts as hanging; a busy machine needs less.
LONG = 60
HANGS = Scenario(strikes=(Strike(fault="hang", after=20),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    code: int | None
    seconds: float
    said: str
    again: int | None
    paid_twice: int
    same: bool


async def interrupt(place: Path, scenario: Scenario, signals: int) -> Interrupted:
    """Interrupt a run that has replies under way, then run it to its end at a good server."""
    make_class(place / "calm", 20)
    make_class(place / "class", 20)
    async with FaultServer(scenario, truth) as server:
        process = await start(place / "class", server.url)
        while len(server.chats) < 20 + CONCURRENCY:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        for _ in range(signals):
            process.send_signal(signal.SIGINT)
            await asyncio.sleep(0.5)
        out, err = await process.communicate()
        seconds = time.monotonic() - began
        requests = list(server.requests)
        port = server.port
    async with FaultServer(Scenario(), truth, port) as server:
        last = await start(place / "class", server.url)
        await last.communicate()
        requests += server.requests
        calm = await start(place / "calm", server.url)
        await calm.communicate()
        return Interrupted(
            code=process.returncode,
            seconds=seconds,
            said=(out + err).decode(),
            again=last.returncode,
            paid_twice=paid_twice(requests),
            same=tables(place / "class") == tables(place / "calm"),
        )


def test_one_interrupt_keeps_what_is_under_way(tmp_path: Path) -> None:
    """Replies that arrive within five seconds are stored, and not paid again by the next run."""
    got = asyncio.run(interrupt(tmp_path, Scenario(latency=0.4), 1))

    assert (got.code, got.again, got.same) == (130, 0, True)
    assert got.seconds < LONG
    assert got.paid_twice == 0
    assert "run the same command again" in " ".join(got.said.split())


def test_one_interrupt_waits_five_seconds_and_no_longer(tmp_path: Path) -> None:
    """Replies that never come are let go after five seconds."""
    got = asyncio.run(interrupt(tmp_path, HANGS, 1))

    assert (got.code, got.again, got.same) == (130, 0, True)
    assert 4.5 < got.seconds < LONG


def test_a_second_interrupt_is_out_at_once(tmp_path: Path) -> None:
    """Who presses twice does not wait for the replies under way."""
    got = asyncio.run(interrupt(tmp_path, HANGS, 2))

    assert (got.code, got.again, got.same) == (130, 0, True)
    assert got.seconds < LONG
    assert "nothing more was done" in got.said
    assert "Traceback" not in got.said
