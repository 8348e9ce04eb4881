"""Guess the language of an answer from its script and its most common words: enough to group."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.report")

UNKNOWN = "an unknown language"

# First match wins: kana before the Han characters that Japanese uses as well.
_SCRIPTS: Mapping[str, str] = _LISTS["scripts"]
# Words that are common in one of these languages and rare in the others.
_COMMON: Mapping[str, str] = _LISTS["common"]
_SPANS = {name: re.compile(f"[{span}]") for name, span in _SCRIPTS.items()}
_SPEAK: dict[str, list[str]] = {}
for _name, _words in _COMMON.items():
    for _word in dict.fromkeys(_words.split()):
        _SPEAK.setdefault(_word, []).append(_name)
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST = 2
_SHARE = 0.3


def guess(text: str) -> str:
    """Return the language's name, or that it is unknown: a few words say too little."""
    if not text.isascii():
        letters = sum(map(str.isalpha, text))
        for name, span in _SPANS.items():
            if letters and len(span.findall(text)) > _SHARE * letters:
                return name
    hits = dict.fromkeys(_COMMON, 0)
    for word in _WORD.findall(text.lower()):
        for name in _SPEAK.get(word, ()):
            hits[name] += 1
    second, first = sorted(hits, key=lambda name: hits[name])[-2:]
    return first if hits[first] >= _FEWEST and hits[first] > hits[second] else UNKNOWN
