"""What a person is to grade blind now: the audit that runs, else the sample drawn to tune with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.grade import Grade
from assessor.rubric import Rubric
from assessor.store import Store
from assessor.trust.audit_standing import AuditStanding, follow, overtaken
from assessor.trust.records import AuditPlan, DrawnAnswer, TuningSample, Unit
from assessor.trust.units import number_of_audit
from assessor.verdict import DecisionSource


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindWork:
    """Answers to grade without any verdict in view, in the order that must be kept.

    `source` is what each decision on them carries: `trust` (to tune with) or `audit`. Ask again
    after each decision: an audit ends as soon as it is settled.
    """

    source: DecisionSource
    waiting: tuple[DrawnAnswer, ...]
    done: int
    planned: int


def audit_standing(
    store: Store, rubrics: Mapping[str, Rubric], grades: Sequence[Grade], frozen: str
) -> AuditStanding | None:
    """Return where the newest audit stands beside the class as it is now; None without one.

    `frozen` is the digest of the run's rubrics, prompts and models (`frozen_digest`).
    """
    plan = store.newest(AuditPlan)
    if plan is None:
        return None
    known = {part.question for unit in plan.order for part in unit.parts} <= set(rubrics)
    decisions = [each.new for each in store.drawn() if each.new] if known else ()
    standing = overtaken(follow(plan, decisions, rubrics), frozen, grades)
    number = number_of_audit(store.audits(plan), plan.order)
    return replace(standing, is_doubled=number > plan.number)


def blind_work(store: Store, audit: AuditStanding | None) -> BlindWork | None:
    """Return what waits to be graded blind: of an open audit, else of the newest sample."""
    if audit is not None and audit.is_open:
        waiting = tuple(part for unit in audit.waiting for part in unit.parts)
        return BlindWork(
            source=DecisionSource.AUDIT,
            waiting=waiting,
            done=len(audit.draws),
            planned=len(audit.plan.order),
        )
    sample = store.newest(TuningSample)
    if sample is None:
        return None
    left = tuple(part for unit in sample.units for part in undecided(store, unit))
    done = sum(not undecided(store, unit) for unit in sample.units)
    if not left:
        return None
    return BlindWork(
        source=DecisionSource.TUNING, waiting=left, done=done, planned=len(sample.units)
    )


def undecided(store: Store, unit: Unit) -> tuple[DrawnAnswer, ...]:
    """Return the parts of a drawn grade on which no person has decided yet."""
    decided = {
        (*each.key, each.answer_digest)
        for each in store.standing_overrides(part.key for part in unit.parts)
    }
    return tuple(part for part in unit.parts if part.bound not in decided)
