"""Gradebooks: who is in the class and what they have, but not what they wrote.

Canvas gradebook (lib/gradebook_exporter.rb), Moodle gradebook, Brightspace grades export,
Blackboard Grade Center, Sakai gradebook, Gradescope scores. They are read so that `check` can say
what they are; `export` fills them in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assessor.counting import plural
from assessor.readers.base import Answers, ReadOptions, first_filled, named_column
from assessor.readers.content import is_footer, is_test_student
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import Table, fold_header
from assessor.sheet.gradebook import gradebook_of
from assessor.sheet.people import address_column, columns, full_name
from assessor.submission import InputState

_CANVAS_TITLE = re.compile(r".*\(\d+\)\s*", re.DOTALL)
_BRIGHTSPACE = re.compile(r"<\s*(?:numeric|text|selectbox|pass/?fail|formula|calculated)\b", re.I)
_BLACKBOARD = re.compile(r".+\[[^\[\]]*\d[^\[\]]*\]\s*\|\s*\d+\s*", re.DOTALL)
_SAKAI = re.compile(r"[^*#].*?\[[\d.,]+\]\s*", re.DOTALL)
_POINTS_ROW = frozenset(
    {"points possible", "mögliche punkte", "points possibles", "punti possibili"}
)
_GRADESCOPE = frozenset({"submission id", "submission count", "lateness (h:m:s)", "view count"})


def recognise_canvas(table: Table) -> str:
    """Return why this is a Canvas gradebook: ID, Section and assignments with their ids."""
    titles = [fold_header(title) for title in table.header]
    works = sum(bool(_CANVAS_TITLE.fullmatch(title)) for title in table.header)
    points = any(_is_points_row(row[0]) for row in table.rows[: table.head + 6] if row)
    named = bool({"student", "lastname", "last name", "name"} & set(titles))
    if "id" in titles and (points or (works and named and "section" in titles)):
        return f"ID, {plural(works, 'assignment')} with ids" + (", Points Possible" * points)
    return ""


def _is_points_row(first: str) -> bool:
    """Return whether a row holds what the assignments are worth: four spaces in any language."""
    return fold_header(first) in _POINTS_ROW or (first.startswith("    ") and bool(first.strip()))


def read_canvas(table: Table, options: ReadOptions) -> Answers:
    """Return the class; the key is the column `ID`."""
    found = EntriesFound(file=table.file, format="canvas_gradebook", why=recognise_canvas(table))
    titles = [fold_header(title) for title in table.header]
    place = titles.index("id")
    people = columns(table.header, "name", "first", "last")
    if options.student:
        place = named_column(table, options.student, "--student")
    for row, cells in table.records():
        key, name = cells[place].strip(), full_name(cells, people) or cells[0].strip()
        if _is_points_row(cells[0]) or (not key and not name):
            continue
        if is_test_student(name):
            found.skip(row, name, "a test student")
        elif not key:
            found.skip(row, name, "no ID")
        else:
            found.entries.append(_member(key, row, name))
    return _without_answers(found, options, "download the quiz's Student Analysis report")


def recognise_moodle(table: Table) -> str:
    """Return why this is a Moodle gradebook: an address and grades, or its last column."""
    book = gradebook_of(table)
    if book is None:
        return ""
    if book.downloaded is not None:
        return f"the time of the download in {' '.join(table.header[book.downloaded].split())!r}"
    last = columns(table.header, "last")["last"]
    return (
        f"an address and {plural(len(book.items), 'column')} of grades" if last is not None else ""
    )


def read_moodle(table: Table, options: ReadOptions) -> Answers:
    """Return the class; the key is the e-mail address."""
    found = EntriesFound(file=table.file, format="moodle_gradebook", why=recognise_moodle(table))
    _read_class(table, found, options, ("email", "username", "number"))
    return _without_answers(found, options, "download the quiz's Responses report")


def recognise_brightspace(table: Table) -> str:
    """Return why this is a Brightspace grades export: its end-of-line mark."""
    titles = [fold_header(title) for title in table.header]
    if "end-of-line indicator" in titles:
        return "the column 'End-of-Line Indicator'"
    if not any(_BRIGHTSPACE.search(title) for title in titles):
        return ""
    if {cells[-1] for _, cells in table.records()} == {"#"}:
        return "a column of # at the end and one with <… MaxPoints:…>"
    if "orgdefinedid" in titles:
        return "OrgDefinedId and a column with <… MaxPoints:…>"
    return ""


def read_brightspace(table: Table, options: ReadOptions) -> Answers:
    """Return the class; the key is OrgDefinedId, its `#` dropped."""
    found = EntriesFound(
        file=table.file, format="brightspace_grades", why=recognise_brightspace(table)
    )
    _read_class(table, found, options, ("number", "username", "email"))
    return _without_answers(found, options, "download the quiz's attempts as CSV")


def recognise_blackboard(table: Table) -> str:
    """Return why this is a Grade Center download: a title, its points and the column's id."""
    works = sum(bool(_BLACKBOARD.fullmatch(title)) for title in table.header)
    return f"{plural(works, 'column')} with their points and ids" if works else ""


def read_blackboard(table: Table, options: ReadOptions) -> Answers:
    """Return the class; the key is the user name."""
    found = EntriesFound(
        file=table.file, format="blackboard_grades", why=recognise_blackboard(table)
    )
    _read_class(table, found, options, ("username", "number", "email"))
    return _without_answers(found, options, "download the test's results")


def recognise_sakai(table: Table) -> str:
    """Return why this is a Sakai gradebook: its English keys, and items with their points."""
    titles = {fold_header(title) for title in table.header}
    items = sum(bool(_SAKAI.fullmatch(title)) for title in table.header)
    if {"student id", "student name"} <= titles and items:
        return f"Student ID, Student Name and {plural(items, 'item')} with their points"
    return ""


def read_sakai(table: Table, options: ReadOptions) -> Answers:
    """Return the class; the key is Student ID."""
    found = EntriesFound(file=table.file, format="sakai_gradebook", why=recognise_sakai(table))
    _read_class(table, found, options, ("number",))
    return _without_answers(found, options, "download the quiz's responses")


def recognise_gradescope(table: Table) -> str:
    """Return why these are Gradescope's scores: Total Score, Status and Submission ID."""
    titles = {fold_header(title) for title in table.header}
    if {"total score", "max points", "status"} <= titles and titles & _GRADESCOPE:
        return "Total Score, Max Points, Status and Submission ID"
    return ""


def read_gradescope(table: Table, options: ReadOptions) -> Answers:
    """Return the class; the key is the e-mail address. Missing: nothing was handed in."""
    found = EntriesFound(
        file=table.file, format="gradescope_scores", why=recognise_gradescope(table)
    )
    status = [fold_header(title) for title in table.header].index("status")
    _read_class(table, found, options, ("email", "number", "username"), status)
    return _without_answers(found, options, "download 'Export Submissions' as well")


def _read_class(
    table: Table,
    found: EntriesFound,
    options: ReadOptions,
    keys: Sequence[str],
    status: int | None = None,
) -> None:
    places = columns(table.header, "email", "first", "last", "name", "username", "number")
    if places["email"] is None and keys[0] == "email":
        places["email"] = address_column(table)
    order = [places[key] for key in keys]
    if not any(place is not None for place in order):
        # A language we do not know: the guarded keys of Brightspace, else the addresses.
        guarded = [p for p, cell in enumerate(_first_row(table)[:-1]) if cell.startswith("#")]
        order = [*guarded, address_column(table)]
    if options.student:
        order = [named_column(table, options.student, "--student")]
    for row, cells in table.records():
        name = full_name(cells, places)
        key = first_filled(cells, order).removeprefix("#")
        if is_test_student(name):
            found.skip(row, name, "a test student")
        elif not key or is_footer(cells[0]):
            found.skip(row, first_filled(cells, range(len(cells))), "no student")
        else:
            handed_in = status is not None and fold_header(cells[status]) != "missing"
            found.entries.append(_member(key, row, name, attempt=1 if handed_in else 0))


def _first_row(table: Table) -> Sequence[str]:
    return next(iter(table.first(1)), ())


def _member(key: str, row: int, name: str, attempt: int = 0) -> ArchiveEntry:
    return ArchiveEntry(
        student=key,
        question="",
        raw="",
        row=row,
        name=name,
        attempt=attempt,
        state=InputState.NO_ANSWERS,
    )


def _without_answers(found: EntriesFound, options: ReadOptions, advice: str) -> Answers:
    found.warnings.append(f"holds no answers; {advice} to grade, keep this one for export")
    return assemble(found, ReadOptions(student=options.student))
