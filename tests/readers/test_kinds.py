"""Whether a question is answered in words: told by its looks, unless somebody says so."""

from __future__ import annotations

from assessor.readers import ReadOptions, read_answers
from assessor.readers.base import QuestionKind
from tests.readers.build import table

LONG = "Respiration uses up the sugar that the plant had stored, day and night, dark or light."


def quiz() -> bytes:
    lead = ["name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted"]
    head = [*lead, "attempt", "11: Why?", "2.0", "12: What of love?", "1.0"]
    return table(
        [*head, "n correct", "n incorrect", "score"],
        *(
            [
                name,
                name,
                "",
                "A",
                "1",
                "",
                "2026-10-14 18:03:22 UTC",
                "1",
                LONG,
                "0",
                short,
                *"0000",
            ]
            for name, short in (("1", "no need"), ("2", "no need"), ("3", ""))
        ),
    )


def kinds(*written: str) -> dict[str, QuestionKind]:
    read = read_answers(quiz(), "quiz.csv", ReadOptions(written=written))
    return {each.text[:2]: each.kind for each in read.questions}


def test_few_short_answers_look_like_a_choice() -> None:
    """In a small class code cannot tell them apart."""
    assert kinds() == {"11": QuestionKind.WRITTEN, "12": QuestionKind.CHOICE}


def test_a_question_that_a_rubric_names_is_answered_in_words() -> None:
    """By its text or a part of it; blank is told from answered."""
    read = read_answers(quiz(), "quiz.csv", ReadOptions(written=("what of love",)))

    assert kinds("what of love") == {"11": QuestionKind.WRITTEN, "12": QuestionKind.WRITTEN}
    own = [each.state.value for each in read.submissions if each.question.startswith("12")]
    assert own == ["answered", "answered", "blank"]


def test_a_name_that_fits_several_questions_says_nothing() -> None:
    """Nothing is guessed."""
    assert kinds("w") == kinds()
