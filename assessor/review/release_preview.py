"""What would go out: who was read by a person, who was not, what a file would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from assessor.assignment.export_draft import points_range
from assessor.digest import digest
from assessor.grade import unread, was_released_otherwise
from assessor.review.entry import ReviewEntry
from assessor.review.numbers import is_changed
from assessor.submission import InputState
from assessor.trust.audit_standing import AuditStanding, released_by
from assessor.verdict import Release, ReleasedBy, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """How many grades would go out and how many stay in, by why.

    `range` says how many points the unread ones have, `blank` of them are of blank answers;
    `otherwise` of the released ones are proposed otherwise since.
    """

    reviewed: int
    changed: int
    released: int
    otherwise: int
    unread: int
    waiting: int
    ungraded: int
    outside: int
    differ: int
    flagged: int
    blank: int
    range: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file would change on the platform, or why it cannot be written (`problem`).

    `choices` are the columns that may be meant, where that is not clear.
    """

    column: str = ""
    choices: tuple[str, ...] = ()
    counts: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""


class Outlets(Protocol):
    """Writes the files that platforms take back: the command line's own export."""

    @property
    def names(self) -> Sequence[str]:
        """The targets that can be written from what is here."""

    def preview(self, target: str, column: str = "") -> Preview:
        """Return what a target's file would change; nothing is written."""

    def write(self, target: str, column: str = "") -> str:
        """Write a target's file and say where. Raises InputError."""

    def take(self, name: str, data: bytes) -> Sequence[str]:
        """Keep a platform's own file to fill in; return for which targets it is one.

        Raises InputError where it is none.
        """


def outgoing(entries: Sequence[ReviewEntry]) -> Outgoing:
    """Return what would go out of a class as it stands."""
    grades = [each.grade for each in entries]
    left = unread(grades)
    points = [each.proposed for each in left if each.proposed is not None]
    waiting = [each for each in grades if each.state is State.NEEDS_REVIEW and each.grade is None]
    return Outgoing(
        reviewed=sum(each.released_by == ReleasedBy.REVIEW for each in grades),
        changed=sum(is_changed(each) for each in entries),
        released=sum(each.released_by not in {"", ReleasedBy.REVIEW} for each in grades),
        otherwise=sum(map(was_released_otherwise, grades)),
        unread=len(left),
        waiting=len(waiting),
        ungraded=sum(each.state is State.UNGRADED and each.grade is None for each in grades),
        outside=sum(
            each.outcome.submission.state not in {InputState.ANSWERED, InputState.BLANK}
            and each.grade.grade is None
            for each in entries
        ),
        differ=sum(bool(each.rivals) for each in entries),
        flagged=sum(each.is_flagged for each in entries),
        blank=sum(each.state is State.BLANK for each in left),
        range=points_range(points),
    )


def shown_by(words: Sequence[Release]) -> str:
    """Return what a person has seen who is asked about these releases: whose, which points, why.

    As many others, or other points, are not what was seen.
    """
    told = [[*each.key, each.answer_digest, str(each.grade), each.by] for each in words]
    return digest("shown", told)


def releases(entries: Sequence[ReviewEntry], audit: AuditStanding | None) -> tuple[Release, ...]:
    """Return the words that let everything unread go out as it is proposed."""
    return tuple(
        Release(
            student_id=each.submission.student_id,
            question=each.submission.question,
            attempt=each.submission.attempt,
            answer_digest=each.submission.answer_digest,
            grade=each.proposed or Decimal(0),
            by=released_by(audit, each),
        )
        for each in unread([entry.grade for entry in entries])
    )
