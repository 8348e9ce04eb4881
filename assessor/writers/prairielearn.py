"""The PrairieLearn interchange: submission_id says which, uid and qid verify, percent and feedback.

Follows docs/manualGrading: a row is found by submission_id (uid, or of groups group_name, and qid
then only verify) or by uid, instance and qid; a blank score_perc or feedback leaves what is there;
feedback is Markdown; partial_scores are JSON. Into PrairieLearn's own file, its percentages are
filled in; without one, the same columns are made from our grades: one row per released submission.
Not tried on a live site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal

from assessor.errors import SubmissionError
from assessor.grade import Grade, was_released_otherwise
from assessor.rubric import CellKind
from assessor.sheet import Table, csv_text, encode_rows, find_column, number_in, parse_table
from assessor.writers.base import (
    ChangeKind,
    ClassGrades,
    Column,
    PlatformGrade,
    Written,
    left,
    shown,
    two_decimals,
    with_text,
)
from assessor.writers.roster import Roster, choose_column, number_text, table_in

COLUMNS = ("uid", "instance", "qid", "submission_id", "score_perc", "feedback", "partial_scores")
_NEEDED = ("qid", "submission_id", "score_perc", "feedback")
# Who it is: a student, or a group, whose scores go by its name.
_WHO = ("uid", "group_name")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is the file of submissions for manual grading."""
    table = table_in(data, file)
    if table is None:
        return False
    needed = all(find_column(table.header, {name}) is not None for name in _NEEDED)
    return needed and find_column(table.header, _WHO) is not None


def find(data: bytes, column: str) -> Column:
    """Return the question (`qid`) that is meant; its grades are percentages.

    Raises SubmissionError where its autograder gave points that a percentage would replace.
    """
    table = parse_table(data, "submissions file")
    qid = _qid(table, column)
    auto = find_column(table.header, {"old_auto_points"})
    question = _place(table, "qid")
    if auto is not None and any(
        number_in(cells[auto]) for _, cells in table.records() if cells[question] == qid
    ):
        raise SubmissionError(
            f"{table.file}: {qid!r} has points by its autograder, which a percentage would "
            "replace; grade it on PrairieLearn's own page"
        )
    return Column(title=qid, max_points=Decimal(100), percent=True)


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the rows of this question with percentage and feedback, the keys beside them."""
    whole = parse_table(data, "submissions file")
    qid = _qid(whole, column)
    question = _place(whole, "qid")
    rows = tuple(row for row in whole.rows[1:] if len(row) > question and row[question] == qid)
    table = Table(
        file=whole.file, rows=(whole.header, *rows), lines=whole.lines,
        encoding=whole.encoding, bom=whole.bom, delimiter=whole.delimiter, line_end=whole.line_end,
    )  # fmt: skip
    old = find_column(table.header, {"old_score_perc"})
    text = find_column(table.header, {"old_feedback"})
    keys = tuple(
        place
        for place in (find_column(table.header, {name}) for name in (*_WHO, "uin"))
        if place is not None
    )
    grade = old if old is not None else _place(table, "score_perc")
    met, absent = Roster(table=table, keys=keys, grade=grade).meet(grades)
    submission = _place(table, "submission_id")
    kept = sorted([keys[0], _place(table, "qid"), submission])
    out = [[*(table.header[place] for place in kept), "score_perc", "feedback"]]
    changes = []
    for row in met:
        there = row.cells[text] if text is not None else ""
        # No submission_id: nothing was handed in that could be graded.
        change = (
            row.change
            if row.cells[submission].strip()
            else left(row.change.key, row.change.old, ChangeKind.LOCKED)
        )
        if change.new is not None:
            feedback = as_markdown(row.grade.feedback)
            change = with_text(change, there, feedback)
            cells = [row.cells[place] for place in kept]
            out.append([*cells, number_text(row.score, comma=False), feedback])
        changes.append(change)
    return Written(data=encode_rows(out, table), changes=(*changes, *absent))


def document(material: ClassGrades) -> bytes:
    """Return the interchange CSV of our own grades: one row per released submission."""
    rows: list[list[str]] = [list(COLUMNS)]
    for grade in material.grades:
        if grade.grade is None or not grade.max_points:
            continue
        rubric = material.rubrics[grade.submission.question]
        # What was found since a grade was released does not explain it.
        explained = not was_released_otherwise(grade)
        rows.append(
            [
                grade.submission.student_id,
                str(max(grade.submission.attempt, 1)),
                material.column if material.column and len(material.rubrics) == 1 else rubric.id,
                "",
                str(two_decimals(grade.grade / grade.max_points * 100)),
                as_markdown(grade.feedback) if explained else "",
                _partial_scores(grade) if explained else "",
            ]
        )
    return csv_text(rows).encode("utf-8", "replace")


def notes(material: ClassGrades) -> tuple[str, ...]:
    """Return what to know before the interchange CSV is uploaded."""
    return (
        "PrairieLearn takes it by uid, instance and qid, for questions with manual points only: a "
        "percentage would replace an autograder's. Name its own file with --template to be sure.",
    )


def as_markdown(feedback: str) -> str:
    """Return feedback as Markdown that shows the same characters, line by line."""
    lines = (_MARKDOWN.sub(r"\\\1", line) for line in shown(feedback).splitlines())
    return "  \n".join(lines)


def _partial_scores(grade: Grade) -> str:
    scores = {
        cell.cell: {
            "score": float(two_decimals(cell.points / cell.max_points)),
            "weight": float(cell.max_points),
        }
        for cell in grade.cells
        if cell.kind is CellKind.KEY_POINT and cell.points is not None and cell.max_points
    }
    return json.dumps(scores) if scores else ""


def _qid(table: Table, column: str) -> str:
    place = _place(table, "qid")
    found = dict.fromkeys(cells[place] for _, cells in table.records())
    names = {number: [qid] for number, qid in enumerate(found)}
    return list(found)[choose_column(table, names, column, "question (qid)")]


def _place(table: Table, name: str) -> int:
    place = find_column(table.header, {name})
    if place is None:
        raise SubmissionError(f"{table.file}: has no column {name!r}; download it again")
    return place
