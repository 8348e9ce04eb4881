"""What a flag is: a hint that a person should look, never a reason to take credit away."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assessor.rubric.model import Rubric
from assessor.submission import is_invisible
from assessor.verdict import Finding

SHOWN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen: `answer[start:end]`; both are 0 where only the raw cell has it."""

    what: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One hint: a sighting, and the code of its kind, which is its key in `FLAGS`."""

    code: str
    what: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagKind:
    """A kind of flag: what it says to people (`holds …`), and how it is looked for.

    `in_answer` takes an answer, the raw cell that it was read from and the rubric; `in_evidence`
    an answer, what was found of its cells, and the rubric.
    """

    words: str
    in_answer: Callable[[str, str, Rubric], Iterable[Sighting]] | None = None
    in_evidence: Callable[[str, Sequence[Finding], Rubric], Iterable[Sighting]] | None = None


def sighting(why: str, answer: str, start: int, end: int) -> Sighting:
    """Return a sighting that says `why` and shows its text, with nothing invisible."""
    return Sighting(what=says(why, answer[start:end]), start=start, end=end)


def says(why: str, seen: str) -> str:
    """Return `why` and `seen` in at most 120 visible characters."""
    return clip(f"{why}: {visible(seen[:SHOWN])}")


def clip(text: str) -> str:
    """Return `text` cut to 120 characters, the cut marked."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "\u2026"


def visible(text: str) -> str:
    """Return `text` on one line, characters that leave no mark written as their number."""
    return "".join(map(_shown, " ".join(text.split()))) or _numbers(text)


def _shown(character: str) -> str:
    marks = unicodedata.combining(character) or is_invisible(character)
    return f"\\u{ord(character):04x}" if marks else character


def _numbers(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in text)
