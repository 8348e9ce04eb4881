"""The class in numbers, each of them leading to the answers behind it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.review.edit import levels_of, points_at
from assessor.review.entry import Entry
from assessor.review.roll import Wish, is_unsure, reasons_of
from assessor.review.view import letter_of, points_text, reason_text
from assessor.review.words import ONLY, STATES
from assessor.rubric import CellKind, Rubric
from assessor.verdict import State

ALL = Wish(show="all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A count, what it counts, and the list of those answers; `share` is of `whole`, in percent."""

    words: str
    count: int
    query: str
    share: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellNumbers:
    """One cell: how many stand at each level, and how often a person changed the proposal."""

    letter: str
    number: int
    title: str
    levels: tuple[Number, ...]
    changed: int
    decided: int


def states(entries: Sequence[Entry]) -> tuple[Number, ...]:
    """Return how many answers are in each state."""
    counts = Counter(each.shown.state for each in entries)
    return tuple(
        Number(words=STATES[state], count=counts[state], query=_to(state=state.value))
        if state is not State.GRADED
        else Number(words="graded", count=counts[state], query=_to(state=state.value))
        for state in State
        if counts[state]
    )


def work(entries: Sequence[Entry]) -> tuple[Number, ...]:
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


def reasons(entries: Sequence[Entry]) -> tuple[Number, ...]:
    """Return why answers should be looked at, the most frequent reason first."""
    counts = Counter(reason for each in entries for reason in reasons_of(each))
    return tuple(
        Number(words=reason_text(reason), count=count, query=_to(reason=reason))
        for reason, count in counts.most_common()
    )


def points(entries: Sequence[Entry], question: str) -> tuple[Number, ...]:
    """Return how many answers to a question stand at each number of points."""
    counts: Counter[Decimal] = Counter(
        each.shown.standing for each in entries if each.shown.standing is not None
    )
    most = max(counts.values(), default=1)
    return tuple(
        Number(
            words=points_text(number),
            count=counts[number],
            query=_to(points=format(number.normalize(), "f"), question=question),
            share=round(100 * counts[number] / most),
        )
        for number in sorted(counts)
    )


def cells(rubric: Rubric, entries: Sequence[Entry], question: str) -> tuple[CellNumbers, ...]:
    """Return each cell of a question with the answers at each of its levels."""
    tables = []
    for number, cell in enumerate(rubric.cells, start=1):
        at = Counter(_level(each, cell) for each in entries)
        whole = sum(at[level] for level in levels_of(rubric, cell)) or 1
        about = (
            rubric.key_point(cell)
            if rubric.kind_of(cell) is CellKind.KEY_POINT
            else rubric.misconception(cell)
        )
        tables.append(
            CellNumbers(
                letter=letter_of(number),
                number=number,
                title=about.description,
                levels=tuple(
                    Number(
                        words=level,
                        count=at[level],
                        query=_to(cell=cell, level=level, question=question),
                        share=round(100 * at[level] / whole),
                    )
                    for level in levels_of(rubric, cell)
                ),
                changed=sum(_changed_cell(each, cell) for each in entries),
                decided=sum(each.is_done and bool(each.outcome.findings) for each in entries),
            )
        )
    return tuple(tables)


def is_changed(entry: Entry) -> bool:
    """Return whether a person gave other points than were proposed."""
    return (
        entry.is_done
        and entry.grade.proposed is not None
        and entry.grade.standing != entry.grade.proposed
    )


def by_question(entries: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    """Return the answers by question."""
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(each.outcome.submission.question, []).append(each)
    return found


def _level(entry: Entry, cell: str) -> str:
    return next((each.level for each in entry.shown.cells if each.cell == cell), "")


def _changed_cell(entry: Entry, cell: str) -> bool:
    if not entry.is_done or entry.mine is None:
        return False
    given = dict(entry.mine.points).get(cell)
    finding = next((each for each in entry.outcome.findings if each.cell == cell), None)
    if given is None or finding is None:
        return False
    return points_at(entry.rubric, cell, finding.level) != given


def _to(**wish: str) -> str:
    return ALL.with_(**wish).query
