"""While a person is asked, another one decides: only what was shown is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.shell import Shell
from tests.cli.test_push import graded, to_canvas
from tests.servers.canvas_site import CanvasSite

SHOWN = {"501": "8", "502": "4", "503": "0"}


def asked(patch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Somebody at a terminal thinks before saying yes; something happens in that time."""

    def answer(_: str) -> str:
        meanwhile()
        return "y"

    patch.setattr("assessor.cli.workplace.is_terminal", lambda: True)
    patch.setattr("click.termui.visible_prompt_func", answer)


def decide(shell: Shell, points: str) -> Callable[[], object]:
    """Somebody at another terminal gives 502 these points."""
    sheet = shell.write("second.csv", f"student_id,proxy,total\n502,{points},{points}\n")

    def deed() -> None:
        said = shell("review", "--sheet", sheet.name, "--yes")
        assert said.code == 0, said.err

    return deed


@pytest.mark.parametrize("points", ["4", "1"])
def test_no_file_holds_a_grade_that_was_changed_while_one_was_asked(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, points: str
) -> None:
    """The preview said 4 and it is 1 by now: nothing is written. Said again, it is as it was."""
    graded(shell)
    asked(monkeypatch, decide(shell, points))

    said = shell("export", "--to", "prairielearn")
    written = [path.name for path in (shell.home / "graded" / "answers").glob("*prairielearn*")]

    if points == SHOWN["502"]:
        assert (said.code, len(written)) == (0, 1)
    else:
        assert (said.code, written) == (2, [])
        assert "1 grade changed while you were asked ('502')" in said.err


def test_no_page_tells_a_student_a_grade_that_was_changed_while_one_was_asked(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page once handed out is read, whatever is written into its place afterwards."""
    graded(shell)
    asked(monkeypatch, decide(shell, "1"))

    said = shell("export", "--to", "feedback")

    assert said.code == 2
    assert "changed while you were asked" in said.err
    assert not list((shell.home / "graded").rglob("feedback/*"))


def test_nothing_is_sent_that_was_changed_while_one_was_asked(
    shell: Shell, canvas: CanvasSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A platform shows a grade to its student at once, and the one of a minute ago is wrong."""
    graded(shell)
    before = dict(canvas.scores)
    asked(monkeypatch, decide(shell, "1"))

    said = to_canvas(shell, canvas, "--allow-lower")

    assert said.code == 2
    assert "nothing was written or sent" in said.err
    assert canvas.scores == before


def test_a_sheet_takes_no_word_back_that_came_while_one_was_asked(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was shown beside the word of before: 4 → 2, and what stands by then is 1."""
    graded(shell)
    assert shell("export", "--to", "xlsx").code == 0
    asked(monkeypatch, decide(shell, "1"))
    shell.write("mine.csv", "student_id,proxy,total\n502,2,2\n")

    said = shell("review", "--sheet", "mine.csv")

    assert "changed while you were asked" in said.err
    assert {r["student_id"]: r["grade"] for r in shell.rows()} == {**SHOWN, "502": "1"}
