"""Where asks leave and replies come back: limits before, durable records after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

from assessor.ambient import Ambient
from assessor.engine.firsts import Firsts
from assessor.engine.records import (
    Inquiry,
    about,
    ask_record,
    histories_of,
    identity_of,
    reply_record,
)
from assessor.engine.writer import Writer
from assessor.errors import InvalidReply, JudgeError, JudgeRejected, StoreError
from assessor.judges.base import JudgeReply
from assessor.plan import Price, Tokens, cost_of, estimate_tokens, request_key
from assessor.store import AskRecord, History, Reading, ReplyRecord, RunLog, Store

Parsed = TypeVar("Parsed")
Came = TypeVar("Came")

# How long a reply under way may still arrive after a stop was asked for.
GRACE_SECONDS = 5.0


class Stopped(Exception):
    """The run is ending: nothing more is asked. `why` is the word after `stopped:`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a run may use: requests at a time, dollars, seconds."""

    concurrency: int = 16
    max_cost: Decimal | None = None
    max_seconds: float | None = None


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a run has done so far; a display may read it at any time."""

    answers: int = 0
    answers_done: int = 0
    asked: int = 0
    replied: int = 0
    from_store: int = 0
    invalid: int = 0
    failed: int = 0
    tokens: Tokens = field(default_factory=Tokens)
    usage_unknown: int = 0
    cost: Decimal = Decimal(0)
    latencies: list[float] = field(default_factory=list)
    models: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied(Generic[Parsed]):
    """What came back for one ask; `parsed` is None where the reply broke the contract."""

    parsed: Parsed | None
    problem: InvalidReply | None
    stored: bool


class Desk:
    """One for a run. Not thread-safe: it lives in the event loop."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        ambient: Ambient,
        limits: Limits,
        *,
        again: bool = False,
        log: RunLog | None = None,
    ) -> None:
        self.progress = Progress()
        self.stop_why = ""
        self._store = store
        self._writer = writer
        self._ambient = ambient
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._started = ambient.monotonic()
        self._known: dict[str, dict[str, History]] = {}
        self._new: set[str] = set()
        self._again = again
        self._own: set[tuple[str, int]] = set()
        self._in_flight: set[asyncio.Task[Any]] = set()
        self._prepare: Callable[[], Coroutine[Any, Any, None]] | None = None
        self._preparing = asyncio.Lock()
        self._reserved = Decimal(0)
        self._bill_settled = asyncio.Event()
        self._closed = ""
        self._firsts = Firsts()
        self.rejection: JudgeError | None = None
        self.log = log or RunLog(None, ambient.monotonic)

    def prepare_with(self, prepare: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Await `prepare` before the first request goes out."""
        self._prepare = prepare

    def stop(self, why: str) -> None:
        """End the run: nothing more is asked; replies under way have five seconds to arrive."""
        if self.stop_why:
            return
        self.stop_why = why
        self.log.write("stop", why=why)
        self._bill_settled.set()
        loop = asyncio.get_running_loop()
        loop.call_later(GRACE_SECONDS, self.abandon)

    def close(self, why: str) -> None:
        """Ask nothing more: from here on only what the store holds is read."""
        self._closed = why

    def abandon(self) -> None:
        """Let go of the replies under way at once."""
        for task in self._in_flight:
            task.cancel()

    async def recall(self, digests: Sequence[str]) -> None:
        """Fetch in one go what the store knows of these answers."""
        found = await asyncio.to_thread(self._store.readings_of, digests)
        for digest, readings in found.items():
            self._known[digest] = histories_of(readings)
            if not readings:
                self._new.add(digest)

    def forget(self, digest: str) -> None:
        """Let go of what is known of an answer that is done, so that memory does not grow."""
        self._known.pop(digest, None)
        self._new.discard(digest)

    async def known_about(self, answer_digest: str) -> tuple[Reading, ...]:
        """Return every usable reading of an answer that the store holds, oldest first."""
        if answer_digest in self._new:
            return ()
        readings = await asyncio.to_thread(self._store.readings, answer_digest)
        return tuple(
            each
            for each in readings
            if each.reply is not None and each.reply.usable and self._counts(each.reply)
        )

    async def reply(self, inquiry: Inquiry, parse: Callable[[str], Parsed]) -> Replied[Parsed]:
        """Return the reply to an ask, parsed; the judge is asked where the store holds none.

        A reply that breaks the contract is kept and told, not raised. Raises JudgeError or
        Stopped.
        """
        key = request_key(inquiry.ask, identity_of(inquiry.judge))
        digest = inquiry.ask.answer_digest
        known = await self._history(digest, key)
        hit = self._hit(known, inquiry)
        if hit is not None:
            self.progress.from_store += 1
            self.progress.models.add(hit.model)
            return _parsed(hit.text, parse, stored=True)
        await self._get_ready()
        prefix = f"{inquiry.judge.identity.model} {inquiry.ask.prefix_key}"
        # A place is free again once its reply is on disk, not when it has come: so no kill costs
        # more replies than there are places.
        async with self._firsts.turn(prefix), self._slots:
            reply, record = await self._ask(inquiry, key, known.tries + 1)
            replied = _parsed(reply.text, parse, stored=False)
            if replied.problem is not None:
                self.progress.invalid += 1
                record = replace(record, usable=False, problem=str(replied.problem))
            await self._keep(record, digest)
        self._log_reply(inquiry, record)
        return replied

    async def _history(self, digest: str, key: str) -> History:
        known = self._known.setdefault(digest, {})
        if key not in known:
            if digest in self._new:
                return History()
            known.update(await asyncio.to_thread(self._store.histories, [key]))
        return known[key]

    def _hit(self, history: History, inquiry: Inquiry) -> ReplyRecord | None:
        """Return the latest usable reply, else the unusable one whose turn it is in this walk."""
        if inquiry.fresh:
            return None
        known = [each for each in history.replies if self._counts(each)]
        usable = [each for each in known if each.usable]
        # Newest first: a walk that was tried afresh goes the way of its last complaints.
        return usable[-1] if usable else next(iter(known[::-1][inquiry.before :]), None)

    def _counts(self, reply: ReplyRecord) -> bool:
        """Under --again only what this run was told counts; no clock says which that is."""
        return not self._again or (reply.request_key, reply.attempt) in self._own

    async def _ask(self, inquiry: Inquiry, key: str, number: int) -> tuple[JudgeReply, ReplyRecord]:
        ask, price = inquiry.ask, inquiry.price
        estimate = cost_of(estimate_tokens(ask), price) if price else Decimal(0)
        await self._reserve(estimate)
        try:
            await self._write(asks=(ask_record(inquiry, key, number, self._now()),))
            if self.stop_why:
                raise Stopped(self.stop_why)
            self.progress.asked += 1
            reply = await self._wait_for(inquiry.judge.ask(ask))
        except JudgeError as error:
            self.progress.failed += 1
            self.log.write("failed", **about(inquiry, key), code=error.code)
            self._stop_on(error)
            raise
        else:
            self._count(reply, price)
        finally:
            self._reserved -= estimate
            self._bill_settled.set()
        return reply, reply_record(reply, key, number, self._now())

    async def _get_ready(self) -> None:
        """Prepare the judges before the first request; a run that asks nothing needs none."""
        async with self._preparing:
            if self._prepare is not None and not (self.stop_why or self._closed):
                await self._wait_for(self._prepare())
                self._prepare = None

    async def _wait_for(self, sent: Coroutine[Any, Any, Came]) -> Came:
        task = asyncio.ensure_future(sent)
        self._in_flight.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self.stop_why and not _being_cancelled():
                raise Stopped(self.stop_why) from None
            task.cancel()
            raise
        finally:
            self._in_flight.discard(task)

    def _stop_on(self, error: JudgeError) -> None:
        if isinstance(error, JudgeRejected) or error.code == "unreachable":
            self.rejection = self.rejection or error
            self.stop(error.code)

    async def _reserve(self, estimate: Decimal) -> None:
        """Hold back what a request may cost; wait where only bills under way would pass the limit.

        Requests that start together must not all fit into what is left. Raises Stopped.
        """
        most = self._limits.max_cost
        while True:
            self._check_limits(estimate)
            if most is None or self.progress.cost + self._reserved + estimate <= most:
                self._reserved += estimate
                return
            self._bill_settled.clear()
            await self._bill_settled.wait()

    def _check_limits(self, estimate: Decimal) -> None:
        most = self._limits.max_cost
        if most is not None and self.progress.cost + estimate > most:
            self.stop("cost")
        spent = self._ambient.monotonic() - self._started
        if self._limits.max_seconds is not None and spent > self._limits.max_seconds:
            self.stop("time")
        if self._writer.failure is not None:
            self.stop("store")
        if self.stop_why or self._closed:
            raise Stopped(self.stop_why or self._closed)

    def _count(self, reply: JudgeReply, price: Price | None) -> None:
        progress, usage = self.progress, reply.usage
        progress.replied += 1
        progress.latencies.append(reply.latency)
        progress.models.add(reply.model)
        if usage.input is None or usage.output is None:
            progress.usage_unknown += 1
        tokens = Tokens(
            input=usage.input or 0,
            cached=usage.cached or 0,
            cache_written=usage.cache_written or 0,
            output=usage.output or 0,
        )
        progress.tokens += tokens
        if price:
            progress.cost += cost_of(tokens, price)

    def _log_reply(self, inquiry: Inquiry, record: ReplyRecord) -> None:
        self.log.write(
            "reply",
            **about(inquiry, record.request_key),
            attempt=record.attempt,
            usable=record.usable,
            latency=round(record.latency, 3),
            tokens_in=record.input_tokens,
            tokens_out=record.output_tokens,
        )

    def _now(self) -> str:
        return self._ambient.now().isoformat()

    async def _write(
        self, asks: tuple[AskRecord, ...] = (), replies: tuple[ReplyRecord, ...] = ()
    ) -> None:
        """Write records down; where that fails, let what is paid and under way still arrive.

        The writer keeps the failure, and the run ends with it. Raises Stopped.
        """
        try:
            await self._writer.write(asks, replies)
        except StoreError as error:
            self.stop("store")
            raise Stopped("store") from error

    async def _keep(self, record: ReplyRecord, digest: str) -> None:
        await self._write(replies=(record,))
        if self._again:
            self._own.add((record.request_key, record.attempt))
        known = self._known.setdefault(digest, {})
        before = known.get(record.request_key, History()).replies
        known[record.request_key] = History(tries=record.attempt, replies=(*before, record))


def _parsed(text: str, parse: Callable[[str], Parsed], *, stored: bool) -> Replied[Parsed]:
    try:
        return Replied(parsed=parse(text), problem=None, stored=stored)
    except InvalidReply as error:
        return Replied(parsed=None, problem=error, stored=stored)


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
