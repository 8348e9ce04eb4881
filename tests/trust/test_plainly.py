"""The questions that a person has, each answered in one sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assessor.statistics.intervals import Estimate
from assessor.statistics.selective import Coverage
from assessor.trust.agree import Agreement, CellAgreement, Ranking
from assessor.trust.plainly import agreement_said, chances_said, percent, queue_said


def share(value: float | None, low: float | None = None, high: float | None = None) -> Estimate:
    return Estimate(name="exact", value=value, low=low, high=high, n=40)


def measured(*, cells: Estimate, weak: float = 1.0, tolerance: str = "1") -> Agreement:
    total = {
        "exact": share(0.8, 0.7, 0.9),
        "within_tolerance": share(0.95, 0.87, 0.98),
        "mae": Estimate(name="mae", value=0.2, low=0.1, high=0.3, n=40),
        "bias": Estimate(name="bias", value=-0.4, n=40),
    }
    return Agreement(
        students=40,
        tolerance=Decimal(tolerance),
        total=total,
        together={"exact": cells},
        cells=(CellAgreement(question="", cell="growth", figures={"exact": share(weak)}),),
    )


def test_each_question_has_its_sentence() -> None:
    """How often alike, how far off, on which side, beside whom, and on which key point."""
    said = agreement_said(measured(cells=share(0.92, 0.88, 0.95), weak=0.7), None, "you")

    assert [each.answer for each in said] == [
        "Same points as you on 92 % (88–95) of single decisions and 80 % (70–90) of totals.",
        "0.20 points on average; within 1 point on 95 % (87–98) of 40 totals.",
        "On average 0.4 points harsher than you.",
        "Not known: no answer was graded by two people.",
        "growth (same on 70 %)",
    ]


def test_a_sheet_of_totals_says_nothing_of_single_decisions() -> None:
    """What was not graded is not spoken of."""
    said = agreement_said(measured(cells=share(None)), measured(cells=share(None)), "you")

    assert said[0].answer == "Same points as you on 80 % (70–90) of totals."
    assert said[3].answer == "Two people gave the same points on 80 % (70–90) of totals."


def test_without_a_tolerance_none_is_spoken_of() -> None:
    """Where any difference counts, there is no `within`."""
    said = agreement_said(measured(cells=share(0.9), tolerance="0"), None, "you")

    assert said[1].answer == "0.20 points on average."


def ranked(auroc: float | None, *, wrong: float = 0.1, n: int = 40) -> Ranking:
    curve = (Coverage(share=0.5, n=n // 2, wrong=0.0), Coverage(share=1.0, n=n, wrong=wrong))
    return Ranking(coverage=curve, auroc=auroc, n=n)


@pytest.mark.parametrize(
    ("ranking", "said"),
    [
        pytest.param(ranked(0.55), "order of the queue was no better than chance", id="chance"),
        pytest.param(ranked(0.95), "In your sample they were: 0 % of the safest 50 %", id="order"),
        pytest.param(
            ranked(None, wrong=0.0), "Cannot be told: none of the 40 totals differs", id="none"
        ),
        pytest.param(
            ranked(None, wrong=1.0), "Cannot be told: all of the 40 totals differ ", id="all"
        ),
    ],
)
def test_the_queue_is_praised_only_beyond_chance(ranking: Ranking, said: str) -> None:
    """Four wrong ones of forty prove an order only where it is a good one."""
    assert said in queue_said(ranking, "1")


def test_too_few_labels_say_how_many_are_missing() -> None:
    """With the number that is needed and the number there is."""
    assert chances_said(None, 12, 20) == (
        "Not yet checked against your grades (uncalibrated): that takes 20 graded answers, and you "
        "graded 12."
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [(1.0, "100"), (0.9999, "99.9"), (0.996, "99.6"), (0.0001, "0.1"), (0.0, "0"), (-0.02, "−2")],
)
def test_nearly_all_is_not_all(value: float, said: str) -> None:
    """And no share is above a hundred."""
    assert percent(value) == said
