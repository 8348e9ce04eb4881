"""Grading without a judge, from the command line."""

from __future__ import annotations

from tests.cli.shell import Shell, rows_of


def test_grading_by_hand_writes_places_and_grades_nothing(plants: Shell) -> None:
    """Exit 0, every answer waits for a person, no points are proposed, and the files are there."""
    said = plants("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "none")
    places = rows_of(plants.home / "graded/answers/places.csv")

    assert said.code == 0
    assert {row["reasons"] for row in plants.rows()} >= {"hand_grading"}
    proposed = {(row["state"], row["proposed_grade"]) for row in plants.rows()}
    assert {points for state, points in proposed if state == "needs_review"} == {""}
    # Nobody has to read a blank: it is worth 0 once it is released.
    assert {points for state, points in proposed if state == "blank"} == {"0"}
    assert {each["key_point"] for each in places} == {"respiration", "no_light"}
    assert "places.csv" in said.out
