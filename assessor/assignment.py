"""What is graded together: questions and their rubrics, which attempt counts, complete totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.errors import InputError
from assessor.rubric import Rubric
from assessor.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedQuestion:
    """One question of the export and the rubric it is graded by.

    `question` is the column or text as the reader named it.
    """

    question: str
    rubric: Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The questions that are graded together; most assignments have one."""

    title: str
    questions: tuple[AssignedQuestion, ...]

    @property
    def max_points(self) -> Decimal:
        """What all questions together are worth."""
        return sum((each.rubric.scoring.max_points for each in self.questions), Decimal(0))

    def rubric_of(self, question: str) -> Rubric:
        """Return the rubric of a question. Raises KeyError."""
        return {each.question: each.rubric for each in self.questions}[question]


def choose_attempts(submissions: Sequence[Submission], policy: str) -> tuple[Submission, ...]:
    """Return the attempts that count, in the file's order: `latest`, `first` or `all`.

    A student whose latest attempt is blank keeps it: what was handed in last is what counts.
    """
    if policy == "all":
        return tuple(submissions)
    chosen: dict[tuple[str, str], Submission] = {}
    for each in submissions:
        key = (each.student_id.casefold(), each.question)
        other = chosen.get(key)
        if other is None or (each.attempt < other.attempt) == (policy == "first"):
            chosen[key] = each
    kept = {id(each) for each in chosen.values()}
    return tuple(each for each in submissions if id(each) in kept)


def require_complete(assignment: Assignment, column_points: Decimal | None, column: str) -> None:
    """Refuse a total that does not fill the platform's column.

    A column usually holds a whole quiz: writing 8 of its 11 points would take 3 from everybody.
    Raises InputError that names the choices.
    """
    ours = assignment.max_points
    if column_points is None or column_points == ours:
        return
    raise InputError(
        f"{column!r} is worth {_plain(column_points)} points and the rubrics cover {_plain(ours)}: "
        "not written. Grade the missing question as well, or add these points to the grades that "
        "are there with --add-to-existing, or stretch them to the column with --scale"
    )


def _plain(points: Decimal) -> str:
    return format(points.normalize(), "f")
