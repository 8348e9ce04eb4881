"""What is printed to be typed next names the program as it was called, whatever way that was."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import assessor.cli as cli
from assessor.assignment.class_folder import near
from assessor.called import COMMANDS, Called, as_called, called_by, calling
from tests.keeping.build import grading, set_up

NEXT = "Next: cd 'my class' && assessor trust, or assessor review."


def test_every_command_is_known_by_name() -> None:
    assert tuple(cli.COMMANDS) == COMMANDS


@pytest.mark.parametrize(
    ("argv", "here", "anywhere"),
    [
        (["python3", "-m", "assessor", "grade"], "python3 -m assessor", "python3 -m assessor"),
        (
            [".venv/bin/python", "-X", "utf8", "-m", "assessor"],
            ".venv/bin/python -X utf8 -m assessor",
            f"{os.getcwd()}/.venv/bin/python -X utf8 -m assessor",
        ),
        (
            ["/v/bin/python", ".venv/bin/assessor"],
            ".venv/bin/assessor",
            f"{os.getcwd()}/.venv/bin/assessor",
        ),
        (["/v/bin/python", "/my v/bin/assessor"], "'/my v/bin/assessor'", "'/my v/bin/assessor'"),
        (["/v/bin/python", "/elsewhere/pytest", "assessor"], "assessor", "assessor"),
        (["python3"], "assessor", "assessor"),
    ],
)
def test_a_command_is_named_as_it_was_typed(argv: list[str], here: str, anywhere: str) -> None:
    """Relative paths lead nowhere from another folder: there they are whole."""
    called = called_by(argv, {"PATH": "/nowhere"})

    assert (called.here, called.anywhere) == (here, anywhere)
    with calling(called):
        told = as_called(NEXT)
        assert told == f"Next: cd 'my class' && {anywhere} trust, or {here} review."
        assert as_called(told) == told


def test_what_the_shell_finds_by_name_is_called_by_name(tmp_path: Path) -> None:
    """The shell hands the whole path over, and nobody typed that. A link, as pipx has it, too."""
    script = tmp_path / "venv" / "assessor"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\n", encoding="utf-8")
    script.chmod(0o755)
    on_path = tmp_path / "bin"
    on_path.mkdir()
    (on_path / "assessor").symlink_to(script)

    for path in (script, on_path / "assessor"):
        assert called_by(["python3", str(path)], {"PATH": str(on_path)}) == Called()


@pytest.mark.parametrize(
    ("argv", "here"),
    [
        (["/p/.venv/bin/python", "/p/.venv/bin/assessor"], "uv run assessor"),
        (["/p/.venv/bin/python", "-m", "assessor"], "uv run python -m assessor"),
    ],
)
def test_uv_is_asked_to_run_it_again(argv: list[str], here: str) -> None:
    """It puts the environment in front of the path for this process alone."""
    environ = {"PATH": "/p/.venv/bin", "UV": "/bin/uv", "UV_RUN_RECURSION_DEPTH": "1"}

    assert called_by(argv, environ).here == here


def test_words_about_the_program_stay() -> None:
    """Only what can be typed is named anew."""
    text = "assessor: a.csv: was written by assessor. Let assessor be the second; assessor's own"
    with calling(Called(here="x/assessor", anywhere="/x/assessor")):
        assert as_called(text) == text


def test_what_is_printed_next_can_be_pasted(tmp_path: Path) -> None:
    """From the first command on, as a module and in another folder: each Next runs as it stands."""
    set_up(tmp_path / "my class")
    words = [each.replace(str(tmp_path), ".") for each in grading(tmp_path / "my class")]
    first = shell(shlex.join([sys.executable, "-m", "assessor", *words]), tmp_path)

    (line,) = [each for each in first.splitlines() if each.startswith("Next:")]
    told = re.findall(r"cd 'my class' && \S+ -m assessor [a-z]+(?: --sheet-out [^\s)]+)?", first)
    assert told, line
    assert not re.findall(r"(?<!-m )\bassessor (?:review|trust)\b", first)
    (sheet,) = [each for each in told if "--sheet-out" in each]
    assert "Next:" in shell(sheet, tmp_path)


def shell(typed: str, place: Path) -> str:
    """Type a line into a shell that does not know the program by name."""
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(place), "COLUMNS": "4000"}
    done = subprocess.run(  # noqa: S602  # it is what a person types
        typed, shell=True, cwd=place, env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_every_sentence_of_the_door_that_names_a_command_is_spoken() -> None:
    """What is printed as it stands would name the program otherwise than it was called."""
    names = re.compile(rf"\bassessor (?:{'|'.join(COMMANDS)})\b")
    wrong = []
    for path in sorted(Path(cli.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for each in node.args if name in {"plain", "print", "echo"} else ():
                parts = each.values if isinstance(each, ast.JoinedStr) else [each]
                texts = [p.value for p in parts if isinstance(p, ast.Constant)]
                if any(names.search(str(text)) for text in texts):
                    wrong.append(f"{path.name}:{node.lineno}")

    assert wrong == []


def test_a_file_called_like_an_option_is_named_so_that_it_is_none() -> None:
    """What is printed is pasted: `--yes` there would be an answer to every question."""
    assert near(Path("--yes.csv")) == "./--yes.csv"
    assert near(Path("$(x) y.csv")) == "'$(x) y.csv'"
