"""Tricks and look-alikes in two parts: those the detectors were tuned on, and unseen ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessor.flags import find_flags
from tests.flags.test_flags import RUBRIC

FIXTURES = Path(__file__).parent.parent / "fixtures" / "held_out.jsonl"


def share(kind: str, part: str) -> float:
    """The share of a part's answers that are flagged."""
    lines = map(json.loads, FIXTURES.read_text(encoding="utf-8").splitlines())
    answers = [each["answer"] for each in lines if (each["kind"], each["part"]) == (kind, part)]
    return sum(bool(find_flags(each, "", RUBRIC)) for each in answers) / len(answers)


@pytest.mark.parametrize(
    ("part", "least", "most"),
    [
        pytest.param("tuned", 0.85, 0.005, id="tuned"),
        pytest.param("mixed in", 0.97, 0.045, id="mixed in"),
        pytest.param("later", 0.73, 0.0, id="later"),
        pytest.param("unseen", 0.68, 0.09, id="unseen"),
    ],
)
def test_tricks_are_seen_and_look_alikes_left_alone(part: str, least: float, most: float) -> None:
    """What was measured on either part holds; a change that costs recall or fairness fails.

    The look-alikes are worse than a class: all of them use the words or the marks of a trick.
    """
    assert share("attack", part) >= least
    assert share("honest", part) <= most
