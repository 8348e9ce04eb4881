"""How far to trust the points: agreement with people, the audit, and quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.judges.backends import backend_of
from assessor.report.display import percent, spaced
from assessor.report.material import QuestionPart, ReportMaterial
from assessor.rubric import ABSENT, CellKind
from assessor.statistics.agreement import METRICS, measure, say_bias
from assessor.statistics.calibration import FEWEST
from assessor.statistics.intervals import CONFIDENCE, Estimate
from assessor.statistics.ratings import Ratings
from assessor.trust.agree import (
    OF_ALL,
    OF_TOTAL,
    between_people,
    together,
    tolerance_of,
    totals,
    with_judge,
)
from assessor.trust.agree import Agreement as Measured
from assessor.trust.audit_standing import NO_AUDIT, is_unread
from assessor.trust.labels import HandGraded
from assessor.trust.plainly import Said, agreement_said
from assessor.verdict import DecisionSource, Finding, ReasonCode
from assessor.writers.results import points_text

# Figures that are shares of one; all others are in points or without a unit.
SHARES = frozenset({"exact", "within_tolerance", "tpr", "tnr", "met_rate_shift"})
_TOLD = ("within_tolerance", "mae")
CONFIDENCE_WORDS = spaced(f"{CONFIDENCE:.0%}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure with its interval and n, and the same of two people where there are any."""

    words: str
    value: str
    interval: str
    n: int
    people: str = ""
    people_n: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFigures:
    """The judge's proposals beside people's grades of the same `n` answers.

    `in_view` counts decisions made with the proposal in view, which are not among the `n`.
    `two_people` is told where only people can be compared.
    """

    n: int
    calibrated_on: int
    chances: str
    enough: int
    in_view: int
    people: int
    tolerance: str
    confidence: str
    headline: tuple[Figure, ...] = ()
    bias: str = ""
    figures: tuple[Figure, ...] = ()
    two_people: tuple[Figure, ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit says of the `unread` of `n` grades that nobody has read."""

    unread: int
    n: int
    words: str
    made: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """How many credits and deductions have a verified quote beside them."""

    credits: int
    bare: int
    deductions: int
    refused: int
    refused_answers: int
    by_person: int


def agreement(material: ReportMaterial) -> AgreementFigures:
    """Return how far the judge's proposals and people's grades coincide, over all questions."""
    footing, rubrics = material.footing, material.rubrics
    labels, pairs = with_judge(footing.labels), between_people(footing.opinions, rubrics)
    bare = AgreementFigures(
        n=len({each.student for each in labels}),
        calibrated_on=footing.calibrated_on,
        chances=footing.chances,
        enough=FEWEST,
        in_view=sum(each.source is DecisionSource.REVIEW for each in material.decided),
        people=len({each.student for each in pairs}),
        tolerance=points_text(tolerance_of(rubrics)) if rubrics else "",
        confidence=CONFIDENCE_WORDS,
    )
    two_total = totals(pairs, rubrics) if pairs else None
    if not labels:
        two = () if two_total is None else tuple(_figure(name, two_total, None) for name in _TOLD)
        return replace(bare, two_people=two)
    total, cells = totals(labels, rubrics), together(labels)
    two_cells = together(pairs) if pairs else None
    return replace(
        bare,
        said=agreement_said(
            _measured(total, cells, tolerance_of(rubrics)),
            _measured(two_total, two_cells, tolerance_of(rubrics))
            if two_total is not None and two_cells is not None
            else None,
            "you",
        ),
        headline=tuple(_figure(name, total, two_total) for name in _TOLD),
        bias=say_bias(measure("bias", total)),
        figures=(
            *(_figure(name, total, two_total, "Total: ") for name in OF_TOTAL),
            *(_figure(name, cells, two_cells, "Key points: ") for name in OF_ALL),
        ),
    )


def audit(material: ReportMaterial) -> Audit:
    """Return what is known of the grades that go out, or went out, unread."""
    return Audit(
        unread=sum(map(is_unread, material.grades)),
        n=len(material.grades),
        words=material.audit or NO_AUDIT,
        made=material.audit not in {"", NO_AUDIT},
    )


def tricks(material: ReportMaterial) -> str:
    """Return whether known tricks sway this judge, in words; "" where no judge read."""
    if not backend_of(material.backend).reads:
        return ""
    if not backend_of(material.backend).needs_model:
        return (
            "What is replayed cannot be tried: nothing is known of tricks on the model behind it."
        )
    trial = material.footing.trial
    if trial is None:
        return (
            "This model was not tried with known tricks, so how far an answer can talk it into "
            "credit is not known; assessor check judge --canary tries it."
        )
    return (
        f"On {trial.date} known tricks were put after answers of this class: {trial.silent} of "
        f"{trial.tried} gained credit that nobody would have been asked to look at. "
        + ("This model is swayed by them." if trial.bad else "That is no more than chance gives.")
    )


def quotes(part: QuestionPart) -> Quotes:
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


def _measured(total: Ratings, cells: Ratings, tolerance: Decimal) -> Measured:
    """Return the figures that are told in sentences; those of each key point stand elsewhere."""
    return Measured(
        students=len(total.students),
        tolerance=tolerance,
        total={name: measure(name, total) for name in ("exact", *_TOLD, "bias")},
        together={"exact": measure("exact", cells)},
        cells=(),
    )


def same_share(labels: Sequence[HandGraded], cell: str) -> Figure:
    """Return how often judge and person gave one cell the same level."""
    own = [each for each in labels if cell in each.human]
    ratings = Ratings(
        students=tuple(each.student for each in own),
        human=tuple(float(each.human[cell]) for each in own),
        judge=tuple(float(each.judge[cell]) for each in own),
        weights=tuple(each.weight for each in own),
    )
    return _figure("exact", ratings, None)


def _figure(name: str, judge: Ratings, people: Ratings | None, before: str = "") -> Figure:
    found = measure(name, judge)
    other = measure(name, people) if people is not None else None
    return Figure(
        words=before + METRICS[name].words,
        value=_value(found),
        interval=_interval(found),
        n=found.n,
        people=_value(other) if other is not None else "",
        people_n=other.n if other is not None else 0,
    )


def _value(estimate: Estimate) -> str:
    return "–" if estimate.value is None else _shown(estimate.name, estimate.value)


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return estimate.reason
    return f"{_shown(estimate.name, estimate.low)} to {_shown(estimate.name, estimate.high)}"


def _shown(name: str, value: float) -> str:
    if name in SHARES:
        return percent(value)
    return f"{value:.2f}".replace("-", "−")


def _is_refused(finding: Finding) -> bool:
    return bool({ReasonCode.UNVERIFIED_QUOTE, ReasonCode.NEAR_QUOTE} & {*finding.reasons})
