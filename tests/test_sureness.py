"""Probabilities that say nothing are told from those that do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessor.sureness import LEAST_CELLS, LEAST_KIND, empty_probabilities
from assessor.verdict import Pass, Threshold, Verdict


def cell(probability: float, **met: bool) -> list[Verdict]:
    """One cell's readings: the neutral one's probability, and what others say, if they read it."""
    said: Mapping[Pass, bool] = {Pass.NEUTRAL: probability > 0.5} | {
        Pass(name): yes for name, yes in met.items()
    }
    return [
        Verdict(
            cell="a",
            asked=asked,
            thresholds=(Threshold(level="full", met=yes, probability=probability),),
            quotes=(),
            gap="",
            withdrawn=False,
            note="",
        )
        for asked, yes in said.items()
    ]


def parting(probability: float) -> list[Verdict]:
    return cell(probability, charitable=True, strict=False)


def agreeing(probability: float) -> list[Verdict]:
    return cell(probability, charitable=True, strict=True)


def why(cells: Sequence[Sequence[Verdict]]) -> str:
    return empty_probabilities(cells)


def test_a_model_that_is_never_in_doubt_says_nothing() -> None:
    """Forty cells and none unsure: no second look would ever be asked for."""
    sure = [cell(0.98)] * (LEAST_CELLS // 2) + [cell(0.02)] * (LEAST_CELLS // 2)

    assert why(sure) == "all of them are near 0 or 1"
    assert why(sure[1:]) == ""
    assert why([*sure, cell(0.5)]) == ""


def test_doubt_that_has_nothing_to_do_with_where_readings_part_says_nothing() -> None:
    """Cells on which charitable and strict part must be the less sure ones."""
    told = [parting(0.5)] * LEAST_KIND + [agreeing(0.9)] * LEAST_KIND
    untold = [parting(0.7), agreeing(0.7)] * LEAST_KIND

    assert why(told) == ""
    assert why(untold) == "they do not tell where a lenient and a severe reading part"
    assert why(untold[:-2]) == ""
