"""Report and feedback pages in a real browser: readable by all, on any screen, and inert."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from assessor.report.feedback_pages import INDEX, Told, feedback_pages
from assessor.report.material import ReportMaterial
from assessor.report.page import report_page
from assessor.verdict import State
from tests.browser.launch import findings, open_browser
from tests.report.build import decision, judged, material, release, rubric, small_class, submission

pytestmark = pytest.mark.browser

Theme = Literal["light", "dark"]
HOSTILE = (
    "<script>document.title='owned'</script>",
    "</style><style>body{display:none}</style>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\u202e\u2066right to left\u0000\u200b" + "x" * 900,
)


def large_class() -> ReportMaterial:
    """Enough hand grades for every table and card of the page."""
    ours = rubric()
    several = [
        submission(f"S{n}", f"It burns its sugar to live {'and to grow ' * (n % 7)}{n}.")
        for n in range(40)
    ]
    outcomes = [
        judged(
            ours,
            each,
            {"respires": ("full", "partial", "absent")[n % 3], "evaporates": "present"},
            State.NEEDS_REVIEW if n % 5 == 0 else State.GRADED,
            ["flag:addressed"] if n % 5 == 0 else [],
        )
        for n, each in enumerate(several)
    ]
    decided = [decision(each, respires="1", no_gain="0", evaporates="1") for each in several[:25]]
    return material(outcomes, decided=decided)


def hostile_class(*, ids: bool) -> ReportMaterial:
    """Hostile ids and names, or hostile answers: a quote that holds a name is never shown."""
    ours = rubric()
    several = [
        submission(text, f"It burns its sugar {n}.", name=text) if ids else submission(f"{n}", text)
        for n, text in enumerate(HOSTILE)
    ]
    return material(
        [
            judged(ours, each, {"respires": "full", "evaporates": "present"}, reasons=["risk"])
            for each in several
        ],
        released=[release(each, "1") for each in several],
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def written(folder: Path) -> dict[str, Path]:
    """Write one page of each kind; return name → file."""
    pages = {
        "report": report_page(small_class()),
        "report-large": report_page(large_class()),
        "report-empty": report_page(material([])),
        "report-hostile": report_page(hostile_class(ids=False)),
        "report-ids-hostile": report_page(hostile_class(ids=True)),
    }
    for built, name in ((small_class(), "feedback"), (hostile_class(ids=True), "feedback-hostile")):
        made = feedback_pages(built, Told(secret=b"secret"))
        pages[name] = next(page for file, page in made.items() if file != INDEX)
    files = {}
    for name, page in pages.items():
        files[name] = folder / f"{name}.html"
        files[name].write_bytes(page)
    return files


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 400])
def test_no_serious_finding_and_nothing_sticks_out(
    browser: Browser, tmp_path: Path, theme: Theme, width: int
) -> None:
    """axe-core finds nothing serious, closed or opened, and no page scrolls sideways."""
    context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 800})
    page = context.new_page()
    found: dict[str, object] = {}
    for name, file in written(tmp_path).items():
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found[name] = findings(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[name] = "is wider than the screen"
    context.close()

    assert not {name: wrong for name, wrong in found.items() if wrong}


def test_hostile_answers_show_as_text(browser: Browser, tmp_path: Path) -> None:
    """No script runs, no style comes in, nothing is fetched, and the policy is never even asked."""
    context = browser.new_context()
    page = context.new_page()
    text = ""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    for name, file in written(tmp_path).items():
        if name.endswith("hostile"):
            page.goto(file.as_uri())
            assert "owned" not in page.title()
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            text += page.locator("main").inner_text()
    shown = page.content()
    context.close()

    assert said == []
    assert len(asked) == 3
    assert "<script" not in shown
    assert "<script>document.title='owned'</script>" in text


def test_paper_is_white_whatever_the_theme(browser: Browser, tmp_path: Path) -> None:
    """Printed from a dark screen: black on white, bars in colour, lists of ids left out."""
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(written(tmp_path)["report-large"].as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.body).color")
    bar = page.evaluate("getComputedStyle(document.querySelector('rect.full')).fill")
    ids = [each.is_visible() for each in page.locator(".ids").all()]
    context.close()

    assert (paper, ink, bar) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)", "rgb(31, 102, 128)")
    assert ids
    assert not any(ids)


def test_the_checker_sees_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    """A page that is hard to read is found: the check above would fail."""
    file = tmp_path / "bad.html"
    file.write_text("<html><body><p style='color:#ddd'>faint</p><img src=''>", encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    found = {each.partition(":")[0] for each in findings(page)}
    page.close()

    assert {"color-contrast", "image-alt"} <= found
