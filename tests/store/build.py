"""Small builders for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from assessor.ambient import Ambient, real
from assessor.evidence import Span
from assessor.manifest import Command, Manifest
from assessor.rubric.model import CellKind
from assessor.store import (
    AskRecord,
    OutcomeRecord,
    ReplyRecord,
    RunRecord,
    RunStatus,
    Store,
    open_store,
)
from assessor.submission import InputState, Submission
from assessor.verdict import Finding, State

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A wall clock that stands still until a test turns it."""

    def __init__(self) -> None:
        self.now = NOON

    def turn(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def ambient(self) -> Ambient:
        return replace(real(), now=lambda: self.now)


def store_in(folder: Path) -> closing[Store]:
    return closing(open_store(folder / ".assessor", real(), data_home=folder / "data"))


def ask(key: str = "k1", attempt: int = 1, *, cell_key: str = "", answer: str = "a1") -> AskRecord:
    return AskRecord(
        request_key=key,
        attempt=attempt,
        cell="limited_samples",
        asked="neutral",
        answer_digest=answer,
        prompt="judge-isolated.v1 prompt:sha256:00",
        rubric="rubric:sha256:00",
        model="m",
        parameters='{"temperature":0}',
        at="2026-03-01T12:00:00Z",
        cell_key=cell_key,
    )


def reply(
    key: str = "k1",
    attempt: int = 1,
    *,
    text: str = "{}",
    usable: bool = True,
    tokens: int | None = 10,
) -> ReplyRecord:
    return ReplyRecord(
        request_key=key,
        attempt=attempt,
        usable=usable,
        problem="" if usable else "invalid_reply",
        text=text,
        model="m-1",
        finish="stop",
        response_id="r",
        input_tokens=tokens,
        cached_tokens=None,
        cache_written=None,
        output_tokens=2,
        latency=0.25,
        at="2026-03-01T12:00:01Z",
    )


def group(keys: Iterable[str]) -> tuple[list[AskRecord], list[ReplyRecord]]:
    names = list(keys)
    return [ask(key) for key in names], [reply(key) for key in names]


def run(name: str = "run1") -> RunRecord:
    return RunRecord(id=name, started_at="2026-03-01T12:00:00Z", command=Command(judge="openai"))


def finish(store: Store, name: str = "run1", manifest: Manifest | None = None) -> RunRecord:
    return store.finish_run(
        name,
        finished_at="2026-03-01T13:00:00Z",
        status=RunStatus.DONE,
        manifest=manifest or Manifest(),
    )


def submission(student: str = "s1", answer: str = "Too few samples.") -> Submission:
    return Submission(
        student_id=student,
        question="Q",
        attempt=1,
        answer=answer,
        state=InputState.ANSWERED,
        row=2,
    )


def outcome(student: str = "s1", answer: str = "Too few samples.") -> OutcomeRecord:
    found = Finding(
        cell="limited_samples",
        kind=CellKind.KEY_POINT,
        level="full",
        probabilities=(0.1 + 0.2, 1.0),
        evidence=(Span(start=0, end=7, text=answer[:7]),),
        reasons=("near_quote",),
    )
    return OutcomeRecord(
        submission=submission(student, answer),
        state=State.NEEDS_REVIEW,
        proposed=Decimal("1.50"),
        reasons=("near_quote",),
        findings=(found,),
        queue_rank=1,
        risk=0.3,
    )
