"""Lines that pretend the answer is over, or that a mark stands beside it."""

from __future__ import annotations

import re

from assessor.flags.sought import pattern_of
from assessor.wordlists import word_lists

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
