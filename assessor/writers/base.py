"""What a platform's writer is given and what it gives back: bytes in, bytes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from assessor.errors import SubmissionError

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformGrade:
    """One student's total as it goes out; the key is the platform's own."""

    student_key: str
    score: Decimal
    feedback: str = ""


class ChangeKind(StrEnum):
    """What a grade does to the cell that it meets."""

    NEW = "new"
    RAISED = "raised"
    LOWERED = "lowered"
    SAME = "same"
    LOCKED = "locked"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One student's cell before and after; `new` is None where it is left as it was."""

    key: str
    old: Decimal | None
    new: Decimal | None
    kind: ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The file that goes back, and what it changes."""

    data: bytes
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One platform: what its file is called for people, and how to fill it in.

    `write(template, grades, column)` and `max_points(template, column)` raise SubmissionError;
    `column` is "" where the file has only one.
    """

    recognises: Callable[[bytes, str], bool]
    max_points: Callable[[bytes, str], Decimal | None]
    write: Callable[[bytes, Sequence[PlatformGrade], str], Written]


def change_of(key: str, old: Decimal | None, new: Decimal) -> Change:
    """Return what writing `new` over `old` does."""
    if old is None:
        kind = ChangeKind.NEW
    elif new == old:
        kind = ChangeKind.SAME
    else:
        kind = ChangeKind.RAISED if new > old else ChangeKind.LOWERED
    return Change(key=key, old=old, new=new, kind=kind)


def missing(grades: Sequence[PlatformGrade], present: set[str]) -> tuple[Change, ...]:
    """Return the grades whose student the platform's file does not have."""
    return tuple(
        Change(key=each.student_key, old=None, new=None, kind=ChangeKind.MISSING)
        for each in grades
        if each.student_key not in present
    )


def two_decimals(score: Decimal) -> Decimal:
    """Return a score with two decimals, halves away from zero."""
    return score.quantize(CENT, ROUND_HALF_UP)


def one_grade_each(grades: Sequence[PlatformGrade]) -> dict[str, PlatformGrade]:
    """Return the grades by key. Raises SubmissionError where a student has two."""
    found: dict[str, PlatformGrade] = {}
    for each in grades:
        if each.student_key in found:
            raise SubmissionError(
                f"student {each.student_key!r} has two grades; choose one attempt with --attempt"
            )
        found[each.student_key] = each
    return found
