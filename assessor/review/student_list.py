"""The class as a list of students, with what stands of each: to find, to filter, to order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessor.review.entry import ReviewEntry
from assessor.review.filters import Filters, choose
from assessor.review.page_words import ONLY, STATES, chip
from assessor.review.view import points_text
from assessor.verdict import ReleasedBy, State

# More than these are narrowed down first: a page of thousands is no list to read.
SHOWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingWish:
    """What of the list is wanted; "" is no wish.

    `find` is a part of an id or a name, `state` and `only` are as in `Filters`, `by` is the order.
    """

    find: str = ""
    state: str = ""
    only: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One answer in the list; `colour` is the class of its state."""

    id: str
    number: int
    student: str
    name: str
    question: str
    state: str
    colour: str
    points: str
    most: str
    proposed: str
    released: str
    flagged: bool


ORDERS: Mapping[str, str] = {
    "": "by student",
    "name": "by name",
    "points": "by points, least first",
    "turn": "as they are read",
}
_RELEASED: Mapping[str, str] = {
    ReleasedBy.REVIEW: "goes out as decided",
    ReleasedBy.AUDIT: "released, audited",
    ReleasedBy.UNREAD: "released",
}


def asked_of(query: Mapping[str, str]) -> ListingWish:
    """Return what an address asks for; what is unknown there is passed over."""
    return ListingWish(
        find=query.get("find", "").strip()[:200],
        state=query.get("state", "") if query.get("state") in set(State) else "",
        only=query.get("only", "") if query.get("only") in ONLY else "",
        by=query.get("by", "") if query.get("by") in ORDERS else "",
    )


def listed(entries: Sequence[ReviewEntry], asked: ListingWish) -> tuple[ReviewEntry, ...]:
    """Return the answers that are asked for, in the order that is asked for."""
    wish = Filters(show="all", state=asked.state, only=asked.only)
    wanted = asked.find.casefold()
    found = [each for each in choose(entries, wish, {}) if wanted in _called(each)]
    return tuple(sorted(found, key=_ORDER[asked.by]))


def rows(entries: Sequence[ReviewEntry], *, several: bool) -> tuple[Listing, ...]:
    """Return the first answers as rows; `several` questions are told apart."""
    return tuple(_row(each, several=several) for each in entries[:SHOWN])


def states_in(entries: Sequence[ReviewEntry]) -> tuple[tuple[str, str], ...]:
    """Return the states that there are, with their words."""
    there = {each.state for each in entries}
    named = {**STATES, State.GRADED: "graded"}
    return tuple((state.value, named[state]) for state in State if state in there)


def _row(entry: ReviewEntry, *, several: bool) -> Listing:
    submission, grade = entry.outcome.submission, entry.shown
    words, colour = chip(entry)
    changed = grade.proposed is not None and grade.standing != grade.proposed
    return Listing(
        id=entry.id,
        number=entry.number,
        student=submission.student_id,
        name=submission.name,
        question=submission.question[:60] if several else "",
        state=words,
        colour=colour,
        points=points_text(grade.standing),
        most=points_text(grade.max_points),
        proposed=points_text(grade.proposed) if changed else "",
        released=_RELEASED.get(entry.grade.released_by, "stays in"),
        flagged=entry.is_flagged,
    )


def _called(entry: ReviewEntry) -> str:
    submission = entry.outcome.submission
    return f"{submission.student_id}\n{submission.name}".casefold()


def _by_student(entry: ReviewEntry) -> tuple[object, ...]:
    key = entry.key[0]
    return (
        (0, int(key), key) if key.isascii() and key.isdecimal() and len(key) < 20 else (1, 0, key)
    )


def _by_points(entry: ReviewEntry) -> tuple[bool, Decimal, str]:
    standing = entry.shown.standing
    return (standing is not None, standing or Decimal(0), entry.key[0])


_ORDER: Mapping[str, Callable[[ReviewEntry], Any]] = {
    "": _by_student,
    "name": lambda each: (each.outcome.submission.name.casefold(), each.key),
    "points": _by_points,
    "turn": lambda each: each.number,
}
