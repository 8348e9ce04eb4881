"""The list of students: found by id or name, filtered, ordered, with what stands of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from assessor.assignment.single_answer import make_submission
from assessor.review.decision_keys import set_level, toggle_flag
from assessor.review.entry import Seat
from assessor.review.student_list import asked_of, listed
from assessor.store import Store
from tests.engine.build import FULL, by_cell, memory, sentence
from tests.review.build import Visitor, class_state_in, entry_of, grade_class, served

NAMES = {"10": "Zoë Abel", "9": "Bo Müller", "x1": "Ada <b>King</b>"}


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        several = [
            replace(make_submission(student, sentence(place)), name=name)
            for place, (student, name) in enumerate(NAMES.items())
        ]
        grade_class(opened, several, by_cell(samples=FULL))
        yield opened


def students(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', text)


def test_all_students_with_grades_in_the_order_of_their_ids(store: Store) -> None:
    """Numbers by size; points, state and whether they go out; names only as text."""
    class_state = class_state_in(store)
    entry = entry_of(class_state, "9")
    class_state.say(entry, set_level(entry, "samples", "partial"), entry.seen)
    with served(class_state) as opened:
        page = Visitor(opened).enter().get("/students").text

    assert students(page) == ["9", "10", "x1"]
    assert "Ada &lt;b&gt;King&lt;/b&gt;" in page
    assert "<b>1</b> of 3 <small>proposed 2</small>" in page
    assert page.count("goes out as decided") == 1
    assert page.count("stays in") == 2
    assert "3 of 3 submissions" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("find=müller", ["9"]),
        ("find=1", ["10", "x1"]),
        ("only=flagged", ["x1"]),
        ("only=done", ["9"]),
        ("state=blank", []),
        ("by=name", ["x1", "9", "10"]),
        ("by=points", ["9", "10", "x1"]),
        ("by=nonsense&state=nonsense&only=nonsense", ["9", "10", "x1"]),
    ],
)
def test_it_is_filtered_and_ordered_by_its_address(
    store: Store, query: str, found: list[str]
) -> None:
    """What is unknown in an address is passed over."""
    class_state = class_state_in(store)
    entry = entry_of(class_state, "9")
    class_state.say(entry, set_level(entry, "samples", "partial"), entry.seen)
    entry = entry_of(class_state, "x1")
    class_state.say(entry, toggle_flag(entry), entry.seen)
    asked = asked_of(dict(each.split("=") for each in query.split("&")))

    assert [each.key[0] for each in listed(class_state.entries, asked)] == found


def test_a_blind_seat_is_shown_no_list(store: Store) -> None:
    """It would show what the judge gave."""
    with served(class_state_in(store, Seat(name="ada", blind=True))) as opened:
        assert Visitor(opened).enter().get("/students").status == 403
