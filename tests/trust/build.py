"""Small builders for the tests of trust."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assessor.grade import Grade
from assessor.rubric import Rubric, load_rubric
from assessor.submission import InputState, Submission
from assessor.trust.records import AuditPlan, DrawnAnswer, Unit
from assessor.verdict import DecisionSource, Override, State

RUBRIC_TEXT = """
title: Two points
question: Why?
key_points:
  - {id: one, points: 2, description: says one}
  - id: two
    description: says two
    points: 4
    levels: [{id: partial, points: 2, when: half}, {id: full, points: 4, when: whole}]
misconceptions:
  - {id: wrong, description: says wrong, when: it does, effect: deduct, points: 1}
scoring: {tolerance: 1}
"""


def rubric() -> Rubric:
    return load_rubric(RUBRIC_TEXT, "two.yaml")


def submission(student: str, answer: str = "", question: str = "Q") -> Submission:
    return Submission(
        student_id=student,
        question=question,
        attempt=1,
        answer=answer or f"answer of {student}",
        state=InputState.ANSWERED,
        row=2,
    )


def part(student: str, proposed: str = "3", question: str = "Q") -> DrawnAnswer:
    return DrawnAnswer(
        student_id=student,
        question=question,
        attempt=1,
        answer_digest=submission(student, question=question).answer_digest,
        proposed=Decimal(proposed),
    )


def unit(student: str, proposed: str = "3") -> Unit:
    return Unit(parts=(part(student, proposed),))


def names(count: int) -> list[str]:
    return [f"S{number:03}" for number in range(count)]


def plan(units: Sequence[Unit], *, number: int = 1, alpha: float = 0.1) -> AuditPlan:
    return AuditPlan(
        id="audit1",
        at="2026-03-01T12:00:00+00:00",
        run="run1",
        frozen="frozen:sha256:1",
        seed=7,
        number=number,
        alpha=alpha,
        delta=0.1,
        confidence=0.9,
        tolerance=Decimal(1),
        order=tuple(units),
    )


def blind(
    student: str, total: str = "3", *, source: str = "audit", question: str = "Q"
) -> Override:
    one = submission(student, question=question)
    return Override(
        student_id=student,
        question=question,
        attempt=1,
        answer_digest=one.answer_digest,
        total=Decimal(total),
        source=DecisionSource(source),
    )


def grade(
    student: str,
    proposed: str = "3",
    *,
    answer: str = "",
    question: str = "Q",
    decided: str = "",
) -> Grade:
    return Grade(
        submission=submission(student, answer, question),
        state=State.GRADED,
        proposed=Decimal(proposed),
        grade=Decimal(decided) if decided else None,
        released_by="review" if decided else "",
        max_points=Decimal(6),
        reasons=(),
        feedback="",
        cells=(),
        standing=Decimal(decided or proposed),
    )
