"""What an earlier run read of answers that this one does not ask about: it is not taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath

from assessor.engine.judged import Judged, flags_of
from assessor.flags import find_flags
from assessor.grade import rescored
from assessor.rubric import Rubric
from assessor.store import OutcomeRecord, RunRecord, Store
from assessor.submission import AnswerKey, Submission
from assessor.verdict import Finding, ReasonCode


def kept_readings(
    store: Store, answers_file: str, rubrics: Mapping[str, Rubric], wanted: Iterable[Submission]
) -> dict[AnswerKey, Judged]:
    """Return what the last run over this file read of these answers, where it fits the rubrics.

    It was read by another wording, model or method, else the store would have it for this run;
    each finding says so.
    """
    missing = {each.answer_key: each for each in wanted}
    run = last_run_over(store, answers_file) if missing else None
    if run is None:
        return {}
    found: dict[AnswerKey, Judged] = {}
    for outcome in store.each_outcome(run.id):
        key = outcome.submission.answer_key
        if key in missing and key not in found:
            kept = _kept(outcome, rubrics[outcome.submission.question])
            found |= {key: kept} if kept is not None else {}
    return found


def last_run_over(store: Store, answers_file: str) -> RunRecord | None:
    """Return the last run that read something, of the file of this name where there is one."""
    runs = [each for each in store.runs() if each.finished_at and not each.read_nothing]
    own = [each for each in runs if _name(each) == PurePath(answers_file).name]
    return next(reversed(own or runs), None)


def _name(run: RunRecord) -> str:
    return PurePath(run.command.answers).name


def _kept(outcome: OutcomeRecord, rubric: Rubric) -> Judged | None:
    if outcome.proposed is None or not outcome.findings:
        return None
    submission = outcome.submission
    proposal = rescored(rubric, outcome)
    if proposal is None:
        return None
    found = find_flags(submission.answer, submission.raw, rubric)
    flags = tuple(each.code for each in found)
    return Judged(
        answer_digest=submission.answer_digest,
        findings=tuple(map(_marked, proposal.findings)),
        missing=(),
        flags=flags_of(flags, submission.answer, proposal.findings, rubric),
    )


def _marked(finding: Finding) -> Finding:
    return replace(finding, reasons=tuple(dict.fromkeys((*finding.reasons, ReasonCode.EARLIER))))
