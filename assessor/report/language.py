"""Guess the language of an answer from its script and its most common words: enough to group."""

from __future__ import annotations

import re
from collections.abc import Mapping

UNKNOWN = "an unknown language"

# First match wins: kana before the Han characters that Japanese uses as well.
_SCRIPTS: Mapping[str, str] = {
    "Japanese": "\u3040-\u30ff",
    "Korean": "\uac00-\ud7af\u1100-\u11ff",
    "Chinese": "\u3400-\u9fff",
    "a language in Cyrillic": "\u0400-\u052f",
    "Greek": "\u0370-\u03ff",
    "a language in Arabic script": "\u0600-\u06ff",
    "Hebrew": "\u0590-\u05ff",
    "a language in Devanagari": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
}
# Words that are common in one of these languages and rare in the others.
_COMMON: Mapping[str, str] = {
    "English": "the and is of to that it with for they are this not because which would have",
    "German": "der die das und ist nicht ein eine zu den mit auf für sich dass auch es weil wird",
    "French": "le les et est une des que dans pour pas qui sur ce avec il elle nous sont mais",
    "Spanish": "el los las y es una que en para no con por se del como más pero porque lo",
    "Italian": "il che è di non una per sono con del della gli anche perché più nel ma",
    "Portuguese": "o os e é uma que não para com em um mais por do da dos são mas porque",
    "Dutch": "de het een en is niet dat van voor met op zijn ook maar wordt omdat aan",
}
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
