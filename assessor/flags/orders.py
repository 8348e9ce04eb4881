"""Orders that need no word of marking: another task, letters to be put together, a made-up talk."""

from __future__ import annotations

import re

from assessor.flags.sought import Sought, pattern_of, sought_in

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
