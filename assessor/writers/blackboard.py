"""The Blackboard Grade Center upload: Username and one column with its id.

Follows Blackboard's page on working offline: rows are matched by Username, the column by the id
behind the bar (a column without one would be made anew, as text or with other points), comma files
have every cell quoted. The download's encoding (UTF-16 where it is one) and delimiter are kept.
Calculated columns ("up to") take nothing. Feedback goes into "Feedback to Learner" where the
download of one column has it; the others have no place for it, and then it is said. Not tried on a
live site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assessor.sheet import Table, encode_rows, find_column, number_in, parse_table
from assessor.sheet.people import columns
from assessor.writers.base import Change, Column, PlatformGrade, Written, as_html, with_text
from assessor.writers.roster import (
    Roster,
    RosterRow,
    choose_column,
    has_decimal_comma,
    number_text,
    table_in,
)

# Title [Total Pts: 10 Score] |664617, in any language of the site.
_GRADE = re.compile(
    r"(?P<title>.*?)\s*\[[^\[\]:]*:\s*(?P<points>[\d.,]+)[^\[\]]*\]\s*\|\s*(?P<id>\d+)\s*",
    re.DOTALL,
)


# The columns behind a grade in the download of a single column, and what they hold for us.
_LEARNER, _LEARNER_FORMAT = "feedback to learner", "feedback format"
_HTML = "HTML"
_NO_PLACE = (
    "The feedback stays out: this download has no column for it. Download the one grade column "
    "(with its comments) to get 'Feedback to Learner', or hand out assessor export --to feedback."
)


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is a Grade Center download: Username and a column with its id."""
    table = table_in(data, file)
    return table is not None and bool(_keys(table)) and bool(_grade_columns(table))


def find(data: bytes, column: str) -> Column:
    """Return the column and its total points, as its title says."""
    table = parse_table(data, "Grade Center download")
    title = table.header[_chosen(table, column)]
    return Column(title=title, max_points=_most(title))


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the upload: Username and the column as it is titled, only students graded."""
    table = parse_table(data, "Grade Center download")
    place = _chosen(table, column)
    keys = _keys(table)
    met, absent = Roster(table=table, keys=keys, grade=place).meet(grades)
    comma = has_decimal_comma(table, [place])
    text, kind = (find_column(table.header, {name}) for name in (_LEARNER, _LEARNER_FORMAT))
    changes = [_with_feedback(row, text, table) for row in met]
    texts = text is not None and any(change.text for change in changes)
    extra = [p for p in (text, kind) if p is not None] if texts else []
    rows = [[table.header[p] for p in (keys[0], place, *extra)]]
    for row, change in zip(met, changes, strict=True):
        if change.new is not None:
            cells = [row.cells[keys[0]], number_text(row.score, comma=comma)]
            # What is there is said again: an empty cell could take it away.
            ours = as_html(row.grade.feedback, table.encoding)
            said = {text: ours or row.cells[text], kind: _HTML} if text is not None else {}
            if kind is not None and not ours:
                said[kind] = row.cells[kind]
            rows.append([*cells, *(said[p] for p in extra)])
    dropped = text is None and any(row.grade.feedback for row in met)
    return Written(
        data=encode_rows(rows, table, quote_all=table.delimiter != "\t"),
        changes=(*changes, *absent),
        notes=(_NO_PLACE,) if dropped else (),
    )


def _with_feedback(row: RosterRow, text: int | None, table: Table) -> Change:
    if row.change.new is None or text is None:
        return row.change
    return with_text(row.change, row.cells[text], as_html(row.grade.feedback, table.encoding))


def _keys(table: Table) -> tuple[int, ...]:
    found = columns(table.header, "username", "number")
    if found["username"] is None:
        return ()
    return tuple(place for place in found.values() if place is not None)


def _grade_columns(table: Table) -> dict[int, list[str]]:
    found = {}
    for place, title in enumerate(table.header):
        match = _GRADE.fullmatch(title)
        if match:
            found[place] = [title, match["title"], match["id"]]
    return found


def _chosen(table: Table, column: str) -> int:
    return choose_column(table, _grade_columns(table), column, "grade column with an id (|12345)")


def _most(title: str) -> Decimal | None:
    match = _GRADE.fullmatch(title)
    return number_in(match["points"]) if match else None
