"""A class released unread and proposed otherwise since: what was released stands, and is told."""

from __future__ import annotations

import html

from assessor.assignment.outgoing import material_of
from assessor.assignment.standing import load_standing
from assessor.cli.workplace import open_workplace
from assessor.writers.totals import Total
from tests.cli.shell import Shell, rows_of
from tests.keeping.build import grading, reviewing, set_up

TOLD = "grades were released unread with other points than are proposed now"


def released(shell: Shell) -> dict[str, tuple[str, str]]:
    """Release the class unread, let its rubric be worth twice, and read it again."""
    folder = set_up(shell.home)
    assert shell(*grading(folder)).code == 0
    assert shell("export", "--to", "xlsx", "--release-unread", "--yes").code == 0
    return standing(shell)


def doubled(shell: Shell) -> None:
    rubric = shell.home / "plants.yaml"
    text = rubric.read_text(encoding="utf-8")
    rubric.write_text(
        text.replace("points: 2", "points: 4").replace("points: 1", "points: 2"), encoding="utf-8"
    )


def standing(shell: Shell) -> dict[str, tuple[str, str]]:
    rows = rows_of(shell.home / "graded" / "answers" / "grades.csv")
    return {each["student_id"]: (each["grade"], each["max_points"]) for each in rows}


def test_points_that_are_worth_another_number_since_are_told_wherever_they_go_out(
    shell: Shell,
) -> None:
    """A grade of 3 of 3 is 3 of 6 then: nobody sends that on unaware."""
    before = released(shell)
    quiet = shell("export", "--to", "xlsx", "--yes")
    doubled(shell)
    read = shell(*grading(shell.home))
    told = shell("export", "--to", "xlsx", "--yes")
    pages = shell("export", "--to", "feedback", "--yes")
    with reviewing() as (_, visitor):
        page = html.unescape(visitor.get("/release").text)

    out = {student: grade for student, (grade, _) in standing(shell).items()}
    assert out == {student: grade for student, (grade, _) in before.items()}
    assert {most for _, most in standing(shell).values()} == {"6"}
    differ = sum(float(grade or 0) > 0 for grade in out.values())
    assert differ > 1
    assert TOLD not in quiet.out
    for said in (read, told, pages):
        assert f"{differ} {TOLD}" in " ".join((said.out + said.err).split())
    assert f"; {differ} with other points than are proposed now" in page


def test_no_words_of_another_reading_go_to_a_platform_beside_a_grade(shell: Shell) -> None:
    """A feedback that says what was found since does not explain the grade that is out."""
    folder = set_up(shell.home)
    rubric = folder / "plants.yaml"
    text = rubric.read_text(encoding="utf-8")
    said = (
        "description: respiration uses up stored sugar, feedback: {full: You saw that it respires.}"
    )
    rubric.write_text(
        text.replace("description: respiration uses up stored sugar", said), encoding="utf-8"
    )
    assert shell(*grading(folder)).code == 0
    assert shell("export", "--to", "xlsx", "--release-unread", "--yes").code == 0
    sent = going_out()
    doubled(shell)
    assert shell(*grading(folder)).code == 0
    now = going_out()

    assert [each.feedback for each in sent].count(
        "You saw that it respires. (“uses up sugar”)"
    ) == 1
    assert [each.grade for each in now] == [each.grade for each in sent]
    assert not any(each.feedback for each in now if each.grade)


def going_out() -> tuple[Total, ...]:
    """What a platform would be given now."""
    workplace = open_workplace({}, {})
    with workplace.open_store() as store:
        return material_of(load_standing(workplace, store), release_unread=False).totals


def test_who_is_renamed_after_a_word_or_a_release_is_told(shell: Shell) -> None:
    """What a person said of S1 is not said of T1, and goes out for nobody: that is no secret."""
    released(shell)
    shell.write("mine.csv", "student_id,respiration,no_light\nS1,0,1\n")
    assert shell("review", "--sheet", "mine.csv", "--yes").code == 0
    answers = shell.home / "answers.csv"
    text = answers.read_text(encoding="utf-8")
    answers.write_text(text.replace("S1,", "T1,").replace("S3,", "T3,"), encoding="utf-8")
    said = " ".join(shell(*grading(shell.home)).out.split())
    again = " ".join(shell(*grading(shell.home)).out.split())

    assert "2 grades count for nobody now, though decided or released: S1, S3, not" in said
    assert "for nobody now" not in again


def test_a_persons_points_under_levels_worth_more_since_are_told(shell: Shell) -> None:
    """Full marks of then are half of what there is now; as said they stand, and that is told."""
    folder = set_up(shell.home)
    assert shell(*grading(folder)).code == 0
    shell.write("mine.csv", "student_id,respiration,no_light\nS1,2,1\n")
    assert shell("review", "--sheet", "mine.csv", "--yes").code == 0
    rubric = folder / "plants.yaml"
    text = rubric.read_text(encoding="utf-8")
    rubric.write_text(text.replace("uses up stored", "uses up the stored"), encoding="utf-8")
    words = " ".join(shell(*grading(folder)).out.split())
    doubled(shell)
    said = " ".join(shell(*grading(folder)).out.split())

    assert "rubric 'plants' changed." in words
    assert "its levels are worth other points, and 1 grade that a person gave stays" in said
    assert standing(shell)["S1"] == ("3", "6")


def test_a_run_that_read_nothing_bids_nobody_take_a_release_back(shell: Shell) -> None:
    """Nothing is proposed in its place, so that there is nothing to release anew."""
    before = released(shell)
    (shell.home / "empty.jsonl").write_text("\n", encoding="utf-8")
    failed = shell(*grading(shell.home)[:-1], f"recorded:{shell.home / 'empty.jsonl'}", "--again")
    told = shell("export", "--to", "xlsx", "--yes")

    assert (failed.code, told.code) == (3, 0)
    assert "released unread with other points" not in " ".join((failed.out + told.out).split())
    assert standing(shell) == before
