"""What is taken for a person's word: only what a person said, and blind only where it was."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from python_calamine import load_workbook

from tests.cli.shell import SMALL_RUBRIC, Shell, at, cells_of, csv_text, rows_of, serving, sheet_of
from tests.keeping.build import ANSWERS, decisions, grading, set_up, snapshot
from tests.servers.openai_server import Said, by_answer

OWN = "graded/answers/grades.csv"


@pytest.fixture
def graded(shell: Shell) -> Shell:
    set_up(shell.home)
    assert shell(*grading(shell.home)).code == 0
    return shell


def change(path: Path, student: str, **cells: str) -> str:
    """The text of one of our files with some cells of one student changed."""
    rows = sheet_of(path)
    for row in rows:
        if row["student_id"] == student:
            row |= cells
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read_by(shell: Shell) -> dict[str, str]:
    return {row["student_id"]: row["released_by"] for row in shell.rows() if row["released_by"]}


def test_our_own_file_handed_back_decides_nothing(graded: Shell) -> None:
    """grades.csv as we wrote it holds no person's word."""
    before = snapshot(graded.home)
    graded.write("mine.csv", (graded.home / OWN).read_text(encoding="utf-8"))
    said = graded("review", "--sheet", "mine.csv", "--json")

    assert said.code == 0
    assert (said.json["decided"], said.json["unchanged"]) == (0, 6)
    assert decisions(graded.home) == []
    after = snapshot(graded.home)
    assert {name: after[name] for name in before} == before
    assert graded("trust", "--json").json["graded_to_tune"] == 0


@pytest.mark.parametrize("command", [("trust",), ("trust", "audit")], ids=" ".join)
def test_our_own_file_is_no_blind_grading(graded: Shell, command: tuple[str, ...]) -> None:
    """To measure the judge by the judge's own points is refused, with what to do."""
    options = ("--all",) if command == ("trust",) else ()
    said = graded(*command, OWN, *options)

    assert said.code == 2
    assert "assessor trust sample" in said.err
    assert decisions(graded.home) == []


def test_a_changed_row_is_taken_as_seen_after_a_preview(graded: Shell) -> None:
    """One row was corrected: it is released as reviewed, and is no blind label."""
    graded.write("mine.csv", change(graded.home / OWN, "S3", no_light="1"))
    said = graded("review", "--sheet", "mine.csv")

    assert "1 answer of 6" in said.out
    assert "S3: no_light 0 → 1" in said.out
    assert read_by(graded) == {"S3": "review"}
    (decided,) = decisions(graded.home)
    assert decided["source"] == "seen"
    assert graded("trust", "--json").json["graded_to_tune"] == 0


@pytest.mark.parametrize("column", ["grade", "proposed_grade"])
def test_a_changed_grade_is_taken_as_the_whole_grade(graded: Shell, column: str) -> None:
    """Who types another number into the column of grades means it."""
    graded.write("mine.csv", change(graded.home / OWN, "S3", **{column: "2"}))
    graded("review", "--sheet", "mine.csv")

    assert next(row["grade"] for row in graded.rows() if row["student_id"] == "S3") == "2"


def test_a_grade_and_points_that_differ_are_refused(graded: Shell) -> None:
    """Both were changed and do not agree: nobody guesses which is meant."""
    graded.write("mine.csv", change(graded.home / OWN, "S3", grade="3", no_light="1"))
    said = graded("review", "--sheet", "mine.csv")

    assert said.code == 2
    assert "mine.csv:4" in said.err
    assert decisions(graded.home) == []


def test_a_file_of_an_earlier_run_decides_nothing(graded: Shell) -> None:
    """An old grades.csv, from before a regrade and before decisions, was changed by nobody."""
    graded.write("old.csv", (graded.home / OWN).read_text(encoding="utf-8"))
    judge = (graded.home / "judge.jsonl").read_text(encoding="utf-8")
    other = judge.replace('"level": "full", "p_full": 0.9', '"level": "absent", "p_full": 0.1')
    graded.write("judge.jsonl", other)
    assert graded(*grading(graded.home)).code == 0
    graded.write("mine.csv", "student_id,respiration,no_light\nS1,2,0\n")
    graded("review", "--sheet", "mine.csv")
    said = graded("review", "--sheet", "old.csv", "--json")

    assert said.json["decided"] == 0
    assert len(decisions(graded.home)) == 1


@pytest.mark.parametrize(
    ("decided", "cells", "grade"),
    [
        ("S2,2,1", {"grade": "2"}, "2"),  # back to what the judge proposed
        ("S2,2,1", {"no_light": "0"}, "2"),
        ("S2,2,1", {"grade": "1"}, "1"),
        ("", {"grade": "2"}, "2"),  # what is proposed, as a person's own word
        ("", {"no_light": "1"}, "3"),
    ],
)
def test_an_edit_counts_though_the_number_stood_there_once(
    graded: Shell, decided: str, cells: dict[str, str], grade: str
) -> None:
    """One number of before beside one of now is in no file of ours: a person put it there."""
    if decided:
        graded.write("mine.csv", f"student_id,respiration,no_light\n{decided}\n")
        assert graded("review", "--sheet", "mine.csv").code == 0
    graded.write("again.csv", change(graded.home / OWN, "S2", **cells))

    said = graded("review", "--sheet", "again.csv", "--yes", "--json")

    assert said.json["decided"] == 1
    (row,) = [each for each in graded.rows() if each["student_id"] == "S2"]
    assert (row["grade"], row["released_by"]) == (grade, "review")


def test_a_sheet_taken_in_again_says_who_was_decided_otherwise_since(graded: Shell) -> None:
    """What was said before is not said anew, so no change is told that does not come."""
    graded.write("own.csv", "student_id,respiration,no_light\nS2,2,0\nS3,0,0\n")
    assert graded("trust", "own.csv", "--all").code == 0
    graded.write("mine.csv", "student_id,respiration,no_light\nS2,2,1\n")
    assert graded("review", "--sheet", "mine.csv", "--yes").code == 0

    said = graded("trust", "own.csv", "--all", "--yes")

    told = " ".join((said.out + said.err).split())
    assert said.code == 0
    assert "3 → 2" not in told
    assert "S2: was taken in before and decided otherwise since: 3 stands" in told
    assert {row["grade"] for row in graded.rows() if row["student_id"] == "S2"} == {"3"}


def test_an_edit_to_what_an_earlier_run_proposed_counts(graded: Shell) -> None:
    """Read again, S2 was given a point too many; whoever takes it off is no file of the first run.

    Whose row is all as it was in that file is said: that may have been meant.
    """
    old = (graded.home / OWN).read_text(encoding="utf-8")
    lines = (graded.home / "judge.jsonl").read_text(encoding="utf-8").splitlines()
    more = {"level": "full", "quotes": ["sugar is used up"], "gap": "", "p_full": 0.9}
    other = [json.loads(each) for each in lines]
    other = [
        each | more if (each["student_id"], each["cell"]) == ("S2", "no_light") else each
        for each in other
    ]
    graded.write("judge.jsonl", "\n".join(map(json.dumps, other)))
    assert graded(*grading(graded.home)).code == 0
    graded.write("old.csv", old)
    graded.write("mine.csv", change(graded.home / OWN, "S2", no_light="0"))

    whole = graded("review", "--sheet", "old.csv")
    edited = graded("review", "--sheet", "mine.csv", "--json")

    assert "0 answers decided" in whole.out
    assert "1 of these rows says what stood there before, and not what stands now: S2" in whole.out
    assert edited.json["decided"] == 1
    assert {row["grade"] for row in graded.rows() if row["student_id"] == "S2"} == {"2"}


def test_a_sheet_that_is_a_copy_of_the_proposals_is_asked_about(shell: Shell) -> None:
    """Our points without our columns: equal in every cell for a whole class is no grading."""
    many = {
        f"S{number}": (f"It respires, so sugar is used up, number {number}.", None)
        for number in range(12)
    }
    set_up(shell.home)
    shell.write(
        "answers.csv", csv_text([["student_id", "answer"], *((n, t) for n, (t, _) in many.items())])
    )
    lines = (shell.home / "judge.jsonl").read_text(encoding="utf-8").splitlines()
    text = ANSWERS["S2"][0]
    own = [line for line in lines if text in line]
    shell.write(
        "judge.jsonl",
        "\n".join(line.replace(text, answer) for answer, _ in many.values() for line in own),
    )
    assert shell(*grading(shell.home)).code == 0
    sheet = csv_text([["student_id", "respiration", "no_light"], *([n, "2", "0"] for n in many)])
    shell.write("mine.csv", sheet)

    for typed in (("review", "--sheet", "mine.csv"), ("trust", "mine.csv", "--all")):
        said = shell(*typed)
        assert said.code == 2
        assert "--yes" in said.err
        assert decisions(shell.home) == []
    assert shell("review", "--sheet", "mine.csv", "--yes").code == 0
    assert len(decisions(shell.home)) == 12


def test_a_sheet_to_fill_in_holds_what_waits_and_what_the_judge_gives(graded: Shell) -> None:
    """It decides nothing until it is filled in, and then it is a seen grading."""
    assert graded("review", "--sheet-out", "todo.csv").code == 0
    (row,) = sheet_of(graded.home / "todo.csv")
    assert "respiration" in row["judge_proposes"]
    assert (row["respiration"], row["no_light"], row["total"]) == ("", "", "")
    assert graded("review", "--sheet", "todo.csv", "--json").json["decided"] == 0
    graded.write("done.csv", change(graded.home / "todo.csv", row["student_id"], total="1.5"))
    graded("review", "--sheet", "done.csv")

    assert [each["source"] for each in decisions(graded.home)] == ["seen"]


def test_a_sheet_to_fill_in_holds_a_text_that_is_gone(graded: Shell) -> None:
    """A person decided on it, and now it is empty: what it is worth is asked on a sheet as well."""
    graded.write("own.csv", "student_id,respiration,no_light\nS1,2,1\n")
    graded("review", "--sheet", "own.csv")
    answers = rows_of(graded.home / "answers.csv")
    answers[0]["answer"] = ""
    names = list(answers[0])
    graded.write("answers.csv", csv_text([names, *([e[n] for n in names] for e in answers)]))
    graded(*grading(graded.home))

    assert graded("review", "--sheet-out", "todo.csv").code == 0
    assert "S1" in {row["student_id"] for row in sheet_of(graded.home / "todo.csv")}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_is_headed_in_words_and_comes_back_with_them(graded: Shell, kind: str) -> None:
    """Who fills it in reads what is asked for and what it is worth, and leaves the header alone."""
    assert graded("review", "--blind-sheet", f"blind.{kind}").code == 0
    if kind == "csv":
        head, *rows = cells_of(graded.home / "blind.csv")
    else:
        book = load_workbook(str(graded.home / "blind.xlsx")).get_sheet_by_index(0)
        head, *rows = [[str(cell) for cell in row] for row in book.to_python()]
    assert head[:3] == [
        "Student",
        "Answer",
        "respiration uses up stored sugar: 0 or 2 [respiration]",
    ]
    rows[0][2:4] = ["2", "1"]
    graded.write("done.csv", csv_text([head, *rows]))
    graded("review", "--sheet", "done.csv")

    (row,) = [each for each in graded.rows() if each["grade"]]
    assert (row["student_id"], row["respiration"], row["no_light"]) == (rows[0][0], "2", "1")


def test_a_column_of_a_key_point_that_is_gone_is_told(graded: Shell) -> None:
    """A sheet of another version of the rubric loses nothing in silence."""
    graded.write("old.csv", "Student,Water: 0 or 1 [water],total\nS1,1,2\n")
    said = graded("review", "--sheet", "old.csv")

    assert "'Water: 0 or 1 [water]' is no key point of this rubric" in " ".join(said.out.split())


def test_a_sheet_is_never_written_over(graded: Shell) -> None:
    """A sheet may hold an evening's work."""
    graded.write("todo.csv", "mine")

    assert graded("review", "--sheet-out", "todo.csv").code == 2
    assert graded("review", "--blind-sheet", "todo.csv").code == 2
    assert graded("trust", "sample", "-n", "2", "--out", "todo.csv").code == 2
    assert graded("trust", "audit", "--out", "todo.csv").code == 2
    assert (graded.home / "todo.csv").read_text(encoding="utf-8") == "mine"


def test_blind_is_what_was_handed_out_blind(graded: Shell) -> None:
    """A blind sheet's rows are labels to tune with; one's own sheet is reviewed, and no label."""
    assert graded("review", "--blind-sheet", "blind.csv").code == 0
    assert not {"judge_proposes", "reasons"} & set(sheet_of(graded.home / "blind.csv")[0])
    graded.write("done.csv", change(graded.home / "blind.csv", "S1", respiration="2", no_light="0"))
    graded("review", "--sheet", "done.csv")

    assert [each["source"] for each in decisions(graded.home)] == ["sheet"]
    assert graded("trust", "--json").json["graded_to_tune"] == 1


def test_a_deduction_that_nobody_saw_is_in_no_persons_grade(shell: Shell) -> None:
    """Two and one and no wrong claim are three, though the judge takes one off."""
    shell.write(
        "plants.yaml", f"{SMALL_RUBRIC}misconceptions:\n  - {{id: soil, description: eats}}\n"
    )
    shell.write("answers.csv", "student_id,answer\nS1,It respires and eats soil.\n")
    claimed = Said(level="present", quotes=("eats soil",))
    verdicts = {"respiration": Said(), "no_light": Said(), "soil": claimed}
    with serving(by_answer({"It respires and eats soil.": verdicts})) as server:
        shell("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))
    shell("review", "--blind-sheet", "blind.csv")
    shell.write("done.csv", change(shell.home / "blind.csv", "S1", respiration="2", no_light="1"))

    said = shell("review", "--sheet", "done.csv")

    assert said.code == 0
    assert [(row["grade"], row["soil"]) for row in shell.rows()] == [("3", "0")]
    assert shell("trust", "--json").json["graded_to_tune"] == 1


def test_points_that_no_person_gave_are_told_of_a_persons_grade(graded: Shell) -> None:
    """A row with one of two key points: the other one's points are the judge's, and it is said."""
    graded.write("own.csv", "student_id,respiration,no_light\nS1,1,\nS2,1,0\n")
    graded("review", "--sheet", "own.csv")

    again = " ".join(graded(*grading(graded.home)).out.split())
    said = " ".join(graded("export", "--to", "xlsx", "--yes").out.split())

    told = (
        "1 grade that a person decided counts the judge's points for what that person said nothing "
        "of (no_light; S1)"
    )
    assert told in again
    assert told in said


def test_a_sheet_of_ones_own_is_no_blind_label_by_itself(graded: Shell) -> None:
    """Whether its grader saw the judge's points is not known; `trust SHEET --all` says it."""
    graded.write("own.csv", "student_id,respiration,no_light\nS1,2,0\n")
    graded("review", "--sheet", "own.csv")
    assert graded("trust", "--json").json["graded_to_tune"] == 0

    assert graded("trust", "own.csv", "--all", "--json").json["graded_to_tune"] == 1


def test_no_printed_line_tells_to_hand_grades_csv_back(graded: Shell) -> None:
    """The hint after a run writes a sheet to fill in."""
    said = graded(*grading(graded.home))

    assert "assessor review --sheet-out to-review.xlsx" in " ".join(said.out.split())
    assert "grades.csv's" not in said.out


def test_whose_total_changes_is_told_before_it_is_taken_in(graded: Shell) -> None:
    """From what to what, by row and name; and each row that decides nothing, with why."""
    graded.write("mine.csv", "Student,respiration,no_light\nS1,2,1\nS3,0,1\nS4,,\nS5,2,0\nS6,0,0\n")
    first = graded("review", "--sheet", "mine.csv")
    told = first.out.partition("decided by a person")[0]

    assert "mine.csv: 1 total changes; 3 answers keep theirs." in told
    assert "  row 3, S3: 0 → 1\n" in told
    assert "Left out: 1 row." in told
    assert "  row 4, S4: holds no number\n" in told

    graded.write("again.csv", "Student,respiration,no_light\nS1,0,1\nS3,0,1\n")
    again = graded("review", "--sheet", "again.csv", "--json")
    assert again.json["changes"] == [
        {
            "row": 2,
            "student_id": "S1",
            "name": "",
            "question": "answer",
            "from": "3",
            "to": "1",
            "was_released": True,
        }
    ]
    assert [(each["row"], each["why"]) for each in again.json["skipped"]] == [
        (3, "says what was decided before")
    ]


@pytest.mark.parametrize("command", [("review", "--sheet"), ("trust", "--all")], ids=" ".join)
@pytest.mark.parametrize("answer", ["n", "y"])
def test_released_grades_change_only_after_a_yes_at_a_terminal(
    graded: Shell, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], answer: str
) -> None:
    """Grades that are out already do not change by a file's name mistyped."""
    assert graded("export", "--to", "xlsx", "--release-unread", "--yes").code == 0
    before = {row["student_id"]: row["grade"] for row in graded.rows()}
    graded.write("mine.csv", "Student,respiration,no_light\nS3,0,1\nS5,2,0\n")
    monkeypatch.setattr("assessor.cli.workplace.is_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
    said = graded(*command, "mine.csv")
    told = said.out + said.err

    assert before["S3"] == "0"
    assert "S3: 0 → 1, released" in told
    assert "1 released grade changes. Take the" in told
    after = next(row["grade"] for row in graded.rows() if row["student_id"] == "S3")
    said_by_people = [each for each in decisions(graded.home) if each["deed"] == "override"]
    assert (after, bool(said_by_people)) == (("0", False) if answer == "n" else ("1", True))


def test_of_many_changes_the_first_are_told_and_counted(shell: Shell) -> None:
    """A screen holds a dozen; `--json` holds all, and names stand beside ids."""
    rows = [[f"S{n:02}", f"Name {n}", f"Plants need love, number {n}."] for n in range(20)]
    shell.write("answers.csv", csv_text([["student_id", "name", "answer"], *rows]))
    shell.write("plants.yaml", SMALL_RUBRIC)
    graded = shell("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "none")
    assert graded.code == 0, graded.err
    sheet = [["student_id", "total"], *([row[0], "2"] for row in rows)]
    shell.write("mine.csv", csv_text(sheet))
    said = shell("review", "--sheet", "mine.csv")

    assert "mine.csv: 20 totals change." in said.out
    assert "  row 2, S00 (Name 0): no points → 2\n" in said.out
    assert "S11 (Name 11)" in said.out
    assert "S12 (Name 12)" not in said.out
    assert "  and 8 more (--json lists all)" in said.out


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_of_ours_among_hand_ins_is_no_hand_in(shell: Shell, kind: str) -> None:
    """Written beside them, filled in or not, it is left out of the next reading, and told."""
    shell.write("ann.md", "It respires and uses up sugar.")
    shell.write("ben.md", "Plants need love.")
    shell.write("plants.yaml", SMALL_RUBRIC)
    typed = ("grade", ".", "--rubric", "plants.yaml", "--judge", "none")
    assert shell(*typed).code == 0
    assert shell("review", "--blind-sheet", f"my sheet.{kind}").code == 0
    again = shell(*typed)
    told = " ".join((again.out + again.err).split())

    assert again.code == 0, again.err
    assert f"my sheet.{kind} is a sheet of assessor's own and no hand-in" in told
    (grades,) = shell.home.glob("graded/*/grades.csv")
    assert {row["student_id"] for row in rows_of(grades)} == {"ann", "ben"}
