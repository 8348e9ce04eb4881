"""What a reader is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assessor.errors import SubmissionError
from assessor.sheet import Table, html_to_text, is_html
from assessor.submission import InputState, Origin, Submission, state_of


class QuestionKind(StrEnum):
    """Whether a question is answered in words or by a choice."""

    WRITTEN = "written"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the caller knows of a file: its columns by name, its encoding."""

    student: str = ""
    answer: str = ""
    encoding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundQuestion:
    """A question as the file names it."""

    text: str
    kind: QuestionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was understood of a file: every attempt, and what was passed over and why.

    `questions` lists written and choice questions in the file's order. `submissions` are the
    answers to the written ones. What was chosen in the choice questions (multiple choice,
    true/false, matching) stands in `choices`: (student_id, attempt) → {question text: what the
    file says was chosen}, with the student ids, attempts and question texts of the rest. A
    question that this student was not asked, or left open, is not in the inner mapping.
    """

    format: str
    why: str
    questions: tuple[FoundQuestion, ...]
    submissions: tuple[Submission, ...]
    warnings: tuple[str, ...] = ()
    choices: Mapping[tuple[str, int], Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One platform's export: `recognise` says why it is that, or ""."""

    recognise: Callable[[Table], str]
    read: Callable[[Table, ReadOptions], Answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where one answer was found."""

    student: str
    name: str
    question: str
    attempt: int
    row: int


def submission_of(
    table: Table, cell: Cell, raw: str, state: InputState | None = None
) -> Submission:
    """Return the submission that a cell holds: HTML as the text a person reads, `raw` kept."""
    text = html_to_text(raw) if is_html(raw) else raw
    return Submission(
        student_id=cell.student,
        question=cell.question,
        attempt=cell.attempt,
        answer=text if state is None else "",
        state=state_of(text) if state is None else state,
        origin=Origin(file=table.file, row=cell.row),
        name=cell.name,
        raw=raw if text != raw else "",
    )


def named_column(table: Table, name: str, option: str) -> int:
    """Return the column that an option names. Raises SubmissionError with the choices."""
    places = [place for place, title in enumerate(table.header) if title.strip() == name.strip()]
    if len(places) == 1:
        return places[0]
    what = "stands there twice" if places else "is not there"
    raise SubmissionError(
        f"{table.file}: {option} {name!r} {what}; the columns are {columns_of(table)}"
    )


def columns_of(table: Table) -> str:
    """Return the header's titles, for a message."""
    return ", ".join(repr(title) for title in table.header)


def number_attempts(rows: Sequence[tuple[str, str]]) -> list[int]:
    """Return the attempt of each (student, question) in the order given, counted from 1."""
    seen: dict[tuple[str, str], int] = {}
    numbers = []
    for student, question in rows:
        key = (student.casefold(), question)
        seen[key] = seen.get(key, 0) + 1
        numbers.append(seen[key])
    return numbers
