"""The report checks itself: errors that follow length or a group."""

from __future__ import annotations

import numpy as np
import pytest

from assessor.statistics.checks import Check, group_checks, length_check


def answers(lean: float, count: int = 60) -> tuple[list[int], list[float], list[float]]:
    """Longer answers are better, and the judge adds `lean` points per doubling."""
    make = np.random.default_rng(6)
    words = make.integers(10, 200, count)
    human = np.log2(words) + make.normal(0, 1, count)
    judge = human + lean * np.log2(words) + make.normal(0, 0.5, count)
    return words.tolist(), human.tolist(), judge.tolist()


def test_an_error_that_follows_length_is_found() -> None:
    """A judge that adds half a point per doubling is found out, and by how much."""
    got = length_check(*answers(0.5))

    assert got.effect == pytest.approx(0.5, abs=0.15)
    assert got.p is not None
    assert got.p < 0.01


def test_better_long_answers_are_no_fault_of_the_judge() -> None:
    """Where length only goes with the human's points the check finds nothing."""
    got = length_check(*answers(0.0))

    assert got.effect == pytest.approx(0.0, abs=0.15)
    assert got.p is not None
    assert got.p > 0.1


def test_a_judge_that_shrinks_the_scale_is_not_taken_for_one_that_counts_words() -> None:
    """Errors that follow the human's points alone are not laid at length's door."""
    words, human, _ = answers(0.0)
    make = np.random.default_rng(1)
    shrunk = [0.5 * each + float(make.normal(0, 0.3)) for each in human]

    got = length_check(words, human, shrunk)

    assert got.p is not None
    assert got.p > 0.1


@pytest.mark.parametrize(
    ("words", "reason"),
    [([5] * 10, "fewer than 20 hand-graded answers"), ([5] * 30, "length says nothing beyond")],
)
def test_length_is_not_checked_where_it_cannot_be(words: list[int], reason: str) -> None:
    """Too few answers, or all equally long: no number, and why."""
    human = [float(place % 4) for place in range(len(words))]
    got = length_check(words, human, human)

    assert (got.effect, got.p, got.reason.startswith(reason)) == (None, None, True)


def test_a_group_the_judge_leans_to_is_found() -> None:
    """A language that gets a point less is found; the small one is named and not checked."""
    make = np.random.default_rng(2)
    groups = ["de"] * 20 + ["en"] * 40 + ["fr"] * 3
    human = make.normal(5, 1, 63)
    judge = human + make.normal(0, 0.5, 63) - np.asarray([1.0] * 20 + [0.0] * 43)

    german, english, french = group_checks(groups, human.tolist(), judge.tolist())

    assert german.effect == pytest.approx(-1.0, abs=0.3)
    assert [german.p, english.p] == [pytest.approx(0.001), pytest.approx(0.001)]
    assert french == Check(
        name="fr", effect=None, p=None, n=3, reason="fewer than 15 answers in it or beside it"
    )


@pytest.mark.slow
def test_checks_keep_their_level() -> None:
    """Where nothing is wrong, length and groups are found at fault about one time in twenty."""
    make = np.random.default_rng(9)
    by_length, by_group = 0, 0
    for run in range(120):
        words = make.integers(10, 200, 40)
        human = np.log2(words) + make.normal(0, 1, 40)
        judge = human + make.normal(0, 1, 40)
        length = length_check(words.tolist(), human.tolist(), judge.tolist(), seed=run)
        groups = group_checks(["a", "b"] * 20, human.tolist(), judge.tolist(), seed=run)
        by_length += length.p is not None and length.p <= 0.05
        by_group += any(each.p is not None and each.p <= 0.05 for each in groups)

    assert max(by_length, by_group) / 120 <= 0.05 + 2.6 * (0.05 * 0.95 / 120) ** 0.5


def test_unlike_lengths_are_refused() -> None:
    """One entry per answer."""
    with pytest.raises(ValueError, match=r"shorter|longer"):
        length_check([1], [1.0, 2.0], [1.0])
