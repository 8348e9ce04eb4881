"""Any sequence of commands that write: no decision lost or made up, no other class changed."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.shell import Shell, rows_of
from tests.keeping.build import ANSWERS, decisions, grading, set_up, snapshot

STEPS = 9
SEEDS = 4
Points = dict[str, str]


@dataclass
class Told:
    """A class in its folder, and what a person said there so far: student → total."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict)
    words: int = 0


class World:
    """Two classes and their copies; each step is a command typed in one of them."""

    def __init__(self, shell: Shell, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        self.shell = shell
        self.chance = random.Random(seed)
        self.patch = monkeypatch
        self.classes = [Told(set_up(shell.home / name)) for name in ("one", "two")]
        for each in self.classes:
            assert shell(*grading(each.folder)).code == 0

    def step(self) -> str:
        told = self.chance.choice(self.classes)
        deed = self.chance.choice(
            [
                self.grade,
                self.only,
                self.again,
                self.failing,
                self.sheet,
                self.sheet,
                self.own_file,
                self.trust,
                self.audit,
                self.export,
                self.move,
                self.copy,
            ]
        )
        others = {each.folder: snapshot(each.folder) for each in self.classes if each is not told}
        self.patch.chdir(told.folder)
        deed(told)
        for folder, before in others.items():
            assert snapshot(folder) == before, f"{deed.__name__} changed {folder.name}"
        self.check(told)
        return f"{deed.__name__} in {told.folder.name}"

    def check(self, told: Told) -> None:
        """What a person said stands, nothing else does, and it is in the files."""
        rows = rows_of(told.folder / "graded" / "answers" / "grades.csv")
        reviewed = {r["student_id"]: r["grade"] for r in rows if r["released_by"] == "review"}
        assert reviewed == told.said
        overrides = [each for each in decisions(told.folder) if each["deed"] == "override"]
        assert len(overrides) == told.words
        assert len(rows) == len(ANSWERS)

    def grade(self, told: Told) -> None:
        assert self.shell(*grading(told.folder)).code == 0

    def only(self, told: Told) -> None:
        student = self.chance.choice(list(ANSWERS))
        self.shell(*grading(told.folder), "--only", student)

    def again(self, told: Told) -> None:
        self.shell(*grading(told.folder), "--only", self.chance.choice(list(ANSWERS)), "--again")

    def failing(self, told: Told) -> None:
        empty = told.folder / "empty.jsonl"
        empty.write_text("\n", encoding="utf-8")
        assert self.shell(*grading(told.folder)[:-1], f"recorded:{empty}").code == 3

    def sheet(self, told: Told) -> None:
        student = self.chance.choice(list(ANSWERS))
        points = (self.chance.choice("012"), self.chance.choice("01"))
        sheet = told.folder / "mine.csv"
        text = f"student_id,respiration,no_light\n{student},{points[0]},{points[1]}\n"
        sheet.write_text(text, encoding="utf-8")
        before = len(decisions(told.folder))
        assert self.shell("review", "--sheet", "mine.csv").code == 0
        told.said[student] = str(int(points[0]) + int(points[1]))
        # The same word once more is no new one.
        told.words += len(decisions(told.folder)) - before
        assert len(decisions(told.folder)) - before in {0, 1}

    def own_file(self, told: Told) -> None:
        assert self.shell("review", "--sheet", "graded/answers/grades.csv", "--yes").code == 0

    def trust(self, told: Told) -> None:
        assert self.shell("trust").code == 0

    def audit(self, told: Told) -> None:
        self.shell("trust", "audit")

    def export(self, told: Told) -> None:
        self.shell("export", "--to", "xlsx")

    def move(self, told: Told) -> None:
        moved = told.folder.with_name(f"{told.folder.name} verschoben")
        if not moved.exists():
            told.folder.rename(moved)
            told.folder = moved

    def copy(self, told: Told) -> None:
        copy = told.folder.with_name(f"{told.folder.name}+")
        if not copy.exists() and len(self.classes) < 4:
            shutil.copytree(told.folder, copy)
            self.classes.append(Told(copy, dict(told.said), told.words))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_any_sequence_of_commands_keeps_what_people_said(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Random commands in several classes, their copies and moved folders."""
    world = World(shell, monkeypatch, seed)
    done = []
    for _ in range(STEPS):
        try:
            done.append(world.step())
        except AssertionError as error:
            raise AssertionError(f"after {done}: {error}") from error
