"""Drawing: who is graded by hand, and with what chance."""

from __future__ import annotations

from collections import Counter

import pytest

from assessor.statistics.sampling import Drawn, Scored, audit_order, tuning_sample, weights


def answers(count: int) -> list[Scored]:
    """Scores rise with the number; every seventh is the most unsure."""
    return [
        Scored(id=f"s{place:02}", score=place / 10, doubt=1.0 if place % 7 == 0 else 0.1)
        for place in range(count)
    ]


def test_half_of_the_sample_is_the_most_unsure() -> None:
    """The most unsure are in for certain, and weigh 1."""
    drawn = tuning_sample(answers(70), 20, seed=1)

    certain = {each.id for each in drawn if each.chance == 1.0}
    assert len(drawn) == 20
    assert certain == {f"s{place:02}" for place in range(0, 70, 7)}


def test_the_rest_is_spread_over_the_predicted_score() -> None:
    """The terciles of what remains are drawn evenly, each answer with its stratum's chance."""
    drawn = tuning_sample(answers(70), 18, seed=1)

    rest = [each for each in drawn if each.chance < 1]
    terciles = Counter(min(int(each.id[1:]) // 24, 2) for each in rest)
    assert terciles == {0: 3, 1: 3, 2: 3}
    assert sum(weights(rest).values()) == pytest.approx(61)


def test_weights_bring_back_the_class() -> None:
    """The weights of a whole sample add up to the class, for every size."""
    for size in range(1, 71):
        drawn = tuning_sample(answers(70), size, seed=size)
        assert sum(weights(drawn).values()) == pytest.approx(70)


def test_a_small_class_is_graded_whole() -> None:
    """Where fewer answers are there than asked for, all are drawn for certain."""
    drawn = tuning_sample(answers(8), 30, seed=3)

    assert sorted(each.id for each in drawn) == [each.id for each in answers(8)]
    assert {each.chance for each in drawn} == {1.0}


def test_the_order_of_the_file_does_not_matter() -> None:
    """The same answers and seed give the same sample; another seed another."""
    first = tuning_sample(answers(50), 12, seed=5)

    assert first == tuning_sample(answers(50)[::-1], 12, seed=5)
    assert first != tuning_sample(answers(50), 12, seed=6)


def test_the_sheet_does_not_tell_the_unsure_apart() -> None:
    """The unsure do not stand first: the grader is blind to the judge's doubt."""
    drawn = tuning_sample(answers(70), 20, seed=1)

    assert {each.chance == 1.0 for each in drawn[:10]} == {True, False}


def test_every_order_of_an_audit_is_as_likely() -> None:
    """Over many seeds each answer comes first as often as any other."""
    firsts = Counter(audit_order(["a", "b", "c", "d"], seed)[0] for seed in range(2000))

    assert all(abs(count - 500) < 80 for count in firsts.values())
    assert len(firsts) == 4


def test_the_order_of_an_audit_is_fixed() -> None:
    """It depends on who is in it and on the seed, not on the order of the file."""
    assert audit_order(["b", "a", "c"], 7) == audit_order(["c", "b", "a"], 7)
    assert sorted(audit_order(["b", "a", "c"], 7)) == ["a", "b", "c"]


def test_an_answer_that_stands_twice_is_refused() -> None:
    """A repeated id would be drawn twice."""
    with pytest.raises(ValueError, match="twice"):
        audit_order(["a", "a"], 1)
    with pytest.raises(ValueError, match="twice"):
        tuning_sample([*answers(3), *answers(1)], 2, 1)


def test_nothing_to_draw_from_gives_nothing() -> None:
    """An empty class or a size of 0 draws nobody."""
    got: tuple[tuple[Drawn, ...], ...] = (tuning_sample([], 5, 1), tuning_sample(answers(5), 0, 1))

    assert got == ((), ())
