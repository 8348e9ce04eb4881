"""What is known by whole phrases: orders, made-up talks, pleas, and an answer called over."""

from __future__ import annotations

import re

from assessor.flags.sought import Sought, pattern_of, sought_in
from assessor.wordlists import word_lists

_OPENS = pattern_of(["@opens@"])
_MARKING = (
    r"\b(?:grad(?:e[ds]?|er|ing)|mark(?:s|er|ing)?|scor(?:e[ds]?|ing)|points?|pass(?:es|ed)?|credit"
    r"|criteri(?:on|a)|rubric|verdict|student)\b"
)
_ORDERS = sought_in("orders")
_SCENE = Sought(
    rf"{_OPENS}(?:continue|finish|complete|go on with) (?:the|this|our) (?:scene|story|film|play"
    r"|script|dialogue|conversation|chat)\b",
    *("continue ", "finish ", "complete ", "go on with "),
)
_TALK = Sought(
    r"(?:^|\n)\W{0,4}(?P<who>user|human|assistant|ai|bot|q|a|question|student|model|chatbot|teacher"
    r"|tutor|examiner|grader|marker)\s?:(?P<said>[^\n]{1,300})",
    ":",
)
_ASKED = frozenset({"user", "human", "q", "question", "student", "teacher", "tutor"})
_RESULT = re.compile(
    r"^\W{0,3}(?:\d{1,3}|yes|met|full|pass(?:ed)?|all|complete|correct|every)\b|\b(?:all|every|full)\b"
)
_OF_THIS = re.compile(
    r"\b(?:this|the|my) (?:student|answer|response|submission|candidate|essay)\b.{0,30}\b(?:pass"
    r"|complete|correct|points?|marks?|grade|score)|\b(?:grade|mark|score) (?:this|it|my)\b"
    r"|\bwhat (?:is|was) (?:the|my|its) (?:grade|mark|score)\b|\bhow many (?:points|marks)\b"
)
_OF_MARKING = re.compile(_MARKING)


def orders(text: str) -> tuple[int, int] | None:
    """Return the place in plain `text` of an order to its reader, or of a made-up talk about it."""
    for pattern in _ORDERS:
        if found := pattern.search(text):
            return found.span()
    found = _SCENE.search(text)
    if found and _OF_MARKING.search(text):
        return found.span()
    return _talk(text)


def _talk(text: str) -> tuple[int, int] | None:
    """Find a question about the mark of this answer, and the reply that grants it."""
    asked: re.Match[str] | None = None
    for found in _TALK.finditer(text):
        if found.group("who") in _ASKED:
            asked = found if _OF_THIS.search(found.group("said")) else None
        elif asked and _RESULT.search(found.group("said")):
            return asked.start(), found.end()
    return None


# Lines that pretend the answer is over, or that a mark stands beside it.
_STRUCTURE = re.compile(pattern_of(word_lists("assessor.flags")["structure"]["pattern"]))
# Where such a line can begin but for the very start: few places in an answer, and soon found.
_STARTS = re.compile("[\n\"'}\\])(\\[.!?]")


def structure(text: str) -> tuple[int, int] | None:
    """Return the place of such a line in plain `text`."""
    found = _STRUCTURE.match(text)
    if found:
        return found.span()
    for start in _STARTS.finditer(text):
        if found := _STRUCTURE.match(text, start.start()):
            return found.span()
    return None


# What a text says of itself to be taken for a full answer, and where it ends or leads away.
_PLEADING = sought_in("pleading")


def pleading(text: str) -> tuple[int, int] | None:
    """Return the place in plain `text` where it speaks for itself, or breaks off as an answer."""
    found = next(filter(None, (sought.search(text) for sought in _PLEADING)), None)
    return found.span() if found else None
