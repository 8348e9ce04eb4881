"""The class in numbers, each of them leading to the answers behind it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.grade import level_that_counts
from assessor.reasons import reason_words
from assessor.review.decision_keys import levels_of, points_at
from assessor.review.entry import ReviewEntry
from assessor.review.filters import Filters, is_unsure, reasons_of
from assessor.review.page_words import ONLY, STATES
from assessor.review.view import letter_of, points_text
from assessor.rubric import CellKind, Rubric
from assessor.verdict import State

ALL = Filters(show="all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A count, what it counts, and the list of those answers; `share` is of all, in percent.

    As a piece of a bar it begins at `start` percent, in the colour of its `kind`.
    """

    words: str
    count: int
    query: str
    share: float = 0.0
    start: float = 0.0
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellNumbers:
    """One cell: how many stand at each level, and how often a person changed the proposal."""

    letter: str
    number: int
    title: str
    levels: tuple[Number, ...]
    changed: int
    decided: int


def states(entries: Sequence[ReviewEntry]) -> tuple[Number, ...]:
    """Return how many answers are in each state, as the pieces of one bar."""
    counts = Counter(each.state for each in entries)
    return _in_a_row(
        Number(
            words=STATES[state] if state is not State.GRADED else "graded",
            count=counts[state],
            query=_to(state=state.value),
            kind=state.value,
        )
        for state in State
        if counts[state]
    )


def work(entries: Sequence[ReviewEntry]) -> tuple[Number, ...]:
    """Return what is open, flagged, changed, and where graders differ."""
    readable = [each for each in entries if each.is_readable]
    counts = {
        "open": sum(not each.is_done for each in readable),
        "done": sum(each.is_done for each in entries),
        "changed": sum(is_changed(each) for each in entries),
        "flagged": sum(each.is_flagged for each in entries),
        "differ": sum(bool(each.rivals) for each in entries),
        "unsure": sum(is_unsure(each) for each in entries),
    }
    words = {
        "open": "not decided by a person",
        "done": "decided by a person",
        "changed": "given other points than proposed",
        "flagged": "flagged to come back to",
        "differ": "on which graders differ",
        "unsure": "where a reading was unsure or the readings disagree",
    }
    return tuple(
        Number(words=words[only], count=counts[only], query=_to(only=only))
        for only in ONLY
        if counts[only]
    )


def reasons(entries: Sequence[ReviewEntry]) -> tuple[Number, ...]:
    """Return why answers should be looked at, the most frequent reason first."""
    counts = Counter(reason for each in entries for reason in reasons_of(each))
    return tuple(
        Number(words=reason_words(reason), count=count, query=_to(reason=reason))
        for reason, count in counts.most_common()
    )


def points(entries: Sequence[ReviewEntry], question: str) -> tuple[Number, ...]:
    """Return how many answers to a question stand at each number of points."""
    counts: Counter[Decimal] = Counter(
        each.standing for each in entries if each.standing is not None
    )
    most = max(counts.values(), default=1)
    return tuple(
        Number(
            words=points_text(number),
            count=counts[number],
            query=_to(points=format(number.normalize(), "f"), question=question),
            share=100 * counts[number] / most,
        )
        for number in sorted(counts)
    )


def cells(rubric: Rubric, entries: Sequence[ReviewEntry], question: str) -> tuple[CellNumbers, ...]:
    """Return each cell of a question with the answers at each of its levels."""
    tables = []
    for number, cell in enumerate(rubric.cells, start=1):
        at = Counter(level_that_counts(each.shown, cell) for each in entries)
        del at[None]
        is_wrong = rubric.kind_of(cell) is CellKind.MISCONCEPTION
        about = rubric.misconception(cell) if is_wrong else rubric.key_point(cell)
        levels = levels_of(rubric, cell)
        tables.append(
            CellNumbers(
                letter=letter_of(number),
                number=number,
                title=about.description,
                levels=_in_a_row(
                    (
                        Number(
                            words=level,
                            count=at[level],
                            query=_to(cell=cell, level=level, question=question),
                            kind=_kind(place, len(levels), is_wrong=is_wrong),
                        )
                        for place, level in enumerate(levels)
                    ),
                    of=at.total(),
                ),
                changed=sum(_changed_cell(each, cell) for each in entries),
                decided=sum(each.is_done and bool(each.outcome.findings) for each in entries),
            )
        )
    return tuple(tables)


def is_changed(entry: ReviewEntry) -> bool:
    """Return whether a person gave other points than were proposed."""
    return (
        entry.is_done
        and entry.grade.proposed is not None
        and entry.grade.standing != entry.grade.proposed
    )


def by_question(entries: Sequence[ReviewEntry]) -> Mapping[str, list[ReviewEntry]]:
    """Return the answers by question."""
    found: dict[str, list[ReviewEntry]] = {}
    for each in entries:
        found.setdefault(each.outcome.submission.question, []).append(each)
    return found


def _in_a_row(numbers: Iterable[Number], of: int = 0) -> tuple[Number, ...]:
    """Return counts as the pieces of one bar, one after another; their shares are `of` so many."""
    pieces = tuple(numbers)
    whole, start, placed = of or sum(each.count for each in pieces) or 1, 0.0, []
    for each in pieces:
        share = 100 * each.count / whole
        placed.append(replace(each, share=share, start=start))
        start += share
    return tuple(placed)


def _kind(place: int, levels: int, *, is_wrong: bool) -> str:
    """Return the colour of a level: nothing made, a part, all of it, or what is wrong."""
    if place == 0:
        return "none"
    if is_wrong:
        return "wrong"
    return "full" if place == levels - 1 else "part"


def _changed_cell(entry: ReviewEntry, cell: str) -> bool:
    if not entry.is_done or entry.mine is None:
        return False
    given = dict(entry.mine.points).get(cell)
    finding = next((each for each in entry.outcome.findings if each.cell == cell), None)
    if given is None or finding is None:
        return False
    return points_at(entry.rubric, cell, finding.level) != given


def _to(**wish: str) -> str:
    return ALL.with_(**wish).query
