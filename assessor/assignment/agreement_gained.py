"""What a new version of a rubric gained on people's grades, apart from whom its words came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessor.assignment.key_point_diagnosis import taken_edits
from assessor.assignment.standing import Standing
from assessor.engine.trusting import tuning_labels
from assessor.rubric import Rubric
from assessor.rubric.diff import diff_rubrics
from assessor.store import Store
from assessor.trust.labels import HandGraded
from assessor.tuning import overfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Agreement on one cell with people's grades; `away` leaves out whom the edit came from."""

    cell: str
    n: int
    before: int
    after: int
    away_n: int
    away_before: int
    away_after: int
    considered: int
    by_luck: float


def agreement_gained(
    store: Store, runs: tuple[Standing, Standing], rubrics: tuple[Rubric, Rubric]
) -> tuple[Measured, ...]:
    """Return agreement with people per cell whose wording changed, before and after."""
    sides = [_labels(store, run, rubric) for run, rubric in zip(runs, rubrics, strict=True)]
    old, new = rubrics
    found = []
    for changed in diff_rubrics(old, new).cells:
        cell = changed.cell
        both = [
            (sides[0][key], sides[1][key])
            for key in sides[0]
            if key in sides[1]
            and cell in sides[0][key].human
            and cell in sides[1][key].human
            and cell in sides[0][key].judge
            and cell in sides[1][key].judge
        ]
        if not both:
            continue
        edits = [
            each
            for each in taken_edits(store)
            if each.rubric == new.id
            and each.cell == cell
            and f"“{each.phrase}”" in " ".join(changed.lines)
        ]
        sources = {each.student for each in edits}
        away = [pair for pair in both if pair[0].student not in sources]
        considered = max((each.considered for each in edits), default=1)
        shifted = sum(a.judge[cell] != b.judge[cell] for a, b in both)
        found.append(
            Measured(
                cell=cell,
                n=len(both),
                before=sum(a.human[cell] == a.judge[cell] for a, _ in both),
                after=sum(b.human[cell] == b.judge[cell] for _, b in both),
                away_n=len(away),
                away_before=sum(a.human[cell] == a.judge[cell] for a, _ in away),
                away_after=sum(b.human[cell] == b.judge[cell] for _, b in away),
                considered=considered,
                by_luck=overfit(considered, shifted / len(both), len(both)),
            )
        )
    return tuple(found)


def _labels(
    store: Store, standing: Standing, rubric: Rubric
) -> Mapping[tuple[str, int, str], HandGraded]:
    return {
        (each.student, each.bound[2], each.bound[3]): each
        for each in tuning_labels(store, standing.rubrics, standing.outcomes)
        if standing.rubrics[each.question].digest == rubric.digest
    }
