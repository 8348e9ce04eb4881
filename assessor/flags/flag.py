"""What a flag is: a hint that a person should look, never a reason to take credit away."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from assessor.submission import is_invisible

SHOWN = 120


class FlagCode(StrEnum):
    """What kind of trick a flag hints at."""

    HIDDEN_TEXT = "hidden_text"
    MIXED_SCRIPT = "mixed_script"
    CONTROL_TOKENS = "control_tokens"
    HIDDEN_MARKUP = "hidden_markup"
    RECORD = "record"
    TEMPLATE = "template"
    ENCODED = "encoded"
    COPIED = "copied"
    STUFFING = "stuffing"
    ADDRESSED = "addressed"
    UNBEARING = "unbearing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One hint: `answer[start:end]` is what was seen; both are 0 where only the raw cell has it."""

    code: FlagCode
    what: str
    start: int
    end: int


def raise_flag(code: FlagCode, why: str, answer: str, start: int, end: int) -> Flag:
    """Return a flag that says `why` and shows the text it is about, with nothing invisible."""
    return Flag(code=code, what=says(why, answer[start:end]), start=start, end=end)


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
