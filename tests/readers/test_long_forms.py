"""Blackboard, Brightspace, Sakai, Open edX: questions known by text, row by row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.readers.build import export, plainly, read, table

LONG = "It breathes up its stored sugar, and the carbon dioxide leaves in the dark."


def test_shuffled_questions_are_put_together_by_their_text() -> None:
    """The number in front is each student's own; the answers to one question share its text."""
    got = export("blackboard_by_user.xls")

    assert {each.question for each in got.submissions} == {
        "Why does a plant in the dark lose mass?"
    }
    assert got.choices == {
        ("abee", 1): {"Which gas leaves?": "carbon dioxide"},
        ("cdee", 1): {"Which gas leaves?": "oxygen"},
        ("eeff", 1): {"Which gas leaves?": "oxygen"},
    }


def test_of_a_choice_with_a_row_per_option_the_checked_one_counts() -> None:
    """Brightspace lists every option; the unchecked ones were not chosen."""
    got = export("brightspace_quiz.csv")

    assert got.choices["00420001", 1] == {"Which gas leaves?": "carbon dioxide"}
    assert [(each.attempt, each.score) for each in got.submissions] == [
        (1, Decimal(0)),
        (2, Decimal(0)),
        (1, Decimal(0)),
    ]


@pytest.mark.parametrize(
    ("question", "answer", "lead"),
    [
        ("Question", "Answer", ("Username", "Last Name", "First Name")),
        ("Frage", "Antwort", ("Benutzername", "Nachname", "Vorname")),
        ("Pregunta", "Respuesta", ("Nombre de usuario", "Apellidos", "Nombre")),
        ("Vraag", "Antwoord", ("Gebruikersnaam", "Achternaam", "Voornaam")),
    ],
)
def test_blackboard_is_read_in_other_languages(
    question: str, answer: str, lead: tuple[str, ...]
) -> None:
    """The groups are known by their number and the words for question and answer."""
    group = (f"{question} ID 1", f"{question} 1", f"{answer} 1", "Points 1", "Auto 1", "Manual 1")

    got = read(table((*lead, *group), ("abee", "Bee", "Ann", "1", "Why?", LONG, "10", "", "7")))

    assert [(e.student_id, e.question, e.score) for e in got.submissions] == [
        ("abee", "Why?", Decimal(7))
    ]


def test_a_second_answer_in_the_long_form_is_a_second_attempt() -> None:
    """Blackboard's long form has no attempt column."""
    titles = ("Username", "Question ID", "Question", "Answer", "Possible Points", "Manual Score")
    rows = [("abee", "1", "Why?", f"{n} {LONG}", "10", "") for n in ("first", "second")]

    got = read(table(titles, *rows)).submissions

    assert [(each.attempt, each.answer.split()[0]) for each in got] == [(1, "first"), (2, "second")]


def test_blocks_of_one_name_stay_apart() -> None:
    """Two open responses of a course may bear the same title."""
    got = export("openedx_ora.csv")

    assert [each.text for each in got.questions] == ["Plants (aa)", "Plants (bb)"]


def test_sakai_sheets_choose_the_one_with_responses() -> None:
    """The statistics on the second sheet are no answers."""
    got = export("sakai_quiz.xls")

    assert got.choices["abee", 1] == {"Part 1, Question 1, Response": "carbon dioxide"}


def test_blackboard_results_without_ids_are_known_by_their_scores() -> None:
    """The wide form where the site leaves the question ids out."""
    titles = ("Username", "Question 1", "Answer 1", "Possible Points 1", "Auto Score 1")
    rows = [
        ("ann", "<p>Why?</p>", "<p>One</p>", "10", ""),
        ("ben", "Why?", "<Unanswered>", "10", ""),
    ]

    got = read(table(*[titles, *rows], delimiter="\t"))

    assert got.format == "blackboard"
    assert plainly(got.submissions) == [("ann", 1, "One", "answered"), ("ben", 1, "", "blank")]
