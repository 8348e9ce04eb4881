"""Which option was meant: the export's column, else the first words of the answer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.choice import Chosen, chosen_in
from assessor.rubric import Choice
from tests.scoring.build import answer

LETTERS = Choice(options=("A", "B", "C", "D"), correct=("B",), points=Decimal(1))
TRUTH = Choice(options=("true", "false"), correct=("false",), points=Decimal(1))
TEXTS = Choice(
    options=("A. Too little data", "B. Values are diverse"),
    correct=("B. Values are diverse",),
    points=Decimal(1),
)


def meant(choice: Choice, text: str) -> str | None:
    found = chosen_in(choice, answer(text))
    return found.options[0] if found else None


@pytest.mark.parametrize(
    "text",
    [
        "B",
        "b) the labels stop somewhere",
        "(B) labels",
        "B, because labels are few",
        "**B** because",
        "B\nLabels are few.",
        "B - labels",
        "Answer: B. Labels are few.",
        "The answer is B because labels are few",
        "I choose B since labels are few",
        "Option B: labels",
        "Die Antwort ist B, weil",
        "C'est B, car",
        "La respuesta es B porque",
        "B is the answer because A cannot be",
        "B) is correct because labels are few",
    ],
)
def test_a_letter_at_the_start_is_the_choice(text: str) -> None:
    """However it is announced."""
    assert meant(LETTERS, text) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "A large dataset is never complete",
        "A-level students know",
        "A.I. systems copy",
        "B or C",
        "B/C because",
        "A, B",
        "Because labels are few",
        "A) is wrong because B fits better",
        "(A) would need more data, so it is B",
        "Not B",
        "Labels are few, so B",
        "",
    ],
)
def test_what_is_no_clear_choice_is_left_to_a_person(text: str) -> None:
    """An article, a hedge and a choice that comes late are not guessed at."""
    assert meant(LETTERS, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "False. Data is finite.",
        "F",
        "f, because",
        "Falsch, weil",
        "Faux : les valeurs",
        "Falso, porque",
        "Nein, denn",
        "No. A dataset is finite.",
        "Not true. A dataset is finite.",
        "This is not true, because",
        "The statement is false because",
        "Das ist nicht richtig, weil",
        "It's wrong: values change",
        "It is false that data is enough",
    ],
)
def test_true_and_false_are_understood_in_several_languages(text: str) -> None:
    """Also where they are denied."""
    assert meant(TRUTH, text) == "false"


@pytest.mark.parametrize(
    "text",
    ["True alignment cannot be copied", "No dataset can hold it", "False or true?", "Data is few"],
)
def test_a_sentence_that_only_begins_like_a_choice_is_none(text: str) -> None:
    """ "True alignment …" says nothing of true or false."""
    assert meant(TRUTH, text) is None


def test_the_export_s_column_is_what_counts() -> None:
    """The column wins over the text; one that is not understood is left to a person."""
    assert chosen_in(LETTERS, answer("B, because", "C")) == Chosen(
        options=("C",), points=Decimal(0)
    )
    assert chosen_in(LETTERS, answer("B, because", "none of these")) is None


@pytest.mark.parametrize(
    "given_text", ["B", "b)", "B. Values are diverse", "values are diverse", "B: some other text"]
)
def test_a_column_may_hold_label_or_text(given_text: str) -> None:
    """Platforms export the letter, the text or both."""
    found = chosen_in(TEXTS, answer("Why", given_text))

    assert found == Chosen(options=("B. Values are diverse",), points=Decimal(1))


def test_several_choices_count_when_all_are_correct() -> None:
    """One wrong tick among right ones is a wrong choice."""
    both = Choice(options=("A", "B", "C"), correct=("A", "B"), points=Decimal(2))

    assert chosen_in(both, answer("", "A; B")) == Chosen(options=("A", "B"), points=Decimal(2))
    assert chosen_in(both, answer("", "B")) == Chosen(options=("B",), points=Decimal(2))
    assert chosen_in(both, answer("", "A; C")) == Chosen(options=("A", "C"), points=Decimal(0))


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_gives_an_option_or_none(text: str, column: str) -> None:
    """No text breaks the reading, and nothing but options comes out."""
    for choice in (LETTERS, TRUTH, TEXTS):
        found = chosen_in(choice, answer(text, column))
        assert found is None or set(found.options) <= set(choice.options)
