"""Rulings on the page: questions, preview, one column again, undo."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from assessor.called import Called, calling
from assessor.engine.borders import Interview, gather_questions, standing_rulings
from assessor.errors import ConfigError
from assessor.review.class_state import ClassState
from assessor.review.entry import ReviewEntry, Seat
from assessor.rulings.ruling import RulingKind
from assessor.store import Store
from assessor.verdict import DecisionSource, Override
from tests.engine.build import memory
from tests.review.build import Answer, Visitor, class_state_in, served
from tests.review.test_rereading import Held, with_reader
from tests.rulings.build import RUBRIC
from tests.rulings.page import Lake, borders_in, graded_lake


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


@pytest.fixture
def visitor(class_state: ClassState, lake: Lake) -> Iterator[Visitor]:
    with served(class_state, lake.tools()) as opened:
        yield Visitor(opened).enter()


def decided(entry: ReviewEntry) -> Override:
    """A person's word on an answer, as one total."""
    submission = entry.outcome.submission
    return Override(
        student_id=submission.student_id,
        question=submission.question,
        attempt=submission.attempt,
        answer_digest=submission.answer_digest,
        points=(),
        total=Decimal(1),
        source=DecisionSource.REVIEW,
    )


def press(visitor: Visitor, deed: str, **typed: str) -> Answer:
    page = visitor.get("/rulings")
    named = {name.replace("_", " "): value for name, value in typed.items()}
    return visitor.post("/rulings", {"csrf": page.value("csrf"), "do": deed, **named})


def read_through(visitor: Visitor) -> str:
    """The page once nothing is being read any more."""
    for _ in range(2_000):
        page = html.unescape(visitor.get("/rulings").text)
        if "Reading again" not in page:
            return page
    raise AssertionError("still being read")


def ruled(visitor: Visitor) -> Answer:
    """Rule on the first border, and return the page that says so."""
    remedy, _ = borders_in(visitor)
    press(visitor, f"pick {remedy} 0")
    return press(visitor, "apply", **{f"words_{remedy}": "naming an aim"})


def test_two_borders_are_ruled_on_written_and_read_again(
    store: Store, class_state: ClassState, lake: Lake, visitor: Visitor
) -> None:
    """Preview first, nothing before the yes; then the file, the record, the grades."""
    remedy, limit = borders_in(visitor)
    press(visitor, f"pick {remedy} 0")
    press(visitor, f"pick {limit} 1", **{f"words_{remedy}": "naming an aim"})
    shown = press(visitor, "preview", **{f"words_{limit}": "calling it outdated"})

    assert "not_enough + “naming an aim”" in shown.text
    assert "answers change if the judge follows" in shown.text
    assert "asks are counted" in shown.text
    assert lake.text == RUBRIC

    begun = press(visitor, "apply")
    done = read_through(visitor)

    assert "2 rulings written into lake.yaml" in begun.text
    assert "2 rulings written into lake.yaml" in done
    assert "naming an aim" in lake.text
    assert {each.kind for each in standing_rulings(store) if each.is_decided} == {RulingKind.LEVEL}
    levels = {
        (each.key[0], finding.cell): finding.level
        for each in class_state.entries
        for finding in each.outcome.findings
    }
    assert (levels["S000", "limit"], levels["S001", "remedy"]) == ("partial", "absent")
    assert "No border is open" in visitor.get("/rulings").text

    page = visitor.get("/rulings")
    visitor.post(
        "/rulings", {"csrf": page.value("csrf"), "do": "undo", "event": page.value("event")}
    )

    assert "Taken back" in read_through(visitor)
    assert "outdated" not in lake.text


def test_nothing_is_ruled_while_a_run_reads_by_the_rubric_as_it_is(
    store: Store, lake: Lake, visitor: Visitor
) -> None:
    """That run's reading would stand above the ruling: it waits, and the file stays."""
    remedy, _ = borders_in(visitor)
    press(visitor, f"pick {remedy} 0")
    store.acquire_lease("another run")
    refused = press(visitor, "apply")
    kept = lake.text
    store.release_lease()
    done = press(visitor, "apply")

    assert (refused.status, kept) == (409, RUBRIC)
    assert "the class is being read just now" in refused.text
    assert "1 ruling written into lake.yaml" in done.text


def test_a_students_words_and_an_empty_condition_are_sent_back(
    lake: Lake, visitor: Visitor
) -> None:
    """The question is framed again, with what is wrong; nothing is written."""
    remedy, _ = borders_in(visitor)
    press(visitor, f"pick {remedy} 2")
    empty = press(visitor, "preview")
    words = {f"words_{remedy}": "people should simply learn what ducks want"}
    borrowed = press(visitor, "apply", **words)

    assert (empty.status, borrowed.status) == (400, 400)
    assert "nothing was said yet" in empty.text
    assert "words, which must not reach" in borrowed.text
    assert lake.text == RUBRIC


def test_what_is_shown_is_kept_and_skip_is_a_word(store: Store, visitor: Visitor) -> None:
    """Seen passages count for no audit any more; a skipped border does not come again."""
    remedy, _ = borders_in(visitor)
    shown = {each.kind for each in standing_rulings(store)}
    press(visitor, f"pick {remedy} 3")

    assert shown == {RulingKind.SHOWN}
    assert len(borders_in(visitor)) == 1


def test_questions_are_worked_out_anew_only_where_something_was_written(
    store: Store, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking again and pressing keys works nothing out; a word in another window is heeded."""
    remedy, _ = borders_in(visitor)
    visitor.get("/rulings")  # what was shown is written down with the first look
    worked_out: list[int] = []

    def gathered(*about: Any) -> Interview:
        worked_out.append(1)
        return gather_questions(*about)

    monkeypatch.setattr("assessor.review.border_pages.gather_questions", gathered)
    for _ in range(3):
        press(visitor, f"pick {remedy} 0")
    looked_again = len(worked_out)
    # Another program's words, straight into the store: whoever was decided on is no border case.
    for each in class_state_in(store).entries:
        store.decide(decided(each))

    assert looked_again == 0
    assert borders_in(visitor) == []


def test_several_graders_look_and_do_not_rule(store: Store) -> None:
    """Who grades beside others may read the questions; the rubric is not theirs."""
    class_state = class_state_in(store, Seat(name="bob", apart=True))
    with served(class_state, Lake(class_state).tools()) as opened:
        visitor = Visitor(opened).enter()

        page = visitor.get("/rulings")
        pressed = visitor.post("/rulings", {"csrf": page.value("csrf"), "do": "preview"})

    assert "Whoever holds the rubric rules" in page.text
    assert pressed.status == 403


def test_how_far_a_reading_by_rulings_is_shows_and_it_can_be_stopped(
    class_state: ClassState, lake: Lake
) -> None:
    """As for a key point's words: other pages answer meanwhile, and nothing else is ruled."""
    held = Held()
    with served(class_state, with_reader(lake.tools(), held)) as opened:
        visitor = Visitor(opened).enter()
        page = ruled(visitor)
        while "7 of 20" not in page.text:
            page = visitor.get("/rulings")
        elsewhere = visitor.get("/class")
        asked = visitor.get("/rulings", **{"HX-Request": "true"})
        refused = visitor.post("/rulings", {"csrf": page.value("csrf"), "do": "undo"})
        visitor.post("/rulings", {"csrf": page.value("csrf"), "do": "stop"})
        after = visitor.get("/rulings")
        renewed = visitor.get("/rulings", **{"HX-Request": "true"})
        visitor.post("/rulings", {"csrf": after.value("csrf"), "do": "read"})

    assert "1 ruling written into lake.yaml" in page.text
    assert "7 of 20 different answers read, 8 replies." in page.text
    assert 'hx-trigger="every 1s"' in page.text
    assert 'value="pick' not in page.text
    assert (elsewhere.status, refused.status) == (200, 409)
    assert "hx-redirect" not in asked.headers
    assert "Stopped. What was replied is kept" in after.text
    assert renewed.headers["hx-redirect"] == "/rulings"
    assert "was not read by all rulings" in after.text
    assert held.begun == 2


def test_a_ruling_without_a_judge_is_written_and_says_what_to_type(
    class_state: ClassState, lake: Lake
) -> None:
    """At once, and as the page itself was called."""

    async def nobody() -> str:
        raise ConfigError("no judge is named")

    tools = lake.tools()
    assert tools.rulings is not None
    tools = replace(tools, rulings=replace(tools.rulings, reader=nobody))
    called = Called(here="'my tools/assessor'", anywhere="'/opt/my tools/assessor'")
    with calling(called), served(class_state, tools) as opened:
        told = html.unescape(ruled(Visitor(opened).enter()).text)

    assert "1 ruling written into lake.yaml" in told
    assert "Not read again yet: no judge is named" in told
    assert "In the terminal: 'my tools/assessor' rulings" in told
    assert "naming an aim" in lake.text
