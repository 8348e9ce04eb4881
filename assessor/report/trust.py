"""How far to trust the points: agreement with people, quotes, the pull of length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, mean

from assessor.report.material import Part, Row
from assessor.rubric import ABSENT, CellKind
from assessor.scoring import score
from assessor.statistics.agreement import measure, say_bias
from assessor.statistics.intervals import Estimate
from assessor.statistics.ratings import Ratings
from assessor.submission import InputState
from assessor.verdict import Finding

ENOUGH = 20
FEW = 10


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Answers of about one length."""

    words: str
    mean: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Whether the proposed points follow the length of the answer."""

    n: int
    groups: tuple[Group, ...]
    rank_correlation: str
    interval: str
    sentence: str


def agreement(part: Part) -> Agreement:
    """Return how far the judge's proposals and people's grades coincide, answer by answer."""
    rows = [row for row in part.rows if row.override is not None and _is_judged(part, row)]
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


def length(part: Part) -> Length:
    """Return whether the judge gave longer answers more points, with three groups to see it."""
    pairs = sorted(
        (len(row.grade.submission.answer.split()), float(row.grade.proposed))
        for row in part.rows
        if row.grade.proposed is not None and row.grade.submission.state is InputState.ANSWERED
    )
    if len(pairs) < FEW:
        sentence = f"Too few answers to tell: {len(pairs)}, and at least {FEW} are needed."
        return Length(n=len(pairs), groups=(), rank_correlation="", interval="", sentence=sentence)
    third = math.ceil(len(pairs) / 3)
    groups = [pairs[start : start + third] for start in range(0, len(pairs), third)]
    rho = spearman([words for words, _ in pairs], [points for _, points in pairs])
    low, high = _ends(rho, len(pairs)) if rho is not None else (0.0, 0.0)
    return Length(
        n=len(pairs),
        groups=tuple(
            Group(
                words=f"{group[0][0]}–{group[-1][0]}",
                mean=f"{mean(points for _, points in group):.1f}",
                n=len(group),
            )
            for group in groups
        ),
        rank_correlation="" if rho is None else _two(rho),
        interval="" if rho is None else f"{_two(low)} to {_two(high)}",
        sentence=_sentence(low, high) if rho is not None else "All are equal: nothing to tell.",
    )


def spearman(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return the rank correlation, ties sharing their ranks; None where one side is all equal."""
    try:
        return correlation(_ranks(left), _ranks(right))
    except StatisticsError:
        return None


def _ranks(values: Sequence[float]) -> list[float]:
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values), start=1):
        places.setdefault(value, []).append(place)
    return [mean(places[value]) for value in values]


def _ends(rho: float, n: int) -> tuple[float, float]:
    """Return a 95 % interval (Fisher's z with the factor of Fieller, Hartley & Pearson 1957)."""
    centre = math.atanh(max(min(rho, 0.999999), -0.999999))
    reach = 1.96 * math.sqrt(1.06 / (n - 3))
    return math.tanh(centre - reach), math.tanh(centre + reach)


def _sentence(low: float, high: float) -> str:
    if low > 0.5:
        return "Longer answers got more points, strongly."
    if low > 0:
        return "Longer answers tended to get more points."
    if high < 0:
        return "Longer answers tended to get fewer points."
    return "No clear link between length and points."


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _is_judged(part: Part, row: Row) -> bool:
    return len(row.outcome.findings) == len(part.rubric.cells)


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
    rubric = part.rubric
    is_key_point = rubric.kind_of(cell) is CellKind.KEY_POINT
    about = rubric.key_point(cell) if is_key_point else rubric.misconception(cell)
    ratings = Ratings(students=tuple(students), human=tuple(human), judge=tuple(judge))
    same = measure("exact", ratings)
    return CellAgreement(
        cell=cell,
        description=about.description,
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
