"""Killed anywhere between handing in a batch and collecting it, nothing is lost or paid twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.crash.batches import WINDOWS, run_trials


@pytest.mark.slow
def test_two_kills_in_each_window_lose_nothing_and_pay_nothing_twice(tmp_path: Path) -> None:
    """The tables are those of tier standard, and nothing is left at the host or here."""
    tally = asyncio.run(run_trials(tmp_path, kills=2))

    assert tally.kills == dict.fromkeys(WINDOWS, 2)
    assert (tally.paid_twice, tally.different, tally.left) == (0, [], [])
