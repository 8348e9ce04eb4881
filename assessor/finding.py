"""From verdicts to the decision on a cell: evidence first, doubt told, calibration apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.evidence import Located, Span, locate
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.verdict import Finding, Verdict

# A probability between these leaves a cell unsure (measured: such cells hold nearly all errors).
UNSURE = (0.2, 0.8)
# Spoken probabilities pile up at the ends; beyond these they say no more.
CLIP = (0.03, 0.97)
# From this many words on, a passage of the question is copied and not said in common words.
GIVEN_WORDS = 5
# What a second look is wanted for most: no evidence, then a flag, then doubt by its closeness.
URGENT_EVIDENCE, URGENT_FLAG = 3.0, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of one answer: `levels` are those above absent, lowest first.

    `given` is the text that the student was shown: what only repeats it is no evidence.
    """

    id: str
    kind: CellKind
    levels: tuple[str, ...]
    answer: str
    given: str = ""


def cell_of(rubric: Rubric, cell: str, answer: str) -> Cell:
    """Return a cell of one answer."""
    return Cell(
        id=cell,
        kind=rubric.kind_of(cell),
        levels=rubric.levels_of(cell),
        answer=answer,
        given=f"{rubric.question.prompt}\n{rubric.question.stimulus}",
    )


def is_unsure(verdict: Verdict) -> bool:
    """Return whether a verdict leaves its cell open.

    It does with a probability in the middle, with a yes or no against its own probability, and
    with a higher level met where a lower one is not.
    """
    met = [each.met for each in verdict.thresholds]
    if any(higher and not lower for lower, higher in itertools.pairwise(met)):
        return True
    return any(
        UNSURE[0] <= each.probability <= UNSURE[1] or each.met != (each.probability > 0.5)
        for each in verdict.thresholds
    )


def claims(verdict: Verdict) -> bool:
    """Return whether a verdict would earn or cost something."""
    return verdict.level != ABSENT and not verdict.withdrawn


def needs_repair(cell: Cell, verdict: Verdict) -> bool:
    """Return whether a claim stands without a verified quote: it is asked once more, told why."""
    return claims(verdict) and not evidence_of(cell, verdict)


def needs_second_look(cell: Cell, verdict: Verdict, *, flagged: bool) -> float | None:
    """Return how urgently a cell wants a charitable and a strict reading; None where it does not.

    Higher is more urgent: no verified quote, then a flagged answer, then doubt.
    """
    if needs_repair(cell, verdict):
        return URGENT_EVIDENCE
    if flagged:
        return URGENT_FLAG
    if is_unsure(verdict):
        return 1 - 2 * min(abs(each.probability - 0.5) for each in verdict.thresholds)
    return None


def evidence_of(cell: Cell, verdict: Verdict) -> tuple[Span, ...]:
    """Return the verified quotes of a verdict, in the order given.

    A passage copied from the question is the question's, not the student's; a few words of it
    are anybody's.
    """
    spans = [located.span for located in (locate(quote, cell.answer) for quote in verdict.quotes)]
    own = [
        span
        for span in spans
        if span is not None
        and (len(span.text.split()) < GIVEN_WORDS or locate(span.text, cell.given).span is None)
    ]
    return tuple(dict.fromkeys(own))


def decide(cell: Cell, verdicts: Sequence[Verdict], *, left_out: bool = False) -> Finding:
    """Return the decision on a cell after all its verdicts (at least one, in pass order).

    The strong model's readings decide alone where there are any. A level needs a verified quote
    in a deciding reading that itself says at least that level; a deduction needs every deciding
    reading to say so with its own. `left_out`: a second look was wanted and had no room.
    """
    deciding = tuple(each for each in verdicts if each.strong) or tuple(verdicts)
    scores = _scores(cell, deciding)
    if cell.kind is CellKind.MISCONCEPTION:
        level, evidence, reasons = _deduction(cell, deciding, scores)
    else:
        level, evidence, reasons = _credit(cell, deciding, scores)
    if left_out:
        reasons = (*reasons, "second_look_left_out")
    speaker = _speaker(deciding, level)
    wanted = _wanted(cell, scores)
    kept_back = bool({"unverified_quote", "near_quote", "readings_part"} & set(reasons))
    return Finding(
        cell=cell.id,
        kind=cell.kind,
        level=level,
        probabilities=_probabilities(scores),
        evidence=evidence,
        claimed=wanted if kept_back else "",
        claimed_quotes=_unverified(cell, deciding) if kept_back else (),
        gap=speaker.gap,
        note=speaker.note,
        reasons=reasons,
        scores=scores,
    )


_Decided = tuple[str, tuple[Span, ...], tuple[str, ...]]


def _credit(cell: Cell, deciding: Sequence[Verdict], scores: Sequence[float]) -> _Decided:
    """Take the highest level that the readings reach and that a verified quote carries."""
    wanted = _wanted(cell, scores)
    if wanted == ABSENT or _mostly_withdrawn(deciding):
        return ABSENT, (), ()
    order = (ABSENT, *cell.levels)
    for place in range(order.index(wanted), 0, -1):
        evidence = _evidence_for(cell, deciding, order[place:])
        if evidence:
            reasons = () if order[place] == wanted else (_why_unverified(cell, deciding),)
            return order[place], evidence, reasons
    return ABSENT, (), (_why_unverified(cell, deciding),)


def _deduction(cell: Cell, deciding: Sequence[Verdict], scores: Sequence[float]) -> _Decided:
    """Doubt favours the student: every reading, each with its own quote, or nothing."""
    saying = [each for each in deciding if claims(each)]
    if not saying:
        return ABSENT, (), ()
    if len(saying) < len(deciding) or _wanted(cell, scores) == ABSENT:
        return ABSENT, (), ("readings_part",)
    found = [evidence_of(cell, each) for each in saying]
    if not all(found):
        return ABSENT, (), (_why_unverified(cell, deciding),)
    return cell.levels[0], tuple(dict.fromkeys(span for each in found for span in each)), ()


def _scores(cell: Cell, deciding: Sequence[Verdict]) -> tuple[float, ...]:
    """Return the mean log-odds per threshold, each at most the one below it."""
    scores = []
    for place in range(len(cell.levels)):
        odds = [_log_odds(each.thresholds[place].probability) for each in deciding]
        scores.append(sum(odds) / len(odds))
    for place in range(1, len(scores)):
        scores[place] = min(scores[place], scores[place - 1])
    return tuple(scores)


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, CLIP[0]), CLIP[1])
    return math.log(clipped / (1 - clipped))


def _wanted(cell: Cell, scores: Sequence[float]) -> str:
    level = ABSENT
    for each, mean in zip(cell.levels, scores, strict=True):
        if mean >= 0:
            level = each
    return level


def _mostly_withdrawn(deciding: Sequence[Verdict]) -> bool:
    """Return whether at least half of the readings saw the point taken back."""
    return 2 * sum(each.withdrawn for each in deciding) >= len(deciding)


def _evidence_for(
    cell: Cell, deciding: Sequence[Verdict], at_least: Sequence[str]
) -> tuple[Span, ...]:
    found: list[Span] = []
    for verdict in deciding:
        if verdict.level in at_least and not verdict.withdrawn:
            found += evidence_of(cell, verdict)
    return tuple(dict.fromkeys(found))[:2]


def _why_unverified(cell: Cell, deciding: Sequence[Verdict]) -> str:
    near = any(each.near is not None for each in _located(cell, deciding) if each.span is None)
    return "near_quote" if near else "unverified_quote"


def _unverified(cell: Cell, deciding: Sequence[Verdict]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.quote for each in _located(cell, deciding)))


def _located(cell: Cell, deciding: Sequence[Verdict]) -> list[Located]:
    claiming = (each for each in deciding if claims(each))
    return [locate(quote, cell.answer) for verdict in claiming for quote in verdict.quotes]


def _speaker(deciding: Sequence[Verdict], level: str) -> Verdict:
    """Return the reading whose words are shown: the first that agrees with the decision."""
    return next((each for each in deciding if each.level == level), deciding[0])


def _probabilities(scores: Sequence[float]) -> tuple[float, ...]:
    """Return the chance of at least each level; calibration may change it later, never a level."""
    return tuple(1 / (1 + math.exp(-mean)) for mean in scores)
