"""Points in all that the rubric does not hold: given with a reason, kept, and gone when said so."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.errors import InputError
from assessor.review.decision_keys import accept, adjust, set_level, toggle_flag, with_remarks
from assessor.store import Store
from tests.engine.build import FULL, answers, by_cell, memory
from tests.review.build import Visitor, class_state_in, entry_of, grade_class, served


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        grade_class(opened, answers(3), by_cell(samples=FULL))
        yield opened


@pytest.mark.parametrize(
    ("typed", "total"), [("1", "1"), ("+0,5", "2.5"), ("−1", "1"), ("-0.5", "1.5"), ("3", "3")]
)
def test_a_number_or_what_is_added_to_the_key_points(store: Store, typed: str, total: str) -> None:
    """The key points give 2; the levels stay what they are, and the reason is kept."""
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S001")
    entry = class_state.say(entry, adjust(entry, typed, "an idea of its own"), entry.seen)

    assert entry.grade.grade == Decimal(total)
    assert [each.level for each in entry.grade.cells] == ["full", "absent", "absent"]
    assert entry.mine is not None
    assert entry.mine.reason == "an idea of its own"


@pytest.mark.parametrize(
    ("typed", "reason", "says"),
    [
        ("", "why", "no number"),
        ("two", "why", "no number"),
        ("nan", "why", "no number"),
        ("+9", "why", "give 0 to 3"),
        ("-3", "why", "give 0 to 3"),
        ("1", "  ", "need a reason"),
    ],
)
def test_what_cannot_be_given_is_refused_in_words(
    store: Store, typed: str, reason: str, says: str
) -> None:
    """Nothing is guessed, and no point is given without a reason."""
    entry = entry_of(class_state_in(store), "S001")

    with pytest.raises(InputError, match=says):
        adjust(entry, typed, reason)


def test_it_stays_until_a_level_is_set(store: Store) -> None:
    """Done, a note or a flag leave it; a level set anew puts the key points in its place."""
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S001")
    entry = class_state.say(entry, adjust(entry, "+1", "well put"), entry.seen)
    for again in (accept, with_remarks, toggle_flag):
        entry = class_state.say(entry, again(entry), entry.seen)
        assert entry.grade.grade == 3
    twice = adjust(entry, "+0.5", "well put")
    entry = class_state.say(entry, set_level(entry, "samples", "partial"), entry.seen)

    assert twice.total == Decimal("2.5"), "added to what the key points give, not to itself"
    assert entry.grade.grade == 1


def test_a_sheets_total_alone_is_not_turned_into_zeros(store: Store) -> None:
    """Who gave 2 in all by a sheet and presses `d` gave 2, and no key point a level."""
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S002")
    word = replace(accept(entry), points=(), total=Decimal(2))
    entry = class_state.say(entry, word, entry.seen)
    entry = class_state.say(entry, replace(accept(entry), unsure=True), entry.seen)

    assert entry.grade.grade == 2
    assert entry.mine is not None
    assert entry.mine.points == ()


def test_the_page_gives_it_says_so_and_takes_it_back(store: Store) -> None:
    """Over HTTP: refused with what was typed kept, then given, told when it goes, undone."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        page = f"/answer/{entry_of(class_state, 'S000').id}?show=all"
        refused = visitor.do(page, "adjust", total="77", why="because")
        given = visitor.do(page, "adjust", total="+1", why="because")
        shown = html.unescape(visitor.get(page).text)
        set_anew = visitor.post(
            page,
            {
                "csrf": visitor.get(page).value("csrf"),
                "seen": visitor.get(page).value("seen"),
                "do": "level samples full",
            },
            **{"HX-Request": "true"},
        )
        after = entry_of(class_state, "S000").grade.grade
        visitor.do(page, "undo")

    assert "Not saved: that would be 77 points; give 0 to 3." in html.unescape(refused.text)
    assert 'value="77"' in refused.text
    assert 'value="because"' in refused.text
    assert given.status == 303
    assert 'value="3"' in shown
    assert "The key points give 2." in shown
    assert "the points given in all are gone" in set_anew.text
    assert after == 2
    assert entry_of(class_state, "S000").grade.grade == 3
