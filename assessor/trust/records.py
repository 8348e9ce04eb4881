"""What is remembered of trust: who was drawn to grade blind, what was frozen, what was fitted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assessor.digest import digest
from assessor.manifest import Manifest
from assessor.submission import Key

# Student, question, attempt and the answer's digest: what a person's word is bound to.
Bound = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnAnswer:
    """One answer as it stood when it was drawn, with the points that were proposed for it.

    `chosen` are those of the multiple-choice part, which code grades, within `proposed`.
    """

    student_id: str
    question: str
    attempt: int
    answer_digest: str
    proposed: Decimal
    chosen: Decimal = Decimal(0)

    @property
    def bound(self) -> Bound:
        """What a person's word on it is bound to."""
        return (*self.key, self.answer_digest)

    @property
    def key(self) -> Key:
        """Which submission this is."""
        return (self.student_id, self.question, self.attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is released as one grade: a student's answers to all questions, mostly just one.

    `parts` are those of them that a person is to grade blind; `chance` is that of being drawn.
    """

    parts: tuple[DrawnAnswer, ...]
    chance: float = 1.0

    @property
    def proposed(self) -> Decimal:
        """The points proposed for its parts together."""
        return sum((part.proposed for part in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """Answers that were given out on a sheet to grade blind, without anything of the judge.

    `audit` is the id of the audit whose sheet it was, else "". `sheet` is the file, by its place in
    the assignment's folder, or by its whole path elsewhere.
    """

    id: str
    at: str
    run: str
    answers: tuple[Bound, ...]
    audit: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningSample:
    """The answers drawn to tune with, in the order in which they are handed out."""

    id: str
    at: str
    run: str
    seed: int
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlan:
    """An audit as it was frozen: everything that its result rests on but the blind grades.

    `frozen` is the digest of rubrics, prompts and models. `order` holds the grades that would go
    out unread, in the random order in which they are graded blind. `number` counts the audits of
    this class, `delta` is what this one may spend, `confidence` that of all of them together.
    """

    id: str
    at: str
    run: str
    frozen: str
    seed: int
    number: int
    alpha: float
    delta: float
    confidence: float
    tolerance: Decimal
    order: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedCurve:
    """P = sigmoid(offset + slope · log-odds) of one level above absent of one cell."""

    question: str
    cell: str
    level: int
    offset: float
    slope: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossFitted:
    """The probabilities of one hand-graded cell, from curves fitted without its student."""

    student_id: str
    question: str
    attempt: int
    answer_digest: str
    cell: str
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationFit:
    """A calibration as it was fitted, on `students` hand-graded answers, for what is `frozen`.

    `own` and `fitted` are the Brier scores of the judge's own chances and of the cross-fitted ones
    on these answers. `spread` is of earlier versions, whose risk leaned on it.
    """

    id: str
    at: str
    run: str
    frozen: str
    students: int
    curves: tuple[FittedCurve, ...]
    tuning: tuple[CrossFitted, ...]
    spread: float = 1.0
    own: float = 1.0
    fitted: float = 0.0

    @property
    def is_used(self) -> bool:
        """Whether the fitted chances are no worse than the judge's own; else those are kept."""
        return self.fitted <= self.own


def frozen_digest(manifest: Manifest) -> str:
    """Return the digest of what makes two runs the same grader: rubrics, prompts, models."""
    # As it was written, for what a run of another version did not say must not change the digest.
    said, judge = manifest.facts, manifest.judge.facts
    return digest(
        "frozen",
        {name: said.get(name) for name in ("questions", "prompts", "strong", "looks")}
        | {"judge": {name: judge.get(name) for name in ("backend", "model_asked", "parameters")}},
    )
