"""What was asked of judges and what they replied: append-only, under a request key and a try."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assessor.errors import StoreBusy, StoreError
from assessor.store.chain import ENDLESS, JUDGING, Seal, run_links
from assessor.store.codec import decode, encode
from assessor.store.database import Database, Records
from assessor.store.spill import spill


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecord:
    """One request as it went out; `attempt` counts the tries under a request key from 1.

    `asked` is the pass, `prompt` the prompt's name and digest, `rubric` a digest, `parameters` JSON
    text. `cell_key` is "" where a reply may serve no other layout.
    """

    request_key: str
    attempt: int
    cell: str
    asked: str
    answer_digest: str
    prompt: str
    rubric: str
    model: str
    parameters: str
    at: str
    cell_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRecord:
    """What came of one ask; `problem` says why it is not usable. Unknown tokens are None.

    `chances` are those of a yes by the endpoint's log-probabilities, by the field's path.
    """

    request_key: str
    attempt: int
    usable: bool
    problem: str
    text: str
    model: str
    finish: str
    response_id: str
    input_tokens: int | None
    cached_tokens: int | None
    cache_written: int | None
    output_tokens: int | None
    latency: float
    at: str
    chances: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskGroup:
    """What is written together; a line of a spill file is one of these."""

    asks: tuple[AskRecord, ...]
    replies: tuple[ReplyRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened under one request key: how often it was asked, and what came back, in order."""

    tries: int = 0
    replies: tuple[ReplyRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReading:
    """An ask and what came of it; None where no reply was written down."""

    ask: AskRecord
    reply: ReplyRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What replies cost in tokens, as far as the endpoint counted; `unmetered` replies had none."""

    replies: int
    unmetered: int
    input: int
    cached: int
    cache_written: int
    output: int


# Asks with their replies as they stand in the store; None where no reply was written down.
Written = tuple[tuple[str, str | None], ...]
# How the ask of a text for the student, which decides nothing, is told in its line.
_ABOUT_NO_CELL = '"cell":""'


def readings_in(lines: Written) -> tuple[StoredReading, ...]:
    """Return what was written down, read. Raises StoreError."""
    return tuple(
        StoredReading(
            ask=decode(AskRecord, ask),
            reply=None if reply is None else decode(ReplyRecord, reply),
        )
        for ask, reply in lines
    )


def mark_of(lines: Written) -> str:
    """Return the fingerprint of all that was asked and told about an answer's cells."""
    content = hashlib.sha256()
    for ask, reply in lines:
        if _ABOUT_NO_CELL not in ask:
            content.update(f"{ask}\n{reply}\n".encode())
    return content.hexdigest()


class JudgingRecords(Records):
    """Asks and replies. A reply that was paid for is never lost to a failing write.

    `secret` is what nonces are made with, and what a spilled reply is known again by.
    """

    secret: bytes

    def record_at_once(self, asks: Sequence[AskRecord], replies: Sequence[ReplyRecord]) -> None:
        """Do what `record` does, but wait for nobody: raise StoreBusy, with nothing written."""
        try:
            write_judging(self.database, asks, replies, wait=False)
        except StoreBusy:
            raise
        except StoreError as error:
            raise self._spilled(asks, replies, error) from error

    def record(self, asks: Sequence[AskRecord], replies: Sequence[ReplyRecord]) -> None:
        """Write a group down as one transaction; it is on the disk when this returns.

        What stands there already under its key and try is left alone. Raises StoreError where the
        group could not be written: its replies are then in a spill file, and the next
        `open_store` takes them in. Stop sending requests when this happens.
        """
        try:
            write_judging(self.database, asks, replies)
        except StoreError as error:
            raise self._spilled(asks, replies, error) from error

    def _spilled(
        self, asks: Sequence[AskRecord], replies: Sequence[ReplyRecord], error: StoreError
    ) -> StoreError:
        """Return the error to raise, once what was paid for is in a spill file."""
        if not replies:
            return error
        kept = spill(
            self.place, encode(AskGroup(asks=tuple(asks), replies=tuple(replies))), self.secret
        )
        return StoreError(f"{error} ({kept})")

    def usable_replies(self, keys: Iterable[str]) -> dict[str, ReplyRecord]:
        """Return the latest usable reply of each request key that has one."""
        found = self.database.rows_in(
            "SELECT request_key, body FROM replies WHERE usable AND request_key IN (?) "
            "ORDER BY attempt",
            keys,
        )
        return {key: decode(ReplyRecord, body) for key, body in found}

    def answered(self, keys: Iterable[str]) -> int:
        """Return how many of these request keys have a usable reply."""
        asked = "SELECT DISTINCT request_key FROM replies WHERE usable AND request_key IN (?)"
        return sum(1 for _ in self.database.rows_in(asked, keys))

    def usable_by_cell_key(self, cell_keys: Iterable[str]) -> dict[str, ReplyRecord]:
        """Return the latest usable reply of each cell key that has one; "" is no key."""
        found = self.database.rows_in(
            "SELECT a.cell_key, r.body FROM asks a JOIN replies r USING (request_key, attempt) "
            "WHERE r.usable AND a.cell_key <> '' AND a.cell_key IN (?) ORDER BY r.link, r.place",
            cell_keys,
        )
        return {key: decode(ReplyRecord, body) for key, body in found}

    def histories(self, keys: Sequence[str]) -> dict[str, History]:
        """Return what happened under each request key, also under one that was never asked."""
        found = dict.fromkeys(keys, History())
        tries = "SELECT request_key, max(attempt) FROM asks WHERE request_key IN (?) GROUP BY 1"
        for key, number in self.database.rows_in(tries, keys):
            found[key] = History(tries=number)
        replies = "SELECT request_key, body FROM replies WHERE request_key IN (?) ORDER BY attempt"
        for key, body in self.database.rows_in(replies, keys):
            known = found[key]
            found[key] = replace(known, replies=(*known.replies, decode(ReplyRecord, body)))
        return found

    def tries(self, request_key: str) -> int:
        """Return how many tries there were under a key, whatever came of them."""
        ((number,),) = self.database.rows(
            "SELECT coalesce(max(attempt), 0) FROM asks WHERE request_key = ?", (request_key,)
        )
        return int(number)

    def asks_without_reply(self) -> int:
        """Return how many asks went out whose reply was never written down (a killed run's)."""
        ((count,),) = self.database.rows(
            "SELECT count(*) FROM asks a WHERE NOT EXISTS (SELECT 1 FROM replies r "
            "WHERE r.request_key = a.request_key AND r.attempt = a.attempt)"
        )
        return int(count)

    def readings(self, answer_digest: str) -> tuple[StoredReading, ...]:
        """Return everything that was asked about one answer, in the order it was written."""
        return self.readings_of([answer_digest])[answer_digest]

    def readings_of(self, digests: Iterable[str]) -> dict[str, tuple[StoredReading, ...]]:
        """Return everything that was asked about each of these answers, in the order written."""
        return {each: readings_in(lines) for each, lines in self.written_about(digests).items()}

    def written_about(self, digests: Iterable[str]) -> dict[str, Written]:
        """Return the same as it stands in the store, not yet read."""
        wanted = tuple(digests)
        found: dict[str, list[tuple[str, str | None]]] = {each: [] for each in wanted}
        rows = self.database.rows_in(
            "SELECT a.answer_digest, a.body, r.body FROM asks a "
            "LEFT JOIN replies r USING (request_key, attempt) "
            "WHERE a.answer_digest IN (?) ORDER BY a.link, a.place",
            wanted,
        )
        for digest, ask, reply in rows:
            found[digest].append((ask, reply))
        return {each: tuple(lines) for each, lines in found.items()}

    def usage_of(self, run_id: str | None = None) -> Spent:
        """Return what was spent in one run, or ever; a run reaches to the start of the next."""
        first, last = run_links(self.database, run_id) if run_id else (0, ENDLESS)
        ((*sums,),) = self.database.rows(_SPENT, (first, last))
        replies, metered, tokens, cached, written, output = (int(each) for each in sums)
        return Spent(
            replies=replies,
            unmetered=replies - metered,
            input=tokens,
            cached=cached,
            cache_written=written,
            output=output,
        )


_SPENT = """
    SELECT count(*), count(json_extract(body, '$.input_tokens')),
        coalesce(sum(json_extract(body, '$.input_tokens')), 0),
        coalesce(sum(json_extract(body, '$.cached_tokens')), 0),
        coalesce(sum(json_extract(body, '$.cache_written')), 0),
        coalesce(sum(json_extract(body, '$.output_tokens')), 0)
    FROM replies WHERE link > ? AND link < ?
"""


def write_judging(
    database: Database,
    asks: Iterable[AskRecord],
    replies: Iterable[ReplyRecord],
    *,
    wait: bool = True,
) -> None:
    """Write asks and replies as one transaction and one link of the chain."""
    with database.write(wait=wait) as connection:
        seal = Seal(connection, JUDGING)
        for ask in asks:
            seal.insert(
                "asks", ask.request_key, ask.attempt, ask.cell_key, ask.answer_digest, encode(ask)
            )
        for reply in replies:
            seal.insert(
                "replies", reply.request_key, reply.attempt, int(reply.usable), encode(reply)
            )
        if seal.places:
            seal.close()
