"""The same answers by a person and by the judge, cell by cell and in total."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.scoring import score
from assessor.statistics.calibration import Label
from assessor.submission import key_name
from assessor.trust.audit_standing import human_points
from assessor.trust.records import Bound
from assessor.verdict import Finding, Override


@dataclass(frozen=True, slots=True, kw_only=True)
class HandGraded:
    """One answer that a person graded and the judge read.

    `human` and `judge` hold the level per cell, counted from 0 (absent); `human` only has the
    cells that the person decided, and `total` is None where they do not add up to one. `chosen` are
    the points of the choice.
    """

    bound: Bound
    findings: tuple[Finding, ...]
    proposed: Decimal
    total: Decimal | None
    human: Mapping[str, int]
    judge: Mapping[str, int]
    chosen: Decimal = Decimal(0)
    weight: float = 1.0
    grader: str = ""

    @property
    def student(self) -> str:
        """Whose answer it is."""
        return self.bound[0]

    @property
    def question(self) -> str:
        """The question it answers."""
        return self.bound[1]

    @property
    def labels(self) -> Iterator[Label]:
        """One label per threshold of every cell that the person decided."""
        for finding in self.findings:
            if finding.cell in self.human:
                for place, odds in enumerate(log_odds(finding)):
                    yield Label(
                        student=key_name(self.student, self.bound[2]),
                        key_point=finding.cell,
                        threshold=place,
                        score=odds,
                        met=self.human[finding.cell] > place,
                    )


def hand_graded(
    rubric: Rubric,
    findings: Sequence[Finding],
    proposed: Decimal,
    override: Override,
    *,
    chosen: Decimal = Decimal(0),
    weight: float = 1.0,
) -> HandGraded:
    """Return one answer as both graded it; `findings` are complete.

    What the judge gave is what its finding earned after requires and caps, as the person's is.
    """
    scored = {each.cell: each for each in score(rubric, {f.cell: f for f in findings}).cells}
    return HandGraded(
        bound=(*override.key, override.answer_digest),
        findings=tuple(findings),
        proposed=proposed,
        total=human_points(rubric, override, chosen),
        human=human_levels(rubric, override),
        judge={
            cell: levels_of(rubric, cell).index(each.level or ABSENT)
            for cell, each in scored.items()
            if cell in rubric.cells
        },
        chosen=chosen,
        weight=weight,
        grader=override.grader,
    )


def human_levels(rubric: Rubric, override: Override) -> dict[str, int]:
    """Return the level that a person's points pay for, per cell decided.

    Points between two levels are of no level: how the judge did there, they do not say.
    """
    found = {}
    for cell, points in override.points:
        if cell not in rubric.cells:
            continue
        if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
            found[cell] = int(points > 0)
        else:
            paid = (Decimal(0), *(each.points for each in rubric.key_point(cell).levels))
            if points in paid:
                found[cell] = paid.index(points)
    return found


def levels_of(rubric: Rubric, cell: str) -> tuple[str, ...]:
    """Return the levels of a cell, absent first."""
    return (ABSENT, *rubric.levels_of(cell))


def level_points(rubric: Rubric, cell: str) -> tuple[float, ...]:
    """Return what each level of a cell is worth to a person: points, or 0 and 1."""
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        return (0.0, 1.0)
    return (0.0, *(float(each.points) for each in rubric.key_point(cell).levels))


def log_odds(finding: Finding) -> tuple[float, ...]:
    """Return the judge's mean log-odds per level above absent.

    Of findings that were stored without them, those of their probabilities.
    """
    if finding.scores:
        return finding.scores
    return tuple(
        math.log(p / (1 - p))
        for p in (min(max(each, 1e-6), 1 - 1e-6) for each in finding.probabilities)
    )
