"""The whole command, from typing it to its files: a class, the same class again, and a large one.

Played by `benchmarks.speed --whole` and `--memory`; each side in a process of its own.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assessor.ambient import real
from assessor.assignment.run_job import job_for
from assessor.assignment.run_manifest import manifest_of
from assessor.assignment.single_answer import make_submission
from assessor.cli import run
from assessor.config import Config, JudgeSettings
from assessor.engine.session import Bench, open_session
from assessor.judges.base import ClosedAfterUse, Identity, JudgeReply
from assessor.manifest import Command as Told
from assessor.prompt import Ask
from assessor.rubric import load_rubric
from assessor.store import open_store

ROOT = Path(__file__).parents[1]
FILES = ("grades.csv", "key_points.csv", "report.html", "run.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One `assessor grade`: seconds of wall and CPU, peak memory in MB, the store's bytes."""

    wall: float
    cpu: float
    memory: float
    store: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """A class whose judge answers at once: seconds of the run and of the run after it."""

    answers: int
    first: float
    again: float
    memory: float
    store: int


def peak_memory() -> float:
    """Return the most memory this process has held, in MB.

    Not from `getrusage` where that can be helped: it starts from what the parent process held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(
            line.split(":", 1)
            for line in status.read_text(encoding="utf-8").splitlines()
            if ":" in line
        )
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_class(folder: Path, answers: Sequence[str], rubric: str) -> None:
    """Write an answers file and its rubric."""
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["student_id", "answer"])
        rows.writerows([f"S{number}", text] for number, text in enumerate(answers))
    (folder / "speed.yaml").write_text(rubric, encoding="utf-8")


def grade(folder: Path, url: str, method: str, concurrency: int) -> Command:
    """Type `assessor grade` once, and wait for its end. Raises RuntimeError where it fails."""
    options = ["--judge", "openai", "--model", "speed", "--base-url", url, "--method", method]
    options += ["--concurrency", str(concurrency), "--yes"]
    # What makes the package known to a process that starts elsewhere.
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}  # a benchmark is a door
    command = [sys.executable, "-m", "benchmarks.whole", "grade", "answers.csv"]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [*command, "--rubric", "speed.yaml", *options],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
    )
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"exit code {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return Command(
        wall=wall,
        cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        memory=float(done.stderr.splitlines()[-1]),
        store=store_size(folder / ".assessor"),
    )


def store_size(folder: Path) -> int:
    """Return the bytes of all that a store keeps in its folder."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def twice(
    answers: Sequence[str], rubric: str, url: str, method: str, concurrency: int
) -> tuple[Command, Command]:
    """Grade a class, and grade it again; the second time must find everything in the store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_class(folder, answers, rubric)
        first = grade(folder, url, method, concurrency)
        before = _figures(folder)
        again = grade(folder, url, method, concurrency)
        if _figures(folder) != before:
            raise RuntimeError("the second run came to other figures than the first")
    return first, again


def _figures(folder: Path) -> dict[str, str]:
    """Return what the tables say, to compare two runs by."""
    graded = folder / "graded" / "answers"
    return {name: (graded / name).read_text(encoding="utf-8") for name in FILES[:2]}


class AtOnce(ClosedAfterUse):
    """A judge that says the same of every answer, without waiting: what is left is our own."""

    def __init__(self, reply: Any) -> None:
        self._reply = reply

    @property
    def identity(self) -> Identity:
        """Which judge this is."""
        return Identity(backend="scripted", model="at once")

    async def prepare(self) -> None:
        """Do nothing."""

    async def ask(self, ask: Ask) -> JudgeReply:
        """Return the one reply there is."""
        return JudgeReply(text=self._reply(ask), model="at once")


def large(answers: Sequence[str], rubric: str, reply: Any, method: str = "quick") -> Large:
    """Run a class through the engine twice, in this process, with a store on disk."""
    submissions = tuple(make_submission(f"S{n}", text) for n, text in enumerate(answers))
    config = Config(judge=JudgeSettings(method=method))  # type: ignore[arg-type]  # a literal
    job = job_for(config, {"answer": load_rubric(rubric, "speed.yaml")}, submissions)
    job = replace(job, command=Told(answers="speed.csv"))

    async def go(place: Path) -> float:
        started = time.monotonic()
        with open_store(place, real()) as opened:
            bench = Bench(judge=AtOnce(reply), strong=None, store=opened, ambient=real())
            async with open_session(job, bench) as session:
                await session.prepare()
                await session.rest()
                await session.settle()
                await session.finish(manifest_of(job, bench, session))
        return time.monotonic() - started

    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "store"
        first = asyncio.run(go(place))
        size = store_size(place)
        again = asyncio.run(go(place))
    return Large(answers=len(answers), first=first, again=again, memory=peak_memory(), store=size)


def main(arguments: Sequence[str]) -> None:
    """Play the command line, and say on the last line of stderr what memory it took."""
    code = run(arguments)
    print(f"{peak_memory():.1f}", file=sys.stderr)
    sys.exit(code)


def as_json(measured: Command | Large) -> str:
    """Return one side's figures for the process that waits for them."""
    return json.dumps({name: getattr(measured, name) for name in measured.__slots__})


if __name__ == "__main__":
    main(sys.argv[1:])
