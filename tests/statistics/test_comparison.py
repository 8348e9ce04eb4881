"""Comparing two arms: paired by student, corrected for being several, honest about luck."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from assessor.statistics.comparison import (
    ComparedPair,
    Comparison,
    KeyPointChange,
    best_of,
    compare,
    detectable_difference,
    flip_rate,
    holm,
    mcnemar,
    say,
    sign_flip,
)


def pairs(gains: int, losses: int, same: int, key_points: int = 1) -> list[ComparedPair]:
    """One student per gain, loss and unchanged cell, on every key point alike."""
    cells = [(False, True)] * gains + [(True, False)] * losses + [(True, True)] * same
    return [
        ComparedPair(student=f"s{student}", key_point=f"k{place}", a=a, b=b)
        for student, (a, b) in enumerate(cells)
        for place in range(key_points)
    ]


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 0), (1, 5), (5, 1), (4, 4), (0, 12)])
def test_mcnemar_is_the_exact_binomial_test(only_a: int, only_b: int) -> None:
    """The changed cells are a fair coin under `no difference`; without any, p is 1."""
    changed = only_a + only_b
    expected = float(binomtest(only_a, changed).pvalue) if changed else 1.0

    assert mcnemar(only_a, only_b) == pytest.approx(expected)


def test_holm_corrects_step_by_step() -> None:
    """The smallest p counts for all, the next for one fewer, and none falls below one before."""
    got = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.5})

    assert got == pytest.approx({"a": 0.04, "b": 0.09, "c": 0.09, "d": 0.5})


def test_the_sign_flip_test_approaches_the_exact_one() -> None:
    """With six students all moved one way, 2 of 64 sign patterns are as extreme."""
    assert sign_flip([1.0] * 6, seed=1) == pytest.approx(2 / 64, abs=0.006)


def test_students_without_a_difference_say_nothing() -> None:
    """Zeros change no p-value, and nothing but zeros gives 1."""
    assert sign_flip([1, -2, 0, 3, 0]) == sign_flip([1, -2, 3])
    assert sign_flip([0, 0]) == 1.0
    assert sign_flip([]) == 1.0


def test_a_clear_gain_is_found() -> None:
    """Twelve students better and one worse is more than luck, in total and per key point."""
    got = compare(pairs(12, 1, 27))

    assert got.difference == pytest.approx(11 / 40)
    assert got.low is not None
    assert 0 < got.low < 11 / 40
    assert got.p < 0.01
    assert got.key_points == (
        KeyPointChange(key_point="k0", only_a=1, only_b=12, cells=40, p=mcnemar(1, 12)),
    )


def test_a_comparison_of_nothing_has_no_difference() -> None:
    """Without cells there is no number, and words say so."""
    got = compare([])

    assert got == Comparison(
        difference=None,
        low=None,
        high=None,
        p=1.0,
        students=0,
        cells=0,
        changed=0.0,
        detectable=None,
        key_points=(),
    )
    assert say(got) == "there are no hand-graded answers to compare on"


def test_a_comparison_is_said_in_words() -> None:
    """A gain beyond luck, one within it, and one within the noise of equal runs."""
    clear, weak = compare(pairs(12, 1, 27)), compare(pairs(3, 1, 36))

    assert say(clear) == f"B is right on 27.5 % more of the cells (p = {clear.p:.3f}, 40 students)"
    assert say(weak) == (
        f"B is right on 5.0 % more of the cells: consistent with no change (p = {weak.p:.2f})"
    )
    assert say(clear, noise=0.4) == (
        "B is right on 27.5 % more of the cells: no more than two runs of the same differ by, so "
        "consistent with no change"
    )


@pytest.mark.parametrize(
    ("students", "key_points", "effect", "expected"),
    [(30, 1, 1.0, 0.177), (50, 1, 1.0, 0.137), (100, 1, 1.0, 0.097), (30, 7, 1.5, 0.082)],
)
def test_the_detectable_difference_matches_the_method(
    students: int, key_points: int, effect: float, expected: float
) -> None:
    """With 12 % changed cells the table of the method comes out."""
    got = detectable_difference(0.12, students, key_points, effect)

    assert got == pytest.approx(expected, abs=6e-4)


def test_the_best_of_useless_edits_looks_better() -> None:
    """Of eight edits that change nothing the best shows 9 points on average, 13 at most."""
    got = best_of(8, 0.12, 30)

    assert (got.expected, got.most) == pytest.approx((0.090, 0.129), abs=1e-3)
    assert best_of(1, 0.12, 30).expected == pytest.approx(0.0, abs=1e-9)


def test_the_flip_rate_of_nothing_is_not_defined() -> None:
    """The share of cells two runs decide differently; unlike runs are refused."""
    assert flip_rate("abcd", "abdd") == 0.25
    assert flip_rate([], []) is None
    with pytest.raises(ValueError, match=r"shorter|longer"):
        flip_rate("ab", "a")


@pytest.mark.parametrize("bad", [lambda: best_of(0, 0.1, 30), lambda: detectable_difference(1, 0)])
def test_no_students_or_edits_are_refused(bad: object) -> None:
    """There is nothing to compute without them."""
    assert callable(bad)
    with pytest.raises(ValueError, match="needs"):
        bad()


@pytest.mark.slow
def test_sign_flip_keeps_its_level_where_cells_go_together() -> None:
    """With seven cells a student that rise and fall together, one in twenty is found by luck."""
    make = np.random.default_rng(3)
    found = 0
    for run in range(500):
        lean = make.normal(0, 1.2, size=(30, 1))
        right = make.random((30, 7)) < 1 / (1 + np.exp(-lean))
        changed = make.random((30, 7)) < 0.3
        differences = np.where(changed, np.where(right, 1, -1), 0).sum(axis=1)
        found += sign_flip(differences.tolist(), flips=399, seed=run) <= 0.05

    assert found / 500 <= 0.05 + 2.6 * (0.05 * 0.95 / 500) ** 0.5
