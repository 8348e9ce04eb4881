"""What anybody must be able to use: contrast, names, focus, zoom, a telephone's width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from assessor.review.serve import Opened
from assessor.store import Store
from tests.browser.build import enter, graded_store, press, ready, wait_told
from tests.browser.launch import findings
from tests.engine.build import answers
from tests.review.build import class_state_in, served

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = pytest.mark.browser


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with graded_store(tmp_path, answers(8)) as opened:
        yield opened


@pytest.fixture
def opened(store: Store) -> Iterator[Opened]:
    with served(class_state_in(store)) as opened:
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, opened: Opened, scheme: str) -> None:
    """Every kind of page, in both themes, with everything unfolded."""
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
    page = context.new_page()
    enter(page, opened.address)
    press(page, ["1", "f", "r"])
    wait_told(page, "Flagged")
    here = page.url
    found = {"answer": findings(page)}
    press(page, "?")
    found["help"] = findings(page)
    for path in ("/class", "/release", "/end"):
        page.goto(opened.address.partition("/?")[0] + path)
        found[path] = findings(page)
    for path in ("/asked", "/trail"):
        page.goto(here + path)
        found[path] = findings(page)
    context.close()

    assert {name: problems for name, problems in found.items() if problems} == {}


def test_focus_can_be_seen_wherever_it_is(page: Page, opened: Opened) -> None:
    """Tabbing through the page, every stop has an outline that differs from its rest."""
    enter(page, opened.address)
    widths = []
    for _ in range(40):
        page.keyboard.press("Tab")
        widths.append(
            page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement);"
                " return document.activeElement === document.body ? 3"
                " : parseFloat(s.outlineStyle === 'none' ? 0 : s.outlineWidth); })()"
            )
        )

    assert min(widths) >= 2


@pytest.mark.parametrize("width", [400, 640], ids=["telephone", "zoom-200"])
def test_nothing_runs_out_of_a_narrow_page(browser: Browser, opened: Opened, width: int) -> None:
    """At 400 px, and at half of 1280 (200 % zoom), all is there without scrolling sideways."""
    context = browser.new_context(viewport={"width": width, "height": 450})
    page = context.new_page()
    enter(page, opened.address)
    pages = [page.url, opened.address.partition("/?")[0] + "/class", page.url + "/trail"]
    over = []
    for path in pages:
        page.goto(path)
        over.append(
            page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )
    page.goto(pages[0])
    ready(page)
    press(page, "1")
    wait_told(page, "A partial")
    context.close()

    assert over == [0, 0, 0]
