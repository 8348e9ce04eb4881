"""What the class knows: points, key points, misconceptions in the students' own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean, median

from assessor.grade import GradedCell, any_graded, level_that_counts
from assessor.report.display import share, short
from assessor.report.material import QuestionPart, ReportRow
from assessor.report.plots import BarPiece, Histogram, bar, histogram
from assessor.rubric import ABSENT, PRESENT
from assessor.submission import InputState
from assessor.verdict import State
from assessor.writers.results import points_text

QUOTES = 5
EXAMPLES = 3
QUOTE_LENGTH = 240
SHORTEST_NAME = 3
_ANSWERED = InputState.ANSWERED
_WORD = re.compile(r"\w+")

# Whether a quote may stand in a report without names.
Fit = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """How the points lie, over `n` submissions."""

    n: int
    blank: int
    most: str
    median: str
    mean: str
    plot: Histogram


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of the choice, and how many of those who chose took it."""

    name: str
    is_correct: bool
    count: int
    share: str
    bar: tuple[BarPiece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen in front of the justification, by `n`; of `missing` nobody could tell."""

    n: int
    missing: int
    points: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPointRate:
    """How many of `n` submissions make one key point: at its top level, partly, not at all."""

    cell: str
    description: str
    points: str
    n: int
    full: int
    part: int
    none: int
    share: str
    bar: tuple[BarPiece, ...]
    quotes: tuple[str, ...]
    partly: tuple[str, ...]

    @property
    def met(self) -> int:
        """How many make it at all."""
        return self.full + self.part


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoints:
    """All key points; `partial` says whether any of them has a level below its top."""

    n: int
    rates: tuple[KeyPointRate, ...]
    partial: bool

    @property
    def ends(self) -> tuple[KeyPointRate, KeyPointRate] | None:
        """The key points made most and least often; None where none stands out."""
        rated = sorted((each for each in self.rates if each.n), key=lambda each: each.met / each.n)
        if len(rated) < 2 or rated[0].met == rated[-1].met:
            return None
        return rated[-1], rated[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongIdea:
    """One misconception: how many of `n` hold it, and what they wrote, without names."""

    cell: str
    description: str
    n: int
    count: int
    share: str
    bar: tuple[BarPiece, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconceptions:
    """All misconceptions, the most common first."""

    n: int
    ideas: tuple[WrongIdea, ...]


def points(part: QuestionPart) -> Points:
    """Return how the points that stand lie."""
    values = [row.grade.standing for row in part.scored if row.grade.standing is not None]
    blank = sum(row.grade.state is State.BLANK for row in part.scored)
    return spread(values, part.rubric.scoring.max_points, blank)


def spread(values: Sequence[Decimal], most: Decimal, blank: int) -> Points:
    """Return how `values` lie between 0 and `most`; `blank` of them come from blank answers."""
    return Points(
        n=len(values),
        blank=blank,
        most=points_text(most),
        median=_rounded(median(values)) if len(values) > blank else "",
        mean=_rounded(mean(values)) if len(values) > blank else "",
        plot=histogram(values, most),
    )


def choices(part: QuestionPart) -> Choices | None:
    """Return how often each option was chosen; None where the rubric has no choice."""
    choice = part.rubric.choice
    if choice is None:
        return None
    answered = [row.grade for row in part.rows if row.grade.submission.state is _ANSWERED]
    taken = [each.choice.options for each in answered if each.choice and each.choice.options]
    counts = Counter(option for options in taken for option in set(options))
    return Choices(
        n=len(taken),
        missing=len(answered) - len(taken),
        points=points_text(choice.points),
        options=tuple(
            Option(
                name=name,
                is_correct=name in choice.correct,
                count=counts[name],
                share=share(counts[name], len(taken)),
                bar=bar(
                    (
                        ("full" if name in choice.correct else "wrong", counts[name]),
                        ("none", len(taken) - counts[name]),
                    )
                ),
            )
            for name in choice.options
        ),
    )


def key_points(part: QuestionPart, fit: Fit) -> KeyPoints:
    """Return the hit rate of every key point, in the rubric's order.

    An answer of which only the total was decided says nothing of a key point and is not counted.
    """
    rates = []
    for each in part.rubric.key_points:
        cells = _decided(part, each.id)
        levels = Counter(cell.level for cell in cells)
        top = each.levels[-1].id
        full, none = levels[top], levels[ABSENT]
        between = len(cells) - full - none
        rates.append(
            KeyPointRate(
                cell=each.id,
                description=each.description,
                points=points_text(each.points),
                n=len(cells),
                full=full,
                part=between,
                none=none,
                share=share(full + between, len(cells)),
                bar=bar((("full", full), ("part", between), ("none", none))),
                quotes=_quotes(cells, {top}, fit, EXAMPLES),
                partly=_quotes(cells, {level.id for level in each.levels[:-1]}, fit, EXAMPLES),
            )
        )
    partial = any(each.part for each in rates)
    partial = partial or any(len(each.levels) > 1 for each in part.rubric.key_points)
    return KeyPoints(n=_graded(part), rates=tuple(rates), partial=partial)


def misconceptions(part: QuestionPart, fit: Fit) -> Misconceptions:
    """Return what the class misunderstands, the most common first."""
    ideas = []
    for each in part.rubric.misconceptions:
        cells = _decided(part, each.id)
        count = sum(cell.level == PRESENT for cell in cells)
        ideas.append(
            WrongIdea(
                cell=each.id,
                description=each.description,
                n=len(cells),
                count=count,
                share=share(count, len(cells)),
                bar=bar((("wrong", count), ("none", len(cells) - count))),
                quotes=_quotes(cells, {PRESENT}, fit, QUOTES),
            )
        )
    ideas.sort(key=lambda idea: -idea.count)
    return Misconceptions(n=_graded(part), ideas=tuple(ideas))


def nameless(rows: Sequence[ReportRow]) -> Fit:
    """Return a test for quotes: no student's name or id of this class, no address."""
    words: set[str] = set()
    for row in rows:
        submission = row.grade.submission
        # What stands behind the @ is everybody's.
        own = submission.student_id.partition("@")[0]
        words.update(_words(submission.name), _words(own))
    return lambda quote: "@" not in quote and words.isdisjoint(_words(quote))


def _graded(part: QuestionPart) -> int:
    """Return how many answers have points; none where only blank ones do."""
    return len(part.scored) if any_graded(row.grade for row in part.scored) else 0


def _decided(part: QuestionPart, cell: str) -> list[GradedCell]:
    return [
        each
        for row in part.scored
        for each in row.grade.cells
        if each.cell == cell and level_that_counts(row.grade, cell) is not None
    ]


def _quotes(cells: Sequence[GradedCell], levels: set[str], fit: Fit, most: int) -> tuple[str, ...]:
    """Return the most certain quotes at these levels, in an order that tells nobody apart."""
    found: dict[str, float] = {}
    for each in cells:
        if each.level in levels and each.quotes:
            found.setdefault(short(each.quotes[0], QUOTE_LENGTH), each.probability or 1.0)
    chosen: list[str] = []
    for quote in sorted(found, key=lambda quote: (-found[quote], quote)):
        if len(chosen) == most:
            break
        if fit(quote):
            chosen.append(quote)
    return tuple(sorted(chosen))


def _rounded(value: Decimal) -> str:
    return points_text(value.quantize(Decimal("0.1")))


def _words(text: str) -> list[str]:
    """Return what could name somebody; one or two letters or digits do not."""
    return [word for word in _WORD.findall(text) if len(word) >= SHORTEST_NAME]
