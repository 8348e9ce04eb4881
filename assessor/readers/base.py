"""What a reader is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assessor.errors import ColumnUnclear, SubmissionError
from assessor.sheet import Table
from assessor.submission import Submission

_SHOWN = 30
# From this many characters on, a part of a title names the question whatever it looks like.
TELLING = 25


class QuestionKind(StrEnum):
    """Whether a question is answered in words or by a choice."""

    WRITTEN = "written"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the caller knows of a file: its columns by name, its encoding, which worksheet it is.

    `written` are names or parts of names of questions that are graded, whatever they look like.
    """

    student: str = ""
    answer: str = ""
    written: tuple[str, ...] = ()
    encoding: str | None = None
    worksheet: str = ""


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
    question that this student was not asked, or left open, is not in the inner mapping. `unused`
    names columns that say nothing of students, questions or attempts.
    """

    format: str
    why: str
    questions: tuple[FoundQuestion, ...]
    submissions: tuple[Submission, ...]
    warnings: tuple[str, ...] = ()
    choices: Mapping[tuple[str, int], Mapping[str, str]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One platform's export: `recognise` says why it is that, or ""."""

    recognise: Callable[[Table], str]
    read: Callable[[Table, ReadOptions], Answers]


class Unclear(ColumnUnclear):
    """The file does not say which column is meant; `meaning` is the option that would say it."""

    def __init__(self, problem: str, *, meaning: str, choices: Sequence[str]) -> None:
        super().__init__(problem, choices)
        self.meaning = meaning


def named_column(table: Table, name: str, option: str) -> int:
    """Return the column that an option names. Raises SubmissionError with the choices."""
    places = [place for place, title in enumerate(table.header) if title.strip() == name.strip()]
    if len(places) == 1:
        return places[0]
    what = "stands there twice" if places else "is not there"
    raise SubmissionError(
        f"{table.file}: {option} {name!r} {what}; the columns are {columns_of(table)}"
    )


def first_filled(cells: Sequence[str], places: Iterable[int | None]) -> str:
    """Return the first of these cells that says something, without spaces around it."""
    return next((cells[p].strip() for p in places if p is not None and cells[p].strip()), "")


def asked_columns(table: Table, options: ReadOptions, places: Sequence[int]) -> Sequence[int]:
    """Return the columns of questions: `places`, or the one column that --answer names.

    Where --answer is no column's title, it may be a part of one: that is for `assemble` to find.
    """
    title = options.answer.strip()
    if title and any(each.strip() == title for each in table.header):
        return [named_column(table, options.answer, "--answer")]
    return places


def columns_of(table: Table) -> str:
    """Return the header's titles, for a message."""
    titles = [repr(title[:60]) for title in table.header[:_SHOWN]]
    left = len(table.header) - len(titles)
    return ", ".join(titles) + (f" and {left} more" if left else "")
