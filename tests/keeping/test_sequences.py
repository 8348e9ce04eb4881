"""Any sequence of commands that write: no decision lost or made up, no other class changed."""

from __future__ import annotations

import random
import shutil
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from assessor.review.class_state import ClassState
from tests.cli.shell import Shell, rows_of
from tests.keeping.build import (
    ANSWERS,
    CELLS,
    decisions,
    grading,
    reviewing,
    set_up,
    snapshot,
)
from tests.review.build import Visitor, entry_of

STEPS = 10
SEEDS = 4
LEVELS = {"respiration": 2, "no_light": 1}


@dataclass(frozen=True)
class Word:
    """One word on a student's answer: its total, or None for a note that decides nothing.

    A word without a student is the release of `released`.
    """

    student: str = ""
    total: int | None = None
    on_page: bool = True
    released: frozenset[str] = frozenset()


@dataclass
class Told:
    """A class in its folder, and every word of a person there that stands, oldest first."""

    folder: Path
    standing: list[Word] = field(default_factory=list)
    written: int = 0
    taken_back: int = 0

    @property
    def said(self) -> dict[str, str]:
        """What was decided by the words that stand: student → total."""
        return {each.student: str(each.total) for each in self.standing if each.total is not None}

    @property
    def released(self) -> set[str]:
        """Who was released and not decided on."""
        out = {student for each in self.standing for student in each.released}
        return out - set(self.said)


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
                *(self.decide, self.note, self.undo, self.release),
                *(self.decide, self.note, self.undo),
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
        unread = {r["student_id"] for r in rows if r["released_by"] not in {"", "review"}}
        assert unread == told.released
        deeds = [each["deed"] for each in decisions(told.folder)]
        assert len(deeds) - deeds.count("undo") - deeds.count("export") == told.written
        assert deeds.count("undo") == told.taken_back
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
        new = len(decisions(told.folder)) - before
        assert new in {0, 1}
        total = int(points[0]) + int(points[1])
        # The same word once more is no new one.
        assert new or told.said[student] == str(total)
        told.standing += [Word(student, total, on_page=False)] * new
        told.written += new

    def decide(self, told: Told) -> None:
        """Give one level, and take the rest as it is seen."""
        student, cell = self.chance.choice(list(ANSWERS)), self.chance.choice(CELLS)
        level = self.chance.choice(["absent", "full"])
        with reviewing() as (class_state, visitor):
            entry = entry_of(class_state, student)
            before = {each.cell: each.points for each in entry.shown.cells}
            mine = LEVELS[cell] * (level == "full")
            other = next(each for each in CELLS if each != cell)
            total = mine + int(before[other] or 0)
            self._press(told, class_state, visitor, student, f"level {cell} {level}")
        if told.standing[-1] == Word(student, None):
            told.standing[-1] = Word(student, total)
        assert told.said[student] == str(total)

    def note(self, told: Told) -> None:
        """Write a reason: what is decided stays decided, and nothing else is."""
        student = self.chance.choice(list(ANSWERS))
        with reviewing() as (class_state, visitor):
            was = told.said.get(student)
            reason = f"note {len(decisions(told.folder))}"
            self._press(told, class_state, visitor, student, "remarks", reason=reason)
        total = None if was is None else int(was)
        told.standing[-1] = replace(told.standing[-1], total=total)

    def _press(
        self,
        told: Told,
        class_state: ClassState,
        visitor: Visitor,
        student: str,
        deed: str,
        **typed: str,
    ) -> None:
        before = len(decisions(told.folder))
        place = f"/answer/{entry_of(class_state, student).id}?show=all"
        assert visitor.do(place, deed, **typed).status == 303
        new = len(decisions(told.folder)) - before
        assert new in {0, 1}
        told.standing += [Word(student)] * new
        told.written += new

    def undo(self, told: Told) -> None:
        """Press `u`, and once more where it leads to the release."""
        latest = next((each for each in reversed(told.standing) if each.on_page), None)
        with reviewing() as (class_state, visitor):
            place = f"/answer/{entry_of(class_state, 'S1').id}?show=all"
            led = visitor.do(place, "undo").place
            assert (led == "/release") == bool(latest is not None and latest.released)
            if led == "/release":
                shown = visitor.get(led)
                form = {name: shown.value(name) for name in ("csrf", "event")}
                assert visitor.post(led, {**form, "do": "undo"}).status == 200
        if latest is not None:
            last = len(told.standing) - 1 - told.standing[::-1].index(latest)
            del told.standing[last]
            told.taken_back += 1

    def release(self, told: Told) -> None:
        """Release all that nobody has read."""
        with reviewing() as (class_state, visitor):
            out = frozenset(
                each.key[0]
                for each in class_state.entries
                if each.grade.grade is None and each.grade.state.value in {"graded", "blank"}
            )
            shown = visitor.get("/release")
            if 'name="shown"' in shown.text:
                form = {name: shown.value(name) for name in ("csrf", "shown")}
                sent = {**form, "do": "unread", "sure": "yes"}
                assert visitor.post("/release", sent).status == 200
        if out:
            told.standing.append(Word(released=out))
            told.written += 1

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
            self.classes.append(replace(deepcopy(told), folder=copy))


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
