"""The Moodle gradebook import: e-mail address and ID number, one grade column, its feedback.

Follows grade/import: columns are mapped by hand, e-mail addresses are compared with their case, a
feedback without its grade wipes the grade (so both stand in every row or the student is not in the
file), and a grade that was imported locks the activity. The file does not say what a column is
worth. Not tried on a live site; prefer the grading worksheet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assessor.errors import SubmissionError
from assessor.sheet import Table, encode_rows, fold_header, number_in, parse_table
from assessor.sheet.people import columns
from assessor.writers.base import Change, Column, PlatformGrade, Written, as_html, with_text
from assessor.writers.roster import Roster, choose_column, has_decimal_comma, number_text

_TITLE = re.compile(r"(?P<item>.+?)\s*\((?P<kind>[^()]+)\)\s*", re.DOTALL)
# "Grade/11.00" and "Bewertung/11,00", and not "Q. 1 /1.00".
_QUIZ = re.compile(r"\s*[^\W\d]+(?: [^\W\d]+)*\s*/\s*(\d+(?:[.,]\d+)?)\s*")
_REAL = frozenset({"real", "punkte", "brut", "numérico", "valor real", "reale", "absoluut"})
_FEEDBACK = frozenset({"feedback", "retroalimentación", "retroacció", "commentaires"})


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is a gradebook export: e-mail or ID number, and an item in points."""
    try:
        table = parse_table(data, file)
    except SubmissionError:
        return False
    return bool(_keys(table)) and bool(_items(table, _REAL))


def find(data: bytes, column: str) -> Column:
    """Return the item's column; a gradebook export does not say what it is worth."""
    table = parse_table(data, "gradebook export")
    return Column(title=table.header[_chosen(table, column)], max_points=None)


def worth(answers: bytes, file: str) -> Decimal | None:
    """Return what a quiz is worth as its own report says it: `Grade/11.00`, in any language."""
    try:
        header = parse_table(answers, file).header
    except SubmissionError:
        return None
    # The whole quiz stands before its questions (`Q. 1 /1.00`).
    found = (match for match in map(_QUIZ.fullmatch, header) if match)
    return next((number_in(match[1]) for match in found), None)


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the import file: keys, the grade and, where anybody has one, the feedback."""
    table = parse_table(data, "gradebook export")
    place = _chosen(table, column)
    keys = _keys(table)
    texts = _feedback_place(table, table.header[place])
    met, absent = Roster(table=table, keys=keys, grade=place).meet(grades)
    comma = has_decimal_comma(table, [place])
    with_feedback = any(row.grade.feedback for row in met)
    header = [*(table.header[key] for key in keys), table.header[place]]
    rows = [[*header, _feedback_title(table, place)] if with_feedback else header]
    changes: list[Change] = []
    for row in met:
        change = row.change
        there = row.cells[texts] if texts is not None else ""
        text = as_html(row.grade.feedback, table.encoding)
        if change.new is not None:
            change = with_text(change, there, text)
            cells = [*(row.cells[key] for key in keys), number_text(row.score, comma=comma)]
            # An empty feedback cell would be a change as well: what is there is said again.
            rows.append([*cells, text or there] if with_feedback else cells)
        changes.append(change)
    return Written(data=encode_rows(rows, table), changes=(*changes, *absent))


def _keys(table: Table) -> tuple[int, ...]:
    found = columns(table.header, "email", "number", "username")
    return tuple(place for place in found.values() if place is not None)


def _items(table: Table, kinds: frozenset[str]) -> dict[int, list[str]]:
    found = {}
    for place, title in enumerate(table.header):
        match = _TITLE.fullmatch(title)
        if match and fold_header(match["kind"]) in kinds:
            item = match["item"]
            # "Assignment: Week 4 (Real)" may be called by "Week 4" as well.
            found[place] = [title, item, item.partition(":")[2]]
    return found


def _chosen(table: Table, column: str) -> int:
    items = _items(table, _REAL)
    if not column:
        # The course total is calculated and takes nothing.
        activities = {place: names for place, names in items.items() if ":" in names[0]}
        items = activities or items
    return choose_column(table, items, column, "grade item in points (Real)")


def _feedback_place(table: Table, title: str) -> int | None:
    match = _TITLE.fullmatch(title)
    item = match["item"] if match else title
    for place, names in _items(table, _FEEDBACK).items():
        if fold_header(names[1]) == fold_header(item):
            return place
    return None


def _feedback_title(table: Table, place: int) -> str:
    there = _feedback_place(table, table.header[place])
    if there is not None:
        return table.header[there]
    match = _TITLE.fullmatch(table.header[place])
    return f"{match['item'] if match else table.header[place]} (Feedback)"
