"""How far two raters coincide, each figure with its interval: the table `METRICS`.

Every figure is a function of sums over students, so resampling students, weighing them by how
they were drawn and printing the figure are one computation. Formulas: method.md §6.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessor.statistics import formulas
from assessor.statistics.intervals import (
    CONFIDENCE,
    Ends,
    Estimate,
    Interval,
    Sums,
    clopper_pearson,
    cluster_t,
    resampled,
)
from assessor.statistics.ratings import Ratings

_ANY = Ends(-math.inf, math.inf)


class MetricKind(StrEnum):
    """What a figure looks at: points apart, levels as names, or met against not met."""

    POINTS = "points"
    LEVELS = "levels"
    MET = "met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure: `parts` of one cell (human, judge, ratings), and how sums of them combine.

    `words` says it to an instructor; `undefined` says when it has no value. `interval` is
    CLOPPER_PEARSON for shares (t over students where they have several cells or weights),
    CLUSTER_T for means, else RESAMPLED; shares and means are parts[0] / parts[1]. `bounds` are
    those of the figure itself: an interval by t may reach beyond them, and is cut there.
    """

    words: str
    kind: MetricKind
    parts: Callable[[float, float, Ratings], tuple[float, ...]]
    combine: Callable[[Sums], float | None]
    interval: Interval = Interval.RESAMPLED
    undefined: str = "there are no cells"
    bounds: Ends = _ANY


def measure(name: str, ratings: Ratings, *, confidence: float = CONFIDENCE) -> Estimate:
    """Return one figure of `METRICS` with its interval; KeyError for an unknown name.

    Without a value (empty, one class only) or an interval (a single student, no spread) the
    estimate says why.
    """
    metric = METRICS[name]
    rows = _rows(metric, ratings)
    n = len(rows)
    value = metric.combine(_total(rows)) if rows else None
    if value is None:
        reason = metric.undefined if rows else "there are no cells"
        return Estimate(name=name, value=None, n=n, reason=reason)
    ends, interval = _ends(metric, ratings, rows, confidence)
    if ends is None:
        reason = "a single student" if n < 2 else "the students differ too little to tell"
        return Estimate(name=name, value=value, n=n, reason=f"no likely range: {reason}")
    low, high = max(ends.low, metric.bounds.low), min(ends.high, metric.bounds.high)
    return Estimate(name=name, value=value, low=low, high=high, n=n, interval=interval)


def agreement(
    ratings: Ratings,
    kinds: Sequence[MetricKind] = tuple(MetricKind),
    *,
    confidence: float = CONFIDENCE,
) -> Mapping[str, Estimate]:
    """Return every figure of the kinds asked for, in the order of `METRICS`."""
    names = [name for name, metric in METRICS.items() if metric.kind in kinds]
    return {name: measure(name, ratings, confidence=confidence) for name in names}


def say_bias(bias: Estimate) -> str:
    """Return the bias in words, such as "0.4 points harsher than you"."""
    if bias.value is None:
        return bias.reason
    if abs(bias.value) < 0.05:
        return "on average as strict as you"
    size = f"{abs(bias.value):.1f}"
    side = "more generous" if bias.value > 0 else "harsher"
    return f"on average {size} {'point' if size == '1.0' else 'points'} {side} than you"


def _rows(metric: Metric, ratings: Ratings) -> list[list[float]]:
    """Return the weighted sums of each student's cells, in the order of first appearance.

    Weights are scaled to a mean of 1, so that their sum still counts cells.
    """
    rows: dict[str, list[float]] = {}
    count = len(ratings.students)
    mean = sum(ratings.weights) / count if ratings.weights else 1.0
    weights = [weight / mean for weight in ratings.weights or (1.0,) * count]
    cells = zip(ratings.students, ratings.human, ratings.judge, weights, strict=True)
    for student, human, judge, weight in cells:
        parts = [weight * part for part in metric.parts(human, judge, ratings)]
        _add(rows.setdefault(student, []), parts)
    return list(rows.values())


def _add(row: list[float], parts: Sequence[float]) -> None:
    row[:] = [a + b for a, b in zip(row, parts, strict=True)] if row else list(parts)


def _total(rows: Sequence[Sums]) -> Sums:
    return [math.fsum(column) for column in zip(*rows, strict=True)]


def _ends(
    metric: Metric, ratings: Ratings, rows: Sequence[Sums], confidence: float
) -> tuple[Ends | None, Interval]:
    if metric.interval is Interval.RESAMPLED:
        return resampled(rows, metric.combine, confidence), metric.interval
    if metric.interval is Interval.LIMITS:
        return _limits(rows), metric.interval
    tops, bottoms = [row[0] for row in rows], [row[1] for row in rows]
    share = metric.interval is Interval.CLOPPER_PEARSON
    if share and len(rows) == len(ratings.students) and not ratings.weights:
        return clopper_pearson(round(sum(tops)), round(sum(bottoms)), confidence), metric.interval
    ends = cluster_t(tops, bottoms, confidence)
    if share and ends is not None:
        ends = Ends(max(ends.low, 0.0), min(ends.high, 1.0))
    elif share and len(rows) > 1 and min(sum(tops), sum(bottoms) - sum(tops)) < 1e-9:
        # All cells alike: the students, each a draw of its own, still bound what was not seen.
        seen = sum(bottom > 0 for bottom in bottoms)
        return clopper_pearson(seen if sum(tops) > 1e-9 else 0, seen, confidence), metric.interval
    return ends, Interval.CLUSTER_T


def _limits(rows: Sequence[Sums]) -> Ends | None:
    """Return mean ± 1.96 s of the differences (Bland & Altman 1986); None for a single cell."""
    difference, count, square = _total(rows)
    if count <= 1:
        return None
    mean = difference / count
    spread = math.sqrt(max(square - count * mean**2, 0.0) / (count - 1))
    return Ends(mean - 1.96 * spread, mean + 1.96 * spread)


_ONE_CLASS = "one class only: nothing to tell apart"
_SHARE, _MEAN = Interval.CLOPPER_PEARSON, Interval.CLUSTER_T

METRICS: Mapping[str, Metric] = {
    "exact": Metric(
        words="same grade",
        kind=MetricKind.LEVELS,
        parts=lambda h, j, _: (float(h == j), 1.0),
        combine=formulas.share,
        interval=_SHARE,
    ),
    "within_tolerance": Metric(
        words="as good as equal, within a tolerance",
        kind=MetricKind.POINTS,
        parts=lambda h, j, r: (float(abs(h - j) <= r.tolerance + 1e-9), 1.0),
        combine=formulas.share,
        interval=_SHARE,
    ),
    "mae": Metric(
        words="mean distance, in points",
        kind=MetricKind.POINTS,
        parts=lambda h, j, _: (abs(h - j), 1.0),
        combine=formulas.ratio,
        interval=_MEAN,
        bounds=Ends(0.0, math.inf),
    ),
    "rmse": Metric(
        words="root mean square distance, in points",
        kind=MetricKind.POINTS,
        parts=lambda h, j, _: ((h - j) ** 2, 1.0),
        combine=formulas.root,
    ),
    "bias": Metric(
        words="judge less human, in points",
        kind=MetricKind.POINTS,
        parts=lambda h, j, _: (j - h, 1.0),
        combine=formulas.ratio,
        interval=_MEAN,
    ),
    "limits_of_agreement": Metric(
        words="where 95 % of the differences lie, in points",
        kind=MetricKind.POINTS,
        parts=lambda h, j, _: (j - h, 1.0, (j - h) ** 2),
        combine=formulas.ratio,
        interval=Interval.LIMITS,
    ),
    "cohen_kappa": Metric(
        words="agreement beyond chance (Cohen)",
        kind=MetricKind.LEVELS,
        parts=formulas.marginals,
        combine=formulas.kappa,
        undefined=_ONE_CLASS,
    ),
    "qwk": Metric(
        words="agreement beyond chance, far misses counting more (QWK)",
        kind=MetricKind.LEVELS,
        parts=formulas.moments,
        combine=formulas.qwk,
        undefined=_ONE_CLASS,
    ),
    "ac1": Metric(
        words="agreement beyond chance, steadier at lopsided rates (Gwet AC1)",
        kind=MetricKind.LEVELS,
        parts=formulas.marginals,
        combine=formulas.ac1,
        undefined=_ONE_CLASS,
    ),
    "krippendorff_alpha": Metric(
        words="reliability (Krippendorff, interval)",
        kind=MetricKind.LEVELS,
        parts=lambda h, j, _: formulas.unit_parts((h, j)),
        combine=formulas.alpha,
        undefined=_ONE_CLASS,
    ),
    "phi": Metric(
        words="correlation of met and not met (phi, MCC)",
        kind=MetricKind.MET,
        parts=formulas.table,
        combine=formulas.phi,
        undefined=_ONE_CLASS,
    ),
    "tpr": Metric(
        words="of what you credited, what the judge credits too",
        kind=MetricKind.MET,
        parts=lambda h, j, r: (float(min(h, j) > r.levels[0]), float(h > r.levels[0])),
        combine=formulas.share,
        interval=_SHARE,
        undefined="the human credited nothing",
    ),
    "tnr": Metric(
        words="of what you did not credit, what the judge does not either",
        kind=MetricKind.MET,
        parts=lambda h, j, r: (float(max(h, j) <= r.levels[0]), float(h <= r.levels[0])),
        combine=formulas.share,
        interval=_SHARE,
        undefined="the human credited everything",
    ),
    "balanced_accuracy": Metric(
        words="mean of the two shares above",
        kind=MetricKind.MET,
        parts=formulas.table,
        combine=formulas.balanced,
        undefined=_ONE_CLASS,
    ),
    "f1": Metric(
        words="precision and recall of credit in one (F1)",
        kind=MetricKind.MET,
        parts=formulas.table,
        combine=formulas.f1,
        undefined="neither credited anything",
    ),
    "met_rate_shift": Metric(
        words="how much more often the judge credits",
        kind=MetricKind.MET,
        parts=lambda h, j, r: (float(j > r.levels[0]) - float(h > r.levels[0]), 1.0),
        combine=formulas.ratio,
        interval=_MEAN,
        bounds=Ends(-1.0, 1.0),
    ),
}
