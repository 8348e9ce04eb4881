"""What was asked of judges and what they replied: append-only, under a request key and a try."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from assessor.errors import StoreBusy, StoreError
from assessor.store.chain import ENDLESS, JUDGING, Seal, run_links
from assessor.store.codec import decode_parts, encode, read_object
from assessor.store.database import Database, Records
from assessor.store.keys import whole
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


# An ask as it stands in its columns, its body, and its terms where the body has not got them.
AskRow = tuple[str, int, str, str, str, str | None]
# A reply in the same way; all None where none was written down.
ReplyRow = tuple[int | None, str | None]
# Asks with their replies as they stand in the store.
Written = tuple[tuple[AskRow, ReplyRow], ...]
ASKS = (
    "SELECT a.request_key, a.attempt, a.cell_key, a.answer_digest, a.body, t.body{} FROM asks a "
    "LEFT JOIN terms t ON t.id = json_extract(a.body, '$.terms')"
)
REPLIES = "SELECT request_key, attempt, usable, body FROM replies"
# What many asks have in common, and stands once in a store.
_TERMS = ("model", "parameters", "prompt", "rubric")
# What a stored reply does not say where this is all there is to say. Never to be changed.
_UNSAID = {
    "problem": "",
    "response_id": "",
    "input_tokens": None,
    "cached_tokens": None,
    "cache_written": None,
    "output_tokens": None,
}
# What stands in a reply's body.
_TOLD = tuple(
    each.name
    for each in fields(ReplyRecord)
    if each.name not in {"request_key", "attempt", "usable"}
)
# How the ask of a text for the student, which decides nothing, is told in its line.
_ABOUT_NO_CELL = '"cell":""'


@lru_cache(maxsize=256)
def _read_terms(terms: str) -> dict[str, object]:
    return read_object(AskRecord, terms)


def read_ask(row: AskRow) -> AskRecord:
    """Return a stored ask. Raises StoreError."""
    key, attempt, cell_key, answer, body, terms = row
    known = {
        "request_key": whole(key),
        "attempt": attempt,
        "cell_key": whole(cell_key),
        "answer_digest": whole(answer),
    }
    return decode_parts(AskRecord, known | _read_terms(terms or "{}"), body)


def read_reply(key: str, attempt: int, usable: int | None, body: str | None) -> ReplyRecord:
    """Return a stored reply. Raises StoreError."""
    known = {"request_key": whole(key), "attempt": attempt, "usable": bool(usable), **_UNSAID}
    return decode_parts(ReplyRecord, known, body or "{}")


def readings_in(lines: Written) -> tuple[StoredReading, ...]:
    """Return what was written down, read. Raises StoreError."""
    return tuple(
        StoredReading(
            ask=read_ask(ask),
            reply=None if reply[1] is None else read_reply(ask[0], ask[1], *reply),
        )
        for ask, reply in lines
    )


def mark_of(lines: Written) -> str:
    """Return the fingerprint of all that was asked and told about an answer's cells."""
    content = hashlib.sha256()
    for ask, reply in lines:
        if _ABOUT_NO_CELL not in ask[4]:
            key, attempt, cell_key, answer, body, terms = ask
            content.update(
                f"{key}\n{attempt}\n{cell_key}\n{answer}\n{body}\n{terms}\n"
                f"{reply[0]}\n{reply[1]}\n".encode()
            )
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
        asked = f"{REPLIES} WHERE usable AND request_key IN (?) ORDER BY attempt"
        found = (read_reply(*row) for row in self._rows_under(asked, keys))
        return {each.request_key: each for each in found}

    def answered(self, keys: Iterable[str]) -> int:
        """Return how many of these request keys have a usable reply."""
        asked = "SELECT DISTINCT request_key FROM replies WHERE usable AND request_key IN (?)"
        return sum(1 for _ in self._rows_under(asked, keys))

    def latest_replies(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the number of the last try whose reply is stored, of each key that has one."""
        asked = "SELECT request_key, max(attempt) FROM replies WHERE request_key IN (?) GROUP BY 1"
        return {whole(key): number for key, number in self._rows_under(asked, keys)}

    def cells_read(self, digests: Iterable[str]) -> Iterator[tuple[str, ...]]:
        """Yield the cell keys of each usable reading of these answers: one, or of several cells."""
        found = self._rows_under(
            "SELECT a.cell_key FROM asks a JOIN replies r USING (request_key, attempt) "
            "WHERE r.usable AND a.answer_digest IN (?)",
            digests,
        )
        return (tuple(whole(keys).split()) for (keys,) in found)

    def histories(self, keys: Sequence[str]) -> dict[str, History]:
        """Return what happened under each request key, also under one that was never asked."""
        found = dict.fromkeys(keys, History())
        tries = "SELECT request_key, max(attempt) FROM asks WHERE request_key IN (?) GROUP BY 1"
        for key, number in self._rows_under(tries, keys):
            found[whole(key)] = History(tries=number)
        for row in self._rows_under(f"{REPLIES} WHERE request_key IN (?) ORDER BY attempt", keys):
            reply = read_reply(*row)
            known = found[reply.request_key]
            found[reply.request_key] = replace(known, replies=(*known.replies, reply))
        return found

    def tries(self, request_key: str) -> int:
        """Return how many tries there were under a key, whatever came of them."""
        return self.histories([request_key])[request_key].tries

    def _rows_under(self, sql: str, keys: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        return self.database.rows_in(sql, map(self.database.stored, keys))

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
        wanted = {self.database.stored(each): each for each in digests}
        found: dict[str, list[tuple[AskRow, ReplyRow]]] = {each: [] for each in wanted.values()}
        rows = self.database.rows_in(
            f"{ASKS.format(', r.usable, r.body')} LEFT JOIN replies r USING (request_key, attempt) "
            "WHERE a.answer_digest IN (?) ORDER BY a.link, a.place",
            wanted,
        )
        for row in rows:
            found[wanted[row[3]]].append((row[:6], row[6:]))
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
        insert_asks(database, seal, asks)
        for reply in replies:
            told = {
                name: said
                for name in _TOLD
                if (said := getattr(reply, name)) != _UNSAID.get(name, ())
            }
            key = database.stored(reply.request_key)
            seal.insert("replies", key, reply.attempt, int(reply.usable), encode(told))
        if seal.places:
            seal.close()


def insert_asks(database: Database, seal: Seal, asks: Iterable[AskRecord]) -> None:
    """Insert asks on their way into the chain, with those of their terms that are new."""
    numbers: dict[tuple[str, ...], int] = {}
    for ask in asks:
        terms = (ask.model, ask.parameters, ask.prompt, ask.rubric)
        if terms not in numbers:
            numbers[terms] = _number_of(seal, encode(dict(zip(_TERMS, terms, strict=True))))
        own = {"asked": ask.asked, "at": ask.at, "cell": ask.cell, "terms": numbers[terms]}
        seal.insert(
            "asks",
            database.stored(ask.request_key),
            ask.attempt,
            database.stored(ask.cell_key),
            database.stored(ask.answer_digest),
            encode(own),
        )


def _number_of(seal: Seal, terms: str) -> int:
    there = seal.connection.execute("SELECT id FROM terms WHERE body = ?", (terms,)).fetchone()
    if there is not None:
        return int(there[0])
    ((number,),) = seal.connection.execute("SELECT coalesce(max(id), 0) + 1 FROM terms")
    seal.insert("terms", number, terms)
    return int(number)
