"""From hand-graded answers to the chance that this instructor would agree, and to the ranking.

Cells of one question and kind lean on each other: a misconception is rarer than a key point, and
says nothing of one. Levels never change: calibration moves probabilities and risk only.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.rubric import CellKind, Rubric
from assessor.statistics.calibration import (
    FEWEST,
    UNCALIBRATED,
    Label,
    Platt,
    brier,
    calibrate,
    cross_fitted,
    uncalibrated,
)
from assessor.submission import key_name
from assessor.trust.labels import HandGraded, log_odds
from assessor.trust.records import Bound, CalibrationFit, CrossFitted, FittedCurve
from assessor.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class FitEvent:
    """When and for what something was fitted."""

    id: str
    at: str
    run: str
    frozen: str


def fit(
    graded: Sequence[HandGraded], rubrics: Mapping[str, Rubric], event: FitEvent
) -> CalibrationFit | None:
    """Return the calibration that these answers support; None with fewer than 20 of them.

    It says itself whether it is used: not where the judge's own chances did better.
    """
    groups = _groups(graded, rubrics)
    students = len({label.student for group in groups.values() for label in group})
    if students < FEWEST:
        return None
    curves: list[FittedCurve] = []
    crossed: dict[tuple[str, str, str], list[float]] = {}
    own: list[float] = []
    fitted: list[float] = []
    met: list[bool] = []
    for (question, _), group in groups.items():
        curves += _curves(question, group)
        chances = cross_fitted(group)
        for label, chance in zip(group, chances, strict=True):
            crossed.setdefault((label.student, question, label.key_point), []).append(chance)
        own += uncalibrated(group)
        fitted += chances
        met += [label.met for label in group]
    return CalibrationFit(
        id=event.id,
        at=event.at,
        run=event.run,
        frozen=event.frozen,
        students=students,
        curves=tuple(curves),
        tuning=_tuning(graded, crossed),
        own=brier(own, met) or 0.0,
        fitted=brier(fitted, met) or 0.0,
    )


def fit_words(found: CalibrationFit) -> str:
    """Return which chances were kept, and by which figures."""
    figures = f"Brier score {found.fitted:.3f} calibrated, {found.own:.3f} as the judge has them"
    return f"{fit_plainly(found)} ({figures})"


def fit_plainly(found: CalibrationFit) -> str:
    """Return which chances were kept, and why, without figures."""
    if found.is_used:
        return (
            "the judge's chances, corrected by your grades: on answers left out, they are no worse"
        )
    return "the judge's own chances are kept: corrected by your grades, they do worse on others"


class Calibrator:
    """Puts calibrated probabilities on findings; the judge's own without a fit that is used."""

    def __init__(self, found: CalibrationFit | None) -> None:
        found = found if found is not None and found.is_used else None
        self._curves: dict[tuple[str, str, int], Platt] = {}
        self._tuning: dict[tuple[Bound, str], tuple[float, ...]] = {}
        for curve in found.curves if found else ():
            place = (curve.question, curve.cell, curve.level)
            self._curves[place] = Platt(curve.offset, curve.slope)
        for each in found.tuning if found else ():
            bound = (each.student_id, each.question, each.attempt, each.answer_digest)
            self._tuning[bound, each.cell] = each.probabilities

    def findings(self, bound: Bound, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return the findings of one answer with their probabilities.

        Those of a tuning answer come from curves that never saw its student.
        """
        return tuple(
            replace(
                each, probabilities=self._tuning.get((bound, each.cell)) or self._of(bound, each)
            )
            for each in findings
        )

    def _of(self, bound: Bound, finding: Finding) -> tuple[float, ...]:
        chances = []
        for place, odds in enumerate(log_odds(finding)):
            curve = self._curves.get((bound[1], finding.cell, place), Platt(*UNCALIBRATED))
            chances.append(curve.probability(odds))
        return tuple(itertools.accumulate(chances, min))


def _groups(
    graded: Sequence[HandGraded], rubrics: Mapping[str, Rubric]
) -> dict[tuple[str, CellKind], list[Label]]:
    groups: dict[tuple[str, CellKind], list[Label]] = {}
    for each in graded:
        for label in each.labels:
            kind = rubrics[each.question].kind_of(label.key_point)
            groups.setdefault((each.question, kind), []).append(label)
    return groups


def _curves(question: str, labels: Sequence[Label]) -> list[FittedCurve]:
    return [
        FittedCurve(
            question=question, cell=cell, level=level, offset=curve.offset, slope=curve.slope
        )
        for (cell, level), curve in calibrate(labels).curves.items()
    ]


def _tuning(
    graded: Sequence[HandGraded], crossed: Mapping[tuple[str, str, str], Sequence[float]]
) -> tuple[CrossFitted, ...]:
    found = []
    for each in graded:
        student, question, attempt, answer_digest = each.bound
        for cell in each.human:
            chances = crossed.get((key_name(student, attempt), question, cell))
            if chances:
                found.append(
                    CrossFitted(
                        student_id=student,
                        question=question,
                        attempt=attempt,
                        answer_digest=answer_digest,
                        cell=cell,
                        probabilities=tuple(chances),
                    )
                )
    return tuple(found)
