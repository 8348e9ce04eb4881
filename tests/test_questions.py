"""Which rubric grades which question, and which attempt counts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.errors import InputError
from assessor.questions import (
    RubricWish,
    choice_question,
    choose_attempts,
    match_questions,
    require_complete,
    with_choices,
)
from assessor.rubric import Rubric, load_rubric
from assessor.submission import InputState, Submission

FOUND = ("Response 1", "Response 2", "4711: Why does a plant in the dark lose mass? (2 points)")


def rubric(name: str = "plants") -> Rubric:
    return load_rubric(
        f"id: {name}\ntitle: T\nquestion: Why does a plant in the dark lose mass?\n"
        "key_points:\n  - {points: 2, description: respiration}\n",
        f"{name}.yaml",
    )


@pytest.mark.parametrize(
    ("match", "found"),
    [
        ("Response 2", "Response 2"),
        ("  response   2 ", "Response 2"),
        ("4711", FOUND[2]),
        ("plant in the dark", FOUND[2]),
    ],
    ids=["exact", "folded", "id", "part"],
)
def test_a_question_is_named_by_its_text_or_a_part_of_it(match: str, found: str) -> None:
    """Case and spaces do not matter."""
    wish = RubricWish(rubric=rubric(), match=match)

    assert match_questions(FOUND, [wish]) == {found: wish}


def test_the_only_question_needs_no_name() -> None:
    """One rubric, one question."""
    assert list(match_questions(["answer"], [RubricWish(rubric=rubric())])) == ["answer"]


def test_a_rubric_finds_the_question_that_it_quotes() -> None:
    """Of several questions the one whose text holds the rubric's prompt."""
    assert list(match_questions(FOUND, [RubricWish(rubric=rubric())])) == [FOUND[2]]


def test_questions_stand_in_the_files_order() -> None:
    """Whatever the order of the options."""
    wishes = [
        RubricWish(rubric=rubric("b"), match="Response 2"),
        RubricWish(rubric=rubric("a"), match="Response 1"),
    ]

    assert list(match_questions(FOUND, wishes)) == ["Response 1", "Response 2"]


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ("Response", "'Response' fits several questions; name one of 'Response 1'; 'Response 2'"),
        ("Response 3", "'Response 3' fits no written question; name one of 'Response 1'"),
    ],
    ids=["several", "none"],
)
def test_an_unclear_name_is_refused_with_the_choices(match: str, message: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(InputError) as caught:
        match_questions(FOUND, [RubricWish(rubric=rubric(), match=match)], "quiz.csv")

    assert f"quiz.csv: {message}" in str(caught.value)


def test_all_problems_are_told_at_once() -> None:
    """Also that one question got two rubrics."""
    wishes = [
        RubricWish(rubric=rubric("a"), match="Response 1"),
        RubricWish(rubric=rubric("b"), match="Response 1"),
        RubricWish(rubric=rubric("c"), match="nothing"),
    ]

    with pytest.raises(InputError) as caught:
        match_questions(FOUND, wishes)

    assert len(caught.value.problems) == 2


def test_the_policy_decides_which_attempt_counts() -> None:
    """Per student and question; e-mail addresses differ by case only."""
    first = Submission(
        student_id="ann@x.org",
        question="q",
        attempt=1,
        answer="a",
        state=InputState.ANSWERED,
        row=1,
    )
    second = replace(first, student_id="Ann@x.org", attempt=2)
    other = replace(first, question="r")

    given = (first, second, other)
    assert choose_attempts(given, "latest") == (second, other)
    assert choose_attempts(given, "first") == (first, other)
    assert choose_attempts(given, "all") == given


def test_the_choice_stands_right_before_its_justification() -> None:
    """Another written question in between parts them; a name decides."""
    found = [("Q1", True), ("Q2", False), ("Q3", True), ("Q4", True), ("Q5", False), ("Q6", False)]

    assert [choice_question(found, each, "") for each in ("Q2", "Q5", "Q6")] == ["Q1", "Q4", ""]
    assert choice_question(found, "Q6", "q3") == "Q3"
    with pytest.raises(InputError, match="'Q1'; 'Q3'; 'Q4'"):
        choice_question(found, "Q6", "Q2")


def test_what_was_chosen_goes_with_the_attempt() -> None:
    """By student and attempt; a student without a choice has none."""
    first = Submission(
        student_id="S1",
        question="Q2",
        attempt=1,
        answer="a",
        state=InputState.ANSWERED,
        row=1,
    )
    given = (first, replace(first, attempt=2), replace(first, question="Q6"))
    chosen = {("S1", 1): {"Q1": "B"}, ("S1", 2): {"Q1": "C"}}

    got = with_choices(given, {"Q2": "Q1"}, chosen)

    assert [each.choice for each in got] == ["B", "C", ""]


def test_a_column_that_is_worth_less_than_the_rubrics_is_told_apart() -> None:
    """No question is missing there: it is another column, or another scale."""
    with pytest.raises(InputError) as caught:
        require_complete(Decimal(100), Decimal(10), "Grade")

    assert "worth 10 points and the rubrics cover 100" in str(caught.value)
    assert "--column" in str(caught.value)
    assert "missing question" not in str(caught.value)
