"""The order in which answers are looked at, and what of them a reviewer wants to see. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from assessor.digest import digest
from assessor.grade import level_that_counts
from assessor.review.entry import ReviewEntry
from assessor.sureness import UNSURE
from assessor.verdict import State

MOST_PARTS = 20
# The wishes in `only` that tell of people alone: the others would tell who grades blind what a
# judge said.
OF_PEOPLE = frozenset({"open", "done", "flagged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is to be shown; "" is no wish. Every field is a part of the page's address.

    `show` is the queue, the rest or everything; `part` is such as `1of3`; `cell` and `level` are
    of the grade as this seat sees it; `names` shows who wrote it; `only` is `open`, `done`,
    `flagged`, `changed` (by a person), `unsure` (readings are) or `differ` (graders do).
    """

    show: str = ""
    question: str = ""
    state: str = ""
    reason: str = ""
    cell: str = ""
    level: str = ""
    only: str = ""
    part: str = ""
    like: str = ""
    points: str = ""
    names: str = ""

    @property
    def query(self) -> str:
        """The wish as the end of an address, with its question mark; "" where there is none."""
        asked = {name: value for name, value in self.given().items() if value}
        return f"?{urlencode(asked)}" if asked else ""

    def given(self) -> dict[str, str]:
        """Return the fields by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def with_(self, **changes: str) -> Filters:
        """Return this wish changed."""
        return replace(self, **changes)


def wish_from(query: Mapping[str, str]) -> Filters:
    """Return the wish in an address; what is unknown there is passed over."""
    return Filters(**{each.name: query.get(each.name, "")[:200] for each in fields(Filters)})


def arrange(
    entries: Iterable[ReviewEntry], questions: Sequence[str], groups: Sequence[Sequence[str]]
) -> tuple[ReviewEntry, ...]:
    """Return the answers in their order, numbered from 1.

    First those without a grade, then the queue as it was drawn, then the others by a digest:
    stable, and unrelated to names and to the order of handing in. Of several questions one is
    read after the other. Where people grade by hand, alike answers (`groups` of ids) come one
    after another.
    """
    place = {each: digest("order", sorted(group)) for group in groups for each in group}
    turn = {question: number for number, question in enumerate(questions)}

    def rank(entry: ReviewEntry) -> tuple[int, int, int, str, str]:
        outcome = entry.outcome
        question = turn[outcome.submission.question]
        own = digest("order", [entry.id])
        if outcome.state is State.UNGRADED:
            return (0, question, 0, own, own)
        if entry.is_queued and not entry.by_hand:
            return (1, question, outcome.queue_rank or 0, own, own)
        if not entry.is_readable:
            return (3, question, 0, own, own)
        return (2, question, 0, place.get(entry.id, own) if entry.by_hand else own, own)

    ordered = sorted(entries, key=rank)
    return tuple(replace(each, number=number) for number, each in enumerate(ordered, start=1))


def choose(
    entries: Sequence[ReviewEntry], wish: Filters, alike: Mapping[str, str]
) -> tuple[ReviewEntry, ...]:
    """Return the answers that a wish is about, in their order; `alike` is id → group."""
    chosen = [each for each in entries if _shows(each, wish) and _fits(each, wish, alike)]
    part = _part(wish.part)
    if part is None:
        return tuple(chosen)
    number, parts = part
    return tuple(each for each in chosen if each.number % parts == number % parts)


def _part(text: str) -> tuple[int, int] | None:
    number, _, parts = text.partition("of")
    if not (number.isdecimal() and parts.isdecimal()):
        return None
    found = int(number), int(parts)
    return found if 1 <= found[0] <= found[1] <= MOST_PARTS else None


def _shows(entry: ReviewEntry, wish: Filters) -> bool:
    match wish.show:
        case "rest":
            return entry.is_readable and not entry.is_queued
        case "all":
            return True
        case _:
            return entry.is_queued


def _fits(entry: ReviewEntry, wish: Filters, alike: Mapping[str, str]) -> bool:
    return (
        (not wish.question or entry.outcome.submission.question == wish.question)
        and (not wish.state or entry.state.value == wish.state)
        and (not wish.reason or wish.reason in reasons_of(entry))
        and (not wish.like or alike.get(entry.id) == wish.like)
        and (not wish.points or _points(entry) == wish.points)
        and _fits_cell(entry, wish)
        and _fits_only(entry, wish.only)
    )


def reasons_of(entry: ReviewEntry) -> frozenset[str]:
    """Return all reasons to review an answer, those of its cells among them."""
    cells = (reason for each in entry.outcome.findings for reason in each.reasons)
    return frozenset((*entry.outcome.reasons, *cells))


def is_unsure(entry: ReviewEntry) -> bool:
    """Return whether the readings leave some cell open: unsure by themselves, or at odds."""
    lowest, highest = UNSURE
    return any(
        lowest <= chance <= highest
        for finding in entry.outcome.findings
        for chance in finding.probabilities
    )


def _points(entry: ReviewEntry) -> str:
    standing = entry.standing
    return "" if standing is None else format(standing.normalize(), "f")


def _fits_cell(entry: ReviewEntry, wish: Filters) -> bool:
    if not wish.cell:
        return True
    cell = next((each for each in entry.shown.cells if each.cell == wish.cell), None)
    if not wish.level:
        return cell is not None
    return level_that_counts(entry.shown, wish.cell) == wish.level


def _fits_only(entry: ReviewEntry, only: str) -> bool:
    match only:
        case "open":
            return not entry.is_done
        case "done":
            return entry.is_done
        case "flagged":
            return entry.is_flagged
        case "differ":
            return bool(entry.rivals)
        case "unsure":
            return is_unsure(entry)
        case "changed":
            return (
                entry.is_done
                and entry.grade.proposed is not None
                and entry.grade.standing != entry.grade.proposed
            )
        case _:
            return True
