"""Two raters on the same answers: totals over questions, where they part, what ranking gains."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from assessor.statistics.calibration import Platt
from assessor.trust.agree import (
    Both,
    Parting,
    agree,
    between_people,
    partings,
    ranking,
    risk_curve,
    tolerance_of,
)
from assessor.trust.fitting import Calibrator
from assessor.trust.labels import HandGraded, hand_graded
from tests.trust.build import blind, names, rubric
from tests.trust.test_fitting import finding, points

RUBRICS = {"Q": rubric()}


def both(student: str, first: int, second: int, *, question: str = "Q") -> Both:
    return Both(
        student=student,
        question=question,
        first={"one": min(first, 1)},
        second={"one": min(second, 1)},
        first_total=Decimal(first),
        second_total=Decimal(second),
    )


def test_figures_are_of_points_and_levels() -> None:
    """Totals are compared in points with the tolerance, cells by their level."""
    got = agree([both(name, 2, 2) for name in names(9)] + [both("far", 3, 0)], RUBRICS)

    assert got.total["exact"].value == 0.9
    assert got.total["within_tolerance"].value == 0.9
    assert got.total["bias"].value == -0.3
    (one, two, wrong) = got.cells
    assert (one.cell, one.figures["exact"].value, one.figures["mae"].value) == ("one", 0.9, 0.2)
    assert (two.figures["exact"].value, wrong.figures["exact"].value) == (None, None)


def test_a_total_needs_every_question() -> None:
    """With several questions only students graded in all of them have a total."""
    rubrics = {"Q": rubric(), "R": rubric()}
    cells = [both("S1", 2, 2), both("S1", 1, 3, question="R"), both("S2", 2, 2)]

    got = agree(cells, rubrics)

    assert (got.total["mae"].n, got.total["mae"].value) == (1, 2.0)
    assert got.tolerance == Decimal("1.5")


def test_the_tolerance_is_of_what_is_released() -> None:
    """One question has its own; several have a tenth of all points, rounded up to the step."""
    assert tolerance_of(RUBRICS) == Decimal(1)
    assert tolerance_of({"Q": rubric(), "R": rubric(), "S": rubric()}) == Decimal(2)


def test_the_farthest_partings_come_first() -> None:
    """Equal answers are left out; unlike cells are named with both levels."""
    got = partings([both("same", 2, 2), both("near", 1, 0), both("far", 3, 0)], RUBRICS)

    assert [each.student for each in got] == ["far", "near"]
    assert got[1] == Parting(
        student="near",
        question="Q",
        first=Decimal(1),
        second=Decimal(0),
        cells=(("one", 1, 0),),
    )


def test_two_people_are_paired_like_person_and_judge() -> None:
    """A sheet of totals has no cells, one of key points has its total by our arithmetic."""
    (got,) = between_people([(points("S1", "2", "4", "1"), blind("S1", "2"))], RUBRICS)

    assert (got.first, got.second) == ({"one": 1, "two": 2, "wrong": 1}, {})
    assert (got.first_total, got.second_total) == (Decimal(5), Decimal(2))


def test_the_risk_is_led_to_how_often_totals_were_off() -> None:
    """Where no total was off the risk falls, where most were it rises; the order stays."""
    calm = [whole(name, agrees=True) for name in names(30)]
    wild = [whole(name, agrees=False) for name in names(30)]
    good, bad = (risk_curve(each, RUBRICS, Calibrator(None)) for each in (calm, wild))

    assert good.probability(0.0) < 0.2 < 0.8 < bad.probability(0.0)
    assert good.slope > 0 < bad.slope
    assert risk_curve(calm[:19], RUBRICS, Calibrator(None)) == Platt(0.0, 1.0)


def test_ranking_counts_whole_totals_only() -> None:
    """A student of whom a person graded only some cells has no total to be off."""
    graded = [whole(name, agrees=name != "S000") for name in names(4)]
    part = replace(graded[3], total=None)

    got = ranking([*graded[:3], part], RUBRICS, Calibrator(None))

    assert (got.n, got.coverage[-1].wrong) == (3, 1 / 3)


def whole(student: str, *, agrees: bool) -> HandGraded:
    """An answer the judge gave all, and the person all or nothing."""
    found = (finding("one", 2.0), finding("two", 2.0, 1.5), finding("wrong", -3.0))
    given = points(student, "2", "4") if agrees else points(student, "0", "0")
    return hand_graded(RUBRICS["Q"], found, Decimal(6), given)
