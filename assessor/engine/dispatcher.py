"""Where asks leave and replies come back: limits before, durable records after."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

from assessor.ambient import Ambient
from assessor.counting import plural
from assessor.engine.budget import Budget, Progress, billed
from assessor.engine.firsts import Firsts
from assessor.engine.inquiry import (
    Inquiry,
    Used,
    about,
    ask_record,
    histories_of,
    identity_of,
    reply_record,
)
from assessor.engine.outbox import Outbox
from assessor.engine.writer import Writer
from assessor.errors import InvalidReply, JudgeError, JudgeRejected, StoreError
from assessor.judges.base import Judge, JudgeReply, Usage, learns, waste_of
from assessor.judges.bill import NO_LEAVE
from assessor.plan import Tokens, cost_of, estimate_tokens, request_key
from assessor.prompt import Ask
from assessor.store import (
    AskRecord,
    History,
    ReplyRecord,
    RunLog,
    Store,
    StoredReading,
    Written,
    readings_in,
)
from assessor.verdict import StopWhy

Parsed = TypeVar("Parsed")
Came = TypeVar("Came")

_NOTHING = Decimal(0)
# Asks that are written down and wait for a place, as a share of the places: so that none stands
# empty while the next one is being written down.
_AT_THE_DOOR = 0.25
# Asks that are worded, as a share of the places. Hundreds at once would keep replies waiting.
_AT_HAND = 1.5
# How long a reply under way may still arrive after a stop was asked for.
GRACE_SECONDS = 5.0
# Unusable replies in a row, and the answers they must be about, before the run stops: one answer
# may itself be at fault, and an endpoint may have to be asked in each of five forms. Once it gave
# a usable reply, hard answers may come together.
USELESS_REPLIES, USELESS_LATER, USELESS_ANSWERS = 24, 120, 3


class Stopped(Exception):
    """The run is ending: nothing more is asked. `why` is the word after `stopped:`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied(Generic[Parsed]):
    """What came back for one ask; `parsed` is None where the reply broke the contract.

    `chances` are those of a yes where the endpoint gave them, by the field's path.
    """

    parsed: Parsed | None
    problem: InvalidReply | None
    stored: bool
    chances: Mapping[str, float]


class Dispatcher:
    """One for a run. Not thread-safe: it lives in the event loop."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        ambient: Ambient,
        limits: Budget,
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
        self._door = asyncio.Semaphore(math.ceil(limits.concurrency * (1 + _AT_THE_DOOR)))
        self.at_hand = asyncio.Semaphore(math.ceil(limits.concurrency * _AT_HAND))
        self._started = ambient.monotonic()
        self._known: dict[str, dict[str, History]] = {}
        # What was recalled and not read yet, by answer; and what each answer's readings were from.
        self._written: dict[str, Written] = {}
        self._used: dict[str, Used] = {}
        self._new: set[str] = set()
        self._again = again
        self._own: set[tuple[str, int]] = set()
        self._in_flight: set[asyncio.Timeout] = set()
        self._prepare: Callable[[], Coroutine[Any, Any, None]] | None = None
        self._preparing = asyncio.Lock()
        self.spent_before = self._reserved = Decimal(0)
        # Asks under way, and their tries that were billed and came to nothing, by the ask's id.
        self._under_way: dict[int, Inquiry] = {}
        self._tried: dict[int, Sequence[Usage]] = {}
        self._bill_settled = asyncio.Event()
        self._closed = ""
        self._firsts = Firsts()
        self._useless: list[str] = []
        self._was_useful = False
        self.rejection: JudgeError | None = None
        self.outbox: Outbox | None = None
        self.log = log or RunLog(None, ambient.monotonic)

    @property
    def concurrency(self) -> int:
        """How many requests may be under way at a time."""
        return self._limits.concurrency

    def prepare_with(self, prepare: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Await `prepare` before the first request goes out."""
        self._prepare = prepare

    def stop(self, why: str) -> None:
        """End the run: nothing more is asked; replies under way have five seconds to arrive."""
        if self.stop_why or self._closed:
            return
        self.stop_why = why
        self.log.write("stop", why=why)
        self._bill_settled.set()
        loop = asyncio.get_running_loop()
        loop.call_later(GRACE_SECONDS, self.abandon)

    def close(self, why: str) -> None:
        """Ask nothing more: from here on only what the store holds is read, whoever was told it."""
        self._closed = why
        self._again = False

    def abandon(self) -> None:
        """Let go of the replies under way at once."""
        abandoned, self._in_flight = self._in_flight, set()
        for waited in abandoned:
            waited.reschedule(asyncio.get_running_loop().time())

    async def recall(self, digests: Sequence[str]) -> None:
        """Fetch in one go what the store knows of these answers."""
        found = await asyncio.to_thread(self._store.written_about, digests)
        for digest, lines in found.items():
            self._written[digest] = lines
            self._known.pop(digest, None)
            if not lines:
                self._new.add(digest)

    def recalled(self, digest: str) -> Written:
        """Return what `recall` fetched of an answer and nobody has read since."""
        return self._written.get(digest, ())

    def used(self, digest: str) -> Used:
        """Return what the readings of an answer that is under way were taken from."""
        return self._used.setdefault(digest, Used())

    def forget(self, digest: str) -> None:
        """Let go of what is known of an answer that is done, so that memory does not grow."""
        for known in (self._known, self._written, self._used):
            known.pop(digest, None)
        self._new.discard(digest)

    async def known_about(self, answer_digest: str) -> tuple[StoredReading, ...]:
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
        async with self._firsts.only(key):
            known = await self._history(digest, key)
            if (hit := self._hit(known, inquiry)) is not None:
                self.take_from_store(digest, [hit])
                brought = self.outbox is not None and key in self.outbox.brought
                return _parsed(hit, parse, stored=not brought)
            if self.outbox is not None and (
                came := await self._by_batch(self.outbox, inquiry, key, known)
            ):
                return await self._take_in(inquiry, parse, key, came)
            await self._get_ready()
            prefix = f"{inquiry.judge.identity.model} {inquiry.ask.prefix_key}"
            # The door first: whoever waits for a prefix to be cached keeps the order of the
            # answers, so that a run that is stopped leaves whole ones.
            async with self._door, self._firsts.turn(prefix), self._paid_for(inquiry):
                number = known.tries + 1
                # Written down before it goes, and before there is a place for it: what is on the
                # disk without a reply is then at most what may have been paid for.
                await self._write(asks=(ask_record(inquiry, key, number, self._now()),))
                # A place is free again once its reply is on disk, not when it has come: so no kill
                # costs more replies than there are places.
                async with self._slots:
                    reply = await self._ask(inquiry, key)
                    return await self._take_in(inquiry, parse, key, (number, reply))

    async def _take_in(
        self,
        inquiry: Inquiry,
        parse: Callable[[str], Parsed],
        key: str,
        came: tuple[int, JudgeReply],
    ) -> Replied[Parsed]:
        """Keep the reply that came to a try, and return it parsed."""
        number, reply = came
        record = reply_record(reply, key, number, self._now())
        replied = _parsed(record, parse, stored=False)
        if replied.problem is not None:
            self.progress.invalid += 1
            record = replace(record, usable=False, problem=str(replied.problem))
        await self._keep(record, inquiry.ask.answer_digest)
        self._learn(inquiry, reply, replied.problem)
        self.used(inquiry.ask.answer_digest).take([record])
        self._log_reply(inquiry, record)
        return replied

    def take_from_store(self, digest: str, replies: Sequence[ReplyRecord]) -> None:
        """Count replies about an answer that the store held."""
        self.progress.from_store += len(replies)
        self.progress.models.update(each.model for each in replies)
        self.used(digest).take(replies)

    async def _by_batch(
        self, outbox: Outbox, inquiry: Inquiry, key: str, known: History
    ) -> tuple[int, JudgeReply] | None:
        """Return what a batch brought; None where the ask is to go out at once.

        Raises JudgeError, and Stopped for what waits for a batch.
        """
        if outbox.waits(key):
            raise Stopped(StopWhy.BATCH)
        if (failed := outbox.failure(key)) is not None:
            raise failed
        try:
            came = outbox.take(inquiry, key, known)
        except JudgeError as error:
            self.progress.failed += 1
            self.progress.failed_codes[error.code] += 1
            self.progress.count_waste(waste_of(error), inquiry.price, self._guess(inquiry))
            self.log.write("failed", **about(inquiry, key), code=error.code)
            if outbox.failure(key) is not None:
                raise  # Of this request alone: the other replies are here, and paid for.
            came = None
        if came is not None:
            self.progress.count(came[1], inquiry.price, self._guess(inquiry))
        elif outbox.is_open and not (self.stop_why or self._closed):
            await self._get_ready()
            outbox.gather(inquiry, key, known.tries + 1)
            raise Stopped(StopWhy.BATCH)
        return came

    async def _history(self, digest: str, key: str) -> History:
        known = self._histories(digest)
        if key not in known:
            if digest in self._new:
                return History()
            known.update(await asyncio.to_thread(self._store.histories, [key]))
        return known[key]

    def _histories(self, digest: str) -> dict[str, History]:
        if digest not in self._known:
            self._known[digest] = histories_of(readings_in(self._written.pop(digest, ())))
        return self._known[digest]

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

    @asynccontextmanager
    async def _paid_for(self, inquiry: Inquiry) -> AsyncIterator[None]:
        """Hold back what a request may cost until its bill is known. Raises Stopped."""
        price = inquiry.price
        if price and self.outbox is not None:  # What is not handed in is paid in full.
            price = replace(price, share=Decimal(1))
        estimate = cost_of(estimate_tokens(inquiry.ask), price) if price else Decimal(0)
        await self._reserve(estimate)
        try:
            yield
        finally:
            self._reserved -= estimate
            self._bill_settled.set()

    async def _ask(self, inquiry: Inquiry, key: str) -> JudgeReply:
        self._check_limits()  # Once more: it may have waited long for its place.
        self.progress.asked += 1
        self._under_way[id(inquiry.ask)] = inquiry
        try:
            reply = await self._wait_for(inquiry.judge.ask(inquiry.ask))
        except JudgeError as error:
            self.progress.failed += 1
            self.progress.failed_codes[error.code] += 1
            self.progress.count_waste(waste_of(error), inquiry.price, self._guess(inquiry))
            self.log.write("failed", **about(inquiry, key), code=error.code)
            if error.code == NO_LEAVE:
                raise Stopped(self.stop_why) from error
            self._stop_on(error)
            raise
        except Stopped:
            tries = self._tried.get(id(inquiry.ask), ())
            self.progress.count_waste(tries, inquiry.price, self._guess(inquiry))
            raise
        finally:
            self._under_way.pop(id(inquiry.ask), None)
            self._tried.pop(id(inquiry.ask), None)
        self.progress.count(reply, inquiry.price, self._guess(inquiry))
        return reply

    def leave(self, ask: Ask, tries: Sequence[Usage]) -> bool:
        """Return whether an ask may be sent once more after `tries` that were billed for nothing.

        They are spent, though the ask has not ended; that it does not fit any more stops the run.
        """
        if id(ask) not in self._under_way:
            return True
        self._tried[id(ask)] = tries
        most = self._limits.max_cost
        # What the next try may cost is held back already: this ask's own estimate.
        if most is not None and self._spent() + self._reserved > most:
            self.stop(StopWhy.COST)
        return not (self.stop_why or self._closed)

    def _guess(self, inquiry: Inquiry) -> Tokens:
        return estimate_tokens(inquiry.ask) if inquiry.price else Tokens()

    def _learn(self, inquiry: Inquiry, reply: JudgeReply, problem: InvalidReply | None) -> None:
        """Tell the judge what its reply was good for; stop where hardly any ever is."""
        judge = inquiry.judge
        if learns(judge):
            before = judge.form
            judge.learn(inquiry.ask, reply, usable=problem is None)
            if judge.form != before:
                # Another form is asked in now: what the last one spoiled says nothing of it.
                self._useless.clear()
            if problem is not None and reply.form != judge.form:
                return
        if problem is None:
            self._useless.clear()
            self._was_useful = True
        elif len(inquiry.ask.cells) == 1:  # What is spoiled of many cells at once is asked alone.
            self._useless.append(inquiry.ask.answer_digest)
            if len(self._useless) >= (USELESS_LATER if self._was_useful else USELESS_REPLIES):
                self.stop_if_useless(judge)

    def stop_if_useless(self, judge: Judge) -> None:
        """Stop where the replies about several answers, one after the other, were of no use."""
        if len(set(self._useless)) < USELESS_ANSWERS or self.stop_why:
            return
        identity = judge.identity
        self.rejection = JudgeRejected(
            f"{identity.model}: its last "
            f"{plural(len(self._useless), 'reply was', 'replies were')} of no use; take a "
            "larger model with --model (`assessor check judge` tries one)",
            code="unusable",
        )
        self.stop(StopWhy.UNUSABLE)

    async def _get_ready(self) -> None:
        """Prepare the judges before the first request; a run that asks nothing needs none."""
        async with self._preparing:
            if self._prepare is not None and not (self.stop_why or self._closed):
                await self._wait_for(self._prepare())
                self._prepare = None

    async def _wait_for(self, sent: Coroutine[Any, Any, Came]) -> Came:
        """Return what was sent for, unless it is abandoned first. Raises Stopped."""
        waited = asyncio.timeout(None)
        try:
            async with waited:
                self._in_flight.add(waited)
                try:
                    return await sent
                finally:
                    self._in_flight.discard(waited)
        except TimeoutError:
            if waited.expired():
                raise Stopped(self.stop_why) from None
            raise

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
            if most is None or self._spent() + self._reserved + estimate <= most:
                self._reserved += estimate
                return
            self._bill_settled.clear()
            await self._bill_settled.wait()

    def _spent(self) -> Decimal:
        """What a round spent; a limit counts also what was not told, and tries under way."""
        told = self.spent_before + self.progress.cost + self.progress.estimated
        for name, tries in self._tried.items():
            inquiry = self._under_way[name]
            if inquiry.price is not None:
                guess = self._guess(inquiry)
                told += sum((sum(billed(t, inquiry.price, guess)) for t in tries), _NOTHING)
        return told

    def _check_limits(self, estimate: Decimal = _NOTHING) -> None:
        most = self._limits.max_cost
        if most is not None and self._spent() + estimate > most:
            self.stop(StopWhy.COST)
        spent = self._ambient.monotonic() - self._started
        if self._limits.max_seconds is not None and spent > self._limits.max_seconds:
            self.stop(StopWhy.TIME)
        if self._writer.failure is not None:
            self.stop(StopWhy.STORE)
        if self.stop_why or self._closed:
            raise Stopped(self.stop_why or self._closed)

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
            self.stop(StopWhy.STORE)
            raise Stopped(StopWhy.STORE) from error

    async def _keep(self, record: ReplyRecord, digest: str) -> None:
        await self._write(replies=(record,))
        if self._again:
            self._own.add((record.request_key, record.attempt))
        known = self._histories(digest)
        before = known.get(record.request_key, History()).replies
        known[record.request_key] = History(tries=record.attempt, replies=(*before, record))


def _parsed(reply: ReplyRecord, parse: Callable[[str], Parsed], *, stored: bool) -> Replied[Parsed]:
    chances = dict(reply.chances)
    try:
        return Replied(parsed=parse(reply.text), problem=None, stored=stored, chances=chances)
    except InvalidReply as error:
        return Replied(parsed=None, problem=error, stored=stored, chances=chances)
