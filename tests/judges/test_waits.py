"""Waits that stand in the words of a message."""

from __future__ import annotations

import pytest

from assessor.judges.waits import spoken_wait


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("limit 3. please try again in 20s. contact us", 20.0),
        ("used 499900. please try again in 1h12m.", 4320.0),
        ("please try again in 6m0.5s", 360.5),
        ("please retry after 1 second. please go here", 1.0),
        ("please wait 40213 seconds before retrying.", 40213.0),
        ("retry in 350ms", 0.35),
        ("wait for 2 hours and 5 minutes", 7500.0),
        ("try again in 3 days", 259200.0),
        ("try again in 99 days", None),
        ("try again in a while", None),
        ("try again in 5 easy steps", None),
        ("the model waits 3 s", None),
        ("", None),
    ],
)
def test_a_wait_in_words_is_read(said: str, seconds: float | None) -> None:
    """Many providers name it there and in no header; longer than a week is none."""
    assert spoken_wait(said) == (seconds if seconds is None else pytest.approx(seconds))
