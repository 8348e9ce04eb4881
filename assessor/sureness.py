"""Whether a model's spoken probabilities say anything about where readings part. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assessor.finding import UNSURE
from assessor.verdict import Pass, Verdict

# With one cell in ten unsure, as measured for good models, none in so many is one chance in sixty.
LEAST_CELLS = 40
# So many cells of either kind before an order among them means anything.
LEAST_KIND = 6
# A coin orders half of the pairs rightly.
LEAST_ORDERED = 0.6


def empty_probabilities(verdicts: Iterable[Sequence[Verdict]]) -> str:
    """Return why this model's probabilities carry no information, "" where nothing speaks for it.

    `verdicts` holds the readings of each cell. They carry none where all of them are near 0 or 1,
    so that no second look is ever asked for, or where a cell on which the charitable and the
    strict reading part was no less sure before than one on which they agree.
    """
    cells = [tuple(each) for each in verdicts]
    read = [each for each in cells if any(v.asked is Pass.NEUTRAL for v in each)]
    if len(read) >= LEAST_CELLS and not any(map(_is_doubtful, read)):
        return "all of them are near 0 or 1"
    parting: list[float] = []
    agreeing: list[float] = []
    for cell in cells:
        levels = {each.asked: each.level for each in cell}
        if {Pass.NEUTRAL, Pass.CHARITABLE, Pass.STRICT} <= set(levels):
            parts = levels[Pass.CHARITABLE] != levels[Pass.STRICT]
            (parting if parts else agreeing).append(_closeness(cell))
    if min(len(parting), len(agreeing)) < LEAST_KIND:
        return ""
    pairs = [(one > other) + 0.5 * (one == other) for one in parting for other in agreeing]
    if sum(pairs) < LEAST_ORDERED * len(pairs):
        return "they do not tell where a lenient and a severe reading part"
    return ""


def _is_doubtful(cell: Sequence[Verdict]) -> bool:
    return any(UNSURE[0] <= each.probability <= UNSURE[1] for each in _first(cell).thresholds)


def _closeness(cell: Sequence[Verdict]) -> float:
    return max(1 - 2 * abs(each.probability - 0.5) for each in _first(cell).thresholds)


def _first(cell: Sequence[Verdict]) -> Verdict:
    return next(each for each in cell if each.asked is Pass.NEUTRAL)
