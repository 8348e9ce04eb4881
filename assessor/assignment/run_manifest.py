"""run.json: how the grades of a run came about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessor.engine.session import Bench, Job, Session
from assessor.judges.base import Judge, SpreadOut
from assessor.manifest import (
    Circumstances,
    Manifest,
    ManifestCell,
    ManifestJudge,
    ManifestLooks,
    ManifestMethod,
    ManifestNumbers,
    ManifestQuestion,
    ManifestTokens,
)
from assessor.method_choice import Method
from assessor.prompt import PromptFile
from assessor.version import VERSION


def manifest_of(job: Job, bench: Bench, session: Session) -> Manifest:
    """Return run.json: how these grades came about; what may differ between equal runs apart."""
    identity, progress = bench.judge.identity, session.progress
    return Manifest(
        assessor=VERSION,
        questions=ManifestQuestion.all_of(job.rubrics),
        prompts={each.name: each.digest for each in _prompts_used(job, session)},
        method=_method(job, session),
        numbers=ManifestNumbers(
            scale=session.numbers.scale.value,
            source=session.numbers.source,
            unused=session.numbers.unused,
        ),
        judge=ManifestJudge(
            backend=identity.backend,
            model_asked=identity.model,
            models_answered=tuple(sorted(progress.models)),
            parameters=dict(identity.parameters),
        ),
        strong=bench.strong.identity.model if bench.strong is not None else None,
        looks=ManifestLooks(everything=job.looks.everything, cap=job.looks.cap),
        review_budget=job.budget,
        states=session.states(),
        circumstances=Circumstances(
            run=session.run_id,
            started_at=session.started_at,
            finished_at=bench.ambient.now().isoformat(),
            endpoint=identity.endpoint,
            **_endpoints(bench.judge),
            **_engine(bench),
            capabilities=session.capabilities(),
            stopped=session.dispatcher.stop_why,
            read_nothing=session.read_nothing,
            requests=progress.replied,
            from_store=progress.from_store,
            failed=progress.failed,
            wasted=progress.wasted,
            failed_codes=dict(sorted(progress.failed_codes.items())),
            unusable=progress.invalid,
            tokens=_tokens(session),
            cost=None if job.price is None else str(progress.cost),
            cost_of_uncounted=None if job.price is None else str(progress.estimated),
            head=bench.store.head(),
        ),
    )


def _endpoints(judge: Judge) -> dict[str, Mapping[str, int]]:
    """Return how many replies came from each address of a judge that has several."""
    return {"endpoints": dict(judge.used)} if isinstance(judge, SpreadOut) else {}


def _engine(bench: Bench) -> dict[str, Any]:
    """Return who sent the requests, where it was not this process."""
    return {"engine": bench.workers.facts} if bench.workers is not None else {}


def _prompts_used(job: Job, session: Session) -> tuple[PromptFile, ...]:
    """Return the prompts that the class was read by; reading both ways first is the record's."""
    if job.joint is None or session.method is not Method.QUICK:
        return (job.prompt,)
    return (job.prompt, job.joint)


def _method(job: Job, session: Session) -> ManifestMethod:
    found = ManifestMethod(asked=job.method.value, used=session.method.value)
    both = session.both_ways
    if both is None:
        before = session.as_before
        return found if before is None else before.but(asked=found.asked, used=found.used)
    return found.but(
        answers_read_both_ways=both.answers,
        cells=both.read,
        same_level=both.same,
        agreement=None if both.share is None else round(both.share, 4),
        joint_replies_broken=both.broken,
        by_key_point=tuple(
            ManifestCell(question=question, key_point=cell, cells=read, same_level=same)
            for (question, cell), (same, read) in both.cells.items()
        ),
        unreliable=both.is_unreliable,
    )


def _tokens(session: Session) -> ManifestTokens:
    tokens = session.progress.tokens
    return ManifestTokens(
        input=tokens.input,
        cached=tokens.cached,
        cache_written=tokens.cache_written,
        output=tokens.output,
        replies_without_count=session.progress.usage_unknown,
    )
