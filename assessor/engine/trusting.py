"""People's grades beside the judge's: gathered, fitted, and the queue drawn anew by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.distribution import Totals
from assessor.engine.blind import audit_standing
from assessor.engine.borders import shown_in_rulings
from assessor.engine.settle import grades_of, is_outside_the_queue, states_of
from assessor.grade import choice_points
from assessor.queue import QueueCandidate, Risk, draw_queue, lot_of, risk_of, waiting_at
from assessor.rubric import Rubric
from assessor.store import OutcomeRecord, RunRecord, Store
from assessor.submission import InputState, Key, key_name
from assessor.trust.fitting import Calibrator
from assessor.trust.labels import HandGraded, hand_graded
from assessor.trust.records import AuditPlan, Bound, CalibrationFit, TuningSample, frozen_digest
from assessor.trust.ruling_gain import RulingGain, ruling_gain
from assessor.verdict import DecisionSource, Override, ReasonCode, State

# Graded without the judge's verdict in view, and not by an audit: what may be tuned with.
TUNED_WITH = frozenset({DecisionSource.TUNING, DecisionSource.SHEET})
DEFAULT_BUDGET = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Redraw:
    """What the queue is drawn anew from; `held` are grades that an audit speaks of.

    `by_lot`: the judge's numbers say nothing, and no calibration is used in their place.
    """

    rubrics: Mapping[str, Rubric]
    calibrator: Calibrator
    decided: Mapping[Bound, Override]
    budget: float
    held: frozenset[Key] = frozenset()
    by_lot: bool = False


def tuning_labels(
    store: Store, rubrics: Mapping[str, Rubric], outcomes: Sequence[OutcomeRecord]
) -> tuple[HandGraded, ...]:
    """Return the answers that a person graded blind to tune with, beside what the judge gave.

    The newest word on an answer counts; it is weighed by how it was drawn. What an audit was made
    of is never tuned with, nor what was shown to rule by: the rubric was made to fit it.
    """
    shown = shown_in_rulings(store)
    sample = store.newest(TuningSample)
    weights = {
        part.bound: 1 / unit.chance
        for unit in (sample.units if sample else ())
        for part in unit.parts
    }
    said = store.standing_overrides(each.submission.key for each in outcomes)
    audited = {
        (*each.key, each.answer_digest) for each in said if each.source == DecisionSource.AUDIT
    }
    given = {
        bound: each
        for each in said
        if each.source in TUNED_WITH
        and (bound := (*each.key, each.answer_digest)) not in audited
        and bound not in shown
    }
    found = []
    for outcome in outcomes:
        override = given.get(bound_of(outcome))
        rubric = rubrics[outcome.submission.question]
        if (
            override is None
            or outcome.proposed is None
            or len(outcome.findings) < len(rubric.cells)
        ):
            continue
        chosen = choice_points(rubric, outcome.submission) or Decimal(0)
        found.append(
            hand_graded(
                rubric,
                outcome.findings,
                outcome.proposed,
                override,
                chosen=chosen,
                weight=weights.get(bound_of(outcome), 1.0),
            )
        )
    if any(each.bound not in weights for each in found):
        # Others were graded as well: what was drawn no longer stands for the rest by its chances.
        return tuple(replace(each, weight=1.0) for each in found)
    return tuple(found)


def gain_of_rulings(
    store: Store, rubrics: Mapping[str, Rubric], labels: Sequence[HandGraded]
) -> RulingGain | None:
    """Return what the standing rulings gained on answers that were not shown; None without any.

    `labels` are those of the run as it is; before is the run whose readings parted first.
    """
    decided = [each.ruling for each in store.rulings() if each.ruling and each.ruling.is_decided]
    runs = {each.id: each for each in store.runs()}
    before = next((runs[each.run] for each in decided if each.run in runs), None)
    if before is None:
        return None
    old = {question: store.rubric(digest) for question, digest in before.command.rubrics}
    earlier = tuning_labels(store, old, store.outcomes(before.id))
    counted = (len(decided), len(shown_in_rulings(store)))
    return ruling_gain(earlier, labels, rubrics, counted)


def second_opinions(store: Store, keys: Iterable[Key]) -> tuple[tuple[Override, Override], ...]:
    """Return pairs of grades of one answer by two people: the one that counts, and another."""
    first: dict[Bound, Override] = {}
    other: dict[Bound, Override] = {}
    for each in store.standing_overrides(keys):
        bound = (*each.key, each.answer_digest)
        if each.source in TUNED_WITH:
            first[bound] = each
        elif each.source == DecisionSource.SECOND:
            other[bound] = each
    return tuple((first[bound], other[bound]) for bound in other if bound in first)


def redraw(outcomes: Sequence[OutcomeRecord], by: Redraw) -> tuple[OutcomeRecord, ...]:
    """Return the outcomes with calibrated probabilities and a queue ranked by calibrated risk.

    Levels and points stay. Decided answers keep their place in the queue; those graded to tune or
    to audit were never in it. Nothing that an audit speaks of is queued for its risk.
    """
    totals = {question: Totals(rubric) for question, rubric in by.rubrics.items()}
    fresh = [_calibrated(each, by, totals) for each in outcomes]
    candidates = {
        each.submission.key: _candidate(each, risk, by) for each, risk in fresh if risk is not None
    }
    readable = sum(each.submission.state is InputState.ANSWERED for each in outcomes)
    queue = draw_queue(tuple(candidates.values()), by.budget, readable)
    found = []
    for each, _ in fresh:
        if each.submission.key in candidates:
            each = each.placed(queue.place(candidates[each.submission.key]), each.risk)
        found.append(each)
    return tuple(found)


def draw_anew(
    store: Store, run: RunRecord, rubrics: Mapping[str, Rubric]
) -> tuple[OutcomeRecord, ...]:
    """Rank a run's queue by the calibration that fits it; keep the outcomes so, and return them.

    While an audit speaks of its grades, they are not queued for their risk; what waited beside it
    when it was prepared waits on, whichever run reads the class again.
    """
    frozen = frozen_digest(run.manifest)
    outcomes, budget = store.outcomes(run.id), run.manifest.review_budget
    audit = None
    if store.newest(AuditPlan) is not None:  # Else a large class is not worked out for nothing.
        audit = audit_standing(store, rubrics, grades_of(rubrics, outcomes, (), ()), frozen)
    held: frozenset[Key] = frozenset()
    if audit is not None and audit.binds:
        held = frozenset(part.key for unit in audit.plan.order for part in unit.parts)
    standing = store.standing_overrides(each.submission.key for each in outcomes)
    fitted = current_fit(store, frozen)
    decided = {
        (*each.key, each.answer_digest): each
        for each in standing
        if each.source != DecisionSource.SECOND
    }
    by = Redraw(
        rubrics=rubrics,
        calibrator=Calibrator(fitted),
        by_lot=bool(run.manifest.numbers.unused) and (fitted is None or not fitted.is_used),
        decided=decided,
        budget=DEFAULT_BUDGET if budget is None else float(budget),
        held=held,
    )
    drawn = redraw(outcomes, by)
    if audit is not None and not audit.is_overtaken and audit.plan.run != run.id:
        waited = {
            bound_of(each)
            for each in store.each_outcome(audit.plan.run)
            if each.state is State.NEEDS_REVIEW
        }
        left = {bound_of(each) for each in drawn if each.state is State.GRADED} & waited
        drawn = send_to_review(drawn, {bound[:3] for bound in left - set(decided)})
    keep_outcomes(store, run, drawn)
    return drawn


def is_ranked_by_trust(store: Store, run: RunRecord) -> bool:
    """Return whether a calibration or an audit has a word in this run's queue."""
    frozen = frozen_digest(run.manifest)
    plan = store.newest(AuditPlan)
    return current_fit(store, frozen) is not None or (plan is not None and plan.frozen == frozen)


def keep_outcomes(store: Store, run: RunRecord, outcomes: Sequence[OutcomeRecord]) -> None:
    """Keep outcomes in place of those a run has, with the counts in its manifest."""
    if tuple(outcomes) == store.outcomes(run.id):
        return
    store.save_outcomes(run.id, outcomes)
    store.finish_run(
        run.id,
        finished_at=run.finished_at,
        status=run.status,
        manifest=run.manifest.but(states=states_of(outcomes)),
    )


def current_fit(store: Store, frozen: str) -> CalibrationFit | None:
    """Return the newest calibration that was fitted for these rubrics, prompts and models."""
    fits = [each for each in store.kept(CalibrationFit) if each.frozen == frozen]
    return fits[-1] if fits else None


def send_to_review(
    outcomes: Sequence[OutcomeRecord], keys: Collection[Key]
) -> tuple[OutcomeRecord, ...]:
    """Return the outcomes with these ones at the end of the queue, the riskiest of them first."""
    last = max((each.queue_rank or 0 for each in outcomes), default=0)
    moved = [each for each in outcomes if each.submission.key in keys]
    moved.sort(key=lambda each: -(each.risk or 0.0))
    ranks = {each.submission.key: last + place for place, each in enumerate(moved, start=1)}
    return tuple(
        each.placed(
            waiting_at(ranks[each.submission.key], (*each.reasons, ReasonCode.RISK)), each.risk
        )
        if each.submission.key in ranks
        else each
        for each in outcomes
    )


def bound_of(outcome: OutcomeRecord) -> Bound:
    """Return what a person's word on this submission is bound to."""
    return (*outcome.submission.key, outcome.submission.answer_digest)


def is_judged(outcome: OutcomeRecord) -> bool:
    """Return whether a judge read this answer whole and proposed points."""
    return (
        outcome.state in {State.GRADED, State.NEEDS_REVIEW}
        and outcome.proposed is not None
        and bool(outcome.findings)
    )


def _calibrated(
    outcome: OutcomeRecord, by: Redraw, totals: Mapping[str, Totals]
) -> tuple[OutcomeRecord, Risk | None]:
    """Return an outcome with its calibrated findings, and its risk where a judge read it whole."""
    if not is_judged(outcome):
        return outcome, None
    question = outcome.submission.question
    findings = by.calibrator.findings(bound_of(outcome), outcome.findings)
    chosen = choice_points(by.rubrics[question], outcome.submission) or Decimal(0)
    gap = totals[question].gap(findings, chosen)
    risk = lot_of(findings) if by.by_lot else risk_of(gap)
    return replace(outcome, findings=findings, risk=risk.differs), risk


def _candidate(outcome: OutcomeRecord, risk: Risk, by: Redraw) -> QueueCandidate:
    override = by.decided.get(bound_of(outcome))
    has_place = override is not None and outcome.queue_rank is not None
    held = outcome.submission.key in by.held
    return QueueCandidate(
        key=key_name(*outcome.submission.key),
        reasons=outcome.reasons,
        risk=risk,
        decided=override is not None,
        outside=is_outside_the_queue(override, outcome.submission),
        for_risk=has_place or not (override or held),
    )
