"""The Moodle grading worksheet: the same file, only Grade and Feedback of open rows touched.

Follows mod/assign/feedback/offline/importgradeslib.php: translated headers must stay as they are,
rows whose "can be changed" is not Yes are skipped there, rows that are newer in Moodle are skipped
by "Last modified (grade)", which therefore stays, and feedback is HTML. Not tried on a live site.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessor.errors import SubmissionError
from assessor.sheet import WORKSHEET, Table, find_column, number_in, parse_raw
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

_YES = frozenset({"yes", "ja", "oui", "sí", "si", "sì", "sim", "tak", "kyllä", "ano", "igen"})
_NO = frozenset({"no", "nein", "non", "não", "nee", "nie", "nej", "nei", "ei", "ne", "nem"})


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
    columns = _columns(table)
    title = table.header[columns.grade]
    if columns.most is None:
        raise SubmissionError(
            f"{table.file}: has no {title!r} in points (a scale of words?); set the assignment's "
            "grade type to points in Moodle and download the worksheet again"
        )
    numbers = {number_in(cells[columns.most]) for _, cells in table.records()}
    if len(numbers) != 1 or None in numbers:
        raise SubmissionError(
            f"{table.file}: {table.header[columns.most]!r} is not the same number in every row; "
            "download the worksheet again"
        )
    return Column(title=title, max_points=numbers.pop())


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the worksheet with these grades filled in, byte for byte the same elsewhere."""
    raw = parse_raw(data, "worksheet")
    table = raw.table
    columns = _columns(table)
    met, absent = Roster(table=table, keys=columns.keys, grade=columns.grade).meet(grades)
    comma = has_decimal_comma(table, [columns.grade, *filter(None, [columns.most])])
    changes: list[Change] = []
    for row in met:
        change = row.change
        if columns.open is not None and row.cells[columns.open].strip().casefold() not in _YES:
            change = left(change.key, change.old, ChangeKind.LOCKED)
        if change.new is not None and columns.feedback is not None and row.grade.feedback:
            text = f"<p>{as_html(row.grade.feedback, table.encoding)}</p>"
            change = with_text(change, row.cells[columns.feedback], text)
            if change.text:
                raw.put(row.place, columns.feedback, text)
        if change.new is not None and change.kind is not ChangeKind.SAME:
            raw.put(row.place, columns.grade, number_text(row.score, comma=comma))
        changes.append(change)
    return Written(data=raw.encode(), changes=(*changes, *absent))


def _columns(table: Table) -> _Columns:
    found = {name: find_column(table.header, titles) for name, titles in WORKSHEET.items()}
    identifier, grade = found["identifier"], found["grade"]
    if identifier is None or grade is None or found["last_modified_grade"] is None:
        raise SubmissionError(
            f"{table.file}: no Moodle grading worksheet (Identifier, Grade and Last modified "
            "(grade) are needed); download it from the assignment's grading page"
        )
    others = (
        _titled(table, {"id number", "id-nummer", "número de id", "numéro d'identification"}),
        _titled(
            table,
            {
                "email address",
                "e-mail-adresse",
                "adresse de courriel",
                "dirección de correo",
                "adreça electrònica",
            },
        ),
    )
    open_ = found["can_change"]
    return _Columns(
        keys=(identifier, *(each for each in others if each is not None)),
        grade=grade,
        most=found["maximum_grade"],
        open=open_ if open_ is not None else _yes_or_no(table, grade),
        feedback=found["feedback"],
    )


def _titled(table: Table, titles: set[str]) -> int | None:
    return find_column(table.header, titles)


def _yes_or_no(table: Table, grade: int) -> int | None:
    """Return the column behind the grade that says only yes or no, in a language we lack."""
    for place in range(grade + 1, len(table.header)):
        said = {cells[place].strip().casefold() for _, cells in table.records()}
        if said and said <= _YES | _NO:
            return place
    return None
