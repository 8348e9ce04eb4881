"""A folder of its own for each test of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import SMALL_RUBRIC, Shell, plants_csv
from tests.servers import canvas_site, moodle_site
from tests.servers.canvas_site import CanvasSite
from tests.servers.moodle_site import MoodleSite
from tests.servers.site import listening


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


@pytest.fixture
def canvas(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[CanvasSite]:
    """A Canvas with four students, one of them not in our class."""
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    monkeypatch.setattr("assessor.platforms.connection.time.sleep", lambda _: None)
    site = CanvasSite(scores={"501": None, "502": 2.0, "503": None, "504": 7.0})
    with listening(site) as base:
        site.base = base
        yield site


@pytest.fixture
def moodle(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[MoodleSite]:
    """A Moodle with the same students."""
    monkeypatch.setenv("ASSESSOR_MOODLE_TOKEN", moodle_site.TOKEN)
    site = MoodleSite(scores={"501": None, "502": "2.00000", "503": None, "504": "7.00000"})
    with listening(site) as base:
        site.base = base
        yield site
