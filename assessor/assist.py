"""Answers that are alike: places to look together, never a reason to share a grade."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

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
# Answers that are compared at once: as soon as one is alike, all that are like it need not be.
AT_ONCE = 64
# More answers than these with one of an answer's rarest pieces are gone through in bulk, and their
# characters are counted, in so many classes, before they are compared one by one.
MANY, LETTERS = 2_000, 32


def alike(answers: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return groups of keys whose answers are equal but for a few characters.

    Each key stands in one group at most; answers without a like are in none.
    """
    folded = {key: text for key, text in _folded(answers) if len(text) >= LEAST_LENGTH}
    texts = list(folded.values())
    joined = _Joined(len(texts))
    for place, others in _candidates(texts):
        while others := joined.apart(place, others):
            some, others = others[:AT_ONCE], others[AT_ONCE:]
            found = process.extract(
                texts[place],
                [texts[other] for other in some],
                scorer=fuzz.ratio,
                score_cutoff=ALIKE,
                limit=None,
            )
            for _, _, index in found:
                joined.join(place, some[index])
    groups: dict[int, list[str]] = {}
    for key, group in zip(folded, joined.group, strict=True):
        groups.setdefault(group, []).append(key)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


class _Joined:
    """Which places stand in one group; `group` names it by one of them."""

    def __init__(self, count: int) -> None:
        self.group = list(range(count))
        self._members: dict[int, list[int]] = {}

    def apart(self, place: int, others: Sequence[int]) -> list[int]:
        """Return those of `others` that are not in the group of `place`."""
        own = self.group[place]
        return [other for other in others if self.group[other] != own]

    def join(self, one: int, other: int) -> None:
        """Make one group of those of two places; the smaller one is named anew."""
        named = {self.group[one], self.group[other]}
        groups = [(name, self._members.pop(name, [name])) for name in named]
        (name, members), *smaller = sorted(groups, key=lambda each: -len(each[1]))
        for _, gone in smaller:
            members += gone
            for place in gone:
                self.group[place] = name
        self._members[name] = members


def _candidates(texts: Sequence[str]) -> Iterator[tuple[int, list[int]]]:
    """Yield each place with those before it that hold one of the rarest pieces it shares.

    To compare each answer with each takes the square of the class. Of two answers that differ in
    a few characters, one holds some of the rarest pieces that the other has in common with anyone.
    """
    ranks = _ranks(texts)
    holders = [array("i") for _ in ranks]
    crowd = _Crowd(texts)
    for place, text in enumerate(texts):
        # Taken apart once more: to hold the pieces of a large class takes more than its answers.
        shared = sorted(ranks[piece] for piece in _pieces(text) & ranks.keys())
        # In a large class a rare word is in hundreds of answers, and two of them in hardly any.
        least = BOTH if len(shared) >= RAREST else 1
        lists = [holders[rank] for rank in shared[:RAREST] if holders[rank]]
        if crowd.pays(sum(map(len, lists))):
            near = crowd.like(place, lists, least)
        else:
            counts = Counter(chain.from_iterable(lists))
            near = [other for other, count in counts.items() if count >= least]
        if near:
            yield place, near
        for rank in shared:
            holders[rank].append(place)


def _ranks(texts: Iterable[str]) -> dict[str, int]:
    """Return the pieces that two texts or more have in common, the rarest one as 0."""
    spread: Counter[str] = Counter()
    for text in texts:
        spread.update(_pieces(text))
    common = sorted((count, piece) for piece, count in spread.items() if count > 1)
    return {piece: rank for rank, (_, piece) in enumerate(common)}


class _Crowd:
    """The answers of a class that has few words for so many: a few instructions for each pair."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def pays(self, count: int) -> bool:
        """Return whether so many answers are gone through sooner in bulk than one by one."""
        at_hand = "_letters" in vars(self)
        return count > (MANY // 4 if at_hand else MANY)

    def like(self, place: int, lists: Sequence[array[int]], least: int) -> list[int]:
        """Return the places that stand in at least so many (1 or 2) of some ascending lists.

        Those are left out whose letters say that they are not alike.
        """
        import numpy as np  # noqa: PLC0415  # most classes do without its time and memory

        every = np.concatenate([np.frombuffer(each, dtype=np.intc) for each in lists])
        every.sort()
        near = np.unique(every if least == 1 else every[1:][every[1:] == every[:-1]])
        lengths, letters = self._letters
        unmatched = np.abs(letters[near].astype(np.int16) - letters[place]).sum(axis=1)
        # A ratio of 95 leaves one character in twenty without its like.
        fits = unmatched * 100 <= (lengths[near] + lengths[place]) * (100 - ALIKE)
        return [int(other) for other in near[fits]]

    @cached_property
    def _letters(self) -> tuple[Any, Any]:  # arrays, whose type comes as late
        """How long each text is, and its characters of each class, as far as a byte counts."""
        import numpy as np  # noqa: PLC0415  # likewise

        lengths = np.array([len(text) for text in self._texts], dtype=np.intc)
        letters = np.zeros((len(lengths), LETTERS), dtype=np.uint8)
        for place, text in enumerate(self._texts):
            codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
            counts = np.bincount(codes % LETTERS, minlength=LETTERS)
            letters[place] = np.minimum(counts, 255)
        return lengths, letters


def _pieces(text: str) -> set[str]:
    """Return the words of a text, or its runs of characters where it has hardly any spaces."""
    words = set(text.split())
    if len(words) >= RAREST:
        return words
    return {text[place : place + RUN] for place in range(len(text) - RUN + 1)}


def _folded(answers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((key, _fold(text)) for key, text in answers.items())


def _fold(text: str) -> str:
    return " ".join(visible(text).casefold().split())
