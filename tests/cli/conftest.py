"""A folder of its own for each test of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import SMALL_RUBRIC, Shell, plants_csv


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """An empty folder to type commands in."""
    home = tmp_path / "class"
    home.mkdir()
    monkeypatch.chdir(home)
    return Shell(home, capsys)


@pytest.fixture
def plants(shell: Shell) -> Shell:
    """A folder with a small class and its rubric."""
    shell.write("answers.csv", plants_csv())
    shell.write("plants.yaml", SMALL_RUBRIC)
    return shell
