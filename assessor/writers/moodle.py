"""The Moodle grading worksheet: the rows that change, and nothing else of the file.

Follows mod/assign/feedback/offline/importgradeslib.php: translated headers must stay as they are,
rows whose "can be changed" is not Yes are skipped there, rows that are newer in Moodle are skipped
by "Last modified (grade)", which therefore stays, and feedback is HTML. The worksheet holds the
feedback without its HTML, and Moodle stores what a row says: so a row that does not change stays
out, and the feedback's column as well where none of it is ours. Rows are matched there by the
number of the identifier, whatever the language. Tried on Moodle 4.5 and 5.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assessor.errors import SubmissionError
from assessor.sheet import Table, number_in, parse_raw
from assessor.sheet.people import columns
from assessor.sheet.raw import RawTable
from assessor.sheet.worksheet import (
    Worksheet,
    open_words,
    participant_number,
    statuses_of,
    worksheet_of,
)
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
from assessor.writers.roster import Roster, RosterRow, has_decimal_comma, number_text

_SECOND = (
    "Some of these were graded there before: tick 'Allow updating records that have been modified "
    "more recently in Moodle than in the spreadsheet' where the page that confirms leaves them out "
    "(Moodle cannot read its own dates in many languages). The box also overwrites what was "
    "changed there since the worksheet was downloaded."
)
_DRAFTS = "By the worksheet some of these are drafts or opened again: their rows stay out."
_WORKFLOW = (
    "Marking workflow is on: grades reach the gradebook only when they are released in Moodle."
)


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is a grading worksheet."""
    try:
        return worksheet_of(parse_raw(data, file).table) is not None
    except SubmissionError:
        return False


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
    """Return the rows of the worksheet that change, with these grades filled in."""
    raw = parse_raw(data, "worksheet")
    table = raw.table
    at = _columns(table)
    grades, ours = _in_its_words(table, at, grades)
    met, absent = Roster(table=table, keys=_keys(table, at), grade=at.grade).meet(grades)
    said_open, drafts = open_words(table, at), {row - 1 for row in statuses_of(table, at).draft}
    changes = {
        row.place: left(row.change.key, row.change.old, ChangeKind.LOCKED)
        if row.place in drafts
        else _change(row, at, said_open, table.encoding)
        for row in met
    }
    texts = any(change.text for change in changes.values())
    kept: list[int] = []
    for row in met:
        change = changes[row.place]
        there = row.cells[at.feedback].strip() if at.feedback is not None else ""
        if change.new is not None and change.writes and texts and there and not row.grade.feedback:
            # Its cell holds a text without its links and lists: sent back, they would be gone.
            changes[row.place] = left(change.key, change.old, ChangeKind.TEXT_THERE)
        elif change.writes:
            kept.append(row.place)
            _fill(raw, row, change, at)
    drop = set() if texts or at.feedback is None else {at.feedback}
    graded = [row for row in met if row.place in kept]
    raw.keep(set(kept), drop)
    said = [*changes.values(), *absent]
    return Written(
        data=raw.encode(),
        changes=tuple(replace(each, key=ours.get(each.key, each.key)) for each in said),
        notes=(_DRAFTS,) if any(row.place in drafts for row in met) else (),
        upload=(
            *([_SECOND] if any(r.cells[at.graded_at].strip() not in "-" for r in graded) else ()),
            *([_WORKFLOW] if at.workflow is not None else ()),
        ),
    )


def _change(row: RosterRow, at: Worksheet, said_open: frozenset[str], encoding: str) -> Change:
    change = row.change
    if at.open is not None and row.cells[at.open].strip().casefold() not in said_open:
        return left(change.key, change.old, ChangeKind.LOCKED)
    if change.new is None or at.feedback is None:
        return change
    return with_text(change, row.cells[at.feedback], _html(row, encoding))


def _fill(raw: RawTable, row: RosterRow, change: Change, at: Worksheet) -> None:
    """Put a row's grade and feedback into the file."""
    table = raw.table
    if at.feedback is not None and row.grade.feedback:
        raw.put(row.place, at.feedback, _html(row, table.encoding))
    if change.kind is not ChangeKind.SAME:
        comma = has_decimal_comma(table, [at.grade, *([at.most] if at.most is not None else [])])
        raw.put(row.place, at.grade, number_text(row.score, comma=comma))


def _html(row: RosterRow, encoding: str) -> str:
    text = as_html(row.grade.feedback, encoding)
    return f"<p>{text}</p>" if text else ""


def _columns(table: Table) -> Worksheet:
    at = worksheet_of(table)
    if at is None:
        raise SubmissionError(
            f"{table.file}: no Moodle grading worksheet (Identifier, Grade and Last modified "
            "(grade) are needed); download it from the assignment's grading page"
        )
    return at


def _keys(table: Table, at: Worksheet) -> tuple[int, ...]:
    people = columns(table.header, "number", "email").values()
    # "ID" is the identifier in German, and its grade and maximum may be called alike elsewhere.
    return (at.identifier, *(p for p in people if p is not None and p != at.identifier))


def _in_its_words(
    table: Table, at: Worksheet, grades: Sequence[PlatformGrade]
) -> tuple[list[PlatformGrade], dict[str, str]]:
    """Return the grades under the identifiers of this file, and what each was called before.

    `Participant 8` and `Teilnehmer/in8` are one student: downloads in two languages.
    """
    there = {cells[at.identifier].strip() for _, cells in table.records()}
    like = next(iter(there), "")
    numbered = {participant_number(each, like): each for each in there}
    numbered.pop("", None)
    ours: dict[str, str] = {}
    named: list[PlatformGrade] = []
    for each in grades:
        key = each.student_key.strip()
        other = numbered.get(participant_number(key, like), "") if key not in there else ""
        if other:
            ours[other] = each.student_key
        named.append(replace(each, student_key=other) if other else each)
    return named, ours
