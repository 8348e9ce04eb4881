"""Where an audit stands, and that it says no more than it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from typing import Any

from assessor.assignment.outgoing import OutgoingClass
from assessor.assignment.standing import Standing
from assessor.digest import digest
from assessor.manifest import Manifest
from assessor.statistics.audit import AuditState
from assessor.trust.audit_standing import (
    AuditStanding,
    audit_words,
    follow,
    human_points,
    of_question,
    overtaken,
)
from assessor.trust.plainly import audit_said
from assessor.trust.records import frozen_digest
from assessor.verdict import Override, State
from tests.trust.build import blind, grade, names, part, plan, rubric, submission, unit

RUBRICS = {"Q": rubric()}
HUNDRED = names(100)


def standing(*given: Override) -> AuditStanding:
    return follow(plan([unit(name) for name in HUNDRED]), given, RUBRICS)


def test_it_is_certified_as_soon_as_the_test_is_won() -> None:
    """Twenty-three clean grades certify ten of a hundred; what comes after is not looked at."""
    got = standing(*(blind(name) for name in HUNDRED[:30]))

    assert (got.test.standing, len(got.draws), got.holds) == (AuditState.CERTIFIED, 23, True)
    assert got.waiting == ()


def test_the_frozen_order_is_kept() -> None:
    """A grade that came in out of turn waits until those before it are there."""
    got = standing(blind(HUNDRED[0]), blind(HUNDRED[2]))

    assert [draw.unit for draw in got.draws] == [unit(HUNDRED[0])]
    assert got.waiting[0] == unit(HUNDRED[1])


def test_only_a_difference_beyond_the_tolerance_is_wrong() -> None:
    """One point is within a tolerance of one; more is not."""
    got = standing(blind(HUNDRED[0], "4"), blind(HUNDRED[1], "4.5"), blind(HUNDRED[2], "1.5"))

    assert [draw.wrong for draw in got.draws] == [False, True, True]


def test_the_first_blind_grade_counts() -> None:
    """Neither a change of mind nor a grade given elsewhere enters the audit."""
    first, second = HUNDRED[:2]
    got = standing(blind(first, "0"), blind(first, "3"), blind(second, "3", source="review"))

    assert [draw.human for draw in got.draws] == [Decimal(0)]


def test_a_grade_of_another_text_does_not_count() -> None:
    """A blind grade is bound to the answer that was frozen."""
    got = standing(replace(blind(HUNDRED[0]), answer_digest="answer:sha256:other"))

    assert got.draws == ()


def test_several_questions_are_one_grade() -> None:
    """Points of all parts are summed before they are compared; a missing part waits."""
    both = replace(unit("S1", "2"), parts=(part("S1", "2"), part("S1", "2", "R")))
    frozen = plan([both], alpha=0.5)
    rubrics = {"Q": rubric(), "R": rubric()}
    given = [blind("S1", "3"), blind("S1", "1", question="R")]

    assert follow(frozen, given[:1], rubrics).draws == ()
    assert [draw.wrong for draw in follow(frozen, given, rubrics).draws] == [False]


def test_a_person_must_have_graded_all_of_it() -> None:
    """Key points without a total need each other; a misconception that is left out is none."""
    bare = replace(blind("S1"), total=None)
    half = replace(bare, points=(("one", Decimal(2)),))
    whole = replace(bare, points=(("one", Decimal(2)), ("two", Decimal(4))))
    wrong = replace(whole, points=(*whole.points, ("wrong", Decimal(1))))

    got = [human_points(rubric(), each) for each in (half, whole, wrong)]

    assert got == [None, Decimal(6), Decimal(5)]


def test_a_changed_rubric_voids_it() -> None:
    """After a change of rubric, prompt or model nothing is said of the grades any more."""
    certified = standing(*(blind(name) for name in HUNDRED[:23]))

    got = overtaken(certified, "frozen:sha256:2", [])

    assert (got.holds, got.is_open, got.waiting) == (False, False, ())
    assert audit_words(got).startswith(
        "That unread grades may go out is not proven: the rubric, the prompt or"
    )


def test_late_answers_are_named_as_not_covered() -> None:
    """A new answer, a changed one and a changed proposal are not what was frozen."""
    certified = standing(*(blind(name) for name in HUNDRED[:23]))
    decided = [grade(name, decided="3") for name in HUNDRED[:23]]
    unread = [grade(name) for name in HUNDRED[23:97]]
    strange = [
        grade(HUNDRED[97], answer="another text"),
        grade(HUNDRED[98], "2"),
        grade("late"),
    ]

    got = overtaken(certified, certified.plan.frozen, [*decided, *unread, *strange])

    assert got.uncovered == 3
    assert [got.covers(each) for each in (unread[0], *strange)] == [True, False, False, False]
    assert audit_words(got) == (
        "Of the 100 grades released unread, at most 10 differ from your own blind grade by more "
        "than 1 point (90 % confidence; this class, this rubric version, this model). 23 of "
        "the 100 you graded blind. 3 unread grades are not covered: they were not there in this "
        "form when the audit was prepared."
    )


def test_a_total_of_which_a_part_was_decided_since_was_never_in_the_audit() -> None:
    """Two parts that are off by as much add up; one of them mended alone, the total is off."""
    order = tuple(
        replace(unit(name, "4"), parts=(part(name, "4"), part(name, "0", "R"))) for name in HUNDRED
    )
    frozen = plan(order)
    rubrics = {"Q": rubric(), "R": rubric()}
    given = [
        blind(name, points, question=question)
        for name in HUNDRED[:23]
        for question, points in (("Q", "0"), ("R", "4"))
    ]
    certified = follow(frozen, given, rubrics)
    both = [(grade(name, "4"), grade(name, "0", question="R")) for name in HUNDRED[23:]]
    mended = (both[0][0], grade(HUNDRED[23], "0", question="R", decided="4"))

    got = overtaken(certified, frozen.frozen, [*mended, *chain.from_iterable(both[1:])])

    assert certified.test.standing is AuditState.CERTIFIED
    assert (got.uncovered, got.covers(mended[0]), got.covers(both[1][0])) == (1, False, True)


def test_an_audit_of_totals_says_nothing_of_one_question() -> None:
    """What goes out of one question alone was in no audit, where totals over several were."""
    order = tuple(replace(unit(name), parts=(part(name), part(name, "3", "R"))) for name in HUNDRED)
    of_totals = follow(plan(order), (), {"Q": rubric(), "R": rubric()})
    certified = standing(*(blind(name) for name in HUNDRED[:23]))

    nothing: Any = None
    whole = Standing(
        run=nothing,
        rubrics={"Q": rubric(), "R": rubric()},
        grades=(),
        places=nothing,
        outcomes=(),
        decided=(),
        audit=of_totals,
    )
    alone = OutgoingClass(standing=whole, totals=(), unread=()).of_question("Q").standing.audit

    assert alone is not None and alone.void
    assert "one question alone goes out here" in audit_words(alone)
    assert of_question(certified, "Q") == certified


def test_without_an_audit_nothing_is_claimed() -> None:
    """The absence of an audit, and one that has not begun or is not settled, are said."""
    assert audit_words(None) == (
        "No audit was made: how many of them differ from your own grade is not known."
    )
    assert audit_words(standing()).startswith(
        "That unread grades may go out is not proven yet: an audit of 100"
    )
    assert audit_words(standing(blind(HUNDRED[0]))).startswith(
        "That unread grades may go out is not proven yet: of 1 grade that you graded blind, 0"
    )


def test_an_audit_under_way_says_how_far_it_is() -> None:
    """In plain words: what was graded, what it means for all, where the limit is, what to do."""
    begun = audit_said(standing(*(blind(name) for name in HUNDRED[:5]), blind(HUNDRED[5], "0")))
    failed = audit_said(standing(*(blind(name, "0") for name in HUNDRED[:11])))

    assert begun.startswith("Not proven yet. You graded 6 of the 100 blind; 1 differs from the")
    assert begun.endswith("the limit is 10. Grade on.")
    assert failed.startswith("Not proven, and this audit ends here. You graded 11 of the 100")
    assert audit_said(standing()).startswith("Not proven yet: an audit of 100 grades is prepared")
    assert audit_said(None) == "Not proven: no audit was made."


def digest_of(manifest: Mapping[str, object]) -> str:
    return frozen_digest(Manifest.model_validate(manifest))


def test_the_same_grader_has_the_same_digest() -> None:
    """Times, counts and costs do not change it; a rubric, a prompt or a model does."""
    manifest: dict[str, object] = {
        "questions": [{"question": "Q", "digest": "rubric:sha256:1"}],
        "prompts": {"p": "prompt:sha256:1"},
        "judge": {"backend": "openai", "model_asked": "m", "models_answered": ["m-1"]},
        "states": {"graded": 4},
        "circumstances": {"run": "a"},
    }
    same = manifest | {"states": {}, "circumstances": {"run": "b"}}
    others = [
        manifest | {"questions": [{"question": "Q", "digest": "rubric:sha256:2"}]},
        manifest | {"prompts": {"p": "prompt:sha256:2"}},
        manifest | {"judge": {"backend": "openai", "model_asked": "n"}},
    ]

    assert digest_of(same) == digest_of(manifest)
    # What runs of earlier versions were frozen to stays so.
    assert digest_of(manifest) == digest(
        "frozen",
        {name: manifest[name] for name in ("questions", "prompts")}
        | {"judge": {"backend": "openai", "model_asked": "m", "parameters": None}}
        | {"strong": None, "looks": None},
    )
    assert digest_of(manifest) not in {digest_of(each) for each in others}


def test_who_cannot_go_out_yet_is_not_counted_as_uncovered() -> None:
    """A student with another question to review has no grade that goes out unread."""
    certified = standing(*(blind(name) for name in HUNDRED[:23]))
    other = replace(grade("late"), submission=submission("late", question="R"))
    waiting = replace(other, state=State.NEEDS_REVIEW)

    got = [
        overtaken(certified, certified.plan.frozen, [grade("late"), each]).uncovered
        for each in (waiting, other)
    ]

    assert got == [0, 1]


def test_an_audit_whose_students_were_renamed_says_so_and_ends() -> None:
    """It waits for nobody who is not there; one that is settled already rests on what it has."""
    class_now = [grade(name) for name in HUNDRED[:98]]
    opened = standing(blind(HUNDRED[0]))
    certified = standing(*(blind(name) for name in HUNDRED[:23]))

    got = overtaken(opened, opened.plan.frozen, class_now)

    assert (got.gone, got.void, got.is_open, got.waiting) == (2, True, False, ())
    assert "2 answers that it waits for are not in the class any more" in audit_words(got)
    assert overtaken(certified, certified.plan.frozen, class_now).holds
