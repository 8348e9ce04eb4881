"""The Moodle grading worksheet: the same file, only Grade and Feedback of open rows touched.

Follows mod/assign/feedback/offline/importgradeslib.php: translated headers must stay as they are,
rows whose "can be changed" is not Yes are skipped there, feedback is HTML. Untested on a live site.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.errors import SubmissionError
from assessor.sheet import WORKSHEET, RawTable, Table, find_column, number_in, parse_raw
from assessor.writers.base import (
    Change,
    ChangeKind,
    PlatformGrade,
    Written,
    change_of,
    missing,
    one_grade_each,
    two_decimals,
)

_YES = frozenset({"yes", "ja", "oui", "sí", "si", "sì", "sim", "tak"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    identifier: int
    grade: int
    most: int | None
    open: int | None
    feedback: int | None


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is a grading worksheet."""
    try:
        _columns(parse_raw(data, file).table)
    except SubmissionError:
        return False
    return True


def max_points(data: bytes, column: str) -> Decimal | None:
    """Return the worksheet's Maximum Grade; None for a scale. `column` means nothing here."""
    table = parse_raw(data, "worksheet").table
    place = _columns(table).most
    if place is None:
        return None
    found = {number_in(cells[place]) for _, cells in table.records()}
    return found.pop() if len(found) == 1 else None


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the worksheet with these grades filled in, byte for byte the same elsewhere."""
    raw = parse_raw(data, "worksheet")
    columns = _columns(raw.table)
    wanted = one_grade_each(grades)
    changes: list[Change] = []
    for row, cells in raw.table.records():
        key = cells[columns.identifier]
        if key not in wanted:
            continue
        grade = wanted[key]
        old = number_in(cells[columns.grade])
        if columns.open is not None and cells[columns.open].strip().casefold() not in _YES:
            changes.append(Change(key=key, old=old, new=None, kind=ChangeKind.LOCKED))
            continue
        score = two_decimals(grade.score)
        if old != score:
            raw.put(row - 1, columns.grade, _number(score, raw, columns))
        if columns.feedback is not None and grade.feedback:
            raw.put(row - 1, columns.feedback, _as_html(grade.feedback))
        changes.append(change_of(key, old, score))
    present = {cells[columns.identifier] for _, cells in raw.table.records()}
    return Written(data=raw.encode(), changes=(*changes, *missing(grades, present)))


def _columns(table: Table) -> _Columns:
    found = {name: find_column(table.header, titles) for name, titles in WORKSHEET.items()}
    identifier, grade = found["identifier"], found["grade"]
    if identifier is None or grade is None or found["last_modified_grade"] is None:
        raise SubmissionError(
            f"{table.file}: no Moodle grading worksheet (Identifier, Grade and Last modified "
            "(grade) are needed); download it from the assignment's grading page"
        )
    return _Columns(
        identifier=identifier,
        grade=grade,
        most=found["maximum_grade"],
        open=found["can_change"],
        feedback=found["feedback"],
    )


def _number(score: Decimal, raw: RawTable, columns: _Columns) -> str:
    """Write a number with the decimal sign of the worksheet's own numbers."""
    places = [each for each in (columns.most, columns.grade) if each is not None]
    cells = (cells[place] for _, cells in raw.table.records() for place in places)
    comma = any("," in cell and "." not in cell for cell in cells)
    return str(score).replace(".", ",") if comma else str(score)


def _as_html(feedback: str) -> str:
    lines = html.escape(feedback, quote=False).splitlines()
    return f"<p>{'<br>'.join(lines)}</p>"
