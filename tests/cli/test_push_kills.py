"""kill -9 at each request of a push: no grade is lost, no comment stands twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.test_push import WORDS, graded
from tests.servers import canvas_site, moodle_site
from tests.servers.canvas_site import CanvasSite
from tests.servers.moodle_site import MoodleSite
from tests.servers.site import Asked, Said, listening

pytestmark = pytest.mark.slow


class Killing:
    """Ends the process that asks, before or after its request number `at` is done."""

    def __init__(self, site: Callable[[Asked], Said], at: int, *, after: bool) -> None:
        self._site, self._at, self._after = site, at, after
        self.process: subprocess.Popen[bytes] | None = None

    def __call__(self, asked: Asked) -> Said:
        self._at -= 1
        if self._at == 0 and not self._after:
            self._kill()
            return Said(broken=True)
        said = self._site(asked)
        if self._at == 0:
            self._kill()
        return said

    def _kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


def pushed(killing: Killing, home: Path, target: str, url: str) -> None:
    """Push in a process of its own that is killed on the way."""
    command = [sys.executable, "-c", "from assessor.cli import main; main()"]
    # The server must not answer the first request before the process is known to it.
    killing.process = process = subprocess.Popen(
        [*command, "export", "--to", target, "--push", url, "--yes"],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.wait(120) == -signal.SIGKILL


def age_the_logs(home: Path) -> None:
    """Let an hour pass since every request that was begun."""
    for log in home.rglob("sent.jsonl"):
        text = log.read_text(encoding="utf-8").replace('"at": "20', '"at": "19')
        log.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("at", "slow"), [(2, 0), (3, 0), (4, 0), (4, 4)])
def test_canvas(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, at: int, slow: int, *, after: bool
) -> None:
    """A job that was queued is done whether or not we still live; we cannot know."""
    graded(shell)
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    site = CanvasSite(scores={"501": None, "502": 2.0, "503": None}, slow_jobs=slow)
    killing = Killing(site, at, after=after)
    with listening(killing) as base:
        site.base = base
        url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
        pushed(killing, shell.home, "canvas", url)

        shell("export", "--to", "canvas", "--push", url, "--yes")
        most = max((len(each) for each in site.comments.values()), default=0)
        age_the_logs(shell.home)
        shell("export", "--to", "canvas", "--push", url, "--yes")
        last = shell("export", "--to", "canvas", "--push", url, "--yes")

    assert most <= 1
    assert site.scores == {"501": 8.0, "502": 4.0, "503": 0.0}
    assert {user: [c["comment"] for c in there] for user, there in site.comments.items()} == {
        user: [text] for user, text in WORDS.items()
    }
    assert "nothing to send" in last.err


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [5, 15])
def test_moodle(shell: Shell, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool) -> None:
    """What was saved stays, what was not is saved by the next push."""
    graded(shell)
    monkeypatch.setenv("ASSESSOR_MOODLE_TOKEN", moodle_site.TOKEN)
    site = MoodleSite(scores={"501": None, "502": "2.00000", "503": None})
    killing = Killing(site, at, after=after)
    with listening(killing) as base:
        url = f"{base}/mod/assign/view.php?id={moodle_site.MODULE}"
        pushed(killing, shell.home, "moodle", url)

        shell("export", "--to", "moodle", "--push", url, "--yes")
        last = shell("export", "--to", "moodle", "--push", url, "--yes")

    assert site.scores == {"501": "8.00000", "502": "4.00000", "503": "0.00000"}
    assert sorted(site.feedback) == ["501", "502", "503"]
    assert "nothing to send" in last.err
