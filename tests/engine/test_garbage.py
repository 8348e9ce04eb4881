"""What a run sets for the garbage collector is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from assessor.engine.garbage import seldom_collected


def test_the_thresholds_are_given_back_whatever_happens() -> None:
    """A program that grades in passing keeps its own settings."""
    before = gc.get_threshold()

    with pytest.raises(ValueError, match="within"), seldom_collected():
        assert gc.get_threshold() != before
        assert gc.get_freeze_count()
        raise ValueError("within")

    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_runs_side_by_side_leave_no_setting_behind() -> None:
    """The second of two runs ends after the first, and the thresholds are the program's own."""
    before = gc.get_threshold()
    one, other = seldom_collected(), seldom_collected()

    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    other.__exit__(None, None, None)

    assert gc.get_threshold() == before


def test_what_the_program_froze_stays_frozen() -> None:
    """A server that froze its own objects before it forks finds them so after a run."""
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with seldom_collected():
            pass

        assert gc.get_freeze_count() == frozen
    finally:
        gc.unfreeze()
