"""From a judge's log-odds to the chance that this instructor would agree: partial pooling.

Platt scaling whose slope and offset per key point lean on those of all key points together, so
that thirty graded answers are enough. Sources: method.md §5.1, Platt 1999.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Before there are labels a judge's chance stands as it is: a slope of 0.7 that once took it down
# made an expected calibration error of .10 out of .05, measured on a strong model.
UNCALIBRATED = (0.0, 1.0)
# Below this many hand-graded answers nothing is fitted: "uncalibrated" is printed instead.
FEWEST = 20
FOLDS = 5
BINS = 10
# How far offset and slope may wander: pooled from (0, 1), a key point from the pooled ones.
POOLED_PRIOR, POOLED_SPREAD = (0.0, 1.0), (10.0, 10.0)
KEY_POINT_SPREAD = (0.8, 0.35)
_STEPS, _HALVINGS = 200, 60
_CLOSE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One hand-graded threshold of one cell.

    `threshold` counts the key point's levels above absent from 0; `score` is the judge's mean
    log-odds that it is reached; `met` is what the human said.
    """

    student: str
    key_point: str
    threshold: int
    score: float
    met: bool


@dataclass(frozen=True, slots=True)
class Platt:
    """P = sigmoid(offset + slope * score)."""

    offset: float
    slope: float

    def probability(self, score: float) -> float:
        """Return the chance in (0, 1)."""
        odds = min(max(self.offset + self.slope * score, -30.0), 30.0)
        return 1 / (1 + math.exp(-odds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Fitted curves: `pooled` per threshold, `curves` per key point and threshold.

    `students` counts the hand-graded answers behind it. Without enough of them there are no
    curves, and every probability is the judge's own.
    """

    students: int
    pooled: Mapping[int, Platt]
    curves: Mapping[tuple[str, int], Platt]

    @property
    def is_calibrated(self) -> bool:
        """Whether anything was fitted."""
        return bool(self.pooled)

    def curve(self, key_point: str, threshold: int) -> Platt:
        """Return the curve of a cell's threshold: its own, else the pooled, else the default."""
        own = self.curves.get((key_point, threshold))
        return own or self.pooled.get(threshold) or Platt(*UNCALIBRATED)

    def of(self, key_point: str, thresholds: int) -> tuple[tuple[float, float], ...]:
        """Return (offset, slope) per threshold as a finding takes them; empty if uncalibrated."""
        if not self.is_calibrated:
            return ()
        curves = (self.curve(key_point, place) for place in range(thresholds))
        return tuple((each.offset, each.slope) for each in curves)


def calibrate(labels: Sequence[Label]) -> Calibration:
    """Return the calibration that `labels` support; uncalibrated with fewer than 20 students."""
    students = len({label.student for label in labels})
    if students < FEWEST:
        return Calibration(students=students, pooled={}, curves={})
    return _fit(labels, students)


def cross_fitted(labels: Sequence[Label], *, seed: int = 0) -> tuple[float, ...]:
    """Return one probability per label, each from curves fitted without its student.

    Five folds by student, drawn by `seed`; a higher threshold is never likelier than a lower one
    of its cell. With fewer than 20 students: the uncalibrated probabilities.
    """
    folds = _folds({label.student for label in labels}, seed)
    found = [0.0] * len(labels)
    calibrated = len(folds) >= FEWEST
    for fold in set(folds.values()):
        others = [label for label in labels if folds[label.student] != fold] if calibrated else []
        fitted = _fit(others, len({label.student for label in others}))
        for place, label in enumerate(labels):
            if folds[label.student] == fold:
                curve = fitted.curve(label.key_point, label.threshold)
                found[place] = curve.probability(label.score)
    return _monotone(labels, found)


def uncalibrated(labels: Sequence[Label]) -> tuple[float, ...]:
    """Return one probability per label as it stands before there are enough labels."""
    plain = Platt(*UNCALIBRATED)
    return _monotone(labels, [plain.probability(label.score) for label in labels])


def fit_platt(
    scores: Sequence[float],
    met: Sequence[bool],
    prior: tuple[float, float] = POOLED_PRIOR,
    spread: tuple[float, float] = POOLED_SPREAD,
) -> Platt:
    """Return the likeliest curve under a normal prior on offset and slope.

    Newton's method, each step halved until the penalised likelihood rises: a full step cycles
    where the judge is weak or says one number only. The optimum is the only one. Without data it
    is the prior itself. `spread` is in standard deviations.
    """
    import numpy as np  # noqa: PLC0415 - loaded only when statistics are asked for

    x = np.column_stack([np.ones(len(scores)), np.asarray(scores, dtype=float)])
    y = np.asarray(met, dtype=float)
    centre = np.asarray(prior)
    hold = np.diag(1 / np.asarray(spread) ** 2)
    sign = 1 - 2 * y

    def loss(place: Any) -> float:
        away = place - centre
        return float(np.logaddexp(0, sign * (x @ place)).sum() + away @ hold @ away / 2)

    at, now = centre.copy(), loss(centre)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ at, -500, 500)))
        slope = x.T @ (chance - y) + hold @ (at - centre)
        bend = (x * (chance * (1 - chance))[:, None]).T @ x + hold
        step = np.linalg.solve(bend, slope)
        for _ in range(_HALVINGS):
            if (there := loss(at - step)) <= now:
                break
            step = step / 2
        else:
            break  # No rise can be told from rounding any more.
        at, now = at - step, there
        if np.abs(step).max() < _CLOSE:
            break
    return Platt(float(at[0]), float(at[1]))


def brier(probabilities: Sequence[float], met: Sequence[bool]) -> float | None:
    """Return the mean squared distance of probabilities from 0 / 1, in 0..1; None if empty.

    Raises ValueError for unlike lengths. Brier 1950.
    """
    pairs = list(zip(probabilities, met, strict=True))
    return sum((p - hit) ** 2 for p, hit in pairs) / len(pairs) if pairs else None


def calibration_error(probabilities: Sequence[float], met: Sequence[bool]) -> float | None:
    """Return the expected calibration error over ten equally wide bins, in 0..1; None if empty.

    Small samples raise it even where the probabilities are right: compare, do not certify. Raises
    ValueError for unlike lengths. Naeini et al. 2015.
    """
    pairs = list(zip(probabilities, met, strict=True))
    bins: dict[int, float] = {}
    for p, hit in pairs:
        place = min(int(p * BINS), BINS - 1)
        bins[place] = bins.get(place, 0.0) + p - hit
    return sum(abs(gap) for gap in bins.values()) / len(pairs) if pairs else None


def _fit(labels: Sequence[Label], students: int) -> Calibration:
    pooled: dict[int, Platt] = {}
    curves: dict[tuple[str, int], Platt] = {}
    for threshold in sorted({label.threshold for label in labels}):
        here = [label for label in labels if label.threshold == threshold]
        pooled[threshold] = shared = fit_platt([x.score for x in here], [x.met for x in here])
        for key_point in sorted({label.key_point for label in here}):
            own = [label for label in here if label.key_point == key_point]
            curves[key_point, threshold] = fit_platt(
                [x.score for x in own],
                [x.met for x in own],
                (shared.offset, shared.slope),
                KEY_POINT_SPREAD,
            )
    return Calibration(students=students, pooled=pooled, curves=curves)


def _folds(students: set[str], seed: int) -> Mapping[str, int]:
    order = sorted(students)
    random.Random(seed).shuffle(order)  # noqa: S311 - folds, not a secret
    return {student: place % FOLDS for place, student in enumerate(order)}


def _monotone(labels: Sequence[Label], found: Sequence[float]) -> tuple[float, ...]:
    """Lower a threshold's probability to that of the thresholds below it in the same cell."""
    order = sorted(range(len(labels)), key=lambda place: labels[place].threshold)
    least: dict[tuple[str, str], float] = {}
    capped = list(found)
    for place in order:
        cell = (labels[place].student, labels[place].key_point)
        capped[place] = least[cell] = min(found[place], least.get(cell, 1.0))
    return tuple(capped)
