"""Points changed in a rubric's file: the numbers, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assessor.errors import RubricError
from assessor.rubric import load_rubric
from assessor.rubric.points import with_points

TEXT = """\
# our rubric, week 4
title: Labels
question: Why?   # asked on Monday
key_points:
  - id: samples
    description: a finite set
    points: 2    # two, as agreed
    levels:
      - {id: partial, points: 1, when: some}
      - {id: full, points: 2, when: all}
  - {id: proxy, points: 1.0, description: a mark}
misconceptions:
  - id: more
    description: more is enough
    effect: deduct
    points: 1
scoring: {max_points: 3, rounding: 0.5}
"""


def test_only_the_numbers_change() -> None:
    """Comments and layout stay; the key point's own points and the maximum follow its top level."""
    got = with_points(TEXT, "r.yaml", {("samples", "full"): Decimal(4)})

    wanted = TEXT.replace("points: 2    #", "points: 4    #").replace(
        "full, points: 2", "full, points: 4"
    )
    assert got == wanted.replace("max_points: 3", "max_points: 5")


@pytest.mark.parametrize(
    ("cell", "level", "old", "new"),
    [
        ("samples", "partial", "partial, points: 1", "partial, points: 0.5"),
        ("more", "present", "deduct\n    points: 1", "deduct\n    points: 0.5"),
    ],
)
def test_a_lower_level_and_a_deduction_leave_the_maximum(
    cell: str, level: str, old: str, new: str
) -> None:
    """What cannot be earned is not in the maximum."""
    got = with_points(TEXT, "r.yaml", {(cell, level): Decimal("0.5")})

    assert got == TEXT.replace(old, new)


def test_a_key_point_without_levels_is_full_at_its_points() -> None:
    """The short form has one level."""
    got = load_rubric(with_points(TEXT, "r.yaml", {("proxy", "full"): Decimal(2)}), "r.yaml")

    assert got.key_point("proxy").points_at("full") == 2
    assert got.scoring.max_points == 4


def test_points_that_make_no_rubric_are_refused() -> None:
    """A lower level above a higher one is told with the file's line."""
    with pytest.raises(RubricError, match=r"r\.yaml:\d+:"):
        with_points(TEXT, "r.yaml", {("samples", "partial"): Decimal(3)})
    with pytest.raises(RubricError):
        with_points(TEXT, "r.yaml", {("samples", "full"): Decimal("NaN")})
