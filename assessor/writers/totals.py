"""What a student's questions come to together, and why a total is not complete."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.grade import Grade, feedback_of, has_sentences, was_released_otherwise
from assessor.rubric import Rubric
from assessor.submission import Key
from assessor.verdict import State
from assessor.writers.base import PlatformGrade

# The state of a total is that of the part which keeps it back the most.
_WORST = (
    State.UNGRADED,
    State.NEEDS_REVIEW,
    State.UNREADABLE,
    State.NOT_ASKED,
    State.NOT_SUBMITTED,
    State.GRADED,
    State.BLANK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One student's grades on all questions; `proposed` and `grade` are None until every question
    has one. `attempts` is the most attempts that count for one question: above 1 there is no total.
    """

    student_id: str
    name: str
    parts: tuple[Grade, ...]
    state: State
    proposed: Decimal | None
    grade: Decimal | None
    max_points: Decimal
    attempts: int
    feedback: str


def totals_of(
    grades: Sequence[Grade], rubrics: Mapping[str, Rubric], releasing: Collection[Key] = ()
) -> tuple[Total, ...]:
    """Return the total of each student, in the order of the grades.

    The submissions in `releasing` count as released with what is proposed for them.
    """
    students: dict[str, list[Grade]] = {}
    for grade in grades:
        students.setdefault(grade.submission.student_id, []).append(grade)
    most = sum((each.scoring.max_points for each in rubrics.values()), Decimal(0))
    totals = []
    for student, parts in students.items():
        asked = [grade.submission.question for grade in parts]
        attempts = max(asked.count(question) for question in asked)
        whole = attempts == 1 and set(asked) == set(rubrics)
        out = [
            grade.proposed if grade.submission.key in releasing else grade.grade for grade in parts
        ]
        totals.append(
            Total(
                student_id=student,
                name=next((each.submission.name for each in parts if each.submission.name), ""),
                parts=tuple(parts),
                state=_state(parts, complete=set(asked) == set(rubrics)),
                proposed=_sum([each.proposed for each in parts]) if whole else None,
                grade=_sum(out) if whole else None,
                max_points=most,
                attempts=attempts,
                feedback=_feedback(parts, rubrics),
            )
        )
    return tuple(totals)


def outgoing(totals: Sequence[Total]) -> tuple[PlatformGrade, ...]:
    """Return the complete totals as they go out."""
    return tuple(
        PlatformGrade(student_key=each.student_id, score=each.grade, feedback=each.feedback)
        for each in totals
        if each.grade is not None
    )


def _state(parts: Sequence[Grade], *, complete: bool) -> State:
    states = {each.state for each in parts}
    if not complete:
        states.add(State.NOT_ASKED)
    return min(states, key=_WORST.index)


def _sum(points: Sequence[Decimal | None]) -> Decimal | None:
    known = [each for each in points if each is not None]
    return sum(known, Decimal(0)) if len(known) == len(points) else None


def _feedback(parts: Sequence[Grade], rubrics: Mapping[str, Rubric]) -> str:
    if len(rubrics) == 1:
        (rubric,) = rubrics.values()
        return _words(parts[0], rubric)
    told = [
        f"{rubrics[each.submission.question].title}:\n{said}"
        for each in parts
        if each.submission.question in rubrics
        and (said := _words(each, rubrics[each.submission.question]))
    ]
    return "\n".join(told)


def _words(grade: Grade, rubric: Rubric) -> str:
    """Return what a platform is given: somebody's words, not a mere count of points made.

    A teacher's own feedback stands there, perhaps, and is worth more than a count.
    """
    if was_released_otherwise(grade):
        return ""  # Words on points that were found since do not explain the grade that is out.
    is_count = not has_sentences(rubric) and grade.feedback == feedback_of(rubric, grade.cells)
    return "" if is_count else grade.feedback
