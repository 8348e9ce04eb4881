"""The Canvas gradebook import: identity, Section, one assignment, students who have a score.

Follows lib/gradebook_importer.rb: a blank cell over a score erases it, unknown titles create
assignments, and there is no feedback column. Untested on a live site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assessor.errors import SubmissionError
from assessor.sheet import Table, encode_rows, fold_header, number_in, parse_table
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

_IDENTITY = frozenset(
    {"student", "lastname", "firstname", "id", "sis user id", "sis login id", "integration id"}
    | {"root account", "section"}
)
_ASSIGNMENT = re.compile(r".*\((\d+)\)\s*", re.DOTALL)
_POINTS = "points possible"


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is a gradebook export: ID, Section and a Points Possible row."""
    try:
        table = parse_table(data, file)
    except SubmissionError:
        return False
    titles = {fold_header(title) for title in table.header}
    return {"id", "section"} <= titles and _points_row(table) is not None


def max_points(data: bytes, column: str) -> Decimal | None:
    """Return what the assignment is worth."""
    table = parse_table(data, "gradebook")
    row = _points_row(table)
    return number_in(table.rows[row][_assignment(table, column)]) if row is not None else None


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the import file for one assignment, in the gradebook's order."""
    table = parse_table(data, "gradebook")
    assignment = _assignment(table, column)
    titles = [fold_header(title) for title in table.header]
    identity = [place for place, title in enumerate(titles) if title in _IDENTITY]
    key_place = titles.index("id")
    wanted = one_grade_each(grades)
    rows: list[list[str]] = [[table.header[place] for place in (*identity, assignment)]]
    points_row = _points_row(table)
    if points_row is not None:
        points = table.rows[points_row]
        rows.append([points[place] if place < len(points) else "" for place in identity])
        rows[-1].append(points[assignment])
    comma = _decimal_comma(table, assignment)
    changes: list[Change] = []
    present: set[str] = set()
    for _, cells in table.records():
        key = cells[key_place].strip()
        present.add(key)
        if key not in wanted or not key:
            continue
        there = cells[assignment].strip()
        old = number_in(there)
        if there and old is None:
            # EX is excused and N/A not assigned: a score would undo a person's word.
            changes.append(Change(key=key, old=None, new=None, kind=ChangeKind.LOCKED))
            continue
        score = two_decimals(wanted[key].score)
        changes.append(change_of(key, old, score))
        text = str(score).replace(".", ",") if comma else str(score)
        rows.append([*(cells[place] for place in identity), text])
    return Written(data=encode_rows(rows, table), changes=(*changes, *missing(grades, present)))


def _points_row(table: Table) -> int | None:
    for number, row in enumerate(table.rows[1:4], start=1):
        if row and fold_header(row[0]) == _POINTS:
            return number
    return None


def _assignment(table: Table, column: str) -> int:
    """Return the assignment's column by title, id or both. Raises SubmissionError."""
    row = _points_row(table)
    points = table.rows[row] if row is not None else ()
    places = [
        place
        for place, title in enumerate(table.header)
        if _ASSIGNMENT.fullmatch(title)
        and place < len(points)
        and number_in(points[place]) is not None
    ]
    if column:
        chosen = [place for place in places if _names(table.header[place], column)]
    else:
        chosen = places
    if len(chosen) == 1:
        return chosen[0]
    listed = ", ".join(repr(table.header[place]) for place in places) or "none"
    what = f"no single assignment is {column!r}" if column else "it has several assignments"
    raise SubmissionError(f"{table.file}: {what}; name one with --column: {listed}")


def _names(title: str, column: str) -> bool:
    match = _ASSIGNMENT.fullmatch(title)
    number = match.group(1) if match else ""
    bare = title.rpartition("(")[0]
    return fold_header(column) in {fold_header(title), fold_header(bare), number}


def _decimal_comma(table: Table, place: int) -> bool:
    cells = (row[place] for row in table.rows[1:] if place < len(row))
    return any("," in cell and "." not in cell and number_in(cell) is not None for cell in cells)
