"""Disks and folders that fail under a real run: told in one line, and nothing paid is lost."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.crash.trials import make_class, paid_twice, start, tables
from tests.servers.openai_server import FaultServer
from tests.servers.play import truth
from tests.servers.scenario import Scenario

pytestmark = pytest.mark.slow
ANSWERS = 30
SMALL = 250_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run at a failing disk ended, and the run after it was mended."""

    code: int | None
    said: str
    requests: int
    again: int | None
    paid_twice: int
    same: bool


@asynccontextmanager
async def served(place: Path, latency: float = 0.02) -> AsyncIterator[FaultServer]:
    """A server, a class, and its tables after a run on a good disk."""
    async with FaultServer(Scenario(latency=latency), truth) as server:
        for name in ("calm", "class"):
            make_class(place / name, ANSWERS)
        calm = await start(place / "calm", server.url)
        await calm.communicate()
        server.requests.clear()
        yield server


async def ended(place: Path, server: FaultServer, code: int | None, said: bytes) -> Ended:
    """Run again, with the disk mended, and look at both runs."""
    requests = len(server.chats)
    last = await start(place / "class", server.url)
    await last.communicate()
    return Ended(
        code=code,
        said=" ".join(said.decode().split()),
        requests=requests,
        again=last.returncode,
        paid_twice=paid_twice(server.requests),
        same=tables(place / "class") == tables(place / "calm"),
    )


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of 300 kB at `folder`, where this user may mount one; else it is skipped over."""
    folder.mkdir(parents=True)
    options = "size=300k,mode=700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def may_mount(place: Path) -> bool:
    try:
        with small_disk(place / "trial"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def test_a_full_disk_stops_the_run_and_keeps_what_was_paid(tmp_path: Path) -> None:
    """On a disk without room: exit 4, no further request; with room again nothing is paid twice."""
    if not may_mount(tmp_path):
        test_a_quota_on_files_is_a_full_disk_too(tmp_path / "quota")
        return

    async def play() -> Ended:
        async with served(tmp_path) as server:
            store = tmp_path / "class" / ".assessor"
            with small_disk(store):
                process = await start(tmp_path / "class", server.url)
                out, err = await process.communicate()
                options = ["mount", "-o", "remount,size=50m", str(store)]
                subprocess.run(options, check=True)
                return await ended(tmp_path, server, process.returncode, out + err)

    got = asyncio.run(play())

    assert (got.code, got.again, got.same) == (4, 0, True)
    assert got.requests < ANSWERS * 3
    assert got.paid_twice == 0
    assert "the disk is full; free some space" in got.said
    assert "Traceback" not in got.said


def test_a_quota_on_files_is_a_full_disk_too(tmp_path: Path) -> None:
    """A limit on the size of files ends a run in the same orderly way."""
    tmp_path.mkdir(exist_ok=True)

    async def play() -> Ended:
        async with served(tmp_path) as server:
            own = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, own[1]))
            try:
                process = await start(tmp_path / "class", server.url)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, own)
            out, err = await process.communicate()
            return await ended(tmp_path, server, process.returncode, out + err)

    got = asyncio.run(play())

    assert (got.code, got.again, got.same) == (4, 0, True)
    assert got.paid_twice == 0
    assert "Traceback" not in got.said


def test_a_locked_database_stops_the_run_and_keeps_what_was_paid(tmp_path: Path) -> None:
    """Another program that holds the database: exit 4 after ten seconds, and nothing paid twice."""

    async def play() -> Ended:
        async with served(tmp_path) as server:
            process = await start(tmp_path / "class", server.url)
            while len(server.chats) < 20:
                await asyncio.sleep(0.005)
            path = tmp_path / "class" / ".assessor" / "store.db"
            other = sqlite3.connect(path, isolation_level=None, timeout=5)
            other.execute("BEGIN IMMEDIATE")
            out, err = await process.communicate()
            other.close()
            return await ended(tmp_path, server, process.returncode, out + err)

    got = asyncio.run(play())

    assert (got.code, got.again, got.same) == (4, 0, True)
    assert got.paid_twice == 0
    assert "another program is holding it" in got.said


def test_a_second_run_at_the_same_time_is_told(tmp_path: Path) -> None:
    """Of two at once the second ends with exit 4 and sends nothing; the first is undisturbed."""

    async def play() -> tuple[int | None, int | None, str, int, bool]:
        async with served(tmp_path) as server:
            quick = server.scenario
            server.scenario = replace(quick, latency=4.0)
            first = await start(tmp_path / "class", server.url)
            while len(server.chats) < 5:
                await asyncio.sleep(0.005)
            second = await start(tmp_path / "class", server.url)
            _, err = await second.communicate()
            server.scenario = quick
            await first.communicate()
            same = tables(tmp_path / "class") == tables(tmp_path / "calm")
            twice = paid_twice(server.requests)
            return first.returncode, second.returncode, err.decode(), twice, same

    first, second, said, twice, same = asyncio.run(play())

    assert (first, second, twice, same) == (0, 4, 0, True)
    assert "in use by another grade run" in said


def test_a_read_only_folder_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    """A folder that takes no file, not even from root: exit 4, no request, and what to do."""

    async def play() -> tuple[int | None, str, int]:
        async with served(tmp_path) as server:
            process = await start(tmp_path / "class", server.url, "--store", "/proc/assessor")
            _, err = await process.communicate()
            return process.returncode, err.decode(), len(server.requests)

    code, said, requests = asyncio.run(play())

    assert (code, requests) == (4, 0)
    assert "name another folder with --store" in said
    assert len(said.strip().splitlines()) == 1
