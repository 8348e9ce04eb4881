"""What changed since the last run over the same file: rows, rubric, prompts, model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from assessor.assignment.cost_estimate import first_asks
from assessor.engine.inquiry import identity_of
from assessor.engine.session import Job
from assessor.judges.base import Judge
from assessor.method import Method
from assessor.plan import Keys
from assessor.store import RunRecord, Store
from assessor.submission import Key, Submission


def changes_since(store: Store, job: Job, model: str) -> str:
    """Return in one line what changed since the last run over this file; "" for nothing.

    Whatever changed, only what is not answered yet is asked.
    """
    run = _last_run(store, job.command.get("answers", ""))
    if run is None:
        return ""
    before = dict(store.answers_of(run.id))
    if not before:
        return ""
    said = [*_rows(before, job.submissions), *_circumstances(run, job, model)]
    return f"Since the last run: {'; '.join(said)}." if said else ""


def answered_before(store: Store, judge: Judge, job: Job) -> int:
    """Return how many of the first requests have a usable reply from an earlier run on this file.

    A run that was killed counts. With --again none does.
    """
    answers = job.command.get("answers", "")
    if job.again or not any(
        json.loads(run.command).get("answers") == answers for run in store.runs()
    ):
        return 0
    identity = identity_of(judge)
    waiting = job.distinct()
    found = 0
    for question in job.rubrics:
        own = [each.answer_digest for each in waiting if each.question == question]
        for ask in first_asks(job, question):
            found += store.answered(map(Keys(ask, identity).about, own))
    return found


def _last_run(store: Store, answers: str) -> RunRecord | None:
    """Return the last run over this file that came to its end."""
    for run in reversed(store.runs()):
        if run.finished_at and json.loads(run.command).get("answers") == answers:
            return run
    return None


def _rows(old: Mapping[Key, str], now: Sequence[Submission]) -> Iterator[str]:
    new = {each.key: each.answer_digest for each in now}
    kept = [key for key in new if key in old]
    counts = {
        "added": len(new) - len(kept),
        "removed": len(old) - len(kept),
        "edited": sum(old[key] != new[key] for key in kept),
    }
    rows = [f"{count} {word}" for word, count in counts.items() if count]
    if kept != [key for key in old if key in new]:
        rows.append("rows in another order")
    if rows:
        yield "answers " + ", ".join(rows)


def _circumstances(run: RunRecord, job: Job, model: str) -> Iterator[str]:
    command, manifest = json.loads(run.command), json.loads(run.manifest)
    old = dict(command.get("rubrics", []))
    for question, rubric in job.rubrics.items():
        if old.get(question) not in (None, rubric.digest):
            yield f"rubric {rubric.id!r} changed"
    if _prompts_changed(manifest, job):
        yield "method or prompts changed"
    asked = _model(manifest)
    if asked and model and asked != model:
        yield f"model {model!r} in place of {asked!r}"


def _prompts_changed(manifest: Mapping[str, object], job: Job) -> bool:
    """Return whether a run was read by other prompts; a method still open is no other one."""
    prompts = {job.prompt.name: job.prompt.digest}
    if job.joint is not None:
        prompts[job.joint.name] = job.joint.digest
    before = manifest.get("prompts", prompts)
    if not isinstance(before, Mapping) or job.method is not Method.AUTO:
        return before != prompts
    return any(prompts.get(name) != digest for name, digest in before.items())


def _model(manifest: Mapping[str, object]) -> str:
    judge = manifest.get("judge")
    return str(judge.get("model_asked", "")) if isinstance(judge, Mapping) else ""
