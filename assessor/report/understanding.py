"""What the class knows: points, key points, misconceptions in the students' own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean, median

from assessor.report.material import Part, Row
from assessor.report.plots import Histogram, Piece, bar, histogram
from assessor.report.shown import share, short
from assessor.rubric import ABSENT, PRESENT
from assessor.writers.results import points_text

QUOTES = 5
QUOTE_LENGTH = 240


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
class KeyPointRate:
    """How many submissions make one key point: at its top level, partly, not at all."""

    cell: str
    description: str
    points: str
    full: int
    part: int
    none: int
    share: str
    bar: tuple[Piece, ...]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongIdea:
    """One misconception: how many hold it, and what they wrote, without names."""

    cell: str
    description: str
    count: int
    share: str
    bar: tuple[Piece, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconceptions:
    """All misconceptions, the most common first."""

    n: int
    ideas: tuple[WrongIdea, ...]


def points(part: Part) -> Points:
    """Return how the points that stand lie."""
    values = _values(part.scored)
    most = part.rubric.scoring.max_points
    return Points(
        n=len(values),
        blank=sum(not row.grade.cells or _is_blank(row) for row in part.scored),
        most=points_text(most),
        median=_rounded(median(values)) if values else "",
        mean=_rounded(mean(values)) if values else "",
        plot=histogram(values, most),
    )


def key_points(part: Part) -> KeyPoints:
    """Return the hit rate of every key point, in the rubric's order."""
    rows = part.scored
    rates = []
    for each in part.rubric.key_points:
        levels = _levels(rows, each.id)
        full, none = levels[each.levels[-1].id], levels[ABSENT]
        between = len(rows) - full - none
        rates.append(
            KeyPointRate(
                cell=each.id,
                description=each.description,
                points=points_text(each.points),
                full=full,
                part=between,
                none=none,
                share=share(full + between, len(rows)),
                bar=bar((("full", full), ("part", between), ("none", none))),
            )
        )
    partial = any(len(each.levels) > 1 for each in part.rubric.key_points)
    return KeyPoints(n=len(rows), rates=tuple(rates), partial=partial)


def misconceptions(part: Part) -> Misconceptions:
    """Return what the class misunderstands, the most common first."""
    rows = part.scored
    ideas = []
    for each in part.rubric.misconceptions:
        count = _levels(rows, each.id)[PRESENT]
        ideas.append(
            WrongIdea(
                cell=each.id,
                description=each.description,
                count=count,
                share=share(count, len(rows)),
                bar=bar((("wrong", count), ("none", len(rows) - count))),
                quotes=_quotes(rows, each.id),
            )
        )
    ideas.sort(key=lambda idea: -idea.count)
    return Misconceptions(n=len(rows), ideas=tuple(ideas))


def _values(rows: Sequence[Row]) -> list[Decimal]:
    return [row.grade.standing for row in rows if row.grade.standing is not None]


def _is_blank(row: Row) -> bool:
    return not row.outcome.findings and row.override is None


def _levels(rows: Sequence[Row], cell: str) -> Counter[str]:
    """Count the levels of one cell; what was never decided (a total alone) counts as absent."""
    return Counter(
        each.level or ABSENT for row in rows for each in row.grade.cells if each.cell == cell
    )


def _quotes(rows: Sequence[Row], cell: str) -> tuple[str, ...]:
    """Return the most certain quotes, one per student, in an order that tells nobody apart."""
    found: dict[str, float] = {}
    for row in rows:
        for each in row.grade.cells:
            if each.cell == cell and each.level == PRESENT and each.quotes:
                found.setdefault(short(each.quotes[0], QUOTE_LENGTH), each.probability or 1.0)
    best = sorted(found, key=lambda quote: (-found[quote], quote))[:QUOTES]
    return tuple(sorted(best))


def _rounded(value: Decimal) -> str:
    return points_text(value.quantize(Decimal("0.1")))
