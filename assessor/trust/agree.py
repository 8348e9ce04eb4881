"""How far two raters coincide on the same answers: per cell, over all cells, in total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.distribution import Totals, gap_of_all
from assessor.rubric import Rubric
from assessor.rubric.attainable import default_tolerance
from assessor.statistics.agreement import measure
from assessor.statistics.calibration import FEWEST, Platt, fit_platt
from assessor.statistics.intervals import Estimate
from assessor.statistics.ratings import Ratings
from assessor.statistics.selective import Coverage, auroc, risk_coverage
from assessor.trust.audit_standing import human_points
from assessor.trust.fitting import Calibrator
from assessor.trust.labels import HandGraded, human_levels, level_points
from assessor.trust.units import AS_IT_IS, log_odds_of
from assessor.verdict import Override

Figures = Mapping[str, Estimate]

# What is told of the total, of all cells together, and of each cell: names in `METRICS`.
OF_TOTAL = ("exact", "within_tolerance", "mae", "bias", "cohen_kappa", "qwk", "ac1")
OF_ALL = ("exact", "cohen_kappa", "qwk", "ac1", "tpr", "tnr", "met_rate_shift")
OF_CELL = ("exact", "mae", "bias", *OF_ALL[1:])
# How far the curve of a risk may wander from the risk as it is.
RISK_SPREAD = (1.5, 0.35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One answer by two raters: levels per cell from 0 (absent), and totals where there are any.

    The first is the one that is measured against: a person.
    """

    student: str
    question: str
    first: Mapping[str, int]
    second: Mapping[str, int]
    first_total: Decimal | None
    second_total: Decimal | None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellAgreement:
    """The figures of one key point or misconception."""

    question: str
    cell: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All figures: of the `total` over all questions, of all cells `together`, of each cell."""

    students: int
    tolerance: Decimal
    total: Figures
    together: Figures
    cells: tuple[CellAgreement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Where two raters part on one answer: totals, and the cells with both levels."""

    student: str
    question: str
    first: Decimal | None
    second: Decimal | None
    cells: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What ranking by risk is worth: how often the safest are wrong, and the area under ROC."""

    coverage: tuple[Coverage, ...]
    auroc: float | None
    n: int


def tolerance_of(rubrics: Mapping[str, Rubric]) -> Decimal:
    """Return what counts as equal in the grade that is released: the total of all questions."""
    scorings = [each.scoring for each in rubrics.values()]
    if len(scorings) == 1:
        return scorings[0].tolerance
    most = sum((each.max_points for each in scorings), Decimal(0))
    return default_tolerance(most, min(each.rounding for each in scorings))


def with_judge(graded: Sequence[HandGraded]) -> tuple[Both, ...]:
    """Pair the person and the judge."""
    return tuple(
        Both(
            student=each.student,
            question=each.question,
            first=each.human,
            second=each.judge,
            first_total=each.total,
            second_total=each.proposed,
            weight=each.weight,
        )
        for each in graded
    )


def between_people(
    pairs: Sequence[tuple[Override, Override]], rubrics: Mapping[str, Rubric]
) -> tuple[Both, ...]:
    """Pair two people, or one person at two times, on the same answers."""
    return tuple(
        Both(
            student=first.student_id,
            question=first.question,
            first=human_levels(rubrics[first.question], first),
            second=human_levels(rubrics[first.question], second),
            first_total=human_points(rubrics[first.question], first),
            second_total=human_points(rubrics[first.question], second),
        )
        for first, second in pairs
    )


def agree(both: Sequence[Both], rubrics: Mapping[str, Rubric]) -> Agreement:
    """Return every figure, each with its interval over students.

    A total is of students whose every question was graded by both.
    """
    tolerance = tolerance_of(rubrics)
    cells = [
        CellAgreement(
            question=question, cell=cell, figures=_of_cell(both, question, cell, rubrics[question])
        )
        for question in rubrics
        for cell in rubrics[question].cells
    ]
    return Agreement(
        students=len({each.student for each in both}),
        tolerance=tolerance,
        total=_measured(OF_TOTAL, totals(both, rubrics)),
        together=_measured(OF_ALL, together(both)),
        cells=tuple(cells),
    )


def partings(both: Sequence[Both], rubrics: Mapping[str, Rubric]) -> tuple[Parting, ...]:
    """Return the answers on which two raters part in some cell or total, farthest first."""
    found = []
    for each in both:
        cells = tuple(
            (cell, each.first[cell], each.second[cell])
            for cell in rubrics[each.question].cells
            if cell in each.first and cell in each.second and each.first[cell] != each.second[cell]
        )
        if cells or _apart(each):
            found.append(
                Parting(
                    student=each.student,
                    question=each.question,
                    first=each.first_total,
                    second=each.second_total,
                    cells=cells,
                )
            )
    return tuple(sorted(found, key=lambda each: (-_distance(each), -len(each.cells))))


def ranking(
    graded: Sequence[HandGraded], rubrics: Mapping[str, Rubric], calibrator: Calibrator
) -> Ranking:
    """Return what the ranking by risk is worth on the hand-graded answers, student by student."""
    told = _told(graded, rubrics, calibrator)
    risks, wrong = [each.risk for each in told], [each.wrong for each in told]
    return Ranking(
        coverage=risk_coverage(risks, wrong, [each.weight for each in told]),
        auroc=auroc(risks, wrong),
        n=len(told),
    )


def risk_curve(
    graded: Sequence[HandGraded], rubrics: Mapping[str, Rubric], calibrator: Calibrator
) -> Platt:
    """Return the curve from a risk's log-odds to how often such totals were off, by the labels.

    A risk orders well and is too high or too low by a lot: it takes cells as independent.
    Leans on the risk as it is; so it stays with fewer than 20 answers.
    """
    told = _told(graded, rubrics, calibrator)
    if len(told) < FEWEST:
        return AS_IT_IS
    odds = [log_odds_of(each.risk) for each in told]
    wrong = [each.wrong for each in told]
    return fit_platt(odds, wrong, (AS_IT_IS.offset, AS_IT_IS.slope), RISK_SPREAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    risk: float
    wrong: bool
    weight: float


def _told(
    graded: Sequence[HandGraded], rubrics: Mapping[str, Rubric], calibrator: Calibrator
) -> list[_Told]:
    """Return each student's risk, and whether the total was off, where a person gave one."""
    tolerance = tolerance_of(rubrics)
    possible = {question: Totals(rubric) for question, rubric in rubrics.items()}
    found = []
    for parts in _by_student(graded).values():
        totals = [each.total for each in parts if each.total is not None]
        if len(totals) < len(parts):
            continue
        gaps = [
            possible[each.question].gap(calibrator.findings(each.bound, each.findings), each.chosen)
            for each in parts
        ]
        proposed = sum((each.proposed for each in parts), Decimal(0))
        found.append(
            _Told(
                risk=gap_of_all(gaps).beyond(tolerance),
                wrong=abs(sum(totals, Decimal(0)) - proposed) > tolerance,
                weight=parts[0].weight,
            )
        )
    return found


def _by_student(graded: Sequence[HandGraded]) -> dict[tuple[str, int], list[HandGraded]]:
    found: dict[tuple[str, int], list[HandGraded]] = {}
    for each in graded:
        found.setdefault((each.student, each.bound[2]), []).append(each)
    return found


def _of_cell(both: Sequence[Both], question: str, cell: str, rubric: Rubric) -> Figures:
    points = level_points(rubric, cell)
    own = [each for each in both if each.question == question]
    own = [each for each in own if cell in each.first and cell in each.second]
    return _measured(
        OF_CELL,
        Ratings(
            students=tuple(each.student for each in own),
            human=tuple(points[each.first[cell]] for each in own),
            judge=tuple(points[each.second[cell]] for each in own),
            levels=tuple(sorted(set(points))),
            weights=tuple(each.weight for each in own),
        ),
    )


def _measured(names: Sequence[str], ratings: Ratings) -> Figures:
    return {name: measure(name, ratings) for name in names}


def together(both: Sequence[Both]) -> Ratings:
    """Return the levels of all cells that both gave."""
    cells = [(each, cell) for each in both for cell in each.first if cell in each.second]
    return Ratings(
        students=tuple(each.student for each, _ in cells),
        human=tuple(float(each.first[cell]) for each, cell in cells),
        judge=tuple(float(each.second[cell]) for each, cell in cells),
        levels=_levels(cells),
        weights=tuple(each.weight for each, _ in cells),
    )


def _levels(cells: Sequence[tuple[Both, str]]) -> tuple[float, ...]:
    seen = {0, 1} | {each.first[cell] for each, cell in cells}
    seen |= {each.second[cell] for each, cell in cells}
    return tuple(float(level) for level in sorted(seen))


def totals(both: Sequence[Both], rubrics: Mapping[str, Rubric]) -> Ratings:
    """Return the totals of those of whose every question both gave one."""
    students: dict[str, dict[str, Both]] = {}
    for each in both:
        if each.first_total is not None and each.second_total is not None:
            students.setdefault(each.student, {})[each.question] = each
    whole = {name: parts for name, parts in students.items() if len(parts) == len(rubrics)}
    return Ratings(
        students=tuple(whole),
        human=tuple(_sum(each.first_total for each in p.values()) for p in whole.values()),
        judge=tuple(_sum(each.second_total for each in p.values()) for p in whole.values()),
        tolerance=float(tolerance_of(rubrics)),
        weights=tuple(next(iter(parts.values())).weight for parts in whole.values()),
    )


def _sum(points: Iterable[Decimal | None]) -> float:
    return float(sum((each for each in points if each is not None), Decimal(0)))


def _apart(each: Both) -> bool:
    known = each.first_total is not None and each.second_total is not None
    return known and each.first_total != each.second_total


def _distance(each: Parting) -> Decimal:
    if each.first is None or each.second is None:
        return Decimal(0)
    return abs(each.first - each.second)
