"""A note on the review page is a note: it decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assessor.review.decision_keys import accept, with_remarks
from assessor.store import Store
from tests.engine.build import answers, memory
from tests.review.build import class_state_in, entry_of, grade_class


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        grade_class(opened, answers(3))
        yield opened


def test_a_note_on_an_undecided_answer_decides_nothing(store: Store) -> None:
    """`e`, one letter, Esc: the letter is kept, and nobody has read the answer by that."""
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S000")
    entry = class_state.say(entry, replace(with_remarks(entry), reason="h"), entry.seen)

    assert not entry.is_done
    assert entry.grade.released_by == ""
    assert entry.mine is not None
    assert entry.mine.reason == "h"


def test_the_note_goes_on_with_the_decision(store: Store) -> None:
    """Who decides afterwards has the note in the decision."""
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S000")
    entry = class_state.say(entry, replace(with_remarks(entry), feedback="Good"), entry.seen)
    entry = class_state.say(entry, accept(entry), entry.seen)

    assert entry.is_done
    assert entry.grade.feedback == "Good"
    assert entry.grade.standing == entry.grade.proposed


def test_a_note_on_a_decided_answer_keeps_the_decision(store: Store) -> None:
    """Points stay what they were."""
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S001")
    entry = class_state.say(entry, accept(entry), entry.seen)
    noted = class_state.say(entry, replace(with_remarks(entry), reason="see S2"), entry.seen)

    assert noted.is_done
    assert noted.grade.standing == entry.grade.standing
