"""Our own files: grades.csv, key_points.csv, totals.csv and the result of one submission."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from assessor.grade import Grade, GradedCell, GradedChoice
from assessor.rubric import CHOICE, CellKind
from assessor.sheet import csv_text
from assessor.verdict import State
from assessor.writers.totals import Total

GRADE_COLUMNS = (
    "student_id",
    "name",
    "question",
    "attempt",
    "state",
    "proposed_grade",
    "grade",
    "released_by",
    "max_points",
    "reasons",
    "feedback",
)
CELL_COLUMNS = (
    "student_id",
    "question",
    "attempt",
    "key_point",
    "level",
    "points",
    "max_points",
    "probability",
    "quotes",
    "gap",
    "note",
    "reasons",
)


TOTAL_COLUMNS = (
    "student_id",
    "name",
    "state",
    "proposed_grade",
    "grade",
    "released_by",
    "max_points",
    "reasons",
)


# Rows that are held together on their way to a file.
_PART = 500


def grades_csv(grades: Iterable[Grade], cells: Mapping[str, Sequence[str]]) -> Iterator[bytes]:
    """Yield grades.csv in parts; `cells` names what is graded in each question, in its order.

    That is the choice where there is one, and the cells. With several questions a column is
    `question.id`.
    """
    several = len(cells) > 1
    columns = [
        (question, cell, f"{question}.{cell}" if several else cell)
        for question, ids in cells.items()
        for cell in ids
    ]
    head = [*GRADE_COLUMNS, *(guarded(column) for _, _, column in columns)]
    return _in_parts(head, (_whole_row(each, columns) for each in grades))


def _whole_row(grade: Grade, columns: Sequence[tuple[str, str, str]]) -> list[str]:
    own = {(grade.submission.question, each.cell): _cell_text(each) for each in grade.cells}
    if grade.choice is not None:
        own[grade.submission.question, CHOICE] = points_text(grade.choice.points)
    return [*_grade_row(grade), *(own.get(key[:2], "") for key in columns)]


def key_points_csv(grades: Iterable[Grade]) -> Iterator[bytes]:
    """Yield key_points.csv in parts: one row per decided cell."""
    return _in_parts(CELL_COLUMNS, (row for each in grades for row in _cell_rows(each)))


def _cell_rows(grade: Grade) -> Iterator[list[str]]:
    if grade.choice is not None and grade.choice.points is not None:
        yield _choice_row(grade, grade.choice)
    yield from (_cell_row(grade, cell) for cell in grade.cells if cell.points is not None)


def totals_csv(totals: Iterable[Total]) -> Iterator[bytes]:
    """Yield totals.csv: one row per student, a total empty until every question has its grade."""
    return _in_parts(TOTAL_COLUMNS, map(_total_row, totals))


def _total_row(total: Total) -> list[str]:
    released = total.grade is not None
    reasons = dict.fromkeys(reason for each in total.parts for reason in each.reasons)
    by = dict.fromkeys(each.released_by for each in total.parts)
    return [
        guarded(total.student_id),
        guarded_text(total.name),
        total.state.value,
        points_text(total.proposed),
        points_text(total.grade),
        ";".join(by) if released else "",
        points_text(total.max_points),
        ";".join(reasons),
    ]


def result_json(grade: Grade, run: str) -> dict[str, object]:
    """Return the result of one submission, as `--results` writes it."""
    return {
        "student_id": grade.submission.student_id,
        "question": grade.submission.question,
        "state": grade.state.value,
        "status": "graded" if grade.state in _SETTLED else "pending",
        "proposed_grade": _number(grade.proposed),
        "grade": _number(grade.grade),
        "max_points": _number(grade.max_points),
        "reasons": list(grade.reasons),
        "feedback": grade.feedback,
        "key_points": [
            *_choice_json(grade.choice),
            *(
                {
                    "key_point": cell.cell,
                    "level": cell.level,
                    "points": _number(cell.points),
                    "max_points": _number(cell.max_points),
                    "quotes": list(cell.quotes),
                    "gap": cell.gap,
                }
                for cell in grade.cells
                if cell.points is not None
            ),
        ],
        "run": run,
    }


def _choice_json(choice: GradedChoice | None) -> list[dict[str, object]]:
    if choice is None or choice.points is None:
        return []
    return [
        {
            "key_point": CHOICE,
            "level": choice_level(choice),
            "points": _number(choice.points),
            "max_points": _number(choice.max_points),
            "quotes": list(choice.options),
            "gap": "",
        }
    ]


# States in which a pipeline may go on; in all others a person must look first.
_SETTLED = frozenset({State.GRADED, State.BLANK})


def points_text(points: Decimal | None) -> str:
    """Return points as a person writes them: 1.5, 2, -1; "" for None."""
    return "" if points is None else _points_text(points)


@lru_cache(maxsize=1024)
def _points_text(points: Decimal) -> str:
    text = format(points.normalize(), "f")
    return "0" if text == "-0" else text


# What a spreadsheet takes for a formula, full-width forms included.
_FORMULA_STARTS = tuple("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula (OWASP ASVS 1.2.10)."""
    if text.lstrip(" ").startswith(_FORMULA_STARTS):
        return "'" + text
    return text


# Where a spreadsheet parts cells by `;`, or takes a quote within a cell for none, a text of several
# lines or parts begins cells of its own: what calls something there is marked as well. A list with
# dashes is left as it is.
_WITHIN = re.compile(
    r"([;\t\r\n] *)(?=[=@\uff1d\uff20]|[+\-\uff0b\uff0d] ?(?:[\w.]+\(|[^;\t\r\n]{0,200}\|))"
)


def guarded_text(text: str) -> str:
    """Return free text as a cell in which no spreadsheet runs anything, wherever it parts it."""
    return _WITHIN.sub(r"\1'", guarded(text))


def _grade_row(grade: Grade) -> list[str]:
    submission = grade.submission
    return [
        guarded(submission.student_id),
        guarded_text(submission.name),
        guarded(submission.question),
        str(submission.attempt),
        grade.state.value,
        points_text(grade.proposed),
        points_text(grade.grade),
        grade.released_by,
        points_text(grade.max_points),
        ";".join(grade.reasons),
        guarded_text(grade.feedback),
    ]


def _cell_text(cell: GradedCell) -> str:
    if cell.points is None:
        return ""
    if cell.kind is CellKind.MISCONCEPTION:
        return "1" if cell.level == "present" else "0"
    return points_text(cell.points)


def _choice_row(grade: Grade, choice: GradedChoice) -> list[str]:
    """The choice stands first, with what was chosen in the place of quotes."""
    return [
        guarded(grade.submission.student_id),
        guarded(grade.submission.question),
        str(grade.submission.attempt),
        CHOICE,
        choice_level(choice),
        points_text(choice.points),
        points_text(choice.max_points),
        "",
        guarded_text(json.dumps(list(choice.options), ensure_ascii=False)),
        "",
        "",
        "",
    ]


def choice_level(choice: GradedChoice) -> str:
    """Return `correct` or `wrong`; "" where the choice was not found and nobody graded it."""
    if choice.points is None:
        return ""
    return "correct" if choice.points else "wrong"


def _cell_row(grade: Grade, cell: GradedCell) -> list[str]:
    return [
        guarded(grade.submission.student_id),
        guarded(grade.submission.question),
        str(grade.submission.attempt),
        cell.cell,
        cell.level,
        points_text(cell.points),
        points_text(cell.max_points),
        "" if cell.probability is None else f"{cell.probability:.3f}",
        guarded_text(json.dumps(list(cell.quotes), ensure_ascii=False)) if cell.quotes else "[]",
        guarded_text(cell.gap),
        guarded_text(cell.note),
        ";".join(cell.reasons),
    ]


def _number(points: Decimal | None) -> float | int | None:
    if points is None:
        return None
    return int(points) if points == points.to_integral_value() else float(points)


def _in_parts(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[bytes]:
    yield csv_bytes([head])
    while part := list(islice(rows, _PART)):
        yield csv_bytes(part)


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a file; a lone surrogate of a student's text stays as it is."""
    return csv_text(rows).encode("utf-8", errors="surrogatepass")
