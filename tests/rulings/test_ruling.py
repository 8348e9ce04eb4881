"""What a ruling puts into the rubric, and that no student's words come with it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.grade import Proposal
from assessor.rubric import CellKind, load_rubric
from assessor.rubric.diff import diff_rubrics
from assessor.rulings.border import Border
from assessor.rulings.borrowed import Borrowings
from assessor.rulings.change import (
    RuledBy,
    follows,
    needs_words,
    ruling_of,
    with_edits,
    without_edits,
)
from assessor.rulings.doubt import Doubt
from assessor.rulings.question import BorderQuestion, Passage, rubric_texts
from assessor.rulings.ruling import RulingKind, Spoken, said_words
from assessor.verdict import Finding, State
from tests.rulings.build import RUBRIC, answer_of, class_of, rubric

NAME = "an aim without a way of counting"


def question(cell: str = "remedy", place: int = 0) -> BorderQuestion:
    levels = ("absent", *rubric().levels_of(cell))
    submission = class_of(2)[1]
    doubt = Doubt(
        submission=submission, cell=cell, place=place, level=levels[place], doubt=0.4,
        points=Decimal(1), gap=f"{NAME}.", quotes=(), copies=1,
    )  # fmt: skip
    border = Border(
        question="answer", cell=cell, lower=levels[place], upper=levels[place + 1], cases=(doubt,)
    )
    passage = Passage(text=submission.answer, start=0, end=0, bound=doubt.bound)
    return BorderQuestion(
        border=border, name=NAME, about="", is_wrong=False, choices=levels, passages=(passage,)
    )


def level(name: str, words: str = "", example: str = "") -> Spoken:
    return Spoken(kind=RulingKind.LEVEL, level=name, words=words, example=example)


BY = RuledBy(rubric=rubric(), file="lake.yaml", run="r1")
CASES = {
    "not": (question(), level("absent"), [f"not_enough + “{NAME}”"]),
    "not, in own words": (question(), level("absent", "a wish"), ["not_enough + “a wish”"]),
    "counts": (question(), level("full"), [f"accepted + “counts all the same: {NAME}”"]),
    "counts, in own words": (question(), level("full", "a wish"), ["accepted + “a wish”"]),
    "between": (
        question("limit", 1),
        level("partial", "old numbers"),
        ["not_enough + “old numbers: partial, not more”"],
    ),
    "depends": (
        question(),
        Spoken(kind=RulingKind.DEPENDS, words="it says from what one learns"),
        [f"not_enough + “{NAME}: full only if it says from what one learns”"],
    ),
    "an example": (
        question(),
        level("absent", "a wish", "One should love ducks."),
        ["not_enough + “a wish”", "examples + “One should love ducks.” (absent)"],
    ),
    "passed over": (question(), Spoken(kind=RulingKind.SKIP), []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_decision_becomes_entries_of_the_key_point(name: str) -> None:
    """Each choice stands in one list of one key point, in words that a judge understands."""
    asked, said, lines = CASES[name]

    ruling = ruling_of(asked, said, BY)

    assert [each.line for each in ruling.edits] == lines
    assert ruling.is_decided == bool(lines)


@pytest.mark.parametrize("name", CASES)
def test_a_ruling_changes_its_column_alone_and_can_be_taken_out(name: str) -> None:
    """Only the key point's own wording changes; taken back, the file is what it was."""
    asked, said, _ = CASES[name]
    ruling = ruling_of(asked, said, BY)

    text = with_edits(RUBRIC, "lake.yaml", ruling.cell, ruling.edits)
    diff = diff_rubrics(rubric(), load_rubric(text, "lake.yaml"))

    assert {each.cell for each in diff.cells} == ({ruling.cell} if ruling.edits else set())
    assert (diff.everywhere, diff.scoring) == ((), ())
    assert without_edits(text, "lake.yaml", ruling) == RUBRIC


def test_where_the_judge_sees_no_more_examples_one_stands_beside_the_phrase() -> None:
    """A fifth example would never be shown; its words must be."""
    full = RUBRIC.replace(
        "not_enough: [count better]",
        "examples: [" + ", ".join(f"{{answer: duck {n}, level: full}}" for n in range(4)) + "]",
    )
    by = replace(BY, rubric=rubric(full))

    ruling = ruling_of(question(), level("absent", "a wish", "One should love ducks."), by)

    assert [each.line for each in ruling.edits] == [
        "not_enough + “a wish, such as: One should love ducks.”"
    ]


def test_a_decision_without_any_words_says_nothing_yet() -> None:
    """A condition needs its line, and a border without a name needs one, too."""
    nameless = replace(question(), name="")

    assert needs_words(question(), Spoken(kind=RulingKind.DEPENDS))
    assert needs_words(nameless, level("absent"))
    assert not needs_words(nameless, level("absent", "a wish"))
    assert not needs_words(nameless, Spoken(kind=RulingKind.SKIP))


def test_a_ruling_is_told_in_one_line() -> None:
    """Report and page say what was decided."""
    said = [said_words(ruling_of(asked, spoken, BY)) for asked, spoken, _ in CASES.values()]

    assert said[0] == f"“{NAME}” does not count"
    assert said[4] == "“old numbers” counts for partial"
    assert said[5] == f"“{NAME}”: full only if it says from what one learns"


def test_who_changes_if_the_judge_follows() -> None:
    """The answers of the border get the ruled level; the sum is by the rubric's own rules."""
    submission = class_of(2)[1]
    findings = tuple(
        Finding(
            cell=cell, kind=CellKind.KEY_POINT, level="full" if cell != "birds" else "absent",
            probabilities=(0.9,) * len(rubric().levels_of(cell)),
        )
        for cell in rubric().cells
    )  # fmt: skip
    proposal = Proposal(
        submission=submission, state=State.GRADED, proposed=Decimal(4), reasons=(),
        findings=findings,
    )  # fmt: skip

    (moved,) = follows(
        rubric(), ruling_of(question(), level("absent"), BY), {submission.key: proposal}
    )
    (same) = follows(rubric(), ruling_of(question(), level("full"), BY), {submission.key: proposal})

    assert (moved.key[0], moved.before, moved.after) == ("S001", Decimal(4), Decimal(2))
    assert same == ()


@given(
    number=st.integers(0, 39),
    start=st.integers(0, 20),
    length=st.integers(5, 12),
    around=st.sampled_from(("{}", "this counts: {}", "{}, never", "„{}“")),
)
def test_a_students_words_are_known_in_whatever_they_are_put(
    number: int, start: int, length: int, around: str
) -> None:
    """Five words in a row of any answer are found, with other marks and capitals around them."""
    borrowed = Borrowings([answer_of(each) for each in range(40)], rubric_texts(rubric()))
    words = answer_of(number).split()
    taken = words[min(start, len(words) - 5) :][:length]

    assert borrowed.passage(around.format(" ".join(taken).upper()))


def test_ones_own_words_are_no_students() -> None:
    """The rubric's words, a term and a sentence of one's own go in; a short answer does not."""
    borrowed = Borrowings(["It is unfair.", "overfitting", answer_of(1)], rubric_texts(rubric()))

    assert borrowed.passage("one count a year misses what happens between") == ""
    assert borrowed.passage("overfitting") == ""
    assert borrowed.passage("a wish without any means") == ""
    assert borrowed.passage("It is unfair, that is not enough") == "it is unfair"
    assert borrowed.passage("so learn what ducks want", ["learn what ducks want"])
    assert Borrowings(["应该让模型学会判断"], []).passage("写着让模型学会判断")
