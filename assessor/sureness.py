"""What a judge's numbers say of how sure it is: what they are taken for, and whether at all. Pure.

A level never depends on them: it is what the readings answer with yes or no.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessor.statistics.selective import auroc
from assessor.verdict import Pass, Threshold, Verdict

# A probability between these leaves a cell unsure (measured: such cells hold nearly all errors).
UNSURE = (0.2, 0.8)
# Prompts ask to stay near the middle where two careful instructors could differ: such a number
# contradicts no yes.
EITHER_WAY = (0.4, 0.6)
# What stands for a reading of which no number is known; it only has to be neither in doubt nor
# certain.
STAND_IN = 0.9
# With one cell in ten unsure, as measured for good models, none in so many is one chance in sixty.
LEAST_CELLS = 40
# So many cells of either kind before an order among them means anything.
LEAST_KIND = 6
LEAST_ANSWERED = 3
# A coin orders half of the pairs rightly.
LEAST_ORDERED = 0.6


class Scale(StrEnum):
    """What a judge speaks where a percentage is asked for."""

    PERCENT = "percentages"
    FRACTION = "fractions"
    MIXED = "percentages and fractions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How a judge's numbers are taken; `unused` says why the spoken ones are not used, if so.

    `source` is `tokens` where the endpoint's log-probabilities stand in for what is spoken.
    """

    scale: Scale = Scale.PERCENT
    source: str = "spoken"
    unused: str = ""


# Of another model no first readings tell what it speaks; either is taken for what it looks like.
OTHER_MODEL = Numbers(scale=Scale.MIXED)


def number_of(threshold: Threshold, numbers: Numbers) -> float | None:
    """Return the number that a judge spoke for a threshold, in 0..1; None where there is none.

    `Threshold.probability` takes it for a percentage. Where both are spoken, 1 is a hundred per
    cent beside a yes, else one.
    """
    spoken = threshold.probability
    if spoken is None or numbers.unused:
        return None
    number = round(spoken * 100, 9)
    if numbers.scale is Scale.PERCENT or number > 1:
        return spoken
    if numbers.scale is Scale.MIXED and number == 1 and not threshold.met:
        return spoken
    return number


def chance_of(threshold: Threshold, numbers: Numbers) -> float:
    """Return the chance in 0..1 that the level is reached, as one reading has it.

    That of its yes where the endpoint tells it, else the number it spoke; one half where that is
    against its own yes or no.
    """
    chance = threshold.token if threshold.token is not None else number_of(threshold, numbers)
    if chance is None:
        return STAND_IN if threshold.met else 1 - STAND_IN
    if threshold.met != (chance > 0.5):
        return 0.5
    return chance


def is_contradicted(threshold: Threshold, numbers: Numbers) -> bool:
    """Return whether the number spoken clearly says the opposite of the yes or no beside it."""
    number = number_of(threshold, numbers)
    if number is None or threshold.token is not None:
        return False
    return number < EITHER_WAY[0] if threshold.met else number > EITHER_WAY[1]


def read_numbers(verdicts: Iterable[Verdict]) -> Numbers:
    """Return how this judge's numbers are to be taken, by its first readings."""
    said = [each for verdict in verdicts for each in verdict.thresholds]
    if said and all(each.token is not None for each in said):
        return Numbers(source="tokens")
    numbers = Numbers(scale=_scale_of(said))
    yes = [n for each in said if each.met and (n := number_of(each, numbers)) is not None]
    no = [n for each in said if not each.met and (n := number_of(each, numbers)) is not None]
    if said and not (yes or no):
        return Numbers(unused="it speaks none")
    if min(len(yes), len(no)) < LEAST_ANSWERED:
        return numbers
    if len({*yes, *no}) == 1:
        return Numbers(scale=numbers.scale, unused=f"it says {yes[0]:.0%} of everything")
    ordered = auroc([*yes, *no], [True] * len(yes) + [False] * len(no))
    if ordered is not None and ordered < LEAST_ORDERED:
        return Numbers(scale=numbers.scale, unused="they are no higher beside a yes than a no")
    return numbers


def numbers_words(numbers: Numbers) -> str:
    """Return in one line what is done with a judge's numbers; "" where there is nothing to say."""
    if numbers.unused:
        return (
            f"The judge's numbers say nothing ({numbers.unused}) and are not used. Levels do not "
            "depend on them; who is looked at first is drawn by lot among the unsure."
        )
    if numbers.scale is not Scale.PERCENT:
        return (
            f"The judge speaks {numbers.scale.value} where percentages were asked for; "
            "they are read as what they are."
        )
    return ""


def _scale_of(said: Sequence[Threshold]) -> Scale:
    numbers = [
        (round(each.probability * 100, 9), each.met)
        for each in said
        if each.probability is not None
    ]
    # Half a per cent beside a no may be meant; beside a yes, one or less is a fraction.
    if not any(0 < number <= 1 and met for number, met in numbers):
        between = [0 < number < 1 for number, _ in numbers]
        fractions = sum(between) >= LEAST_ANSWERED and max(n for n, _ in numbers) <= 1
        return Scale.FRACTION if fractions else Scale.PERCENT
    return Scale.MIXED if any(number > 1 for number, _ in numbers) else Scale.FRACTION


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
    ordered = auroc([*parting, *agreeing], [True] * len(parting) + [False] * len(agreeing))
    if ordered is not None and ordered < LEAST_ORDERED:
        return "they do not tell where a lenient and a severe reading part"
    return ""


def _is_doubtful(cell: Sequence[Verdict]) -> bool:
    return any(UNSURE[0] <= each <= UNSURE[1] for each in _chances(cell))


def _closeness(cell: Sequence[Verdict]) -> float:
    return max(1 - 2 * abs(each - 0.5) for each in _chances(cell))


def _chances(cell: Sequence[Verdict]) -> list[float]:
    first = next(each for each in cell if each.asked is Pass.NEUTRAL)
    return [chance_of(each, Numbers()) for each in first.thresholds]
