"""What a platform's writer is given and what it gives back: bytes in, bytes out."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from assessor.errors import SubmissionError
from assessor.grade import Grade
from assessor.rubric import Rubric
from assessor.sheet import visible

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformGrade:
    """One student's total as it goes out; the key is the one of the answers file."""

    student_key: str
    score: Decimal
    feedback: str = ""


class ChangeKind(StrEnum):
    """What a grade does to the cell that it meets; the last five are kept out by ourselves."""

    NEW = "new"
    RAISED = "raised"
    LOWERED = "lowered"
    SAME = "same"
    LOCKED = "locked"
    MISSING = "missing"
    TEXT_THERE = "text_there"
    KEPT = "kept"
    ADDED_BEFORE = "added_before"
    NOTHING_THERE = "nothing_there"
    CRITERIA_UNLIKE = "criteria_unlike"
    HANDED_IN_AGAIN = "handed_in_again"


# The kinds that put a number into a platform's cell.
WRITES = frozenset({ChangeKind.NEW, ChangeKind.RAISED, ChangeKind.LOWERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One student's cell before and after; `new` is None where it is left as it was.

    `text` says whether the feedback changes, `over_text` whether another text stood there.
    `matched` is the id as it stands in the platform's file, where it is not the key itself;
    `called` is the name there.
    """

    key: str
    old: Decimal | None
    new: Decimal | None
    kind: ChangeKind
    text: bool = False
    over_text: bool = False
    matched: str = ""
    called: str = ""

    @property
    def writes(self) -> bool:
        """Whether the platform would change anything for this student."""
        return self.kind in WRITES or self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The platform's grade column: its title and what it is worth (None: the file does not say).

    In a `percent` column a grade is the share of the rubrics' points.
    """

    title: str
    max_points: Decimal | None
    percent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The file that goes back, what it changes, and what to know before and at its upload."""

    data: bytes
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    upload: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One platform: what its file is, which column is meant, and how to fill it in.

    All three raise SubmissionError. `column` is "" where none was named; `sample` says in words
    which file is needed, `feedback` whether the platform takes feedback from it. `worth` is what
    the answers file says the column is worth, for a platform whose template does not.
    """

    sample: str
    recognises: Callable[[bytes, str], bool]
    find: Callable[[bytes, str], Column]
    write: Callable[[bytes, Sequence[PlatformGrade], str], Written]
    feedback: bool = False
    worth: Callable[[bytes, str], Decimal | None] = lambda _data, _file: None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassGrades:
    """A class as it goes into a file that is made of our own data alone.

    `grades` are all submissions, whose `grade` is None until released; `totals` are the complete
    ones; `column` is what was named with --column, if anything.
    """

    rubrics: Mapping[str, Rubric]
    grades: tuple[Grade, ...]
    totals: tuple[PlatformGrade, ...]
    column: str = ""

    @property
    def max_points(self) -> Decimal:
        """What all questions together are worth."""
        return sum((each.scoring.max_points for each in self.rubrics.values()), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file made of our own data, without a platform's file to fill in.

    `needs` is the module that it is written with, where that is an extra. `holds_grades` is False
    for a file that gives nobody's grade away; `notes` says what a person should know of it before
    it goes out.
    """

    name: str
    write: Callable[[ClassGrades], bytes]
    needs: str = ""
    holds_grades: bool = True
    notes: Callable[[ClassGrades], Sequence[str]] = lambda _: ()


def change_of(key: str, old: Decimal | None, new: Decimal) -> Change:
    """Return what writing `new` over `old` does."""
    if old is None:
        kind = ChangeKind.NEW
    elif new == old:
        kind = ChangeKind.SAME
    else:
        kind = ChangeKind.RAISED if new > old else ChangeKind.LOWERED
    return Change(key=key, old=old, new=new, kind=kind)


def with_text(change: Change, there: str, text: str) -> Change:
    """Return a change with what it does to the feedback; an empty text replaces nothing.

    Platforms give a text back without its markup: two that read the same are the same. What is
    there may be such a text already, in which a `<` was written by a person.
    """
    changed = bool(text) and _bare(text) not in {_bare(there), "".join(there.split())}
    return replace(change, text=changed, over_text=changed and bool(there.strip()))


def _bare(text: str) -> str:
    """Return what can be read of a text, without any space."""
    return "".join(visible(text, markup=True).split())


def left(key: str, old: Decimal | None, kind: ChangeKind) -> Change:
    """Return a cell that stays as it is."""
    return Change(key=key, old=old, new=None, kind=kind)


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


def as_html(feedback: str, encoding: str = "utf-8") -> str:
    """Return feedback as HTML that says the same, in characters that the encoding has."""
    lines = html.escape(shown(feedback), quote=False).splitlines()
    text = "<br>".join(lines)
    return text.encode(encoding, "xmlcharrefreplace").decode(encoding)


def shown(text: str) -> str:
    """Return a text whose control characters and torn halves of pairs can be seen."""
    return "".join(
        "\ufffd" if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n\r" else c
        for c in text
    )
