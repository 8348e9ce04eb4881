"""What is wrong with a key point, and which one edit would mend it.

Crosses two questions: does the judge agree with the human, and was it sure? Source: method.md §7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assessor.statistics.agreement import measure
from assessor.statistics.ratings import Ratings

# Fewer misses than this are told as they are; they do not make a pattern.
FEWEST_MISSES = 3
# Agreeing but unsure this often, the wording is borderline.
MANY_UNSURE = 1 / 3
# People who part from themselves this often are no measure for a judge.
UNCLEAR = 0.2
# Beyond this gap, phi less kappa, the judge ranks well but draws its line elsewhere.
DRIFT = 0.05
# Two key points of which one (nearly) never comes with, or without, the other.


class Fault(StrEnum):
    """What the labels say of a key point."""

    FINE = "fine"
    TOO_FEW = "too few labels"
    BORDERLINE = "borderline wording"
    TOO_STRICT = "missing rule, judge too strict"
    TOO_GENEROUS = "missing rule, judge too generous"
    AMBIGUOUS = "ambiguous boundary"
    UNCLEAR = "unclear to people"
    LENIENCY = "line drawn elsewhere"


REMEDIES: Mapping[Fault, str] = {
    Fault.FINE: "nothing to mend",
    Fault.TOO_FEW: "grade a few more answers by hand before changing anything",
    Fault.BORDERLINE: "agrees, but is often unsure: the wording could be clearer; low priority",
    Fault.TOO_STRICT: "add what you accepted to `accepted`, or name it in `not_required`",
    Fault.TOO_GENEROUS: "add what you refused to `not_enough`, or make it a misconception",
    Fault.AMBIGUOUS: "rewrite the text of the levels and add a pair of boundary examples",
    Fault.UNCLEAR: "you graded repeats differently: say first for yourself what earns it",
    Fault.LENIENCY: "the judge ranks as you do but draws the line elsewhere: move the boundary",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One hand-graded cell: levels as numbers from 0 (absent), and whether the judge was sure."""

    student: str
    key_point: str
    question: str = ""
    human: int
    judge: int
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The four fields of one key point, the direction of its misses, and its fault.

    `misses` are cells where the judge gave less than the human, `extras` where it gave more.
    """

    key_point: str
    question: str = ""
    agree_sure: int
    agree_unsure: int
    part_sure: int
    part_unsure: int
    misses: int
    extras: int
    fault: Fault

    @property
    def remedy(self) -> str:
        """What to do, in a sentence."""
        return REMEDIES[self.fault]


def diagnose(
    cells: Sequence[Graded], repeats: Mapping[str, float] | None = None, *, fewest: int = 10
) -> tuple[Diagnosis, ...]:
    """Return one diagnosis per key point, those with most disagreements first.

    `repeats` holds, per key point, the share of repeats that the human graded differently. Below
    `fewest` labels nothing is said but the counts.
    """
    by_key_point: dict[tuple[str, str], list[Graded]] = {}
    for cell in cells:
        by_key_point.setdefault((cell.question, cell.key_point), []).append(cell)
    apart = repeats or {}
    found = [
        _diagnosis(about, own, apart.get(about[1], 0.0), fewest)
        for about, own in by_key_point.items()
    ]
    return tuple(sorted(found, key=lambda each: -(each.part_sure + each.part_unsure)))


def _diagnosis(
    about: tuple[str, str], cells: Sequence[Graded], apart: float, fewest: int
) -> Diagnosis:
    counts = Counter((cell.human == cell.judge, cell.sure) for cell in cells)
    diagnosis = Diagnosis(
        question=about[0],
        key_point=about[1],
        agree_sure=counts[True, True],
        agree_unsure=counts[True, False],
        part_sure=counts[False, True],
        part_unsure=counts[False, False],
        misses=sum(cell.judge < cell.human for cell in cells),
        extras=sum(cell.judge > cell.human for cell in cells),
        fault=Fault.TOO_FEW,
    )
    if len(cells) < fewest:
        return diagnosis
    if apart >= UNCLEAR:
        return replace(diagnosis, fault=Fault.UNCLEAR)
    return replace(diagnosis, fault=_fault(diagnosis, cells))


def _fault(seen: Diagnosis, cells: Sequence[Graded]) -> Fault:
    if seen.part_sure + seen.part_unsure < FEWEST_MISSES:
        often = seen.agree_unsure > MANY_UNSURE * len(cells)
        return Fault.BORDERLINE if often else Fault.FINE
    if seen.part_sure > seen.part_unsure:
        return Fault.TOO_STRICT if seen.misses >= seen.extras else Fault.TOO_GENEROUS
    return Fault.LENIENCY if _drifts(cells) else Fault.AMBIGUOUS


def _drifts(cells: Sequence[Graded]) -> bool:
    ratings = Ratings(
        students=tuple(cell.student for cell in cells),
        human=tuple(float(cell.human > 0) for cell in cells),
        judge=tuple(float(cell.judge > 0) for cell in cells),
        levels=(0.0, 1.0),
    )
    phi, kappa = measure("phi", ratings).value, measure("cohen_kappa", ratings).value
    return phi is not None and kappa is not None and phi - kappa > DRIFT
