"""An ask on its way, and how it and its reply are written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assessor.digest import canonical_json, digest
from assessor.judges.base import Judge, JudgeReply
from assessor.plan import Price
from assessor.prompt import Ask
from assessor.store import AskRecord, History, ReplyRecord, StoredReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """An ask on its way to a judge.

    `cell_keys` name the readings that its reply holds, one per cell. `before` counts how often
    the same was asked in this walk already: so many unusable replies in the store are passed
    over. `fresh` passes over all of them.
    """

    ask: Ask
    judge: Judge
    price: Price | None = None
    cell_keys: tuple[str, ...] = ()
    before: int = 0
    fresh: bool = False


def identity_of(judge: Judge) -> Mapping[str, object]:
    """Return a judge's identity as it enters a request key."""
    identity = judge.identity
    return {
        "backend": identity.backend,
        "model": identity.model,
        "endpoint": identity.endpoint,
        "parameters": dict(identity.parameters),
    }


def note_of(judge: Judge) -> str:
    """Return the name under which is kept what was learnt of a judge's endpoint and model."""
    return digest("endpoint", [judge.identity.endpoint, judge.identity.model])


def ask_record(inquiry: Inquiry, key: str, number: int, at: str) -> AskRecord:
    """Return the record of try `number` at an ask, sent `at` this time."""
    ask, identity = inquiry.ask, inquiry.judge.identity
    return AskRecord(
        request_key=key,
        attempt=number,
        cell=" ".join(ask.cells),
        asked=ask.asked.value,
        answer_digest=ask.answer_digest,
        prompt=ask.prompt,
        rubric=ask.shown,
        model=identity.model,
        parameters=canonical_json(dict(identity.parameters)),
        at=at,
        cell_key=" ".join(inquiry.cell_keys),
    )


def reply_record(reply: JudgeReply, key: str, number: int, at: str) -> ReplyRecord:
    """Return the record of a reply that is taken to be usable."""
    return ReplyRecord(
        request_key=key,
        attempt=number,
        usable=True,
        problem="",
        text=reply.text,
        model=reply.model,
        finish=reply.finish,
        response_id=reply.response_id,
        input_tokens=reply.usage.input,
        cached_tokens=reply.usage.cached,
        cache_written=reply.usage.cache_written,
        output_tokens=reply.usage.output,
        latency=reply.latency,
        at=at,
        chances=reply.chances,
    )


def histories_of(readings: Sequence[StoredReading]) -> dict[str, History]:
    """Return what happened under each request key of one answer."""
    found: dict[str, History] = {}
    for each in readings:
        before = found.get(each.ask.request_key, History())
        told = before.replies if each.reply is None else (*before.replies, each.reply)
        found[each.ask.request_key] = History(
            tries=max(before.tries, each.ask.attempt),
            # A reply that was spilled is stored after those that came later.
            replies=tuple(sorted(told, key=lambda reply: reply.attempt)),
        )
    return found


def about(inquiry: Inquiry, key: str) -> dict[str, str]:
    """Return what a log may say of an ask: digests and ids, nothing of anyone."""
    ask = inquiry.ask
    return {
        "ask": key[-16:],
        "answer": ask.answer_digest[-16:],
        "cell": " ".join(ask.cells),
        "asked": ask.asked.value,
    }


@dataclass(slots=True)
class Used:
    """How many replies the readings of an answer were taken from, and who wrote them."""

    replies: int = 0
    models: set[str] = field(default_factory=set)

    def take(self, replies: Sequence[ReplyRecord]) -> None:
        """Count these as well."""
        self.replies += len(replies)
        self.models.update(each.model for each in replies)
