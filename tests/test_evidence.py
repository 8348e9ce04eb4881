"""A judge's quote in the visible answer: what is one, and what only looks like one."""

from __future__ import annotations

import pytest

from assessor.evidence import Located, Span, locate

ANSWER = "The data is limited – it can’t cover “every” case.\n\nSo   Labels\tdo not suffice."

VERIFIED = {
    "word for word": (ANSWER, "it can’t cover", "it can’t cover"),
    "plain quotation marks": (ANSWER, 'it can\'t cover "every"', "it can’t cover “every”"),
    "a plain dash": (ANSWER, "limited - it", "limited – it"),
    "another case": (ANSWER, "THE DATA IS", "The data is"),
    "spaces, tabs and line ends": (
        ANSWER,
        "case. So labels do not",
        "case.\n\nSo   Labels\tdo not",
    ),
    "in quotation marks of the judge": (ANSWER, '"do not suffice."', "do not suffice"),
    "with dots of omission around": (ANSWER, "…do not suffice…", "do not suffice"),
    "three letters": ("A dog ran.", "dog", "dog"),
    "two letters that are the whole answer": ("Ja", "ja", "Ja"),
    "a whole answer with its stop": ("No.", "no", "No"),
    "no cut at a mark": ("pre-trained models", "trained models", "trained models"),
    "the second time, where the first is cut": ("unlimited, not limited", "limited", "limited"),
    "composed for decomposed": ("The cafe\u0301 is", "café is", "cafe\u0301 is"),
    "without what nobody sees": ("lim\u200bited data", "limited data", "lim\u200bited data"),
    "Chinese inside a sentence": ("数据总是有限的", "总是有限", "总是有限"),
    "sharp s and double s": ("Die Straße ist lang", "strasse ist", "Straße ist"),
}


@pytest.mark.parametrize("name", VERIFIED)
def test_a_quote_is_verified_where_it_stands(name: str) -> None:
    """Each row: answer, quote, and the student's own words that carry it."""
    answer, quote, words = VERIFIED[name]

    got = locate(quote, answer)

    assert got.span is not None
    assert got.span.text == words == answer[got.span.start : got.span.end]
    assert got.near is None


REFUSED = {
    "empty": (ANSWER, ""),
    "spaces": (ANSWER, "   "),
    "marks only": (ANSWER, "…."),
    "marks that are the whole answer": ("?!", "?!"),
    "two letters": ("It is so.", "is"),
    "two letters of a longer answer": ("Ja, so", "ja"),
    "a word changed": (ANSWER, "labels do never suffice"),
    "the not left out": (ANSWER, "labels do suffice"),
    "cut at its start": ("unlimited data", "limited data"),
    "cut at its end": ("the limits of it", "the limit"),
    "cut in Greek": ("ακατάλληλο", "κατάλληλο"),
    "two places put together": (ANSWER, "The data is … do not suffice"),
    "from elsewhere": (ANSWER, "values are complex"),
    "letters put in where spaces are": ("a b c d", "abcd"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_in_the_answer_is_no_quote(name: str) -> None:
    """Nothing that changes, cuts or invents a word is verified."""
    answer, quote = REFUSED[name]

    assert locate(quote, answer).span is None


def test_a_near_match_is_shown_and_is_no_evidence() -> None:
    """The reviewer sees where the judge probably looked."""
    got = locate("so labels do never suffice", ANSWER)

    assert got == Located(quote="so labels do never suffice", near=got.near)
    assert got.near is not None
    assert "Labels" in got.near.text


@pytest.mark.parametrize(
    ("quote", "answer"),
    [
        pytest.param("xy", "xyz xyz", id="too short"),
        pytest.param("values are complex", ANSWER, id="far"),
        pytest.param("limited " * 9, "limited", id="longer than the answer"),
        pytest.param("labels do suffice", "Labels do not suffice. " + "x" * 20_001, id="endless"),
    ],
)
def test_what_is_far_off_is_not_shown_as_near(quote: str, answer: str) -> None:
    """A place that has nothing to do with the quote would mislead."""
    assert locate(quote, answer).near is None


def test_offsets_are_of_the_answer_as_the_student_wrote_it() -> None:
    """Folding changes lengths; the span does not."""
    assert locate("is lang", "Straße  ist\u00a0\u00a0lang, is lang").span == Span(
        start=19, end=26, text="is lang"
    )
