"""Which of a student's attempts counts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.errors import InputError
from assessor.questions import choose_attempts
from assessor.submission import InputState, Submission


def attempt(student: str, number: int, score: str = "") -> Submission:
    return Submission(
        student_id=student,
        question="Q",
        attempt=number,
        answer=f"try {number}",
        state=InputState.ANSWERED,
        row=number + 1,
        score=Decimal(score) if score else None,
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("latest", [3]), ("first", [1]), ("best", [2]), ("all", [1, 2, 3])],
)
def test_a_policy_chooses_among_attempts(policy: str, expected: list[int]) -> None:
    """Latest and first go by number, best by the platform's points."""
    tries = [attempt("ann", 1, "2"), attempt("ann", 2, "4"), attempt("ann", 3, "0")]

    assert [each.attempt for each in choose_attempts(tries, policy)] == expected


def test_of_equally_good_attempts_the_latest_counts() -> None:
    """Ungraded essays all have the same points; the last word is then the student's."""
    tries = [attempt("ann", 1, "0"), attempt("ann", 2, "0")]

    assert choose_attempts(tries, "best") == (tries[1],)


def test_best_is_refused_where_points_are_missing() -> None:
    """An attempt without points is not a worse one."""
    tries = [attempt("ann", 1, "2"), attempt("ann", 2)]

    with pytest.raises(InputError, match="--attempt best"):
        choose_attempts(tries, "best")


@pytest.mark.parametrize("policy", ["latest", "first"])
def test_an_attempt_under_way_gives_way_to_one_handed_in(policy: str) -> None:
    """What was not handed in counts only where there is nothing else."""
    done = attempt("ann", 2)
    open_ones = [
        replace(attempt("ann", number), state=InputState.NOT_SUBMITTED) for number in (1, 3)
    ]

    assert choose_attempts([open_ones[0], done, open_ones[1]], policy) == (done,)
