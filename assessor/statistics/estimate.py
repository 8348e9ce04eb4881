"""The class mean, from a judge that read everyone and a person who read some.

The difference estimator of survey sampling (prediction-powered inference with lambda = 1), with t
and finite-class correction. Sources: method.md §5.4; Cochran 1977; Angelopoulos et al. 2023.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assessor.statistics.intervals import CONFIDENCE, Estimate, Interval, t_quantile

_NAME = "class_mean"


def class_mean(
    human: Mapping[str, float], judge: Mapping[str, float], *, confidence: float = CONFIDENCE
) -> Estimate:
    """Return the mean of the whole class as this human would grade it, in the unit given.

    `judge` holds every student, `human` a simple random sample of them. Where the two go together
    less than 1/√(n - 2) the judge would add noise only, and the sample stands alone (lambda = 0).
    No value for an empty sample, no interval for one student or where the sample does not spread
    (unless it is the whole class). Raises ValueError for a student the judge does not have.
    """
    n, whole = _sizes(human, judge)
    if n == 0:
        return Estimate(name=_NAME, value=None, n=0, reason="nothing was graded by hand")
    known = [judge[student] for student in human]
    base, interval = 0.0, Interval.LABELS_ONLY
    gaps = list(human.values())
    if _worth_using(gaps, known):
        base, interval = sum(judge.values()) / whole, Interval.DIFFERENCE
        gaps = [y - f for y, f in zip(gaps, known, strict=True)]
    mean = sum(gaps) / n
    squares = sum((gap - mean) ** 2 for gap in gaps)
    variance = (1 - n / whole) * squares / max(n - 1, 1) / n
    return _told(base + mean, variance, n, interval, confidence, is_whole=n == whole)


def weighted_class_mean(
    human: Mapping[str, float],
    judge: Mapping[str, float],
    chances: Mapping[str, float],
    *,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Return the class mean from a sample drawn with unequal `chances`, each in (0, 1].

    Horvitz-Thompson on the differences: the judge's mean plus sum (human - judge) / chance over
    the class size, with Hájek's variance (1964), which needs no joint chances. Edges as in
    `class_mean`; raises ValueError also for a chance outside (0, 1].
    """
    n, whole = _sizes(human, judge)
    if any(not 0 < chances[student] <= 1 for student in human):
        raise ValueError("a chance of being drawn lies in (0, 1]")
    if n == 0:
        return Estimate(name=_NAME, value=None, n=0, reason="nothing was graded by hand")
    blown = [(human[student] - judge[student]) / chances[student] for student in human]
    value = sum(judge.values()) / whole + sum(blown) / whole
    spare = [(1 - chances[student]) * n / max(n - 1, 1) for student in human]
    variance = 0.0
    if sum(spare) > 0:
        centre = sum(c * d for c, d in zip(spare, blown, strict=True)) / sum(spare)
        left = sum(c * (d - centre) ** 2 for c, d in zip(spare, blown, strict=True))
        variance = left / whole**2
    return _told(value, variance, n, Interval.WEIGHTED, confidence, is_whole=n == whole)


def _sizes(human: Mapping[str, float], judge: Mapping[str, float]) -> tuple[int, int]:
    if strange := sorted(set(human) - set(judge)):
        raise ValueError(f"graded by hand but not by the judge: {strange[:3]!r}")
    return len(human), len(judge)


def _worth_using(human: Sequence[float], judge: Sequence[float]) -> bool:
    """Return whether judge and human go together more than 1/√(n - 2), the break-even point."""
    n = len(human)
    if n < 4:
        return False
    mean_h, mean_j = sum(human) / n, sum(judge) / n
    both = sum((h - mean_h) * (j - mean_j) for h, j in zip(human, judge, strict=True))
    spread = math.sqrt(sum((h - mean_h) ** 2 for h in human))
    spread *= math.sqrt(sum((j - mean_j) ** 2 for j in judge))
    return spread > 0 and both / spread > 1 / math.sqrt(n - 2)


def _told(
    value: float,
    variance: float,
    n: int,
    interval: Interval,
    confidence: float,
    *,
    is_whole: bool,
) -> Estimate:
    if not is_whole and (n < 2 or variance < 1e-18):
        reason = "a single student" if n < 2 else "the students differ too little to tell"
        return Estimate(name=_NAME, value=value, n=n, reason=f"no interval: {reason}")
    reach = t_quantile(confidence, n - 1) * math.sqrt(variance) if n > 1 else 0.0
    return Estimate(
        name=_NAME,
        value=value,
        low=value - reach,
        high=value + reach,
        n=n,
        interval=interval,
    )
