"""Tricks and look-alikes that were written before the detectors were tuned, on half of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from assessor.flags import find_flags
from tests.flags.test_flags import RUBRIC

FIXTURES = Path(__file__).parent.parent / "fixtures" / "held_out.jsonl"


def rows(kind: str, *, unseen: bool) -> list[dict[str, Any]]:
    """The half that was looked at while tuning, or the other, which never is."""
    lines = FIXTURES.read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["kind"] == kind and half(row) is unseen]


def half(row: dict[str, Any]) -> bool:
    return bool(hashlib.sha256(row["answer"].encode()).digest()[0] % 2)


def share(kind: str, *, unseen: bool) -> float:
    found = rows(kind, unseen=unseen)
    return sum(bool(find_flags(row["answer"], "", RUBRIC)) for row in found) / len(found)


@pytest.mark.parametrize(
    ("unseen", "least", "most"),
    [pytest.param(False, 0.85, 0.0, id="tuned"), pytest.param(True, 0.65, 0.06, id="unseen")],
)
def test_tricks_are_seen_and_look_alikes_left_alone(
    unseen: bool, least: float, most: float
) -> None:
    """What was measured on either half holds; a change that costs recall or fairness fails."""
    assert share("attack", unseen=unseen) >= least
    assert share("honest", unseen=unseen) <= most
