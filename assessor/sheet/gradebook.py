"""Where things stand in Moodle's gradebook export, in a language of which no word is known too.

(grade/export.) The order is always: who it is, then each item with its grades and its feedback,
`Item (Real)`, `Item (Percentage)`, `Item (Feedback)`, and at the end when it was downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.sheet.names import fold_header
from assessor.sheet.people import address_column, columns
from assessor.sheet.table import Table, number_in
from assessor.sheet.word_lists import FEEDBACK, LAST_DOWNLOAD, REAL

_TITLE = re.compile(r"(?P<item>.+?)\s*[(（](?P<kind>[^()（）]+)[)）]\s*", re.DOTALL)
_STAMP = re.compile(r"1\d{9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeItem:
    """A column of grades in points: its title, its item's name, and where its feedback stands."""

    place: int
    title: str
    name: str
    feedback: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradebook:
    """The keys in the file's order, the items in points, and the time of the download."""

    keys: tuple[int, ...]
    items: tuple[GradeItem, ...]
    downloaded: int | None


def gradebook_of(table: Table) -> Gradebook | None:
    """Return where a gradebook's columns stand; None where the table is none."""
    people = columns(table.header, "email", "number", "username")
    if people["email"] is None:
        people["email"] = address_column(table)
    keys = sorted({place for place in people.values() if place is not None})
    downloaded = _downloaded(table)
    if not keys or ("email" in people and people["email"] is None and downloaded is None):
        return None
    items = _items(table, known_only=downloaded is None)
    if not items and downloaded is None:
        return None
    return Gradebook(keys=tuple(keys), items=items, downloaded=downloaded)


def _downloaded(table: Table) -> int | None:
    """Return the last column where it tells when the file was made: the same second in all rows."""
    last = len(table.header) - 1
    titles = [fold_header(title) for title in table.header]
    named = next((place for place, title in enumerate(titles) if title in LAST_DOWNLOAD), None)
    if named is not None:
        return named
    cells = {cells[last].strip() for cells in table.first(200)}
    stamped = len(cells) == 1 and _STAMP.fullmatch(next(iter(cells))) is not None
    return last if stamped and any(map(_TITLE.fullmatch, table.header)) else None


def _items(table: Table, *, known_only: bool) -> tuple[GradeItem, ...]:
    """Return the columns of points: by the word in their brackets, else by what is in them."""
    titles = [(p, m) for p, t in enumerate(table.header) if (m := _TITLE.fullmatch(t))]
    kinds = {place: fold_header(match["kind"]) for place, match in titles}
    names = {place: fold_header(match["item"]) for place, match in titles}
    groups: dict[str, list[int]] = {}
    for place, name in names.items():
        groups.setdefault(name, []).append(place)
    real = {place for place, kind in kinds.items() if kind in REAL}
    if not real and not known_only:
        # Of one item the first bracket holds the points, where nothing but numbers is in it.
        first = {kinds[min(places)] for places in groups.values()}
        real = {p for p, kind in kinds.items() if kind in first and _has_points(table, p)}
    found = []
    for place, match in titles:
        if place in real:
            feedback = _feedback(table, place, groups[names[place]], kinds)
            title = table.header[place]
            found.append(GradeItem(place=place, title=title, name=match["item"], feedback=feedback))
    return tuple(found)


def _feedback(table: Table, place: int, group: Sequence[int], kinds: dict[int, str]) -> int | None:
    """Return the feedback's column of an item: by its word, else its last one without numbers."""
    others = [each for each in group if each != place]
    named = [each for each in others if kinds[each] in FEEDBACK]
    if named:
        return named[0]
    last = max(others, default=None)
    if last is None or last < place:
        return None
    cells = [cells[last].strip() for _, cells in table.records()]
    # A grade that is not there is a dash; a feedback that is not there is nothing.
    return None if any(cell == "-" or number_in(cell) is not None for cell in cells) else last


def _has_points(table: Table, place: int) -> bool:
    cells = [cells[place].strip() for _, cells in table.records()]
    return all(cell in {"-", ""} or number_in(cell) is not None for cell in cells) and any(cells)
