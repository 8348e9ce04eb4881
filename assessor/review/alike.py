"""Answers that one look and one key can decide together: alike in words and in evidence. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assessor.review.entry import ReviewEntry
from assessor.rubric import ABSENT
from assessor.submission import visible
from assessor.verdict import ReasonCode

# More than these are not taken in at one look; what is left makes a group of its own.
MOST = 8
# So much of the shorter of two passages stands in the other one, word by word.
OVERLAP = 0.6
# What wants a look of its own, whatever it resembles.
_ALONE = (
    "flag:",
    "file:",
    "judge:",
    ReasonCode.CHANGED,
    ReasonCode.NEAR_EQUAL_UNLIKE,
    ReasonCode.CHOICE_MISSING,
)
_WORD = re.compile(r"[^\W_]+")


def groups_of(
    entries: Sequence[ReviewEntry], like: Mapping[str, str]
) -> tuple[tuple[ReviewEntry, ...], ...]:
    """Return groups of open answers that may be decided together, those in the queue first.

    `like` is the group of equal and nearly equal answers that an answer is in. In a group all
    claim the same levels, and each two are equal, nearly equal, or quote overlapping words for
    every key point that is credited: a level is never carried over to other evidence.
    """
    groups: list[list[ReviewEntry]] = []
    for entry in entries:
        if not _may_join(entry):
            continue
        for group in groups:
            if len(group) < MOST and all(_alike(entry, other, like) for other in group):
                group.append(entry)
                break
        else:
            groups.append([entry])
    found = [tuple(group) for group in groups if len(group) > 1]
    found.sort(key=lambda group: (not any(each.is_queued for each in group), group[0].number))
    return tuple(found)


def _may_join(entry: ReviewEntry) -> bool:
    findings = entry.outcome.findings
    return (
        entry.is_readable
        and not entry.is_done
        and not entry.is_begun
        and not entry.is_flagged
        and not entry.by_hand
        and entry.outcome.proposed is not None
        and len(findings) == len(entry.rubric.cells)
        and not any(each.startswith(_ALONE) for each in entry.outcome.reasons)
    )


def _alike(one: ReviewEntry, other: ReviewEntry, like: Mapping[str, str]) -> bool:
    if one.key[1] != other.key[1] or _levels(one) != _levels(other):
        return False
    if _folded(one.answer) == _folded(other.answer):
        return True
    credited = [cell for cell, level in _levels(one).items() if level != ABSENT]
    overlaps = all(_overlap(one, other, cell) for cell in credited)
    near = one.id in like and like.get(one.id) == like.get(other.id)
    return overlaps and (near or bool(credited))


def _levels(entry: ReviewEntry) -> dict[str, str]:
    return {each.cell: each.claimed or each.level for each in entry.outcome.findings}


def _overlap(one: ReviewEntry, other: ReviewEntry, cell: str) -> bool:
    mine, theirs = _evidence(one, cell), _evidence(other, cell)
    least = min(len(mine), len(theirs))
    return least > 0 and len(mine & theirs) >= OVERLAP * least


def _evidence(entry: ReviewEntry, cell: str) -> frozenset[str]:
    finding = next(each for each in entry.outcome.findings if each.cell == cell)
    return frozenset(
        word for span in finding.evidence for word in _WORD.findall(span.text.casefold())
    )


def _folded(text: str) -> str:
    return " ".join(visible(text).casefold().split())
