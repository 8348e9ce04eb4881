"""Answers made of somebody else's words: the question or the rubric."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache

from assessor.flags.flag import Sighting, sighting
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
    own = words_of(answer)
    if len(own) < 8:
        return
    runs = tuple(_runs(own))
    for text in (rubric.question.prompt, rubric.question.stimulus):
        theirs = words_of(text)
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
    runs = {run for text in texts for run in _runs(words_of(text))}
    return frozenset(runs.difference(run for text in but for run in _runs(words_of(text))))


@lru_cache(maxsize=256)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in small; Chinese and Japanese characters are one each."""
    folded = text.casefold()
    if _UNSPACED.search(folded):
        folded = _UNSPACED.sub(lambda found: f" {found.group()} ", folded)
    return tuple(_WORD.findall(folded))
