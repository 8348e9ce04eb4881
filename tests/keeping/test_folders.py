"""An assignment is a folder: moved, copied, handed on, beside others; each keeps to itself."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import SMALL_RUBRIC, Shell, rows_of
from tests.keeping.build import ANSWERS, decisions, grading, recording, set_up, snapshot

SHEET = "student_id,respiration,no_light\nS3,1,0\n"
NOBODY = 65534


@pytest.fixture
def graded(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A class that was graded in its own folder."""
    set_up(shell.home)
    assert shell(*grading(shell.home)).code == 0
    return shell


def decide(shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decide on one answer in a folder, by a sheet."""
    monkeypatch.chdir(folder)
    (folder / "mine.csv").write_text(SHEET, encoding="utf-8")
    assert shell("review", "--sheet", "mine.csv").code == 0


def grade_of(folder: Path, student: str) -> str:
    rows = rows_of(folder / "graded" / "answers" / "grades.csv")
    return next(row["grade"] for row in rows if row["student_id"] == student)


def test_a_copied_folder_leaves_the_original_alone(
    graded: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decisions in the copy are written in the copy, and not a byte of the original changes."""
    copy = graded.home.parent / "copy"
    shutil.copytree(graded.home, copy)
    before = snapshot(graded.home)
    decide(graded, copy, monkeypatch)
    assert graded("trust").code == 0
    assert graded("export", "--to", "xlsx").code == 0
    assert graded(*grading(copy)).code == 0

    assert snapshot(graded.home) == before
    assert grade_of(copy, "S3") == "1"
    assert decisions(graded.home) == []


def test_two_copies_decide_each_for_itself(graded: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is decided in the original afterwards does not reach the copy."""
    copy = graded.home.parent / "copy"
    shutil.copytree(graded.home, copy)
    before = snapshot(copy)
    decide(graded, graded.home, monkeypatch)

    assert snapshot(copy) == before
    assert grade_of(graded.home, "S3") == "1"


@pytest.mark.parametrize("name", ["USB-Stick/Prüfung Übung 3 (neu)", "x" * 100, "a'b $HOME;&"])
def test_a_moved_folder_works_at_once(
    graded: Shell, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Renamed to a path with spaces, umlauts and signs, every command goes on there."""
    moved = graded.home.parent / name
    moved.parent.mkdir(parents=True, exist_ok=True)
    graded.home.rename(moved)
    decide(graded, moved, monkeypatch)
    exported = graded("export", "--to", "xlsx")

    assert grade_of(moved, "S3") == "1"
    assert exported.code == 0
    assert str(moved) in exported.out.replace("\n", "")
    assert not graded.home.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file's name is text")
def test_an_answers_file_may_be_called_anything(shell: Shell) -> None:
    """What was paid for is written, and what is given out is watched, under a name of bytes."""
    set_up(shell.home)
    name = os.fsdecode(b"caf\xe9.csv")
    (shell.home / "answers.csv").rename(shell.home / name)
    out = shell.home / "graded" / os.fsdecode(b"caf\xe9")

    assert (
        shell(
            *(name if each.endswith("answers.csv") else each for each in grading(shell.home))
        ).code
        == 0
    )
    assert rows_of(out / "grades.csv")
    exported = shell("export", "--to", "xlsx", "--release-unread", "--yes")
    assert exported.code == 0, exported.err
    assert shell("runs", "verify").code == 0
    (out / "grades.xlsx").write_bytes(b"edited")
    assert "was edited by hand since it was written to give out" in shell("runs", "verify").err


@pytest.mark.parametrize("text", ["[]", b"\xff", "{}"])
def test_what_is_no_rubric_in_a_memory_is_told(graded: Shell, text: str | bytes) -> None:
    """In one line, whatever is asked of a folder that somebody else sent."""
    with closing(sqlite3.connect(graded.home / ".assessor" / "store.db")) as connection, connection:
        assert connection.execute("UPDATE rubrics SET text = ?", (text,)).rowcount == 1

    for command in (("runs", "list"), ("runs", "show"), ("trust",), ("export", "--to", "xlsx")):
        told = graded(*command)
        assert (told.code, told.err.count("\n")) == (4, 1)
        assert "is none, so it was edited by hand" in told.err


def test_out_of_the_folder_is_the_originals(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy does not write where the original was told to write outside of its folder."""
    set_up(shell.home)
    outside = shell.home.parent / "results"
    assert shell(*grading(shell.home), "--out", str(outside)).code == 0
    copy = shell.home.parent / "copy"
    shutil.copytree(shell.home, copy)
    before = snapshot(outside)
    monkeypatch.chdir(copy)
    (copy / "mine.csv").write_text(SHEET, encoding="utf-8")

    assert shell("review", "--sheet", "mine.csv").code == 0
    assert snapshot(outside) == before
    rows = rows_of(copy / "graded" / "results" / "grades.csv")
    assert next(row["grade"] for row in rows if row["student_id"] == "S3") == "1"


def test_a_store_of_before_that_kept_whole_paths_is_found_again(
    graded: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class of an earlier version, whose store names the old place, is moved and works."""
    import json
    import sqlite3
    from contextlib import closing

    home = graded.home
    with closing(sqlite3.connect(home / ".assessor" / "store.db")) as database:
        ((body,),) = database.execute("SELECT body FROM runs").fetchall()
        run = json.loads(body)
        command = json.loads(run["command"])
        old = {"answers": str(home / "answers.csv"), "out": str(home / "graded" / "answers")}
        run["command"] = json.dumps(
            {key: value for key, value in command.items() if key not in {"home", "made_in"}} | old
        )
        database.execute("UPDATE runs SET body = ?", (json.dumps(run),))
        database.commit()
    moved = home.parent / "moved"
    shutil.copytree(home, moved)
    before = snapshot(home)
    decide(graded, moved, monkeypatch)

    assert snapshot(home) == before
    assert grade_of(moved, "S3") == "1"


# As root the command is typed once in a scratch copy, so that all it imports is there when the
# right to read the interpreter's own folder is given up; then as a user who owns what was given.
_AS_ANOTHER = """
import contextlib, io, os, sys
from assessor.cli import run
scratch, folder, who, *typed = sys.argv[1:]
os.chdir(scratch)
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    run(typed)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(who))
    os.setuid(int(who))
os.chdir(folder)
sys.exit(run(typed))
"""


def as_another(folder: Path, scratch: Path, *typed: str) -> subprocess.CompletedProcess[str]:
    """Type a command as a user who owns nothing here but what was given to them.

    Where the tests do not run as root, as who they run.
    """
    copy = scratch / f"{len(list(scratch.iterdir()))}"
    shutil.copytree(folder, copy)
    for each in (copy, *copy.rglob("*")):
        each.chmod(0o755)
    return subprocess.run(  # our own command
        [sys.executable, "-c", _AS_ANOTHER, str(copy), str(folder), str(NOBODY), *typed],
        env={**os.environ, "HOME": "/nonexistent", "XDG_DATA_HOME": str(folder / "data")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that another user can reach; the one of the tests is its owner's alone."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name).resolve()
        place.chmod(0o755)
        yield place


def give_away(folder: Path) -> None:
    """Let the other user own what is in a folder."""
    if os.geteuid() == 0:
        for each in (folder, *folder.rglob("*")):
            os.chown(each, NOBODY, NOBODY)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A place for copies in which nothing is looked at."""
    place = tmp_path / "scratch"
    place.mkdir()
    return place


def test_a_folder_handed_to_another_user_is_theirs(
    graded: Shell, elsewhere: Path, scratch: Path
) -> None:
    """A colleague who was given a copy goes on in it, without a word of the first one's place."""
    handed = elsewhere / "handed"
    shutil.copytree(graded.home, handed)
    (handed / "mine.csv").write_text(SHEET, encoding="utf-8")
    give_away(handed)
    graded.home.chmod(0o700)
    before = snapshot(graded.home)
    for typed in (("review", "--sheet", "mine.csv"), ("trust",), ("export", "--to", "xlsx")):
        said = as_another(handed, scratch, *typed)
        assert said.returncode == 0, said.stderr
        assert str(graded.home) not in said.stdout + said.stderr

    assert grade_of(handed, "S3") == "1"
    assert snapshot(graded.home) == before


def test_a_folder_that_cannot_be_written_says_so_and_is_left_alone(
    graded: Shell, elsewhere: Path, scratch: Path
) -> None:
    """In a read-only folder a command ends in one line that says what to do."""
    handed = elsewhere / "readonly"
    shutil.copytree(graded.home, handed)
    give_away(handed)
    folders = [each for each in (handed, *handed.rglob("*")) if each.is_dir()]
    for each in (each for each in handed.rglob("*") if each.is_file()):
        each.chmod(0o444)
    for each in folders:
        each.chmod(0o555)
    before = snapshot(handed)
    try:
        for typed in (("trust",), ("runs", "list"), ("export", "--to", "xlsx")):
            said = as_another(handed, scratch, *typed)
            assert said.returncode == 4, said.stdout + said.stderr
            assert "Traceback" not in said.stderr
            assert "copy the folder" in said.stderr
    finally:
        for each in folders:
            each.chmod(0o755)

    assert snapshot(handed) == before


def test_five_classes_under_one_parent_keep_to_themselves(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a stray memory in the parent, each class has its own memory and results."""
    (shell.home / ".assessor").mkdir()
    classes = [set_up(shell.home / f"class {number}") for number in range(5)]
    for each in classes:
        said = shell(*grading(each))
        assert said.code == 0
        assert f"Assignment: {each}" in said.out.replace("\n", " ").replace("  ", " ")
    before = [snapshot(each) for each in classes]
    decide(shell, classes[2], monkeypatch)

    assert [snapshot(each) for each in classes[:2]] == before[:2]
    assert [snapshot(each) for each in classes[3:]] == before[3:]
    assert grade_of(classes[2], "S3") == "1"
    assert [len(decisions(each)) for each in classes] == [0, 0, 1, 0, 0]
    assert not (shell.home / "graded").exists()


def test_a_bare_memory_above_does_not_take_a_class_in(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a command that names no file keeps to the folder it is typed in."""
    (shell.home / ".assessor").mkdir()
    inner = set_up(shell.home / "inner")
    monkeypatch.chdir(inner)
    said = shell("trust")

    assert said.code == 2
    assert str(inner) in said.err


def test_settings_above_hold_for_the_classes_below(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parent with assessor.toml says that all below is one assignment."""
    shell.write("assessor.toml", '[assignment]\ntitle = "Term"\n')
    inner = set_up(shell.home / "inner")
    monkeypatch.chdir(inner)
    said = shell(*grading(inner))

    assert said.code == 0
    assert (shell.home / "graded" / "answers" / "grades.csv").is_file()
    assert f"Assignment: {shell.home}" in said.out.replace("\n", " ")


def test_results_of_another_file_are_not_written_over(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files of one name in one assignment: the second is refused, with --out named."""
    shell.write("assessor.toml", "")
    first, second = set_up(shell.home / "one"), set_up(shell.home / "two")
    assert shell(*grading(first)).code == 0
    before = snapshot(shell.home / "graded")
    said = shell(*grading(second))

    assert said.code == 2
    assert "--out" in said.err
    assert "one/answers.csv" in said.err
    assert snapshot(shell.home / "graded") == before
    assert shell(*grading(second), "--out", "graded/two").code == 0
    assert shell(*grading(first)).code == 0


def test_another_classes_out_is_not_written_over(shell: Shell) -> None:
    """Two assignments that name one --out: the second is refused."""
    first, second = set_up(shell.home / "one"), set_up(shell.home / "two")
    out = str(shell.home / "out")
    assert shell(*grading(first), "--out", out).code == 0

    assert shell(*grading(second), "--out", out).code == 2
    assert shell(*grading(second), "--out", out, "--store", "memory").code == 2


def test_a_folder_of_hand_ins_in_which_one_stands_is_its_own_class(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`grade .` writes nothing above, and what it says next is typed where one stands."""
    class_folder = set_up(shell.home / "Abgaben")
    (class_folder / "answers.csv").unlink()
    for student, (text, _) in ANSWERS.items():
        (class_folder / f"{student}.txt").write_text(text, encoding="utf-8")
    (class_folder / "judge.jsonl").rename(shell.home / "judge.jsonl")
    monkeypatch.chdir(class_folder)
    typed = ("grade", ".", "--rubric", "plants.yaml", "--judge", "recorded:../judge.jsonl")
    above = snapshot(shell.home)
    assert shell(*typed).code == 0
    new = set(snapshot(shell.home)) - set(above)
    students = shell("trust", "--json").json["students"]
    # What was written there is no hand-in.
    assert shell(*typed).code == 0

    assert {each.split("/")[0] for each in new} == {"Abgaben"}
    assert students == shell("trust", "--json").json["students"] == len(ANSWERS)


def test_folders_of_one_name_are_not_written_over(shell: Shell) -> None:
    """Two folders of hand-ins in one assignment: the second is refused, with --out named."""
    shell.write("assessor.toml", "")
    folders = [shell.home / name / "Abgaben" for name in ("one", "two")]
    shell.write("plants.yaml", SMALL_RUBRIC)
    shell.write("judge.jsonl", recording())
    said = []
    for each in folders:
        each.mkdir(parents=True)
        for student, (text, _) in ANSWERS.items():
            (each / f"{student}.txt").write_text(text, encoding="utf-8")
        judge = f"recorded:{shell.home / 'judge.jsonl'}"
        said.append(shell("grade", str(each), "--rubric", "plants.yaml", "--judge", judge))

    assert [each.code for each in said] == [0, 2]
    assert "--out" in said[1].err


@pytest.mark.parametrize(
    "typed",
    [("trust",), ("trust", "sample", "-n", "2"), ("trust", "audit"), ("export", "--to", "report")],
    ids=" ".join,
)
def test_commands_say_which_class_they_speak_of(graded: Shell, typed: tuple[str, ...]) -> None:
    """File, folder and run are named on the screen and in the object."""
    run = graded("runs", "show", "--json").json["run"]
    said = graded(*typed)

    shown = " ".join((said.out + said.err).split())
    assert f"answers.csv in {graded.home}, run {run}" in shown


def test_one_answer_is_no_class(graded: Shell) -> None:
    """Grading one submission in a class's folder leaves the class what it was."""
    graded.write("S9.txt", "It respires and uses up sugar. Without light nothing replaces it.")
    rubric, judge = str(graded.home / "plants.yaml"), f"recorded:{graded.home / 'judge.jsonl'}"
    said = graded("grade", "--answer-file", "S9.txt", "--rubric", rubric, "--judge", judge)
    assert said.code == 0, said.err
    before = snapshot(graded.home)
    assert graded("trust", "--json").json["students"] == 6

    assert not (graded.home / "grades.csv").exists()
    after = snapshot(graded.home)
    assert set(after) == set(before)
