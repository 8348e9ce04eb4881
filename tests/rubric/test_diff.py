"""What changed between two versions of a rubric, told by key point and by what it touches."""

from __future__ import annotations

import pytest

from assessor.prompt.shown import shown_of
from assessor.rubric import load_rubric
from assessor.rubric.diff import RubricDiff, Touch, diff_rubrics
from tests.rubric.build import FULL, instead


def diff(old: str, new: str) -> RubricDiff:
    return diff_rubrics(load_rubric(FULL, "r.yaml"), load_rubric(instead(old, new), "r.yaml"))


def test_an_equal_rubric_has_no_difference() -> None:
    """Comments and spacing are none."""
    assert diff("schema: 1", "schema: 1   # the first").is_empty


@pytest.mark.parametrize(
    ("old", "new", "cell", "touch", "line"),
    [
        (
            "accepted: [burns its sugar]",
            "accepted: [burns its sugar, lives on sugar]",
            "respires",
            Touch.WORDING,
            "accepted + “lives on sugar”",
        ),
        (
            "{id: partial, points: 0.5",
            "{id: partial, points: 1",
            "respires",
            Touch.POINTS,
            "points at partial: 0.5 → 1",
        ),
        (
            "when: names respiration}",
            "when: says that it breathes}",
            "respires",
            Touch.WORDING,
            "when partial: “names respiration” → “says that it breathes”",
        ),
        (
            "requires: [respires]",
            "requires: []",
            "no_gain",
            Touch.POINTS,
            "requires: respires → none",
        ),
        (
            "    to: partial\n",
            "    to: absent\n",
            "evaporates",
            Touch.POINTS,
            "effect: cap respires at partial → cap respires at absent",
        ),
    ],
    ids=["phrasing", "points", "when", "requires", "cap"],
)
def test_a_change_of_one_key_point_is_told_by_what_it_touches(
    old: str, new: str, cell: str, touch: Touch, line: str
) -> None:
    """Wording asks the judge again, points do not."""
    (changed,) = diff(old, new).cells

    assert (changed.cell, changed.touches, changed.lines) == (cell, (touch,), (line,))


def test_what_every_request_shows_is_told_apart() -> None:
    """A description stands in the outline of all requests; so does the question."""
    assert diff("description: respiration uses up sugar", "description: sugar goes").everywhere
    assert diff("reference: It respires.", "reference: It breathes.").everywhere == (
        "the reference answer",
    )
    assert diff("language: en", "language: en\nguidelines: Be fair.").everywhere == (
        "the guidelines",
    )
    assert not diff("accepted: [burns its sugar]", "accepted: [x y]").everywhere


def test_a_new_and_a_removed_key_point_are_named() -> None:
    """A renamed id is both."""
    touches = {each.cell: each.touches for each in diff("- id: evaporates", "- id: dries").cells}

    assert touches == {"dries": (Touch.ADDED,), "evaporates": (Touch.REMOVED,)}


def test_scoring_changes_are_told() -> None:
    """Rounding, maximum, groups and the choice."""
    assert diff('rounding: "0.25"', 'rounding: "0.5"').scoring == ("rounding: 0.25 → 0.5",)
    assert diff("correct: [loses]", "correct: [gains]").scoring == (
        "choice: loses for 1 → gains for 1",
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("accepted: [burns its sugar]", "accepted: [eats]"),
        ("not_enough: [it dies]", "not_enough: [it rots]"),
        ("not_enough: [water is lost too]", "not_enough: []"),
        ("{answer: Only water., level: present}", "{answer: Water alone., level: present}"),
        ("not_required: [the equation]", "not_required: []"),
        ("answer: It respires., level: partial", "answer: It respires., level: full"),
        ("when: says that respiration uses up sugar", "when: says so"),
        ("{id: partial, points: 0.5", "{id: partial, points: 1"),
        ("requires: [respires]", "requires: []"),
        ("feedback: {full: Yes.", "feedback: {full: Good."),
        ("when: says as its own view that only water is lost", "when: says so"),
        ("    to: partial\n", "    to: absent\n"),
        ("description: the loss is water alone", "description: it only dries"),
        ("description: respiration uses up sugar", "description: sugar goes"),
        ("stimulus: A plant is weighed daily.", "stimulus: A plant is weighed."),
        ("reference: It respires.", "reference: It breathes."),
        ("title: A plant in the dark", "title: Dark"),
        ("correct: [loses]", "correct: [gains]"),
        ('rounding: "0.25"', 'rounding: "0.5"'),
    ],
)
def test_what_is_told_to_ask_again_is_what_requests_show(old: str, new: str) -> None:
    """Wording and everywhere are exactly the changes that a request of that cell would show."""
    before, after = load_rubric(FULL, "r.yaml"), load_rubric(instead(old, new), "r.yaml")
    told = diff_rubrics(before, after)
    worded = {each.cell for each in told.cells if Touch.WORDING in each.touches}
    for cell in before.cells:
        shown = [shown_of(each, (cell,)).digest for each in (before, after)]

        assert (shown[0] != shown[1]) == (bool(told.everywhere) or cell in worded)
