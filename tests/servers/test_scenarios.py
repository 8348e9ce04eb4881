"""The worst days, played end to end: nothing lost, nothing wrong, little asked or paid twice."""

from __future__ import annotations

import pytest

from tests.servers.play import faults_of, play
from tests.servers.scenario import SCENARIOS

FEW, MANY = 4, 200
# These take their time even on the clock in haste; they are played with the whole class only.
LONG = frozenset({"rl_each", "rl_for_ever", "rl_share", "outage_for_ever", "rate_limit_in_200"})


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in LONG])
def test_a_few_answers_come_through(name: str) -> None:
    """Each answer is rightly graded, or ungraded for a reason that it may have."""
    got = play(SCENARIOS[name], FEW)

    assert faults_of(SCENARIOS[name], got) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_class_of_two_hundred_comes_through(name: str) -> None:
    """Two hundred answers: lost 0, wrong 0, requests, double bills and time within bounds."""
    got = play(SCENARIOS[name], MANY)

    assert faults_of(SCENARIOS[name], got) == []


@pytest.mark.parametrize("name", ["missing_field", "duplicate_field", "two_json_objects", "mixed"])
def test_a_form_for_all_cells_is_held_to_the_same(name: str) -> None:
    """One request per answer: a broken one is asked again, never half read."""
    got = play(SCENARIOS[name], 12, method="quick")

    assert (got.lost, got.wrong, got.reasons) == ((), (), {})
