"""The page on which a draft is mended: nothing is written before the save, by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from assessor.ambient import real
from assessor.errors import InputError
from assessor.intake import read_text, readings_of
from assessor.review.draft_page import Deeds, DraftPage, Tried
from assessor.review.security import Lock
from assessor.rubric.write import Draft

TEXT = """- uses up sugar (2)
- breathes out (1)
mind that x < y & z
"""
PLACE = "http://127.0.0.1:4"


async def at_once(_: float) -> None:
    """Wait for nothing."""


class Desk:
    """A page over one source; it keeps what was saved."""

    def __init__(self, text: str = TEXT, refuse: Callable[[], None] = lambda: None) -> None:
        self.written: list[Draft] = []
        self.refuse = refuse
        source = read_text(text, "guide.txt")
        deeds = Deeds(attempt=self.attempt, save=self.written.append, out="r.yaml")
        self.page = DraftPage(source, readings_of(source), Draft(question="Why?"), deeds)
        self.lock = Lock(port=4, names=frozenset({"127.0.0.1"}))
        self.stopped = 0
        app = self.page.application(self.lock, replace(real(), sleep=at_once))
        self.page.ends_by(self.stop)
        self.client = TestClient(app, base_url=PLACE)

    def attempt(self, draft: Draft) -> Tried:
        self.refuse()
        return Tried(sum=str(sum(each.points for each in draft.points)), most="3", warning="none")

    def stop(self) -> None:
        self.stopped += 1

    def enter(self) -> None:
        self.client.get(f"{self.lock.root}/?token={self.lock.token}")

    def fields(self) -> dict[str, str]:
        """Return the form as a browser would send it untouched."""
        page = self.client.get(f"{self.lock.root}/reading/1").text
        found = dict(re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', page))
        found |= dict(re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>([^<]*)</textarea>', page))
        return found

    def press(self, do: str, **changes: str) -> Response:
        return self.client.post(
            f"{self.lock.root}/reading/1",
            data={**self.fields(), **changes, "do": do},
            headers={"origin": PLACE},
        )


@pytest.fixture
def desk() -> Desk:
    opened = Desk()
    opened.enter()
    return opened


def test_the_source_stands_beside_the_draft(desk: Desk) -> None:
    """Lines lead to their rows, what was not used says so, and its signs stay text."""
    page = desk.client.get(f"{desk.lock.root}/reading/1").text

    assert "- uses up sugar (2)" in page
    assert '<a href="#row2">row 2</a>' in page
    assert "not used" in page
    assert "x &lt; y &amp; z" in page
    assert "Nothing is written before you save." in page


def test_looking_writes_nothing(desk: Desk) -> None:
    """The sum is shown as it would be; the form keeps what was typed."""
    answer = desk.press("look", points0="4")

    assert answer.status_code == 200
    assert "Sum 5, maximum 3" in answer.text
    assert 'name="points0" value="4"' in answer.text
    assert desk.written == []


def test_saving_writes_what_was_typed_and_ends_the_page(desk: Desk) -> None:
    """A dropped row is gone; the page says where the file is and closes."""
    answer = desk.press("save", text0="uses up its own sugar", drop1="on")

    assert "Saved to r.yaml" in answer.text
    (draft,) = desk.written
    assert [each.description for each in draft.points] == ["uses up its own sugar"]
    assert desk.page.saved == draft
    assert desk.stopped == 1


def test_what_is_no_rubric_is_not_saved(desk: Desk) -> None:
    """The problem stands above the form, which keeps what was typed."""
    answer = desk.press("save", points0="many")

    assert answer.status_code == 422
    assert "row 1: &#39;many&#39; is no number of points above 0" in answer.text
    assert 'value="many"' in answer.text
    assert desk.written == []
    assert desk.stopped == 0


def test_what_the_rubric_itself_refuses_is_said() -> None:
    """An error of the file's own check stands on the page as any other."""

    def refuse() -> None:
        raise InputError("r.yaml: key_points[0].id is taken")

    desk = Desk(refuse=refuse)
    desk.enter()

    answer = desk.press("save")

    assert "key_points[0].id is taken" in answer.text
    assert desk.written == []


def test_looking_again_and_again_adds_no_rows(desk: Desk) -> None:
    """A form that is sent back is the same form."""
    once = desk.fields()

    desk.press("look")

    assert desk.fields() == once
    assert desk.press("look").text.count("<fieldset") == 3


def test_nobody_without_the_address_reads_or_writes() -> None:
    """Neither page nor save without the cookie, nor without the form's own token, nor from afar."""
    desk = Desk()
    place = f"{desk.lock.root}/reading/1"

    assert desk.client.get(place).status_code == 403
    desk.enter()
    assert (
        desk.client.post(place, data={"do": "save"}, headers={"origin": PLACE}).status_code == 403
    )
    sent = {**desk.fields(), "do": "save"}
    assert desk.client.post(place, data=sent, headers={"origin": "http://x"}).status_code == 403
    assert desk.written == []


def test_several_readings_are_several_pages() -> None:
    """Which one is meant is picked on the page."""
    desk = Desk("Total: 5 points\n- uses up sugar (3)\n- breathes out (4)\n")
    desk.enter()

    first, second, beyond = (
        desk.client.get(f"{desk.lock.root}/reading/{number}") for number in (1, 2, 3)
    )

    assert "This can be read in 2 ways" in first.text
    assert 'name="max" value="5"' in first.text
    assert 'name="max" value=""' in second.text
    assert beyond.status_code == 404
