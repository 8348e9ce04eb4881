"""The queue drawn anew: by calibrated risk, decided ones in their place, an audit's left alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from assessor.engine.trusting import Redraw, bound_of, redraw, send_to_review, tuning_labels
from assessor.store import OutcomeRecord
from assessor.trust.fitting import Calibrator
from assessor.verdict import Override, State
from tests.store.build import store_in
from tests.trust.build import blind, names, rubric, submission
from tests.trust.test_fitting import finding

RUBRICS = {"Q": rubric()}


def outcome(student: str, score: float, *reasons: str, rank: int | None = None) -> OutcomeRecord:
    findings = (finding("one", score), finding("two", score, score), finding("wrong", -3.4))
    return OutcomeRecord(
        submission=submission(student),
        state=State.NEEDS_REVIEW if rank else State.GRADED,
        proposed=Decimal(3),
        reasons=reasons,
        findings=findings,
        queue_rank=rank,
        risk=0.0,
    )


def by(*decided: Override, held: frozenset[str] = frozenset(), budget: float = 0.2) -> Redraw:
    return Redraw(
        rubrics=RUBRICS,
        calibrator=Calibrator(None),
        decided={(*each.key, each.answer_digest): each for each in decided},
        budget=budget,
        held=frozenset((name, "Q", 1) for name in held),
    )


def queued(outcomes: tuple[OutcomeRecord, ...]) -> list[str]:
    ranked = [each for each in outcomes if each.queue_rank]
    ranked.sort(key=lambda each: each.queue_rank or 0)
    return [each.submission.student_id for each in ranked]


def test_the_least_sure_enter_the_queue() -> None:
    """Two of ten places go to the two answers whose levels are least sure."""
    sure = [outcome(name, 3.4) for name in names(8)]
    outcomes = [*sure, outcome("unsure", 0.1), outcome("less", 0.9)]

    got = redraw(outcomes, by())

    assert queued(got) == ["unsure", "less"]
    assert [(each.state, each.reasons) for each in got[8:]] == [
        (State.NEEDS_REVIEW, ("risk",)),
        (State.NEEDS_REVIEW, ("risk",)),
    ]


def test_numbers_that_say_nothing_rank_nobody() -> None:
    """Who is surer makes no difference then; what the readings left open goes first."""
    lot = replace(by(budget=0.5), by_lot=True)

    one, other = (
        queued(redraw([outcome("a", first), outcome("b", second)], lot))
        for first, second in ((2.2, 3.4), (3.4, 2.2))
    )
    left = queued(redraw([outcome("a", 2.2), outcome("b", 3.4), outcome("c", 0.1)], lot))

    assert one == other
    assert left == ["c"]


def test_mandatory_ones_come_first_and_count() -> None:
    """A flag is looked at whatever the risk, and takes one of the places."""
    outcomes = [outcome(name, 3.4) for name in names(8)]
    outcomes += [outcome("flag", 3.4, "flag:addressed"), outcome("unsure", 0.1)]

    got = redraw(outcomes, by())

    assert queued(got) == ["flag", "unsure"]
    assert got[8].reasons == ("flag:addressed",)


def test_who_left_the_queue_is_graded_again() -> None:
    """An answer that is no longer among the riskiest loses its place and its reason."""
    outcomes = [outcome("was", 3.4, "risk", rank=1), outcome("unsure", 0.1)]
    outcomes += [outcome(name, 3.4) for name in names(3)]

    got = redraw(outcomes, by())

    assert queued(got) == ["unsure"]
    assert (got[0].state, got[0].reasons) == (State.GRADED, ())


def test_decided_answers_keep_their_place() -> None:
    """One that a person reviewed stays where it was; its place is not given away."""
    outcomes = [outcome("done", 3.4, "risk", rank=1), outcome("unsure", 0.1)]
    outcomes += [outcome(name, 3.4) for name in names(3)]

    got = redraw(outcomes, by(blind("done", source="review")))

    assert queued(got) == ["done"]
    assert got[0].state is State.GRADED


def test_answers_graded_to_tune_take_no_place() -> None:
    """Thirty graded to tune leave the whole budget to what nobody has seen."""
    outcomes = [outcome(name, 0.1) for name in names(4)] + [outcome("unsure", 0.2)]

    got = redraw(outcomes, by(*(blind(name, source="trust") for name in names(4))))

    assert queued(got) == ["unsure"]


def test_what_an_audit_speaks_of_is_not_queued_for_its_risk() -> None:
    """While it runs only late answers may enter by risk; a flag still may."""
    outcomes = [outcome("held", 0.1), outcome("late", 0.2), outcome("flag", 3.4, "flag:addressed")]
    outcomes += [outcome(name, 3.4) for name in names(7)]
    held = frozenset({"held", "flag", *names(7)})

    assert queued(redraw(outcomes, by(held=held))) == ["flag", "late"]


def test_points_and_levels_stay_as_they_are() -> None:
    """Calibration and ranking change neither."""
    outcomes = [
        outcome(name, score) for name, score in zip(names(3), (3.0, 0.0, -2.0), strict=True)
    ]

    got = redraw(outcomes, by())

    assert [each.proposed for each in got] == [each.proposed for each in outcomes]
    assert [[f.level for f in each.findings] for each in got] == [
        [f.level for f in each.findings] for each in outcomes
    ]


def test_what_no_judge_read_is_left_alone() -> None:
    """Ungraded and blank submissions keep their state and reasons."""
    lost = replace(outcome("lost", 0.0), state=State.UNGRADED, proposed=None, findings=())

    assert redraw([lost], by()) == (lost,)


def test_what_is_too_uncertain_goes_to_the_end_of_the_queue() -> None:
    """They wait for review after those who waited, the riskiest of them first."""
    outcomes = (
        outcome("first", 0.1, "risk", rank=1),
        replace(outcome("b", 1.0), risk=0.2),
        replace(outcome("a", 1.0), risk=0.3),
        outcome("rest", 3.4),
    )

    got = send_to_review(outcomes, {("a", "Q", 1), ("b", "Q", 1)})

    assert queued(got) == ["first", "a", "b"]
    assert [each.state for each in got] == [*[State.NEEDS_REVIEW] * 3, State.GRADED]
    assert bound_of(got[3]) == bound_of(outcomes[3])


def test_what_was_audited_is_never_tuned_with(tmp_path: Path) -> None:
    """The newest blind word on an answer is its label, unless an audit was made of it."""
    outcomes = [outcome(name, 1.0) for name in ("tuned", "audited", "reviewed")]
    with store_in(tmp_path) as store:
        for each in (
            blind("tuned", "1", source="trust"),
            blind("tuned", "2", source="sheet"),
            blind("audited", "2"),
            blind("audited", "3", source="sheet"),
            blind("reviewed", "3", source="review"),
        ):
            store.decide(each)

        got = tuning_labels(store, RUBRICS, outcomes)

    assert [(each.student, each.total) for each in got] == [("tuned", Decimal(2))]
