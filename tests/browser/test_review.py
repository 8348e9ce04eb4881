"""An evening at the review page: keys, undo, reload, two windows, two graders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from assessor.judges.scripted import ScriptedJudge
from assessor.review.entry import Seat
from assessor.review.release_preview import releases
from assessor.store import Store
from tests.browser.build import aside, enter, graded_store, press, ready, told, wait_told
from tests.engine.build import RUBRIC, answers, grade, job, rubric
from tests.review.build import GOOD, class_state_in, entry_of, grade_class, served

pytestmark = pytest.mark.browser


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with graded_store(tmp_path, answers(20)) as opened:
        yield opened


def test_twenty_answers_by_keyboard_alone(store: Store, page: Page) -> None:
    """One key takes a good answer, three correct one; nothing is pressed twice or lost."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        enter(page, opened.address)
        for _ in range(10):
            press(page, ["d", "1", "d"])
        page.wait_for_url("**/end")

    changed = [each for each in class_state.entries if each.grade.standing != each.grade.proposed]
    assert sum(each.is_done for each in class_state.entries) == 20
    assert len(changed) == 10
    assert "All 20 done" in page.locator("h1").inner_text()


def test_undo_reload_and_a_run_of_grade_leave_the_decision(store: Store, page: Page) -> None:
    """What is on the screen after a reload, and after grading again, is what was decided."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        enter(page, opened.address)
        press(page, ["0", "1", "1", "u"])
        wait_told(page, "Undone")
        page.wait_for_function("document.querySelector('.sum b').textContent === '1'")
        page.reload()
        ready(page)
        after_reload = page.locator(".sum b").inner_text()
        student = next(each for each in class_state.entries if each.is_done).key[0]
        aside(lambda: grade_class(store, answers(20)))
        page.reload()
        ready(page)

        assert (after_reload, page.locator(".sum b").inner_text()) == ("1", "1")
    assert entry_of(class_state_in(store), student).grade.grade == 1


def test_keys_do_nothing_while_typing(store: Store, page: Page) -> None:
    """Feedback may hold digits and letters; Esc gives the keys back; the text decides nothing."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        enter(page, opened.address)
        press(page, "e")
        page.locator("#feedback-text").fill("")
        page.keyboard.type("2 nand a 0")
        press(page, ["Escape"])
        wait_told(page, "Feedback and reason")
        where = page.url
        press(page, "n")
        page.wait_for_function("where => location.href !== where", arg=where)

    (noted,) = [each for each in class_state.entries if each.mine is not None]
    assert (noted.mine and noted.mine.feedback, noted.is_done) == ("2 nand a 0", False)
    assert noted.grade.standing == noted.grade.proposed


def test_every_key_of_the_help_does_something(store: Store, page: Page) -> None:
    """The list of keys is shown by ?, and closes."""
    with served(class_state_in(store)) as opened:
        enter(page, opened.address)
        press(page, "?")
        listed = page.locator("#help").inner_text()
        press(page, ["Escape", "ArrowDown", "Shift+C"])
        framed = page.locator(".cell.framed").get_attribute("data-letter")
        press(page, "f")
        wait_told(page, "Flagged")
        press(page, "r")
        page.wait_for_function("document.querySelectorAll('details.more[open]').length === 3")

        assert "undo the latest change" in listed
        assert framed == "C"


def test_two_windows_conflict_and_say_so(store: Store, context: BrowserContext) -> None:
    """The window that did not see the change is told; nothing is lost, nothing written over."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        one, other = context.new_page(), context.new_page()
        enter(one, opened.address)
        enter(other, opened.address)
        press(one, "1")
        wait_told(one, "A partial")
        press(other, "0")
        wait_told(other, "Not saved")
        alarm = other.locator(".alarm").inner_text()
        other.get_by_role("button", name="Make my change after all").click()
        wait_told(other, "A absent")

    assert "Your change was: A 0, B 1, C 0" in alarm
    assert "What stands now: A 1, B 1, C 0" in alarm
    (done,) = [each for each in class_state.entries if each.is_done]
    assert done.grade.standing == 1


def test_two_graders_merge_and_settle(
    store: Store, context: BrowserContext, browser_page: Page
) -> None:
    """Two pages of two people on one class: the first stands, both see the difference."""
    ann, bob = (class_state_in(store, Seat(name=name, apart=True)) for name in ("ann", "bob"))
    with served(ann) as anns, served(bob) as bobs:
        enter(browser_page, anns.address)
        press(browser_page, "2")
        wait_told(browser_page, "A full")
        page = context.new_page()
        enter(page, bobs.address)
        press(page, "0")
        wait_told(page, "A absent")
        seen = page.locator(".alarm").inner_text()
        page.get_by_role("button", name="Take ann’s").click()
        wait_told(page, "Settled")
        left = page.locator(".alarm").count()

    (done,) = [each for each in class_state_in(store).entries if each.is_done]
    assert "ann gave A 2, B 1, C 0: A 2 against 0" in seen
    assert left == 0
    assert done.grade.standing == 3


def test_a_release_of_other_points_is_taken_back_and_made_again_as_told(
    store: Store, page: Page
) -> None:
    """The warning's way: *Release*, its key, release again; then what is proposed now goes out."""
    first = job(answers(20), budget=0.0)
    dearer = replace(first, rubrics={"answer": rubric(RUBRIC.replace("points: 2", "points: 4"))})
    aside(lambda: grade(first, ScriptedJudge(GOOD), store))
    class_state = class_state_in(store)
    class_state.release(releases(class_state.entries, None))
    old = [each.grade.grade or 0 for each in class_state.entries]
    aside(lambda: grade(dearer, ScriptedJudge(GOOD), store))
    with served(class_state) as opened:
        enter(page, opened.address)
        page.get_by_role("link", name="Release", exact=True).click()
        page.wait_for_url("**/release")  # and its keys work
        before = page.locator("main").inner_text()
        press(page, "u")
        page.get_by_text("Taken back: the release of 20 grades.").wait_for()
        page.locator("input[name=sure]").check()
        page.locator("button[value=unread]").click()
        page.get_by_text("20 grades released unread.").wait_for()
        after = page.locator("main").inner_text()

    assert "20 with other points than are proposed now" in before
    assert "other points than are proposed now" not in after
    assert [each.grade.grade for each in class_state.entries] == [points + 2 for points in old]


@pytest.fixture
def browser_page(browser: object, context: BrowserContext) -> Iterator[Page]:
    """A page of another person: its own cookies."""
    other = context.browser
    assert other is not None
    opened = other.new_context()
    yield opened.new_page()
    opened.close()


def test_the_server_gone_is_told(store: Store, page: Page) -> None:
    """A press that could not be saved is not shown as saved."""
    with served(class_state_in(store)) as opened:
        enter(page, opened.address)
    press(page, "1")
    wait_told(page, "Not saved")

    assert "assessor review" in told(page)
