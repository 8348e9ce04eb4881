"""Answers that are alike: places to look together, never a reason to share a grade."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from assessor.submission import visible

# Two answers of the same words but for a few: below this, common phrases of a class would join.
ALIKE = 95.0
# Shorter answers resemble each other by chance.
LEAST_LENGTH = 25


def alike(answers: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return groups of keys whose answers are equal but for a few characters.

    Each key stands in one group at most; answers without a like are in none.
    """
    folded = {key: _fold(text) for key, text in answers.items()}
    long = sorted((text, key) for key, text in folded.items() if len(text) >= LEAST_LENGTH)
    long.sort(key=lambda each: len(each[0]))
    leader: dict[str, str] = {key: key for _, key in long}
    for place, (text, key) in enumerate(long):
        # A ratio of 95 needs lengths within a tenth: the window keeps 2,000 answers cheap.
        window = []
        for other, other_key in long[place + 1 :]:
            if len(other) * ALIKE > len(text) * (200 - ALIKE):
                break
            window.append((other, other_key))
        found = process.extract(
            text, [each[0] for each in window], scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
        )
        for _, _, index in found:
            leader[_leader(leader, window[index][1])] = _leader(leader, key)
    groups: dict[str, list[str]] = {}
    for key in answers:
        if key in leader:
            groups.setdefault(_leader(leader, key), []).append(key)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _leader(leader: dict[str, str], key: str) -> str:
    while leader[key] != key:
        leader[key] = leader[leader[key]]
        key = leader[key]
    return key


def _fold(text: str) -> str:
    return " ".join(visible(text).casefold().split())
