"""From the first grades to a release that says how far it can be trusted, as a person types it."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.assets import folder
from assessor.cli import run
from assessor.sheet import columns_of
from assessor.store import open_store
from assessor.store.decisions import Deed
from assessor.trust.units import ASSUMED_WRONG, expected_draws
from tests.cli.shell import RUBRIC, Shell, cells_of, csv_text, rows_of, sheet_of

CLASS = folder("examples") / "critique"
CELLS = (
    "limited_samples",
    "preference_ordering",
    "complex_values",
    "imitation_not_understanding",
    "inconsistent_on_novel",
    "better_method",
    "more_data_suffices",
    "strategy_is_sound",
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example class, graded once by its recorded judge."""
    home = tmp_path_factory.mktemp("graded")
    shutil.copy(CLASS / "answers.csv", home / "answers.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        assert run(["grade", "answers.csv", "--rubric", RUBRIC, "--judge", "recorded"]) == 0
    return home


@pytest.fixture
def critique(
    graded: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """The graded class, as it was before any other test: a run knows where its files are."""
    pristine = graded.parent / f"{graded.name}-pristine"
    if not pristine.exists():
        shutil.copytree(graded, pristine)
    shutil.rmtree(graded)
    shutil.copytree(pristine, graded)
    monkeypatch.chdir(graded)
    return Shell(graded, capsys)


def by_hand() -> list[dict[str, str]]:
    return rows_of(CLASS / "human_grades.csv")


def sheet(shell: Shell, name: str, rows: list[dict[str, str]]) -> str:
    shell.write(name, csv_text([list(rows[0]), *(list(row.values()) for row in rows)]))
    return name


def zero(row: Mapping[str, str]) -> dict[str, str]:
    return {cell: text if cell == "student_id" else "0" for cell, text in row.items()}


def full(row: Mapping[str, str]) -> dict[str, str]:
    return {"student_id": row["student_id"], "total": "8"}


def joined(text: str) -> str:
    return " ".join(text.split())


def drawn(shell: Shell, size: int = 20) -> list[str]:
    printed = shell("trust", "sample", "-n", str(size), "--json")
    assert printed.code == 0, printed.err
    return [each["student_id"] for each in printed.json["drawn"]]


def test_the_whole_path_from_grading_to_a_release(critique: Shell) -> None:
    """Tune with the drawn rows, audit in the frozen order, review, release: each says the next."""
    start = critique("trust")
    assert "59 answers of 60 students by the judge; 0 of them graded by you" in joined(start.out)
    assert "Next: draw answers to grade blind: assessor trust sample -n 20" in start.out

    sample = drawn(critique)
    assert len(set(sample)) == 20
    assert "20 drawn answers wait for your grade" in critique("trust").out

    whole = sheet(critique, "hand.csv", by_hand())
    tuned = critique("trust", whole)
    assert "20 answers graded by a person were taken in; 40 further rows were left" in tuned.out
    assert "corrected by the 20 you graded (calibrated)" in joined(tuned.out)
    assert "audit what nobody read: assessor trust audit" in tuned.out
    released = {row["student_id"] for row in critique.rows() if row["released_by"] == "review"}
    assert released == set(sample)

    opened = critique("trust", "audit", "--json").json
    assert (opened["graded_blind"], opened["number"]) == (0, 1)
    assert not set(opened["waiting"]) & set(sample)
    assert critique("trust", "audit", "--json").json["waiting"] == opened["waiting"]

    done = critique("trust", "audit", whole, "--json").json
    assert done["standing"] == "certified"
    assert done["audit"].startswith(f"Of the {opened['grades']} grades released unread, at most")
    read = {row["student_id"] for row in critique.rows() if row["released_by"] == "review"}
    assert read == set(sample) | set(opened["waiting"][: done["graded_blind"]])

    assert done["audit"] in " ".join(critique("trust").out.split())
    out = critique("export", "--to", "xlsx", "--release-unread", "--yes")
    assert done["audit"] in " ".join((out.out + out.err).split())
    by_audit = {row["student_id"] for row in critique.rows() if row["released_by"] == "audit"}
    assert by_audit == set(opened["waiting"][done["graded_blind"] :])
    facts = json.loads((critique.home / "graded/answers/run.json").read_text(encoding="utf-8"))
    assert facts["audit"]["said"] == done["audit"]
    assert done["audit"] in (critique.home / "graded/answers/report.html").read_text("utf-8")
    assert critique("runs", "verify").code == 0


def test_a_sheet_holds_neither_names_nor_verdicts_nor_formulas(critique: Shell) -> None:
    """What is handed out to grade blind: the answer, and empty columns to fill."""
    assert critique("trust", "sample", "-n", "60", "--out", "tune.csv").code == 0
    rows = sheet_of(critique.home / "tune.csv")

    assert list(rows[0]) == ["student_id", "answer", *CELLS, "total", "unsure", "feedback"]
    assert {row[cell] for row in rows for cell in (*CELLS, "total", "unsure")} == {""}
    assert not any(row["answer"].startswith(("=", "+", "-", "@")) for row in rows)

    again = critique("trust", "sample", "-n", "60", "--out", "tune.csv")
    assert again.code == 0
    assert sheet_of(critique.home / "tune.csv") == rows


def test_a_sample_that_ranks_the_queue_anew_leaves_no_file_behind(critique: Shell) -> None:
    """Nobody edited anything, and `runs verify` finds nothing."""
    assert critique("review", "--sheet-out", "looked.csv").code == 0
    head, *rows = cells_of(critique.home / "looked.csv")
    head = columns_of(head)
    for row in rows[:3]:
        row[head.index(CELLS[0]) : head.index(CELLS[-1]) + 1] = ["0"] * len(CELLS)
    critique.write("looked.csv", csv_text([head, *rows]))
    assert critique("review", "--sheet", "looked.csv", "--yes").code == 0

    assert critique("trust", "sample").code == 0

    assert critique("runs", "verify").code == 0


def test_a_workbook_goes_out_and_its_numbers_come_back(critique: Shell) -> None:
    """The workbook has the same rows as the sheet, in the same order."""
    from python_calamine import load_workbook

    critique("trust", "sample", "-n", "20", "--out", "tune.csv")
    assert critique("trust", "sample", "-n", "20", "--out", "tune.xlsx").code == 0
    table = load_workbook(str(critique.home / "tune.xlsx")).get_sheet_by_index(0).to_python()

    assert [row[0] for row in table[1:]] == [
        row[0] for row in cells_of(critique.home / "tune.csv")[1:]
    ]
    assert critique("trust", "sample", "--out", "tune.doc").code == 2


def test_an_audit_of_bad_grades_certifies_nothing(critique: Shell) -> None:
    """Where the person gives other points, it says that it cannot, and what the bound is."""
    wrong = sheet(critique, "wrong.csv", [full(row) for row in by_hand()])
    first = critique("trust", "audit", wrong, "--json").json

    assert first["standing"] == "cannot certify"
    assert first["audit"].startswith("That unread grades may go out is not proven: of")
    assert first["differ"] > 0 and first["graded_blind"] < first["grades"]

    told = critique("trust", "audit")
    assert (told.code, "Prepare" in told.out) == (0, False)
    assert first["audit"] in " ".join(told.out.split())
    assert "mend the key points" in told.out

    left = first["grades"] - first["graded_blind"] - 20
    # The second audit has less of the doubt than the first, which would take some of them.
    assert expected_draws(left, ASSUMED_WRONG, 1)
    assert expected_draws(left, ASSUMED_WRONG, 2) is None
    assert f"{left} more, of which an audit would take nearly all" in joined(critique("trust").out)

    second = critique("trust", "audit", "--yes", "--json").json
    assert (second["number"], second["graded_blind"]) == (2, 0)
    assert second["grades"] == first["grades"] - first["graded_blind"]


def test_a_draw_that_was_graded_wrong_stays_in_the_books(critique: Shell) -> None:
    """Taken back and graded again it counts as it was first given: both stand."""
    order = critique("trust", "audit", "--json").json["waiting"]
    rows = {row["student_id"]: row for row in by_hand()}
    proposed = {row["student_id"]: float(row["proposed_grade"] or 0) for row in critique.rows()}
    if proposed[order[0]] > 4:  # as far from the proposal as points go
        wrong = {"student_id": order[0], "total": "0"}
    else:
        wrong = full(rows[order[0]])
    first = critique("trust", "audit", sheet(critique, "one.csv", [wrong]), "--json").json
    with open_store(critique.home / ".assessor", real()) as store:
        (given,) = [each for each in store.history(Deed.OVERRIDE) if each.source == "audit"]
        store.undo(given.id)
    after = critique("trust", "audit", "--json").json
    again = critique("trust", "audit", sheet(critique, "two.csv", [rows[order[0]]]), "--json").json

    assert (first["graded_blind"], first["differ"]) == (1, 1)
    assert (after["graded_blind"], after["differ"]) == (1, 1)
    assert (again["graded_blind"], again["differ"]) == (1, 1)


def test_an_audit_says_whose_total_its_sheet_changed(critique: Shell) -> None:
    """From what to what, once it is taken in; a program reads all of it."""
    order = critique("trust", "audit", "--json").json["waiting"]
    rows = {row["student_id"]: row for row in by_hand()}
    before = {row["student_id"]: row["proposed_grade"] for row in critique.rows()}
    given = full if Decimal(before[order[0]]) < 8 else zero
    printed = critique("trust", "audit", sheet(critique, "one.csv", [given(rows[order[0]])]))
    now = next(row["grade"] for row in critique.rows() if row["student_id"] == order[0])
    second = full if Decimal(before[order[1]]) < 8 else zero
    told = critique(
        "trust", "audit", sheet(critique, "two.csv", [second(rows[order[1]])]), "--json"
    )

    assert "1 blind grade taken in, in the order of the audit; 1 total changes." in printed.out
    assert f"  {order[0]}" in printed.out
    assert f": {before[order[0]]} → {now}\n" in printed.out
    assert [each["student_id"] for each in told.json["changes"]] == [order[1]]


@pytest.mark.parametrize("how", ["copied", "one is another", "read for an hour"])
def test_an_audit_faster_than_anybody_reads_is_told_of(
    critique: Shell, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """The proposals under a sheet's column names agree with the proposals, and prove nothing."""
    order = critique("trust", "audit", "--json").json["waiting"]
    proposed = {row["student_id"]: row["proposed_grade"] for row in critique.rows()}
    if how == "one is another":
        proposed[order[0]] = "0" if Decimal(proposed[order[0]]) > 4 else "8"
    if how == "read for an hour":
        monkeypatch.setattr("assessor.assignment.auditing.LEAST_LOOK", timedelta(0))
    critique.write("copy.csv", csv_text([["student_id", "total"], *proposed.items()]))

    said = critique("trust", "audit", "copy.csv")

    told = " ".join(said.out.split())
    assert said.code == 0, said.err
    assert "blind grades taken in" in told
    assert ("copied from the proposals, it says nothing" in told) == (how == "copied")


def test_a_second_grade_of_a_draw_is_not_left_out_in_silence(critique: Shell) -> None:
    """Who mends a row and hands the sheet in again is told that the first grade counts, of whom."""
    order = critique("trust", "audit", "--json").json["waiting"]
    rows = {row["student_id"]: row for row in by_hand()}
    critique("trust", "audit", sheet(critique, "one.csv", [full(rows[order[0]])]))
    same = critique("trust", "audit", sheet(critique, "two.csv", [full(rows[order[0]])]))
    other = critique("trust", "audit", sheet(critique, "three.csv", [zero(rows[order[0]])]))

    assert "Not taken" not in same.out
    assert (
        f"Not taken: other points than you gave in this audit before, for {order[0]}."
        in " ".join(other.out.split())
    )


def test_to_forget_a_run_gives_no_audit_back(critique: Shell) -> None:
    """What a failed audit spent of the class's doubt is spent, whatever is purged."""
    wrong = sheet(critique, "wrong.csv", [full(row) for row in by_hand()])
    failed = critique("trust", "audit", wrong, "--json").json
    assert failed["standing"] == "cannot certify"
    (run,) = critique("runs", "list", "--json").json["runs"]
    assert critique("runs", "purge", "--run", run["run"], "--yes").code == 0
    assert critique("runs", "verify").code == 0
    critique("grade", "answers.csv", "--rubric", RUBRIC, "--judge", "recorded")

    assert critique("trust", "audit", "--yes", "--json").json["number"] == 2


def test_a_lost_database_gives_no_audit_back(critique: Shell) -> None:
    """The mirror restores the blind grades, and with them that an audit was begun; none of them is
    a draw of the next one, which is the second."""
    wrong = sheet(critique, "wrong.csv", [full(row) for row in by_hand()])
    assert critique("trust", "audit", wrong, "--json").json["standing"] == "cannot certify"
    for path in (critique.home / ".assessor").glob("store.db*"):
        path.unlink()
    critique("grade", "answers.csv", "--rubric", RUBRIC, "--judge", "recorded")

    numbers = []
    for _ in range(2):
        opened = critique("trust", "audit", "--yes", "--json").json
        numbers.append((opened["number"], opened["graded_blind"]))
        critique("trust", "audit", wrong, "--json")

    assert numbers == [(2, 0), (3, 0)]


def test_several_sheets_tell_what_they_share(critique: Shell) -> None:
    """Which answers two people graded is what their agreement rests on."""
    rows = by_hand()
    chosen = set(drawn(critique, 60))
    covers = [{row["student_id"] for row in part} & chosen for part in (rows[:30], rows[20:35])]
    one = sheet(critique, "one.csv", rows[:30])
    two = sheet(critique, "two.csv", rows[20:35])
    said = critique("trust", one, two, "--json").json["sheets"]

    both = len(covers[0] & covers[1])
    assert said == [
        {"sheet": "one.csv", "covers": len(covers[0]), "shared": both},
        {"sheet": "two.csv", "covers": len(covers[1]), "shared": both},
    ]
    assert "one.csv: covers" in critique("trust", one, two).out


def test_rows_out_of_order_wait_for_their_turn(critique: Shell) -> None:
    """A sheet without the next answer in the order changes nothing and names who is next."""
    order = critique("trust", "audit", "--json").json["waiting"]
    rows = [row for row in by_hand() if row["student_id"] in order[1:]]
    printed = critique("trust", "audit", sheet(critique, "late.csv", rows))

    assert "0 blind grades taken in" in printed.out
    assert f"Next in the order is {order[0]}" in printed.out
    assert critique("trust", "audit", "--json").json["waiting"] == order


def test_a_changed_rubric_voids_an_audit(critique: Shell) -> None:
    """After an edit and a new run, the old result is said to hold no more."""
    whole = sheet(critique, "hand.csv", by_hand())
    assert critique("trust", "audit", whole, "--json").json["standing"] == "certified"
    text = (folder("rubrics") / f"{RUBRIC}.yaml").read_text(encoding="utf-8")
    critique.write("mended.yaml", text.replace("title: ", "title: Mended ", 1))
    critique("grade", "answers.csv", "--rubric", "mended.yaml", "--judge", "recorded")

    assert "changed after audit 1 of this class, so its result no longer holds" in " ".join(
        critique("trust").out.split()
    )


def test_a_run_whose_queue_a_calibration_ranks_writes_what_is_kept(critique: Shell) -> None:
    """The files are made of what the run came to, in the order that the calibration gave it."""
    drawn(critique, 30)
    critique("trust", sheet(critique, "hand.csv", by_hand()))
    critique("grade", "answers.csv", "--rubric", RUBRIC, "--judge", "recorded")

    said = critique("runs", "verify")
    assert (said.code, said.err) == (0, "")


def test_calibration_changes_probabilities_and_no_points(critique: Shell) -> None:
    """key_points.csv holds calibrated probabilities; levels and points stay as they were."""
    before = critique.rows("graded/answers/key_points.csv")
    sample = set(drawn(critique, 30))
    rows = by_hand()
    critique("trust", sheet(critique, "hand.csv", rows))
    after = critique.rows("graded/answers/key_points.csv")
    untouched = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if new["student_id"] not in sample
    ]

    assert any(old["probability"] != new["probability"] for old, new in untouched)
    for name in ("level", "points", "quotes"):
        assert [old[name] for old, _ in untouched] == [new[name] for _, new in untouched]


def test_fewer_than_twenty_stay_uncalibrated(critique: Shell) -> None:
    """Agreement is measured, and the page says that nothing was calibrated."""
    drawn(critique, 12)
    printed = critique("trust", sheet(critique, "hand.csv", by_hand()))

    assert "You and the judge on 12 answers graded blind" in printed.out
    assert (
        "Not yet checked against your grades (uncalibrated): that takes 20 graded answers, and you "
        "graded 12" in (joined(printed.out))
    )


def test_two_sheets_measure_two_people(critique: Shell) -> None:
    """The ceiling stands beside the judge's figures, and only the first sheet is released."""
    rows = by_hand()
    first = sheet(critique, "ann.csv", rows)
    second = sheet(critique, "bob.csv", [zero(row) for row in rows])
    got = critique("trust", first, second, "--all", "--json").json

    assert got["people"]["total"]["exact"]["value"] < 0.6
    assert got["agreement"]["total"]["within_tolerance"]["value"] > 0.9
    points = {row["student_id"]: float(row["grade"]) for row in critique.rows() if row["grade"]}
    assert points == {row["student_id"]: float(row["total"]) for row in rows}


def test_a_sheet_of_totals_alone_is_enough(critique: Shell) -> None:
    """Totals can be measured and released; key points are then not known."""
    drawn(critique)
    rows = [{"student_id": row["student_id"], "total": row["total"]} for row in by_hand()]
    got = critique("trust", sheet(critique, "totals.csv", rows), "--json").json

    assert got["agreement"]["total"]["mae"]["students"] == 20
    assert got["agreement"]["all_cells"]["exact"]["value"] is None
    assert got["calibrated"] is False


def test_a_small_class_is_told_to_grade_by_hand(plants: Shell) -> None:
    """Under forty answers a person grades them all, and sees where the two readers part."""
    with (CLASS / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:13]
    plants.write("small.csv", csv_text(rows))
    plants("grade", "small.csv", "--rubric", RUBRIC, "--judge", "recorded")
    assert "with fewer than 40 answers, grade them all yourself" in " ".join(
        plants("trust").out.split()
    )

    wrong = [full(row) if row["student_id"] == rows[1][0] else row for row in by_hand()[:12]]
    small = [{"student_id": row["student_id"], "total": row["total"]} for row in wrong]
    printed = plants("trust", sheet(plants, "mine.csv", small), "--all")

    assert "Where the two readers part: " in printed.out
    assert f"{rows[1][0]}  you 8, judge" in printed.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("student_id,total\nNobody,3\n", "'Nobody' is not in the class", id="stranger"),
        pytest.param("student_id,total\nS001,9\n", "from 0 to 8 (got '9')", id="too much"),
        pytest.param("student_id,points\nS001,9\n", "neither a column per key point", id="columns"),
        pytest.param("", "empty", id="empty"),
    ],
)
def test_a_wrong_sheet_is_refused(critique: Shell, text: str, said: str) -> None:
    """Nothing is taken in, and the message says what to correct."""
    critique.write("wrong.csv", text)
    printed = critique("trust", "wrong.csv", "--all")

    assert printed.code == 2
    assert said in printed.err
    assert critique("trust", "--json").json["graded_to_tune"] == 0


def test_rows_without_a_sample_are_refused(critique: Shell) -> None:
    """Which rows are to be taken must be said: those drawn, or all."""
    printed = critique("trust", sheet(critique, "hand.csv", by_hand()))

    assert printed.code == 2
    assert "draw them first (assessor trust sample), or take every row" in printed.err


def test_a_file_named_like_a_subcommand_needs_its_folder(critique: Shell) -> None:
    """The first word decides: a subcommand's name wins."""
    sheet(critique, "sample", by_hand())

    assert "3 of 60 answers drawn" in critique("trust", "sample", "-n", "3").out
    assert "3 answers graded by a person were taken in" in critique("trust", "./sample").out


def test_a_wrong_sheet_freezes_nothing(critique: Shell) -> None:
    """An audit is prepared only once its sheet could be read."""
    assert critique("trust", "audit", "nothing.csv").code == 2
    assert "No audit was made" in critique("trust", "--json").json["audit"]


def test_hand_grading_has_people_to_measure_and_no_judge(critique: Shell) -> None:
    """Where no judge read, two sheets are measured against each other and nothing is calibrated."""
    critique("grade", "answers.csv", "--rubric", RUBRIC, "--judge", "none")
    assert "no judge read these answers. To measure two people" in " ".join(
        critique("trust").out.split()
    )

    rows = by_hand()
    other = [zero(row) if place % 3 == 0 else row for place, row in enumerate(rows)]
    printed = critique(
        "trust", sheet(critique, "ann.csv", rows), sheet(critique, "bob.csv", other), "--all"
    )

    assert (printed.code, "Two people on 60 answers" in printed.out) == (0, True)
    assert critique("trust", "sample").code == 2
    assert critique("trust", "audit").code == 2


def test_an_audit_that_was_looked_at_keeps_its_draw(critique: Shell) -> None:
    """Who saw a sheet of it cannot draw others by preparing it anew, whatever changed since."""
    assert critique("trust", "audit", "--out", "first.csv").code == 0
    order = critique("trust", "audit", "--json").json["waiting"]
    last = {row["student_id"]: row for row in by_hand()}[order[-1]]
    mine = sheet(critique, "mine.csv", [full(last)])
    assert critique("review", "--sheet", mine).code == 0

    said = critique("trust", "audit", "--yes", "--out", "second.csv")

    assert "its order stands" in joined(said.out)
    assert sheet_of(critique.home / "second.csv") == sheet_of(critique.home / "first.csv")
    assert critique("trust", "audit", "--json").json["waiting"] == order


@pytest.mark.parametrize(
    ("begin", "take_in", "asked"),
    [
        (("trust", "sample", "-n", "4"), "assessor trust", [("trust",)]),
        (("trust", "audit"), "assessor trust audit", [("trust",), ("trust", "audit")]),
    ],
)
def test_what_comes_next_is_the_sheet_that_is_out(
    critique: Shell, begin: tuple[str, ...], take_in: str, asked: list[tuple[str, ...]]
) -> None:
    """Half filled in and taken in it is still the one; only where it is gone another one is."""
    name = "ours/blind sheet.csv"
    (critique.home / "ours").mkdir()
    assert critique(*begin, "--out", name).code == 0
    order = [row["student_id"] for row in sheet_of(critique.home / name)]
    rows = {row["student_id"]: row for row in by_hand()}
    half = sheet(critique, name, [rows[each] for each in order[:2]])

    before = [joined(critique(*each).out) for each in asked]
    assert critique(*take_in.split()[1:], half).code == 0
    after = [joined(critique(*each).out) for each in asked]
    (critique.home / name).unlink()
    gone = [joined(critique(*each).out) for each in asked]

    for said in before + after:
        assert f"then: {take_in} '{name}'" in said
        assert "--out" not in said
        assert "The class changed" not in said
    assert not any(name in said for said in gone)
    assert "--out" in gone[-1]


def test_an_open_audit_of_renamed_students_has_a_way_out(critique: Shell) -> None:
    """A new one is prepared by the same command, of the class as it is now."""
    assert critique("trust", "audit", "--out", "first.csv").code == 0
    answers = critique.home / "answers.csv"
    answers.write_text(
        re.sub(r"^S(?=[0-9]{3},)", "N", answers.read_text("utf-8"), flags=re.MULTILINE),
        encoding="utf-8",
    )
    graded = critique("grade", "answers.csv", "--rubric", RUBRIC, "--judge", "recorded")
    assert graded.code == 0, graded.err

    assert "not in the class any more" in joined(critique("trust").out)
    anew = critique("trust", "audit", "--json")

    assert anew.code == 0, anew.err
    assert anew.json["waiting"]
    assert anew.json["void"] is False
    assert all(each.startswith("N") for each in anew.json["waiting"])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal to type in")
def test_an_audit_can_be_graded_in_the_terminal(critique: Shell) -> None:
    """Answers come one by one, without a student's name; q stops, and what was graded is kept."""
    master, slave = os.openpty()
    command = [sys.executable, "-m", "assessor", "trust", "audit"]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        shown = b""
        os.write(master, b"9\n" + b"0\n" * len(CELLS) + b"q\n")
        while True:
            try:
                shown += os.read(master, 4096)
            except OSError:  # how a terminal says that nobody writes any more
                break
        assert process.wait(30) == 0
    os.close(master)
    text = shown.decode()

    assert "a number from 0 to 2, or q" in text
    assert "Stopped. What you graded is kept" in text
    assert not re.search(r"\bS\d{3}\b", text)
    assert critique("trust", "audit", "--json").json["graded_blind"] == 1


def test_a_filled_workbook_comes_back(critique: Shell) -> None:
    """What was handed out as a workbook is taken in as one."""
    import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

    sample = drawn(critique)
    with xlsxwriter.Workbook(str(critique.home / "tune.xlsx")) as book:
        page = book.add_worksheet()
        rows = [row for row in by_hand() if row["student_id"] in sample]
        page.write_row(0, 0, list(rows[0]))
        for place, row in enumerate(rows, start=1):
            page.write_row(place, 0, [row["student_id"], *map(float, list(row.values())[1:])])

    printed = critique("trust", "tune.xlsx")

    assert "20 answers graded by a person were taken in" in printed.out, printed.err


def test_a_late_answer_is_named_and_a_new_audit_is_asked_for(critique: Shell) -> None:
    """The old result stays; only a yes prepares an audit that covers those who came later."""
    whole = sheet(critique, "hand.csv", by_hand())
    first = critique("trust", "audit", whole, "--json").json
    text = (critique.home / "answers.csv").read_text(encoding="utf-8")
    late = [[f"LATE{n}", row["answer"]] for n, row in enumerate(critique.rows("answers.csv")[:3])]
    critique.write("answers.csv", text + csv_text(late))
    critique("grade", "answers.csv", "--rubric", RUBRIC, "--judge", "recorded")

    told = critique("trust", "audit", "--json").json
    assert told["standing"] == "certified"
    assert told["audit"].startswith(first["audit"])
    assert told["audit"].endswith(
        "2 unread grades are not covered: they were not there in this form when the audit was "
        "prepared."
    )
    again = critique("trust", "audit", "--yes", "--json").json
    assert (again["number"], again["graded_blind"]) == (2, 0)


def test_answers_graded_twice_show_how_far_one_parts_from_oneself(critique: Shell) -> None:
    """A second row of the same student is a repeat: a ceiling, and not what is released."""
    rows = by_hand()[:20]
    repeats = [zero(row) for row in rows[:10]]
    got = critique("trust", sheet(critique, "twice.csv", [*rows, *repeats]), "--all", "--json").json

    assert got["people"]["students"] == 10
    points = {row["student_id"]: float(row["grade"]) for row in critique.rows() if row["grade"]}
    assert points == {row["student_id"]: float(row["total"]) for row in rows}


def test_a_corrected_sheet_is_what_counts(critique: Shell) -> None:
    """Given again with other points, a sheet replaces what it said before."""
    drawn(critique)
    rows = by_hand()
    critique("trust", sheet(critique, "hand.csv", [zero(row) for row in rows]))
    got = critique("trust", sheet(critique, "hand.csv", rows), "--json").json

    assert (got["people"], got["agreement"]["total"]["within_tolerance"]["value"]) == (None, 1.0)


def to_review(shell: Shell) -> set[str]:
    return {row["student_id"] for row in shell.rows() if row["state"] == "needs_review"}


@pytest.mark.parametrize("looks", ["trust", "the class read again"])
def test_what_an_audit_left_to_review_stays_there(critique: Shell, looks: str) -> None:
    """Neither looking nor reading again brings back into the unread what was too uncertain."""
    named = ("answers.csv", "--rubric", RUBRIC, "--judge", "recorded")
    again = ("grade", *named, "--review-budget", "5%")
    assert critique(*again).code == 0
    drawn(critique, 30)
    rows = [zero(row) if place % 4 == 0 else row for place, row in enumerate(by_hand())]
    critique("trust", sheet(critique, "hand.csv", rows))
    waiting = to_review(critique)
    critique("trust", "audit")
    before = to_review(critique)
    critique(*again if looks != "trust" else ("trust",))
    after = to_review(critique)
    critique("export", "--to", "xlsx", "--release-unread", "--yes")

    assert before > waiting
    assert after == before
    assert {row["student_id"] for row in critique.rows() if not row["grade"]} >= before


def test_nothing_that_an_audit_speaks_of_is_queued_when_the_class_is_read_again(
    critique: Shell,
) -> None:
    """An audit is under way: what it may still draw is not put before a person for its risk."""
    drawn(critique, 30)
    rows = [zero(row) if place % 9 == 0 else row for place, row in enumerate(by_hand())]
    critique("trust", sheet(critique, "hand.csv", rows))
    order = critique("trust", "audit", "--json").json["waiting"]
    first = [row for row in rows if row["student_id"] == order[0]]
    assert critique("trust", "audit", sheet(critique, "one.csv", first), "--json").json[
        "graded_blind"
    ]
    assert not to_review(critique) & set(order)
    more = ("--judge", "recorded", "--review-budget", "90%")
    assert critique("grade", "answers.csv", "--rubric", RUBRIC, *more).code == 0

    assert not to_review(critique) & set(order)
