"""Canvas: both student analyses and the gradebook."""

from __future__ import annotations

import pytest

from assessor.readers.base import QuestionKind
from tests.readers.build import export, plainly, read, table

LONG = "It breathes up its stored sugar, and the carbon dioxide leaves in the dark."


def test_choices_stand_beside_the_written_answers() -> None:
    """What was chosen is found by student, attempt and question."""
    got = export("canvas_new_quizzes.csv")

    assert got.choices["501", 1] == {"Which gas leaves?": "oxygen"}
    assert got.choices["501", 2] == {"Which gas leaves?": "carbon dioxide"}
    assert [each.kind for each in got.questions] == [
        QuestionKind.CHOICE,
        QuestionKind.WRITTEN,
        QuestionKind.WRITTEN,
    ]


def test_repeated_points_columns_and_line_breaks_in_titles_survive() -> None:
    """Two essays worth the same have two columns of the same name."""
    titles = ("name", "id", "submitted", '1: Why\n"dark"?', "10.0", "2: Why light?", "10.0")
    counts = ("n correct", "n incorrect", "score")
    row = (
        "Ann",
        "501",
        "2026-10-14 18:00:00 UTC",
        LONG,
        "0.0",
        f"Also: {LONG}",
        "0.0",
        "0",
        "2",
        "0",
    )

    got = read(table((*titles, *counts), row)).submissions

    assert [(each.question, each.answer) for each in got] == [
        ('1: Why\n"dark"?', LONG),
        ("2: Why light?", f"Also: {LONG}"),
    ]


def test_without_an_attempt_column_the_newest_row_is_the_last_attempt() -> None:
    """The report is newest first, also where two attempts bear one time."""
    titles = ("name", "id", "submitted", "1: Why?", "10.0", "n correct", "n incorrect", "score")
    rows = [
        ("Ann", "501", "2026-10-14 18:00:00 UTC", f"new {LONG}", "0", "0", "1", "0"),
        ("Ann", "501", "2026-10-14 18:00:00 UTC", f"old {LONG}", "0", "0", "1", "0"),
    ]

    got = read(table(titles, *rows)).submissions

    assert [(each.attempt, each.answer[:3]) for each in got] == [(2, "new"), (1, "old")]


def test_an_anonymous_survey_has_rows_for_students() -> None:
    """Without names the rows stand for themselves, and it is said that grades cannot go back."""
    titles = ("section", "submitted", "1: Why?", "10.0", "n correct", "n incorrect", "score")
    row = ("A", "2026-10-14 18:00:00 UTC", LONG, "0", "0", "1", "0")

    got = read(table(titles, row))

    assert plainly(got.submissions) == [("row:2", 1, LONG, "answered")]
    assert "cannot go back" in got.warnings[0]


@pytest.mark.parametrize("name", ["Student, Test", "Test Student"])
def test_test_students_are_left_out_and_named(name: str) -> None:
    """Nobody looks for a grade of somebody who does not exist."""
    titles = ("Student", "ID", "Section", "Essay (48150)")
    rows = [
        ("    Points Possible", "", "", "10.00"),
        ("Bee, Ann", "501", "A", ""),
        (name, "9", "A", ""),
    ]

    got = read(table(titles, *rows))

    assert [each.student_id for each in got.submissions] == ["501"]
    assert any(f"{name!r} (record 4)" in warning for warning in got.warnings)


def test_a_gradebook_in_an_unknown_language_is_known_by_its_points_row() -> None:
    """Four spaces in front of the points are Canvas's own in all languages."""
    titles = ("Oppilas", "ID", "Osio", "Essee (48150)")
    rows = [
        ("", "", "", "Manuaalinen"),
        ("    Pisteet", "", "", "10,00"),
        ("Bee, Ann", "501", "A", ""),
    ]

    got = read(table(titles, *rows, delimiter=";"))

    assert (got.format, [e.student_id for e in got.submissions]) == ("canvas_gradebook", ["501"])
