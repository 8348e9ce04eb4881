"""What an earlier run read of answers that this one does not ask about: it is not taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from assessor.engine.judged import Judged, flags_of
from assessor.engine.outcome_cache import OutcomeCache
from assessor.flags import find_flags
from assessor.grade import rescored
from assessor.judges.base import Identity
from assessor.manifest import Command, ManifestMethod
from assessor.method_choice import Method
from assessor.prompt import PromptFile
from assessor.rubric import Rubric
from assessor.store import OutcomeRecord, RunRecord, Store
from assessor.submission import AnswerKey, Submission
from assessor.sureness import Numbers, Scale
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBefore:
    """How a class was read, and what the judge's numbers were found to mean."""

    method: ManifestMethod
    numbers: Numbers


def read_before(
    store: Store, told: Command, prompts: Sequence[PromptFile | None], judge: Identity
) -> ReadBefore | None:
    """Return how the last run over this file by this reader went about it, None without one.

    A reader is a model with its parameters, the rubrics and the prompts.
    """
    known = {each.name: each.digest for each in prompts if each is not None}
    for run in reversed(store.runs()):
        said = run.manifest
        by = (said.judge.backend, said.judge.model_asked, dict(said.judge.parameters))
        if (
            run.finished_at
            and not run.read_nothing
            and _name(run) == PurePath(told.answers).name
            and run.command.rubrics == told.rubrics
            and by == (judge.backend, judge.model, dict(judge.parameters))
            and (said.prompts or {}).items() <= known.items()
            and said.method.used in {Method.CAREFUL, Method.QUICK}
        ):
            scale = Scale(said.numbers.scale or Scale.PERCENT)
            source = said.numbers.source or Numbers().source
            numbers = Numbers(scale=scale, source=source, unused=said.numbers.unused)
            return ReadBefore(method=said.method, numbers=numbers)
    return None


def outcomes_before(store: Store, answers_file: str) -> OutcomeCache:
    """Return what the last run over this file came to, to be taken as it is where it holds."""
    run = last_run_over(store, answers_file)
    return OutcomeCache(store, run.id if run is not None else None)


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
