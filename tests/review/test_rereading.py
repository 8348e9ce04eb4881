"""A key point read again from the page: what it asks is told, then it is read, and shown."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from assessor.engine.budget import Progress
from assessor.errors import ConfigError
from assessor.review.class_routes import Tools
from assessor.review.class_state import ClassState
from assessor.review.entry import Seat
from assessor.review.rereading import ReadsAgain
from assessor.rubric import Rubric
from assessor.store import Store
from tests.engine.build import memory
from tests.review.build import Answer, Visitor, class_state_in, served
from tests.rulings.build import RUBRIC
from tests.rulings.page import Lake, graded_lake

PLACE = {"question": "answer", "cell": "birds"}
NEW = {"field description": "says that ducks travel from lake to lake"}


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        graded_lake(opened)
        yield opened


@pytest.fixture
def class_state(store: Store) -> ClassState:
    return class_state_in(store)


@pytest.fixture
def lake(class_state: ClassState) -> Lake:
    return Lake(class_state)


def changed(visitor: Visitor) -> Answer:
    """Write other words, and return the page that says so."""
    page = visitor.get(f"/wording?{urlencode(PLACE)}")
    return visitor.post("/wording", {"csrf": page.value("csrf"), **PLACE, **NEW, "do": "apply"})


def pressed(visitor: Visitor, page: Answer, deed: str, **more: str) -> Answer:
    form = {"csrf": page.value("csrf"), **PLACE, "do": deed, **more}
    return visitor.post("/wording", form)


def at_its_end(visitor: Visitor) -> str:
    """The page once nothing is being read any more."""
    for _ in range(2_000):
        page = html.unescape(visitor.get(f"/wording?{urlencode(PLACE)}").text)
        if "Reading again" not in page:
            return page
    raise AssertionError("still being read")


class Held:
    """A judge that stops half way until it is let go or stopped."""

    def __init__(self) -> None:
        self.begun = 0

    async def __call__(self, rubrics: Mapping[str, Rubric], watch: object = None) -> Sequence[str]:
        self.begun += 1
        assert callable(watch)
        watch(Progress(answers=20, answers_done=7, replied=8))
        await asyncio.Event().wait()
        return ()


def with_reader(tools: Tools, read: ReadsAgain) -> Tools:
    assert tools.rulings is not None
    return replace(tools, rulings=replace(tools.rulings, read_again=read))


def test_what_it_asks_is_told_and_then_the_class_is_read_by_the_new_words(
    class_state: ClassState, lake: Lake
) -> None:
    """Nothing is asked before the button; then the class stands under the file's words."""
    with served(class_state, lake.tools()) as opened:
        visitor = Visitor(opened).enter()
        before = class_state.material.run
        page = changed(visitor)
        class_state.refresh()
        unread = class_state.material.run
        pressed(visitor, page, "read", asks=page.value("asks"))
        after = at_its_end(visitor)

    assert "asks are counted" in page.text
    assert "By the scripted judge." in page.text
    assert unread == before
    assert "read again" in after
    assert "The class was read by other words" not in after
    assert class_state.material.run != before
    assert (
        class_state.material.rubrics["answer"]
        .key_points[2]
        .description.endswith("from lake to lake")
    )


def test_how_far_it_is_shows_and_it_can_be_stopped(class_state: ClassState, lake: Lake) -> None:
    """One reading at a time; other pages go on answering meanwhile."""
    held = Held()
    with served(class_state, with_reader(lake.tools(), held)) as opened:
        visitor = Visitor(opened).enter()
        page = changed(visitor)
        asks = page.value("asks")
        pressed(visitor, page, "read", asks=asks)
        pressed(visitor, page, "read", asks=asks)
        meanwhile = visitor.get(f"/wording?{urlencode(PLACE)}")
        elsewhere = visitor.get("/class")
        while "7 of 20" not in meanwhile.text:
            meanwhile = visitor.get(f"/wording?{urlencode(PLACE)}")
        pressed(visitor, meanwhile, "stop")
        after = at_its_end(visitor)

    assert held.begun == 1
    assert "7 of 20 different answers read, 8 replies." in meanwhile.text
    assert re.search(r'hx-trigger="every 1s"', meanwhile.text)
    assert elsewhere.status == 200
    assert "Stopped. What was replied is kept" in after
    assert 'value="read" class="main">Read again' in after


def test_without_a_judge_it_says_why_and_the_command(class_state: ClassState, lake: Lake) -> None:
    """The rules are the terminal's: no judge, no key or no yes to a host is told, not asked."""

    async def nobody() -> str:
        raise ConfigError("no judge is named; say which one reads")

    tools = lake.tools()
    assert tools.rulings is not None
    tools = replace(tools, rulings=replace(tools.rulings, reader=nobody))
    with served(class_state, tools) as opened:
        visitor = Visitor(opened).enter()
        page = changed(visitor)
        refused = pressed(visitor, page, "read", asks="asks are counted")

    assert "Not from this page: no judge is named" in page.text
    assert "assessor grade answers.csv" in html.unescape(page.text)
    assert 'value="read"' not in page.text
    assert refused.status == 409


def test_what_was_not_told_is_not_begun(class_state: ClassState, lake: Lake) -> None:
    """Where there is other to ask than was told, it is shown anew."""
    held = Held()
    with served(class_state, with_reader(lake.tools(), held)) as opened:
        visitor = Visitor(opened).enter()
        page = changed(visitor)
        told = pressed(visitor, page, "read", asks="To ask again: nothing")

    assert told.status == 409
    assert "what there is to ask changed; look again" in told.text
    assert not held.begun


def test_who_grades_beside_others_reads_nothing(store: Store) -> None:
    """The rubric and what it costs are its owner's."""
    class_state = class_state_in(store, Seat(name="bob", apart=True))
    lake, held = Lake(class_state, RUBRIC.replace("move between", "fly between")), Held()
    with served(class_state, with_reader(lake.tools(), held)) as opened:
        visitor = Visitor(opened).enter()
        page = visitor.get(f"/wording?{urlencode(PLACE)}")
        told = visitor.post(
            "/wording",
            {"csrf": opened.lock.csrf, **PLACE, "do": "read", "asks": "asks are counted"},
        )

    assert 'value="read"' not in page.text
    assert told.status == 409
    assert not held.begun
