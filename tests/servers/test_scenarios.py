"""The worst days, played end to end: nothing lost, nothing wrong, little asked or paid twice."""

from __future__ import annotations

import pytest

from assessor.ambient import real
from benchmarks.speed import in_a_process, serving
from tests.servers.play import faults_of, play
from tests.servers.scenario import SCENARIOS, Scenario

# Where a fault strikes each request alike, sixty answers show it as well as two hundred.
FEW, ALIKE, MANY = 4, 60, 200
# These take their time even on the clock in haste; they are played with the whole class only.
LONG = frozenset({"rl_each", "rl_for_ever", "rl_share", "outage_for_ever", "rate_limit_in_200"})


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in LONG])
def test_a_few_answers_come_through(name: str) -> None:
    """Each answer is rightly graded, or ungraded for a reason that it may have."""
    got = play(SCENARIOS[name], FEW)

    assert faults_of(SCENARIOS[name], got) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_class_comes_through(name: str) -> None:
    """A whole class: lost 0, wrong 0, requests, double bills and time within bounds."""
    # Whoever cannot fill the form for all cells is asked cell by cell: no bound for one request.
    method = "careful" if name == "missing_field_for_ever" else "quick"
    got = play(SCENARIOS[name], MANY if SCENARIOS[name].is_uneven else ALIKE, method=method)

    assert faults_of(SCENARIOS[name], got) == []


@pytest.mark.parametrize("name", ["missing_field", "duplicate_field", "two_json_objects", "mixed"])
def test_a_form_for_all_cells_is_held_to_the_same(name: str) -> None:
    """One request per answer: a broken one is asked again, never half read."""
    got = play(SCENARIOS[name], 12, method="quick")

    assert (got.lost, got.wrong, got.reasons) == ((), (), {})


@pytest.mark.slow
def test_a_thousand_answers_behind_a_limiter() -> None:
    """100 requests a second where 320 are wanted, on the real clock: lost 0, at most 120 refused.

    How long that takes at best is held in `tests/judges/test_retry.py`, on a clock that no other
    program can slow down.
    """
    limiter = Scenario(bucket=(100.0, 10.0), latency=0.2, concurrency=64)

    got = play(limiter, 1000, method="quick", ambient=real())

    assert (got.lost, got.wrong, got.states["ungraded"]) == ((), (), 0)
    assert got.requests - got.asks - 1 <= 120


@pytest.mark.slow
def test_five_cells_on_a_bad_day_are_all_read_and_rightly() -> None:
    """5 % refused, 2 % failing, 2 % cut off: no cell is dropped and none is taken for a no."""
    got = play(SCENARIOS["mixed"], 200)

    assert (got.lost, got.wrong, got.states["ungraded"]) == ((), (), 0)


@pytest.mark.slow
def test_memory_is_flat_in_the_number_of_answers() -> None:
    """Two thousand answers take less than 40 MB more than two hundred."""
    with serving(latency=0.0) as url:
        few, many = (in_a_process("assessor", url, count, "quick", 64) for count in (200, 2000))

    assert many.memory - few.memory < 40
