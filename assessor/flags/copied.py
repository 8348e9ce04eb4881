"""Answers made of somebody else's words: the question, the rubric, or a bare list of its terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache

from assessor.flags.flag import Sighting, sighting
from assessor.flags.words import words
from assessor.rubric.model import Rubric

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
RUN = 5
_Run = tuple[str, ...]


def copied(answer: str, rubric: Rubric) -> Iterator[Sighting]:
    """Yield at most one flag: nearly all of a question copied, or long stretches of the rubric.

    Students repeat the question before they answer it, and memorise definitions; only an answer
    with next to nothing of its own, or with the words of a guide it cannot know, is a hint.
    """
    own = _words(answer)
    if len(own) < 8:
        return
    runs = tuple(_runs(own))
    for text in (rubric.question.prompt, rubric.question.stimulus):
        theirs = _words(text)
        # Quoting a passage is an answer; handing the whole question back is none.
        is_theirs = _covered(own, runs, _runs_of((text,), ())) >= 0.9 * len(own)
        if is_theirs and _covered(theirs, _runs(theirs), {*runs}) >= 0.8 * len(theirs):
            why = "little but the question's own words"
            yield sighting(why, answer, 0, len(answer))
            return
    for texts, least, share, why in (
        (_guide(rubric), 15, 0.7, "the rubric's own words"),
        ((rubric.question.reference,), 25, 0.9, "the reference answer's own words"),
    ):
        ours = _runs_of(texts, (rubric.question.prompt, rubric.question.stimulus))
        inside = _covered(own, runs, ours)
        if inside >= least and inside >= share * len(own):
            yield sighting(why, answer, 0, len(answer))
            return


def _guide(rubric: Rubric) -> tuple[str, ...]:
    points = [
        text
        for each in rubric.key_points
        for text in (each.description, *(level.when for level in each.levels))
    ]
    wrong = [text for each in rubric.misconceptions for text in (each.description, each.when)]
    return (*points, *wrong)


def _covered(words: Sequence[str], runs: Iterable[_Run], theirs: Set[_Run]) -> int:
    """Return how many of `words`, whose runs of five are `runs`, stand in those that are theirs."""
    taken = bytearray(len(words))
    for place, run in enumerate(runs):
        if run in theirs:
            taken[place : place + RUN] = b"\x01" * RUN
    return sum(taken)


def _runs(own: Sequence[str]) -> Iterator[_Run]:
    return zip(*(own[place:] for place in range(RUN)), strict=False)


@lru_cache(maxsize=64)
def _runs_of(texts: tuple[str, ...], but: tuple[str, ...]) -> frozenset[_Run]:
    """Return the runs of texts. Those of a rubric are looked up for each answer of a class."""
    runs = {run for text in texts for run in _runs(_words(text))}
    return frozenset(runs.difference(run for text in but for run in _runs(_words(text))))


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[str, ...]:
    folded = text.casefold()
    if _UNSPACED.search(folded):
        folded = _UNSPACED.sub(lambda found: f" {found.group()} ", folded)
    return tuple(_WORD.findall(folded))


_SEGMENT = re.compile(r"[,;\n.\u2022|/\u3001\uff0c\u3002]+|\s[-\u2013]\s")
_ENGLISH_GLUE = words(
    """
    the a an is are was be it this that they because so if when then than which who
    by from with for on as can will may have has do does its their there i we you he she to
    in
    """
)


def stuffing(answer: str, rubric: Rubric) -> Iterator[Sighting]:
    """Yield at most one flag: a list of the rubric's terms of which none is said to do anything."""
    pieces = _SEGMENT.split(answer)
    if len(pieces) < 6:
        return
    segments = [each for each in map(_words, pieces) if each]
    listed = [word for each in segments for word in each]
    if len(segments) < 6 or any(len(each) > 4 for each in segments):
        return
    if any(word in _ENGLISH_GLUE or word.isdigit() for word in listed):
        return
    terms = {
        word[:6]
        for each in rubric.key_points
        for text in (each.description, *each.accepted, *(level.when for level in each.levels))
        for word in _words(text)
        if len(word) > 3
    }
    known = sum(any(word[:6] in terms for word in each) for each in segments)
    if known * 2 >= len(segments):
        yield sighting("a list of terms without a claim", answer, 0, len(answer))
