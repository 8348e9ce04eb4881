"""What is typed first makes no difference: trust, or an audit, after a rubric was edited."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from assessor.cli.workplace import open_workplace
from assessor.trust.records import CalibrationFit
from tests.cli.shell import SMALL_RUBRIC, Printed, Shell, csv_text
from tests.engine.build import sentence
from tests.keeping.build import CELLS, grading

STUDENTS = 200
LABELS = 100
POINTS = {"respiration": 2, "no_light": 1}


def truth() -> Iterator[tuple[str, str, dict[str, float], dict[str, bool]]]:
    """Each student with an answer, the judge's chance of each key point, and what is right."""
    chance = Random(8)
    for number in range(STUDENTS):
        chances = {
            cell: chance.choice(
                (0.01, 0.01, 0.02, 0.02, 0.01, 0.02, 0.3, 0.98, 0.98, 0.98, 0.99, 0.99, 0.99)
            )
            for cell in CELLS
        }
        # Nothing is right that it holds for doubtful (but of one student), so there is something to
        # calibrate.
        right = {cell: (sure > 0.5) != (number == 3) for cell, sure in chances.items()}
        yield f"S{number:03}", wordy(number), chances, right


def wordy(number: int) -> str:
    """An answer unlike all others: near-equal ones with unlike verdicts must be reviewed."""
    first, second, third = (sentence(number + 1000 * part) for part in range(3))
    return f"{first} It uses up sugar. {second} And there is no light. {third}"


def recording() -> str:
    lines = []
    for student, answer, chances, _ in truth():
        for cell, sure in chances.items():
            for asked in ("neutral", "charitable", "strict"):
                made = sure >= 0.5
                line = {"student_id": student, "answer": answer, "cell": cell, "pass": asked}
                quotes = ["uses up sugar" if cell == "respiration" else "there is no light"]
                level = "full" if made else "absent"
                gap = "" if made else "not said"
                said = {"quotes": quotes if made else [], "level": level, "gap": gap}
                lines.append(json.dumps({**line, **said, "p_full": sure}))
    return "\n".join(lines) + "\n"


@pytest.fixture
def classes(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two copies of a class with labels, whose rubric was edited and which was graded again."""
    one = tmp_path / "one"
    one.mkdir()
    rows = [[student, answer] for student, answer, _, _ in truth()]
    (one / "answers.csv").write_text(csv_text([["student_id", "answer"], *rows]), encoding="utf-8")
    (one / "plants.yaml").write_text(SMALL_RUBRIC, encoding="utf-8")
    (one / "judge.jsonl").write_text(recording(), encoding="utf-8")
    given = [
        [student, *(str(POINTS[cell] * right[cell]) for cell in CELLS)]
        for student, _, _, right in list(truth())[:LABELS]
    ]
    labels = csv_text([["student_id", *CELLS], *given])
    (one / "labels.csv").write_text(labels, encoding="utf-8")
    monkeypatch.chdir(one)
    assert shell(*grading(one)).code == 0
    assert shell("trust", "labels.csv", "--all", "--json").code == 0
    edited = SMALL_RUBRIC.replace("stored sugar", "the sugar it stored")
    (one / "plants.yaml").write_text(edited, encoding="utf-8")
    assert shell(*grading(one)).code == 0
    return one, Path(shutil.copytree(one, tmp_path / "other"))


def test_an_audit_after_a_rubric_edit_is_the_same_with_and_without_trust_before(
    shell: Shell, classes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same labels, the same calibration, and the same grades to audit, one by one."""
    one, other = classes
    monkeypatch.chdir(one)
    at_once = shell("trust", "audit", "--json")
    with open_workplace({}, {}).open_store() as store:
        fits = store.kept(CalibrationFit)
    after = shell("trust", "--json").json
    monkeypatch.chdir(other)
    before, later = shell("trust", "--json").json, shell("trust", "audit", "--json")

    assert len({each.frozen for each in fits}) == 2, "the audit itself fits by the labels"
    assert before["graded_to_tune"] == after["graded_to_tune"] == LABELS
    assert before["chances"] == after["chances"] != ""
    assert before["to_review"] == after["to_review"]
    assert at_once.code == 0, at_once.err
    assert (at_once.code, verdict(at_once)) == (later.code, verdict(later))


def verdict(said: Printed) -> object:
    """What is to be audited, or why nothing is."""
    return set(said.json["waiting"]) if said.code == 0 else said.err.splitlines()[-1]
