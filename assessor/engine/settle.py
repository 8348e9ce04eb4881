"""From findings to proposals: states, reasons, and who must be looked at. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.assist import alike
from assessor.distribution import Totals
from assessor.engine.judged import Judged
from assessor.grade import Grade, Proposal, choice_missing, choice_points, grade_of, proposed_points
from assessor.queue import Queue, QueueCandidate, draw_queue, lot_of, risk_of
from assessor.rubric import Rubric
from assessor.store import OutcomeRecord
from assessor.submission import AnswerKey, InputState, Key, Submission, key_name
from assessor.verdict import (
    DecisionSource,
    Override,
    ReasonCode,
    ReasonKind,
    Release,
    State,
    StopWhy,
)

_OUTSIDE = frozenset({DecisionSource.TUNING, DecisionSource.AUDIT})


# Shorter answers are equal by chance.
SHARED_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a class came to, in the file's order, and the queue that was drawn over it."""

    outcomes: tuple[OutcomeRecord, ...]
    queue: Queue


def settle(
    rubrics: Mapping[str, Rubric],
    submissions: Sequence[Submission],
    judged: Mapping[AnswerKey, Judged],
    decided: Mapping[Key, Override],
    budget: float,
    *,
    by_lot: bool = False,
) -> Settled:
    """Return one outcome per submission; `judged` is by answer, `decided` by submission.

    `by_lot`: the judge's numbers say nothing, so they rank nobody.

    An answered submission that was not judged is ungraded (`stopped:limit`). A decision on
    another text of the same student's answer does not stand and sends the answer to review.
    """
    unlike = _near_equal_unlike(submissions, judged)
    shared = _shared(submissions)
    proposals: list[OutcomeRecord] = []
    for submission in submissions:
        proposal = _proposal(rubrics[submission.question], submission, judged)
        extra = []
        override = decided.get(submission.key)
        if is_changed(override, submission):
            proposal = _for_a_person(proposal)
            extra.append(ReasonCode.CHANGED)
        if submission.answer_key in unlike and proposal.state is State.GRADED:
            extra.append(ReasonCode.NEAR_EQUAL_UNLIKE)
        if submission.answer_key in shared and submission.answer_key in judged:
            extra.append(ReasonCode.SAME_ANSWER)
        proposals.append(replace(proposal, reasons=_unique((*proposal.reasons, *extra))))
    return _with_queue(rubrics, proposals, decided, budget, by_lot=by_lot)


def hand_grading(
    submissions: Sequence[Submission], decided: Mapping[Key, Override]
) -> tuple[OutcomeRecord, ...]:
    """Return what comes of a class where no judge reads: every answer waits for a person."""
    return tuple(
        _by_hand(each, changed=is_changed(decided.get(each.key), each)) for each in submissions
    )


def _by_hand(submission: Submission, *, changed: bool) -> OutcomeRecord:
    reasons = (ReasonCode.CHANGED,) if changed else ()
    if submission.state is InputState.ANSWERED:
        return OutcomeRecord(
            submission=submission,
            state=State.NEEDS_REVIEW,
            proposed=None,
            reasons=(ReasonCode.HAND_GRADING, *reasons),
            findings=(),
        )
    found = _unanswered(submission)
    if submission.choice:
        # What a choice earns beside a blank text is for the person to say, too.
        found = replace(found, proposed=None)
    if changed:
        found = _for_a_person(found)
    return replace(found, reasons=_unique((*found.reasons, *reasons)))


def is_changed(override: Override | None, submission: Submission) -> bool:
    """Return whether a person decided on another text of this student's answer than it is now."""
    return override is not None and override.answer_digest != submission.answer_digest


def _for_a_person(proposal: OutcomeRecord) -> OutcomeRecord:
    """Return what stands where a person decided before: of a text that is gone no 0 is proposed."""
    if proposal.state is not State.BLANK:
        return proposal
    return replace(proposal, state=State.NEEDS_REVIEW, proposed=None)


def grades_of(
    rubrics: Mapping[str, Rubric],
    proposals: Sequence[Proposal],
    overrides: Iterable[Override],
    releases: Iterable[Release],
) -> tuple[Grade, ...]:
    """Return the grades as they stand; what was decided on another text does not stand."""
    decided = {(*each.key, each.answer_digest): each for each in overrides}
    released = {(*each.key, each.answer_digest): each for each in releases}
    grades = []
    for proposal in proposals:
        submission = proposal.submission
        bound = (*submission.key, submission.answer_digest)
        rubric = rubrics[submission.question]
        grades.append(grade_of(rubric, proposal, decided.get(bound), released.get(bound)))
    return tuple(grades)


def _with_queue(
    rubrics: Mapping[str, Rubric],
    proposals: list[OutcomeRecord],
    decided: Mapping[Key, Override],
    budget: float,
    *,
    by_lot: bool,
) -> Settled:
    totals = {question: Totals(rubric) for question, rubric in rubrics.items()}
    candidates = {}
    for each in proposals:
        if each.state is not State.GRADED:
            continue
        submission = each.submission
        override = decided.get(submission.key)
        chosen = choice_points(rubrics[submission.question], submission) or Decimal(0)
        candidates[submission.key] = QueueCandidate(
            key=key_name(*submission.key),
            reasons=each.reasons,
            risk=lot_of(each.findings)
            if by_lot
            else risk_of(totals[submission.question].gap(each.findings, chosen)),
            decided=_stands(override, submission),
            outside=is_outside_the_queue(override, submission),
        )
    readable = sum(each.submission.state is InputState.ANSWERED for each in proposals)
    queue = draw_queue(tuple(candidates.values()), budget, readable)
    settled = []
    for each in proposals:
        if each.submission.key in candidates:
            candidate = candidates[each.submission.key]
            each = each.placed(queue.place(candidate), candidate.risk.differs)
        settled.append(each)
    return Settled(outcomes=tuple(settled), queue=queue)


def states_of(outcomes: Iterable[OutcomeRecord]) -> dict[str, int]:
    """Return how many submissions are in each state, as run.json tells it."""
    return dict(sorted(Counter(each.state.value for each in outcomes).items()))


def is_outside_the_queue(override: Override | None, submission: Submission) -> bool:
    """Return whether a person graded this answer to tune or to audit: it takes no place then."""
    return override is not None and _stands(override, submission) and override.source in _OUTSIDE


def _stands(override: Override | None, submission: Submission) -> bool:
    return override is not None and override.answer_digest == submission.answer_digest


def _proposal(
    rubric: Rubric, submission: Submission, judged: Mapping[AnswerKey, Judged]
) -> OutcomeRecord:
    if submission.state is not InputState.ANSWERED:
        unanswered = _unanswered(submission)
        if unanswered.state is State.BLANK:
            # A choice without a word of justification still earns what it earns.
            points = choice_points(rubric, submission) or Decimal(0)
            return replace(unanswered, proposed=points)
        return unanswered
    done = judged.get(submission.answer_key)
    if done is None:
        return _ungraded(submission, (ReasonKind.STOPPED.of(StopWhy.LIMIT),))
    return judged_proposal(rubric, submission, done)


def judged_proposal(rubric: Rubric, submission: Submission, done: Judged) -> OutcomeRecord:
    """Return what judging one answer proposes, before its class is looked at."""
    if done.missing:
        reasons = _unique(reason for _, reason in done.missing)
        return replace(_ungraded(submission, reasons), findings=done.findings, basis=done.basis)
    reasons = _unique(
        (
            *((ReasonCode.CHOICE_MISSING,) if choice_missing(rubric, submission) else ()),
            *(ReasonKind.FLAG.of(code) for code in done.flags),
            *(reason for finding in done.findings for reason in finding.reasons),
        )
    )
    return OutcomeRecord(
        submission=submission,
        state=State.GRADED,
        proposed=proposed_points(rubric, done.findings, submission),
        reasons=reasons,
        findings=done.findings,
        basis=done.basis,
    )


def _unanswered(submission: Submission) -> OutcomeRecord:
    states = {
        InputState.BLANK: State.BLANK,
        InputState.NOT_SUBMITTED: State.NOT_SUBMITTED,
        InputState.NOT_ASKED: State.NOT_ASKED,
    }
    state = states.get(submission.state, State.UNREADABLE)
    proposed = Decimal(0) if state is State.BLANK else None
    reasons = (ReasonKind.FILE.of(submission.unread),) if submission.unread else ()
    return OutcomeRecord(
        submission=submission, state=state, proposed=proposed, reasons=reasons, findings=()
    )


def _ungraded(submission: Submission, reasons: tuple[str, ...]) -> OutcomeRecord:
    return OutcomeRecord(
        submission=submission,
        state=State.UNGRADED,
        proposed=None,
        reasons=reasons,
        findings=(),
    )


def _near_equal_unlike(
    submissions: Sequence[Submission], judged: Mapping[AnswerKey, Judged]
) -> set[AnswerKey]:
    """Return the answers whose near-equals, to the same question, were judged differently."""
    answers: dict[str, dict[str, str]] = {}
    for each in submissions:
        if each.answer_key in judged and not judged[each.answer_key].missing:
            answers.setdefault(each.question, {})[each.answer_digest] = each.answer
    unlike: set[AnswerKey] = set()
    for question, texts in answers.items():
        for group in alike(texts):
            keys = [(question, digest) for digest in group]
            if len({tuple(f.level for f in judged[key].findings) for key in keys}) > 1:
                unlike.update(keys)
    return unlike


def _shared(submissions: Sequence[Submission]) -> set[AnswerKey]:
    """Return the answers that several students gave word for word; a word or two is anybody's."""
    students: dict[AnswerKey, set[str]] = {}
    for each in submissions:
        if each.state is InputState.ANSWERED and len(each.answer) >= SHARED_LENGTH:
            students.setdefault(each.answer_key, set()).add(each.student_id)
    return {key for key, who in students.items() if len(who) > 1}


def _unique(reasons: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))
