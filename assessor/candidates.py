"""Where in an answer a key point may stand: sentences to look at first, never a grade."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer  # type: ignore[import-untyped]  # ships no types

from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.submission import is_invisible
from assessor.wordlists import word_lists

# Sentences shown per key point, and the score from which one is worth a look.
MOST = 2
LEAST_SCORE = 0.15
# Characters in a run: long enough to be rare, short enough to bear a wrong letter.
RUN = 4
_STEMMERS: Mapping[str, str] = word_lists("assessor")["stemmers"]
_SENTENCE = re.compile(
    r"[^.!?;\n\u3002\uff01\uff1f\uff1b\u0964\u061f]+[.!?\u3002\uff01\uff1f\u0964\u061f]*"
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence of an answer that resembles what counts for a key point; `score` is 0 to 1."""

    cell: str
    sentence: str
    score: float


@dataclass(frozen=True, slots=True)
class _Likeness:
    """A text by its stems and its runs of characters."""

    stems: frozenset[str]
    runs: frozenset[str]


class Guide:
    """What counts for each key point of a rubric, ready to be compared with sentences."""

    def __init__(self, rubric: Rubric, answers: Sequence[str]) -> None:
        """Take the rubric's phrasings; a word that stands in most `answers` says little."""
        self._language = rubric.language[:2].lower()
        counts = Counter(stem for each in answers for stem in set(self._stems(each)))
        others = max(len(answers) - 1, 1)
        self._common = {stem: (count - 1) / others for stem, count in counts.items()}
        self._cells = {
            cell: tuple(map(self._likeness, phrasings_of(rubric, cell))) for cell in rubric.cells
        }

    def places(self, answer: str) -> tuple[Candidate, ...]:
        """Return the sentences to look at first, by key point in the rubric's order, best first."""
        sentences = [(text, self._likeness(text)) for text in sentences_of(answer)]
        found = []
        for cell, phrasings in self._cells.items():
            scored = [
                Candidate(cell=cell, sentence=text, score=round(self._score(own, phrasings), 2))
                for text, own in sentences
            ]
            scored.sort(key=lambda each: -each.score)
            found += [each for each in scored[:MOST] if each.score >= LEAST_SCORE]
        return tuple(found)

    def _score(self, own: _Likeness, phrasings: Sequence[_Likeness]) -> float:
        return max((self._alike(own, each) for each in phrasings), default=0.0)

    def _alike(self, own: _Likeness, other: _Likeness) -> float:
        """Return the mean of the shares of stems, by their rarity, and of runs in common."""
        weight = sum(map(self._rarity, other.stems))
        stems = sum(map(self._rarity, own.stems & other.stems)) / weight if weight else 0.0
        both = len(own.runs) + len(other.runs)
        runs = 2 * len(own.runs & other.runs) / both if both else 0.0
        return (stems + runs) / 2

    def _rarity(self, stem: str) -> float:
        return 1 - 0.9 * min(1.0, self._common.get(stem, 0.0))

    def _likeness(self, text: str) -> _Likeness:
        plain = " ".join(_WORD.findall(_fold(text)))
        runs = frozenset(plain[place : place + RUN] for place in range(len(plain) - RUN + 1))
        return _Likeness(frozenset(self._stems(text)), runs)

    def _stems(self, text: str) -> list[str]:
        return list(stems_of(text, self._language))


def sentences_of(answer: str) -> tuple[str, ...]:
    """Return the sentences of an answer, as they stand."""
    found = (each.group().strip() for each in _SENTENCE.finditer(answer))
    return tuple(each for each in found if any(map(str.isalnum, each)))


def phrasings_of(rubric: Rubric, cell: str) -> tuple[str, ...]:
    """Return all texts in which a rubric says what counts for a cell."""
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        wrong = rubric.misconception(cell)
        examples = (each.answer for each in wrong.examples if each.level != ABSENT)
        return tuple(filter(None, (wrong.description, wrong.when, *wrong.accepted, *examples)))
    point = rubric.key_point(cell)
    levels = (level.when for level in point.levels)
    examples = (each.answer for each in point.examples if each.level != ABSENT)
    return tuple(filter(None, (point.description, *point.accepted, *levels, *examples)))


def _fold(text: str) -> str:
    seen = "".join(each for each in text if not is_invisible(each))
    return unicodedata.normalize("NFKC", seen).casefold()


def stems_of(text: str, language: str) -> tuple[str, ...]:
    """Return the stems of a text's words, in order."""
    return tuple(_stem(language, word) for word in _WORD.findall(_fold(text)))


@lru_cache(maxsize=50_000)
def _stem(language: str, word: str) -> str:
    stem = _stemmer(language)
    return stem(word) if stem is not None else word


@cache
def _stemmer(language: str) -> Callable[[str], str] | None:
    name = _STEMMERS.get(language or "en")
    if name is None:
        return None
    stem: Callable[[str], str] = snowballstemmer.stemmer(name).stemWord
    return stem
