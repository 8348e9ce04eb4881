"""Calibration: partial pooling, cross-fitting, and what too few labels mean."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from sklearn import metrics as oracle  # type: ignore[import-untyped] # it ships no types
from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped] # as above

from assessor.statistics.calibration import (
    UNCALIBRATED,
    Label,
    Platt,
    brier,
    calibrate,
    calibration_error,
    cross_fitted,
    fit_platt,
    uncalibrated,
)

KEY_POINTS = 7


def sigmoid(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def world(make: np.random.Generator) -> list[Platt]:
    """One true curve per key point: the judge is too sure, and leans differently on each."""
    offsets = make.normal(0, 0.8, KEY_POINTS)
    slopes = 0.6 * np.exp(make.normal(0, 0.35, KEY_POINTS))
    return [Platt(float(a), float(b)) for a, b in zip(offsets, slopes, strict=True)]


def labels(curves: list[Platt], students: int, make: np.random.Generator) -> list[Label]:
    """A class judged and hand-graded."""
    return [
        Label(
            student=f"s{student}",
            key_point=f"k{place}",
            threshold=0,
            score=(score := float(np.clip(make.normal(0, 2.2), -3.48, 3.48))),
            met=bool(make.random() < curve.probability(score)),
        )
        for student in range(students)
        for place, curve in enumerate(curves)
    ]


def small(students: int = 24) -> list[Label]:
    make = np.random.default_rng(2)
    return labels(world(make), students, make)


def test_the_pooled_curve_is_the_likeliest_under_its_prior() -> None:
    """At the fitted curve no small step in offset or slope makes labels and prior likelier."""
    cells = small()
    scores, met = [each.score for each in cells], [each.met for each in cells]

    def loss(curve: Platt) -> float:
        chances = [curve.probability(score) for score in scores]
        data = -sum(math.log(p if hit else 1 - p) for p, hit in zip(chances, met, strict=True))
        return data + (curve.offset**2 + (curve.slope - 1) ** 2) / 200

    best = fit_platt(scores, met)

    steps = [(0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01)]
    assert all(loss(Platt(best.offset + a, best.slope + b)) > loss(best) for a, b in steps)


def odd_judge(kind: str, count: int, make: np.random.Generator) -> tuple[list[float], list[bool]]:
    """Scores and truths of a judge on which a full Newton step does not settle."""
    if kind == "constant":
        scores = np.full(count, float(make.choice([-3.48, 0.0, 1.0, 3.48])))
    elif kind == "two numbers":
        scores = make.choice([-3.48, 3.48], count)
    else:
        scores = make.normal(0, 3, count)
    right = float(make.uniform(0.5, 0.8))
    met = (scores > 0) == (make.random(count) < right)
    if kind == "separable":
        met = scores > float(make.normal())
    return [float(each) for each in scores], [bool(each) for each in met]


@given(
    st.sampled_from(["constant", "two numbers", "weak", "separable"]),
    st.integers(1, 120),
    st.integers(0, 10_000),
    st.sampled_from([(10.0, 10.0), (0.8, 0.35)]),
)
def test_the_fitted_curve_has_no_slope_left(
    kind: str, count: int, seed: int, spread: tuple[float, float]
) -> None:
    """At the fitted curve the penalised likelihood is flat, however weak or constant the judge."""
    scores, met = odd_judge(kind, count, np.random.default_rng(seed))

    got = fit_platt(scores, met, (0.0, 1.0), spread)

    off = [
        1 / (1 + math.exp(-(got.offset + got.slope * s))) - m
        for s, m in zip(scores, met, strict=True)
    ]
    slopes = (
        sum(off) + got.offset / spread[0] ** 2,
        sum(o * s for o, s in zip(off, scores, strict=True)) + (got.slope - 1) / spread[1] ** 2,
    )
    assert max(map(abs, slopes)) < 1e-5


@pytest.mark.parametrize("kind", ["constant", "two numbers", "weak", "separable"])
def test_the_optimum_is_that_of_a_reference_optimiser(kind: str) -> None:
    """SciPy's optimiser finds no likelier curve, and the same one."""
    make = np.random.default_rng(4)
    for _ in range(25):
        scores, met = odd_judge(kind, int(make.integers(5, 80)), make)
        x, sign = np.asarray(scores), 1 - 2 * np.asarray(met, dtype=float)

        def loss(at: np.ndarray, x: np.ndarray = x, sign: np.ndarray = sign) -> float:
            data = np.logaddexp(0, sign * (at[0] + at[1] * x)).sum()
            return float(data + (at[0] ** 2 + (at[1] - 1) ** 2) / 200)

        got = fit_platt(scores, met)
        best = optimize.minimize(loss, (0.0, 1.0), method="BFGS", options={"gtol": 1e-9})

        here = loss(np.asarray([got.offset, got.slope]))
        assert here <= best.fun + 1e-9
        assert here == pytest.approx(best.fun, abs=1e-6)


def test_without_data_a_curve_is_its_prior() -> None:
    """Nothing observed moves nothing."""
    assert fit_platt([], [], (0.3, 0.8), (0.8, 0.35)) == Platt(0.3, 0.8)


def test_one_sided_labels_stay_finite() -> None:
    """A key point that everyone meets pulls its curve up, and the prior holds it."""
    got = fit_platt([2.0] * 30, [True] * 30, (0.0, 1.0), (0.8, 0.35))

    assert 0 < got.offset < 3
    assert 1 < got.slope < 2.5


def test_a_key_point_leans_on_the_pooled_curve() -> None:
    """Three labels move a key point a little, thirty move it far."""
    few = fit_platt([0.0] * 3, [False] * 3, (0.0, 1.0), (0.8, 0.35))
    many = fit_platt([0.0] * 30, [False] * 30, (0.0, 1.0), (0.8, 0.35))

    assert -1 < few.offset < -0.3
    assert many.offset < -1.5


@pytest.mark.parametrize(("students", "calibrated"), [(19, False), (20, True)])
def test_twenty_hand_graded_answers_calibrate(students: int, calibrated: bool) -> None:
    """Below 20 answers nothing is fitted, however many cells they have."""
    got = calibrate(small(students))

    assert (got.students, got.is_calibrated, bool(got.of("k0", 1))) == (
        students,
        calibrated,
        calibrated,
    )


def test_uncalibrated_chances_stand_as_they_are() -> None:
    """Before there are labels nothing is shrunk."""
    got = uncalibrated([Label(student="a", key_point="k", threshold=0, score=2.0, met=True)])

    assert got == pytest.approx((sigmoid(2.0),))
    assert UNCALIBRATED == (0.0, 1.0)


def test_a_key_point_without_labels_takes_the_pooled_curve() -> None:
    """A key point that is new has the pooled curve; a threshold never seen the default."""
    got = calibrate(small())

    assert got.curve("new", 0) == got.pooled[0]
    assert got.of("new", 2)[1] == UNCALIBRATED


def test_each_threshold_has_its_own_pool() -> None:
    """Labels of a higher threshold do not move the curves of a lower one."""
    low = small()
    both = low + [replace(each, threshold=1, met=False) for each in low]

    assert calibrate(both).of("k1", 1) == calibrate(low).of("k1", 1)
    assert calibrate(both).pooled[1].offset < calibrate(both).pooled[0].offset


def test_cross_fitting_never_sees_the_student() -> None:
    """Turning round all of a student's labels leaves that student's own probabilities alone."""
    cells = small()
    turned = [replace(each, met=not each.met) if each.student == "s3" else each for each in cells]

    before, after = cross_fitted(cells), cross_fitted(turned)
    own = [place for place, each in enumerate(cells) if each.student == "s3"]
    assert [before[place] for place in own] == [after[place] for place in own]
    assert before != after


def test_cross_fitting_of_too_few_is_uncalibrated() -> None:
    """With fewer than 20 answers the probabilities are those of the start."""
    assert cross_fitted(small(19)) == uncalibrated(small(19))


def test_a_higher_threshold_is_never_likelier() -> None:
    """Full is never likelier than partial of the same cell, in whatever order they come."""
    pair = [
        Label(student="a", key_point="k", threshold=1, score=2.0, met=True),
        Label(student="a", key_point="k", threshold=0, score=1.0, met=True),
    ]

    assert uncalibrated(pair) == pytest.approx((sigmoid(1.0),) * 2)


def test_brier_equals_scikit_learn() -> None:
    """The Brier score is the known one; of nothing it is not defined."""
    chances, met = [0.1, 0.4, 0.9, 0.7], [False, True, True, False]

    assert brier(chances, met) == pytest.approx(oracle.brier_score_loss(met, chances))
    assert brier([], []) is None


def test_the_calibration_error_weighs_its_bins() -> None:
    """Per bin of a tenth: how far the mean probability is from the rate, weighted by its size."""
    got = calibration_error([0.72, 0.78, 0.2, 1.0], [True, False, False, True])

    assert got == pytest.approx((0.5 + 0.2 + 0.0) / 4)
    assert calibration_error([], []) is None


@pytest.mark.slow
def test_partial_pooling_beats_raw_and_isotonic_at_thirty() -> None:
    """Held out, thirty graded answers predict better pooled than raw or isotonic per key point."""
    make = np.random.default_rng(8)
    losses: dict[str, list[float]] = {"raw": [], "isotonic": [], "pooled": []}
    for _ in range(25):
        curves = world(make)
        train, test = labels(curves, 30, make), labels(curves, 400, make)
        fitted = calibrate(train)
        stepped: dict[Label, float] = {}
        for key_point in {each.key_point for each in train}:
            own = [each for each in train if each.key_point == key_point]
            iso = IsotonicRegression(y_min=0.02, y_max=0.98, out_of_bounds="clip")
            iso.fit([x.score for x in own], [float(x.met) for x in own])
            asked = [x for x in test if x.key_point == key_point]
            stepped.update(zip(asked, iso.predict([x.score for x in asked]), strict=True))
        met = [each.met for each in test]
        pooled = [fitted.curve(x.key_point, 0).probability(x.score) for x in test]
        for name, chances in (
            ("raw", [sigmoid(x.score) for x in test]),
            ("isotonic", [float(stepped[x]) for x in test]),
            ("pooled", pooled),
        ):
            losses[name].append(brier(chances, met) or 0.0)

    means = {name: float(np.mean(found)) for name, found in losses.items()}
    assert means["pooled"] < means["isotonic"] - 0.005
    assert means["pooled"] < means["raw"] - 0.005
