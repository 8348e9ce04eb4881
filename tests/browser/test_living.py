"""An hour at the page: what stays in view, where it opens, lists, own points, words, files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from assessor.errors import InputError
from assessor.review.release_preview import Preview
from assessor.review.serve import Opened
from assessor.store import Store
from tests.browser.build import enter, graded_store, press, ready, told, wait_told
from tests.browser.launch import findings
from tests.engine.build import answers
from tests.review.build import class_state_in, served, tools_for

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = ("/class", "/students", "/rubric", "/release", "/wording?question=answer&cell=samples")


class OneOutlet:
    """Takes a file whose name begins with a platform's."""

    names: Sequence[str] = ("canvas",)
    taken: bytes = b""

    def preview(self, target: str, column: str = "") -> Preview:
        return Preview(column=column or "Essay (9)", counts=((len(self.taken), "bytes"),))

    def write(self, target: str, column: str = "") -> str:
        return "Written."

    def take(self, name: str, data: bytes) -> Sequence[str]:
        if not name.startswith("canvas"):
            raise InputError(f"{name}: is no file that a platform takes back")
        self.taken = data
        return ("canvas",)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with graded_store(tmp_path, answers(8)) as opened:
        yield opened


@pytest.fixture
def outlet() -> OneOutlet:
    return OneOutlet()


@pytest.fixture
def opened(store: Store, outlet: OneOutlet) -> Iterator[Opened]:
    class_state = class_state_in(store)
    with served(class_state, replace(tools_for(class_state), outlets=outlet)) as opened:
        yield opened


def root(opened: Opened) -> str:
    return opened.address.partition("/?")[0]


def test_total_state_and_saved_stay_in_view(page: Page, opened: Opened) -> None:
    """Scrolled to the end of a low window, all three are there, and not one above the other."""
    page.set_viewport_size({"width": 1280, "height": 500})
    enter(page, opened.address)
    press(page, "1")
    wait_told(page, "A partial")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    boxes = [page.locator(each).bounding_box() for each in ("#told", ".title .chip", ".sum")]

    assert page.evaluate("scrollY") > 100
    assert all(box is not None and 0 <= box["y"] < 120 for box in boxes)
    assert told(page) == "A partial. Saved: 2 of 3."
    assert page.evaluate(
        "(() => { const b = document.querySelector('.sum b').getBoundingClientRect();"
        " const top = document.elementFromPoint(b.x + 2, b.y + b.height / 2);"
        " return top.closest('.sum') !== null; })()"
    )


def test_on_a_telephone_an_answer_opens_at_its_top(browser: Browser, opened: Opened) -> None:
    """Also the next one; a key that sets a level scrolls to the key point that comes next."""
    context = browser.new_context(viewport={"width": 390, "height": 500})
    page = context.new_page()
    enter(page, opened.address)
    first = page.evaluate("scrollY")
    press(page, "1")
    wait_told(page, "A partial")
    page.wait_for_function("() => scrollY > 0")
    press(page, "n")
    page.wait_for_function("() => document.querySelector('h1').textContent === 'Answer 2'")
    page.wait_for_function("() => scrollY === 0")
    context.close()

    assert first == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_readable_by_all_and_says_nothing_to_the_console(
    browser: Browser, opened: Opened, scheme: str
) -> None:
    """Nothing serious for axe, nothing in the console, nothing sticks out at 400 % zoom."""
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two
        viewport={"width": 320, "height": 256},
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    enter(page, opened.address)
    press(page, "1")
    wait_told(page, "A partial")
    press(page, "t")
    over = {"answer": page.evaluate(OVERFLOW)}
    for path in PAGES:
        page.goto(root(opened) + path)
        over[path] = page.evaluate(OVERFLOW)
    found = {}
    quiet = list(said)
    for path in ("/go", *PAGES):
        page.goto(root(opened) + path)
        found[path] = findings(page)
    context.close()

    assert quiet == []
    assert set(over.values()) == {0}
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_a_key_that_a_key_point_does_not_have_says_which_it_has(page: Page, opened: Opened) -> None:
    """The second one is made or not made: 2 is no level of it, and nothing changes."""
    enter(page, opened.address)
    press(page, "j")
    press(page, "2")
    wait_told(page, "No key 2 here: B has the keys 0, 1. Nothing was changed.")


def test_a_student_is_found_while_typing_and_leads_to_the_answer(
    page: Page, opened: Opened
) -> None:
    """The list narrows down; its link shows the answer with the name, and the address is kept."""
    enter(page, opened.address)
    page.goto(f"{root(opened)}/students")
    page.wait_for_selector("form.filter[data-htmx-powered]", state="attached")
    page.fill("#find", "S003")
    page.wait_for_function("() => document.querySelectorAll('.roster tbody tr').length === 1")
    page.wait_for_url("**find=S003*")
    page.get_by_role("link", name="S003").click()
    ready(page)

    assert page.locator(".student").inner_text() == "S003"


def test_own_points_are_given_by_keyboard(page: Page, opened: Opened) -> None:
    """`t`, a number, why, Enter: the total says it, and the keys are there again."""
    enter(page, opened.address)
    press(page, "t")
    page.wait_for_selector("#total-text:focus")
    page.keyboard.type("-1")
    press(page, ["Tab"])
    page.keyboard.type("copied from the board")
    press(page, ["Enter"])
    wait_told(page, "Points in all given. Saved: 2 of 3.")
    press(page, ["Escape", "d"])
    page.wait_for_function("() => document.querySelector('h1').textContent !== 'Answer 1'")

    assert page.locator(".progress b").inner_text() == "1"


def test_enter_in_the_reason_keeps_it_and_presses_nothing_else(page: Page, store: Store) -> None:
    """A field's first button is the one that keeps what is typed, whatever the page offers."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        enter(page, opened.address)
        page.fill("#reason-text", "as agreed")
        page.focus("#reason-text")
        press(page, ["Enter"])
        wait_told(page, "Feedback and reason")

    (noted,) = [each for each in class_state.entries if each.mine is not None]
    assert noted.mine is not None
    assert (noted.mine.reason, noted.is_done) == ("as agreed", False)


def test_a_platforms_file_is_put_on_the_page(
    page: Page, opened: Opened, outlet: OneOutlet, tmp_path: Path
) -> None:
    """Chosen or dropped, it goes to this machine's page alone, which shows what would change."""
    good, other = tmp_path / "canvas grades ü.csv", tmp_path / "letter.txt"
    good.write_bytes("Student,ID\n".encode("utf-16"))
    other.write_text("Dear all", encoding="utf-8")
    enter(page, opened.address)
    page.goto(f"{root(opened)}/release")
    page.set_input_files("#platform-file", other)
    wait_told(page, "Not taken: letter.txt: is no file that a platform takes back")
    page.set_input_files("#platform-file", good)
    page.wait_for_url("**/release?to=canvas*")
    shown = page.locator("#export .note").inner_text()

    assert outlet.taken == good.read_bytes()
    assert "Canvas: Essay (9)" in shown
    assert f"{len(outlet.taken)} bytes" in shown


def test_a_file_can_be_dragged_from_the_desktop(
    page: Page, opened: Opened, outlet: OneOutlet, tmp_path: Path
) -> None:
    """Dropped as the browser itself drops a file, onto the words and not the button."""
    file = tmp_path / "canvas export.csv"
    file.write_bytes(b"Student,ID\n")
    enter(page, opened.address)
    page.goto(f"{root(opened)}/release")
    box = page.locator("#drop").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    for step in ("dragEnter", "dragOver", "drop"):
        place = {"x": box["x"] + 5, "y": box["y"] + 5}
        session.send("Input.dispatchDragEvent", {"type": step, **place, "data": data})
    page.wait_for_url("**/release?to=canvas*")

    assert outlet.taken == file.read_bytes()
