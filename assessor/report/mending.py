"""Which key points judge and people see differently, and the one edit that would mend each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assessor.finding import UNSURE
from assessor.report.material import Part, Row
from assessor.report.trust import judged_and_decided
from assessor.rubric import ABSENT
from assessor.statistics.diagnosis import Fault, Graded, diagnose
from assessor.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """One key point or misconception beside the hand grades of `n` answers."""

    cell: str
    description: str
    n: int
    agree: int
    less: int
    more: int
    unsure: int
    fault: str
    remedy: str
    fine: bool


def mends(part: Part) -> tuple[Mend, ...]:
    """Return one row per cell that people decided, those with most disagreements first."""
    cells = [each for row in judged_and_decided(part) for each in _graded(part, row)]
    found = []
    for each in diagnose(cells):
        found.append(
            Mend(
                cell=each.key_point,
                description=part.describe(each.key_point),
                n=each.agree_sure + each.agree_unsure + each.part_sure + each.part_unsure,
                agree=each.agree_sure + each.agree_unsure,
                less=each.misses,
                more=each.extras,
                unsure=each.agree_unsure + each.part_unsure,
                fault=each.fault.value,
                remedy=each.remedy,
                fine=each.fault in {Fault.FINE, Fault.TOO_FEW},
            )
        )
    return tuple(found)


def _graded(part: Part, row: Row) -> Iterator[Graded]:
    decided = dict(row.override.points) if row.override is not None else {}
    findings = {each.cell: each for each in row.outcome.findings}
    for cell in row.grade.cells:
        if cell.cell not in decided:
            continue
        levels = (ABSENT, *part.rubric.levels_of(cell.cell))
        finding = findings[cell.cell]
        yield Graded(
            student=row.grade.submission.student_id,
            key_point=cell.cell,
            human=levels.index(cell.level),
            judge=levels.index(finding.level),
            sure=_is_sure(finding),
        )


def _is_sure(finding: Finding) -> bool:
    low, high = UNSURE
    parted = "readings_part" in finding.reasons
    return not parted and not any(low <= each <= high for each in finding.probabilities)
