"""Take in what another store holds: readings under their keys, and people's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assessor.store.database import Database
from assessor.store.decisions import MIRROR, Deed, Event
from assessor.store.judging import (
    ASKS,
    REPLIES,
    AskRecord,
    ReplyRecord,
    read_ask,
    read_reply,
    write_judging,
)
from assessor.store.place import lines_of
from assessor.store.runs import RunRecords
from assessor.store.trust import TrustRecords
from assessor.trust.records import AuditPlan, Bound
from assessor.verdict import DecisionSource, Release, unlike

# Request keys that are taken in together, as one link of the chain.
_TOGETHER = 1000
# Why a decision is written down again.
STANDS = "stood here before another store was taken in"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedIn:
    """What came in from another store: asks with their replies, and people's decisions.

    `kept` counts those on answers that were decided otherwise here, where ours stands;
    `unreleased` the answers that were released unread there and not as they are read here,
    `exports` what was exported or pushed there, of which nothing is taken over.
    """

    asks: int
    replies: int
    decisions: int
    kept: int = 0
    unreleased: int = 0
    exports: int = 0


class MergeRecords(TrustRecords, RunRecords):
    """Several drivers' stores become one."""

    def take_in(self, other: MergeRecords) -> MergedIn:
        """Take in what another store was told; what is here already is not taken in twice.

        A request that both asked has the tries of both, the other's after ours. What both hold is
        known by what was sent and what came back, and when. Runs are not taken in: the same
        command over the whole class makes one of all readings, and asks nothing. Where a person
        decided here on the same answer, unknown to the other store, theirs is kept in the record
        and ours stands: to be merged changes no grade that somebody gave. Nor is anything released
        by it at points that are not its reading here, or taken back that they never knew. What was
        exported there says nothing here: a later export or push would go by it.
        """
        asks = replies = 0
        for asked, replied in _pages(other.database):
            keys = list(dict.fromkeys(each.request_key for each in asked))
            here = _held(self.database, keys)
            tries = _renumbered(asked, replied, here)
            write_judging(self.database, *tries)
            asks, replies = asks + len(tries[0]), replies + len(tries[1])
        known = {event.id for event in self.history()}
        told_there = {event.id for event in other.history()}
        drawn = {event.id for event in other.drawn()}
        new = [_in_audit(each, drawn) for each in other.history() if each.id not in known]
        # What takes back a word of ours that is not there was made up.
        told = [each for each in new if each.undoes not in known - told_there]
        words = [each for each in told if each.deed is not Deed.EXPORT]
        exports = len(told) - len(words)
        words, unreleased = self._as_read_here(words, other)
        kept = self._write_all(words, other, self._decided_here(words, told_there))
        for name, text in other.database.rows("SELECT digest, text FROM rubrics"):
            self.keep_rubric(name, text)
        return MergedIn(
            asks=asks,
            replies=replies,
            decisions=len(words),
            kept=kept,
            unreleased=unreleased,
            exports=exports,
        )

    def _as_read_here(self, words: Sequence[Event], other: MergeRecords) -> tuple[list[Event], int]:
        """Return the words with the releases in them that fit this store, and how many do not.

        What was released unread there was another reading, where this store has its own: at other
        points, waiting for a person, or released otherwise.
        """
        theirs = [event for event in words if event.deed is Deed.RELEASE]
        asked = {_bound(each): each.grade for event in theirs for each in event.released}
        there = {event.id: event.released for event in other.history(Deed.RELEASE)}
        here: dict[Bound, Decimal | None] = {}
        for event in self.standing_deeds(Deed.RELEASE) if asked else ():
            unknown = set(event.released).difference(there.get(event.id, ()))
            here |= {_bound(each): each.grade for each in unknown}
        run = self.latest_run() if asked else None
        for outcome in self.each_outcome(run.id) if run is not None else ():
            bound = (*outcome.submission.key, outcome.submission.answer_digest)
            if bound in asked:
                here.setdefault(bound, None if outcome.needs_review else outcome.proposed)
        fits = {bound for bound, grade in asked.items() if here.get(bound, grade) == grade}
        kept = []
        for event in words:
            if event.deed is Deed.RELEASE:
                released = tuple(each for each in event.released if _bound(each) in fits)
                kept += [replace(event, released=released)] if released else []
            else:
                kept.append(event)
        return kept, len(asked) - len(fits)

    def _decided_here(self, words: Sequence[Event], told_there: Set[str]) -> list[Event]:
        """Return our decisions on the answers of these words that the other store never knew."""
        keys = dict.fromkeys(event.new.key for event in words if event.new is not None)
        decided = (_decided(events)[-1:] for events in self.words(keys).values())
        return [event for latest in decided for event in latest if event.id not in told_there]

    def _write_all(
        self, words: Sequence[Event], other: MergeRecords, standing: Sequence[Event]
    ) -> int:
        """Write these words, new audits and whatever of ours stands again; return how many do.

        All of it or nothing: cut short between a word of theirs and ours, theirs would stand.
        """
        folder, lines, kept = self.place.folder, list[str](), 0
        mirrored = set(lines_of(folder / MIRROR) or () if folder else ())
        with self.database.write() as connection:
            for each in self._in_turn(words, other):
                if isinstance(each, Event):
                    lines.append(self._insert(connection, each))
                else:
                    self._keep(connection, each)
            for event in standing:
                if again := self._said_again(event):
                    lines.append(self._insert(connection, again))
                    kept += 1
            # What was cut short after its lines were written finds them there.
            self._mirror([line for line in lines if line not in mirrored])
        return kept

    def _said_again(self, event: Event) -> Event | None:
        """Return our decision as said once more, where a word that was taken in stands above it."""
        if event.new is None:
            return None
        newest = _decided(self.words([event.new.key])[event.new.key])[-1]
        if newest.new is None or not unlike(newest.new, event.new):
            return None
        return replace(event, id=self.ambient.new_id(), old=newest.new, reason=STANDS)

    def _in_turn(self, words: Sequence[Event], other: MergeRecords) -> Iterator[Event | AuditPlan]:
        """Yield these words as they were said, and new audits, each before what was graded in it.

        What audits have spent of a class's doubt is spent here as well, and which of two came
        first is seen by what had been said when it was prepared. One in which nothing was graded
        has spent nothing, and stays there: it would stand above ours.
        """
        known = {audit.id for audit in self.kept(AuditPlan)}
        made = dict(other.database.rows("SELECT id, link FROM decisions"))
        prepared = dict(other.database.rows("SELECT id, link FROM trust WHERE kind = 'audit'"))
        # In the order of their record, which no clock that was set back turns round.
        left = list(words)
        for audit, draws in other.audits():
            if audit.id in known or not draws:
                continue
            yield from (each for each in left if made[each.id] < prepared[audit.id])
            left = [each for each in left if made[each.id] > prepared[audit.id]]
            yield audit
        yield from left


@dataclass(slots=True)
class _Held:
    """What a store holds under one request key: how many tries, and which, by what they are.

    `unanswered` are those without a reply: of a copy of this store, which may have it.
    """

    tries: int = 0
    marks: dict[str, int] = field(default_factory=dict)
    unanswered: set[int] = field(default_factory=set)


def _in_audit(event: Event, drawn: Set[str]) -> Event:
    """Return a word as it was said; one that is no draw of the audit that it names as a label."""
    if event.new is None or event.new.source != DecisionSource.AUDIT or event.id in drawn:
        return event
    label = DecisionSource.TUNING
    return replace(event, source=label, new=replace(event.new, source=label))


def _bound(release: Release) -> Bound:
    return (*release.key, release.answer_digest)


def _decided(events: Sequence[Event]) -> list[Event]:
    """Return the decisions among these words, by the rule of `DecisionRecords.decisions`."""
    decided = [each for each in events if each.source != DecisionSource.DRAFT]
    return [each for each in decided if each.source != DecisionSource.SECOND] or decided


def _pages(
    database: Database,
) -> Iterator[tuple[Sequence[AskRecord], dict[tuple[str, int], ReplyRecord]]]:
    """Yield asks with their replies, whole keys at a time, in the order of the keys."""
    last = ""
    while rows := database.rows(
        "SELECT DISTINCT request_key FROM asks WHERE request_key > ? ORDER BY 1 LIMIT ?",
        (last, _TOGETHER),
    ):
        first, last = rows[0][0], rows[-1][0]
        span = (first, last)
        between = "WHERE request_key BETWEEN ? AND ? ORDER BY request_key, attempt"
        asks = database.rows(f"{ASKS.format('')} {between}", span)
        replies = [read_reply(*row) for row in database.rows(f"{REPLIES} {between}", span)]
        yield (
            [read_ask(row) for row in asks],
            {(each.request_key, each.attempt): each for each in replies},
        )


def _held(database: Database, keys: Sequence[str]) -> dict[str, _Held]:
    found = {key: _Held() for key in keys}
    stored = [database.stored(each) for each in keys]
    for row in database.rows_in(f"{ASKS.format('')} WHERE request_key IN (?)", stored):
        ask = read_ask(row)
        held = found[ask.request_key]
        held.tries = max(held.tries, ask.attempt)
        held.marks.setdefault(_mark(ask), ask.attempt)
        held.unanswered.add(ask.attempt)
    for row in database.rows_in(f"{REPLIES} WHERE request_key IN (?)", stored):
        reply = read_reply(*row)
        found[reply.request_key].unanswered.discard(reply.attempt)
    return found


def _renumbered(
    asks: Sequence[AskRecord],
    replies: dict[tuple[str, int], ReplyRecord],
    here: dict[str, _Held],
) -> tuple[list[AskRecord], list[ReplyRecord]]:
    """Return what is new, each try with its number here."""
    new_asks, new_replies = [], []
    for ask in asks:
        held = here[ask.request_key]
        reply = replies.get((ask.request_key, ask.attempt))
        number = held.marks.get(_mark(ask))
        if number is None:
            number = held.tries = held.tries + 1
            new_asks.append(replace(ask, attempt=number))
        elif number not in held.unanswered:
            continue
        if reply is not None:
            new_replies.append(replace(reply, attempt=number))
    return new_asks, new_replies


def _mark(ask: AskRecord) -> str:
    """Return what one ask is known by wherever it is kept: when it went out, to a microsecond."""
    return f"{ask.at} {ask.answer_digest} {ask.cell}"
