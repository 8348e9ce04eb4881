"""A bare list of the rubric's terms, of which none is said to do anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessor.flags.copied import words_of
from assessor.flags.flag import Sighting, sighting
from assessor.flags.word_kinds import words
from assessor.rubric.model import Rubric

_SEGMENT = re.compile(r"[,;\n.\u2022|/\u3001\uff0c\u3002]+|\s[-\u2013]\s")
_ENGLISH_GLUE = words(
    """
    the a an is are was be it this that they because so if when then than which who
    by from with for on as can will may have has do does its their there i we you he she to
    in
    """
)


def stuffing(answer: str, rubric: Rubric) -> Iterator[Sighting]:
    """Yield at most one flag, on the whole answer."""
    pieces = _SEGMENT.split(answer)
    if len(pieces) < 6:
        return
    segments = [each for each in map(words_of, pieces) if each]
    listed = [word for each in segments for word in each]
    if len(segments) < 6 or any(len(each) > 4 for each in segments):
        return
    if any(word in _ENGLISH_GLUE or word.isdigit() for word in listed):
        return
    terms = {
        word[:6]
        for each in rubric.key_points
        for text in (each.description, *each.accepted, *(level.when for level in each.levels))
        for word in words_of(text)
        if len(word) > 3
    }
    known = sum(any(word[:6] in terms for word in each) for each in segments)
    if known * 2 >= len(segments):
        yield sighting("a list of terms without a claim", answer, 0, len(answer))
