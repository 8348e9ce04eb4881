"""Kill real `assessor grade --tier batch` processes where a batch is handed in and collected.

By hand, as often as one likes: python -m tests.crash.batches --kills 100
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from tests.crash.trials import make_class, paid_twice, stored, tables
from tests.servers.batch_server import BatchServer
from tests.servers.play import truth

ANSWERS = 30
# Where a process is killed: in which call, and whether the host did what it was asked before.
WINDOWS = {
    "after the intent": ("POST /files", False),
    "after the upload": ("POST /files", True),
    "after the creation": ("POST /batches", True),
    "during the download": ("GET /files/ID/content", False),
    "before the deletion": ("DELETE /files/ID", False),
}
_PRELOADED = ["assessor.cli", "assessor.cli.grade.command", "openai", "httpx2", "numpy", "rich"]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of many kills, by window."""

    kills: dict[str, int] = field(default_factory=dict)
    paid_twice: int = 0
    different: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def start_context() -> ForkServerContext:
    """Return what starts processes that have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def grade(folder: str, url: str, tier: str) -> None:
    """Run the real command in a process of its own."""
    from assessor.cli import run  # in the child

    os.chdir(folder)
    for name in [each for each in os.environ if each.startswith(("ASSESSOR", "OPENAI"))]:
        del os.environ[name]
    os.environ["XDG_DATA_HOME"] = f"{folder}/../data"
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        wait = ["--wait"] if tier == "batch" else []
        command = ("grade", "answers.csv", "--rubric", "labels.yaml", "--judge", "openai")
        where = ("--model", "test-model", "--base-url", url, "--method", "careful")
        sys.exit(run([*command, *where, "--tier", tier, *wait]))


async def ended(process: ForkServerProcess) -> int | None:
    """Return the exit code of a process once it has ended."""
    while process.exitcode is None:
        await asyncio.sleep(0.02)
    return process.exitcode


async def kill_in(
    context: ForkServerContext, server: BatchServer, folder: Path, window: str
) -> bool:
    """Start the command and kill it in this window; False where it came to its end before."""
    call, done = WINDOWS[window]
    there = asyncio.Event()
    where = server.hold if done else server.drop
    where[call] = there
    process = context.Process(target=grade, args=(str(folder), server.url, "batch"))
    process.start()
    end = asyncio.create_task(ended(process))
    waiting = asyncio.create_task(there.wait())
    await asyncio.wait({end, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    del where[call]
    killed = process.exitcode is None
    if killed:
        process.kill()
    await end
    return killed


async def run_trials(place: Path, kills: int) -> Tally:
    """Kill `kills` times in each window, and let each class end."""
    context, tally = start_context(), Tally(kills=dict.fromkeys(WINDOWS, 0))
    async with BatchServer(truth=truth) as server:
        make_class(place / "calm", ANSWERS)
        calm = context.Process(target=grade, args=(str(place / "calm"), server.url, "standard"))
        calm.start()
        assert await ended(calm) == 0
        wanted = tables(place / "calm")
        for number in range(kills):
            folder = place / f"class{number}"
            make_class(folder, ANSWERS)
            server.paid.clear()
            server.requests.clear()
            for window in WINDOWS:
                tally.kills[window] += await kill_in(context, server, folder, window)
            last = context.Process(target=grade, args=(str(folder), server.url, "batch"))
            last.start()
            if (code := await ended(last)) != 0:
                tally.different.append(f"{folder.name}: exit {code}")
                continue
            stored(folder)  # The chain is whole.
            got = tables(folder)
            tally.different += [f"{folder.name}/{n}" for n in wanted if got[n] != wanted[n]]
            tally.paid_twice += sum(server.paid.values()) - len(server.paid)
            tally.paid_twice += paid_twice(server.chats)
            tally.left += [*server.files, *map(str, (folder / ".assessor/batches").iterdir())]
    return tally


def main() -> None:
    """Kill as often as asked and say what came of it."""
    parser = argparse.ArgumentParser(description="kill grade runs that hand in batches")
    parser.add_argument("--kills", type=int, default=10, help="in each window")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        tally = asyncio.run(run_trials(Path(place), options.kills))
    sys.stdout.write(
        f"{tally.kills} in {time.monotonic() - began:.0f} s: {tally.paid_twice} paid twice, "
        f"{len(tally.different)} different {tally.different[:3]}, {len(tally.left)} files left\n"
    )
    sys.exit(bool(tally.paid_twice or tally.different or tally.left))


if __name__ == "__main__":
    main()
