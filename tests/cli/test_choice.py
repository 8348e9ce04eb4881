"""Choice and groups end to end: from the file over the judge to grades.csv and back by a sheet."""

from __future__ import annotations

import pytest

from assessor.api import load_rubric
from assessor.assets import folder
from assessor.rubric import ABSENT, PRESENT, CellKind, Rubric
from tests.cli.shell import Shell, at, rows_of, serving
from tests.servers.openai_server import Said, Truth, by_answer


def human_truth(name: str, rubric: Rubric) -> Truth:
    """The hand grades of a shipped example as a judge's verdicts."""
    place = folder("examples") / name
    graded = {row["student_id"]: row for row in rows_of(place / "human_grades.csv")}
    table = {}
    for row in rows_of(place / "answers.csv"):
        cells = {}
        for cell in rubric.cells:
            level = _level(rubric, cell, float(graded[row["student_id"]][cell]))
            quotes = (row["answer"],) if level != ABSENT else ()
            cells[cell] = Said(level=level, quotes=quotes)
        table[row["answer"]] = cells
    return by_answer(table)


def _level(rubric: Rubric, cell: str, points: float) -> str:
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        return PRESENT if points else ABSENT
    paid = [each.id for each in rubric.key_point(cell).levels if each.points <= points]
    return paid[-1] if paid else ABSENT


@pytest.mark.parametrize(
    "name", ["which-challenge-is-this", "perfect-labels", "weakness-of-data-fitting"]
)
def test_a_judge_who_reads_as_people_do_comes_to_their_totals(shell: Shell, name: str) -> None:
    """Choice by code, justification by the judge; what shows no choice waits for a person."""
    place = folder("examples") / name
    for file in ("answers.csv", "human_grades.csv"):
        shell.write(file, (place / file).read_text(encoding="utf-8"))
    people = {row["student_id"]: row for row in rows_of(place / "human_grades.csv")}
    with serving(human_truth(name, load_rubric(name))) as server:
        done = shell("grade", "answers.csv", "--rubric", name, *at(server))
    rows = shell.rows()
    missing = [row["student_id"] for row in rows if "choice_missing" in row["reasons"]]

    assert done.code == 0
    assert missing == (["P06"] if name == "perfect-labels" else [])
    for row in rows:
        if row["student_id"] in missing:
            assert (row["state"], row["choice"]) == ("needs_review", "")
            continue
        human = people[row["student_id"]]
        assert (row["choice"], row["proposed_grade"]) == (human["choice"], human["total"])


def test_a_sheet_gives_the_choice_that_was_missing(shell: Shell) -> None:
    """A person's points for the choice stand in the total and in grades.csv."""
    place = folder("examples") / "perfect-labels"
    for file in ("answers.csv", "human_grades.csv"):
        shell.write(file, (place / file).read_text(encoding="utf-8"))
    with serving(human_truth("perfect-labels", load_rubric("perfect-labels"))) as server:
        shell("grade", "answers.csv", "--rubric", "perfect-labels", *at(server))
    shell("review", "--sheet", "human_grades.csv")
    rows = {row["student_id"]: row for row in shell.rows()}

    assert (rows["P06"]["choice"], rows["P06"]["grade"]) == ("1", "2")
