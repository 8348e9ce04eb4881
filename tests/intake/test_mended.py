"""A draft mended in a form: what was typed counts, what was not touched stays."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.intake.mended import BY_HAND, form_of, mended
from assessor.rubric.write import Draft, DraftGroup, DraftLevel, DraftPoint

DRAFT = Draft(
    title="Plants",
    question="Why does it lose mass?",
    points=(
        DraftPoint(description="uses up sugar", points=Decimal(2), place=1),
        DraftPoint(description="breathes out", points=Decimal(1), place=2, accepted=("exhales",)),
        DraftPoint(
            description="no light",
            points=Decimal(3),
            place=3,
            levels=(
                DraftLevel(points=Decimal(1), when="says so"),
                DraftLevel(points=Decimal(3), when="says why"),
            ),
        ),
        DraftPoint(description="energy gets lost", points=Decimal("0.5"), wrong=True, place=4),
    ),
    groups=(DraftGroup(of=(0, 1), count=1),),
    notes=("a.txt: something was assumed",),
)
UNUSED = ((5, "Remember the drawing"),)


def typed(**changes: str) -> dict[str, str]:
    """Return the untouched form of DRAFT with some fields typed anew."""
    return {**form_of(DRAFT, UNUSED), **changes}


def test_an_untouched_form_is_the_draft() -> None:
    """Nothing is changed by looking, and no note says that it was."""
    assert mended(DRAFT, typed()) == mended(DRAFT, form_of(DRAFT))
    assert mended(DRAFT, typed()).draft == DRAFT
    assert mended(DRAFT, typed()).problems == ()


def test_what_was_typed_counts_and_is_said() -> None:
    """Description, points with a decimal comma, levels, phrases; the file says so."""
    changes = {"text0": "uses up\n its sugar", "points0": "2,5", "accepted0": "burns it\n\n"}
    changes |= {"when2-0": "hints at it", "points2-1": "4", "points2": "4", "refused2": "cold"}

    found = mended(DRAFT, typed(**changes))

    first, _, third, _ = found.draft.points
    assert (first.description, first.points) == ("uses up its sugar", Decimal("2.5"))
    assert first.accepted == ("burns it",)
    assert [(each.points, each.when) for each in third.levels] == [
        (Decimal(1), "hints at it"),
        (Decimal(4), "says why"),
    ]
    assert third.not_enough == ("cold",)
    assert found.draft.notes == (*DRAFT.notes, BY_HAND)
    assert found.problems == ()


def test_a_dropped_row_leaves_its_group() -> None:
    """Of an either-or one is left, which then simply earns; places of others follow."""
    found = mended(DRAFT, typed(drop0="on"))

    assert [each.description for each in found.draft.points] == [
        "breathes out",
        "no light",
        "energy gets lost",
    ]
    assert found.draft.groups == ()


def test_groups_follow_the_rows_that_stay() -> None:
    """The either-or of rows 2 and 3 becomes one of rows 1 and 2."""
    draft = replace(DRAFT, groups=(DraftGroup(of=(1, 2), count=1),))

    found = mended(draft, {**form_of(draft), "drop0": "on"})

    assert found.draft.groups == (DraftGroup(of=(0, 1), count=1),)


def test_a_line_that_was_not_used_is_taken_in_by_its_points() -> None:
    """It waits below the rows; without points it is not there."""
    assert len(mended(DRAFT, typed()).draft.points) == 4

    found = mended(DRAFT, typed(points4="1"))

    assert found.draft.points[-1] == DraftPoint(
        description="Remember the drawing", points=Decimal(1)
    )


def test_a_level_without_points_is_taken_out() -> None:
    """The last one taken out leaves the row all or nothing."""
    found = mended(DRAFT, typed(**{"points2-0": "", "points2-1": ""}))

    assert found.draft.points[2].levels == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"points0": "two and a bit"}, "row 1: 'two and a bit' is no number of points above 0"),
        ({"points0": "0"}, "row 1: '0' is no number of points above 0"),
        ({"text1": " "}, "row 2: has no description"),
        ({"points2": "5"}, "row 3: earns 5, its highest level 3: make them the same"),
        ({"points2-0": "3"}, "row 3: has two levels with the same points"),
        ({"question": ""}, "what was asked is missing: fill in the question"),
        ({"max": "lots"}, "the maximum 'lots' is no number above 0 (leave it empty for the sum)"),
        (
            {"drop0": "on", "drop1": "on", "drop2": "on"},
            "no key point is left that earns points",
        ),
    ],
)
def test_what_is_no_rubric_is_said(changes: dict[str, str], said: str) -> None:
    """Every problem names its row and what to do."""
    assert said in mended(DRAFT, typed(**changes)).problems
