"""Who is graded by hand: to tune, spread and unsure; to audit, in a fixed random order."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STRATA = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One answer that could be drawn: the points predicted, and how unsure they are."""

    id: str
    score: float
    doubt: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One drawn answer; `chance` of being drawn is in (0, 1], for weights of 1 / chance."""

    id: str
    chance: float


def tuning_sample(answers: Sequence[Scored], size: int, seed: int) -> tuple[Drawn, ...]:
    """Return `size` answers to grade by hand for tuning, shuffled; all of them if fewer.

    Half are the most unsure, drawn for certain (chance 1); the rest are drawn evenly over the
    terciles of the predicted score of what remains. The same answers in another order and the
    same seed give the same sample. Method.md §5.5. Raises ValueError for repeated ids.
    """
    if len({answer.id for answer in answers}) < len(answers):
        raise ValueError("an answer stands twice among those to draw from")
    chance = random.Random(seed)  # noqa: S311 - a sample that can be drawn again
    size = max(min(size, len(answers)), 0)
    by_doubt = sorted(answers, key=lambda answer: (-answer.doubt, answer.id))
    surest = sorted(by_doubt[size // 2 :], key=lambda answer: (answer.score, answer.id))
    drawn = [Drawn(id=answer.id, chance=1.0) for answer in by_doubt[: size // 2]]
    wanted = size - size // 2
    strata = min(STRATA, wanted)  # a stratum nobody is drawn from could never be weighed back
    for place in range(strata):
        # Both by one rule of rounding, so that no stratum is asked for more than it has.
        low, high = (len(surest) * edge // strata for edge in (place, place + 1))
        count = wanted * (place + 1) // strata - wanted * place // strata
        stratum = chance.sample(surest[low:high], count)
        drawn += [Drawn(id=answer.id, chance=count / (high - low)) for answer in stratum]
    chance.shuffle(drawn)
    return tuple(drawn)


def audit_order(ids: Sequence[str], seed: int) -> tuple[str, ...]:
    """Return all ids in a uniformly random order that depends on them and the seed only.

    Fixed when the run is frozen; the audit's guarantee rests on its not being chosen later.
    Raises ValueError for repeated ids.
    """
    order = sorted(set(ids))
    if len(order) < len(ids):
        raise ValueError("an answer stands twice among those to audit")
    random.Random(seed).shuffle(order)  # noqa: S311 - an order that can be drawn again
    return tuple(order)


def weights(drawn: Sequence[Drawn]) -> Mapping[str, float]:
    """Return 1 / chance per id, as figures of agreement take them."""
    return {each.id: 1 / each.chance for each in drawn}
