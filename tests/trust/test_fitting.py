"""Calibration of one class: what is fitted, where it is used, and what it leaves alone."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assessor.rubric import CellKind
from assessor.trust.fitting import Calibrator, FitEvent, fit, fit_words
from assessor.trust.labels import HandGraded, hand_graded, human_levels, log_odds
from assessor.trust.records import CalibrationFit
from assessor.verdict import Finding, Override
from tests.trust.build import blind, names, rubric

RUBRICS = {"Q": rubric()}
EVENT = FitEvent(id="fit1", at="2026-03-01", run="run1", frozen="frozen:sha256:1")


def sigmoid(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def finding(cell: str, *scores: float) -> Finding:
    levels = ("absent", *(RUBRICS["Q"].levels_of(cell) if cell != "wrong" else ("present",)))
    reached = sum(score >= 0 for score in scores)
    return Finding(
        cell=cell,
        kind=RUBRICS["Q"].kind_of(cell),
        level=levels[reached],
        probabilities=tuple(map(sigmoid, scores)),
        scores=scores,
    )


def points(student: str, one: str, two: str, wrong: str = "0") -> Override:
    given = (("one", Decimal(one)), ("two", Decimal(two)), ("wrong", Decimal(wrong)))
    override = blind(student, source="trust")
    return Override(
        **{
            name: getattr(override, name)
            for name in ("student_id", "question", "attempt", "answer_digest", "source")
        },
        points=given,
    )


def answer(student: str, score: float, *, agrees: bool) -> HandGraded:
    found = (finding("one", score), finding("two", score, score - 1), finding("wrong", -3.0))
    met = (score >= 0) == agrees
    override = points(student, "2" if met else "0", "4" if met else "0")
    return hand_graded(RUBRICS["Q"], found, Decimal(3), override)


def some(count: int, *, right: float = 0.9) -> list[HandGraded]:
    chance = random.Random(5)
    return [
        answer(name, chance.choice([-3.0, -1.0, 1.0, 3.0]), agrees=chance.random() < right)
        for name in names(count)
    ]


def fitted(graded: list[HandGraded]) -> CalibrationFit:
    found = fit(graded, RUBRICS, EVENT)
    assert found is not None
    return found


def test_fewer_than_twenty_answers_fit_nothing() -> None:
    """Nineteen answers leave everything uncalibrated; one more calibrates."""
    assert fit(some(19), RUBRICS, EVENT) is None
    assert fitted(some(20)).students == 20


def test_a_judge_that_is_too_sure_is_taken_down() -> None:
    """Where only seven in ten agree, a spoken 95 % becomes far less for a new answer."""
    calibrator = Calibrator(fitted(some(60, right=0.7)))
    new = (finding("one", 3.0),)

    (got,) = calibrator.findings(("new", "Q", 1, "answer:sha256:new"), new)

    assert 0.55 < got.probabilities[0] < 0.85
    assert (got.level, got.scores) == (new[0].level, new[0].scores)


def test_tuning_answers_get_the_curves_that_never_saw_them() -> None:
    """A tuning answer's probability differs from what the curve fitted on all would say."""
    graded = some(25)
    found = fitted(graded)
    whole = Calibrator(
        CalibrationFit(
            **{
                name: getattr(found, name)
                for name in ("id", "at", "run", "frozen", "students", "spread", "curves")
            },
            tuning=(),
        )
    )
    one = graded[0]
    crossed = Calibrator(found).findings(one.bound, one.findings)

    assert crossed != whole.findings(one.bound, one.findings)
    assert len(found.tuning) == 25 * 3


def test_misconceptions_do_not_lean_on_key_points() -> None:
    """A misconception nobody claims stays unlikely however generous people are elsewhere."""
    found = fitted(some(40))
    curves = {(each.cell, each.level): each for each in found.curves}

    assert set(curves) == {("one", 0), ("two", 0), ("two", 1), ("wrong", 0)}
    (got,) = Calibrator(found).findings(("new", "Q", 1, "a"), (finding("wrong", -3.0),))
    assert got.probabilities[0] < 0.1


def test_without_a_fit_the_judges_chances_stand_as_they_are() -> None:
    """Nothing is shrunk before there are labels, also for findings calibrated before."""
    calibrated = Calibrator(fitted(some(40))).findings(
        ("new", "Q", 1, "a"), (finding("two", 2.0, 1.0),)
    )

    (got,) = Calibrator(None).findings(("new", "Q", 1, "a"), calibrated)

    assert got.probabilities == (sigmoid(2.0), sigmoid(1.0))


def test_a_judge_that_knows_its_chances_keeps_them() -> None:
    """Where cross-fitted curves do worse than the judge's own chances those are used, and told."""
    chance = random.Random(2)
    graded = []
    for name in names(24):
        score = chance.choice([-3.4, 3.4])
        graded.append(answer(name, score, agrees=True))

    found = fitted(graded)
    (got,) = Calibrator(found).findings(("new", "Q", 1, "a"), (finding("two", 2.0, 1.0),))

    worse = replace(found, own=found.fitted / 2)
    (kept,) = Calibrator(worse).findings(("new", "Q", 1, "a"), (finding("two", 2.0, 1.0),))
    assert kept.probabilities == (sigmoid(2.0), sigmoid(1.0)) != got.probabilities
    assert "the judge's own chances are kept" in fit_words(worse)
    assert "corrected by your grades" in fit_words(found)


def test_an_always_sure_judge_is_led_to_how_often_it_is_right() -> None:
    """Thirty answers, always 97 % sure, right in 60 %: a new one comes out near .6."""
    graded = [answer(name, 3.48, agrees=place % 5 < 3) for place, name in enumerate(names(30))]

    (got,) = Calibrator(fitted(graded)).findings(("new", "Q", 1, "a"), (finding("one", 3.48),))

    assert 0.55 < got.probabilities[0] < 0.65


@given(st.lists(st.floats(-3.4, 3.4), min_size=2, max_size=2))
def test_a_higher_level_is_never_likelier(scores: list[float]) -> None:
    """Whatever the curves say, full credit is at most as likely as partial credit."""
    low, high = sorted(scores)
    calibrator = Calibrator(fitted(some(30)))

    (got,) = calibrator.findings(("new", "Q", 1, "a"), (finding("two", high, low),))

    assert got.probabilities[1] <= got.probabilities[0]


def test_findings_stored_without_log_odds_have_those_of_their_chances() -> None:
    """An older record's probability is taken at its word."""
    old = Finding(cell="one", kind=CellKind.KEY_POINT, level="full", probabilities=(sigmoid(1.5),))

    assert math.isclose(log_odds(old)[0], 1.5)


def test_a_label_says_which_levels_a_person_reached() -> None:
    """Points between two levels are of no level; what was not decided is no label."""
    paid = human_levels(RUBRICS["Q"], points("S1", "0", "2", "1"))
    between = human_levels(RUBRICS["Q"], points("S1", "0", "3", "1"))

    assert paid == {"one": 0, "two": 1, "wrong": 1}
    assert between == {"one": 0, "wrong": 1}
    graded = hand_graded(
        RUBRICS["Q"],
        (finding("one", 1.0), finding("two", 1.0, 1.0), finding("wrong", -1.0)),
        Decimal(6),
        blind("S1", source="trust"),
    )
    assert (graded.human, list(graded.labels)) == ({}, [])
