"""A small class to report on: two key points, one misconception, every state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.engine.settle import grades_of
from assessor.evidence import Span
from assessor.grade import Proposal, proposed_points
from assessor.manifest import Manifest
from assessor.report.footing import Footing
from assessor.report.material import ReportMaterial
from assessor.rubric import ABSENT, Rubric, load_rubric
from assessor.store import OutcomeRecord
from assessor.submission import InputState, Submission
from assessor.trust.labels import HandGraded, hand_graded
from assessor.verdict import DecisionSource, Finding, Override, Release, ReleasedBy, State

RUBRIC = """\
title: A plant in the dark
id: plant
question:
  prompt: Why does a plant in the dark lose mass?
  reference: It respires and burns the sugar that it stored.
key_points:
  - id: respires
    description: respiration uses up stored sugar
    points: 2
    levels:
      - {id: partial, points: 1, when: names respiration}
      - {id: full, points: 2, when: says that it uses up sugar}
    feedback: {full: "Yes, sugar is used up.", absent: "What does a cell live on?"}
  - id: no_gain
    description: without light nothing makes up for the loss
    points: 1
misconceptions:
  - id: evaporates
    description: the loss is water alone
    effect: deduct
    points: 1
"""

MANIFEST = Manifest.model_validate(
    {
        "assessor": "0.1.0",
        "prompts": {"judge-isolated.v1": "prompt:sha256:00"},
        "judge": {
            "backend": "openai",
            "model_asked": "judge-1",
            "models_answered": ["judge-1-2026-02"],
            "parameters": {"temperature": 0},
        },
        "strong": None,
        "looks": {"everything": False, "cap": 0.25},
        "circumstances": {
            "run": "run1",
            "finished_at": "2026-03-01T12:00:00+00:00",
            "endpoint": "https://judge.example/v1",
            "requests": 18,
            "from_store": 2,
            "tokens": {"input": 9000, "output": 700},
            "cost": "0.0123",
        },
    }
)


def rubric(text: str = RUBRIC) -> Rubric:
    return load_rubric(text, "plant.yaml")


def submission(
    student: str, answer: str, *, name: str = "", question: str = "Q1", attempt: int = 1
) -> Submission:
    return Submission(
        student_id=student,
        name=name,
        question=question,
        attempt=attempt,
        answer=answer,
        state=InputState.ANSWERED if answer.strip() else InputState.BLANK,
        row=2,
    )


def finding(
    rubric: Rubric, cell: str, level: str, quote: str = "", reasons: Sequence[str] = ()
) -> Finding:
    levels = rubric.levels_of(cell)
    reached = levels.index(level) if level != ABSENT else -1
    return Finding(
        cell=cell,
        kind=rubric.kind_of(cell),
        level=level,
        probabilities=tuple(0.95 if place <= reached else 0.05 for place in range(len(levels))),
        evidence=(Span(start=0, end=len(quote), text=quote),) if quote else (),
        reasons=tuple(reasons),
    )


def judged(
    rubric: Rubric,
    submission: Submission,
    levels: Mapping[str, str],
    state: State = State.GRADED,
    reasons: Sequence[str] = (),
) -> OutcomeRecord:
    """An answer whose credits all quote the whole of it; cells not named are absent."""
    findings = tuple(
        finding(
            rubric,
            cell,
            levels.get(cell, ABSENT),
            submission.answer if levels.get(cell, ABSENT) != ABSENT else "",
            reasons,
        )
        for cell in rubric.cells
    )
    return OutcomeRecord(
        submission=submission,
        state=state,
        proposed=proposed_points(rubric, findings, submission),
        reasons=tuple(reasons),
        findings=findings,
        queue_rank=1 if state is State.NEEDS_REVIEW else None,
        risk=0.1,
    )


def unjudged(
    submission: Submission,
    state: State,
    reasons: Sequence[str] = (),
    proposed: Decimal | None = None,
) -> OutcomeRecord:
    return OutcomeRecord(
        submission=submission,
        state=state,
        proposed=proposed,
        reasons=tuple(reasons),
        findings=(),
        queue_rank=None,
        risk=None,
    )


def decision(submission: Submission, *, source: str = "review", **points: str) -> Override:
    return Override(
        student_id=submission.student_id,
        question=submission.question,
        attempt=submission.attempt,
        answer_digest=submission.answer_digest,
        points=tuple((cell, Decimal(value)) for cell, value in points.items()),
        source=DecisionSource(source),
    )


def release(submission: Submission, grade: str) -> Release:
    return Release(
        student_id=submission.student_id,
        question=submission.question,
        attempt=submission.attempt,
        answer_digest=submission.answer_digest,
        grade=Decimal(grade),
        by=ReleasedBy.UNREAD,
    )


def material(
    outcomes: Sequence[OutcomeRecord],
    *,
    decided: Sequence[Override] = (),
    released: Sequence[Release] = (),
    rubrics: Mapping[str, Rubric] | None = None,
    backend: str = "openai",
) -> ReportMaterial:
    """`decided` with another source than `review` are labels, as if graded blind."""
    rubrics = rubrics or {"Q1": rubric()}
    proposals = [
        Proposal(
            submission=each.submission,
            state=each.state,
            proposed=each.proposed,
            reasons=each.reasons,
            findings=each.findings,
        )
        for each in outcomes
    ]
    return ReportMaterial(
        rubrics=rubrics,
        grades=grades_of(rubrics, proposals, decided, released),
        outcomes=tuple(outcomes),
        decided=tuple(decided),
        manifest=MANIFEST.but(judge=MANIFEST.judge.but(backend=backend)),
        answers="answers.csv",
        head="chain:sha256:00",
        footing=Footing(labels=_labels(rubrics, outcomes, decided)),
    )


def _labels(
    rubrics: Mapping[str, Rubric], outcomes: Sequence[OutcomeRecord], decided: Sequence[Override]
) -> tuple[HandGraded, ...]:
    given = {each.key: each for each in decided if each.source != "review"}
    return tuple(
        hand_graded(
            rubrics[each.submission.question],
            each.findings,
            each.proposed,
            given[each.submission.key],
        )
        for each in outcomes
        if each.submission.key in given and each.findings and each.proposed is not None
    )


def small_class() -> ReportMaterial:
    """Seven students: every state that an export has, one decided, one released."""
    ours = rubric()
    anna = submission("S1", "It burns its sugar to live.", name="Anna Berg")
    ben = submission("S2", "Water evaporates, that is all.", name="Ben Okafor")
    cleo = submission("S3", "It respires, and no light makes up for it.", name="Cleo")
    dora = submission("S4", "No light, no growth.", name="Dora")
    outcomes = [
        judged(ours, anna, {"respires": "full"}),
        judged(ours, ben, {"evaporates": "present"}),
        judged(
            ours,
            cleo,
            {"respires": "partial", "no_gain": "full"},
            State.NEEDS_REVIEW,
            ["unverified_quote"],
        ),
        judged(ours, dora, {"no_gain": "full"}, State.NEEDS_REVIEW, ["risk"]),
        unjudged(submission("S5", ""), State.BLANK, proposed=Decimal(0)),
        unjudged(
            replace(submission("S6", ""), state=InputState.NOT_SUBMITTED, attempt=0),
            State.NOT_SUBMITTED,
        ),
        unjudged(submission("S7", "Photos of my plant."), State.UNGRADED, ["judge:refused"]),
    ]
    return material(
        outcomes,
        decided=[decision(cleo, source="sheet", respires="1", no_gain="0", evaporates="0")],
        released=[release(anna, "2")],
    )
