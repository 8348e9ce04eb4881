"""Moodle assignment, offline grading worksheet: one row per participant, the latest attempt.

(moodle mod/assign/gradingtable.php; headers in the site's language.)
"""

from __future__ import annotations

from assessor.readers.base import (
    Answers,
    Cell,
    FoundQuestion,
    QuestionKind,
    ReadOptions,
    named_column,
    submission_of,
)
from assessor.sheet import WORKSHEET, Table, find_column
from assessor.submission import InputState, Submission


def recognise(table: Table) -> str:
    """Return why this is the worksheet: an identifier, a grade and when it was last changed."""
    needed = ("identifier", "grade", "last_modified_grade")
    if all(find_column(table.header, WORKSHEET[name]) is not None for name in needed):
        return "Identifier, Grade and Last modified (grade)"
    return ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return the online texts; the key is the whole Identifier, as the import needs it."""
    header = table.header
    identifier = find_column(header, WORKSHEET["identifier"]) or 0
    text = find_column(header, WORKSHEET["online_text"])
    if options.answer:
        text = named_column(table, options.answer, "--answer")
    name = find_column(header, WORKSHEET["full_name"])
    status = find_column(header, WORKSHEET["status"])
    question = header[text] if text is not None else ""
    found: list[Submission] = []
    for row, cells in table.records():
        said = cells[status] if status is not None else ""
        answer = cells[text] if text is not None else ""
        absent = not answer and said.strip().casefold().startswith(_NO_SUBMISSION)
        cell = Cell(
            student=cells[identifier],
            name=cells[name] if name is not None else "",
            question=question,
            attempt=0 if absent else 1,
            row=row,
        )
        state = InputState.NOT_SUBMITTED if absent else None
        if text is None:
            state = InputState.NO_ANSWERS
        found.append(submission_of(table, cell, answer, state))
    return Answers(
        format="moodle_worksheet",
        why=recognise(table),
        questions=(FoundQuestion(text=question, kind=QuestionKind.WRITTEN),) if question else (),
        submissions=tuple(found),
    )


_NO_SUBMISSION = (
    "no submission",
    "keine abgabe",
    "aucun",
    "sin entrega",
    "no entregado",
    "nessuna consegna",
    "geen inzending",
    "nenhum envio",
    "brak",
)
