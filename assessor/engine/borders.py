"""The class's borders, from what the store holds of its readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.engine.hearing import Heard, Hearing
from assessor.finding import said_level
from assessor.grade import Proposal
from assessor.method_choice import LEAST_CELLS
from assessor.privacy import Conceal, class_people
from assessor.rubric import Rubric
from assessor.rulings.doubt import ReadAnswer, cases_of
from assessor.rulings.question import BorderQuestion, QuestionRead, questions_of
from assessor.rulings.ruling import Ruling, RulingKind, shown_in
from assessor.store import Deed, OutcomeRecord, Store
from assessor.submission import AnswerKey, Key
from assessor.trust.records import Bound
from assessor.verdict import Pass, State, Verdict

# As many answers as a run may have read both ways.
BOTH_WAYS = LEAST_CELLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """The questions to ask now; `doubted` counts the cells in doubt, `settled` what was ruled."""

    questions: tuple[BorderQuestion, ...]
    doubted: int
    settled: int


def gather_questions(
    store: Store, rubrics: Mapping[str, Rubric], outcomes: Sequence[OutcomeRecord]
) -> Interview:
    """Return what the instructor should be asked about a class, at most five questions.

    Answers on which a person decided are settled, and answers that were not read say nothing.
    """
    everybody = tuple(each.submission for each in outcomes)
    people = class_people(everybody, rubrics)
    decided = decided_keys(store, outcomes)
    rulings = standing_rulings(store)
    asked = [
        QuestionRead(
            question=question,
            rubric=rubric,
            answers=_answers(store, rubric, _open(outcomes, question, decided), people.conceal),
            rulings=tuple(each for each in rulings if each.rubric == rubric.id),
            everybody=tuple(each for each in everybody if each.question == question),
        )
        for question, rubric in rubrics.items()
    ]
    return Interview(
        questions=questions_of(asked, people.conceal),
        doubted=sum(len(cases_of(each.rubric, each.answers)) for each in asked),
        settled=sum(each.is_decided for each in rulings),
    )


def standing_rulings(store: Store) -> tuple[Ruling, ...]:
    """Return what was said of borders and not taken back, oldest first."""
    return tuple(each.ruling for each in store.rulings() if each.ruling is not None)


def shown_in_rulings(store: Store) -> frozenset[Bound]:
    """Return every answer of which a passage was ever shown to rule by, taken back or not."""
    events = store.history(Deed.RULING)
    return shown_in([each.ruling for each in events if each.ruling is not None])


def tell_shown(store: Store, questions: Sequence[BorderQuestion], run: str, who: str) -> None:
    """Write down which answers are shown with these questions, before they are."""
    known = shown_in_rulings(store)
    for each in questions:
        fresh = tuple(bound for bound in each.shown if bound not in known)
        if fresh:
            border = each.border
            shown = Ruling(
                kind=RulingKind.SHOWN,
                question=border.question,
                rubric="",
                cell=border.cell,
                lower=border.lower,
                upper=border.upper,
                name="",
                run=run,
                shown=fresh,
            )
            store.rule(shown, who=who)


def decided_keys(store: Store, outcomes: Sequence[OutcomeRecord]) -> frozenset[Key]:
    """Return the submissions on which a person's word stands."""
    answers = {each.submission.key: each.submission.answer_digest for each in outcomes}
    return frozenset(each.override.key for each in store.decisions(answers) if each.active)


def proposals_of(outcomes: Sequence[OutcomeRecord]) -> dict[Key, Proposal]:
    """Return what was proposed, by submission."""
    return {
        each.submission.key: Proposal(
            submission=each.submission,
            state=each.state,
            proposed=each.proposed,
            reasons=each.reasons,
            findings=each.findings,
        )
        for each in outcomes
    }


def _open(
    outcomes: Sequence[OutcomeRecord], question: str, decided: frozenset[Key]
) -> list[tuple[OutcomeRecord, int]]:
    """Return one outcome per different answer that was read, with how many gave it."""
    first: dict[AnswerKey, OutcomeRecord] = {}
    copies: dict[AnswerKey, int] = {}
    for each in outcomes:
        submission = each.submission
        read = each.state in {State.GRADED, State.NEEDS_REVIEW} and each.findings
        if submission.question == question and read and submission.key not in decided:
            first.setdefault(submission.answer_key, each)
            copies[submission.answer_key] = copies.get(submission.answer_key, 0) + 1
    return [(each, copies[key]) for key, each in first.items()]


def _answers(
    store: Store,
    rubric: Rubric,
    outcomes: Sequence[tuple[OutcomeRecord, int]],
    conceal: Conceal,
) -> tuple[ReadAnswer, ...]:
    """Return the answers as they were read; the readings themselves only of those in doubt, and of
    the first ones, which may have been read both ways."""
    hearing = Hearing(rubric, store.secret, conceal)
    plain = [_read(each, copies, ()) for each, copies in outcomes]
    doubted = {case.submission.answer_digest for case in cases_of(rubric, plain)}
    first = {each.submission.answer_digest for each, _ in outcomes[:BOTH_WAYS]}
    readings = store.readings_of(doubted | first)
    return tuple(
        _read(each, copies, hearing.hear(each.submission, readings[digest]))
        if (digest := each.submission.answer_digest) in readings
        else read
        for (each, copies), read in zip(outcomes, plain, strict=True)
    )


def _read(outcome: OutcomeRecord, copies: int, heard: Sequence[Heard]) -> ReadAnswer:
    said = [
        (verdict, len(each.record.cell.split()) > 1)
        for each in heard
        if each.is_current
        for verdict in each.verdicts
    ]
    quotes: dict[str, tuple[str, ...]] = {}
    # Of an earlier wording as well: they only say where to look.
    for verdict in (verdict for each in reversed(heard) for verdict in each.verdicts):
        quotes[verdict.cell] = (*quotes.get(verdict.cell, ()), *verdict.quotes)
    return ReadAnswer(
        submission=outcome.submission,
        findings=outcome.findings,
        quotes=quotes,
        parted=_parted(said),
        copies=copies,
    )


def _parted(said: Sequence[tuple[Verdict, bool]]) -> dict[str, tuple[int, int]]:
    """Return the cells whose neutral readings, alone and with the others, come to two levels."""
    alone: dict[str, int] = {}
    joint: dict[str, int] = {}
    for verdict, is_joint in said:
        if verdict.asked is Pass.NEUTRAL:
            (joint if is_joint else alone)[verdict.cell] = said_level(verdict)
    both = alone.keys() & joint.keys()
    return {
        cell: (min(alone[cell], joint[cell]), max(alone[cell], joint[cell]))
        for cell in both
        if alone[cell] != joint[cell]
    }
