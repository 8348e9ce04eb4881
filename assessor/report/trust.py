"""How far to trust the points: agreement with people, and quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessor.report.material import Part, Row
from assessor.rubric import ABSENT, CellKind
from assessor.scoring import score
from assessor.statistics.agreement import measure, say_bias
from assessor.statistics.intervals import Estimate
from assessor.statistics.ratings import Ratings
from assessor.verdict import Finding

ENOUGH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CellAgreement:
    """How often judge and person gave one cell the same points."""

    cell: str
    description: str
    same: str
    interval: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The judge's proposals beside people's grades of the same `n` answers."""

    n: int
    calibrated: bool
    enough: int
    in_view: int
    distance: str = ""
    distance_interval: str = ""
    bias: str = ""
    same: str = ""
    same_interval: str = ""
    tolerance: str = ""
    cells: tuple[CellAgreement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """How many credits and deductions have a verified quote beside them."""

    credits: int
    bare: int
    deductions: int
    refused: int
    refused_answers: int
    by_person: int


def agreement(part: Part) -> Agreement:
    """Return how far the judge's proposals and people's grades coincide, answer by answer."""
    rows = judged_and_decided(part)
    in_view = sum(row.override.source == "review" for row in rows if row.override is not None)
    bare = Agreement(n=len(rows), calibrated=len(rows) >= ENOUGH, enough=ENOUGH, in_view=in_view)
    if not rows:
        return bare
    ratings = Ratings(
        students=tuple(row.grade.submission.student_id for row in rows),
        human=tuple(float(row.grade.standing or 0) for row in rows),
        judge=tuple(float(row.grade.proposed or 0) for row in rows),
        tolerance=float(part.rubric.scoring.tolerance),
    )
    distance, same = measure("mae", ratings), measure("within_tolerance", ratings)
    return Agreement(
        n=len(rows),
        calibrated=bare.calibrated,
        enough=ENOUGH,
        in_view=in_view,
        distance=f"{distance.value or 0:.2f}",
        distance_interval=_interval(distance, "{:.2f}"),
        bias=say_bias(measure("bias", ratings)),
        same=f"{same.value or 0:.0%}",
        same_interval=_interval(same, "{:.0%}"),
        tolerance=f"{part.rubric.scoring.tolerance:f}",
        cells=tuple(_cell_agreement(part, cell, rows) for cell in part.rubric.cells),
    )


def quotes(part: Part) -> Quotes:
    """Return how many credits stand on a quote that code found in the answer."""
    found = [each for row in part.rows for each in row.outcome.findings if each.level != ABSENT]
    credited = [each for each in found if each.kind is CellKind.KEY_POINT]
    refused = [sum(map(_is_refused, row.outcome.findings)) for row in part.rows]
    return Quotes(
        credits=len(credited),
        bare=sum(not each.evidence for each in credited),
        deductions=len(found) - len(credited),
        refused=sum(refused),
        refused_answers=sum(count > 0 for count in refused),
        by_person=sum(
            bool(cell.points) and not cell.quotes
            for row in part.rows
            if row.override is not None
            for cell in row.grade.cells
        ),
    )


def judged_and_decided(part: Part) -> list[Row]:
    """Return the submissions that the judge read whole and a person decided on."""
    cells = len(part.rubric.cells)
    return [row for row in part.rows if row.override and len(row.outcome.findings) == cells]


def _is_refused(finding: Finding) -> bool:
    return bool({"unverified_quote", "near_quote"} & {*finding.reasons})


def _cell_agreement(part: Part, cell: str, rows: Sequence[Row]) -> CellAgreement:
    """Compare one cell where the person decided it: a total alone says nothing of cells."""
    students, human, judge = [], [], []
    for row in rows:
        given = dict(row.override.points) if row.override is not None else {}
        if cell in given:
            students.append(row.grade.submission.student_id)
            human.append(float(given[cell]))
            judge.append(_as_given(part, row, cell))
    ratings = Ratings(students=tuple(students), human=tuple(human), judge=tuple(judge))
    same = measure("exact", ratings)
    return CellAgreement(
        cell=cell,
        description=part.describe(cell),
        same="–" if same.value is None else f"{same.value:.0%}",
        interval=_interval(same, "{:.0%}"),
        n=len(students),
    )


def _as_given(part: Part, row: Row, cell: str) -> float:
    """Return the judge's proposal in the form of a sheet: points, or 1 for a misconception."""
    findings = {each.cell: each for each in row.outcome.findings}
    if findings[cell].kind is CellKind.MISCONCEPTION:
        return float(findings[cell].level != ABSENT)
    earned = {each.cell: each.points for each in score(part.rubric, findings).cells}
    return float(earned[cell])


def _interval(estimate: Estimate, form: str) -> str:
    if estimate.low is None or estimate.high is None:
        return estimate.reason
    return f"{form.format(max(estimate.low, 0))} to {form.format(estimate.high)}"
