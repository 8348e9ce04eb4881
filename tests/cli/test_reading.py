"""What `check` says of an answers file, and the one question it may ask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Shell, csv_text

ROWS = [
    ["Kennziffer", "Aufsatz", "Bemerkung"],
    ["0001", "Weil sie im Dunkeln weiter atmet.", "x"],
    ["0002", "Sie verbraucht gespeicherten Zucker.", "y"],
]


def at_a_terminal(folder: Path, said: str, *arguments: str) -> tuple[int, str, str]:
    """Run a command as at a terminal, with what the person types; exit code, stdout, the screen."""
    pty = pytest.importorskip("pty", reason="needs a Unix terminal")
    ours, theirs = pty.openpty()
    os.write(ours, said.encode())
    done = subprocess.run(
        [sys.executable, "-m", "assessor", *arguments],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        cwd=folder,
        timeout=60,
        check=False,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:
        pass
    os.close(ours)
    return done.returncode, done.stdout.decode(), shown.decode()


def test_an_unclear_column_is_asked_for_once_and_kept(shell: Shell) -> None:
    """The second time assessor.toml says it."""
    shell.write("class.csv", csv_text(ROWS))

    code, out, shown = at_a_terminal(shell.home, "1\n1\ny\n", "check", "class.csv")

    assert (code, shown.count("Which column holds")) == (0, 2)
    assert "2 answered" in out
    kept = (shell.home / "assessor.toml").read_text(encoding="utf-8")
    assert kept == '[assignment]\nstudent = "Kennziffer"\nanswer = "Aufsatz"\n'
    again = shell("check", "class.csv")
    assert (again.code, "2 answered" in again.out) == (0, True)


def test_without_a_terminal_the_choices_are_an_error(shell: Shell) -> None:
    """Nobody is asked, nothing is guessed: exit 2 with the columns to choose from."""
    shell.write("class.csv", csv_text(ROWS))

    said = shell("check", "class.csv", "--student", "Kennziffer")

    assert said.code == 2
    assert "--answer: 'Kennziffer', 'Aufsatz', 'Bemerkung'" in said.err


def test_check_says_which_attempt_counts(shell: Shell) -> None:
    """Two attempts of one student are both there, and the policy is said."""
    rows = [["student_id", "attempt", "answer"], ["s1", "1", "First."], ["s1", "2", "Second."]]
    shell.write("class.csv", csv_text(rows))

    said = shell("check", "class.csv")

    assert "1 student has several attempts: the latest counts" in said.out


def test_check_says_what_a_roster_is_good_for(shell: Shell) -> None:
    """A file without answers is no error where it is known for what it is."""
    rows = [["Student", "ID", "Section", "Essay (48150)"], ["Bee, Ann", "501", "A", ""]]
    shell.write("gradebook.csv", csv_text(rows))

    said = shell("check", "gradebook.csv")

    assert said.code == 0
    assert "canvas_gradebook" in said.out
    assert "holds no answers" in said.out


def test_a_column_is_not_offered_twice(shell: Shell) -> None:
    """What names the student holds no answer."""
    shell.write("class.csv", csv_text([row[:2] for row in ROWS]))

    code, _, shown = at_a_terminal(shell.home, "1\n1\nn\n", "check", "class.csv")

    assert code == 0
    asked = shown.partition("holds the answer?")[2].partition("Number")[0]
    assert asked.split() == ["1", "Aufsatz"]
