"""The formulas behind `METRICS`: what one cell adds, and what the sums over cells come to.

A formula gets sums over (weighted) cells and returns None where it is not defined; never NaN.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from assessor.statistics.intervals import Sums
from assessor.statistics.ratings import Ratings


def ratio(sums: Sums) -> float | None:
    """Return top / bottom."""
    return sums[0] / sums[1] if sums[1] else None


def share(sums: Sums) -> float | None:
    """Return top / bottom within 0..1, whatever rounding left."""
    return min(max(sums[0] / sums[1], 0.0), 1.0) if sums[1] else None


def root(sums: Sums) -> float | None:
    """Return the root of top / bottom."""
    return math.sqrt(sums[0] / sums[1]) if sums[1] else None


def marginals(human: float, judge: float, ratings: Ratings) -> tuple[float, ...]:
    """Return equal or not, then one count per level for the human and one for the judge."""
    levels = ratings.levels
    return (
        float(human == judge),
        *(float(human == level) for level in levels),
        *(float(judge == level) for level in levels),
    )


def _shares_by_level(sums: Sums) -> tuple[float, Sequence[float], Sequence[float]]:
    size = (len(sums) - 1) // 2
    count = sum(sums[1 : 1 + size])
    human, judge = sums[1 : 1 + size], sums[1 + size :]
    return sums[0] / count, [each / count for each in human], [each / count for each in judge]


def kappa(sums: Sums) -> float | None:
    """Return Cohen's kappa (1960); None where both use one and the same level only."""
    observed, human, judge = _shares_by_level(sums)
    by_chance = math.fsum(a * b for a, b in zip(human, judge, strict=True))
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 - 1e-12 else None


def ac1(sums: Sums) -> float | None:
    """Return Gwet's AC1 (2008) over all levels of the rubric; None with fewer than two."""
    observed, human, judge = _shares_by_level(sums)
    if len(human) < 2:
        return None
    means = [(a + b) / 2 for a, b in zip(human, judge, strict=True)]
    by_chance = math.fsum(mean * (1 - mean) for mean in means) / (len(means) - 1)
    return (observed - by_chance) / (1 - by_chance)


def moments(human: float, judge: float, ratings: Ratings) -> tuple[float, ...]:
    """Return count, squared distance, both values and both squares."""
    # From the lowest level up: the same squares, less lost to rounding on scales far from 0.
    h, j = human - ratings.levels[0], judge - ratings.levels[0]
    return 1.0, (h - j) ** 2, h, j, h * h, j * j


def qwk(sums: Sums) -> float | None:
    """Return the quadratically weighted kappa; None where both use one and the same level only.

    Quadratic weights need moments only: E(a-b)² under independence is E a² + E b² - 2 Ea Eb.
    """
    count, apart, human, judge, human_square, judge_square = sums
    by_chance = (human_square + judge_square) / count - 2 * human * judge / count**2
    return 1 - apart / count / by_chance if by_chance > 1e-12 else None


def unit_parts(unit: Sequence[float]) -> tuple[float, ...]:
    """Return what alpha needs of a cell: count, pairs' squares over m - 1, sum, sum of squares."""
    m, total, squares = len(unit), sum(unit), sum(each * each for each in unit)
    return float(m), 2 * (m * squares - total * total) / (m - 1), total, squares


def alpha(sums: Sums) -> float | None:
    """Return Krippendorff's interval alpha, 1 - D_o / D_e; None where all ratings are equal."""
    count, apart, total, squares = sums
    expected = 2 * (count * squares - total * total) / (count - 1) if count > 1 else 0.0
    return 1 - apart / expected if expected > 1e-12 else None


def table(human: float, judge: float, ratings: Ratings) -> tuple[float, ...]:
    """Return met by both, by the judge only, by the human only, by neither."""
    h, j = human > ratings.levels[0], judge > ratings.levels[0]
    return float(h and j), float(j and not h), float(h and not j), float(not (h or j))


def phi(sums: Sums) -> float | None:
    """Return the phi (Matthews) coefficient; None where a rater uses one class only."""
    both, judge, human, none = sums
    scale = (both + judge) * (both + human) * (none + judge) * (none + human)
    return (both * none - judge * human) / math.sqrt(scale) if scale > 0 else None


def balanced(sums: Sums) -> float | None:
    """Return the mean of TPR and TNR; None where the human uses one class only."""
    both, judge, human, none = sums
    if both + human == 0 or none + judge == 0:
        return None
    return (both / (both + human) + none / (none + judge)) / 2


def f1(sums: Sums) -> float | None:
    """Return F1 of `met`; None where neither rater met anything."""
    both, judge, human, _ = sums
    return 2 * both / (2 * both + judge + human) if both + judge + human else None
