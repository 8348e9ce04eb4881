"""Orders that need no word of marking: another task, letters to be put together, a made-up talk."""

from __future__ import annotations

import re

from assessor.flags.sought import Sought

_OPENS = r"(?:^|[\n.!?;:,(\[]\s{0,3}|\b(?:please|just|so|now|then|and|kindly)\s)"
_MARKING = (
    r"\b(?:grad(?:e[ds]?|er|ing)|mark(?:s|er|ing)?|scor(?:e[ds]?|ing)|points?|pass(?:es|ed)?|credit"
    r"|criteri(?:on|a)|rubric|verdict|student)\b"
)
_ORDERS = (
    # Another task than the marker's own.
    Sought(
        r"\b(?:new|next|updated|revised|real|actual|corrected) (?:task|instructions?|prompt|rules?"
        r"|job)\s?(?:for (?:you|the \w+))?\s?[:\u2013-]\s?(?:instead|reply|output|write|say|return"
        r"|give|print|respond|answer with|ignore|mark|grade|accept|disregard|please|you|do not"
        r"|don't)\b",
        *(" task", " instruction", " prompt", " rule", " job"),
    ),
    # The answer is to be read in another way than it stands there.
    Sought(
        rf"{_OPENS}(?:take|read|use|look at|combine|join|follow|connect|collect)\s"
        r"(?:only |just )?(?:the )?(?:first|last|initial|every (?:second|third|other))\s"
        r"(?:letters?|words?|characters?)\b",
        *("letter", "word", "character"),
    ),
    Sought(
        r"\b(?:first|last|initial) (?:letters?|words?|characters?) of (?:my|these|the above)\b",
        *(" letter", " word", " character"),
    ),
    # How sure the marker is to be.
    Sought(
        rf"{_OPENS}(?:output|return|report|set|write|put|enter|use|give)\s(?:an? |the |your )?"
        r"(?:probabilit(?:y|ies)|confidence|certainty|likelihood)\b[^.\n]{0,30}?"
        r"\b(?:9\d|100|1\.0|0\.9\d*|max\w*|high\w*)\b[^.\n]{0,20}?\b(?:for|of|on|to) "
        r"(?:each|every|all)\b",
        *("probabilit", "confidence", "certainty", "likelihood"),
    ),
    # Whoever reads, if it is a machine.
    Sought(
        r"\b(?:whatever|whichever|any|every) (?:ai|llm|bot|machine|program|software|language model"
        r"|computer|model|system)s? (?:that |which |who |is |are )?(?:now )?"
        r"(?:read|mark|grad|check|see|assess|evaluat|process)\w* (?:this|my|these)\b",
        *("whatever ", "whichever ", "any ", "every "),
    ),
    # Favours.
    Sought(
        r"\b(?:please|just|so)\s(?:please |just )?(?:tick|check) (?:every|all)(?: the)? "
        r"box(?:es)?\b",
        " box",
    ),
    Sought(rf"{_OPENS}(?:let me pass|pass me)\b", "let me pass", "pass me"),
)
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
