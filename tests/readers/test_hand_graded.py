"""Hand-graded sheets: our own columns, a workbook, Gradescope's evaluations."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from assessor.errors import SubmissionError
from assessor.readers.hand_graded import Sheet, read_sheet
from assessor.rubric import Rubric, load_rubric
from assessor.submission import InputState, Submission
from assessor.verdict import DecisionSource
from tests.readers.build import EXPORTS, table

PLANTS = """\
title: Plants
question: Why does a plant in the dark lose mass?
key_points:
  - id: respiration
    points: 2
    description: respiration uses up stored sugar and releases carbon dioxide
  - {id: no_light, points: 1, description: nothing makes up for the loss}
"""


def rubric() -> Rubric:
    return load_rubric(PLANTS, "plants.yaml")


def submission(student: str) -> Submission:
    return Submission(
        student_id=student,
        question="Q",
        attempt=1,
        answer="It respires.",
        state=InputState.ANSWERED,
        row=2,
    )


def graded(data: bytes, *students: str) -> Sheet:
    submissions = [submission(each) for each in students]
    return read_sheet(data, "sheet.csv", {"Q": rubric()}, submissions, DecisionSource.SHEET)


def test_evaluations_give_the_points_of_the_items_they_name() -> None:
    """Given items earn the key point they name; a footer row is no student."""
    data = (EXPORTS / "gradescope_evaluations.csv").read_bytes()

    decisions = graded(data, "ANN.BEE@example.edu", "00420002").decisions

    assert [(each.student_id, dict(each.points), each.total) for each in decisions] == [
        ("ANN.BEE@example.edu", {"respiration": Decimal(2), "no_light": Decimal(0)}, None),
        ("00420002", {"respiration": Decimal(0), "no_light": Decimal(0)}, None),
    ]
    assert [(each.feedback, each.grader) for each in decisions] == [
        ("Say more", "Prof. X"),
        ("", "Prof. X"),
    ]


def test_evaluations_of_unknown_items_give_their_score() -> None:
    """Items that no key point is called by leave the total, which is the person's as well."""
    head = "Assignment Submission ID,Question Submission ID,SID,Email,Score,Names it,Comments"
    data = f"{head}\n1,11,7,ann@example.edu,1.5,true,\n".encode()

    (decision,) = graded(data, "7").decisions

    assert (decision.points, decision.total) == ((), Decimal("1.5"))


def test_a_total_unlike_the_points_beside_it_is_told() -> None:
    """The points count, and who reads the sheet hears whose total they contradict."""
    head = ("student_id", "respiration", "no_light", "total")
    data = table(head, ("ann", "1", "0", "3"), ("bob", "2", "1", "3"), ("cem", "", "", "2"))

    sheet = graded(data, "ann", "bob", "cem")

    assert [each.total for each in sheet.decisions] == [None, None, Decimal(2)]
    assert sheet.notes == (
        "1 total is not what the points beside it make, and the points count: ann 3 for 1",
    )


def test_a_score_unlike_the_items_beside_it_is_told() -> None:
    """An adjustment in Gradescope is in the score alone: it is not lost without a word."""
    head = "Assignment Submission ID,Question Submission ID,SID,Email,Score,respiration,no_light"
    data = f"{head},Comments\n1,11,7,ann@example.edu,1.5,true,false,\n".encode()

    (note,) = graded(data, "7").notes

    assert note.endswith("and the points count: 7 1.5 for 2")


def test_a_workbook_is_a_sheet() -> None:
    """Points typed in a spreadsheet are numbers there and points here."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    page = book.add_worksheet()
    for row, cells in enumerate((("student_id", "respiration", "no_light"), ("s1", 2, 0.5))):
        page.write_row(row, 0, cells)
    book.close()

    (decision,) = graded(data.getvalue(), "s1").decisions

    assert dict(decision.points) == {"respiration": Decimal(2), "no_light": Decimal("0.5")}


def test_every_problem_of_a_sheet_is_told_at_once() -> None:
    """A stranger, too many points and a word instead of a number: three lines."""
    data = table(
        ("student_id", "respiration", "total"), ("x", "1", ""), ("s1", "3", ""), ("s2", "", "full")
    )

    with pytest.raises(SubmissionError) as caught:
        graded(data, "s1", "s2")

    assert len(caught.value.problems) == 3


def test_two_rows_on_one_student_with_other_points_are_refused() -> None:
    """Zeros that a spreadsheet dropped, or a mistyped id, make one student's row another's."""
    head = "student_id,respiration,no_light"

    with pytest.raises(SubmissionError) as caught:
        graded(f"{head}\n7,2,0\n8,1,1\n7,0,1\n".encode(), "7", "8")

    assert caught.value.problems == (
        "sheet.csv:4: student '7' has other points in line 2; correct the row that means somebody "
        "else, or remove one",
    )
    assert len(graded(f"{head}\n7,2,0\n7,2,0\n".encode(), "7").decisions) == 2
    own = "student_id,respiration,no_light,proposed_grade,grade,released_by,state"
    with pytest.raises(SubmissionError, match="has other points in line 2"):
        graded(f"{own}\n7,2,0,2,2,,graded\n7,1,0,1,1,,graded\n".encode(), "7")


def test_two_graders_may_each_have_a_row() -> None:
    """Their column tells whose word is whose."""
    data = b"student_id,respiration,no_light,grader\n7,2,0,ann\n7,0,1,ben\n"

    assert [each.grader for each in graded(data, "7").decisions] == ["ann", "ben"]
