"""A workbook for people: released grades, their key points; nothing in it can run.

Every text is typed as text (xlsxwriter would make a formula of "=1+1" and a link of a URL), control
characters are shown as U+FFFD, and a text beyond Excel's 32,767 units is cut with a mark (the
library would write nothing at all). Rows without a released grade say why and hold no points; of
one that is proposed otherwise since, what was found since does not explain it and stays out.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from decimal import Decimal

from assessor.grade import Grade, was_released_otherwise
from assessor.rubric import CHOICE, PRESENT, CellKind
from assessor.writers.base import ClassGrades, shown
from assessor.writers.results import GRADE_COLUMNS, choice_level

MOST = 32_767
_MARK = "… [cut: {} characters in all]"
Value = str | Decimal | None
_CELL_COLUMNS = (
    "student_id", "name", "question", "attempt", "key_point", "level", "points", "max_points",
    "quotes", "gap",
)  # fmt: skip
_WIDE = frozenset({"feedback", "quotes", "gap", "reasons"})


def document(material: ClassGrades) -> bytes:
    """Return the workbook: the sheets "Grades" and "Key points"."""
    import xlsxwriter  # type: ignore[import-untyped]  # it ships no types  # noqa: PLC0415

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        # A fixed time: the same grades give the same file.
        book.set_properties({"created": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)})
        styles = (
            book.add_format({"bold": True}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        for name, rows in (("Grades", grade_rows(material)), ("Key points", cell_rows(material))):
            sheet = book.add_worksheet(name)
            for place, title in enumerate(rows[0]):
                sheet.set_column(place, place, 48 if title in _WIDE else 14, styles[1])
                sheet.write_string(0, place, str(title), styles[0])
            for number, row in enumerate(rows[1:], start=1):
                for place, value in enumerate(row):
                    if isinstance(value, Decimal):
                        sheet.write_number(number, place, float(value))
                    elif value:
                        sheet.write_string(number, place, fitted(value))
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)
    return out.getvalue()


def fitted(text: str) -> str:
    """Return a text that a cell can hold: visible, and cut with a mark where it is too long."""
    clean = shown(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    units = clean.encode("utf-16-le")
    if len(units) // 2 <= MOST:
        return clean
    mark = _MARK.format(len(clean))
    # Excel counts UTF-16 units: a pair that is cut in half is dropped.
    return units[: (MOST - len(mark)) * 2].decode("utf-16-le", "ignore") + mark


def grade_rows(material: ClassGrades) -> list[Sequence[Value]]:
    """Return a header and one row per answer; only a released grade has points."""
    columns = [each for each in GRADE_COLUMNS if each != "proposed_grade"]
    cells = {question: rubric.graded for question, rubric in material.rubrics.items()}
    several = len(cells) > 1
    titles = [f"{q}.{c}" if several else c for q, ids in cells.items() for c in ids]
    rows: list[Sequence[Value]] = [[*columns, *titles]]
    for grade in material.grades:
        own = _own_points(grade)
        points = [
            own.get(cell) if grade.submission.question == question else None
            for question, ids in cells.items()
            for cell in ids
        ]
        rows.append([*_row(grade), *points])
    return rows


def _row(grade: Grade) -> list[Value]:
    return [
        grade.submission.student_id,
        grade.submission.name,
        grade.submission.question,
        str(grade.submission.attempt),
        grade.state.value,
        grade.grade,
        grade.released_by,
        grade.max_points,
        ";".join(grade.reasons),
        grade.feedback if _is_explained(grade) else "",
    ]


def _is_explained(grade: Grade) -> bool:
    """Return whether a grade is out, and what was found is what it was given for."""
    return grade.grade is not None and not was_released_otherwise(grade)


def _own_points(grade: Grade) -> dict[str, Decimal | None]:
    """Points of a released grade's key points, 1 or 0 for a misconception, the choice's."""
    if not _is_explained(grade):
        return {}
    own = {
        each.cell: each.points
        if each.points is None or each.kind is CellKind.KEY_POINT
        else Decimal(int(each.level == PRESENT))
        for each in grade.cells
    }
    if grade.choice is not None:
        own[CHOICE] = grade.choice.points
    return own


def cell_rows(material: ClassGrades) -> list[Sequence[Value]]:
    """Return a header and one row per key point of each released grade."""
    rows: list[Sequence[Value]] = [_CELL_COLUMNS]
    for grade in material.grades:
        if not _is_explained(grade):
            continue
        about = grade.submission
        keys = [about.student_id, about.name, about.question, str(about.attempt)]
        choice = grade.choice
        if choice is not None and choice.points is not None:
            chosen = ", ".join(choice.options)
            most = choice.max_points
            rows.append([*keys, CHOICE, choice_level(choice), choice.points, most, chosen, ""])
        rows += [
            [
                *keys,
                cell.cell,
                cell.level,
                cell.points,
                cell.max_points,
                "\n".join(cell.quotes),
                cell.gap,
            ]
            for cell in grade.cells
            if cell.points is not None
        ]
    return rows
