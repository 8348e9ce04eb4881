"""What wants a person: the states, the reasons in words, the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessor.reasons import reason_words
from assessor.report.display import short
from assessor.report.material import QuestionPart, ReportRow
from assessor.report.plots import BarPiece, bar
from assessor.verdict import ReleasedBy, State, is_mandatory
from assessor.writers.results import points_text

# A page for a class of thousands stays small; grades.csv holds them all.
IDS = 40
QUEUE = 100
ID_LENGTH = 48

STATE_WORDS = {
    State.GRADED: ("graded", "has a grade, proposed or decided by a person"),
    State.NEEDS_REVIEW: ("to review", "has a proposal that a person must look at first"),
    State.BLANK: ("blank", "handed in with nothing in it; proposed as 0"),
    State.NOT_SUBMITTED: ("not submitted", "nothing handed in; no grade is proposed"),
    State.NOT_ASKED: ("not asked", "did not get this question"),
    State.UNREADABLE: ("unreadable", "an image or a file without text for us; grade it by hand"),
    State.UNGRADED: ("ungraded", "no grade, which is not a zero; run the command again"),
}
BY_HAND = {
    State.GRADED: "decided by a person",
    State.NEEDS_REVIEW: "waits to be graded by a person",
    State.BLANK: "handed in with nothing in it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """One state with its words and how many are in it; `kind` is its code."""

    kind: str
    name: str
    meaning: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """All states that occur; they add up to `n`. `released` counts what a person let out."""

    n: int
    counts: tuple[StateCount, ...]
    bar: tuple[BarPiece, ...]
    by_person: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason with the answers that it holds; `more` are left out of the list."""

    code: str
    words: str
    count: int
    mandatory: bool
    ids: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingAnswer:
    """One answer of the queue."""

    place: int
    student: str
    proposed: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionList:
    """Why answers wait and in which order to look; `n` wait, `more` are left out of the list."""

    n: int
    hand: bool
    reasons: tuple[Reason, ...]
    failures: tuple[Reason, ...]
    queue: tuple[WaitingAnswer, ...]
    more: int
    most: str


def states(part: QuestionPart) -> States:
    """Return how many submissions are in which state."""
    counts = {state: sum(row.grade.state is state for row in part.rows) for state in State}
    released = [row.grade.released_by for row in part.rows if row.grade.grade is not None]
    return States(
        n=len(part.rows),
        counts=tuple(
            StateCount(
                kind=state.value,
                name=STATE_WORDS[state][0],
                meaning=_meaning(part, state),
                count=count,
            )
            for state, count in counts.items()
            if count
        ),
        bar=bar([(state.value, count) for state, count in counts.items()]),
        by_person=released.count(ReleasedBy.REVIEW),
        unread=len(released) - released.count(ReleasedBy.REVIEW),
    )


def review(part: QuestionPart) -> AttentionList:
    """Return what waits for a person, why, and in which order."""
    waiting = [row for row in part.rows if row.grade.state is State.NEEDS_REVIEW]
    failed = [row for row in part.rows if row.grade.state is State.UNGRADED]
    ranked = sorted(waiting, key=lambda row: row.outcome.queue_rank or len(waiting) + 1)
    queue = tuple(
        WaitingAnswer(
            place=place,
            student=student_of(row),
            proposed=points_text(row.grade.proposed),
            words="; ".join(reason_words(reason) for reason in row.grade.reasons),
        )
        for place, row in enumerate(ranked[:QUEUE], start=1)
    )
    return AttentionList(
        n=len(waiting),
        hand=part.by_hand,
        reasons=_reasons(ranked),
        failures=_reasons(failed),
        queue=queue,
        more=len(waiting) - len(queue),
        most=points_text(part.rubric.scoring.max_points),
    )


def student_of(row: ReportRow) -> str:
    """Return how a list names a submission: its id, and the attempt where it is not the first."""
    submission = row.grade.submission
    attempt = f" (attempt {submission.attempt})" if submission.attempt > 1 else ""
    return short(submission.student_id, ID_LENGTH) + attempt


def _meaning(part: QuestionPart, state: State) -> str:
    if part.by_hand and state in BY_HAND:
        return BY_HAND[state]
    return STATE_WORDS[state][1]


def _reasons(rows: Sequence[ReportRow]) -> tuple[Reason, ...]:
    """Return the reasons of these submissions, mandatory ones first, then by how many they hold."""
    held: dict[str, list[str]] = {}
    for row in rows:
        for reason in dict.fromkeys(row.grade.reasons):
            held.setdefault(reason, []).append(student_of(row))
    reasons = [
        Reason(
            code=code,
            words=reason_words(code),
            count=len(ids),
            mandatory=is_mandatory(code),
            ids=tuple(ids[:IDS]),
            more=max(len(ids) - IDS, 0),
        )
        for code, ids in held.items()
    ]
    return tuple(sorted(reasons, key=lambda each: (not each.mandatory, -each.count, each.code)))
