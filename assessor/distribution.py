"""By how many points a person's total may differ from ours: exact, through the scoring rules.

Cells are taken as independent. Those that a scoring rule ties together (requires, a cap, best_of)
are gone through in all their combinations of levels; the sums of such groups and of single cells
are convolved on the grid of the rubric's points; choice, clip and rounding come last (method.md
§5.2). The work is bounded: of a group with more than MOST_COMBINATIONS the surest cells are taken
to be what they most probably are, and where more than MOST_SUMS different sums are possible,
neighbours are merged. Both need a rubric far beyond what a person would write.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.rubric import ABSENT, Effect, Rubric
from assessor.scoring import earned_by, rounded_total
from assessor.verdict import Finding

MOST_COMBINATIONS = 4_096
MOST_SUMS = 4_096
# Different answers that are kept at hand: many of a class say the same of every cell.
MOST_GAPS = 4_096
# What is rarer than this changes no place in any queue.
NEVER = 1e-12

Chances = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Gap:
    """The distribution of a person's points minus ours: chance by difference, in 0..1."""

    chances: Mapping[Decimal, float]

    @property
    def differs(self) -> float:
        """The chance that a person's points are not ours."""
        return self.beyond(Decimal(0))

    @property
    def expected(self) -> float:
        """By how many points, up or down, a person's points are expected to differ."""
        return math.fsum(float(abs(gap)) * chance for gap, chance in self.chances.items())

    def shifted(self, by: Decimal) -> Gap:
        """Return it where ours are `by` points fewer than those that it was worked out for."""
        return Gap({gap + by: chance for gap, chance in self.chances.items()}) if by else self

    def beyond(self, tolerance: Decimal) -> float:
        """Return the chance that the difference is greater than `tolerance`, up or down."""
        return math.fsum(p for gap, p in self.chances.items() if abs(gap) > tolerance)


NO_GAP = Gap({Decimal(0): 1.0})


def gap_of_all(gaps: Sequence[Gap]) -> Gap:
    """Return the distribution of the sum of several answers' differences."""
    found = dict(NO_GAP.chances)
    for each in gaps:
        sums: dict[Decimal, float] = {}
        for (one, p), (other, q) in itertools.product(found.items(), each.chances.items()):
            sums[one + other] = sums.get(one + other, 0.0) + p * q
        found = sums
    return Gap(found)


class Totals:
    """The totals that a rubric can come to; made once, then asked for each answer."""

    def __init__(self, rubric: Rubric) -> None:
        self._rubric = rubric
        self._scale = _scale_of(rubric)
        self._levels = {cell: (ABSENT, *rubric.levels_of(cell)) for cell in rubric.cells}
        self._groups = _groups(rubric)
        self._points: dict[tuple[int, tuple[int, ...]], int] = {}
        self._rounded: dict[tuple[int, Decimal], Decimal] = {}
        self._gaps: dict[tuple[object, ...], Gap] = {}

    def gap(self, findings: Sequence[Finding], chosen: Decimal = Decimal(0)) -> Gap:
        """Return how a person's total may differ from ours, by the cells' probabilities.

        `findings` is complete: one for each cell; `chosen` are the points of the choice, which
        code grades and both share.
        """
        known = (chosen, *((each.cell, each.level, each.probabilities) for each in findings))
        if known not in self._gaps:
            if len(self._gaps) >= MOST_GAPS:
                self._gaps.clear()
            self._gaps[known] = self._gap(findings, chosen)
        return self._gaps[known]

    def _gap(self, findings: Sequence[Finding], chosen: Decimal) -> Gap:
        by_cell = {each.cell: each for each in findings}
        sums: dict[int, float] = {0: 1.0}
        ours = 0
        for place, cells in enumerate(self._groups):
            found = [by_cell[cell] for cell in cells]
            levels = tuple(self._levels[each.cell].index(each.level) for each in found)
            ours += self._worth(place, levels)
            sums = _convolved(sums, self._group(place, [_exactly(each) for each in found]))
        given = self._total(ours, chosen)
        chances: dict[Decimal, float] = {}
        for points, chance in sums.items():
            gap = self._total(points, chosen) - given
            chances[gap] = chances.get(gap, 0.0) + chance
        return Gap(chances)

    def _group(self, place: int, chances: Sequence[Chances]) -> dict[int, float]:
        """Return the chances of the points that one group of cells earns together."""
        earned: dict[int, float] = {}
        for combination in itertools.product(*_bounded(chances)):
            points = self._worth(place, tuple(level for level, _ in combination))
            chance = math.prod(p for _, p in combination)
            earned[points] = earned.get(points, 0.0) + chance
        return earned

    def _worth(self, place: int, levels: tuple[int, ...]) -> int:
        """Return what a group's cells earn together at these levels, in units of the grid."""
        if (place, levels) not in self._points:
            at = dict.fromkeys(self._levels, ABSENT)
            for cell, level in zip(self._groups[place], levels, strict=True):
                at[cell] = self._levels[cell][level]
            earned = sum(earned_by(self._rubric, at).points.values(), Decimal(0))
            self._points[place, levels] = int(earned * self._scale)
        return self._points[place, levels]

    def _total(self, points: int, chosen: Decimal) -> Decimal:
        if (points, chosen) not in self._rounded:
            whole = Decimal(points) / self._scale + chosen
            self._rounded[points, chosen] = rounded_total(self._rubric, whole)
        return self._rounded[points, chosen]


def _exactly(finding: Finding) -> Chances:
    """Return the chance of exactly each level, absent first, from those of at least each."""
    at_least = (1.0, *itertools.accumulate(finding.probabilities, min), 0.0)
    return [
        (level, chance)
        for level, (lower, higher) in enumerate(itertools.pairwise(at_least))
        if (chance := lower - higher) > NEVER
    ]


def _bounded(chances: Sequence[Chances]) -> Sequence[Chances]:
    """Return the cells of a group, the surest held at their likeliest level if there are too many.

    So its risk errs on the low side, by what the surest cells could have added.
    """
    kept = list(chances)
    surest = sorted(range(len(kept)), key=lambda place: -max(p for _, p in kept[place]))
    for place in surest:
        if math.prod(map(len, kept)) <= MOST_COMBINATIONS:
            break
        likeliest, _ = max(kept[place], key=lambda each: each[1])
        kept[place] = [(likeliest, 1.0)]
    return kept


def _convolved(sums: Mapping[int, float], added: Mapping[int, float]) -> dict[int, float]:
    found: dict[int, float] = {}
    for points, chance in sums.items():
        for more, other in added.items():
            found[points + more] = found.get(points + more, 0.0) + chance * other
    if len(found) <= MOST_SUMS:
        return found
    step = math.ceil((max(found) - min(found)) / MOST_SUMS)
    merged: dict[int, float] = {}
    for points, chance in found.items():
        near = round(points / step) * step
        merged[near] = merged.get(near, 0.0) + chance
    return merged


def _scale_of(rubric: Rubric) -> Decimal:
    """Return by what the rubric's points are multiplied to be whole."""
    worth = [level.points for each in rubric.key_points for level in each.levels]
    worth += [each.points for each in rubric.misconceptions]
    digits = max((-int(each.normalize().as_tuple().exponent) for each in worth), default=0)
    return Decimal(10) ** max(0, digits)


def _groups(rubric: Rubric) -> tuple[tuple[str, ...], ...]:
    """Return the cells in groups such that no scoring rule ties one group to another."""
    ties = [(each.id, needed) for each in rubric.key_points for needed in each.requires]
    ties += [(m.id, m.of) for m in rubric.misconceptions if m.effect is Effect.CAP]
    ties += [pair for group in rubric.scoring.best_of for pair in itertools.pairwise(group.of)]
    home = {cell: cell for cell in rubric.cells}
    for one, other in ties:
        left, right = home[one], home[other]
        home = {cell: left if at == right else at for cell, at in home.items()}
    groups: dict[str, list[str]] = {}
    for cell in rubric.cells:
        groups.setdefault(home[cell], []).append(cell)
    return tuple(map(tuple, groups.values()))
