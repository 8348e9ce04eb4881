"""From verdicts to the decision on a cell: evidence first, doubt told, calibration apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assessor.evidence import Located, Span, locate
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.sureness import OTHER_MODEL, UNSURE, Numbers, chance_of, is_contradicted
from assessor.verdict import Finding, ReasonCode, Verdict

# Spoken probabilities pile up at the ends; beyond these they say no more. A token's do not.
CLIP, TOKEN_CLIP = (0.03, 0.97), (0.001, 0.999)
# From this many words on, a passage of the question is copied and not said in common words.
GIVEN_WORDS = 5
# What a second look is wanted for most: no evidence, a deduction, a flag, then doubt by closeness.
URGENT_EVIDENCE, URGENT_DEDUCTION, URGENT_FLAG = 4.0, 3.0, 2.0
_SPOKEN = Numbers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an answer's findings stand on, so that they need not be worked out once more.

    `digest` is that of all that decides them: the readings as they were stored, rubric, prompts,
    judges, settings and this program's own code. `wanted` are the cells that wanted a second look,
    each with its urgency, `second` those that got one: the class decides that. `flags` are the
    codes of the answer's flags, `replies` and `models` what the readings were taken from.
    """

    digest: str
    wanted: tuple[tuple[str, float], ...] = ()
    second: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    replies: int = 0
    models: tuple[str, ...] = ()


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


def is_unsure(verdict: Verdict, numbers: Numbers = _SPOKEN) -> bool:
    """Return whether a verdict leaves its cell open: by its chances, or by what it says itself.

    A number against its own yes or no counts as one half, and so leaves it open.
    """
    chances = (chance_of(each, numbers) for each in verdict.thresholds)
    return _is_broken(verdict) or any(UNSURE[0] <= each <= UNSURE[1] for each in chances)


def contradicts(verdict: Verdict, numbers: Numbers = _SPOKEN) -> bool:
    """Return whether a verdict contradicts itself in a way that decides its level.

    It does with a number clearly on the other side of its yes or no, and with a yes to a higher
    level beside a no to a lower one.
    """
    return said_level(verdict) != _meant(verdict, numbers)


def said_level(verdict: Verdict) -> int:
    """Return the level that a verdict says, counted from 0 (absent, or withdrawn)."""
    return 0 if verdict.withdrawn else _unbroken([each.met for each in verdict.thresholds])


def _meant(verdict: Verdict, numbers: Numbers) -> int:
    """Return the level that a verdict says in the other half of what it contradicts itself in."""
    met = [each.met for each in verdict.thresholds]
    if verdict.withdrawn:
        return 0
    if _is_broken(verdict):
        return max(place for place, yes in enumerate(met, start=1) if yes)
    taken = OTHER_MODEL if verdict.strong else numbers
    against = [is_contradicted(each, taken) for each in verdict.thresholds]
    return _unbroken([yes != turned for yes, turned in zip(met, against, strict=True)])


def _is_broken(verdict: Verdict) -> bool:
    met = (each.met for each in verdict.thresholds)
    return any(higher and not lower for lower, higher in itertools.pairwise(met))


def _unbroken(met: Sequence[bool]) -> int:
    return next((place for place, yes in enumerate(met) if not yes), len(met))


def claims(verdict: Verdict) -> bool:
    """Return whether a verdict would earn or cost something."""
    return verdict.level != ABSENT and not verdict.withdrawn


def needs_repair(cell: Cell, verdict: Verdict) -> bool:
    """Return whether a claim stands without a verified quote: it is asked once more, told why."""
    return claims(verdict) and not evidence_of(cell, verdict)


def needs_second_look(
    cell: Cell,
    verdict: Verdict,
    *,
    flagged: bool,
    unsure: bool = False,
    numbers: Numbers = _SPOKEN,
) -> float | None:
    """Return how urgently a cell wants a charitable and a strict reading; None where it does not.

    Higher is more urgent: no verified quote, a deduction, a flagged answer; then doubt, where
    `unsure` cells are read again at all (measured: by the same model that gains nothing).
    """
    if needs_repair(cell, verdict):
        return URGENT_EVIDENCE
    if cell.kind is CellKind.MISCONCEPTION and claims(verdict):
        return URGENT_DEDUCTION
    if flagged:
        return URGENT_FLAG
    if unsure and is_unsure(verdict, numbers):
        chances = (chance_of(each, numbers) for each in verdict.thresholds)
        return 1 - 2 * min(abs(each - 0.5) for each in chances)
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


def decide(
    cell: Cell,
    verdicts: Sequence[Verdict],
    *,
    left_out: bool = False,
    numbers: Numbers = _SPOKEN,
) -> Finding:
    """Return the decision on a cell after all its verdicts (at least one, in pass order).

    The strong model's readings decide alone where there are any. The level is the median of what
    the readings say, whatever their numbers are. It needs a verified quote in a deciding reading
    that itself says at least that level; a deduction needs every deciding reading to say so with
    its own. `left_out`: a second look was wanted and had no room.
    """
    deciding = tuple(each for each in verdicts if each.strong) or tuple(verdicts)
    scores, probabilities = _numbers_of(_scores(cell, deciding, numbers))
    if cell.kind is CellKind.MISCONCEPTION:
        wanted, level, evidence, reasons = _deduction(cell, deciding, numbers)
    else:
        wanted, level, evidence, reasons = _credit(cell, deciding, numbers)
    kept_back = wanted != level
    if left_out:
        reasons = (*reasons, ReasonCode.LEFT_OUT)
    speaker = _speaker(deciding, level)
    return Finding(
        cell=cell.id,
        kind=cell.kind,
        level=level,
        probabilities=probabilities,
        evidence=evidence,
        claimed=wanted if kept_back else "",
        claimed_quotes=_unverified(cell, deciding) if kept_back else (),
        gap=speaker.gap,
        note=speaker.note,
        reasons=reasons,
        scores=scores,
    )


# The level wanted, the level decided, its evidence, reasons to review.
_Decided = tuple[str, str, tuple[Span, ...], tuple[str, ...]]


def _credit(cell: Cell, deciding: Sequence[Verdict], numbers: Numbers) -> _Decided:
    """Take the highest level that the readings reach and that a verified quote carries.

    Where they split evenly between two levels, the higher one, if its quote holds; and review.
    """
    order = (ABSENT, *cell.levels)
    lower, wanted = _median(list(map(said_level, deciding)))
    reasons = [ReasonCode.CONTRADICTION] if _contradicted(deciding, numbers) else []
    if _mostly_withdrawn(deciding):
        # As many say that it stands as say that it was taken back: nobody knows, so somebody looks.
        if 2 * sum(each.withdrawn for each in deciding) == len(deciding) and any(
            map(claims, deciding)
        ):
            reasons.append(ReasonCode.EVEN_SPLIT)
        return ABSENT, ABSENT, (), tuple(reasons)
    if lower != wanted:
        reasons.append(ReasonCode.EVEN_SPLIT)
    for place in range(wanted, 0, -1):
        evidence = _evidence_for(cell, deciding, order[place:])
        if evidence:
            break
    else:
        place, evidence = 0, ()
    if place < wanted:
        reasons.append(_why_unverified(cell, deciding))
    return order[wanted], order[place], evidence, tuple(reasons)


def _deduction(cell: Cell, deciding: Sequence[Verdict], numbers: Numbers) -> _Decided:
    """Doubt favours the student: every reading, each with its own quote, or nothing."""
    saying = [each for each in deciding if claims(each)]
    level = cell.levels[0]
    meaning = [each for each in deciding if _meant(each, numbers)]
    if (len(saying) == len(deciding)) != (len(meaning) == len(deciding)):
        return level, ABSENT, (), (ReasonCode.CONTRADICTION,)
    if not saying:
        return ABSENT, ABSENT, (), ()
    if len(saying) < len(deciding):
        return level, ABSENT, (), (ReasonCode.READINGS_PART,)
    found = [evidence_of(cell, each) for each in saying]
    if not all(found):
        return level, ABSENT, (), (_why_unverified(cell, deciding),)
    return level, level, tuple(dict.fromkeys(span for each in found for span in each)), ()


def as_read(finding: Finding) -> Finding:
    """Return a finding with the chances that its readings give, before any calibration."""
    _, chances = _numbers_of(finding.scores)
    return finding if chances == finding.probabilities else replace(finding, probabilities=chances)


def _median(levels: Sequence[int]) -> tuple[int, int]:
    """Return the two middle levels, which are one unless an even number splits between two."""
    ordered = sorted(levels)
    return ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]


def _contradicted(deciding: Sequence[Verdict], numbers: Numbers) -> bool:
    """Return whether the level would be another if the readings that contradict themselves did
    so the other way."""
    meant = _median([_meant(each, numbers) for each in deciding])
    return _median(list(map(said_level, deciding))) != meant


def _scores(cell: Cell, deciding: Sequence[Verdict], numbers: Numbers) -> tuple[float, ...]:
    """Return the mean log-odds per threshold, each at most the one below it."""
    scores = []
    for place in range(len(cell.levels)):
        odds = [_log_odds(each, place, numbers) for each in deciding]
        scores.append(sum(odds) / len(odds))
    return tuple(itertools.accumulate(scores, min))


def _log_odds(verdict: Verdict, place: int, numbers: Numbers) -> float:
    threshold = verdict.thresholds[place]
    if verdict.withdrawn and threshold.met:
        return 0.0  # It says yes, and that it was taken back.
    least, most = CLIP if threshold.token is None else TOKEN_CLIP
    chance = chance_of(threshold, OTHER_MODEL if verdict.strong else numbers)
    clipped = min(max(chance, least), most)
    return math.log(clipped / (1 - clipped))


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


def _why_unverified(cell: Cell, deciding: Sequence[Verdict]) -> ReasonCode:
    near = any(each.near is not None for each in _located(cell, deciding) if each.span is None)
    return ReasonCode.NEAR_QUOTE if near else ReasonCode.UNVERIFIED_QUOTE


def _unverified(cell: Cell, deciding: Sequence[Verdict]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.quote for each in _located(cell, deciding)))


def _located(cell: Cell, deciding: Sequence[Verdict]) -> list[Located]:
    claiming = (each for each in deciding if claims(each))
    return [locate(quote, cell.answer) for verdict in claiming for quote in verdict.quotes]


def _speaker(deciding: Sequence[Verdict], level: str) -> Verdict:
    """Return the reading whose words are shown: the first that agrees with the decision."""
    return next((each for each in deciding if each.level == level), deciding[0])


@lru_cache(maxsize=4096)
def _numbers_of(scores: tuple[float, ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the scores, and the chance of at least each level; judges say few different numbers.

    Calibration may change a chance later, never a level.
    """
    return scores, tuple(1 / (1 + math.exp(-mean)) for mean in scores)
