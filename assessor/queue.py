"""Who must be looked at, who next: the mandatory ones, then the riskiest within the budget."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.digest import digest
from assessor.rubric import ABSENT, PRESENT, CellKind, Effect, Rubric
from assessor.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One graded answer; `risk` is the chance that a person would give another grade."""

    key: str
    mandatory: bool
    risk: float
    decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The answers to look at, mandatory first; `over_budget` when those alone exceed it."""

    order: tuple[str, ...] = ()
    mandatory: int = 0
    places: int = 0

    @property
    def over_budget(self) -> bool:
        """Whether the mandatory ones alone are more than the budget."""
        return self.mandatory > self.places


def draw_queue(candidates: Sequence[Candidate], budget: float, readable: int) -> Queue:
    """Return the queue: mandatory ones, then by risk until `budget` of `readable` is full.

    The budget is rounded down and counts the mandatory ones. Answers that a person decided keep
    their place. Equal risks are ordered by a digest: stable, and unrelated to names.
    """
    places = math.floor(budget * readable + 1e-9)
    mandatory = sorted((each for each in candidates if each.mandatory), key=_place)
    others = sorted((each for each in candidates if not each.mandatory), key=_place)
    free = max(0, places - len(mandatory))
    decided = [each for each in others if each.decided][:free]
    kept = {each.key for each in decided}
    by_risk = [each for each in others if each.key not in kept][: free - len(decided)]
    chosen = sorted([*decided, *by_risk], key=_place)
    return Queue(
        order=tuple(each.key for each in (*mandatory, *chosen)),
        mandatory=len(mandatory),
        places=places,
    )


def _place(candidate: Candidate) -> tuple[float, str]:
    return (-candidate.risk, digest("place", candidate.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """By how many points a person's total is expected to differ, and how much that may vary."""

    gap: float
    variance: float


def risk_of(rubric: Rubric, findings: Sequence[Finding], spread: float = 1.0) -> float:
    """Return P(|a person's points - ours| > tolerance) under the cells' probabilities.

    A normal approximation with the mean and variance of the cells' points (method: expected
    misgrade); `spread` inflates the variance, since cells of one answer are correlated. It only
    orders work.
    """
    return misgrade((doubt_of(rubric, findings),), float(rubric.scoring.tolerance), spread)


def misgrade(doubts: Sequence[Doubt], tolerance: float, spread: float = 1.0) -> float:
    """Return the chance that the sum of several answers' points is off by more than `tolerance`."""
    gap = sum(each.gap for each in doubts)
    deviation = math.sqrt(spread * sum(each.variance for each in doubts))
    if deviation == 0:
        return float(abs(gap) > tolerance)
    return _beyond(gap, deviation, tolerance)


def doubt_of(rubric: Rubric, findings: Sequence[Finding]) -> Doubt:
    """Return the doubt about one answer's total: its cells' points taken as independent."""
    gap, variance = 0.0, 0.0
    for finding in findings:
        points = _points_by_level(rubric, finding)
        levels = tuple(points)
        chances = _chances(finding)
        mean = sum(p * points[level] for level, p in zip(levels, chances, strict=True))
        square = sum(p * points[level] ** 2 for level, p in zip(levels, chances, strict=True))
        variance += max(0.0, square - mean**2)
        gap += mean - points[finding.level]
    return Doubt(gap=gap, variance=variance)


def _beyond(mean: float, deviation: float, tolerance: float) -> float:
    """Return P(|N(mean, deviation)| > tolerance)."""
    upper = 0.5 * math.erfc((tolerance - mean) / (deviation * math.sqrt(2)))
    lower = 0.5 * math.erfc((tolerance + mean) / (deviation * math.sqrt(2)))
    return min(1.0, upper + lower)


def _chances(finding: Finding) -> tuple[float, ...]:
    """Return the probability of exactly each level, absent first, from the cumulative ones."""
    at_least = (1.0, *finding.probabilities, 0.0)
    return tuple(max(0.0, lower - higher) for lower, higher in itertools.pairwise(at_least))


def _points_by_level(rubric: Rubric, finding: Finding) -> Mapping[str, float]:
    """Return what each level earns, absent first."""
    if finding.kind is CellKind.MISCONCEPTION:
        misconception = rubric.misconception(finding.cell)
        costs = misconception.effect is Effect.DEDUCT
        return {ABSENT: 0.0, PRESENT: -float(misconception.points) if costs else 0.0}
    key_point = rubric.key_point(finding.cell)
    levels = (ABSENT, *rubric.levels_of(finding.cell))
    return {level: float(key_point.points_at(level)) for level in levels}
