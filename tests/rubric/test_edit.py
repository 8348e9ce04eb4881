"""A phrasing goes into the file; everything else of it stays, to the character."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.assets import shipped_rubrics
from assessor.errors import RubricError
from assessor.rubric import load_rubric
from assessor.rubric.model import Example
from assessor.rubric.phrasings import (
    Phrasings,
    add_example,
    add_phrasing,
    examples,
    phrasings,
    remove_entry,
)
from tests.rubric.build import FULL, SHORT

COMMENTED = """\
# my rubric
title: Photosynthesis   # a title
question: Why?
key_points:
- id: sugar
  description: sugar is used up   # the main point
  points: 2
  # what they wrote last year
  accepted:
  - burns its sugar   # from S3
  - >
    eats what it
    has stored

  feedback: {absent: What does a cell live on?}
- points: 1
  description: no photosynthesis
"""


def added(text: str, cell: str, where: Phrasings, phrase: str) -> list[str]:
    """The lines that come in; raises where a line goes out."""
    edited = add_phrasing(text, "r.yaml", cell, where, phrase)
    diff = list(difflib.ndiff(text.splitlines(), edited.splitlines()))
    return [line for line in diff if line[0] in "+-"]


def test_a_phrasing_comes_after_the_last_one_and_comments_stay() -> None:
    """One line comes in; nothing else changes."""
    assert added(COMMENTED, "sugar", Phrasings.ACCEPTED, "lives on its stores") == [
        "+   - lives on its stores"
    ]


def test_a_list_that_is_not_there_yet_is_added() -> None:
    """At the end of the key point, also at the end of a file."""
    assert added(COMMENTED, "sugar", Phrasings.NOT_ENOUGH, "it: dies") == [
        "+   not_enough:",
        '+     - "it: dies"',
    ]
    assert added(COMMENTED, "no_photosynthesis", Phrasings.ACCEPTED, "no light") == [
        "+   accepted:",
        "+     - no light",
    ]


def test_the_short_form_stays_on_its_line() -> None:
    """`{points: 2, description: …}` gets a list in brackets."""
    cell = load_rubric(SHORT, "r.yaml").cells[1]

    assert added(SHORT, cell, Phrasings.ACCEPTED, "no light, no gain") == [
        "-   - {points: 1, description: without light no photosynthesis makes up for the loss}",
        "+   - {points: 1, description: without light no photosynthesis makes up for the loss, "
        'accepted: ["no light, no gain"]}',
    ]


def test_a_list_in_brackets_grows_within_them() -> None:
    """The form that the instructor chose is kept."""
    assert added(FULL, "evaporates", Phrasings.NOT_ENOUGH, "it sweats") == [
        "-     not_enough: [water is lost too]",
        "+     not_enough: [water is lost too, it sweats]",
    ]


def test_a_phrasing_that_is_there_changes_nothing() -> None:
    """Pressing a key twice is no second line."""
    assert added(FULL, "respires", Phrasings.ACCEPTED, " burns  its sugar ") == []


def test_windows_line_ends_stay() -> None:
    """A file from Windows keeps its line ends."""
    edited = add_phrasing(
        COMMENTED.replace("\n", "\r\n"), "r.yaml", "sugar", Phrasings.ACCEPTED, "so it is"
    )

    assert "\r\n  - so it is\r\n" in edited
    assert edited.count("\n") == edited.count("\r\n")


@pytest.mark.parametrize(
    ("cell", "where", "phrase", "said"),
    [
        ("sugars", Phrasings.ACCEPTED, "x", "has no 'sugars'"),
        ("sugar", Phrasings.ACCEPTED, " \n", "is empty"),
    ],
)
def test_what_cannot_be_added_is_said(cell: str, where: Phrasings, phrase: str, said: str) -> None:
    """With the file's name and what there is."""
    with pytest.raises(RubricError, match=said):
        add_phrasing(COMMENTED, "r.yaml", cell, where, phrase)


def test_a_misconception_has_no_list_of_what_is_not_required() -> None:
    """The form knows none; the file would not load."""
    with pytest.raises(RubricError, match="misconception"):
        add_phrasing(FULL, "r.yaml", "evaporates", Phrasings.NOT_REQUIRED, "x")


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1, max_size=80), st.sampled_from([SHORT, FULL, COMMENTED]), st.data())
def test_any_student_s_words_come_out_as_they_went_in(
    phrase: str, text: str, data: st.DataObject
) -> None:
    """Quotes, colons, brackets and control characters cannot break the file or leak out of it."""
    before = load_rubric(text, "r.yaml")
    cell = data.draw(st.sampled_from(before.cells))
    try:
        edited = add_phrasing(text, "r.yaml", cell, Phrasings.ACCEPTED, phrase)
    except RubricError as error:
        assert "is empty" in str(error)
        return

    after = load_rubric(edited, "r.yaml")
    assert phrasings(after, cell, Phrasings.ACCEPTED)[:-1] in (
        phrasings(before, cell, Phrasings.ACCEPTED),
        phrasings(before, cell, Phrasings.ACCEPTED)[:-1],
    )
    others = [each for each in before.cells if each != cell]
    assert [phrasings(after, each, Phrasings.ACCEPTED) for each in others] == [
        phrasings(before, each, Phrasings.ACCEPTED) for each in others
    ]


@pytest.mark.parametrize("name", sorted(shipped_rubrics()))
def test_every_list_of_the_shipped_rubrics_can_grow(name: str) -> None:
    """One line each, nothing else."""
    text = shipped_rubrics()[name].read_text(encoding="utf-8")
    for cell in load_rubric(text, name).cells:
        for where in (Phrasings.ACCEPTED, Phrasings.NOT_ENOUGH):
            assert added(text, cell, where, "a new one") == ["+       - a new one"]


CRITIQUE = "critique-of-an-ai-alignment-strategy"
FILES = {
    "short": SHORT,
    "full": FULL,
    "commented": COMMENTED,
    "shipped": shipped_rubrics()[CRITIQUE].read_text(encoding="utf-8"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("where", ["accepted", "not_enough", "examples"])
def test_what_was_put_in_can_be_taken_out(name: str, where: str) -> None:
    """In every cell of every kind of file the text is afterwards what it was, to the character."""
    text = FILES[name]
    for cell in load_rubric(text, "r.yaml").cells:
        words = 'one, two: {three} "four" # five'
        if where == "examples":
            edited = add_example(text, "r.yaml", cell, Example(answer=words, level="absent"))
        else:
            edited = add_phrasing(text, "r.yaml", cell, Phrasings(where), words)

        assert edited != text
        assert remove_entry(edited, "r.yaml", cell, where, words) == text


def test_an_example_goes_to_the_end_with_its_level() -> None:
    """The judge sees one more that the instructor decided; a level that is none is refused."""
    text = add_example(FULL, "r.yaml", "respires", Example(answer="It burns: sugar", level="full"))

    assert examples(load_rubric(text, "r.yaml"), "respires")[-1].answer == "It burns: sugar"
    with pytest.raises(RubricError, match="level"):
        add_example(FULL, "r.yaml", "respires", Example(answer="x", level="nearly"))


def test_what_is_not_there_is_not_taken_out() -> None:
    """Nothing changes where the words, or the key point, are gone already."""
    assert remove_entry(FULL, "r.yaml", "respires", "accepted", "never said") == FULL
    assert remove_entry(FULL, "r.yaml", "gone", "accepted", "burns its sugar") == FULL
    assert "burns its sugar" not in remove_entry(
        FULL, "r.yaml", "respires", "accepted", "burns its sugar"
    )
