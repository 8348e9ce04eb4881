"""An evening by keyboard alone: twelve groups, five rulings, undo."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from assessor.ambient import real
from assessor.assignment.single_answer import make_submission
from assessor.engine.borders import standing_rulings
from assessor.review.alike import groups_of
from assessor.store import Store, open_store
from tests.browser.build import aside, press, ready, wait_told
from tests.engine.build import Said, by_answer, sentence
from tests.review.build import class_state_in, grade_class, served
from tests.rulings.page import FIVE_RUBRIC, five_lake, graded_five

pytestmark = pytest.mark.browser

GROUPS, EACH = 12, 3


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / ".assessor", real(), data_home=tmp_path / "data") as opened:
        yield opened


def graded_groups(store: Store) -> None:
    """Twelve times three answers that make one point in the same words."""
    texts, table = [], {}
    for group in range(GROUPS):
        point = " ".join(sentence(1000 + group).split()[:5])
        for one in range(EACH):
            text = f"{sentence(10 * group + one)} So {point}."
            texts.append(text)
            table[text] = {"samples": Said("full", 0.95, (point,))}
    submissions = [make_submission(f"S{n:02}", text) for n, text in enumerate(texts)]
    grade_class(store, submissions, by_answer(table))


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES_IN"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def loaded(page: Page, words: str) -> None:
    page.wait_for_function("words => document.body.innerText.includes(words)", arg=words)
    page.wait_for_load_state("load")


def test_twelve_groups_by_keyboard_and_one_undone(store: Store, page: Page) -> None:
    """Each is framed once; one key decides a group, one takes an answer out, one goes back."""
    aside(lambda: graded_groups(store))
    class_state = class_state_in(store)
    assert len(groups_of(class_state.entries, class_state.like)) == GROUPS
    with served(class_state) as opened:
        page.goto(opened.address)
        ready(page)
        page.goto(page.url.split("/answer")[0] + "/groups")
        loaded(page, f"Group 1 of {GROUPS}")
        press(page, "d")
        wait_told(page, "not looked at yet")
        picture(page, "group_refused")
        press(page, ["j", "j"])
        picture(page, "group")
        press(page, "x")
        loaded(page, "Put back")
        press(page, ["k", "k", "d"])
        wait_told(page, "Decided together: 2 answers")
        for groups in range(GROUPS - 1, 0, -1):
            loaded(page, f"Group 1 of {groups}\n")
            press(page, ["j", "j", "d"])
        loaded(page, "Go on with the queue")
        wait_told(page, "Decided together: 3 answers")
        decided = [each for each in class_state.entries if each.is_done]
        assert len(decided) == GROUPS * EACH - 1
        page.goto(page.url.split("/groups")[0] + f"/answer/{decided[-1].id}")
        ready(page)
        press(page, "u")
        wait_told(page, "Undone")

    left = [each for each in class_state_in(store).entries if each.is_done]
    assert len(left) == GROUPS * EACH - 1 - EACH
    reasons = {each.mine.reason for each in left if each.mine is not None}
    assert reasons == {"decided in a group of 3", "decided in a group of 2"}


def test_five_rulings_by_keyboard_and_one_undone(store: Store, page: Page) -> None:
    """Number keys, a line of one's own, what follows, yes; then the latest goes back."""
    aside(lambda: graded_five(store))
    class_state = class_state_in(store)
    lake = five_lake(class_state)
    with served(class_state, lake.tools()) as opened:
        page.goto(opened.address)
        ready(page)
        page.goto(page.url.split("/answer")[0] + "/rulings")
        loaded(page, "5 questions")
        picture(page, "rulings")
        press(page, ["0", "1", "0", "0", "2"])
        page.wait_for_function("() => document.querySelectorAll('.words').length === 5")
        press(page, "e")
        page.keyboard.type("it says who counts 2 times")
        press(page, ["Escape", "d"])
        loaded(page, "What follows for lake.yaml")
        picture(page, "rulings_follow")
        press(page, "y")
        loaded(page, "5 rulings written into lake.yaml")
        loaded(page, "No border is open")
        assert sum(each.is_decided for each in standing_rulings(store)) == 5
        assert "only if it says who counts 2 times" in lake.text
        picture(page, "rulings_done")
        press(page, "u")
        loaded(page, "Taken back")
        picture(page, "rulings_undone")

    assert sum(each.is_decided for each in standing_rulings(store)) == 4
    assert "it says who counts" not in lake.text


def test_words_typed_before_their_field_is_there_are_no_keys(store: Store, page: Page) -> None:
    """A slow page: the line goes into the field whole, and its letters undo and preview nothing."""
    aside(lambda: graded_five(store))
    class_state = class_state_in(store)
    lake = five_lake(class_state)
    held: list[Route] = []
    sent: list[str] = []

    def hold(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        sent.append(route.request.post_data or "")
        if len(sent) > 1:
            route.continue_()
        else:
            held.append(route)

    with served(class_state, lake.tools()) as opened:
        page.goto(opened.address)
        ready(page)
        page.route("**/rulings", hold)
        page.goto(page.url.split("/answer")[0] + "/rulings")
        loaded(page, "5 questions")
        with page.expect_request(lambda asked: asked.method == "POST"):
            press(page, "0")
        press(page, "e")
        page.keyboard.type("due to ducks, yes")
        press(page, ["Backspace", "Escape", "d"])
        held[0].continue_()
        loaded(page, "What follows for lake.yaml")

    assert len(sent) == 2
    assert "due+to+ducks%2C+ye&" in sent[1]
    assert "do=preview" in sent[1]
    assert lake.text == FIVE_RUBRIC
