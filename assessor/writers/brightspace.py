"""The Brightspace grades import: both keys, one points column, the end-of-line column.

Follows D2L's page on importing grades: Username or OrgDefinedId (guarded by `#`), a column that
ends in "Points Grade", the last column `#`; no names, no e-mail, no weighted columns, no feedback.
A grade above the maximum is cut there, so none is written. Not tried on a live site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assessor.sheet import Table, encode_rows, fold_header, number_in, parse_table
from assessor.writers.base import Column, PlatformGrade, Written
from assessor.writers.roster import Roster, choose_column, has_decimal_comma, number_text, table_in

_KEYS = ("orgdefinedid", "username")
_END = "End-of-Line Indicator"
_GRADE = re.compile(r"(.*?)\s*Points Grade\s*(?:<(.*)>)?\s*", re.DOTALL | re.IGNORECASE)
_MOST = re.compile(r"MaxPoints:\s*([\d.,]+)", re.IGNORECASE)


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is a grades export: a key and a points column."""
    table = table_in(data, file)
    return table is not None and bool(_keys(table)) and bool(_grade_columns(table))


def find(data: bytes, column: str) -> Column:
    """Return the points column and its MaxPoints."""
    table = parse_table(data, "grades export")
    title = table.header[_chosen(table, column)]
    return Column(title=title, max_points=_most(title))


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the import file: keys as they stand there, the one column, only students graded."""
    table = parse_table(data, "grades export")
    place = _chosen(table, column)
    keys = _keys(table)
    met, absent = Roster(table=table, keys=keys, grade=place, mark="#").meet(grades)
    comma = has_decimal_comma(table, [place])
    rows = [[*(table.header[key] for key in keys), table.header[place], _END]]
    rows += [
        [*(row.cells[key] for key in keys), number_text(row.score, comma=comma), "#"]
        for row in met
        if row.change.new is not None
    ]
    return Written(data=encode_rows(rows, table), changes=(*(row.change for row in met), *absent))


def _keys(table: Table) -> tuple[int, ...]:
    titles = [fold_header(title) for title in table.header]
    # In the template's own order: people compare the two files.
    return tuple(place for place, title in enumerate(titles) if title in _KEYS)


def _grade_columns(table: Table) -> dict[int, list[str]]:
    found = {}
    for place, title in enumerate(table.header):
        match = _GRADE.fullmatch(title)
        if match:
            found[place] = [title, match.group(1), f"{match.group(1)} Points Grade"]
    return found


def _chosen(table: Table, column: str) -> int:
    return choose_column(table, _grade_columns(table), column, "points column")


def _most(title: str) -> Decimal | None:
    match = _MOST.search(title)
    return number_in(match.group(1)) if match else None
