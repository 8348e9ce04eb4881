"""What the figures say: one sentence for each question that a person has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.counting import plural
from assessor.statistics.agreement import say_bias
from assessor.statistics.audit import NOT_PROVEN, AuditState
from assessor.statistics.intervals import Estimate
from assessor.trust.agree import Agreement, Ranking
from assessor.trust.audit_standing import AuditStanding, audit_words
from assessor.trust.records import CalibrationFit

# A key point on which judge and person part more often than this is named, the worst ones first.
WEAK = 0.9
NAMED = 3
# One-sided 95 %: an order that is no further from a toss-up than this is called one.
BEYOND_CHANCE = 1.645
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """A question that a person has, and what the figures say to it."""

    question: str
    answer: str


def agreement_said(measured: Agreement, people: Agreement | None, whose: str) -> tuple[Said, ...]:
    """Return what is known of the judge beside `whose` grades (`you`, or `people`)."""
    beyond = f"Same points as {whose} on"
    same = [
        f"{_share(figures['exact'])} of {of}"
        for figures, of in (
            (measured.together, "single decisions"),
            (measured.total, "totals"),
        )
        if figures["exact"].value is not None
    ]
    found = [Said("Does it grade alike?", f"{beyond} {' and '.join(same)}.")] if same else []
    if measured.total["mae"].value is not None:
        found.append(Said("How far off is a total?", _distance(measured)))
        bias = say_bias(measured.total["bias"]).replace(" you", f" {whose}")
        found.append(Said("Too strict, too kind?", f"{bias[:1].upper()}{bias[1:]}."))
    found.append(Said("As near as a person?", _ceiling(people)))
    weak = _weak(measured)
    if weak:
        found.append(Said("Where do you part?" if whose == "you" else "Where do they part?", weak))
    return tuple(found)


def people_said(measured: Agreement) -> tuple[Said, ...]:
    """Return how far two people are apart, where no judge read."""
    return tuple(
        each
        for each in agreement_said(measured, None, "the first")
        if each.question != "As near as a person?"
    )


def queue_said(ranked: Ranking, tolerance: str) -> str:
    """Return whether the order of the queue brought the wrong totals to the front."""
    if not ranked.coverage or ranked.auroc is None:
        every = bool(ranked.coverage and ranked.coverage[-1].wrong)
        told = "all of the {} differ" if every else "none of the {} differs"
        return f"Cannot be told: {told.format(_totals(ranked.n))} from yours{_by(tolerance)}."
    wrong = round(ranked.coverage[-1].wrong * ranked.n)
    right = ranked.n - wrong
    spread = math.sqrt((ranked.n + 1) / (12 * max(wrong, 1) * max(right, 1)))
    half = min(ranked.coverage, key=lambda each: abs(each.share - HALF))
    rates = (
        f"{percent(half.wrong)} % of the safest {percent(half.share)} % differ from yours"
        f"{_by(tolerance)}, {percent(ranked.coverage[-1].wrong)} % of all"
    )
    if ranked.auroc - BEYOND_CHANCE * spread <= HALF:
        return f"In your sample the order of the queue was no better than chance ({rates})."
    return f"In your sample they were: {rates}."


def chances_said(fitted: CalibrationFit | None, graded: int, fewest: int) -> str:
    """Return which chances the queue goes by; `graded` answers, of `fewest` that are needed."""
    if fitted is None:
        return (
            f"Not yet checked against your grades (uncalibrated): that takes "
            f"{plural(fewest, 'graded answer')}, and you graded {graded}."
        )
    if fitted.is_used:
        return (
            f"Those corrected by the {fitted.students} you graded (calibrated): tried on answers "
            "left out of it, they are no worse than the judge's own."
        )
    return (
        f"The judge's own: corrected by the {fitted.students} you graded (calibrated) they were "
        "worse on answers left out of it."
    )


def audit_said(standing: AuditStanding | None) -> str:
    """Return whether the unread grades are proven good enough, and what would prove it."""
    if standing is None:
        return "Not proven: no audit was made."
    if standing.void or standing.holds or not standing.draws:
        return audit_words(standing).replace(NOT_PROVEN, "Not proven", 1)
    test, grades = standing.test, len(standing.plan.order)
    by = _by(format(standing.plan.tolerance.normalize(), "f"))
    text = (
        f"You graded {len(test.draws)} of the {grades} blind; {test.errors} "
        f"{'differs' if test.errors == 1 else 'differ'} from the tool{by}. Among all {grades} it "
        f"could be up to {test.bound()}; the limit is {test.tolerated}."
    )
    if test.standing is AuditState.CANNOT_CERTIFY:
        return f"Not proven, and this audit ends here. {text}"
    return f"Not proven yet. {text} Grade on."


def percent(value: float) -> str:
    """Return a percentage without its sign; nearly all is not all, and nearly none is not none."""
    if 0.995 <= value < 1:
        return f"{min(100 * value, 99.9):.1f}"
    if 0 < value < 0.005:
        return f"{max(100 * value, 0.1):.1f}"
    return f"{100 * value:z.0f}".replace("-", "−")


def _share(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    text = f"{percent(estimate.value)} %"
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} ({percent(estimate.low)}–{percent(estimate.high)})"


def _distance(measured: Agreement) -> str:
    mae, within = measured.total["mae"], measured.total["within_tolerance"]
    tolerance = format(measured.tolerance.normalize(), "f")
    text = f"{mae.value:.2f} points on average"
    if measured.tolerance and within.value is not None:
        unit = "point" if tolerance == "1" else "points"
        text += f"; within {tolerance} {unit} on {_share(within)} of {_totals(within.n)}"
    return f"{text}."


def _ceiling(people: Agreement | None) -> str:
    if people is None:
        return "Not known: no answer was graded by two people."
    found = people.together["exact"]
    of = "single decisions"
    if found.value is None:
        found, of = people.total["exact"], "totals"
    return f"Two people gave the same points on {_share(found)} of {of}."


def _weak(measured: Agreement) -> str:
    cells = [(each.cell, each.figures["exact"]) for each in measured.cells]
    return "; ".join(f"{name} (same on {_share(figure)})" for name, figure in _weakest(cells))


def _weakest(cells: Sequence[tuple[str, Estimate]]) -> Sequence[tuple[str, Estimate]]:
    found = [(name, each) for name, each in cells if each.value is not None and each.value < WEAK]
    return sorted(found, key=lambda each: each[1].value or 0.0)[:NAMED]


def _totals(count: int) -> str:
    return f"{count} {'total' if count == 1 else 'totals'}"


def _by(tolerance: str) -> str:
    if float(tolerance) == 0:
        return ""
    return f" by more than {tolerance} {'point' if float(tolerance) == 1 else 'points'}"
