"""What two stores asked of the same becomes one history, however often it is taken in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import pytest

from assessor.ambient import real
from assessor.assignment.push_receipt import PLANNED, marks_of
from assessor.engine.blind import audit_standing
from assessor.statistics.audit import delta_of_audit
from assessor.store import Deed, Event, Store, open_store
from assessor.store.batches import BatchStep, Step
from assessor.store.codec import encode
from assessor.store.merge import MergedIn
from assessor.trust.audit_standing import AuditStanding, audit_words
from assessor.trust.records import AuditPlan
from assessor.trust.units import frozen_order, is_drawn_as_ours, number_of_audit
from assessor.verdict import DecisionSource, Release, ReleasedBy
from tests.store.build import ask, finish, outcome, reply, run
from tests.store.test_words import KEY, standing, word
from tests.trust.build import blind, plan, rubric, unit

START = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_tries_of_both_are_kept_under_one_key(tmp_path: Path) -> None:
    """The other's tries come after ours, an ask without a reply keeps its number, and twice is
    once."""
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        one.record([replace(ask("k", 1), at="1")], [replace(reply("k", 1), text="ours")])
        two.record(
            [
                replace(ask("k", 1), at="2"),
                replace(ask("k", 2), at="3"),
                replace(ask("z", 1), at="4"),
            ],
            [replace(reply("k", 2), text="theirs")],
        )

        assert one.take_in(two) == MergedIn(asks=3, replies=1, decisions=0)
        assert one.take_in(two) == MergedIn(asks=0, replies=0, decisions=0)
        told = one.histories(["k", "z"])

        assert [(each.attempt, each.text) for each in told["k"].replies] == [
            (1, "ours"),
            (3, "theirs"),
        ]
        assert (told["k"].tries, told["z"].tries) == (3, 1)
        assert one.verify() == ()


def test_a_reply_that_came_to_a_copy_of_the_store_is_taken_over(tmp_path: Path) -> None:
    """Both know that it was asked, by one and the same ask; what was paid for came there."""
    sent = replace(ask("k", 1), at="1")
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        one.record([sent], [])
        two.record([sent], [reply("k", 1)])

        assert one.take_in(two) == MergedIn(asks=0, replies=1, decisions=0)
        assert one.take_in(two) == MergedIn(asks=0, replies=0, decisions=0)
        assert two.take_in(one) == MergedIn(asks=0, replies=0, decisions=0)
        assert [each.attempt for each in one.histories(["k"])["k"].replies] == [1]
        assert one.verify() == ()


def test_no_decision_of_ours_gives_way_to_one_that_did_not_know_of_it(tmp_path: Path) -> None:
    """Theirs is kept in the record; one that was made on top of ours counts as it would here."""
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        two.decide(word(1))
        one.decide(word(7))

        told = one.take_in(two)
        standing = one.decisions({KEY: "d"})
        two.take_in(one)
        two.decide(word(2))
        again = one.take_in(two)
        last = one.decisions({KEY: "d"})

        assert (told.decisions, told.kept, again.kept) == (1, 1, 0)
        assert [each.override.points for each in standing] == [word(7).points]
        assert [each.override.points for each in last] == [word(2).points]
        assert [each.new and each.new.points for each in one.trail(KEY)][:2] == [
            word(7).points,
            word(1).points,
        ]
        assert one.verify() == one.unlike_mirror() == ()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_merge_that_was_cut_short_is_done_whole_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Between their word and ours, or once the lines were written: ours stands, each line once."""

    def cut(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        two.decide(word(1))
        one.decide(word(7))
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            if when == "before":
                patch.setattr(one, "ambient", replace(real(), new_id=cut))
            else:
                written = one._mirror
                patch.setattr(one, "_mirror", lambda lines: cut(written(lines)))
            one.take_in(two)
        left = [each.override.points for each in one.decisions({KEY: "d"})]

        one.take_in(two)

        assert left == [word(7).points]
        assert standing(one) == [("ann", 7)]
        assert [each for each in one.unlike_mirror() if "second time" in each] == []


def test_the_word_that_stood_there_stands_here_though_their_clock_was_set_back(
    tmp_path: Path,
) -> None:
    """A correction made an hour "before" what it corrects is the correction all the same."""
    times = iter([START, START - timedelta(hours=1)])
    late = replace(real(), now=lambda: next(times))
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", late) as two:
        two.decide(word(1))
        two.decide(word(2))

        one.take_in(two)

        assert standing(one) == standing(two) == [("ann", 2)]


def test_nothing_is_released_by_a_merge_at_points_that_are_not_the_reading_here(
    tmp_path: Path,
) -> None:
    """Released otherwise here, or waiting here: theirs releases nothing. A part not read here is
    released as it was there."""
    ours, theirs = _released("S1", "3"), [_released(name, "5") for name in ("S1", "S2", "S3")]
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        two.release(theirs)
        one.start_run(run("r"))
        one.save_outcomes("r", [outcome("S2"), replace(outcome("S1"), queue_rank=None)])
        finish(one, "r")
        one.release([ours])

        told = one.take_in(two)

        assert (told.decisions, told.unreleased) == (1, 2)
        assert set(one.releases()) == {ours, theirs[2]}
        assert one.verify() == one.unlike_mirror() == ()
        assert two.take_in(one).unreleased == 1
        assert set(two.releases()) == set(theirs)


def test_a_store_that_never_knew_our_word_does_not_take_it_back(tmp_path: Path) -> None:
    """An undo of a decision that the other store does not hold was made by hand."""
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        decided, released = one.decide(word(7)), one.release([_released("S1", "3")])
        two.rebuild_decisions(
            encode(Event(id=f"forged {each}", deed=Deed.UNDO, at="2030", undoes=each, old=word(7)))
            for each in (decided, released)
        )

        told = one.take_in(two)

        assert told.decisions == 0
        assert [each.override.points for each in one.decisions({KEY: "d"})] == [word(7).points]
        assert one.releases() == (_released("S1", "3"),)


def test_nothing_that_steers_a_push_is_taken_over(tmp_path: Path) -> None:
    """Neither a plan, which would be sent as ours, nor what was added to a column there."""
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        two.record_export(PLANNED, "canvas-2026 push:sha256:1", {})
        two.record_export("canvas:add", "Essay (7)", {"S1": Decimal(3)})
        two.note_batch(BatchStep(id="theirs", step=Step.INTENDED, at="1", host="h"))
        two.note_batch(BatchStep(id="theirs", step=Step.GIVEN_UP, at="1"))
        two.remember("given out .", "{}")

        told = one.take_in(two)

        assert (told.exports, told.decisions) == (2, 0)
        assert marks_of(one) == frozenset()
        assert one.exported("canvas:add", "Essay (7)") == {}
        assert (one.batches(), one.notes_called("given")) == ((), {})
        assert one.verify() == one.unlike_mirror() == ()


def _released(student: str, grade: str) -> Release:
    return Release(
        student_id=student,
        question="Q",
        attempt=1,
        answer_digest=outcome(student).submission.answer_digest,
        grade=Decimal(grade),
        by=ReleasedBy.UNREAD,
    )


def test_what_an_audit_has_spent_is_spent_in_the_merged_store_too(tmp_path: Path) -> None:
    """A failed audit is not got rid of by merging its store into a new one."""
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        two.keep(plan([unit("S1")]))
        two.decide(blind("S1", "0"))

        one.take_in(two)
        one.take_in(two)

        assert one.kept(AuditPlan) == two.kept(AuditPlan)
        assert one.verify() == ()


def test_an_audit_in_which_nothing_was_graded_does_not_stand_above_one_that_holds(
    tmp_path: Path,
) -> None:
    """It has spent nothing, so that it takes nothing from what was proven here."""
    units = [unit(f"S{number}") for number in range(20)]
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        one.keep(plan(units))
        for each in units:
            one.decide(blind(each.parts[0].student_id))
        two.keep(replace(plan(units), id="not begun"))

        one.take_in(two)
        after = audit_standing(one, {"Q": rubric()}, (), "frozen:sha256:1")

        assert after is not None
        assert after.holds
        assert one.verify() == ()


def test_two_audits_that_each_had_the_first_ones_doubt_certify_nothing(tmp_path: Path) -> None:
    """Each was begun in its own store. The next audit is the third; one alone is the first."""
    units = [unit(f"S{number}") for number in range(20)]

    def told(store: Store) -> AuditStanding | None:
        return audit_standing(store, {"Q": rubric()}, (), "frozen:sha256:1")

    with (
        open_store(tmp_path / "a", real()) as one,
        open_store(tmp_path / "b", real()) as two,
        open_store(tmp_path / "c", real()) as fresh,
    ):
        for name, store, total in (("bad", one, "0"), ("good", two, "3")):
            store.keep(replace(plan(units), id=f"{name} not begun"))
            store.keep(replace(plan(units), id=name))
            for each in units:
                store.decide(blind(each.parts[0].student_id, total))
        alone = told(two)

        one.take_in(two)
        both = told(one)
        fresh.take_in(one)
        taken_on = told(fresh)
        one.keep(replace(plan(units), id="next", number=number_of_audit(_begun(one), units)))

        assert alone is not None
        assert alone.holds
        assert both is not None
        assert both.void
        assert "another store" in audit_words(both)
        assert taken_on == both
        following = told(one)
        assert following is not None
        assert not following.void


def test_blind_grades_of_another_store_are_no_draws_of_an_audit_that_it_never_had(
    tmp_path: Path,
) -> None:
    """Whoever sends a memory cannot finish my audit: their word is a grade. A copy of mine can."""
    units = [unit(f"S{number}") for number in range(20)]

    def told(store: Store) -> AuditStanding | None:
        return audit_standing(store, {"Q": rubric()}, (), "frozen:sha256:1")

    with (
        open_store(tmp_path / "mine", real()) as mine,
        open_store(tmp_path / "stranger", real()) as stranger,
        open_store(tmp_path / "copy", real()) as copy,
    ):
        for store in (mine, copy):
            store.keep(plan(units))
        for each in units:
            stranger.decide(blind(each.parts[0].student_id))
        for each in units[:3]:
            copy.decide(blind(each.parts[0].student_id))

        mine.take_in(stranger)
        after = told(mine)
        keys = [each.parts[0].key for each in units]
        assert after is not None
        assert after.draws == ()
        assert {each.source for each in mine.standing_overrides(keys)} == {DecisionSource.TUNING}
        assert mine.verify() == mine.unlike_mirror() == ()

        mine.take_in(copy)
        with_copy = told(mine)
        assert with_copy is not None
        assert len(with_copy.draws) == 3


def test_an_audit_whose_order_or_doubt_was_chosen_by_hand_is_told_apart() -> None:
    """What comes with somebody's memory must have been drawn, and not picked."""
    units = [unit(f"S{number}") for number in range(9)]
    drawn = replace(plan(frozen_order(units, 7)), delta=delta_of_audit(1))

    assert is_drawn_as_ours(drawn)
    for forged in (
        replace(drawn, order=drawn.order[::-1]),
        replace(drawn, delta=0.5),
        replace(drawn, alpha=0.9),
        replace(drawn, confidence=0.99),
        replace(drawn, number=0),
        replace(drawn, order=drawn.order * 2),
    ):
        assert not is_drawn_as_ours(forged)


def _begun(store: Store) -> list[tuple[AuditPlan, int]]:
    return [(each, 1) for each in store.kept(AuditPlan)]
