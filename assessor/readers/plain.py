"""Plain CSV and TSV: a column that names the student and one that holds the answer."""

from __future__ import annotations

import re

from assessor.errors import SubmissionError
from assessor.readers.base import (
    Answers,
    Cell,
    FoundQuestion,
    QuestionKind,
    ReadOptions,
    columns_of,
    named_column,
    submission_of,
)
from assessor.sheet import NAMES, Table, find_column
from assessor.submission import Submission


def recognise(table: Table) -> str:
    """Any table may be a plain one; the platforms were tried before."""
    return "columns found by name"


def read(table: Table, options: ReadOptions) -> Answers:
    """Return the answers of a plain table. Raises SubmissionError naming what is unclear."""
    student = _column(table, options.student, "student")
    answer = _column(table, options.answer, "answer")
    if student == answer:
        raise SubmissionError(f"{table.file}: --student and --answer name the same column")
    attempt = find_column(table.header, NAMES["attempt"])
    name = find_column(table.header, NAMES["name"])
    question = find_column(table.header, NAMES["question"])
    title = table.header[answer]
    found: list[Submission] = []
    rows: dict[tuple[str, str, int], int] = {}
    for row, cells in table.records():
        place = Cell(
            student=_student(table, row, cells[student]),
            name=cells[name] if name is not None and name != student else "",
            question=cells[question] if question is not None else title,
            attempt=_attempt(table, row, cells[attempt]) if attempt is not None else 1,
            row=row,
        )
        key = (place.student.casefold(), place.question, place.attempt)
        if key in rows:
            raise SubmissionError(
                f"{table.file}:{table.lines[row - 1]}: student {place.student!r} stands there "
                f"twice (records {rows[key]} and {row}); add an 'attempt' column or remove one"
            )
        rows[key] = row
        found.append(submission_of(table, place, cells[answer]))
    if not found:
        raise SubmissionError(f"{table.file}: has a header and no answers; export it again")
    asked = dict.fromkeys(each.question for each in found)
    return Answers(
        format="plain",
        why=f"student in {table.header[student]!r}, answer in {title!r}",
        questions=tuple(FoundQuestion(text=text, kind=QuestionKind.WRITTEN) for text in asked),
        submissions=tuple(found),
    )


def _column(table: Table, named: str, meaning: str) -> int:
    if named:
        return named_column(table, named, f"--{meaning}")
    place = find_column(table.header, NAMES[meaning])
    if place is None:
        raise SubmissionError(
            f"{table.file}: no column is known to hold the {meaning}; "
            f"name it with --{meaning}: {columns_of(table)}"
        )
    return place


def _student(table: Table, row: int, cell: str) -> str:
    if not cell.strip():
        raise SubmissionError(
            f"{table.file}:{table.lines[row - 1]}: record {row} names no student; fill it in"
        )
    return cell


def _attempt(table: Table, row: int, cell: str) -> int:
    if not re.fullmatch(r"\s*\d{1,6}\s*", cell):
        raise SubmissionError(
            f"{table.file}:{table.lines[row - 1]}: attempt {cell!r} is no number; correct it"
        )
    return int(cell)
