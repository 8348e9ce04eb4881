"""The command line as a person uses it: in a folder, with what is printed and the exit code."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from assessor.assets import folder
from assessor.cli import run
from assessor.sheet import columns_of
from tests.servers.openai_server import FaultServer, Said, Truth, by_answer
from tests.servers.scenario import Scenario

RUBRIC = "critique-of-an-ai-alignment-strategy"
SMALL_RUBRIC = """\
title: Photosynthesis
question: Why does a plant in the dark lose mass?
key_points:
  - {id: respiration, points: 2, description: respiration uses up stored sugar}
  - {id: no_light, points: 1, description: without light nothing makes up for the loss}
"""
PLANTS = {
    "S1": ("It respires and uses up sugar. Without light nothing replaces it.", 3),
    "S2": ("It respires, so sugar is used up.", 2),
    "S3": ("Plants need love.", 0),
    "S4": ("", 0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What one command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """A folder to type commands in."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Printed:
        self._capsys.readouterr()
        code = run(arguments)
        printed = self._capsys.readouterr()
        return Printed(code=code, out=printed.out, err=printed.err)

    def write(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def rows(self, name: str = "graded/answers/grades.csv") -> list[dict[str, str]]:
        return rows_of(self.home / name)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sheet_of(path: Path) -> list[dict[str, str]]:
    """The rows of a sheet to fill in, by our own names for its columns."""
    head, *rows = cells_of(path)
    return [dict(zip(columns_of(head), row, strict=True)) for row in rows]


def cells_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def csv_text(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def plants_csv() -> str:
    return csv_text(
        [["student_id", "answer"], *([name, text] for name, (text, _) in PLANTS.items())]
    )


def plants_truth() -> Truth:
    """The right verdicts on PLANTS."""
    whole, part, nothing, _ = (text for text, _ in PLANTS.values())
    return by_answer(
        {
            whole: {
                "respiration": Said(level="full", quotes=("respires and uses up sugar",)),
                "no_light": Said(level="full", quotes=("Without light nothing replaces it",)),
            },
            part: {
                "respiration": Said(level="full", quotes=("sugar is used up",)),
                "no_light": Said(),
            },
            nothing: {"respiration": Said(), "no_light": Said()},
        }
    )


def critique_truth() -> Truth:
    """The human grades of the example class as a judge's verdicts, each with a whole quote."""
    place = folder("examples") / "critique"
    grades = {row["student_id"]: row for row in rows_of(place / "human_grades.csv")}
    table: dict[str, dict[str, Said]] = {}
    for row in rows_of(place / "answers.csv"):
        graded = grades[row["student_id"]]
        table[row["answer"]] = {
            cell: _said(cell, points, row["answer"])
            for cell, points in graded.items()
            if cell not in {"student_id", "total"}
        }
    return by_answer(table)


_HALVES = {"limited_samples", "preference_ordering"}
_MISCONCEPTIONS = {"more_data_suffices", "strategy_is_sound"}


def _said(cell: str, points: str, answer: str) -> Said:
    if float(points or 0) == 0:
        return Said()
    level = "full"
    if cell in _MISCONCEPTIONS:
        level = "present"
    elif cell in _HALVES and float(points) == 1:
        level = "partial"
    return Said(level=level, quotes=(answer,))


@contextmanager
def serving(truth: Truth, scenario: Scenario | None = None) -> Iterator[FaultServer]:
    """Run the loopback server beside the command under test."""
    with beside(FaultServer(scenario or Scenario(), truth)) as server:
        yield server


Server = TypeVar("Server", bound=FaultServer)


@contextmanager
def beside(server: Server) -> Iterator[Server]:
    """Run a server beside the command under test."""
    loop = asyncio.new_event_loop()
    ready, done = threading.Event(), asyncio.Event()

    async def play() -> None:
        async with server:
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(play()), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(5)
        loop.close()


def at(server: FaultServer) -> tuple[str, ...]:
    """The options that name the server as the judge."""
    return ("--judge", "openai", "--model", "test-model", "--base-url", server.url)


def asked(server: FaultServer) -> int:
    """How many requests were about an answer; a run's one probe of the endpoint is not."""
    return sum("answer nonce" in json.dumps(each.body) for each in server.chats)
