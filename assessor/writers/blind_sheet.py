"""A sheet to grade on: answers and empty columns; no names, no formulas, and blind no verdicts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

from assessor.grade import choice_points
from assessor.rubric import CHOICE, CellKind, Rubric
from assessor.sheet import heading_of, meaning_of
from assessor.submission import Key, Submission
from assessor.writers.results import csv_bytes, guarded, guarded_text, points_text
from assessor.writers.xlsx import fitted

WIDE, NARROW = 80, 20


# What is shown of the judge beside an answer, by submission and column; nothing where it is blind.
Beside = Mapping[Key, Mapping[str, str]]
_BLIND: Beside = {}


def blind_csv(
    submissions: Sequence[Submission], rubrics: Mapping[str, Rubric], beside: Beside = _BLIND
) -> bytes:
    """Return the sheet as CSV, in the order given; what a spreadsheet would run is made text."""
    columns, *rows = _rows(submissions, rubrics, beside)
    header = [heading_of(column, rubrics) for column in columns]
    names = {"student_id", "question", "attempt"}  # what is read back, letter by letter
    guards = [guarded if column in names else guarded_text for column in columns]
    cells = [[guard(cell) for guard, cell in zip(guards, row, strict=True)] for row in rows]
    return csv_bytes([list(map(guarded, header)), *cells])


def blind_xlsx(
    submissions: Sequence[Submission], rubrics: Mapping[str, Rubric], beside: Beside = _BLIND
) -> bytes:
    """Return the sheet as a workbook: every cell is text, and only points that exist are taken."""
    import xlsxwriter  # type: ignore[import-untyped]  # it ships no types  # noqa: PLC0415

    columns, *rows = _rows(submissions, rubrics, beside)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("blind")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    plain = book.add_format({"valign": "top"})
    for column, name in enumerate(columns):
        sheet.set_column(column, column, WIDE if name == "answer" else NARROW)
        sheet.write_string(0, column, heading_of(name, rubrics), bold)
        if said := meaning_of(name, rubrics):
            sheet.write_comment(0, column, said)
        for row, cells in enumerate(rows, start=1):
            if cells[column]:
                sheet.write_string(row, column, fitted(cells[column]), text)
            else:
                sheet.write_blank(row, column, None, plain)
        if rows and (most := _most(name, rubrics)) is not None:
            rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": most}
            sheet.data_validation(1, column, len(rows), column, rule)
    sheet.freeze_panes(1, 1)
    book.close()
    return stream.getvalue()


def _rows(
    submissions: Sequence[Submission], rubrics: Mapping[str, Rubric], beside: Beside
) -> list[list[str]]:
    asked = dict.fromkeys(each.question for each in submissions)
    several = len(asked) > 1
    attempts = len({(each.student_id, each.question) for each in submissions}) < len(submissions)
    columns = list(dict.fromkeys(cell for question in asked for cell in rubrics[question].graded))
    context = ["student_id", *["question"] * several, *["attempt"] * attempts]
    more = list(dict.fromkeys(title for shown in beside.values() for title in shown))
    rows = [[*context, "answer", *more, *columns, "total", "unsure", "feedback"]]
    for each in submissions:
        known = {"student_id": each.student_id, "question": each.question}
        known["attempt"] = str(each.attempt)
        rubric = rubrics[each.question]
        rows.append(
            [
                *(known[name] for name in context),
                each.answer,
                *(beside.get(each.key, {}).get(title, "") for title in more),
                *(_filled(each, rubric, column) for column in columns),
                *[""] * 3,
            ]
        )
    return rows


def _filled(submission: Submission, rubric: Rubric, column: str) -> str:
    """The choice is graded by code: it stands there, and a person may correct it."""
    if column != CHOICE:
        return ""
    return points_text(choice_points(rubric, submission))


def _most(column: str, rubrics: Mapping[str, Rubric]) -> float | None:
    most: list[Decimal] = []
    for rubric in rubrics.values():
        if column == "total":
            most.append(rubric.scoring.max_points)
        elif column in rubric.cells:
            is_key_point = rubric.kind_of(column) is CellKind.KEY_POINT
            most.append(rubric.key_point(column).points if is_key_point else Decimal(1))
    return float(max(most)) if most else None
