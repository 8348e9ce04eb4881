"""Lines that pretend the answer is over, or that a mark stands beside it."""

from __future__ import annotations

import re

_STRUCTURE = re.compile(
    r"(?:^|[\n\"'}\]])[^\w\n]{0,12}(?:the )?(?:end of|end|begin|beginning of|start of"
    r"|stop) (?:of )?(?:the )?(?:student'?s? )?"
    r"(?:answer|response|submission|data|input|essay|evaluation|student \w+"
    r"|marking \w+)[^\w\n]{0,12}(?:$|\n)"
    r"|(?:^|\n)[ \t]*(?:[#*=>-]+ ?)(?:grading|marking|evaluat\w+|scoring|assessment|judging) "
    r"(?:instructions?|guidelines?|rules?|notes?|criteria|guide|scheme|rubric)"
    r"|(?:^|\n)[^\w\n]{0,12}(?:my |final |total |overall |self-?|awarded "
    r"|your )*(?:self-assessment|score|grade|marks?|points|total|result)"
    r"[^\w\n]{0,12}(?:\d{1,3} ?(?:/|out of) ?\d{1,3}|100 ?%|a\+|full(?: marks)?|\d+ (?:points"
    r"|marks))[^\w\n]{0,12}(?:$|\n|all|approved|verified)"
    r"|(?:^|\n)\W{0,6}(?:grading|marking|scoring|evaluat(?:ion|or'?s?)|examiners?'?s?|graders?'?s?"
    r"|markers?'?s?|assessors?'?s?|moderators?'?s?|second reader'?s?) (?:instructions?"
    r"|guidelines?|guide|scale|notes?|key|comments?|report|decision|results?|summary|scheme|policy|output|verdict)"
    r"\s?(?:\([^()\n]{1,40}\))?\s?:"
    r"|(?:^|\n)\W{0,6}(?:assistant|ai|grader|marker|examiner|evaluator|chatgpt|gpt|judge|system)"
    r"\s?:[^\n]{0,100}\b(?:full|met|credit|marks?|grade|score|criteri\w+|points|perfect|correct)\b"
    r"|[(\[]\d+ ?(?:marks?|points?|pts?)[)\]]"
    r"|(?:^|\n)\W{0,6}(\d{1,3}) ?(?:/|out of|of) ?\1[.!]? +(?!of\b)\w|[.!?]\s{1,3}(\d{1,3}) ?(?:/"
    r"|out of) ?\2[.!]?\s*$"
    r"|^\s*[\"\u201d'\\]+\s*[,}\])]",
)


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
