"""The words of a key point, changed where they are read: previewed, written, never sent."""

from __future__ import annotations

import html
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from assessor.review.entry import Seat
from assessor.rubric import load_rubric
from assessor.rubric.rewording import with_wording
from assessor.store import Store
from tests.engine.build import RUBRIC, answers, memory
from tests.review.build import (
    OneFile,
    Visitor,
    class_state_in,
    entry_of,
    grade_class,
    served,
    tools_for,
)

PLACE = {"question": "answer", "cell": "samples"}
NEW = {"field description": "no finite set of marks covers all that may come up"}


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        grade_class(opened, answers(4))
        yield opened


def test_words_are_previewed_then_written_and_the_next_step_is_named(store: Store) -> None:
    """Nothing is written before it is said so; then the file holds it, and all else as it was."""
    class_state, files = class_state_in(store), OneFile()
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        page = visitor.get(f"/wording?{urlencode(PLACE)}")
        form = {"csrf": page.value("csrf"), **PLACE, **NEW}
        seen = html.unescape(visitor.post("/wording", {**form, "do": "preview"}).text)
        before = files.text
        done = html.unescape(visitor.post("/wording", {**form, "do": "apply"}).text)

    assert "assessor grade" not in html.unescape(page.text)
    assert "<del>a finite set never covers all that may come up</del>" in seen
    assert f"<ins>{NEW['field description']}</ins>" in seen
    # What a key point is about stands in every request: it is not read again alone.
    assert "4 different answers are read again, once these words are written" in seen
    assert "this key point alone" not in seen
    assert before == RUBRIC
    assert files.text == RUBRIC.replace(
        "a finite set never covers", "no finite set of marks covers"
    )
    assert "Written to labels.yaml." in done
    assert "assessor grade answers.csv" in done


def test_what_is_weak_in_the_new_words_is_said(store: Store) -> None:
    """The rubric's own check looks at them; what was weak before is not told again."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        csrf = visitor.get("/rubric").value("csrf")
        vague = {"field description": "names the finite set and says that a mark is a proxy"}
        seen = visitor.post("/wording", {"csrf": csrf, **PLACE, **vague, "do": "preview"})

    assert 'class="why"' in seen.text


@pytest.mark.parametrize(
    ("words", "says"),
    [({"field description": "  "}, "give some"), ({"field when partial": ""}, "")],
    ids=["empty", "a level without words"],
)
def test_words_that_make_no_rubric_are_refused(
    store: Store, words: dict[str, str], says: str
) -> None:
    """The file stays as it is, and what was typed stays on the page."""
    class_state, files = class_state_in(store), OneFile()
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        csrf = visitor.get("/rubric").value("csrf")
        told = visitor.post("/wording", {"csrf": csrf, **PLACE, **words, "do": "preview"})

    assert told.status in {200, 400}
    assert says in html.unescape(told.text)
    assert files.text == RUBRIC


def test_an_answer_leads_there_and_back(store: Store) -> None:
    """The link stands with the rubric's words; a strange way back is not taken."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        entry = entry_of(class_state, "S001")
        shown = html.unescape(visitor.get(f"/answer/{entry.id}").text)
        there = shown.partition("/wording?")[2].partition('"')[0]
        page = visitor.get(f"/wording?{there}").text
        strange = visitor.get(f"/wording?{urlencode({**PLACE, 'back': '//evil.example'})}").text

    assert f"/answer/{entry.id}" in page
    assert "evil" not in strange


def test_who_grades_apart_or_blind_changes_no_words(store: Store) -> None:
    """The rubric is its owner's."""
    for seat, status in ((Seat(name="bob", apart=True), 409), (Seat(name="b", blind=True), 403)):
        class_state, files = class_state_in(store, seat), OneFile()
        with served(class_state, tools_for(class_state, files)) as opened:
            visitor = Visitor(opened).enter()
            told = visitor.post(
                "/wording", {"csrf": opened.lock.csrf, **PLACE, **NEW, "do": "apply"}
            )
            assert told.status == status
        assert files.text == RUBRIC


def test_ids_stay_where_they_came_from_the_words(store: Store) -> None:
    """Decisions and readings go by the id: it is written down before the words change."""
    text = (
        "title: T\nquestion: Q?\nkey_points:\n"
        "  - {points: 2, description: uses up stored sugar}  # why\n"
        "  - points: 1\n    description: >\n      no light, so\n      no gain\n"
    )
    before = load_rubric(text, "t.yaml")
    for cell in before.cells:
        text = with_wording(text, "t.yaml", cell, {"description": f"other words: {cell}"})
    after = load_rubric(text, "t.yaml")

    assert after.cells == before.cells
    assert [each.description for each in after.key_points] == [
        f"other words: {cell}" for cell in before.cells
    ]
    assert "# why" in text
