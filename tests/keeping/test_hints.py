"""Every hint that is printed can be followed as printed, and the class is no worse afterwards."""

from __future__ import annotations

import ast
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

import assessor.cli as cli
from assessor.review.serve import Opened
from tests.cli.shell import Shell, rows_of
from tests.keeping.build import decisions, grading, set_up
from tests.keeping.hints import filled, hints, named, option_of

PACKAGE = Path(cli.__file__).parents[1]
PLACES = {
    "ANSWERS": "answers.csv",
    "RUBRIC": "plants.yaml",
    "GUIDE": "plants.yaml",
    "SHEET": "own.csv",
    "SHEET.csv": "own.csv",
    "STUDENT": "S1",
    "TARGET": "xlsx",
    "PLATFORM": "xlsx",
    "NAME": "ada",
    "OLD": "plants.yaml",
    "NEW": "plants.yaml",
}
OWN = "student_id,respiration,no_light\nS1,2,1\nS2,2,0\n"
# What a person types in a class that was graded; most print what to do next, some refuse and say
# what to do instead.
TYPED = [
    ("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "recorded:judge.jsonl"),
    ("grade", "answers.csv", "--rubric", "plants.yaml"),
    ("grade", "answers.csv", "--judge", "recorded:judge.jsonl"),
    ("grade", "answers.csv", "--rubric", "plants.yaml", "--only", "nobody"),
    ("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "recorded:empty.jsonl"),
    ("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "none"),
    ("check", "answers.csv"),
    ("check", "plants.yaml"),
    ("trust",),
    ("trust", "own.csv"),
    ("trust", "own.csv", "--all"),
    ("trust", "graded/answers/grades.csv", "--all"),
    ("trust", "sample", "-n", "3"),
    ("trust", "sample", "-n", "3", "--out", "blind.csv"),
    ("trust", "audit"),
    ("trust", "audit", "--out", "audit.csv"),
    ("review", "--sheet", "own.csv"),
    ("review", "--sheet", "graded/answers/grades.csv"),
    ("review", "--sheet-out", "todo.csv"),
    ("review", "--blind-sheet", "blind.csv"),
    ("review",),
    ("export", "--to", "xlsx"),
    ("export", "--to", "moodle"),
    ("export", "--to", "report", "--release-unread"),
    ("export", "--to", "feedback"),
    ("rubric", "show", "plants.yaml", "--diagnose"),
    ("rubric", "diff", "plants.yaml"),
    ("rulings",),
    ("rulings", "--undo"),
    ("rulings", "--pilot", "answers.csv"),
    ("compare", "plants.yaml", "own.csv"),
    ("runs", "list"),
    ("runs", "show", "--run", "nothing"),
    ("grades",),
]


@pytest.fixture
def graded(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A graded class with a sheet of one's own beside it; the page ends as soon as it is open."""
    monkeypatch.setenv("COLUMNS", "4000")
    monkeypatch.setattr("assessor.cli.review.command.serve", shut)
    set_up(shell.home)
    shell.write("own.csv", OWN)
    shell.write("empty.jsonl", "\n")
    assert shell(*grading(shell.home)).code == 0
    return shell


def shut(_: object, opened: Opened) -> None:
    """A page that its reader leaves at once."""
    opened.socket.close()


def standing(folder: Path) -> tuple[Counter[str], set[str], list[object], set[str]]:
    """What must not get worse: states, released grades, decisions, files."""
    rows = rows_of(folder / "graded" / "answers" / "grades.csv")
    states = Counter(row["state"] for row in rows)
    released = {f"{row['student_id']} {row['grade']}" for row in rows if row["grade"]}
    words = [each["id"] for each in decisions(folder) if each["deed"] == "override"]
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return states, released, words, {each for each in files if not each.startswith(".assessor")}


@pytest.mark.parametrize("typed", TYPED, ids=" ".join)
def test_a_hint_can_be_followed_as_printed(
    graded: Shell, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...]
) -> None:
    """Each command that is printed runs, and takes nothing from the class."""
    said = graded(*typed)
    told = said.out + "\n" + said.err
    place = graded.home.parent
    for number, (folder, words) in enumerate(dict.fromkeys(hints(told))):
        copy = place / f"follow {number}"
        shutil.copytree(graded.home, copy)
        monkeypatch.chdir(copy / folder if folder and not folder.startswith("/") else copy)
        before = standing(copy)
        followed = graded(*filled(words, PLACES))
        after = standing(copy)
        monkeypatch.chdir(graded.home)

        assert "No such option" not in followed.err, words
        assert "no such file" not in followed.err, words
        assert "Traceback" not in followed.err
        assert followed.code in {0, 2}, (words, followed.err)
        if followed.code == 2:  # It refuses, and says what to do instead.
            assert followed.err.strip()
        assert after[0]["ungraded"] <= before[0]["ungraded"], words
        assert after[1] >= before[1], words
        assert set(after[2]) >= set(before[2])
        assert len(after[2]) - len(before[2]) in ({0, 2} if "own.csv" in words else {0})
        assert after[3] >= before[3], words


def test_next_lines_are_followed_from_another_folder(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Graded from a parent folder, or with a store elsewhere, the next command finds the class."""
    monkeypatch.setenv("COLUMNS", "4000")
    monkeypatch.setattr("assessor.cli.review.command.serve", shut)
    inner = set_up(shell.home / "my class")
    store = str(shell.home / "memory here")
    for options in ((), ("--store", store)):
        said = shell(*grading(inner), *options)
        lines = [line for line in said.out.splitlines() if line.startswith("Next:")]
        found = [each for line in lines for each in hints(line)]
        assert found
        for folder, words in found:
            assert folder
            with monkeypatch.context() as patch:
                patch.chdir(shell.home / folder)
                assert shell(*words).code == 0


def test_a_run_that_keeps_nothing_names_no_command_that_needs_it(shell: Shell) -> None:
    """With the memory gone at the end there is no class to review."""
    inner = set_up(shell.home / "my class")

    said = shell(*grading(inner), "--store", "memory")

    (line,) = [each for each in said.out.splitlines() if each.startswith("Next:")]
    assert "--store memory" in line
    assert not [each for each in hints(line) if each[1][:1] in (("review",), ("trust",))]


def _printed() -> list[tuple[str, str]]:
    """Every text in the package that may be printed and names a command, with where it stands."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append((path.name, node.value))
            if isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else "X.csv" for p in node.values]
                found.append((path.name, "".join(map(str, parts))))
    for path in sorted(PACKAGE.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        found += [(path.name, each) for each in re.findall(r"<code>(assessor .*?)</code>", text)]
    return [(name, text) for name, text in found if "assessor " in text]


def test_every_option_that_any_text_names_is_there() -> None:
    """No text in the package tells to type an option that its command does not have."""
    wrong = []
    for name, text in _printed():
        for _, words in hints(text):
            command, kept = named(list(words))
            for word in words[len(kept) :]:
                if command and word.startswith("--") and option_of(command, word) is None:
                    wrong.append(f"{name}: assessor {' '.join(words)}")

    assert wrong == []
