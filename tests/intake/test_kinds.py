"""Rubrics in the shapes that platforms export and people paste: read rightly, asked, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assessor.intake import NotARubric, Reading, attainable_of, read_text, readings_of
from assessor.intake.verbatim import Words
from assessor.rubric.write import fitted

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "kinds.json").read_text(encoding="utf-8")
)


def told(reading: Reading) -> list[str]:
    """Return a reading as lines: points and words of each key point, then of its levels."""
    lines = []
    for point in reading.points:
        sign = "-" if point.wrong else ""
        lines.append(f"{sign}{point.points.normalize():f} {point.description}")
        levels = fitted(point).levels if point.levels else ()
        lines += [f"  {each.points.normalize():f} {each.when}" for each in levels]
        lines += [f"  accepted {each}" for each in point.accepted]
        lines += [f"  not enough {each}" for each in point.not_enough]
    lines += [f"best {group.count} of {len(group.of)}" for group in reading.groups]
    earned = attainable_of(reading.points, reading.groups)
    top = earned if not reading.stated else min(earned, reading.stated)
    return [*lines, f"of {top.normalize():f}"]


def read(case: dict[str, Any]) -> tuple[str, Any]:
    try:
        readings = readings_of(read_text(case["text"], case["file"]))
    except NotARubric as refusal:
        return "refused", refusal.found
    if len(readings) > 1 or readings[0].doubts:
        return "asked", [each.how for each in readings]
    return "read", told(readings[0])


@pytest.mark.parametrize("case", CASES, ids=[each["file"] for each in CASES])
def test_each_shape_is_read_as_a_person_reads_it(case: dict[str, Any]) -> None:
    """What is expected was written down first, or recorded once it had been looked at."""
    what, found = read(case)

    assert what == next(each for each in ("read", "asked", "refused") if each in case)
    if what == "refused":
        assert case["refused"] in found
    else:
        assert found == case[what]


@pytest.mark.parametrize("case", [e for e in CASES if "read" in e], ids=lambda e: e["file"])
def test_whatever_stands_in_a_draft_stands_in_the_source(case: dict[str, Any]) -> None:
    """Every description, level and phrase; and every key point names its line."""
    source = read_text(case["text"], case["file"])
    (reading,) = readings_of(source)
    words = Words(case["text"])

    for point in reading.points:
        said = [point.description, *point.accepted, *point.not_enough]
        assert all(words.hold(each) for each in (*said, *(e.when for e in point.levels)))
        assert 0 <= point.place <= source.text.count("\n") + 1
