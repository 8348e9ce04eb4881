"""What is not asked at once: requests gathered for a batch, and replies that batches brought."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import BinaryIO

from assessor.config import host_of
from assessor.engine.inquiry import Inquiry, ask_record
from assessor.errors import JudgeError, JudgeUnavailable
from assessor.judges.base import Judge, JudgeReply
from assessor.judges.batch.base import Batched, BatchHost, read_result
from assessor.plan import BYTES_PER_TOKEN, cost_of, estimate_tokens
from assessor.store import AskRecord, History, Store
from assessor.store.batches import Batch

# The word after `stopped:` for what waits for a batch.
# Tries at one request by batches, before its failure is told.
_MOST_TRIES = 4
# What a host says of one request of a batch that the next batch may bring, beside what passes.
_AGAIN = frozenset({"truncated"})


def line_name(key: str, attempt: int) -> str:
    """Return what a request is called in a batch: by its key and try, of nobody."""
    return f"{key[-56:]}-{attempt}"


@dataclass(slots=True, kw_only=True)
class Parcel:
    """Requests to one judge that are handed in together; `cost` in dollars, None: not known.

    The requests themselves stand in `file`, as they were made: a wave may have gigabytes of them.
    `sizes` are their bytes.
    """

    judge: Judge
    file: BinaryIO
    sizes: list[int] = field(default_factory=list)
    asks: list[AskRecord] = field(default_factory=list)
    costs: list[Decimal | None] = field(default_factory=list)
    size: int = 0

    @property
    def cost(self) -> Decimal | None:
        """What the requests may cost."""
        known = [each for each in self.costs if each is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.costs) else None

    def put(self, line: bytes, ask: AskRecord, cost: Decimal | None) -> None:
        """Take in one more request."""
        self.file.write(line)
        self.sizes.append(len(line))
        self.size += len(line)
        self.asks.append(ask)
        self.costs.append(cost)

    def content(self) -> bytes:
        """Return what is handed in, read back from the file."""
        self.file.seek(0)
        return self.file.read(self.size)

    def cut(self, count: int) -> Parcel:
        """Return the first `count` requests alone."""
        return Parcel(
            judge=self.judge,
            file=self.file,
            sizes=self.sizes[:count],
            asks=self.asks[:count],
            costs=self.costs[:count],
            size=sum(self.sizes[:count]),
        )


class Outbox:
    """Between dispatcher and batches: gathers what is asked while `open`, hands out what came.

    Where it is not open, what no batch has is left to be asked at once. `brought` are the request
    keys of replies that came by a batch during this command, `held` counts how often a request was
    found to wait for one.
    """

    def __init__(self, store: Store, now: Callable[[], str]) -> None:
        self.is_open = False
        self.parcels: list[Parcel] = []
        self.under_way: set[str] = set()
        self.brought: set[str] = set()
        self.held = 0
        self._gathered: set[str] = set()
        # Where each reply stands: the number of its try, its file, and from where on.
        self._mail: dict[str, tuple[int, str, int]] = {}
        # Requests to which a batch that came holds no reply, with the number of their try.
        self._left_out: dict[str, int] = {}
        # What was not read of each batch in this command: requests with the number of their try.
        self._unread: dict[str, dict[str, int]] = {}
        self._failed: dict[str, JudgeError] = {}
        self._store = store
        self._now = now

    @property
    def gathered(self) -> int:
        """How many requests are at hand to be handed in."""
        return sum(len(each.asks) for each in self.parcels)

    def clear(self) -> None:
        """Let go of what was gathered: it was handed in, or is asked at once."""
        for parcel in self.parcels:
            parcel.file.close()
        self.parcels.clear()
        self._gathered.clear()

    def look_in(self, batches: tuple[Batch, ...]) -> None:
        """Take in what is under way, and the replies that came and may not be stored yet."""
        self.under_way.clear()
        for batch in batches:
            if batch.is_under_way:
                self.under_way.update(key for key, _ in batch.intent.asks)
            elif batch.id not in self._unread:
                self._open_mail(batch)

    def _open_mail(self, batch: Batch) -> None:
        names = {line_name(key, number): (key, number) for key, number in batch.intent.asks}
        unread = self._unread[batch.id] = {}
        file, start = came_file(batch.id), 0
        for line in self._store.batch_lines(file):
            result = read_result(line)
            key, number = names.get(result.name, ("", 0))
            if key and (result.status < 400 or key not in unread):
                self._mail[key] = (number, file, start)
                unread[key] = number
            start += len(line)
        if unread:
            self._left_out |= {key: tries for key, tries in batch.intent.asks if key not in unread}

    def finished(self) -> list[str]:
        """Return the batches all of whose replies were read: now, or by a run that was killed."""
        return [name for name, unread in self._unread.items() if self._are_kept(unread)]

    def _are_kept(self, unread: Mapping[str, int]) -> bool:
        kept = self._store.latest_replies(unread)
        return all(number <= kept.get(key, 0) for key, number in unread.items())

    def waits(self, key: str) -> bool:
        """Return whether the reply to this request is still to come by a batch, and count it."""
        waits = key in self.under_way or key in self._gathered
        self.held += waits
        return waits

    def take(self, inquiry: Inquiry, key: str, known: History) -> tuple[int, JudgeReply] | None:
        """Return the reply that a batch brought, with the number of its try; None: there is none.

        Raises JudgeError; where `failure` then has it, it is not handed in once more.
        """
        number, file, start = self._mail.pop(key, (0, "", 0))
        if self._left_out.pop(key, 0) >= max(known.tries, _MOST_TRIES):
            where = host_of(inquiry.judge.identity.endpoint)
            said = f"{where}: its batches hold no reply to this, though the others came"
            self._failed[key] = JudgeUnavailable(said, code="empty")
            raise self._failed[key]
        for unread in self._unread.values():
            unread.pop(key, None)
        if number < max(known.tries, 1) or any(each.attempt == number for each in known.replies):
            return None
        line = next(self._store.batch_lines(file, start), b"")
        if not line:
            return None
        result = read_result(line)
        judge = inquiry.judge
        assert isinstance(judge, Batched)  # noqa: S101  # only such a judge was handed in
        try:
            reply = judge.read_back(inquiry.ask, result.status, result.body)
        except JudgeError as error:
            again = error.retryable or error.code in _AGAIN
            if not (again and number < _MOST_TRIES):
                self._failed[key] = error
            raise
        self.brought.add(key)
        return number, reply

    def failure(self, key: str) -> JudgeError | None:
        """Return why a request is not handed in once more."""
        return self._failed.get(key)

    def gather(self, inquiry: Inquiry, key: str, number: int) -> None:
        """Put a request with what is handed in next."""
        judge = inquiry.judge
        assert isinstance(judge, Batched)  # noqa: S101  # the run was refused otherwise
        host = judge.batch_host
        assert host is not None  # noqa: S101  # likewise
        line = host.line(line_name(key, number), judge.written(inquiry.ask))
        data = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        price = inquiry.price
        # Nothing stops a batch that turns out dearer, so that the form of the reply counts, too.
        tokens = estimate_tokens(inquiry.ask)
        tokens = replace(tokens, input=max(tokens.input, len(data) // BYTES_PER_TOKEN))
        cost = cost_of(tokens, price) if price else None
        parcel = self._parcel_for(inquiry.judge, len(data), host)
        parcel.put(data, ask_record(inquiry, key, number, self._now()), cost)
        self._gathered.add(key)
        self.held += 1

    def _parcel_for(self, judge: Judge, size: int, host: BatchHost) -> Parcel:
        for parcel in self.parcels:
            fits = len(parcel.asks) < host.most_requests and parcel.size + size < host.most_bytes
            if parcel.judge is judge and fits:
                return parcel
        self.parcels.append(Parcel(judge=judge, file=self._store.nameless_batch_file()))
        return self.parcels[-1]


def came_file(batch: str) -> str:
    """Return the name of the file that holds what came of a batch."""
    return f"{batch}.out.jsonl"
