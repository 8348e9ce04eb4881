"""A number with its interval: what every figure of agreement is told as."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

CONFIDENCE = 0.90
RESAMPLES = 2_000

Sums = Sequence[float]


class Interval(StrEnum):
    """What an interval is, in the words that are printed beside it."""

    CLOPPER_PEARSON = "exact (Clopper-Pearson)"
    CLUSTER_T = "t over students"
    RESAMPLED = "students resampled"
    LIMITS = "limits of agreement: 95 % of the differences"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure, its interval and what both rest on.

    `value` is None where it is not defined, `low` and `high` where no honest interval can be
    given; `reason` then says why, in words. `n` counts students. Nothing is ever NaN.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    interval: Interval = Interval.NONE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of an interval."""

    low: float
    high: float


def t_quantile(confidence: float, degrees: int) -> float:
    """Return the two-sided t quantile for a confidence in (0, 1)."""
    from scipy.stats import t  # noqa: PLC0415 - loaded only when statistics are asked for

    return float(t.ppf(0.5 + confidence / 2, degrees))


def clopper_pearson(successes: int, trials: int, confidence: float = CONFIDENCE) -> Ends:
    """Return the exact two-sided interval of a share (Clopper & Pearson 1934), trials > 0."""
    from scipy.stats import beta  # noqa: PLC0415 - loaded only when statistics are asked for

    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else float(beta.ppf(tail, successes, trials - successes + 1))
    whole = successes == trials
    high = 1.0 if whole else float(beta.ppf(1 - tail, successes + 1, trials - successes))
    return Ends(low, high)


def cluster_t(
    tops: Sequence[float], bottoms: Sequence[float], confidence: float = CONFIDENCE
) -> Ends | None:
    """Return the interval of sum(tops) / sum(bottoms), one pair per student.

    Linearised ratio with t over students: with equally many cells each it is the t interval of
    the students' means (method.md §6.1). None for fewer than two students and where they do not
    spread: zero width would claim to know.
    """
    n, whole = len(tops), sum(bottoms)
    if n < 2 or whole <= 0:
        return None
    ratio = sum(tops) / whole
    left = sum((top - ratio * bottom) ** 2 for top, bottom in zip(tops, bottoms, strict=True))
    error = math.sqrt(n / (n - 1) * left) / whole
    if error < 1e-12:
        return None
    reach = t_quantile(confidence, n - 1) * error
    return Ends(ratio - reach, ratio + reach)


def resampled(
    rows: Sequence[Sums],
    combine: Callable[[Sums], float | None],
    confidence: float = CONFIDENCE,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Ends | None:
    """Return the bootstrap interval of a statistic of sums, over draws of whole students.

    `rows` holds one row of sums per student; `combine` turns the sum over students into the
    statistic, None where it is undefined. The percentiles are widened for small n by the t
    quantile (Hesterberg 2015, `expanded percentile`), as plain ones are too short. None for fewer
    than two students, where the statistic is undefined in over a tenth of the draws, and where
    all draws give one value: they then say nothing of its uncertainty.
    """
    import numpy as np  # noqa: PLC0415 - loaded only when statistics are asked for
    from scipy.stats import norm  # noqa: PLC0415 - loaded only when statistics are asked for

    n = len(rows)
    if n < 2:
        return None
    draws = np.random.default_rng(seed).multinomial(n, [1 / n] * n, size=resamples)
    sums = draws @ np.asarray(rows, dtype=float)
    found = [value for each in sums.tolist() if (value := combine(each)) is not None]
    if len(found) < 0.9 * resamples or max(found) - min(found) < 1e-12:
        return None
    tail = norm.cdf(-math.sqrt(n / (n - 1)) * t_quantile(confidence, n - 1))
    low, high = np.quantile(found, [tail, 1 - tail])
    return Ends(float(low), float(high))
