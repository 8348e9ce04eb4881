"""By what else a file knows its students: columns that name people and are not the key."""

from __future__ import annotations

from dataclasses import replace

from assessor.readers.base import Answers
from assessor.sheet import Table, fold_header
from assessor.sheet.word_lists import PEOPLE
from assessor.submission import Submission

_NAMING = ("email", "username", "number", "name", "first", "last")
# What keeps the zeros of an id in a spreadsheet, and what Brightspace puts before one.
_AROUND = " \t\u00a0=\"#'"


def with_other_names(answers: Answers, table: Table) -> Answers:
    """Return the answers, each with what else its row calls its student: covered like the key."""
    titles = frozenset[str]().union(*(PEOPLE[each] for each in _NAMING))
    asked = {each.text for each in answers.questions}
    places = [
        place
        for place, title in enumerate(table.header)
        if fold_header(title) in titles and title.replace("\u00a0", " ") not in asked
    ]
    if not places:
        return answers
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    return replace(
        answers,
        submissions=tuple(_named(each, table, places, kept) for each in answers.submissions),
    )


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
