"""A sheet to grade on: answers and empty columns; no names, no formulas, and blind no verdicts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

from assessor.grade import choice_points
from assessor.rubric import CHOICE, CellKind, Rubric
from assessor.submission import Key, Submission
from assessor.writers.results import csv_bytes, guarded, points_text
from assessor.writers.xlsx import fitted

WIDE, NARROW = 80, 14


# What is shown of the judge beside an answer, by submission and column; nothing where it is blind.
Beside = Mapping[Key, Mapping[str, str]]
_BLIND: Beside = {}


def blind_csv(
    submissions: Sequence[Submission], rubrics: Mapping[str, Rubric], beside: Beside = _BLIND
) -> bytes:
    """Return the sheet as CSV, in the order given; what a spreadsheet would run is made text."""
    header, *rows = _rows(submissions, rubrics, beside)
    return csv_bytes([header, *([guarded(cell) for cell in row] for row in rows)])


def blind_xlsx(
    submissions: Sequence[Submission], rubrics: Mapping[str, Rubric], beside: Beside = _BLIND
) -> bytes:
    """Return the sheet as a workbook: every cell is text, and only points that exist are taken."""
    import xlsxwriter  # type: ignore[import-untyped]  # it ships no types  # noqa: PLC0415

    header, *rows = _rows(submissions, rubrics, beside)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("blind")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    plain = book.add_format({"valign": "top"})
    for column, title in enumerate(header):
        is_answer = title == "answer"
        sheet.set_column(column, column, WIDE if is_answer else NARROW)
        sheet.write_string(0, column, title, bold)
        if said := _said(title, rubrics):
            sheet.write_comment(0, column, said)
        for row, cells in enumerate(rows, start=1):
            if cells[column]:
                sheet.write_string(row, column, fitted(cells[column]), text)
            else:
                sheet.write_blank(row, column, None, plain)
        if rows and (most := _most(title, rubrics)) is not None:
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


def _said(title: str, rubrics: Mapping[str, Rubric]) -> str:
    """Return what stands beside a column: the key point in words and what it is worth."""
    lines = []
    for rubric in rubrics.values():
        if title not in rubric.cells:
            continue
        if rubric.kind_of(title) is CellKind.MISCONCEPTION:
            lines.append(f"{rubric.misconception(title).description}: 1 if claimed, else 0")
        else:
            key_point = rubric.key_point(title)
            steps = ", ".join(points_text(each.points) for each in key_point.levels)
            lines.append(f"{key_point.description}: 0, {steps}")
    return "\n".join(lines)


def _most(title: str, rubrics: Mapping[str, Rubric]) -> float | None:
    most: list[Decimal] = []
    for rubric in rubrics.values():
        if title == "total":
            most.append(rubric.scoring.max_points)
        elif title in rubric.cells:
            is_key_point = rubric.kind_of(title) is CellKind.KEY_POINT
            most.append(rubric.key_point(title).points if is_key_point else Decimal(1))
    return float(max(most)) if most else None
