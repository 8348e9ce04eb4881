"""All that a report is made of: the class as it stands, one part per question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assessor.counting import plural
from assessor.grade import Grade
from assessor.judges.backends import backend_of
from assessor.manifest import Manifest
from assessor.report.footing import Footing
from assessor.rubric import CellKind, Rubric
from assessor.store import OutcomeRecord
from assessor.trust.labels import HandGraded
from assessor.verdict import Override

FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMaterial:
    """A run's proposals with everything that people decided since.

    `grades` and `outcomes` stand in the same order; `manifest` is what run.json holds, and `runs`
    those of all runs of this class, this one among them; `answers` is the name of the answers
    file; `head` is the newest link of the audit chain; `audit` is what an audit says of the grades
    that nobody has read, or that there was none.
    """

    rubrics: Mapping[str, Rubric]
    grades: tuple[Grade, ...]
    outcomes: tuple[OutcomeRecord, ...]
    decided: tuple[Override, ...]
    manifest: Manifest
    answers: str = ""
    title: str = ""
    head: str = ""
    audit: str = ""
    runs: tuple[Manifest, ...] = ()
    footing: Footing = field(default_factory=Footing)

    @property
    def heading(self) -> str:
        """The assignment's title, else those of its questions where they are few."""
        titles = list(dict.fromkeys(each.title for each in self.rubrics.values()))
        return self.title or (
            " · ".join(titles) if len(titles) <= FEW else plural(len(titles), "question")
        )

    @property
    def backend(self) -> str:
        """The kind of judge that read, such as `openai`, `recorded` or `none`."""
        return self.manifest.judge.backend


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One submission: as it stands, as it was proposed, and the decision that stands on it."""

    grade: Grade
    outcome: OutcomeRecord
    override: Override | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPart:
    """One question of the class."""

    question: str
    rubric: Rubric
    rows: tuple[ReportRow, ...]
    backend: str
    labels: tuple[HandGraded, ...] = ()

    @property
    def scored(self) -> tuple[ReportRow, ...]:
        """The submissions that have points, blank ones (0) among them."""
        return tuple(row for row in self.rows if row.grade.standing is not None)

    @property
    def by_hand(self) -> bool:
        """Whether no judge read."""
        return not backend_of(self.backend).reads

    def describe(self, cell: str) -> str:
        """Return the rubric's line on a cell."""
        if self.rubric.kind_of(cell) is CellKind.KEY_POINT:
            return self.rubric.key_point(cell).description
        return self.rubric.misconception(cell).description


def parts_of(material: ReportMaterial) -> tuple[QuestionPart, ...]:
    """Return one part per question, in the order of the rubrics."""
    decided = {(*each.key, each.answer_digest): each for each in material.decided}
    rows: dict[str, list[ReportRow]] = {question: [] for question in material.rubrics}
    for grade, outcome in zip(material.grades, material.outcomes, strict=True):
        submission = grade.submission
        override = decided.get((*submission.key, submission.answer_digest))
        rows[submission.question].append(ReportRow(grade=grade, outcome=outcome, override=override))
    return tuple(
        QuestionPart(
            question=question,
            rubric=rubric,
            rows=tuple(rows[question]),
            backend=material.backend,
            labels=tuple(each for each in material.footing.labels if each.question == question),
        )
        for question, rubric in material.rubrics.items()
    )
