"""What is wrong with each key point by people's grades, and the edits that were taken for it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.assignment.standing import Standing
from assessor.engine.trusting import tuning_labels
from assessor.rubric import Rubric
from assessor.statistics.diagnosis import Diagnosis, Fault, Graded, diagnose
from assessor.store import Store
from assessor.sureness import UNSURE
from assessor.trust.labels import HandGraded, log_odds
from assessor.tuning import Apart, Seen, Suggestion, partings_of, suggestions
from assessor.verdict import Finding

# Answers shown per key point, and the note under which taken edits are remembered.
SHOWN = 3


EDITS = "edits"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenEdit:
    """An edit that a person took: its words, whose answer they are from, out of how many."""

    rubric: str
    cell: str
    where: str
    phrase: str
    student: str
    considered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """One key point with its diagnosis, where person and judge part, and what could be added."""

    diagnosis: Diagnosis
    partings: tuple[Apart, ...]
    suggestions: tuple[Suggestion, ...]


def wards_of(rubric: Rubric, seen: Sequence[Seen]) -> tuple[Ward, ...]:
    """Return every cell that people graded, worst first."""
    by_cell = {each.key_point: each for each in _diagnoses(seen)}
    return tuple(
        Ward(
            diagnosis=each,
            partings=partings_of(rubric, seen, cell),
            suggestions=suggestions(rubric, seen, cell) if _mendable(each) else (),
        )
        for cell, each in by_cell.items()
    )


def taken_edits(store: Store) -> tuple[TakenEdit, ...]:
    """Return the edits that were taken from suggestions so far."""
    return tuple(TakenEdit(**each) for each in json.loads(store.recall(EDITS) or "[]"))


def seen_of(store: Store, standing: Standing, question: str) -> tuple[Seen, ...]:
    """Return the answers to one question that a person graded blind, beside the judge's."""
    answers = {each.submission.key: each.submission.answer for each in standing.outcomes}
    return tuple(
        Seen(
            student=each.student,
            answer=answers[each.bound[:3]],
            human=each.human,
            judge=each.judge,
            findings={finding.cell: finding for finding in each.findings},
        )
        for each in tuning_labels(store, standing.rubrics, standing.outcomes)
        if each.question == question
    )


def _diagnoses(seen: Sequence[Seen]) -> tuple[Diagnosis, ...]:
    return diagnose(
        [
            graded_cell((each.student, "", cell), finding, each.human[cell], each.judge[cell])
            for each in seen
            for cell, finding in each.findings.items()
            if cell in each.human
        ]
    )


def _mendable(diagnosis: Diagnosis) -> bool:
    return diagnosis.misses + diagnosis.extras > 0 and diagnosis.fault is not Fault.UNCLEAR


def faults(graded: Sequence[HandGraded]) -> tuple[Diagnosis, ...]:
    """Return what the labels say is wrong with a key point; nothing where all is well."""
    cells = [
        graded_cell(
            (each.student, each.question, finding.cell),
            finding,
            each.human[finding.cell],
            each.judge[finding.cell],
        )
        for each in graded
        for finding in each.findings
        if finding.cell in each.human
    ]
    quiet = {Fault.FINE, Fault.TOO_FEW}
    return tuple(each for each in diagnose(cells) if each.fault not in quiet)


def graded_cell(about: tuple[str, str, str], finding: Finding, human: int, judge: int) -> Graded:
    """Return one cell as person and judge gave it; `about`: student, question, key point."""
    return Graded(
        student=about[0],
        question=about[1],
        key_point=about[2],
        human=human,
        judge=judge,
        sure=all(not UNSURE[0] <= _chance(odds) <= UNSURE[1] for odds in log_odds(finding)),
    )


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
