"""By what else a file knows its students: columns that name people and are not the key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assessor.readers.base import Answers
from assessor.sheet import Table, fold_header
from assessor.sheet.word_lists import NAMES, PEOPLE
from assessor.submission import Submission

_NAMING = ("email", "username", "number", "name", "first", "last")
# What keeps the zeros of an id in a spreadsheet, and what Brightspace puts before one.
_AROUND = " \t\u00a0=\"#'"
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"[-+]?\d*[.,:/]\d+%?")
# How many records are looked at to see what a column is; how many students tell that its cells
# have one form, which has so many signs.
_LOOKED_AT, _ENOUGH, _LEAST_FORM = 1000, 5, 7
_LEAST_ID, _MOST_WORDS = 5, 5


def with_other_names(answers: Answers, table: Table) -> Answers:
    """Return the answers, each with what else its row calls its student: covered like the key.

    A column says so by its title, or by its cells where no title is known: addresses, and what is
    another one for each student, in the form of an id, or a name where a word of the title says so.
    """
    titles = frozenset[str]().union(*(PEOPLE[each] for each in _NAMING))
    asked = {each.text for each in answers.questions}
    rows = _one_row_each(answers.submissions)
    places = [
        place
        for place, title in enumerate(table.header)
        if title.replace("\u00a0", " ") not in asked
        and (fold_header(title) in titles or _names_people(title, _cells(table, rows, place)))
    ]
    if not places:
        return answers
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    return replace(
        answers,
        submissions=tuple(_named(each, table, places, kept) for each in answers.submissions),
    )


def _one_row_each(submissions: Sequence[Submission]) -> list[Submission]:
    """Return one submission of each of the first students."""
    first: dict[str, Submission] = {}
    for each in submissions[: _LOOKED_AT * 2]:
        first.setdefault(each.student_id, each)
    return list(first.values())[:_LOOKED_AT]


def _cells(table: Table, students: Sequence[Submission], place: int) -> list[str]:
    """Return what a column says of each student, where it does; nothing of one with answers."""
    found = []
    for each in students:
        row = table.rows[each.row - 1]
        cell = row[place].strip(_AROUND) if place < len(row) else ""
        if cell and cell in (each.answer.strip(), each.raw.strip()):
            return []
        found.append(cell)
    filled = [cell for cell in found if cell]
    return filled if len(filled) * 2 > len(students) else []


def _names_people(title: str, cells: Sequence[str]) -> bool:
    """Return whether a column of an unknown title names people, by what stands in it."""
    if sum(bool(_ADDRESS.fullmatch(cell)) for cell in cells) * 2 > len(cells):
        return True
    different = len(set(cells))
    if different < 2:
        return False
    if different == len(cells) and all(map(_is_id, cells)):
        forms = {re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", cell)) for cell in cells}
        alike = len(forms) == 1 and len(cells) >= _ENOUGH and len(cells[0]) >= _LEAST_FORM
        return alike or _says_so(title)
    written = sum(map(_is_written, cells)) * 10 >= len(cells) * 9
    # Two students may have one name; what is shared by more is a group, a tutor or a section.
    return written and different * 10 >= len(cells) * 9 and _says_so(title)


def _says_so(title: str) -> bool:
    """Return whether one word of a title is what such a column is called ("SIS ID")."""
    known = NAMES["student"].union(*(PEOPLE[each] for each in _NAMING))
    return not known.isdisjoint(_WORD.findall(fold_header(title)))


def _is_id(cell: str) -> bool:
    """Return whether a cell is one word with a digit, and neither a decimal number nor a time."""
    one = len(cell) >= _LEAST_ID and not cell.split()[1:] and any(c.isdigit() for c in cell)
    return one and not _NUMBER.fullmatch(cell)


def _is_written(cell: str) -> bool:
    """Return whether a cell is written as a name or a login: few words, of letters."""
    return len(cell.split()) <= _MOST_WORDS and not any(c.isdigit() for c in cell)


def _named(
    submission: Submission,
    table: Table,
    places: list[int],
    kept: dict[tuple[str, ...], tuple[str, ...]],
) -> Submission:
    row = table.rows[submission.row - 1]
    cells = (row[place].strip(_AROUND) for place in places if place < len(row))
    words = set(submission.name.split())
    others = tuple(
        cell
        for cell in dict.fromkeys(cells)
        if cell and cell != submission.student_id and not set(cell.split()) <= words
    )
    # Somebody with many answers is held once.
    return replace(submission, known_as=kept.setdefault(others, others)) if others else submission
