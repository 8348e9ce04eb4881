"""Kill real `assessor grade --tier batch` processes where a batch is handed in and collected.

By hand, as often as one likes: python -m tests.crash.batches --kills 100
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from pathlib import Path

from tests.crash.forked import Forked, start_context
from tests.crash.trials import GRADE, make_class, paid_twice, stored, tables
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


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of many kills, by window."""

    kills: dict[str, int] = field(default_factory=dict)
    paid_twice: int = 0
    different: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def grade(context: ForkServerContext, folder: Path, url: str, tier: str) -> Forked:
    """Start the real command in a process of its own."""
    where = ("--base-url", url, "--tier", tier, *(["--wait"] if tier == "batch" else []))
    return Forked(context, folder, (*GRADE, *where))


async def kill_in(
    context: ForkServerContext, server: BatchServer, folder: Path, window: str
) -> bool:
    """Start the command and kill it in this window; False where it came to its end before."""
    call, done = WINDOWS[window]
    there = asyncio.Event()
    where = server.hold if done else server.drop
    where[call] = there
    process = grade(context, folder, server.url, "batch")
    end = asyncio.create_task(process.communicate())
    waiting = asyncio.create_task(there.wait())
    await asyncio.wait({end, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    del where[call]
    killed = process.returncode is None
    if killed:
        process.send_signal(signal.SIGKILL)
    await end
    return killed


async def run_trials(place: Path, kills: int) -> Tally:
    """Kill `kills` times in each window, and let each class end."""
    context, tally = start_context(), Tally(kills=dict.fromkeys(WINDOWS, 0))
    async with BatchServer(truth=truth) as server:
        make_class(place / "calm", ANSWERS)
        calm = grade(context, place / "calm", server.url, "standard")
        said = await calm.communicate()
        assert calm.returncode == 0, said.decode()
        wanted = tables(place / "calm")
        for number in range(kills):
            folder = place / f"class{number}"
            make_class(folder, ANSWERS)
            server.paid.clear()
            server.requests.clear()
            for window in WINDOWS:
                tally.kills[window] += await kill_in(context, server, folder, window)
            last = grade(context, folder, server.url, "batch")
            said = await last.communicate()
            if last.returncode != 0:
                tally.different.append(f"{folder.name}: exit {last.returncode} {said.decode()}")
                continue
            stored(folder)  # The chain is whole.
            got = tables(folder)
            tally.different += [f"{folder.name}/{n}" for n in wanted if got[n] != wanted[n]]
            tally.paid_twice += sum(server.paid.values()) - len(server.paid)
            tally.paid_twice += paid_twice(server.chats)
            # What one class leaves at the host lies there beside the next, and is counted once.
            tally.left += [each for each in server.files if each not in tally.left]
            tally.left += map(str, (folder / ".assessor/batches").iterdir())
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
