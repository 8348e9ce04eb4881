"""Answers that are alike: places to look together, never a reason to share a grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from rapidfuzz import fuzz, process

from assessor.submission import visible

# Two answers of the same words but for a few: below this, common phrases of a class would join.
ALIKE = 95.0
# Shorter answers resemble each other by chance.
LEAST_LENGTH = 25
# Pieces of an answer by which its like are looked for, and the characters of one without words.
RAREST, RUN = 12, 4
# Of the rarest pieces, as many are in both.
BOTH = 2


def alike(answers: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return groups of keys whose answers are equal but for a few characters.

    Each key stands in one group at most; answers without a like are in none.
    """
    folded = {key: text for key, text in _folded(answers) if len(text) >= LEAST_LENGTH}
    leader: dict[str, str] = {key: key for key in folded}
    for key, others in _candidates(folded):
        found = process.extract(
            folded[key],
            [folded[other] for other in others],
            scorer=fuzz.ratio,
            score_cutoff=ALIKE,
            limit=None,
        )
        for _, _, index in found:
            leader[_leader(leader, others[index])] = _leader(leader, key)
    groups: dict[str, list[str]] = {}
    for key in answers:
        if key in leader:
            groups.setdefault(_leader(leader, key), []).append(key)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _candidates(folded: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each key with the keys before it that hold one of the rarest pieces it shares.

    To compare each answer with each takes the square of the class. Of two answers that differ in
    a few characters, one holds some of the rarest pieces that the other has in common with anyone.
    """
    spread: Counter[str] = Counter()
    for text in folded.values():
        spread.update(_pieces(text))
    holders: dict[str, list[str]] = {}
    for key, text in folded.items():
        # Taken apart once more: to hold the pieces of a large class takes more than its answers.
        shared = sorted((spread[piece], piece) for piece in _pieces(text) if spread[piece] > 1)
        length = len(text)
        others: Counter[str] = Counter()
        for _, piece in shared[:RAREST]:
            others.update(holders.get(piece, ()))
        # In a large class a rare word is in hundreds of answers, and two of them in hardly any.
        least = BOTH if len(shared) >= RAREST else 1
        near = [
            other
            for other, count in others.items()
            # A ratio of 95 needs lengths within a tenth.
            if count >= least
            and abs(len(folded[other]) - length) * 100
            <= (length + len(folded[other])) * (100 - ALIKE)
        ]
        if near:
            yield key, near
        for _, piece in shared:
            holders.setdefault(piece, []).append(key)


def _pieces(text: str) -> set[str]:
    """Return the words of a text, or its runs of characters where it has hardly any spaces."""
    words = set(text.split())
    if len(words) >= RAREST:
        return words
    return {text[place : place + RUN] for place in range(len(text) - RUN + 1)}


def _folded(answers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((key, _fold(text)) for key, text in answers.items())


def _leader(leader: dict[str, str], key: str) -> str:
    while leader[key] != key:
        leader[key] = leader[leader[key]]
        key = leader[key]
    return key


def _fold(text: str) -> str:
    return " ".join(visible(text).casefold().split())
