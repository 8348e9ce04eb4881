"""An export with several questions, each graded by its own rubric in one run."""

from __future__ import annotations

import re

import pytest

from tests.cli.shell import SMALL_RUBRIC, Shell, at, csv_text, plants_truth, rows_of, serving

OTHER_RUBRIC = """\
title: Love
question: Do plants need love?
key_points:
  - {id: honest, points: 1, description: says no}
"""
HEADER = ["name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt"]
QUESTIONS = [
    "11: Why does a plant in the dark lose mass?",
    "3.0",
    "12: Do plants need love?",
    "1.0",
]


LONG = (
    "They do not need love in any literal sense, although gardeners who care for them water them."
)


def export() -> str:
    rows = [
        [*HEADER, *QUESTIONS, "n correct", "n incorrect", "score"],
        [*_student("Ann", "1"), "It respires, so sugar is used up.", "0", LONG, "0"],
        [*_student("Bob", "2"), "Plants need love.", "0", "", "0"],
    ]
    return csv_text([rows[0], *([*row, "0", "0", "0"] for row in rows[1:])])


def _student(name: str, number: str) -> list[str]:
    return [name, number, "", "A", "1", "", "2026-10-14 18:03:22 UTC", "1"]


@pytest.fixture
def quiz(shell: Shell) -> Shell:
    shell.write("answers.csv", export())
    shell.write("plants.yaml", SMALL_RUBRIC)
    shell.write("love.yaml", OTHER_RUBRIC)
    return shell


def test_one_run_grades_them_all_and_adds_them_up(quiz: Shell) -> None:
    """Columns are `question.id`, and totals.csv has one row per student."""
    with serving(plants_truth()) as server:
        said = quiz(
            "grade",
            "answers.csv",
            "--rubric",
            "12=love.yaml",
            "--rubric",
            "plants.yaml",
            *at(server),
        )

    assert said.code == 0, said.err
    graded = quiz.home / "graded/answers"
    assert {(r["student_id"], r["question"][:2], r["proposed_grade"]) for r in quiz.rows()} == {
        ("1", "11", "2"),
        ("1", "12", "0"),
        ("2", "11", "0"),
        ("2", "12", "0"),
    }
    assert f"{QUESTIONS[0]}.respiration" in quiz.rows()[0]
    assert [
        (r["student_id"], r["proposed_grade"], r["max_points"])
        for r in rows_of(graded / "totals.csv")
    ] == [("1", "2", "4"), ("2", "0", "4")]
    assert said.out.count("Key points") == 2


def test_questions_may_stand_in_the_settings(quiz: Shell) -> None:
    """Then the command is short."""
    quiz.write(
        "assessor.toml",
        '[[question]]\nmatch = "12"\nrubric = "love.yaml"\n[[question]]\nrubric = "plants.yaml"\n',
    )

    with serving(plants_truth()) as server:
        said = quiz("grade", "answers.csv", *at(server))

    assert said.code == 0, said.err
    assert len(quiz.rows()) == 4


def test_a_question_without_a_rubric_is_named(quiz: Shell) -> None:
    """It is left out, and said."""
    with serving(plants_truth()) as server:
        said = quiz("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

    assert said.code == 0, said.err
    assert "not graded, no rubric for it: 12" in said.out
    assert len(quiz.rows()) == 2


def test_a_rubric_that_fits_no_question_is_refused_with_the_choices(quiz: Shell) -> None:
    """Nothing is guessed."""
    quiz.write("other.yaml", SMALL_RUBRIC.replace("Why does a plant", "Why does a stone"))

    said = quiz("grade", "answers.csv", "--rubric", "other.yaml", "--judge", "recorded")

    assert said.code == 2
    assert "which question does other.yaml grade?" in said.err
    hint = re.search(r'--rubric "(.+?)"', said.err)
    assert hint is not None
    assert quiz("grade", "answers.csv", "--rubric", hint[1], "--judge", "none").code == 0
    assert "'12: Do plants need love?'" in said.err
