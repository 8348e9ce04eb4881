"""The class mean and its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assessor.statistics.estimate import class_mean, weighted_class_mean
from assessor.statistics.intervals import Estimate, Interval
from assessor.statistics.sampling import Scored, tuning_sample

HUMAN = [3, 5, 2, 6, 4, 7, 1, 5, 6, 4]
JUDGE = [3, 4, 2, 6, 5, 7, 2, 5, 7, 4]


def named(values: Sequence[float]) -> dict[str, float]:
    return {f"s{place}": value for place, value in enumerate(values)}


def klass(make: np.random.Generator, size: int, together: float) -> tuple[list[float], list[float]]:
    """Totals of 0..8 by a human and a judge that go `together` so closely."""
    ability = make.normal(size=size)
    judge = together * ability + np.sqrt(1 - together**2) * make.normal(size=size)
    return [np.clip(np.round(4.5 + 2 * each), 0, 8).tolist() for each in (ability, judge)]  # type: ignore[return-value] # two lists of floats


def test_the_vector_of_the_method_holds() -> None:
    """Ten hand-graded of thirty: the published mean and interval."""
    got = class_mean(named(HUMAN), named(JUDGE * 3))

    assert (got.value, got.low, got.high) == pytest.approx((4.3, 4.0007, 4.5993), abs=5e-5)
    assert (got.n, got.interval) == (10, Interval.DIFFERENCE)


def test_a_judge_that_knows_nothing_is_left_out() -> None:
    """Where judge and human do not go together the hand-graded ones stand alone."""
    judge = [4, 4, 5, 3, 5, 4, 4, 3, 4, 5]
    got = class_mean(named(HUMAN), named(judge * 3))

    assert got.value == pytest.approx(4.3)
    assert got.interval is Interval.LABELS_ONLY


def test_a_class_graded_whole_is_known() -> None:
    """With every student graded by hand the mean is theirs, with no width left."""
    got = class_mean(named(HUMAN), named(JUDGE))

    assert (got.value, got.low, got.high) == pytest.approx((4.3, 4.3, 4.3))


@pytest.mark.parametrize(
    ("human", "judge", "expected"),
    [
        ([], [1.0, 2.0], (None, "nothing was graded by hand")),
        ([1.0], [1.0, 2.0], (1.0, "no interval: a single student")),
        ([2.0] * 5, [2.0] * 9, (2.0, "no interval: the students differ too little to tell")),
    ],
)
def test_what_cannot_be_told_has_a_reason(
    human: list[float], judge: list[float], expected: tuple[float | None, str]
) -> None:
    """Nothing graded, a single student or no spread: no made-up interval."""
    got = class_mean(named(human), named(judge))

    assert got == Estimate(name="class_mean", value=expected[0], n=len(human), reason=expected[1])


def test_a_student_the_judge_never_read_is_refused() -> None:
    """A hand grade without a judge's is a mistake of the caller."""
    with pytest.raises(ValueError, match="not by the judge: \\['s1'\\]"):
        class_mean(named([1, 2]), named([1]))


def test_equal_chances_give_the_plain_estimate() -> None:
    """With one chance for all the weighted mean and interval are those of a simple sample."""
    judge = named(JUDGE * 3)
    plain = class_mean(named(HUMAN), judge)
    got = weighted_class_mean(named(HUMAN), judge, dict.fromkeys(named(HUMAN), 1 / 3))

    assert (got.value, got.low, got.high) == pytest.approx((plain.value, plain.low, plain.high))


def test_a_chance_of_nothing_is_refused() -> None:
    """A drawn answer had some chance of being drawn."""
    with pytest.raises(ValueError, match="in \\(0, 1\\]"):
        weighted_class_mean(named([1, 2]), named([1, 2]), {"s0": 0.5, "s1": 0.0})


def covered(students: int, together: float) -> float:
    make = np.random.default_rng(21)
    hits = 0
    for _ in range(1500):
        human, judge = klass(make, 100, together)
        chosen = make.permutation(100)[:students]
        got = class_mean({f"s{p}": human[p] for p in chosen}, named(judge))
        assert got.low is not None
        assert got.high is not None
        hits += bool(got.low <= np.mean(human) <= got.high)
    return hits / 1500


@pytest.mark.slow
@pytest.mark.parametrize("together", [0.75, 0.9])
@pytest.mark.parametrize("students", [15, 30, 50])
def test_the_interval_covers_what_it_promises(students: int, together: float) -> None:
    """Nine of ten intervals hold the mean, within 3 points, for 15 to 50 hand-graded of 100."""
    assert covered(students, together) == pytest.approx(0.90, abs=0.03)


@pytest.mark.slow
def test_a_tuning_sample_estimates_the_class_without_bias() -> None:
    """Though half of it is the most unsure, its weights bring the class mean back."""
    make = np.random.default_rng(4)
    errors, hits = [], 0
    for seed in range(600):
        human, judge = klass(make, 100, 0.8)
        doubt = [abs(h - j) + float(make.random()) for h, j in zip(human, judge, strict=True)]
        answers = [Scored(id=f"s{p}", score=judge[p], doubt=doubt[p]) for p in range(100)]
        drawn = tuning_sample(answers, 30, seed)
        got = weighted_class_mean(
            {each.id: named(human)[each.id] for each in drawn},
            named(judge),
            {each.id: each.chance for each in drawn},
        )
        assert got.value is not None
        assert got.low is not None
        assert got.high is not None
        errors.append(got.value - np.mean(human))
        hits += bool(got.low <= np.mean(human) <= got.high)

    assert abs(np.mean(errors)) < 3 * np.std(errors) / 600**0.5
    assert hits / 600 > 0.87
