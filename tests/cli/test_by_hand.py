"""Grading without a judge, from the command line."""

from __future__ import annotations

import shlex

import pytest

from tests.cli.shell import Shell, csv_text, rows_of


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


SOIL = """\
title: Plants
question: Why?
key_points:
  - {id: respires, points: 1, description: says that it respires}
misconceptions:
  - {id: soil, points: 1, description: says that the soil feeds it}
"""


def test_a_blank_of_a_class_without_a_judge_can_go_out(shell: Shell) -> None:
    """Nobody has to type a 0 for who wrote nothing; what waits for a person does not go along."""
    shell.write("answers.csv", "student_id,answer\ns1,It respires.\ns2,\ns3,It eats soil.\n")
    shell.write("soil.yaml", SOIL)
    shell("grade", "answers.csv", "--rubric", "soil.yaml", "--judge", "none", "--yes")
    sheet = shell.write("sheet.csv", "student_id,question,total\ns3,,1\n")
    shell("review", "--sheet", str(sheet), "--yes")

    without = shell("export", "--to", "xlsx", "--yes")
    said = shell("export", "--to", "xlsx", "--release-unread", "--yes")

    assert "1 left out: waiting for review\n" in without.out
    assert "1 left out: blank and not released (see --release-unread)\n" in without.out
    assert "1 of these nobody has read (0 points)." in said.out
    assert said.code == 0
    assert {row["student_id"]: row["grade"] for row in shell.rows()} == {
        "s1": "",
        "s2": "0",
        "s3": "1",
    }


@pytest.mark.parametrize("command", [("review", "--sheet"), ("trust", "--all")])
def test_a_row_that_was_begun_is_no_grade(plants: Shell, command: tuple[str, ...]) -> None:
    """Points for one of two key points, and nothing that says anything of the other: no 0 of it."""
    plants("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "none")
    plants.write("sheet.csv", "student_id,respiration,no_light\nS1,2,\nS2,2,0\n")

    said = plants(*command, "sheet.csv")

    assert said.code == 0
    assert (
        "S1: was begun, and decides nothing yet: lacks no_light, or a total" in said.out + said.err
    )
    assert {row["student_id"]: row["grade"] for row in plants.rows()} == {
        "S1": "",
        "S2": "2",
        "S3": "",
        "S4": "",
    }


def test_a_row_of_our_own_file_that_was_begun_is_no_grade(plants: Shell) -> None:
    """Typed into grades.csv it is the same."""
    plants("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "none")
    rows = plants.rows()
    rows[0]["respiration"] = "2"
    plants.write("own.csv", csv_text([list(rows[0]), *(list(each.values()) for each in rows)]))

    said = plants("review", "--sheet", "own.csv")

    assert "S1: was begun, and decides nothing yet: lacks no_light, or a total" in said.out
    assert {row["grade"] for row in plants.rows()} == {""}


def test_a_choice_that_nobody_found_is_no_zero(shell: Shell) -> None:
    """Key points alone say nothing of it."""
    shell.write("answers.csv", "student_id,answer\ns1,It respires.\n")
    shell.write(
        "soil.yaml",
        SOIL.replace(
            "key_points:", "choice: {options: [A, B], correct: [A], points: 1}\nkey_points:"
        ),
    )
    shell("grade", "answers.csv", "--rubric", "soil.yaml", "--judge", "none", "--yes")
    shell.write("sheet.csv", "student_id,respires,soil\ns1,1,0\n")

    said = shell("review", "--sheet", "sheet.csv")

    assert "lacks choice, or a total" in said.out
    assert [row["grade"] for row in shell.rows()] == [""]


def test_a_column_of_a_wrong_claim_says_what_it_takes(shell: Shell) -> None:
    """It costs points and is still typed as 1: a minus sign is what people try first."""
    shell.write("answers.csv", "student_id,answer\ns1,It respires.\n")
    shell.write("soil.yaml", SOIL)
    shell.write("sheet.csv", "student_id,respires,soil\ns1,1,-1\n")
    shell("grade", "answers.csv", "--rubric", "soil.yaml", "--judge", "none", "--yes")

    said = shell("review", "--sheet", "sheet.csv", "--yes")

    assert said.code == 2
    assert "soil must be 1 where the answer says that, else 0 (got '-1')" in said.err


def test_a_recording_of_another_class_was_sent_to_nobody(shell: Shell) -> None:
    """Nothing went out, and the same command would come to the same: another judge is named."""
    shell.write("answers.csv", "student_id,answer\ns1,It respires.\n")
    shell.write("soil.yaml", SOIL)

    said = shell("grade", "answers.csv", "--rubric", "soil.yaml", "--judge", "recorded", "--yes")

    told = " ".join((said.out + said.err).split())
    assert said.code == 3
    assert "sent with an answer's text" not in told
    assert "name a judge that reads" in told


def test_two_people_are_measured_by_the_sheets_that_lie_there(plants: Shell) -> None:
    """Until there are two it is said where they come from; what is printed can be pasted."""
    assert plants("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "none").code == 0
    first = " ".join(plants("trust").out.split())
    assert "write a sheet (assessor review --blind-sheet blind.xlsx)" in first
    assert "A.csv" not in first
    plants.write("ann's.csv", "Student,respiration,no_light\nS1,2,1\nS2,2,0\n")
    plants.write("ben.csv", "Student,respiration,no_light\nS1,2,1\nS2,0,0\n")
    plants.write("list.csv", "Student,Room\nS1,2\n")
    said = plants("trust")

    (line,) = [each for each in " ".join(said.out.split()).split("Next: ")[1:]]
    assert line.endswith("assessor trust 'ann'\"'\"'s.csv' ben.csv --all")
    measured = plants(*shlex.split(line.partition("assessor ")[2]))
    assert measured.code == 0, measured.err
    assert "Two people on 2 answers" in measured.out


def test_a_sheet_of_a_class_that_no_judge_read_says_nothing_of_one(shell: Shell) -> None:
    """A column for each key point, and none of what nobody proposes."""
    shell.write("answers.csv", "student_id,answer\ns1,It respires.\ns2,Soil feeds it.\n")
    shell.write("soil.yaml", SOIL)
    shell("grade", "answers.csv", "--rubric", "soil.yaml", "--judge", "none", "--yes")
    shell("review", "--sheet-out", "to-review.csv")
    first, *rest = rows_of(shell.home / "to-review.csv")

    assert not [title for title in first if "judge" in title or "waits" in title]
    assert "no grade" not in " ".join(map(str, [first, *rest]))
    shell.write("back.csv", "student_id,respires,soil\ns1,1,0\ns2,0,1\n")
    taken = shell("review", "--sheet", "back.csv")
    assert "2 answers decided by a person" in taken.out


def test_a_class_that_is_graded_whole_by_hand_goes_back_next(shell: Shell) -> None:
    """There is nothing left to hand out blind; what comes next can be typed as it is printed."""
    shell.write("answers.csv", "student_id,answer\ns1,It respires.\ns2,\n")
    shell.write("soil.yaml", SOIL)
    shell("grade", "answers.csv", "--rubric", "soil.yaml", "--judge", "none", "--yes")
    first = " ".join(shell("trust").out.split())
    shell.write("sheet.csv", "student_id,total\ns1,1\n")
    shell("review", "--sheet", "sheet.csv", "--yes")

    following = " ".join(shell("trust").out.split()).partition("give them back: assessor ")[2]

    assert "assessor review --blind-sheet blind.xlsx" in first
    assert shell(*shlex.split(following)).code == 0


def test_who_handed_nothing_in_is_no_grade_that_stays_out(shell: Shell) -> None:
    """Pages for all that there is a grade of are all the pages that there can be."""
    shell.write(
        "worksheet.csv",
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
        "Last modified (submission),Online text,Last modified (grade),Feedback comments\n"
        "Participant 1,Ada,a@x.org,Submitted for grading,,1,Yes,-,<p>It respires.</p>,-,\n"
        "Participant 2,Ben,b@x.org,No submission,,1,Yes,-,,-,\n",
    )
    shell.write("soil.yaml", SOIL)
    shell("grade", "worksheet.csv", "--rubric", "soil.yaml", "--judge", "none", "--yes")
    shell.write("sheet.csv", "student_id,total\nParticipant 1,1\n")
    shell("review", "--sheet", "sheet.csv", "--yes")

    said = shell("export", "--to", "feedback", "--yes")

    assert "Pages for students: 1.\n" in said.out
