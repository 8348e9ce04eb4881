"""The Moodle gradebook import: the keys, one grade column, its feedback, when it was downloaded.

Follows grade/import: columns are mapped by hand, e-mail addresses are compared with their case, a
feedback without its grade wipes the grade and an empty cell the feedback that is there, and a grade
that was imported locks the activity. The time of the download goes back as well: by it Moodle
refuses a grade where somebody changed one since. The file does not say what a column is worth.
Tried on Moodle 4.5 and 5.1; prefer the grading worksheet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assessor.errors import SubmissionError
from assessor.sheet import Table, encode_rows, number_in, parse_table
from assessor.sheet.gradebook import Gradebook, GradeItem, gradebook_of
from assessor.writers.base import (
    Change,
    ChangeKind,
    Column,
    PlatformGrade,
    Written,
    as_html,
    left,
    with_text,
)
from assessor.writers.roster import (
    Roster,
    RosterRow,
    choose_column,
    has_decimal_comma,
    number_text,
    table_in,
)

# "Grade/11.00" and "Bewertung/11,00", and not "Q. 1 /1.00".
_QUIZ = re.compile(r"\s*[^\W\d]+(?: [^\W\d]+)*\s*/\s*(\d+(?:[.,]\d+)?)\s*")
_SEMICOLON = "Choose 'Semicolon' as the separator at the upload: that is what this file has."
_NOT_THERE = (
    "The export holds no feedback, so nobody can say whether some is there: students without "
    "feedback of ours were left out. Export it again with 'Include feedback in export' ticked."
)


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is a gradebook export: e-mail or ID number, and an item in points."""
    table = table_in(data, file)
    found = gradebook_of(table) if table is not None else None
    return found is not None and bool(found.items)


def find(data: bytes, column: str) -> Column:
    """Return the item's column; a gradebook export does not say what it is worth."""
    table = parse_table(data, "gradebook export")
    return Column(
        title=" ".join(_chosen(table, _book(table), column).title.split()), max_points=None
    )


def worth(answers: bytes, file: str) -> Decimal | None:
    """Return what a quiz is worth as its own report says it: `Grade/11.00`, in any language."""
    table = table_in(answers, file)
    if table is None:
        return None
    # The whole quiz stands before its questions (`Q. 1 /1.00`).
    found = (match for match in map(_QUIZ.fullmatch, table.header) if match)
    return next((number_in(match[1]) for match in found), None)


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the import file: who changes, with keys, grade, feedback and the download's time."""
    table = parse_table(data, "gradebook export")
    book = _book(table)
    item = _chosen(table, book, column)
    met, absent = Roster(table=table, keys=book.keys, grade=item.place).meet(grades)
    changes = {row.place: _change(row, item, table) for row in met}
    texts = any(change.text for change in changes.values())
    comma = has_decimal_comma(table, [item.place])
    places = [*book.keys, item.place]
    rows: list[list[str]] = [[table.header[place] for place in places]]
    for row in met:
        change = changes[row.place]
        if change.new is not None and texts and _would_wipe(row, item):
            changes[row.place] = change = left(change.key, change.old, ChangeKind.TEXT_THERE)
        if change.writes:
            cells = [row.cells[key] for key in book.keys]
            text = [as_html(row.grade.feedback, table.encoding)] if texts else []
            rows.append([*cells, number_text(row.score, comma=comma), *text])
            if book.downloaded is not None:
                rows[-1].append(row.cells[book.downloaded])
    if texts:
        rows[0].append(_feedback_title(table, item))
    if book.downloaded is not None:
        rows[0].append(table.header[book.downloaded])
    out = any(change.kind is ChangeKind.TEXT_THERE for change in changes.values())
    return Written(
        data=encode_rows(rows, table),
        changes=(*changes.values(), *absent),
        notes=(_NOT_THERE,) if out and item.feedback is None else (),
        upload=(_SEMICOLON,) if table.delimiter == ";" else (),
    )


def _change(row: RosterRow, item: GradeItem, table: Table) -> Change:
    there = row.cells[item.feedback] if item.feedback is not None else ""
    if row.change.new is None:
        return row.change
    return with_text(row.change, there, as_html(row.grade.feedback, table.encoding))


def _would_wipe(row: RosterRow, item: GradeItem) -> bool:
    """Return whether a row without feedback of ours would empty one, or might."""
    there = item.feedback is None or bool(row.cells[item.feedback].strip())
    return there and not row.grade.feedback


def _book(table: Table) -> Gradebook:
    book = gradebook_of(table)
    if book is None:
        raise SubmissionError(
            f"{table.file}: no gradebook export (an e-mail address or ID number and an item are "
            "needed); download it at Grades, Export, Plain text file"
        )
    return book


def _chosen(table: Table, book: Gradebook, column: str) -> GradeItem:
    # "Assignment: Week 4 (Real)" may be called by "Week 4" as well; French has a no-break space.
    items = {
        each.place: [
            " ".join(each.title.split()),
            each.name,
            re.split("[:\uff1a]", each.name, maxsplit=1)[-1],
            each.name.partition("\u00a0")[2] or each.name,
        ]
        for each in book.items
    }
    if not column and len(items) > 1:
        # The course total is calculated, takes nothing and stands last.
        activities = {place: names for place, names in items.items() if names[1] != names[2]}
        last = max(items)
        rest = {place: names for place, names in items.items() if place != last}
        items = activities if len(items) - len(activities) == 1 else rest
    place = choose_column(table, items, column, "grade item in points (Real)")
    return next(each for each in book.items if each.place == place)


def _feedback_title(table: Table, item: GradeItem) -> str:
    return f"{item.name} (Feedback)" if item.feedback is None else table.header[item.feedback]
