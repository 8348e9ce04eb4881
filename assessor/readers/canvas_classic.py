"""Canvas Classic Quizzes, Student Analysis: pairs of a question column and its points.

Columns are found by what they say and never by place: most lead columns come and go
(instructure/canvas-lms, student_analysis.rb, `to_csv`).
"""

from __future__ import annotations

import re

from assessor.readers.base import (
    Answers,
    Cell,
    FoundQuestion,
    QuestionKind,
    ReadOptions,
    named_column,
    number_attempts,
    submission_of,
)
from assessor.sheet import Table, find_column
from assessor.submission import InputState, Submission

_QUESTION = re.compile(r"\s*(\d+):\s*(.*)", re.DOTALL)
_POINTS = re.compile(r"\s*\d+(?:[.,]\d+)?\s*")
# A choice question has few different short answers; an essay has one per student.
_CHOICE_LENGTH, _CHOICE_WORDS = 60, 6


def recognise(table: Table) -> str:
    """Return why this is the report: at least one question column followed by its points."""
    pairs = _pairs(table)
    if pairs and find_column(table.header, {"submitted", "n correct", "attempt", "id"}) is not None:
        return f"{len(pairs)} question columns, each followed by its points"
    return ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every attempt at every written question; the key is the column `id`."""
    header = table.header
    pairs = _pairs(table)
    student = find_column(header, {"id"})
    if options.student:
        student = named_column(table, options.student, "--student")
    name = find_column(header, {"name"})
    attempt = find_column(header, {"attempt"})
    submitted = find_column(header, {"submitted"})
    rows = list(table.records())
    # The report is newest first; without an attempt column, time order numbers the attempts.
    oldest_first = sorted(rows, key=lambda each: each[1][submitted]) if submitted else rows[::-1]
    ids = [(cells[student] if student is not None else "", "") for _, cells in oldest_first]
    counted = {
        row: number for (row, _), number in zip(oldest_first, number_attempts(ids), strict=True)
    }
    kinds = {place: _kind([cells[place] for _, cells in rows]) for place in pairs}
    wanted = [place for place in pairs if kinds[place] is QuestionKind.WRITTEN]
    if options.answer:
        wanted = [named_column(table, options.answer, "--answer")]
    chosen = [place for place in pairs if kinds[place] is QuestionKind.CHOICE]
    choices: dict[tuple[str, int], dict[str, str]] = {}
    found: list[Submission] = []
    warnings: list[str] = []
    for row, cells in rows:
        key = cells[student] if student is not None else ""
        if not key:
            warnings.append(f"record {row} names no student (logged out or anonymous): row:{row}")
            key = f"row:{row}"
        number = int(cells[attempt]) if attempt is not None and cells[attempt].isdigit() else 0
        said = {header[place]: cells[place] for place in chosen if cells[place]}
        if said:
            choices[key, number or counted[row]] = said
        for place in wanted:
            cell = Cell(
                student=key,
                name=cells[name] if name is not None else "",
                question=header[place],
                attempt=number or counted[row],
                row=row,
            )
            # Both cells of a pair empty: a question group gave this student another question.
            not_asked = not cells[place] and not cells[place + 1]
            state = InputState.NOT_ASKED if not_asked else None
            found.append(submission_of(table, cell, cells[place], state))
    return Answers(
        format="canvas_classic",
        why=recognise(table),
        questions=tuple(FoundQuestion(text=header[place], kind=kinds[place]) for place in pairs),
        submissions=tuple(found),
        warnings=tuple(warnings),
        choices=choices,
    )


def _pairs(table: Table) -> list[int]:
    header = table.header
    return [
        place
        for place in range(len(header) - 1)
        if _QUESTION.fullmatch(header[place]) and _POINTS.fullmatch(header[place + 1])
    ]


def _kind(cells: list[str]) -> QuestionKind:
    given = [cell for cell in cells if cell.strip()]
    if not given:
        return QuestionKind.WRITTEN
    short = all(
        len(cell) <= _CHOICE_LENGTH and len(cell.split()) <= _CHOICE_WORDS for cell in given
    )
    repeated = len(set(given)) * 2 <= len(given) + 1
    return QuestionKind.CHOICE if short and repeated else QuestionKind.WRITTEN
