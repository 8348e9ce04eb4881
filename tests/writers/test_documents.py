"""Files that are made of our own data alone: a workbook, an autograder, a rubric, interchange."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from assessor.assignment.single_answer import make_submission
from assessor.grade import Grade, GradedCell, GradedChoice
from assessor.rubric import CellKind, Rubric, load_rubric
from assessor.submission import Submission, state_of
from assessor.verdict import State
from assessor.writers import canvas_rubric, gradescope, prairielearn, xlsx
from assessor.writers.base import ClassGrades
from assessor.writers.blind_sheet import blind_csv
from assessor.writers.results import TOTAL_COLUMNS, grades_csv, guarded, guarded_text, totals_csv
from assessor.writers.totals import outgoing, totals_of
from tests.pipelines.gradescope_form import faults

RUBRIC = """\
title: Essay
id: essay
question: Why not count replies?
choice: {options: [A, B], correct: [B], points: 1}
key_points:
  - id: proxy
    description: the count stands for something else
    points: 2
    levels:
      - {id: partial, points: 1, when: names one of them}
      - {id: full, points: 2, when: sets one against the other}
  - {id: remedy, points: 1, description: "compares replies, one with another"}
misconceptions:
  - {id: more, description: more counting helps, effect: deduct, points: 1}
"""
HOSTILE = '=HYPERLINK("http://127.0.0.1/","x")'


def rubric() -> Rubric:
    return load_rubric(RUBRIC, "essay.yaml")


def a_grade(
    student: str = "S1", *, points: str | None = "2", feedback: str = "Well.", question: str = "Q"
) -> Grade:
    """Two of four points: the choice is right, the key point partial; `points` None: unreleased."""
    kind = CellKind.KEY_POINT
    released = None if points is None else Decimal(points)
    return Grade(
        submission=Submission(
            student_id=student, question=question, attempt=1, answer="words",
            state=state_of("words"), row=2, name="Ada",
        ),
        state=State.GRADED,
        proposed=Decimal(2),
        grade=released,
        released_by="" if released is None else "review",
        max_points=Decimal(4),
        reasons=("near_quote",),
        feedback=feedback,
        cells=(
            GradedCell(cell="proxy", kind=kind, level="partial", points=Decimal(1),
                       max_points=Decimal(2), quotes=("a secret quote",), gap="half"),
            GradedCell(cell="remedy", kind=kind, level="absent", points=Decimal(0),
                       max_points=Decimal(1)),
            GradedCell(cell="more", kind=CellKind.MISCONCEPTION, level="absent",
                       points=Decimal(0), max_points=Decimal(0)),
        ),
        standing=Decimal(2),
        choice=GradedChoice(options=("B",), points=Decimal(1), max_points=Decimal(1)),
    )  # fmt: skip


def material(*grades: Grade) -> ClassGrades:
    rubrics = {
        question: rubric() for question in dict.fromkeys(g.submission.question for g in grades)
    }
    totals = outgoing(totals_of(grades, rubrics))
    return ClassGrades(rubrics=rubrics, grades=grades, totals=totals)


def sheet(data: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(name).to_python()


def test_the_workbook_holds_nothing_that_was_found_after_the_release() -> None:
    """Released at 1 and read as 2 since: key points that make 2 do not explain the 1."""
    out = replace(a_grade("S1", points="1"), released_by="unread")

    data = xlsx.document(material(out))

    head, row = sheet(data, "Grades")
    told = dict(zip(head, row, strict=True))
    assert (told["grade"], told["feedback"], told["proxy"]) == (1.0, "", "")
    assert len(sheet(data, "Key points")) == 1


def test_the_workbook_holds_released_grades_and_why_the_others_have_none() -> None:
    """Points are numbers; an unreleased row says its state and reasons and no points."""
    data = xlsx.document(material(a_grade("S1"), a_grade("S2", points=None)))

    head, first, second = sheet(data, "Grades")
    assert dict(zip(head, first, strict=True)) == {
        "student_id": "S1", "name": "Ada", "question": "Q", "attempt": "1", "state": "graded",
        "grade": 2.0, "released_by": "review", "max_points": 4.0, "reasons": "near_quote",
        "feedback": "Well.", "choice": 1.0, "proxy": 1.0, "remedy": 0.0, "more": 0.0,
    }  # fmt: skip
    assert second == ["S2", "Ada", "Q", "1", "graded", "", "", 4.0, "near_quote", *[""] * 5]
    cells = sheet(data, "Key points")
    assert [row[4:7] for row in cells[1:]] == [
        ["choice", "correct", 1.0], ["proxy", "partial", 1.0], ["remedy", "absent", 0.0],
        ["more", "absent", 0.0],
    ]  # fmt: skip
    assert cells[2][8:] == ["a secret quote", "half"]


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "+1", "-1", "@x", "{=1}", "http://127.0.0.1/", "internal:A1", " =1", "00420001"],
)
def test_nothing_in_the_workbook_runs(text: str) -> None:
    """No formula, no link, no number of a text: it stands there as it was written."""
    data = xlsx.document(material(a_grade(text, feedback=text)))

    assert sheet(data, "Grades")[1][0] == text
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert not any("<f>" in part or "<f " in part for part in parts.values())
    assert not any("hyperlink" in part.lower() for name, part in parts.items() if "sheet" in name)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("a" * 32_767, 32_767),
        ("a" * 32_768, 32_767),
        ("🎯" * 20_000, 32_767),
        ("ab\n" * 30_000, 32_767),
    ],
    ids=["fits", "one more", "pairs", "lines"],
)
def test_a_text_beyond_excels_limit_is_cut_and_marked(text: str, units: int) -> None:
    """The library would write nothing at all."""
    cut = xlsx.fitted(text)

    assert len(cut.encode("utf-16-le")) // 2 <= units
    assert cut == text or cut.endswith(f"… [cut: {len(text)} characters in all]")
    assert sheet(xlsx.document(material(a_grade(feedback=text))), "Grades")[1][9] == cut


@given(
    st.text(
        st.sampled_from("a=+-@\x00\x07\x1b\x7f\x85\ud800\udfff\ufffe\uffff\t\n 🎯<&"), max_size=8
    )
)
def test_any_text_can_be_written_into_the_workbook(text: str) -> None:
    """Control characters and torn pairs are shown; Excel would call the file damaged."""
    assert all(ord(c) >= 32 or c in "\t\n\r" for c in xlsx.fitted(text))
    xlsx.document(material(a_grade(f"S{text}", feedback=text)))


def test_the_same_grades_give_the_same_files() -> None:
    """No time of the day in a file: what changed can be seen."""
    one = material(a_grade("S1"))

    assert gradescope.document(one) == gradescope.document(one)
    assert xlsx.document(one) == xlsx.document(one)


def run_autograder(data: bytes, home: Path, user: dict[str, str]) -> Any:
    """Unpack the zip as Gradescope does and run it for one submitter."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(home / "source")
    (home / "submission_metadata.json").write_text(json.dumps({"users": [user]}), encoding="utf-8")
    environment = {**os.environ, "AUTOGRADER_HOME": str(home)}
    subprocess.run(
        [sys.executable, str(home / "source/run_autograder")], env=environment, check=True
    )
    return json.loads((home / "results/results.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("user", "score"),
    [({"sid": "0011", "email": "x@y"}, 2), ({"email": "0011"}, 2), ({"email": "b@y"}, None)],
    ids=["by SID", "by address", "unreleased"],
)
def test_the_autograder_hands_out_what_is_released(
    tmp_path: Path, user: dict[str, str], score: int | None
) -> None:
    """Whoever has no released grade gets no number."""
    data = gradescope.document(material(a_grade("0011"), a_grade("b@y", points=None)))

    result = run_autograder(data, tmp_path, user)

    assert faults(result) == []
    assert result.get("score") == score
    if score is None:
        assert result["tests"] == []
    else:
        assert sum(test["score"] for test in result["tests"]) == 2


def test_what_a_person_must_look_at_has_no_score() -> None:
    """Though something is proposed: pending, with its reasons where no student sees them."""
    result = gradescope.result(a_grade(points=None), None, details=True)

    assert faults(result) == []
    assert "score" not in result
    assert (result["tests"], result["output"]) == ([], gradescope.WAITS)
    assert result["extra_data"] == {
        "status": "pending", "state": "graded", "reasons": ["near_quote"],
    }  # fmt: skip


def test_who_is_not_named_by_an_address_is_said() -> None:
    """Gradescope tells an autograder the submitter's address only."""
    (note,) = gradescope.notes(material(a_grade("a@y"), a_grade("0011")))

    assert "1 student is not named by one ('0011' …)" in note
    assert gradescope.notes(material(a_grade("a@y"))) == ()


def test_a_student_of_several_questions_gets_the_total_and_a_test_for_each() -> None:
    """The total stands above; each question is one test."""
    data = gradescope.document(material(a_grade("S1", question="Q1"), a_grade("S1", question="Q2")))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (result,) = json.loads(archive.read("results_by_student.json")).values()
    assert faults(result) == []
    assert result["score"] == 4
    tests = [(test["name"], test["score"], test["max_score"]) for test in result["tests"]]
    assert tests == [("Q1", 2, 4), ("Q2", 2, 4)]


def test_a_rubric_becomes_criteria_and_ratings_highest_first() -> None:
    """As Canvas imports it; rows may be ragged; what has no place there is said."""
    assert canvas_rubric.document(material(a_grade())).decode() == (
        "Rubric Name,Criteria Name,Criteria Description,Criteria Enable Range,"
        "Rating Name,Rating Description,Rating Points,Rating Name,Rating Description,"
        "Rating Points,Rating Name,Rating Description,Rating Points\n"
        "Essay,Choice,,false,Right,,1,Wrong,,0\n"
        "Essay,the count stands for something else,,false,Full,sets one against the other,2,"
        "Partial,names one of them,1,Absent,,0\n"
        'Essay,"compares replies, one with another",,false,Full,,1,Absent,,0\n'
    )
    assert canvas_rubric.notes(material(a_grade())) == (
        "essay: deductions and caps are left out (more)",
    )


def test_the_interchange_holds_released_submissions_as_percentages() -> None:
    """Markdown feedback, partial scores as JSON, a blank submission_id; nobody unreleased."""
    data = prairielearn.document(
        material(a_grade("S1", feedback="*a*\nb"), a_grade("S2", points=None))
    )

    (row,) = csv.DictReader(io.StringIO(data.decode()))
    assert json.loads(row.pop("partial_scores")) == {
        "proxy": {"score": 0.5, "weight": 2.0}, "remedy": {"score": 0.0, "weight": 1.0},
    }  # fmt: skip
    assert row == {
        "uid": "S1", "instance": "1", "qid": "essay", "submission_id": "", "score_perc": "50.00",
        "feedback": "\\*a\\*  \nb",
    }  # fmt: skip


def test_no_words_on_another_reading_are_handed_out_beside_a_grade() -> None:
    """Released unread and read again since: what was found then does not explain what is out."""
    others = [
        replace(
            a_grade("a@y", points="4", question=name), released_by="unread", proposed=Decimal(2)
        )
        for name in ("Q1", "Q2")
    ]
    for grades in (others[:1], others):
        told = gradescope.document(material(*grades)) + prairielearn.document(material(*grades))
        with zipfile.ZipFile(io.BytesIO(gradescope.document(material(*grades)))) as archive:
            result = json.loads(archive.read("results_by_student.json"))["a@y"]
        rows = list(csv.DictReader(io.StringIO(prairielearn.document(material(*grades)).decode())))

        assert result["score"] == 4 * len(grades)
        assert not result["output"] and not any(each["output"] for each in result["tests"])
        assert [(r["score_perc"], r["feedback"], r["partial_scores"]) for r in rows] == [
            ("100.00", "", "")
        ] * len(grades)
        assert b"secret" not in told


@settings(deadline=None)
@given(st.text(st.sampled_from("=+-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20 a'\"1"), max_size=6))
def test_no_cell_of_our_own_files_begins_like_a_formula(text: str) -> None:
    """Guarded with an apostrophe, in headers as well; a spreadsheet runs nothing."""
    grade = a_grade(text, feedback=text, question=text)
    data = b"".join(grades_csv([grade], {text: rubric().graded, "other": ("a",)}))

    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    starts = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    assert not any(cell.lstrip(" ").startswith(starts) for row in rows for cell in row)
    assert guarded(text).endswith(text)


@pytest.mark.parametrize("call", ["=cmd|' /C calc'!A0", "@SUM(1)", "+cmd|'x'!A0", "\uff1d1+1"])
@pytest.mark.parametrize("parted", [";", "; ", "\n", "\r\n"])
def test_no_cell_runs_where_a_spreadsheet_parts_by_semicolons(call: str, parted: str) -> None:
    """A German or French Excel opens a CSV so, and takes quotes within a cell for none."""
    text = f"It respires{parted}{call}{parted}and on"
    table = grades_csv([a_grade("S1", feedback=text)], {"Q": rubric().graded})
    data = b"".join(table).decode()
    answer = make_submission("S1", text)
    sheet = blind_csv([answer], {answer.question: rubric()}).decode()

    for file in (data, sheet):
        assert call in file
        assert not any(
            cell.strip(' "').startswith(("=", "+", "@", "\uff1d"))
            for line in file.splitlines()
            for cell in line.split(";")
        )


def test_a_list_with_dashes_stays_as_it_was_written() -> None:
    """Bullets are how people answer: nothing is put before them."""
    text = "It does two things:\n- respires (slowly)\n- uses sugar; -1 of it is lost"

    assert guarded_text(text) == text


def test_totals_are_empty_until_every_question_has_its_grade() -> None:
    """The worst state of its parts is the total's; what all are worth together stands there."""
    grades = [a_grade("S1", question="Q1"), a_grade("S1", question="Q2"),
              a_grade("S2", question="Q1"), a_grade("S2", points=None, question="Q2"),
              a_grade("S3", question="Q1")]  # fmt: skip

    data = b"".join(totals_csv(totals_of(grades, {"Q1": rubric(), "Q2": rubric()})))

    assert list(csv.reader(io.StringIO(data.decode()))) == [
        list(TOTAL_COLUMNS),
        ["S1", "Ada", "graded", "4", "4", "review", "8", "near_quote"],
        ["S2", "Ada", "graded", "4", "", "", "8", "near_quote"],
        ["S3", "Ada", "not_asked", "", "", "", "8", "near_quote"],
    ]
