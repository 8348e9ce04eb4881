"""What docs/python.md says of a class in its folder is run as it stands there."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

import assessor
from assessor.errors import InputError

ROOT = Path(__file__).parent.parent
RUBRIC = "critique-of-an-ai-alignment-strategy"


@pytest.fixture
def week4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class in a folder of its own; the program runs beside it."""
    folder = tmp_path / "week4"
    folder.mkdir()
    shutil.copy(ROOT / "examples" / "critique" / "answers.csv", folder / "answers.csv")
    monkeypatch.chdir(tmp_path)
    return folder


def graded(folder: Path) -> tuple[assessor.Assignment, assessor.Run]:
    assignment = assessor.open_assignment(folder)
    judge = assessor.recorded_judge()
    return assignment, asyncio.run(assignment.grade("answers.csv", [RUBRIC], judge=judge))


def test_the_examples_run_one_after_the_other(
    week4: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Graded, a sheet out and in, trusted, released, exported; an empty row decides nothing."""
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    names: dict[str, object] = {"__name__": "__docs__"}
    for block in blocks:
        exec(compile(block, "python.md", "exec"), names)  # noqa: S102  # it is ours

    said = capsys.readouterr().out
    assert "0 decided" in said
    assert "released unread" in said
    assert "grades.xlsx" in said
    assert (week4 / "graded" / "answers" / "grades.xlsx").is_file()


def test_the_same_call_again_asks_nothing(week4: Path) -> None:
    """And brings the same grades, in the order of the file."""
    _, first = graded(week4)
    _, second = graded(week4)

    assert first.requests and not second.requests
    assert [each.to_dict() for each in second.grades] == [each.to_dict() for each in first.grades]
    assert second.manifest["questions"] == first.manifest["questions"]
    json.dumps(second.manifest)


def test_the_command_line_goes_on_where_a_program_was(week4: Path) -> None:
    """One folder, one memory: what a program graded is what the commands speak of."""
    assignment, run = graded(week4)

    found = assignment.standing()

    assert found.run.id == run.manifest["circumstances"]["run"]  # type: ignore[index]  # an object
    assert found.grades == run.grades


def test_what_a_person_wrote_on_a_sheet_stands(week4: Path) -> None:
    """It is theirs, released as reviewed, above the judge's."""
    assignment, run = graded(week4)
    first = run.grades[0].submission.student_id
    (week4 / "mine.csv").write_text(f"student_id,total\n{first},2\n", encoding="utf-8")

    taken = assignment.take_in("mine.csv")

    assert [each.student_id for each in taken.decisions] == [first]
    first_grade = assignment.grades()[0]
    assert (first_grade.grade, first_grade.released_by) == (Decimal(2), "review")


def test_nobody_is_asked_and_a_wrong_word_is_told(week4: Path) -> None:
    """What a command would ask at a terminal is refused with what to name."""
    assignment, _ = graded(week4)

    with pytest.raises(InputError, match="nothing to write"):
        assignment.export("xlsx")
    with pytest.raises(InputError, match="'lower' is none"):
        assignment.export("xlsx", rules=["lower"])
    with pytest.raises(InputError, match="no target 'Canvass'; did you mean 'canvas'"):
        assignment.export("Canvass")
    with pytest.raises(InputError, match="no target 'nosuch'; known are"):
        assignment.export("nosuch")
    with pytest.raises(InputError, match="is no folder"):
        assessor.open_assignment("elsewhere")


def test_without_a_judge_the_settings_choose(week4: Path) -> None:
    """`none` grades by hand: everybody waits for a person, and nothing is asked."""
    assignment = assessor.open_assignment(week4, settings={"judge.use": "none"})

    run = asyncio.run(assignment.grade("answers.csv", [RUBRIC]))

    assert not run.requests
    assert {each.state for each in run.grades} <= {
        assessor.State.NEEDS_REVIEW,
        assessor.State.BLANK,
        assessor.State.NOT_SUBMITTED,
        assessor.State.UNREADABLE,
    }


def test_a_limit_is_of_what_is_asked_now(week4: Path) -> None:
    """Files and standing cover the whole class."""
    assignment = assessor.open_assignment(week4)
    judge = assessor.recorded_judge()

    run = asyncio.run(assignment.grade("answers.csv", [RUBRIC], judge=judge, limit=3))

    assert len(run.grades) == 3
    assert len(assignment.grades()) > 3
