"""What is in the store: listed, verified, added up again, forgotten only on a person's word."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assessor.ambient import real
from assessor.assignment.kept_runs import read_back, recount
from assessor.assignment.standing import rubrics_of
from assessor.assignment.whereabouts import claim, whereabouts
from assessor.cli.grade import class_run
from assessor.cli.workplace import open_workplace
from assessor.grade import proposed_points
from assessor.rubric import Rubric
from assessor.store import OutcomeRecord, Store, open_store
from assessor.store.packing import unpack
from tests.cli.shell import Shell, at, plants_truth, serving


@pytest.fixture
def graded(plants: Shell) -> Shell:
    with serving(plants_truth()) as server:
        plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))
    return plants


def test_runs_are_listed_with_their_rubrics(graded: Shell) -> None:
    """One row a run."""
    (row,) = graded("runs", "list", "--json").json["runs"]

    assert (row["rubric"], row["judge"], row["status"]) == ("plants", "openai", "done")


def test_a_store_that_was_left_alone_verifies(graded: Shell) -> None:
    """With the head of its chain."""
    said = graded("runs", "verify", "--json")

    assert (said.code, said.json["problems"]) == (0, [])
    assert said.json["head"]


def test_runs_that_read_nothing_leave_nothing_to_fault(plants: Shell) -> None:
    """Twice at an endpoint that is not there: the files are the first run's, and nobody's edit."""
    away = ("--judge", "openai", "--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    for _ in range(2):
        plants("grade", "answers.csv", "--rubric", "plants.yaml", *away)

    said = plants("runs", "verify")
    assert (said.code, said.err) == (0, "")


def test_an_older_head_is_looked_for(graded: Shell) -> None:
    """What was printed must still be there; a store that was written anew does not have it."""
    head = graded("runs", "verify", "--json").json["head"]
    graded("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "none")
    assert graded("runs", "verify", "--head", head).code == 0

    (graded.home / ".assessor" / "store.db").unlink()
    graded("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "none")
    said = graded("runs", "verify", "--head", head)
    assert said.code == 4
    assert f"the head {head} is not in this store" in said.err


def test_what_was_added_since_an_older_head_is_told(graded: Shell) -> None:
    """Proposals that somebody adds as the program adds them break no link: a person must see it."""
    head = graded("runs", "verify", "--json").json["head"]
    nothing = graded("runs", "verify", "--head", head)
    with open_store(graded.home / ".assessor", real()) as store:
        run = store.latest_run()
        assert run is not None
        store.save_outcomes(run.id, store.outcomes(run.id))

    told = graded("runs", "verify", "--head", head)

    assert "Added since that head: nothing." in nothing.out
    assert "Added since that head: 1 set of proposals. What nobody here did" in told.out


@pytest.mark.parametrize("name", ["grades.csv", "key_points.csv", "run.json", "report.html"])
def test_a_file_edited_by_hand_is_told_and_kept(graded: Shell, name: str) -> None:
    """Verify names it, and the next writing keeps the person's version beside the new one."""
    path = graded.home / "graded" / "answers" / name
    ours = path.read_text(encoding="utf-8")
    theirs = ours.replace("S1", "S9", 1) if "S1" in ours else f"{ours} "
    path.write_text(theirs, encoding="utf-8")

    verified = graded("runs", "verify")
    assert verified.code == 4
    assert f"{name}: was edited by hand" in verified.err
    said = graded("trust")
    kept = path.with_name(f"{path.stem} (edited){path.suffix}")
    assert f"kept as {kept.name}" in said.err
    assert kept.read_text(encoding="utf-8") == theirs
    assert graded("runs", "verify").code == 0
    assert "edited" not in graded("trust").err


@pytest.mark.parametrize("name", ["grades.csv", "report.html"])
def test_a_file_edited_with_its_record_is_still_told(graded: Shell, name: str) -> None:
    """They are compared with what the store gives, not with a note beside them."""
    path = graded.home / "graded" / "answers" / name
    theirs = path.read_text(encoding="utf-8").replace("answers", "others")
    path.write_text(theirs.replace("S1", "S9"), encoding="utf-8")
    (path.parent / ".assessor-written.json").write_text(
        json.dumps({name: hashlib.sha256(path.read_bytes()).hexdigest()}), encoding="utf-8"
    )

    said = graded("runs", "verify")
    assert said.code == 4
    assert "is not what the store gives" in said.err


def test_what_is_written_is_private_unless_it_was_opened(graded: Shell) -> None:
    """New files and folders are the owner's alone; a file that was opened to others stays so."""
    made = [graded.home / "graded", *(graded.home / "graded").rglob("*")]
    assert {each.stat().st_mode & 0o077 for each in made} == {0}

    path = graded.home / "graded" / "answers" / "grades.csv"
    path.chmod(0o644)
    graded("trust")
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(graded: Shell) -> None:
    """What it leads to keeps its content."""
    victim = graded.write("victim", "precious")
    path = graded.home / "graded" / "answers" / "grades.csv"
    path.unlink()
    path.symlink_to(victim)

    graded("trust")
    assert victim.read_text(encoding="utf-8") == "precious"
    assert not path.is_symlink()


def test_an_edited_row_is_found(graded: Shell) -> None:
    """Exit 4, and the row is named."""
    with sqlite3.connect(graded.home / ".assessor" / "store.db") as database:
        database.create_function("unpacked", 1, unpack)
        edit = "UPDATE outcomes SET body = replace(unpacked(body), 'full', 'absent')"
        assert database.execute(edit).rowcount

    said = graded("runs", "verify")

    assert said.code == 4
    assert said.err


@pytest.mark.parametrize(
    ("statement", "whose"),
    [
        ('UPDATE decisions SET body = replace(body, \'"total":"2"\', \'"total":"3"\')', "S2"),
        ("DELETE FROM decisions WHERE instr(body, '\"S3\"')", "S3"),
        ("UPDATE decisions SET body = x'00' WHERE instr(body, '\"S2\"')", ""),
    ],
)
def test_whose_grade_was_edited_in_the_memory_is_said(
    graded: Shell, statement: str, whose: str
) -> None:
    """Where it was edited says little to a person: whose it is and what the files still say does.

    Nobody is led to write the files anew, which may be all that still tells the true grade.
    """
    graded.write("mine.csv", "student_id,total\nS2,2\nS3,1\n")
    assert graded("review", "--sheet", "mine.csv").code == 0
    with sqlite3.connect(graded.home / ".assessor" / "store.db") as database:
        database.execute("INSERT INTO meta (name, value) VALUES ('purging', '')")
        assert database.execute(statement).rowcount
        database.execute("DELETE FROM meta WHERE name = 'purging'")

    said = graded("runs", "verify")

    told = " ".join(said.err.split())
    assert said.code == 4
    assert "edited" in told
    if whose:
        assert f"override on '{whose}'" in told
        assert f"grades.csv: is not what the store gives ('{whose}')" in told
    assert "writes it anew" not in told
    assert "verify' finds" not in told


def test_a_total_that_its_findings_do_not_give_is_found(graded: Shell) -> None:
    """Each proposal is added up again from what the store holds (G2)."""
    with open_store(graded.home / ".assessor", real()) as store:
        assert list(recount(store)) == []
        (run,) = store.runs()
        forged = [_one_more(each) for each in store.outcomes(run.id)]
        store.save_outcomes(run.id, forged)

        found = list(recount(store))

    assert len(found) == 3
    assert "'S1' has 4 points there, and its findings give 3" in found[0]


@pytest.mark.parametrize(("student", "level"), [("S3", "full"), ("S1", "absent")])
def test_a_level_that_no_kept_reading_leads_to_is_found(
    graded: Shell, student: str, level: str
) -> None:
    """Added as the program adds them, with points that fit: the readings still say otherwise."""
    with open_store(graded.home / ".assessor", real()) as store:
        assert list(read_back(store)) == []
        run = store.latest_run()
        assert run is not None
        (rubric,) = rubrics_of(store, run).values()
        forged = [
            _at(each, level, rubric) if each.submission.student_id == student else each
            for each in store.outcomes(run.id)
        ]
        store.save_outcomes(run.id, forged)
        assert list(store.verify()) == list(recount(store)) == []

    said = graded("runs", "verify")

    told = " ".join(said.err.split())
    assert said.code == 4
    assert f"{student!r} has {level!r} for respiration there, and no reading" in told
    assert told.count("no reading") == 1


def _at(outcome: OutcomeRecord, level: str, rubric: Rubric) -> OutcomeRecord:
    findings = tuple(
        replace(each, level=level) if each.cell == "respiration" else each
        for each in outcome.findings
    )
    points = proposed_points(rubric, findings, outcome.submission)
    return replace(outcome, findings=findings, proposed=points)


def _one_more(outcome: OutcomeRecord) -> OutcomeRecord:
    return replace(outcome, proposed=None if outcome.proposed is None else outcome.proposed + 1)


def test_an_unknown_run_is_wrong_input(graded: Shell) -> None:
    """Exit 2, with the command that lists them."""
    for command in ("show", "purge"):
        said = graded("runs", command, "--run", "nosuch", "--yes")

        assert (said.code, "has no run 'nosuch'" in said.err) == (2, True)


def test_nothing_is_forgotten_unasked(graded: Shell) -> None:
    """Without a terminal and without --yes it is refused."""
    said = graded("runs", "purge")

    assert (said.code, "cannot be undone" in said.err) == (2, True)
    assert len(graded("runs", "list", "--json").json["runs"]) == 1


def test_a_class_is_forgotten_for_real(graded: Shell) -> None:
    """No text of an answer is left in any file of the store, and the files left are named."""
    said = graded("runs", "purge", "--yes")

    assert said.code == 0, said.err
    assert "graded/answers" in said.out
    assert graded("runs", "list", "--json").json["runs"] == []
    for path in (graded.home / ".assessor").rglob("*"):
        assert not path.is_file() or b"respires" not in path.read_bytes()


def _piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _with_record(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace("answers", "others", 1), "utf-8")
    known = {"run.json": hashlib.sha256(path.read_bytes()).hexdigest()}
    (path.parent / ".assessor-written.json").write_text(json.dumps(known), encoding="utf-8")


def _deep(path: Path) -> None:
    (path.parent / ".assessor-written.json").write_text("[" * 100_000, encoding="utf-8")
    path.write_text("{}", encoding="utf-8")


def _no_memory(path: Path) -> None:
    shutil.rmtree(path.parents[2] / ".assessor")


@pytest.mark.parametrize("deed", [Path.unlink, _piped, _with_record, _deep, _no_memory])
def test_results_that_are_not_as_written_are_told(
    graded: Shell, deed: Callable[[Path], None]
) -> None:
    """Gone, a pipe that never ends, edited with its record, or of a memory that is not there."""
    deed(graded.home / "graded" / "answers" / "run.json")

    said = graded("runs", "verify")
    assert said.code == 4
    assert "graded/answers" in said.err


@pytest.mark.parametrize("place", ["graded", "graded/answers"])
def test_results_are_not_written_through_a_link(graded: Shell, place: str) -> None:
    """Also where it was put there after the run."""
    aside = graded.home.parent / "aside"
    (graded.home / place).rename(aside)
    (graded.home / place).symlink_to(aside)
    before = {each: each.stat().st_mtime_ns for each in aside.rglob("*")}

    said = graded("trust")
    assert said.code == 2
    assert f"{place}: is a link" in said.err
    assert {each: each.stat().st_mtime_ns for each in aside.rglob("*")} == before


@pytest.mark.parametrize(
    "told", [{"out": "../aside"}, {"home": "../..", "out": "aside"}, {"home": "/", "out": "tmp"}]
)
def test_a_memory_does_not_say_that_results_go_elsewhere(
    graded: Shell, told: dict[str, str]
) -> None:
    """What it keeps relative is inside of the folder that it stands in."""
    with open_store(graded.home / ".assessor", real()) as store:
        (run,) = store.runs()
        forged = replace(run, command=run.command.but(**told))
        workplace = open_workplace({}, {})
        out = whereabouts(workplace, store, forged).out

    assert out.is_relative_to(graded.home)


def test_a_memory_that_knows_our_path_sends_results_nowhere_else(graded: Shell) -> None:
    """A whole path is believed where a folder says itself that it holds this class's results."""
    aside = graded.home.parent / "aside"
    aside.mkdir()
    with open_store(graded.home / ".assessor", real()) as store:
        (run,) = store.runs()
        told = {"out": str(aside), "home": str(graded.home), "made_in": str(graded.home)}
        forged = replace(run, command=run.command.but(**told))
        workplace = open_workplace({}, {})
        assert whereabouts(workplace, store, forged).out.is_relative_to(graded.home)

        claim(aside, graded.home / "answers.csv")
        assert whereabouts(workplace, store, forged).out == aside


def test_a_memory_named_by_hand_does_not_choose_the_class(graded: Shell) -> None:
    """It may be a stranger's: a folder without this class's results is not taken for its."""
    aside = graded.home.parent / "aside"
    aside.mkdir()
    with open_store(graded.home / ".assessor", real()) as store:
        (run,) = store.runs()
        for home in (str(aside), "../../aside"):
            forged = replace(run, command=run.command.but(home=home))
            workplace = open_workplace({"store": str(graded.home / ".assessor")}, {})
            assert whereabouts(workplace, store, forged).home == graded.home


def test_no_files_behind_a_link_are_forgotten(graded: Shell) -> None:
    """Logs are removed from a folder of ours only."""
    victim = graded.write("../aside/precious.jsonl", "precious")
    shutil.rmtree(graded.home / ".assessor" / "logs")
    (graded.home / ".assessor" / "logs").symlink_to(victim.parent)

    assert graded("runs", "purge", "--yes").code == 4
    assert victim.read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("name", ["grades.csv", "report.html"])
def test_a_file_that_is_gone_with_its_record_is_missed(graded: Shell, name: str) -> None:
    """The others of the same writing are still there; a folder wholly gone is its owner's doing."""
    results = graded.home / "graded" / "answers"
    record = results / ".assessor-written.json"
    known = json.loads(record.read_text(encoding="utf-8"))
    del known[name]
    record.write_text(json.dumps(known), encoding="utf-8")
    (results / name).unlink()
    said = graded("runs", "verify")
    shutil.rmtree(results)

    assert said.code != 0
    assert f"{name}: was written, and no file stands there any more" in " ".join(said.err.split())
    assert graded("runs", "verify").code == 0


def test_a_run_ends_as_it_does_where_all_was_forgotten_meanwhile(
    plants: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A purge of another terminal gets its turn once all was read."""
    whole = class_run._grade_by_judge

    async def forgotten(*given: Any) -> int:
        code = await whole(*given)
        next(each for each in given if isinstance(each, Store)).purge()
        return code

    monkeypatch.setattr(class_run, "_grade_by_judge", forgotten)

    with serving(plants_truth()) as server:
        said = plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

    assert said.code in {0, 3}
