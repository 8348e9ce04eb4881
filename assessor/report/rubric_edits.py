"""Which key points judge and people see differently, and the one edit that would mend each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assessor.report.material import QuestionPart
from assessor.report.trust_figures import Figure, same_share
from assessor.statistics.diagnosis import Fault, Graded, diagnose
from assessor.sureness import UNSURE
from assessor.trust.labels import HandGraded
from assessor.verdict import Finding, ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """One key point or misconception beside people's grades; `same` has its interval and n."""

    cell: str
    description: str
    same: Figure
    less: int
    more: int
    unsure: int
    fault: str
    remedy: str
    fine: bool


def mends(part: QuestionPart) -> tuple[Mend, ...]:
    """Return one row per cell that people decided, those with most disagreements first."""
    graded = [each for label in part.labels for each in _graded(label)]
    found = []
    for each in diagnose(graded):
        found.append(
            Mend(
                cell=each.key_point,
                description=part.describe(each.key_point),
                same=same_share(part.labels, each.key_point),
                less=each.misses,
                more=each.extras,
                unsure=each.agree_unsure + each.part_unsure,
                fault=each.fault.value,
                remedy=each.remedy,
                fine=each.fault in {Fault.FINE, Fault.TOO_FEW},
            )
        )
    return tuple(found)


def _graded(label: HandGraded) -> Iterator[Graded]:
    for finding in label.findings:
        if finding.cell in label.human:
            yield Graded(
                student=label.student,
                key_point=finding.cell,
                human=label.human[finding.cell],
                judge=label.judge[finding.cell],
                sure=_is_sure(finding),
            )


def _is_sure(finding: Finding) -> bool:
    low, high = UNSURE
    parted = ReasonCode.READINGS_PART in finding.reasons
    return not parted and not any(low <= each <= high for each in finding.probabilities)
