"""`assessor export`: only released, only complete, never less than what is there, preview first."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shlex
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.writers import DOCUMENTS, EXPORTS
from tests.cli.shell import PLANTS, Printed, Shell, at, csv_text, plants_truth, rows_of, serving
from tests.writers.samples import COLUMN, TARGET, TEMPLATES, keys
from tests.writers.test_properties import OLD, scores_in

RUBRIC = """\
title: Essay
question: What is wrong with counting replies?
key_points:
  - {{id: proxy, points: {points}, description: the count stands for something else}}
"""
TOTALS = ("6.5", "6", "1")
# PrairieLearn's grades are shares of one question: there is nothing to fill up or to add to.
WHOLE = [name for name in TEMPLATES if name != "prairielearn"]


def graded(shell: Shell, name: str, *, points: int = 8, totals: tuple[str, ...] = TOTALS) -> None:
    """A class of this template's four students, the first of them graded by hand."""
    students = keys(name)
    shell.write("essay.yaml", RUBRIC.format(points=points))
    shell.write(
        "answers.csv",
        csv_text([["student_id", "answer"], *([key, f"Words of {key}"] for key in students)]),
    )
    (shell.home / "template").write_bytes(TEMPLATES[name])
    assert shell("grade", "answers.csv", "--rubric", "essay.yaml", "--judge", "none").code == 0
    sheet = [["student_id", "total"], *map(list, zip(students, totals, strict=False))]
    shell.write("sheet.csv", csv_text(sheet))
    assert shell("review", "--sheet", "sheet.csv").code == 0


def export(shell: Shell, name: str, *more: str) -> Printed:
    column = ("--column", COLUMN[name]) if name in COLUMN else ()
    return shell(
        "export", "--to", TARGET[name], "--template", "template", "--out", "out", *column, *more
    )


def written(shell: Shell, name: str) -> Mapping[str, Decimal | None]:
    return scores_in(name, (shell.home / "out").read_bytes())


@pytest.mark.parametrize("name", WHOLE)
def test_a_column_worth_more_than_the_rubrics_is_refused(shell: Shell, name: str) -> None:
    """Eight points there and seven here: no file, and the three ways on are named."""
    graded(shell, name, points=7)
    # Where a file does not say what its column is worth, the settings do.
    shell.write("assessor.toml", f'[export.{TARGET[name]}]\npoints = "8"\n')

    said = export(shell, name, "--yes")

    assert said.code == 2
    assert "is worth 8 points and the rubrics cover 7" in said.err
    for way in ("Grade the missing question", "--add-to-existing", "--scale"):
        assert way in said.err
    assert not (shell.home / "out").exists()


# Written by a library that is not there for everybody: tried where it is, in tests_extras.
PARQUET = {"parquet", "parquet-key-points"}


@pytest.mark.parametrize(
    "target",
    [name for name, row in DOCUMENTS.items() if row.holds_grades and name not in PARQUET],
)
def test_so_is_a_document_whose_column_the_settings_know(shell: Shell, target: str) -> None:
    """A file without a template asks the settings what the column is worth."""
    graded(shell, "canvas", points=7)
    shell.write("assessor.toml", f"[export.{target}]\npoints = 8\n")

    said = shell("export", "--to", target, "--out", "out", "--yes")

    assert said.code == 2
    assert "is worth 8 points and the rubrics cover 7" in said.err
    assert not (shell.home / "out").exists()


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_previews_counts_are_the_files(shell: Shell, name: str) -> None:
    """Counted in the file itself: new, risen, untouched; nobody without a grade is changed."""
    graded(shell, name)

    said = export(shell, name, "--json")

    assert said.code == 0, said.err
    new, old = written(shell, name), OLD[name]
    percent = name == "prairielearn"
    counts: dict[str, int] = {}
    for key in keys(name)[:3]:
        if new.get(key) is None or (percent and key not in new):
            kind = "locked"
        elif old[key] is None:
            kind = "new"
        else:
            kind = "raised" if new[key] > old[key] else "same"  # type: ignore[operator]
        counts[kind] = counts.get(kind, 0) + 1
    assert said.json["changes"] == counts
    assert said.json["stay_out"] == {"needs_review": 1}
    assert new.get(keys(name)[3]) is None


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_grade_there_is_not_lowered_unasked(shell: Shell, name: str) -> None:
    """Ben has 4 and would get 2: kept and said, and written only with --allow-lower."""
    graded(shell, name, totals=("6", "2"))
    ben = keys(name)[1]

    kept = export(shell, name, "--json")
    after = written(shell, name).get(ben, OLD[name][ben])
    allowed = export(shell, name, "--json", "--allow-lower")

    assert kept.json["changes"]["kept"] == 1
    assert after == OLD[name][ben]
    assert allowed.json["changes"]["lowered"] == 1
    assert written(shell, name)[ben] == (25 if name == "prairielearn" else 2)


@pytest.mark.parametrize("name", WHOLE)
def test_points_are_added_once(shell: Shell, name: str) -> None:
    """Ben's 4 becomes 7; who has nothing there waits; a second add is refused."""
    graded(shell, name, points=3, totals=("2", "3"))
    _, ben, *_ = keys(name)

    first = export(shell, name, "--json", "--add-to-existing")
    added = written(shell, name)[ben]
    (shell.home / "out").unlink()
    second = export(shell, name, "--json", "--add-to-existing", "--yes")

    assert first.json["changes"] == {"raised": 1, "nothing_there": 1}
    assert added == 7
    assert second.code == 2
    assert "a second add is refused" in second.err
    assert not (shell.home / "out").exists()


def test_a_second_add_is_refused_under_any_name_of_the_column(shell: Shell) -> None:
    """By its id or by its title, it is the same column."""
    graded(shell, "canvas", points=3, totals=("2", "3"))
    export(shell, "canvas", "--add-to-existing")

    said = shell(
        "export", "--to", "canvas", "--template", "template", "--column", "essay",
        "--add-to-existing",
    )  # fmt: skip

    assert said.code == 2
    assert "a second add is refused" in said.err


def test_those_who_come_later_are_added_without_the_others(shell: Shell) -> None:
    """What was added is known per student."""
    graded(shell, "canvas", points=3, totals=("2", "3"))
    export(shell, "canvas", "--add-to-existing")
    later = TEMPLATES["canvas"].replace(b'"Dorn, Dora",14,0014,ddorn,B,,', b'"D",14,0014,d,B,1,')
    (shell.home / "template").write_bytes(later)
    shell.write("sheet.csv", "student_id,total\n14,2\n")
    shell("review", "--sheet", "sheet.csv")

    said = export(shell, "canvas", "--json", "--add-to-existing")

    assert said.json["changes"] == {"raised": 1, "added_before": 1, "nothing_there": 1}
    assert written(shell, "canvas") == {"14": 3}


def test_an_addition_beyond_the_column_is_refused(shell: Shell) -> None:
    """Four and five are more than eight: probably added by hand before."""
    graded(shell, "canvas", points=5, totals=("2", "5"))

    said = export(shell, "canvas", "--add-to-existing")

    assert said.code == 2
    assert "more than the column's 8 points ('12')" in said.err


def test_points_are_stretched_to_the_column(shell: Shell) -> None:
    """Three of four are six of eight."""
    graded(shell, "canvas", points=4, totals=("3", "4"))

    said = export(shell, "canvas", "--scale")

    assert said.code == 0, said.err
    assert "stretched: 4 become 8" in said.out
    assert written(shell, "canvas") == {"11": 6, "12": 8}


def test_a_half_cent_is_rounded_up_whatever_the_columns_worth(shell: Shell) -> None:
    """1.75 of 28 are 0.625 of 10, which a factor that was cut off takes for less."""
    graded(shell, "canvas", points=28, totals=("1.75", "28"))
    worth_ten = TEMPLATES["canvas"].replace(b"8.00", b"10.00")
    (shell.home / "template").write_bytes(worth_ten)

    said = export(shell, "canvas", "--scale")

    assert said.code == 0, said.err
    assert written(shell, "canvas") == {"11": Decimal("0.63"), "12": 10}


def test_a_column_that_holds_more_than_the_rubrics_is_refused_though_it_says_nothing(
    shell: Shell,
) -> None:
    """A Moodle gradebook does not say what an item is worth; a 4 in it is more than 3."""
    graded(shell, "moodle-gradebook", points=3, totals=("2", "3"))

    said = export(shell, "moodle-gradebook")

    assert said.code == 2
    assert "is worth 4 points and the rubrics cover 3" in said.err


def test_what_a_moodle_quiz_is_worth_stands_in_its_own_report(shell: Shell) -> None:
    """Its gradebook does not say it: a quiz of 11 points with rubrics for 10 is refused."""
    quiz = [["Email address", "Status", "Grade/11.00", "Response 1", "Response 2"],
            ["ada@example.edu", "Finished", "1.00", "b", "The count stands for something else."],
            ["ben@example.edu", "Finished", "0.00", "a", "More replies would help."]]  # fmt: skip
    shell.write("answers.csv", csv_text(quiz))
    shell.write("essay.yaml", RUBRIC.format(points=10))
    (shell.home / "template").write_bytes(TEMPLATES["moodle-gradebook"].replace(b"4.00", b"-"))
    said = shell("grade", "answers.csv", "--rubric", "Response 2=essay.yaml", "--judge", "none")
    assert said.code == 0, said.err
    shell.write("sheet.csv", "student_id,total\nada@example.edu,7\n")
    shell("review", "--sheet", "sheet.csv")

    said = export(shell, "moodle-gradebook")

    assert said.code == 2
    assert "is worth 11 points and the rubrics cover 10" in said.err
    assert not (shell.home / "out").exists()


def test_a_column_of_unknown_worth_is_said(shell: Shell) -> None:
    """What the file does not say is told before it is written."""
    graded(shell, "sakai")

    assert "does not say what 'Essay' is worth; the rubrics cover 8" in export(shell, "sakai").out


def test_students_the_file_lacks_are_listed_and_refused(shell: Shell) -> None:
    """The two classes differ: nothing is written until a person says to go on."""
    graded(shell, "canvas")
    short = TEMPLATES["canvas"].replace(b'"Byrd, Ben",12,0012,bbyrd,A,4.00,,50.00\n', b"")
    (shell.home / "template").write_bytes(short)

    refused = export(shell, "canvas")
    there = (shell.home / "out").exists()
    told = export(shell, "canvas", "--yes")

    assert refused.code == 2
    assert "lacks 1 student who has a grade: '12'" in refused.err
    assert not there
    assert told.code == 0
    assert written(shell, "canvas") == {"11": Decimal("6.50")}


def test_the_file_of_another_class_is_refused_even_with_yes(shell: Shell) -> None:
    """Nobody of this class is in it."""
    graded(shell, "canvas")
    other = TEMPLATES["canvas"].decode()
    for number in ("11", "12", "13", "14"):
        other = other.replace(number, f"9{number}")
    shell.write("template", other)

    said = export(shell, "canvas", "--yes")

    assert said.code == 2
    assert "has none of the students that are graded ('11' …)" in said.err


def test_ids_that_are_other_peoples_in_the_file_are_seen_by_their_names(shell: Shell) -> None:
    """A student number may be another's user number there: the ids fit, and the people do not."""
    names = {"11": "bè byrd", "12": "Çem Can", "13": "Ada Ames", "14": "Dorn"}
    rows = [[key, name, f"Words of {key}"] for key, name in names.items()]
    shell.write("essay.yaml", RUBRIC.format(points=8))
    shell.write("answers.csv", csv_text([["student_id", "name", "answer"], *rows]))
    (shell.home / "template").write_bytes(TEMPLATES["canvas"])
    asked = ("--rubric", "essay.yaml", "--judge", "none", "--answer", "answer")
    assert shell("grade", "answers.csv", *asked).code == 0
    shell.write("sheet.csv", csv_text([["student_id", "total"], *([key, "8"] for key in names)]))
    assert shell("review", "--sheet", "sheet.csv").code == 0

    refused = export(shell, "canvas")
    agreed = export(shell, "canvas", "--yes")
    shell.write("template", TEMPLATES["canvas"].decode().replace("Ames, Ada", "Byrd, Bé"))
    told = export(shell, "canvas", "--yes")

    assert refused.code == 2
    assert "2 of 3 students have another name there" in refused.err
    assert "'11' is 'bè byrd' here and 'Ames, Ada' there" in " ".join(agreed.out.split())
    assert "1 student has another name in the file: '12'" in " ".join(told.out.split())


@pytest.mark.parametrize(
    "target", sorted({*EXPORTS, *DOCUMENTS} - {"canvas-rubric", "gradescope-rubric"} - PARQUET)
)
def test_unreleased_grades_are_in_no_file(plants: Shell, target: str) -> None:
    """A class that nobody read goes nowhere, and --yes does not release it."""
    with serving(plants_truth()) as server:
        plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))
    (plants.home / "template").write_bytes(TEMPLATES.get(target, b""))
    template = ("--template", "template") if target in TEMPLATES else ()
    column = ("--column", COLUMN[target]) if target in COLUMN else ()
    scale = () if target == "prairielearn" or target not in EXPORTS else ("--scale",)
    shell_settings = f"[export.{target}]\npoints = 3\n"
    plants.write("assessor.toml", shell_settings)

    said = plants("export", "--to", target, "--out", "out", "--yes", *template, *column, *scale)

    assert said.code == 2, said.out
    assert "no grade is released yet; review the answers, or release" in said.err
    assert "--release-unread" in said.err
    assert not (plants.home / "out").exists()
    assert all(not row["grade"] for row in plants.rows())


def test_an_edit_that_does_not_count_is_told_before_anything_is_written(shell: Shell) -> None:
    """Typed into grades.csv, it is not what goes out; the line that takes it in can be typed."""
    graded(shell, "canvas")
    path = shell.home / "graded" / "answers" / "grades.csv"
    rows = path.read_text(encoding="utf-8")
    path.write_text(f"{rows} ", encoding="utf-8")

    notes = " ".join(export(shell, "canvas", "--json").json["notes"])

    assert "what was typed there does not count yet" in notes
    assert "assessor review --sheet graded/answers/grades.csv" in notes


def test_an_edit_that_was_written_over_can_be_taken_in_as_printed(plants: Shell) -> None:
    """The line after the export names the version that was kept; typed, it decides that one row."""
    with serving(plants_truth()) as server:
        plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))
    plants.write("sheet.csv", "student_id,total\nS1,3\n")
    plants("review", "--sheet", "sheet.csv")
    path = plants.home / "graded" / "answers" / "grades.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    next(row for row in rows if row["student_id"] == "S3")["grade"] = "1"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)

    told = " ".join(plants("export", "--to", "xlsx", "--out", "o.xlsx", "--yes").err.split())
    typed = shlex.split(told.partition("taken in: assessor ")[2])[:3]

    assert plants(*typed).code == 0
    grades = {row["student_id"]: row["grade"] for row in plants.rows()}
    assert (grades["S1"], grades["S3"], grades["S2"]) == ("3", "1", "")


def test_only_what_was_reviewed_is_in_the_workbook_and_the_autograder(plants: Shell) -> None:
    """One student was read: nobody else's points, quotes or feedback are in a file."""
    with serving(plants_truth()) as server:
        plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))
    plants.write("sheet.csv", "student_id,total\nS2,2\n")
    plants("review", "--sheet", "sheet.csv")

    for target in ("xlsx", "gradescope", "prairielearn"):
        assert plants("export", "--to", target).code == 0

    folder = plants.home / "graded/answers"
    assert [row["uid"] for row in rows_of(folder / "prairielearn.csv")] == ["S2"]
    for name in ("grades.xlsx", "gradescope-autograder.zip"):
        assert _texts(folder / name, "uses up sugar") == 0, name


def _texts(path: Path, text: str) -> int:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return sum(archive.read(name).decode().count(text) for name in archive.namelist())


def test_releasing_the_unread_says_how_many_and_what_is_known_of_them(plants: Shell) -> None:
    """One explicit step; what it released stands in grades.csv."""
    with serving(plants_truth()) as server:
        plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

    said = plants("export", "--to", "xlsx", "--release-unread")

    assert said.code == 0, said.err
    assert "4 of these nobody has read (0 to 3 points). No audit was made" in said.out
    assert {row["student_id"]: (row["grade"], row["released_by"]) for row in plants.rows()} == {
        name: (str(points), "unread") for name, (_, points) in PLANTS.items()
    }


def test_what_waits_for_review_is_not_released_with_the_unread(plants: Shell) -> None:
    """Whoever is in the queue stays out until a person decided."""
    with serving(plants_truth()) as server:
        plants(
            "grade", "answers.csv", "--rubric", "plants.yaml", "--review-budget", "70%", *at(server)
        )
    waiting = {row["student_id"] for row in plants.rows() if row["state"] == "needs_review"}

    said = plants("export", "--to", "prairielearn", "--release-unread", "--json")

    assert waiting and said.json["stay_out"] == {"needs_review": len(waiting)}
    assert {row["student_id"] for row in plants.rows() if not row["grade"]} == waiting
    out = rows_of(plants.home / "graded/answers/prairielearn.csv")
    assert {row["uid"] for row in out} == set(PLANTS) - waiting


def test_the_answers_file_is_the_template_where_it_is_the_platforms_own(shell: Shell) -> None:
    """A Moodle worksheet goes in and comes back, without naming it twice."""
    shell.write("essay.yaml", RUBRIC.format(points=8))
    (shell.home / "worksheet.csv").write_bytes(TEMPLATES["moodle"])
    shell("grade", "worksheet.csv", "--rubric", "essay.yaml", "--judge", "none")
    shell.write("sheet.csv", "student_id,total\nParticipant 11,6.5\n")
    shell("review", "--sheet", "sheet.csv")

    said = shell("export", "--to", "moodle")

    assert said.code == 0, said.err
    back = (shell.home / "graded/worksheet/moodle-worksheet.csv").read_bytes()
    assert scores_in("moodle", back)["Participant 11"] == Decimal("6.50")


def test_the_platforms_own_file_is_never_overwritten(shell: Shell) -> None:
    """The download stays as it came."""
    graded(shell, "canvas")

    said = shell("export", "--to", "canvas", "--template", "template", "--column", "501",
                 "--out", "template")  # fmt: skip

    assert said.code == 2
    assert (shell.home / "template").read_bytes() == TEMPLATES["canvas"]


def test_another_platforms_file_is_named(shell: Shell) -> None:
    """The message says what the file looks like and which one is needed."""
    graded(shell, "canvas")

    said = shell("export", "--to", "moodle", "--template", "template")

    assert said.code == 2
    assert "looks like a file for canvas" in said.err
    assert "needed is the grading worksheet" in said.err


def test_a_torn_template_is_said_to_be_torn(shell: Shell) -> None:
    """Where the quote is not closed, not only that the file is none of the platform's."""
    graded(shell, "canvas")
    (shell.home / "template").write_bytes(TEMPLATES["canvas"] + b'"Eff, Eve,15\n')

    said = export(shell, "canvas")

    assert said.code == 2
    assert "template:9: " in said.err and "needed is the gradebook's export" in said.err


def test_a_folder_is_no_file_to_write(shell: Shell) -> None:
    """Exit 2 and what to do."""
    graded(shell, "canvas")

    said = shell("export", "--to", "xlsx", "--out", ".")

    assert said.code == 2
    assert "is a folder" in said.err


def test_the_column_in_the_settings_is_used(shell: Shell) -> None:
    """What was answered once need not be said again."""
    graded(shell, "canvas")
    shell.write("assessor.toml", '[export.canvas]\ncolumn = "501"\n')

    said = shell("export", "--to", "canvas", "--template", "template", "--json")

    assert said.json["column"] == "Essay (501)"


def test_a_total_goes_out_when_every_question_has_its_grade(shell: Shell) -> None:
    """Two questions of 3 and 5: Ada has both, Ben one; totals.csv and the file say so."""
    for name, points in (("one", 3), ("two", 5)):
        shell.write(f"{name}.yaml", RUBRIC.format(points=points).replace("Essay", name))
    rows = [["student_id", "question", "answer"], ["11", "Response 1", "first"],
            ["11", "Response 2", "other"], ["12", "Response 1", "more"],
            ["12", "Response 2", "words"]]  # fmt: skip
    shell.write("answers.csv", csv_text(rows))
    (shell.home / "template").write_bytes(TEMPLATES["canvas"])
    rubrics = ("--rubric", "Response 1=one.yaml", "--rubric", "Response 2=two.yaml")
    said = shell("grade", "answers.csv", *rubrics, "--judge", "none")
    assert said.code == 0, said.err
    rows = [["student_id", "question", "total"], ["11", "Response 1", "2"],
            ["11", "Response 2", "4.5"], ["12", "Response 1", "3"]]  # fmt: skip
    shell.write("sheet.csv", csv_text(rows))
    said = shell("review", "--sheet", "sheet.csv")
    assert said.code == 0, said.err

    said = export(shell, "canvas", "--json")

    assert said.code == 0, said.err
    assert said.json["changes"] == {"new": 1}
    assert said.json["stay_out"] == {"needs_review": 1}
    assert written(shell, "canvas") == {"11": Decimal("6.50")}
    columns = ("student_id", "state", "grade", "max_points")
    totals = shell.rows("graded/answers/totals.csv")
    assert [tuple(row[each] for each in columns) for row in totals] == [
        ("11", "graded", "6.5", "8"),
        ("12", "needs_review", "", "8"),
    ]  # fmt: skip


def test_a_percentage_is_of_its_own_question(shell: Shell) -> None:
    """Of two questions only the one that the column is for goes into it."""
    for name, points in (("essay", 4), ("other", 5)):
        shell.write(f"{name}.yaml", RUBRIC.format(points=points).replace("Essay", name))
    text = TEMPLATES["prairielearn"].decode().replace("other,100,,10,0", "other,100,,0,10")
    shell.write("template", text)
    shell.write("answers.csv", text)
    rubrics = ("--rubric", "essay=essay.yaml", "--rubric", "other=other.yaml")
    assert shell("grade", "answers.csv", *rubrics, "--judge", "none").code == 0
    rows = [["student_id", "question", "total"], ["bbyrd@example.edu", "essay", "3"]]
    shell.write("sheet.csv", csv_text(rows))
    said = shell("review", "--sheet", "sheet.csv")
    assert said.code == 0, said.err

    said = export(shell, "prairielearn", "--json")

    assert said.code == 0, said.err
    assert said.json["changes"] == {"raised": 1}
    assert said.json["stay_out"] == {"needs_review": 1, "blank": 1}
    assert written(shell, "prairielearn") == {"bbyrd@example.edu": 75}


def test_the_json_is_one_object_and_the_rest_goes_to_stderr(shell: Shell) -> None:
    """A program reads stdout."""
    graded(shell, "canvas")

    said = export(shell, "canvas", "--json")

    assert json.loads(said.out)["file"] == "out"


def test_a_file_edited_after_it_was_written_is_named_with_whose_grade_is_another_one(
    shell: Shell,
) -> None:
    """Also where the note beside it was edited along with it; one moved away is not missed."""
    graded(shell, "canvas", totals=("6", "5", "1"))
    assert export(shell, "canvas").code == 0
    assert shell("export", "--to", "xlsx", "--out", "book.xlsx").code == 0
    assert shell("runs", "verify").code == 0
    path, book = shell.home / "out", shell.home / "book.xlsx"
    ours = path.read_bytes()

    path.write_bytes(ours.replace(b",5", b",8"))
    note = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in (path, book)}
    shell.write(".assessor-written.json", json.dumps(note))
    said = shell("runs", "verify")
    assert said.code == 4
    assert (
        f"out: was edited by hand since it was written to give out: {keys('canvas')[1]!r} "
        in said.err
    )
    assert "has 8, not 5" in said.err
    assert "book.xlsx" not in said.err

    path.write_bytes(ours)
    os.link(path, shell.home / "backup")
    assert shell("runs", "verify").code == 0, "a second name is nobody's edit"
    book.write_bytes(book.read_bytes() + b" ")
    assert f"{book.name}: was edited" in shell("runs", "verify").err
    book.unlink()
    assert shell("runs", "verify").code == 0


def test_students_pages_edited_after_they_were_written_are_named(shell: Shell) -> None:
    """By the file that was edited, and no other."""
    graded(shell, "canvas")
    assert shell("export", "--to", "feedback", "--out", "pages", "--yes").code == 0
    first, *others = sorted((shell.home / "pages").glob("*.html"))
    first.write_bytes(first.read_bytes().replace(b"6", b"9"))

    said = shell("runs", "verify")
    assert said.code == 4
    assert f"{first.name}: was edited" in said.err
    assert not [each for each in others if each.name in said.err]
