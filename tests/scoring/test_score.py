"""From levels to points: the order of the arithmetic, its bounds, and what a person gives."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.rubric import ABSENT, PRESENT, BestOf, Choice, Rubric
from assessor.rubric.model import Effect, Misconception
from assessor.scoring import earned_by, score, score_points
from tests.scoring.build import LEVELS_DRAWN, findings, rubric, rubrics

CHOICE = Choice(options=("A", "B"), correct=("B",), points=Decimal(1))
EITHER = (BestOf(of=("a", "b"), count=1),)


def total(which: Rubric, chosen: str = "0", **levels: str) -> Decimal:
    return score(which, findings(which, **levels), Decimal(chosen)).total


def test_levels_earn_their_points_exactly() -> None:
    """Tenths add up as written: no binary fractions in between."""
    which = rubric({"a": "0.2", "b": "0.1", "c": "0.1"}, scale=("5", "0.1"))

    assert total(which, a="full", b="full") == Decimal("0.3")


def test_a_required_key_point_that_is_absent_takes_those_that_need_it_along() -> None:
    """What requires what requires an absent key point is absent as well."""
    which = rubric(requires={"b": ("a",), "c": ("b",)})

    assert total(which, b="full", c="full") == Decimal("0")
    assert total(which, a="partial", b="full", c="full") == Decimal("3.0")
    turned = rubric(requires={"a": ("b",), "b": ("c",)})
    assert total(turned, a="full", b="full") == Decimal("0")


def test_a_cap_does_not_make_absent_what_others_require() -> None:
    """Requires come before caps: the idea was there, the wrong claim holds its points down."""
    which = rubric(requires={"b": ("a",)}, cap=("a", ABSENT))

    assert total(which, a="full", b="full", caps="present") == Decimal("1.0")


def test_of_an_either_or_group_the_best_counts_after_caps() -> None:
    """The best of a group is looked for among what caps have left."""
    which = rubric(best_of=EITHER, cap=("a", ABSENT))

    assert total(which, a="full", b="full") == Decimal("2.0")
    assert total(which, a="full", b="full", caps="present") == Decimal("1.0")


def test_the_choice_is_added_before_deductions_and_the_clip() -> None:
    """A deduction can take the choice's point; the total stays within its bounds."""
    which = rubric(choice=CHOICE)

    assert total(which, "1") == Decimal("1.0")
    assert total(which, "1", wrong="present") == Decimal("0")
    assert total(which, "1", a="full", b="full", c="full") == Decimal("5.0")


@pytest.mark.parametrize(
    ("points", "step", "rounded"),
    [("0.25", "0.5", "0.5"), ("0.24", "0.5", "0.0"), ("1.5", "1", "2"), ("0.5", "1", "1")],
)
def test_halves_are_rounded_up(points: str, step: str, rounded: str) -> None:
    """Half a step goes to the student."""
    assert total(rubric({"b": points}, scale=("5", step)), b="full") == Decimal(rounded)


def test_the_maximum_stays_reachable_when_it_is_no_multiple_of_the_step() -> None:
    """Rounding never lifts a total above the maximum, nor keeps a perfect answer below it."""
    which = rubric({"a": "2", "b": "1", "c": "0.3"}, scale=("3.3", "0.5"))

    assert total(which, a="full", b="full", c="full") == Decimal("3.3")


def test_a_deduction_from_nothing_leaves_nothing() -> None:
    """No student ends below 0."""
    assert total(rubric(), wrong="present") == Decimal(0)


@given(rubrics(), LEVELS_DRAWN, st.sampled_from(["0", "1", "2.5"]))
def test_a_total_lies_between_nothing_and_the_maximum(
    which: Rubric, levels: dict[str, str], chosen: str
) -> None:
    """Whatever the findings say."""
    got = score(which, findings(which, **levels), Decimal(chosen)).total

    assert 0 <= got <= which.scoring.max_points


@given(rubrics(), LEVELS_DRAWN, st.sampled_from(["a", "b", "c"]))
def test_one_more_key_point_never_costs_points(
    which: Rubric, levels: dict[str, str], name: str
) -> None:
    """To say more that is right cannot lower a total."""
    more = levels | {name: "full"}
    before = score(which, findings(which, **levels)).total

    assert score(which, findings(which, **more)).total >= before


def test_what_a_person_gives_stands_as_given_with_the_choice() -> None:
    """Requires, caps and groups bind the judge only."""
    which = rubric(choice=CHOICE, best_of=EITHER, requires={"b": ("c",)})
    given_points = {"a": Decimal(2), "b": Decimal("0.5"), "choice": Decimal(1)}

    assert score_points(which, given_points).total == Decimal("3.5")


def test_what_only_caps_takes_no_points_of_its_own() -> None:
    """Even where its file names points: a cap holds down, it does not deduct."""
    wrong = Misconception(
        id="m", description="d", effect=Effect.CAP, points=Decimal(1), of="a", to="full"
    )
    capped = rubric().model_copy(update={"misconceptions": (wrong,)})
    levels = {each.id: each.levels[-1].id for each in capped.key_points} | {"m": PRESENT}

    assert earned_by(capped, levels).points["m"] == 0
