"""Sheets from other machines: merged by ids, nobody's word written over, differences listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.assignment.sheet_corrections import merge
from assessor.review.decision_keys import set_level
from assessor.store import Store
from assessor.verdict import DecisionSource, Override
from tests.engine.build import answers, memory
from tests.review.build import class_state_in, entry_of, grade_class


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        grade_class(opened, answers(3))
        yield opened


def row(store: Store, student: str, samples: int, grader: str = "bob") -> Override:
    submission = entry_of(class_state_in(store), student).outcome.submission
    return Override(
        student_id=student,
        question=submission.question,
        attempt=submission.attempt,
        answer_digest=submission.answer_digest,
        points=(
            ("samples", Decimal(samples)),
            ("proxy", Decimal(1)),
            ("more_data", Decimal(0)),
        ),
        grader=grader,
        source=DecisionSource.SHEET,
    )


def decide(store: Store, student: str, level: str) -> None:
    class_state = class_state_in(store)
    entry = entry_of(class_state, student)
    class_state.say(entry, set_level(entry, "samples", level), entry.seen)


def test_a_sheet_is_merged_by_student_and_conflicts_are_listed(store: Store) -> None:
    """New rows count, equal ones change nothing, and another grader's word stands."""
    decide(store, "S000", "full")
    decide(store, "S001", "full")

    got = merge(store, [row(store, "S000", 0), row(store, "S001", 2), row(store, "S002", 1)])

    assert [(there.grader, sheet.grader) for there, sheet in got.conflicts] == [("ada", "bob")]
    assert (got.same, [each.student_id for each in got.written]) == (1, ["S000", "S002"])
    entries = [entry_of(class_state_in(store), f"S00{n}") for n in range(3)]
    assert [each.grade.standing for each in entries] == [3, 3, 2]
    assert [len(each.rivals) for each in entries] == [1, 0, 0]
    assert got.written[0].source == DecisionSource.SECOND


def test_a_corrected_sheet_of_the_same_grader_replaces_the_first(store: Store) -> None:
    """A person may think again."""
    merge(store, [row(store, "S000", 2)])

    got = merge(store, [row(store, "S000", 0)])

    assert got.conflicts == ()
    assert entry_of(class_state_in(store), "S000").grade.standing == 1


def test_the_same_sheet_twice_changes_nothing(store: Store) -> None:
    """Taking a sheet in again writes no second word."""
    sheet = [row(store, "S000", 1), replace(row(store, "S001", 2), feedback="Good.")]
    merge(store, sheet)
    before = store.last_event()

    got = merge(store, sheet)

    assert (got.same, got.written, store.last_event()) == (2, (), before)


def test_of_two_graders_in_one_sheet_the_first_one_stands(store: Store) -> None:
    """The second one's word is kept beside it and listed, as if it had come in another sheet."""
    got = merge(store, [row(store, "S000", 2, "ann"), row(store, "S000", 0, "bob")])

    assert [(there.grader, sheet.grader) for there, sheet in got.conflicts] == [("ann", "bob")]
    assert entry_of(class_state_in(store), "S000").grade.standing == 3
