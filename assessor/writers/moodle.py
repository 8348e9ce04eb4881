"""The Moodle grading worksheet: the same file, only Grade and Feedback of open rows touched.

Follows mod/assign/feedback/offline/importgradeslib.php: translated headers must stay as they are,
rows whose "can be changed" is not Yes are skipped there, rows that are newer in Moodle are skipped
by "Last modified (grade)", which therefore stays, and feedback is HTML. Not tried on a live site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.errors import SubmissionError
from assessor.sheet import WORKSHEET, Table, find_column, fold_header, number_in, parse_raw
from assessor.sheet.people import columns
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
from assessor.writers.roster import Roster, has_decimal_comma, number_text

# "Yes" as Moodle's languages say it: whatever else stands in "can be changed" keeps a row shut.
_YES = frozenset(
    {"yes", "ja", "oui", "sí", "si", "sì", "sim", "tak", "kyllä", "ano", "áno", "igen", "da", "так"}
    | {"да", "\u03bd\u03b1\u03b9", "evet", "はい", "是", "예", "نعم", "כן", "بله", "हाँ", "có", "ใช่"}
    | {"ya", "jah", "jā", "taip", "já", "bai", "oes", "tá", "oo", "bəli", "иә", "ha"}
)
_IDENTIFIER = re.compile(r"\s*\D*[^\W\d]\D*\d+\s*")
_BRACKETED = re.compile(r".+\((.+)\)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    keys: tuple[int, ...]
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


def find(data: bytes, column: str) -> Column:
    """Return the worksheet's Grade and its Maximum Grade; `column` means nothing here.

    Raises SubmissionError for an assignment that is graded in words (a scale).
    """
    table = parse_raw(data, "worksheet").table
    at = _columns(table)
    title = table.header[at.grade]
    if at.most is None:
        raise SubmissionError(
            f"{table.file}: has no {title!r} in points (a scale of words?); set the assignment's "
            "grade type to points in Moodle and download the worksheet again"
        )
    numbers = {number_in(cells[at.most]) for _, cells in table.records()}
    if len(numbers) != 1 or None in numbers:
        raise SubmissionError(
            f"{table.file}: {table.header[at.most]!r} is not the same number in every row; "
            "download the worksheet again"
        )
    return Column(title=title, max_points=numbers.pop())


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the worksheet with these grades filled in, byte for byte the same elsewhere."""
    raw = parse_raw(data, "worksheet")
    table = raw.table
    at = _columns(table)
    met, absent = Roster(table=table, keys=at.keys, grade=at.grade).meet(grades)
    comma = has_decimal_comma(table, [at.grade, *filter(None, [at.most])])
    changes: list[Change] = []
    for row in met:
        change = row.change
        if at.open is not None and row.cells[at.open].strip().casefold() not in _YES:
            change = left(change.key, change.old, ChangeKind.LOCKED)
        if change.new is not None and at.feedback is not None and row.grade.feedback:
            text = f"<p>{as_html(row.grade.feedback, table.encoding)}</p>"
            change = with_text(change, row.cells[at.feedback], text)
            if change.text:
                raw.put(row.place, at.feedback, text)
        if change.new is not None and change.kind is not ChangeKind.SAME:
            raw.put(row.place, at.grade, number_text(row.score, comma=comma))
        changes.append(change)
    return Written(data=raw.encode(), changes=(*changes, *absent))


def _columns(table: Table) -> _Columns:
    """Return where things stand: by the titles' names, in other languages by Moodle's own order.

    That order is: identifier first; grade, maximum, (workflow,) "can be changed"; later the grade's
    title in brackets (when it was changed), and the feedback behind it.
    """
    found = {name: find_column(table.header, titles) for name, titles in WORKSHEET.items()}
    grade, changed = _grade_and_time(table.header)
    identifier = found["identifier"]
    if identifier is None and _all(table, 0, _IDENTIFIER):
        identifier = 0
    if identifier is None or grade is None or changed is None:
        raise SubmissionError(
            f"{table.file}: no Moodle grading worksheet (Identifier, Grade and Last modified "
            "(grade) are needed); download it from the assignment's grading page"
        )
    people = columns(table.header, "number", "email")
    others = (place for place in people.values() if place not in {None, identifier})
    # "ID" is the identifier in German, and its grade and maximum may be called alike elsewhere.
    known = found["maximum_grade"] is not None
    most = found["maximum_grade"] if known else _maximum(table, grade, found["can_change"])
    return _Columns(
        keys=(identifier, *(place for place in others if place is not None)),
        grade=grade,
        most=most,
        open=_open(table, found["can_change"], most if most is not None else grade),
        feedback=_feedback(table, found["feedback"], changed),
    )


def _grade_and_time(header: Sequence[str]) -> tuple[int | None, int | None]:
    """Return the column whose title stands again in brackets, and the one where it does."""
    folded = [fold_header(title) for title in header]
    for place, title in enumerate(folded):
        match = _BRACKETED.fullmatch(title)
        if match and match.group(1) in folded[:place]:
            return folded.index(match.group(1)), place
    return None, None


def _maximum(table: Table, grade: int, open_: int | None) -> int | None:
    """Return the column behind the grade where all rows hold one number; a scale's does not."""
    place = grade + 1
    if place == open_ or place >= len(table.header):
        return None
    numbers = {number_in(cells[place]) for _, cells in table.records()}
    return place if len(numbers) == 1 and None not in numbers else None


def _open(table: Table, known: int | None, before: int) -> int | None:
    """Return the column that says whether a grade can be changed.

    Where its title is not known it is the first behind the maximum with one word or two in it.
    """
    if known is not None:
        return known
    for place in range(before + 1, len(table.header)):
        said = {cells[place].strip().casefold() for _, cells in table.records()}
        if said & _YES or (0 < len(said) <= 2 and all(each.isalpha() for each in said)):
            return place
    return None


def _feedback(table: Table, known: int | None, changed: int) -> int | None:
    """Return the column of comments: where its title is not known, the only one at the end."""
    if known is not None:
        return known
    return changed + 1 if len(table.header) == changed + 2 else None


def _all(table: Table, place: int, pattern: re.Pattern[str]) -> bool:
    cells = [cells[place] for _, cells in table.records()]
    return bool(cells) and all(pattern.fullmatch(cell) for cell in cells)
