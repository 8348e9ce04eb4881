"""Killed at any moment, a run goes on where it was: nothing lost, little paid twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.crash.trials import run_trials


@pytest.mark.slow
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    """What a log says was kept is in the store; the tables are those of a run without a kill."""
    tally = asyncio.run(run_trials(tmp_path, kills=20, seed=6))

    assert tally.faults() == []
    assert tally.kills == 20
