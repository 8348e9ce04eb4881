"""One student's answer to one question, and what of its text a person can see."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assessor.digest import digest

# Student, question, attempt: what names a submission within a class.
Key = tuple[str, str, int]
# Question and answer digest: what names an answer within a class, whoever gave it.
AnswerKey = tuple[str, str]


def key_name(*parts: str | int) -> str:
    """Return what names a submission, or whose it is, where names are sorted or drawn by lot."""
    return "\x1f".join(map(str, parts))


class InputState(StrEnum):
    """What an answers file says of one submission before anything is judged."""

    ANSWERED = "answered"
    BLANK = "blank"
    NOT_SUBMITTED = "not_submitted"
    NOT_ASKED = "not_asked"
    UNREADABLE = "unreadable"
    NO_ANSWERS = "no_answers"


class _Fingerprinted:
    """Has room for a fingerprint that is worked out once: a class asks for it many times over."""

    __slots__ = ("_digest",)
    _digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission(_Fingerprinted):
    """One student's answer to one question.

    `answer` is the text a person reads (HTML already turned into text); `raw` is the cell as it
    stood in the file where that differs, else "". `attempt` counts from 1; 0 means enrolled and
    nothing handed in. `question` is the column or text that names the question in the file.
    `row` is its record in the file, counted from 1 (header = 1); 0 where it was read from none.
    `score` is what the platform's own export says of this attempt, where it says a number.
    `reading` says in words what files the answer was read from and what of them was left out;
    `unread` is the code of the reason why nothing in them could be read. `known_as` is by what else
    the file names this student: further ids, addresses and names.
    """

    student_id: str
    question: str
    attempt: int
    answer: str
    state: InputState
    row: int = 0
    name: str = ""
    raw: str = ""
    choice: str = ""
    score: Decimal | None = None
    reading: str = ""
    unread: str = ""
    known_as: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What names this submission within its class."""
        return (self.student_id, self.question, self.attempt)

    @property
    def answer_key(self) -> AnswerKey:
        """What names this answer: equal answers to one question are judged once."""
        return (self.question, self.answer_digest)

    @property
    def answer_digest(self) -> str:
        """The fingerprint of the answer, the same for equal answers of two students."""
        try:
            return self._digest
        except AttributeError:
            found = digest("answer", [self.answer, self.choice])
            object.__setattr__(self, "_digest", found)
            return found


def same_student(student_id: str) -> str:
    """Return what two spellings of one student have in common: an address knows no case."""
    return student_id.casefold() if "@" in student_id else student_id


def state_of(answer: str) -> InputState:
    """Return whether `answer` says anything: a letter, a digit or a symbol that can be seen."""
    return InputState.ANSWERED if has_substance(answer) else InputState.BLANK


def has_substance(text: str) -> bool:
    """Return whether `text` shows a letter, digit or symbol; punctuation alone says nothing."""
    return any(unicodedata.category(c)[0] in "LNS" for c in text if not is_invisible(c))


def visible(text: str) -> str:
    """Return `text` without the characters that leave no mark on a page."""
    return text.translate(_VISIBLE)


def is_invisible(character: str) -> bool:
    """Return whether a character leaves no mark on a page (format, control, tag, variation)."""
    if character in "\t\n\r":
        return False
    if unicodedata.category(character) in {"Cf", "Cc", "Cs", "Co", "Cn"}:
        return True
    return (
        character in _BLANK_MARKS or 0xFE00 <= ord(character) <= 0xFE0F or _is_supplement(character)
    )


_BLANK_MARKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def _is_supplement(character: str) -> bool:
    return 0xE0100 <= ord(character) <= 0xE01EF


class _Visible(dict[int, str | None]):
    """What is left of each character, looked up once: `str.translate` does the rest in C."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        self[code] = None if is_invisible(character) else character
        return self[code]


_VISIBLE = _Visible()
