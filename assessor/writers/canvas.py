"""The Canvas gradebook import: identity, Section, one assignment, students who have a score.

Follows lib/gradebook_importer.rb: a blank cell over a score erases it, unknown titles create
assignments, points possible are taken as they stand there, and there is no feedback column. So the
file holds only students who have a score, and the one column. Not tried on a live site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assessor.sheet import Table, encode_rows, fold_header, number_in, parse_table
from assessor.writers.base import Change, ChangeKind, Column, PlatformGrade, Written, left
from assessor.writers.roster import (
    Roster,
    RosterRow,
    choose_column,
    has_decimal_comma,
    number_text,
    table_in,
)

_SECTION = frozenset({"section", "abschnitt", "sección", "sezione", "sectie", "secció", "seção"})
_IDENTITY = _SECTION | frozenset(
    {"student", "lastname", "firstname", "id", "sis user id", "sis login id", "integration id"}
    | {"root account"}
)
_KEYS = ("id", "sis user id", "sis login id", "integration id")
_ASSIGNMENT = re.compile(r"(.*)\((\d+)\)\s*", re.DOTALL)
_POINTS = "points possible"
# A title with one of these anywhere in it is taken for a total, and the column is passed over.
_TOTALS = re.compile(r"(?:Current|Final) (?:Score|Points|Grade)|Override (?:Score|Grade|Status)")
# As Canvas writes it in one column or in two.
_TEST_STUDENTS = frozenset({"student test", "test student"})


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is a gradebook export: ID, Section and a Points Possible row."""
    table = table_in(data, file)
    if table is None:
        return False
    titles = {fold_header(title) for title in table.header}
    named = bool(titles & _SECTION or titles & {"sis user id", "sis login id"})
    return "id" in titles and named and _points_row(table) is not None


def find(data: bytes, column: str) -> Column:
    """Return the assignment's column and what it is worth."""
    table = parse_table(data, "gradebook")
    place = _assignment(table, column)
    row = _points_row(table)
    points = number_in(table.rows[row][place]) if row is not None else None
    return Column(title=table.header[place], max_points=points)


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the import file for one assignment, in the gradebook's order."""
    table = parse_table(data, "gradebook")
    assignment = _assignment(table, column)
    titles = [fold_header(title) for title in table.header]
    identity = [place for place, title in enumerate(titles) if title in _IDENTITY]
    keys = tuple(titles.index(each) for each in _KEYS if each in titles)
    met, absent = Roster(table=table, keys=keys, grade=assignment).meet(grades)
    comma = has_decimal_comma(table, [assignment])
    rows: list[list[str]] = [[table.header[place] for place in (*identity, assignment)]]
    points_row = _points_row(table)
    if points_row is not None:
        points = table.rows[points_row]
        rows.append([points[place] if place < len(points) else "" for place in identity])
        rows[-1].append(points[assignment])
    changes: list[Change] = []
    for row in map(_without_test_student, met):
        changes.append(row.change)
        if row.change.new is not None:
            cells = (row.cells[place] for place in identity)
            rows.append([*cells, number_text(row.score, comma=comma)])
    return Written(
        data=encode_rows(rows, table),
        changes=(*changes, *absent),
        notes=_notes(table.header[assignment]),
    )


def _notes(title: str) -> tuple[str, ...]:
    """Return what Canvas would do with a column of this title."""
    total = _TOTALS.search(title)
    if total is None:
        return ()
    return (
        f"Canvas passes over every column with {total[0]!r} in its title and will say that nothing "
        "changed: give the assignment another name in Canvas and export the gradebook again.",
    )


def _without_test_student(row: RosterRow) -> RosterRow:
    names = (row.cells[0], " ".join(row.cells[:2]))
    if not {fold_header(each.replace(",", " ")) for each in names} & _TEST_STUDENTS:
        return row
    kept = left(row.grade.student_key, row.change.old, ChangeKind.LOCKED)
    return replace(row, change=kept)


def _points_row(table: Table) -> int | None:
    """Return the row of points possible, in any language: no ID, and a number for an assignment."""
    titles = [fold_header(title) for title in table.header]
    if "id" not in titles:
        return None
    key = titles.index("id")
    works = [place for place, title in enumerate(table.header) if _ASSIGNMENT.fullmatch(title)]
    for number, row in enumerate(table.rows[1:6], start=1):
        named = bool(row) and fold_header(row[0]) == _POINTS
        numbers = any(place < len(row) and number_in(row[place]) is not None for place in works)
        if named or (numbers and not "".join(row[key : key + 1]).strip()):
            return number
    return None


def _assignment(table: Table, column: str) -> int:
    """Return the assignment's column by title, id or both. Raises SubmissionError."""
    row = _points_row(table)
    points = table.rows[row] if row is not None else ()
    titles: dict[int, list[str]] = {}
    for place, title in enumerate(table.header):
        match = _ASSIGNMENT.fullmatch(title)
        # A total says "(read only)" in the row of points.
        if match and place < len(points) and number_in(points[place]) is not None:
            titles[place] = [title, match.group(1), match.group(2)]
    return choose_column(table, titles, column, "assignment")
