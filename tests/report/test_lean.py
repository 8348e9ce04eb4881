"""Points against length and language: the arithmetic, and the words for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from assessor.report.language import UNKNOWN, guess
from assessor.report.lean import language, length, spearman
from assessor.report.material import QuestionPart, parts_of
from assessor.verdict import Override
from tests.report.build import decision, judged, material, rubric, submission

ENGLISH = "It is the sugar that is used up and not the water, because the plant respires."
GERMAN = "Der Zucker wird verbraucht und das ist nicht das Wasser, weil die Pflanze atmet."


def part(answers: list[str], levels: list[str], decided: int = 0) -> QuestionPart:
    ours = rubric()
    whole = [submission(f"S{n}", text) for n, text in enumerate(answers)]
    outcomes = [
        judged(ours, each, {"respires": level}) for each, level in zip(whole, levels, strict=True)
    ]
    given: list[Override] = [
        decision(each, source="sheet", respires="1", no_gain="0") for each in whole[:decided]
    ]
    (only,) = parts_of(material(outcomes, decided=given))
    return only


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=40).filter(
        lambda pairs: len({a for a, _ in pairs}) > 1 and len({b for _, b in pairs}) > 1
    )
)
def test_the_rank_correlation_is_the_usual_one(pairs: list[tuple[int, int]]) -> None:
    """Ties share their ranks, as in scipy."""
    left, right = [a for a, _ in pairs], [b for _, b in pairs]

    assert spearman(left, right) == pytest.approx(spearmanr(left, right).statistic)


def test_all_alike_has_no_rank_correlation() -> None:
    """Where one side does not vary there is nothing to correlate."""
    assert spearman([1, 1, 1], [1, 2, 3]) is None


def test_points_that_follow_length_are_told_with_three_groups() -> None:
    """Longer answers, more points: said in words, with the rank correlation and its interval."""
    answers = [("sugar " * n).strip() for n in range(1, 31)]
    found = length(part(answers, ["absent"] * 10 + ["partial"] * 10 + ["full"] * 10))

    assert found.sentence.startswith("Longer answers got more points, strongly.")
    assert [(each.name, each.mean, each.n) for each in found.groups] == [
        ("1 to 10 words", "0.0", 10),
        ("11 to 20 words", "1.0", 10),
        ("21 to 30 words", "2.0", 10),
    ]


def test_few_answers_say_nothing_of_length() -> None:
    """Below ten answers no figure is given."""
    found = length(part(["sugar"] * 9, ["full"] * 9))

    assert (found.groups, found.correlation) == ((), "")
    assert "Too few answers to tell: 9" in found.sentence


def test_the_judges_error_is_what_is_told_beside_hand_grades() -> None:
    """With hand grades the question is asked of judge less person, not of the points alone."""
    answers = ["sugar " * 2 ** (n % 6) for n in range(30)]
    levels = ["full" if n % 6 > 3 else "partial" if n % 6 > 1 else "absent" for n in range(30)]
    found = length(part(answers, levels, decided=30))

    assert "an answer twice as long gets 0.5 points more" in found.error
    assert "seldom by chance) than a person gives it (n = 30)" in found.error


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ENGLISH, "English"),
        (GERMAN, "German"),
        ("Le sucre est consommé par la plante et il ne reste pas dans les feuilles.", "French"),
        ("El azúcar se consume y no queda en las hojas porque la planta respira.", "Spanish"),
        ("植物は糖を使います", "Japanese"),
        ("植物呼吸消耗糖分", "Chinese"),
        ("Растение дышит", "a language in Cyrillic"),
        ("sugar", UNKNOWN),
        ("", UNKNOWN),
        ("1234 !?", UNKNOWN),
    ],
)
def test_a_language_is_guessed_from_common_words(text: str, name: str) -> None:
    """Scripts first, then words that are common in one language only."""
    assert guess(text) == name


def test_two_languages_are_compared_and_single_answers_are_not_shown() -> None:
    """A mean needs five answers: a mean of one would be that student's grade."""
    found = language(part([ENGLISH] * 6 + [GERMAN] * 5 + ["植物呼吸消耗糖分"], ["full"] * 12))

    assert [(each.name, each.mean, each.n) for each in found.groups] == [
        ("English", "2.0", 6),
        ("German", "2.0", 5),
    ]


def test_one_language_is_nothing_to_compare() -> None:
    """And says so."""
    found = language(part([ENGLISH] * 6 + ["sugar"], ["full"] * 7))

    assert found.groups == ()
    assert found.sentence == "All but 1 answer look like English: nothing to compare."
