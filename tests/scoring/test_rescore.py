"""Points, caps, rounding, groups, requirements and the choice change without asking anybody."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.engine.judged import Judged
from assessor.engine.settle import settle
from assessor.grade import Proposal, grade_of, rescored
from assessor.rubric import Choice, Rubric
from assessor.store.codec import decode, encode
from assessor.submission import Submission
from assessor.verdict import Finding, Override, State
from tests.scoring.build import LEVELS_DRAWN, answer, findings, rubric, rubrics

CHOICE = Choice(options=("A", "B"), correct=("B",), points=Decimal(1))
ANSWERS = st.builds(
    answer, st.sampled_from(["A, because", "B, because", "Since.", ""]), st.sampled_from(["", "B"])
)


def graded(which: Rubric, submission: Submission, found: tuple[Finding, ...]) -> Proposal:
    judged = Judged(answer_digest=submission.answer_digest, findings=found, missing=(), flags=())
    told = {submission.answer_key: judged}
    return settle({submission.question: which}, [submission], told, {}, 0.0).outcomes[0]


@settings(deadline=None)
@given(rubrics(), rubrics(), LEVELS_DRAWN, ANSWERS)
def test_rescoring_stored_findings_equals_grading_anew(
    before: Rubric, after: Rubric, levels: dict[str, str], submission: Submission
) -> None:
    """For any change of points, caps, rounding, groups, requirements and choice."""
    found = tuple(findings(before, **levels).values())
    old, anew = (graded(which, submission, found) for which in (before, after))

    stored = tuple(decode(Finding, encode(each)) for each in old.findings)
    again = rescored(after, replace(old, findings=stored))

    assert again is not None
    assert (again.proposed, set(again.reasons)) == (anew.proposed, set(anew.reasons))


def test_findings_that_do_not_answer_the_new_rubric_are_not_rescored() -> None:
    """A key point that was never asked about cannot be scored."""
    old = graded(rubric(), answer(), tuple(findings(rubric()).values()))
    wider = rubric().model_copy(
        update={
            "key_points": (
                *rubric().key_points,
                rubric().key_points[1].model_copy(update={"id": "d"}),
            )
        }
    )

    assert rescored(wider, old) is None


def test_a_missing_choice_is_reviewed_and_not_graded_zero() -> None:
    """The answer is sent to a person whatever the budget; its choice stays open."""
    which = rubric(choice=CHOICE)
    proposal = graded(which, answer("Values differ."), tuple(findings(which, b="full").values()))
    grade = grade_of(which, proposal, None, None)

    assert (proposal.state, proposal.reasons) == (State.NEEDS_REVIEW, ("choice_missing",))
    assert grade.choice is not None
    assert grade.choice.points is None


def test_a_choice_without_a_justification_earns_its_points() -> None:
    """The text is blank, the tick is not."""
    which = rubric(choice=CHOICE)
    proposal = graded(which, answer("", "B"), ())

    assert (proposal.state, proposal.proposed) == (State.BLANK, Decimal(1))


def test_a_person_s_choice_stands_above_the_one_found_by_code() -> None:
    """And where they left it out, the code's stands in their total."""
    which = rubric(choice=CHOICE)
    submission = answer("B, since values differ.")
    proposal = graded(which, submission, tuple(findings(which).values()))
    override = Override(
        student_id="S1",
        question="answer",
        attempt=1,
        answer_digest=submission.answer_digest,
        points=(("a", Decimal(2)),),
    )
    refused = replace(override, points=(*override.points, ("choice", Decimal(0))))

    assert grade_of(which, proposal, override, None).grade == Decimal(3)
    assert grade_of(which, proposal, refused, None).grade == Decimal(2)
