"""What is shown of one answer: its marked text, its cells, its flags, its likes. Pure."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.choice import chosen_in
from assessor.engine.hearing import Heard
from assessor.evidence import locate
from assessor.flags import Flag, find_flags
from assessor.reasons import reason_words
from assessor.review.decision_keys import levels_of, points_at
from assessor.review.entry import ReviewEntry
from assessor.review.highlights import Highlight, HighlightedText, mark_up
from assessor.rubric import CellKind, Effect, Rubric
from assessor.rubric.model import KeyPoint, Misconception
from assessor.verdict import Finding, Verdict

LETTERS = string.ascii_uppercase
# A quote stands in full in the answer; beside it, its beginning is enough.
LONGEST_QUOTE = 400
_CHANCE = {"neutral": "first reading", "charitable": "charitable", "strict": "strict"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelView:
    """One level of a cell; `digit` is its key."""

    digit: int
    id: str
    points: str
    when: str
    is_set: bool
    is_proposed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A quote that is not in the answer, and what the student wrote that comes close."""

    quote: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSaid:
    """What one reading said of a cell."""

    reading: str
    model: str
    level: str
    chance: str
    quotes: tuple[str, ...]
    gap: str
    note: str
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One key point or misconception beside the answer; `odd_points` are between two levels."""

    id: str
    letter: str
    number: int
    kind: CellKind
    title: str
    effect: str
    most: str
    levels: tuple[LevelView, ...]
    odd_points: str
    chance: str
    quotes: tuple[str, ...]
    nears: tuple[Near, ...]
    unverified: tuple[str, ...]
    gap: str
    note: str
    reasons: tuple[str, ...]
    said: tuple[ReadingSaid, ...]
    accepted: tuple[str, ...]
    not_enough: tuple[str, ...]
    not_required: tuple[str, ...]
    examples: tuple[tuple[str, str, str], ...]
    places: int


def letter_of(number: int) -> str:
    """Return the label of cell number `number` (from 1): A to Z, then numbers."""
    return LETTERS[number - 1] if 0 < number <= len(LETTERS) else str(number)


def points_text(points: Decimal | None) -> str:
    """Return points as a person writes them; "–" for none."""
    if points is None:
        return "–"
    return format(points.normalize(), "f").replace("-", "−")


def marked_text(
    entry: ReviewEntry, flags: Sequence[Flag], places: Mapping[str, Sequence[tuple[int, int]]]
) -> HighlightedText:
    """Return the answer with quotes, near quotes and flags marked.

    Where people grade by hand, `places` to look (by cell) are marked as near quotes are.
    """
    marks = [Highlight(start=each.start, end=each.end) for each in flags if each.end > each.start]
    for number, cell in enumerate(entry.rubric.cells, start=1):
        for start, end in places.get(cell, ()):
            marks.append(Highlight(start=start, end=end, cell=number, near=True))
    if not entry.by_hand:
        numbers = {cell: number for number, cell in enumerate(entry.rubric.cells, start=1)}
        for finding in entry.outcome.findings:
            marks += _marks_of(finding, numbers[finding.cell], entry.answer)
    return mark_up(entry.answer, marks)


def flags_of(entry: ReviewEntry) -> tuple[Flag, ...]:
    """Return the hints that an answer steers, hides or copies."""
    submission = entry.outcome.submission
    return find_flags(submission.answer, submission.raw, entry.rubric)


def cells_of(
    entry: ReviewEntry, heard: Sequence[Heard], places: Mapping[str, Sequence[tuple[int, int]]]
) -> tuple[CellView, ...]:
    """Return all cells of an answer as they are shown."""
    findings = {each.cell: each for each in entry.outcome.findings} if not entry.by_hand else {}
    views = []
    for number, cell in enumerate(entry.rubric.cells, start=1):
        said = () if entry.by_hand else _said(cell, heard)
        views.append(
            _cell(entry, number, cell, findings.get(cell), said, len(places.get(cell, ())))
        )
    return tuple(views)


def choice_text(entry: ReviewEntry) -> str:
    """Return what was chosen in front of the justification, with what it earns; "" for none."""
    choice, shown = entry.rubric.choice, entry.shown.choice
    if choice is None or shown is None:
        return ""
    chosen = chosen_in(choice, entry.outcome.submission)
    what = ", ".join(chosen.options) if chosen is not None else "no choice was found"
    return f"{what}: {points_text(shown.points)} of {points_text(choice.points)}"


def _marks_of(finding: Finding, number: int, answer: str) -> list[Highlight]:
    marks = [Highlight(start=each.start, end=each.end, cell=number) for each in finding.evidence]
    for quote in finding.claimed_quotes:
        near = locate(quote, answer).near
        if near is not None:
            marks.append(Highlight(start=near.start, end=near.end, cell=number, near=True))
    return marks


def _cell(
    entry: ReviewEntry,
    number: int,
    cell: str,
    finding: Finding | None,
    said: tuple[ReadingSaid, ...],
    places: int,
) -> CellView:
    rubric = entry.rubric
    about = _about(rubric, cell)
    level, odd = _set_level(entry, cell)
    nears, unverified = _nears(finding, entry.answer)
    return CellView(
        id=cell,
        letter=letter_of(number),
        number=number,
        kind=rubric.kind_of(cell),
        title=about.description,
        effect=_effect(about),
        most=points_text(about.points),
        levels=_levels(rubric, cell, level, finding),
        odd_points=odd,
        chance=_chance(rubric, finding),
        quotes=tuple(cut(each.text) for each in finding.evidence) if finding else (),
        nears=nears,
        unverified=unverified,
        gap=finding.gap if finding else "",
        note=finding.note if finding else "",
        reasons=tuple(map(reason_words, finding.reasons)) if finding else (),
        said=said,
        accepted=about.accepted,
        not_enough=about.not_enough,
        not_required=about.not_required if isinstance(about, KeyPoint) else (),
        examples=tuple((each.answer, each.level, each.why) for each in about.examples),
        places=places,
    )


def _about(rubric: Rubric, cell: str) -> KeyPoint | Misconception:
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        return rubric.misconception(cell)
    return rubric.key_point(cell)


def _effect(about: KeyPoint | Misconception) -> str:
    if isinstance(about, KeyPoint):
        return f"needs {', '.join(about.requires)}" if about.requires else ""
    if about.effect is Effect.DEDUCT:
        return f"takes {points_text(about.points)} off"
    return f"holds {about.of} at {about.to or 'absent'}"


def _levels(
    rubric: Rubric, cell: str, level: str, finding: Finding | None
) -> tuple[LevelView, ...]:
    about = _about(rubric, cell)
    whens = {each.id: each.when for each in about.levels} if isinstance(about, KeyPoint) else {}
    return tuple(
        LevelView(
            digit=digit,
            id=each,
            points=_level_points(rubric, cell, each),
            when=whens.get(each, "") or (about.when if isinstance(about, Misconception) else ""),
            is_set=each == level,
            is_proposed=finding is not None and finding.level == each,
        )
        for digit, each in enumerate(levels_of(rubric, cell))
    )


def _level_points(rubric: Rubric, cell: str, level: str) -> str:
    if rubric.kind_of(cell) is CellKind.KEY_POINT:
        return points_text(points_at(rubric, cell, level))
    misconception = rubric.misconception(cell)
    costs = misconception.effect is Effect.DEDUCT and points_at(rubric, cell, level)
    return f"−{points_text(misconception.points)}" if costs else ""


def _set_level(entry: ReviewEntry, cell: str) -> tuple[str, str]:
    """Return the level that is seen, and the points where they are between two levels.

    No level is set where nobody and nothing said anything of the cell.
    """
    shown = next(each for each in entry.shown.cells if each.cell == cell)
    if shown.points is None and shown.level == "":
        return "", ""
    if entry.rubric.kind_of(cell) is CellKind.MISCONCEPTION or shown.points is None:
        return shown.level, ""
    if shown.level and points_at(entry.rubric, cell, shown.level) == shown.points:
        return shown.level, ""
    found = {points_at(entry.rubric, cell, each): each for each in levels_of(entry.rubric, cell)}
    if shown.points in found:
        # By the rubric's rules (a cap, a missing requirement) it earns another level's points.
        return found[shown.points], ""
    return "", points_text(shown.points)


def _chance(rubric: Rubric, finding: Finding | None) -> str:
    if finding is None or not finding.probabilities:
        return ""
    place = levels_of(rubric, finding.cell).index(finding.level)
    at_least = (1.0, *finding.probabilities, 0.0)
    return f"{at_least[place] - at_least[place + 1]:.0%}"


def _nears(finding: Finding | None, answer: str) -> tuple[tuple[Near, ...], tuple[str, ...]]:
    nears, unverified = [], []
    for quote in finding.claimed_quotes if finding is not None else ():
        located = locate(quote, answer)
        if located.near is not None:
            nears.append(Near(quote=cut(quote), written=cut(located.near.text)))
        elif located.span is None:
            unverified.append(cut(quote))
    return tuple(nears), tuple(unverified)


def cut(quote: str) -> str:
    """Return a quote, its end left out where it is long."""
    return quote if len(quote) <= LONGEST_QUOTE else quote[: LONGEST_QUOTE - 1] + "…"


def _said(cell: str, heard: Sequence[Heard]) -> tuple[ReadingSaid, ...]:
    return tuple(
        _said_by(verdict, each)
        for each in heard
        if each.is_current
        for verdict in each.verdicts
        if verdict.cell == cell
    )


def _said_by(verdict: Verdict, heard: Heard) -> ReadingSaid:
    reading = _CHANCE[verdict.asked.value]
    top = [each for each in verdict.thresholds if each.level == verdict.level]
    first = (top or verdict.thresholds)[0]
    chance = first.token if first.token is not None else first.probability
    return ReadingSaid(
        reading=f"{reading}, asked again" if heard.is_repair else reading,
        model=heard.model,
        level=verdict.level,
        chance="" if chance is None else f"{chance if top else 1 - chance:.0%}",
        quotes=tuple(map(cut, verdict.quotes)),
        gap=verdict.gap,
        note=verdict.note,
        withdrawn=verdict.withdrawn,
    )
