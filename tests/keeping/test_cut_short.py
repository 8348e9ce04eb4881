"""Killed at the worst moment: whatever left the class's memory is on record."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.assignment.standing import write_ours
from assessor.assignment.tuning_sample import write_blind
from assessor.errors import StoreError
from assessor.store import open_store
from assessor.trust.records import HandedOut
from tests.cli.shell import Shell, csv_text, sheet_of
from tests.keeping.build import decisions, grading, set_up

WRITES = "assessor.assignment.exporting.write_ours"
RELEASE = ("export", "--to", "xlsx", "--release-unread", "--yes")


class Killed(BaseException):
    """What no handler of ours catches, as nothing does when a process is killed."""


@pytest.fixture
def graded(shell: Shell) -> Shell:
    set_up(shell.home)
    assert shell(*grading(shell.home)).code == 0
    return shell


def stopping(step: Callable[..., object], error: BaseException) -> Callable[..., object]:
    """This step, after which the process is no more."""

    def stop(*given: object) -> object:
        step(*given)
        raise error

    return stop


def test_no_file_holds_a_grade_that_nobody_is_known_to_have_released(
    graded: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds the workbook can upload it; what changes later is told of released ones."""
    with monkeypatch.context() as patch:
        patch.setattr(WRITES, stopping(write_ours, Killed()))
        with pytest.raises(Killed):
            graded(*RELEASE)

    assert list(Path("graded/answers").glob("*.xlsx"))
    (release,) = [each for each in decisions(graded.home) if each["deed"] == "release"]
    assert release["released"]
    assert graded(*RELEASE).code == 0
    assert {r["released_by"] for r in graded.rows() if r["grade"]} == {"unread"}


def test_nothing_is_released_for_a_file_that_cannot_be_written(
    graded: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command says that it failed, so nobody is to think of grades that are out."""
    full = StoreError("graded/answers/grades.xlsx: no space left")
    with monkeypatch.context() as patch:
        patch.setattr(WRITES, stopping(lambda *_: None, full))
        said = graded(*RELEASE)

    assert (said.code, "no space left" in said.err) == (4, True)
    assert graded("trust").code == 0
    assert {row["released_by"] for row in graded.rows()} == {""}


def test_an_audit_goes_on_where_its_first_grade_was_cut_short(graded: Shell) -> None:
    """The first decision of a class, killed between its two records, comes back from the mirror."""
    assert graded("trust", "audit", "--out", "audit.csv", "--yes").code == 0
    order = [row["student_id"] for row in sheet_of(graded.home / "audit.csv")]
    memory, copy = graded.home / ".assessor", graded.home.parent / "copy"
    shutil.copytree(memory, copy)
    grades = {row["student_id"]: row["proposed_grade"] for row in graded.rows()}
    graded.write("one.csv", f"student_id,total\n{order[0]},{grades[order[0]]}\n")
    assert graded("trust", "audit", "one.csv").code == 0
    mirror = (memory / "decisions.jsonl").read_text(encoding="utf-8")
    shutil.rmtree(memory)
    shutil.copytree(copy, memory)
    (memory / "decisions.jsonl").write_text(mirror, encoding="utf-8")
    graded.write("all.csv", csv_text([["student_id", "total"], *grades.items()]))

    said = graded("trust", "audit", "all.csv", "--json")

    assert said.code == 0, said.err
    assert said.json["graded_blind"] == len(order)


def test_a_draw_that_can_have_been_seen_stands(
    graded: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who looks at an audit's sheet and does not like its answers could draw others."""
    with monkeypatch.context() as patch:
        patch.setattr("assessor.assignment.auditing.write_blind", stopping(write_blind, Killed()))
        with pytest.raises(Killed):
            graded("trust", "audit", "--out", "audit.csv", "--yes")

    with open_store(graded.home / ".assessor", real()) as store:
        (seen,) = store.kept(HandedOut)
    assert Path("audit.csv").is_file()
    assert seen.audit
