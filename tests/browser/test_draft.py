"""A draft is mended in a real browser by the real command: source beside it, keys, one save."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.launch import findings

pytestmark = pytest.mark.browser
GUIDE = """- uses up its sugar (2)
- breathes out carbon dioxide (1)
- cannot make sugar without light (2)
Remember the drawing.
"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Command:
    """`rubric new --page` under way, in its folder."""

    folder: Path
    process: subprocess.Popen[str]
    address: str

    @property
    def out(self) -> Path:
        return self.folder / "plants.yaml"


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    (tmp_path / "guide.txt").write_text(GUIDE, encoding="utf-8")
    typed = ["rubric", "new", "--from", "guide.txt", "--question", "Why does it lose mass?"]
    process = subprocess.Popen(  # our own command
        [sys.executable, "-m", "assessor", *typed, "--page", "--out", "plants.yaml"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
    yield Command(folder=tmp_path, process=process, address=address)
    process.kill()
    process.communicate()


def test_a_draft_is_mended_by_keys_and_written_once_saved(page: Page, command: Command) -> None:
    """Enter in a field only looks; the file is there after "Save", and the command ends."""
    page.goto(command.address)
    page.fill("textarea[name=text0]", "uses up its own sugar")
    page.check("input[name=drop1]")
    page.focus("input[name=points0]")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Sum 4, maximum 4")
    before = command.out.exists()

    page.focus("#max")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Saved to plants.yaml")

    assert not before
    assert command.process.wait(timeout=60) == 0
    written = command.out.read_text(encoding="utf-8")
    assert "uses up its own sugar" in written
    assert "carbon dioxide" not in written


def test_the_page_can_be_used_by_anybody(page: Page, command: Command) -> None:
    """Nothing serious for the accessibility checker; no scrolling sideways on a telephone."""
    page.goto(command.address)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = findings(page)
    page.set_viewport_size({"width": 360, "height": 740})

    assert found == []
    assert page.evaluate(OVERFLOW) <= 0
    assert not command.out.exists()
