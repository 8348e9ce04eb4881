"""Kill real `assessor grade` processes at random moments, and count what is lost or paid twice.

By hand, as often as one likes: python -m tests.crash.trials --trials 1000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assessor.ambient import real
from assessor.store import open_store
from assessor.store.keys import whole
from tests.crash.forked import Forked, start_context
from tests.engine.build import RUBRIC, sentence
from tests.servers.openai_server import FaultServer, Received
from tests.servers.play import truth
from tests.servers.scenario import Scenario

ROOT = Path(__file__).parents[2]
ANSWERS = 40
CONCURRENCY = 8
LATENCY = 0.04
TABLES = ("grades.csv", "key_points.csv")
# Careful: many requests are under way at once from the start, as these trials need it.
GRADE = (
    *("grade", "answers.csv", "--rubric", "labels.yaml"),
    *("--judge", "openai", "--method", "careful", "--model", "test-model"),
)
AT_ONCE = ("--concurrency", str(CONCURRENCY))
_MAIN = "from assessor.cli import main; main()"


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of many kills; nothing may be lost or different.

    `paid_in_vain` are completions that were billed and not on disk when the process died: what
    the next lives pay for again; `most_in_vain` is that of the worst kill.
    """

    kills: int = 0
    ended: int = 0
    lost: list[str] = field(default_factory=list)
    paid_in_vain: int = 0
    most_in_vain: int = 0
    different: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """Return what is not as promised, one line each."""
        wrong = [f"acknowledged and lost: {each}" for each in self.lost]
        wrong += [f"not as without a kill: {each}" for each in self.different]
        if self.most_in_vain > CONCURRENCY:
            wrong.append(f"{self.most_in_vain} to pay twice for one kill")
        return wrong


def make_class(folder: Path, answers: int = ANSWERS) -> None:
    """Write a class and its rubric."""
    folder.mkdir(parents=True)
    (folder / "labels.yaml").write_text(RUBRIC, encoding="utf-8")
    rows = "".join(f'S{n:03},"{sentence(n)}"\n' for n in range(answers))
    (folder / "answers.csv").write_text(f"student_id,answer\n{rows}", encoding="utf-8")


async def start(folder: Path, url: str, *options: str) -> asyncio.subprocess.Process:
    """Start the real command on a class."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _MAIN, *GRADE, "--base-url", url, *AT_ONCE, *options),
        cwd=folder,
        env=environment(folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def environment(folder: Path) -> dict[str, str]:
    """No key and no setting of this machine, and a data folder of its own."""
    own = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return {**own, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(folder.parent / "data")}


async def kill_at(process: Forked, server: FaultServer, moment: float) -> bool:
    """Kill it some seconds after its first request, or (negative) after its start.

    False when it ended before.
    """
    sent = len(server.chats)
    while moment >= 0 and len(server.chats) == sent and process.returncode is None:
        await asyncio.sleep(0.005)
    await asyncio.sleep(abs(moment))
    if process.returncode is not None:
        return False
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    return True


def acknowledged(folder: Path) -> set[str]:
    """The replies that the logs of all runs say were kept."""
    kept = set()
    for path in sorted((folder / ".assessor" / "logs").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line) if line.endswith("}") else {}
            if row.get("event") == "reply":
                kept.add(f"{row['ask']}#{row['attempt']}")
    return kept


def stored(folder: Path) -> set[str]:
    """The replies that the store holds; the chain over them must be whole."""
    if not (folder / ".assessor" / "store.db").exists():
        return set()
    with open_store(folder / ".assessor", real()) as store:
        assert store.verify() == ()
        rows = store.database.rows("SELECT request_key, attempt FROM replies")
    return {f"{whole(key)[-16:]}#{attempt}" for key, attempt in rows}


def tables(folder: Path) -> Mapping[str, bytes]:
    """The files that must not depend on any kill."""
    out = folder / "graded" / "answers"
    found = {name: (out / name).read_bytes() for name in TABLES}
    manifest = json.loads((out / "run.json").read_text(encoding="utf-8"))
    del manifest["circumstances"]
    return {**found, "run.json": json.dumps(manifest, sort_keys=True).encode()}


def billed(requests: list[Received]) -> int:
    """How many completions about an answer were billed; the probe of the endpoint is none."""
    return sum(each.billed and "answer nonce" in str(each.body["messages"]) for each in requests)


def paid_twice(requests: list[Received]) -> int:
    """How many completions were billed beyond the first of the same request about an answer."""
    paid = Counter(
        str(each.body["messages"])
        for each in requests
        if each.billed and "answer nonce" in str(each.body["messages"])
    )
    return sum(count - 1 for count in paid.values())


async def run_trials(
    place: Path,
    kills: int,
    seed: int,
    per_class: int = 10,
    tell: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Kill `kills` processes, `per_class` of them over the same class, and let each class end.

    `tell` hears how it stands after each class.
    """
    chance, tally, context = random.Random(seed), Tally(), start_context()
    scenario = Scenario(latency=LATENCY)
    async with FaultServer(scenario, truth) as server:

        def grade(folder: Path) -> Forked:
            return Forked(context, folder, (*GRADE, "--base-url", server.url, *AT_ONCE))

        make_class(place / "calm")
        calm = grade(place / "calm")
        began = time.monotonic()
        said = await calm.communicate()
        assert calm.returncode == 0, said.decode()
        # Spread the kills so that a class is about done after the last of them.
        longest = 2 * (time.monotonic() - began) / per_class
        wanted = tables(place / "calm")
        number = 0
        while tally.kills < kills:
            number += 1
            folder = place / f"class{number}"
            make_class(folder)
            for _ in range(min(per_class, kills - tally.kills)):
                first, before = len(server.requests), len(stored(folder))
                process = grade(folder)
                killed = await kill_at(process, server, _moment(chance, longest))
                if not killed:
                    await process.communicate()
                    tally.ended += 1
                tally.kills += killed
                _count(tally, folder, server.requests[first:], before)
                if not killed:
                    break
            tell(tally)
            last = grade(folder)
            said = await last.communicate()
            if last.returncode != 0:
                tally.different.append(f"{folder.name}: exit {last.returncode} {said.decode()}")
                continue
            tally.lost += sorted(acknowledged(folder) - stored(folder))
            got = tables(folder)
            tally.different += [
                f"{folder.name}/{name}" for name in wanted if got[name] != wanted[name]
            ]
    return tally


def _moment(chance: random.Random, longest: float) -> float:
    """Most kills meet a run at work; some meet one that is still starting."""
    return -chance.uniform(0, 0.3) if chance.random() < 0.15 else chance.uniform(0, longest)


def _count(tally: Tally, folder: Path, requests: list[Received], before: int) -> None:
    """Take in what one life left behind; `before` is how many replies were stored at its start."""
    kept = stored(folder)
    in_vain = billed(requests) - (len(kept) - before)
    tally.paid_in_vain += in_vain
    tally.most_in_vain = max(tally.most_in_vain, in_vain)
    tally.lost += sorted(acknowledged(folder) - kept)


def _tell(tally: Tally) -> None:
    sys.stderr.write(f"{tally.kills} kills, {len(tally.lost)} lost\n")


def main() -> None:
    """Kill as often as asked and say what came of it."""
    parser = argparse.ArgumentParser(description="kill grade runs at random moments")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        tally = asyncio.run(run_trials(Path(place), options.trials, options.seed, tell=_tell))
    sys.stdout.write(
        f"{tally.kills} kills in {time.monotonic() - began:.0f} s: {len(tally.lost)} acknowledged "
        f"replies lost, {tally.paid_in_vain} to pay twice in all and at most {tally.most_in_vain} "
        f"for one kill (concurrency {CONCURRENCY}), {len(tally.different)} tables different\n"
    )
    for line in tally.faults():
        sys.stdout.write(line + "\n")
    sys.exit(bool(tally.faults()))


if __name__ == "__main__":
    main()
