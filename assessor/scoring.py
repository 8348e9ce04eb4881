"""From levels to points: plain decimal arithmetic, no opinions, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from assessor.rubric import ABSENT, CHOICE, PRESENT, Effect, Rubric
from assessor.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredCell:
    """What one cell earns after `requires`, caps and best_of; a deduction is negative."""

    cell: str
    level: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All cells and the rounded total, between 0 and the rubric's maximum."""

    cells: tuple[ScoredCell, ...]
    total: Decimal


def score(rubric: Rubric, findings: Mapping[str, Finding], chosen: Decimal = Decimal(0)) -> Score:
    """Return the points that a complete set of findings and the choice (`chosen` points) earn.

    The judge never sees points, so re-weighing a rubric re-scores old findings without asking
    again. Order: requires, caps, best_of, sum with choice, deductions, clip, round half up.
    """
    earned = earned_by(rubric, {cell: findings[cell].level for cell in rubric.cells})
    return Score(
        cells=tuple(
            ScoredCell(cell=cell, level=earned.levels[cell], points=earned.points[cell])
            for cell in rubric.cells
        ),
        total=rounded_total(rubric, sum(earned.points.values(), chosen)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """The levels that stand after `requires` and caps, and the points after best_of, by cell."""

    levels: Mapping[str, str]
    points: Mapping[str, Decimal]


def earned_by(rubric: Rubric, levels: Mapping[str, str]) -> Earned:
    """Return what these levels of all cells earn and cost, before they are summed up."""
    levels = _with_caps(rubric, _with_requires(rubric, levels))
    earned = {each.id: each.points_at(levels[each.id]) for each in rubric.key_points}
    deducted = {
        each.id: -each.points
        if levels[each.id] == PRESENT and each.effect is Effect.DEDUCT
        else Decimal(0)
        for each in rubric.misconceptions
    }
    return Earned(levels=levels, points={**_with_best_of(rubric, earned), **deducted})


def score_points(rubric: Rubric, points: Mapping[str, Decimal]) -> Score:
    """Return the total of points that a person gave, cell by cell (a misconception: 1 or 0).

    What a person gave for a key point stands: requires, caps and best_of bind the judge only.
    `points` holds the choice, too, where the rubric has one.
    """
    cells = []
    for key_point in rubric.key_points:
        given = points.get(key_point.id, Decimal(0))
        cells.append(ScoredCell(cell=key_point.id, level="", points=given))
    for misconception in rubric.misconceptions:
        found = bool(points.get(misconception.id))
        cost = misconception.points if found and misconception.effect is Effect.DEDUCT else 0
        level = PRESENT if found else ABSENT
        cells.append(ScoredCell(cell=misconception.id, level=level, points=-Decimal(cost)))
    chosen = points.get(CHOICE, Decimal(0)) if rubric.choice is not None else Decimal(0)
    total = sum((each.points for each in cells), chosen)
    return Score(cells=tuple(cells), total=rounded_total(rubric, total))


def _with_requires(rubric: Rubric, levels: Mapping[str, str]) -> dict[str, str]:
    """A key point whose required ones are absent is absent; so are those that require it."""
    held = dict(levels)
    for _ in rubric.key_points:
        before = dict(held)
        for each in rubric.key_points:
            if any(held[needed] == ABSENT for needed in each.requires):
                held[each.id] = ABSENT
        if held == before:
            break
    return held


def _with_caps(rubric: Rubric, levels: Mapping[str, str]) -> dict[str, str]:
    held = dict(levels)
    for each in rubric.misconceptions:
        if each.effect is Effect.CAP and held[each.id] == PRESENT:
            order = (ABSENT, *rubric.levels_of(each.of))
            limit = order.index(each.to or ABSENT)
            held[each.of] = order[min(limit, order.index(held[each.of]))]
    return held


def _with_best_of(rubric: Rubric, earned: Mapping[str, Decimal]) -> dict[str, Decimal]:
    kept = dict(earned)
    for group in rubric.scoring.best_of:
        ranked = sorted(group.of, key=lambda cell: -kept[cell])
        for cell in ranked[group.count :]:
            kept[cell] = Decimal(0)
    return kept


def rounded_total(rubric: Rubric, points: Decimal) -> Decimal:
    """Return points clipped to 0..max, then rounded half up to the step; the maximum stays so."""
    clipped = min(max(points, Decimal(0)), rubric.scoring.max_points)
    step = rubric.scoring.rounding
    steps = (clipped / step + Decimal("0.5")).to_integral_value(ROUND_FLOOR)
    return min(steps * step, rubric.scoring.max_points)
