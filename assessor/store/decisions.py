"""A person's word: overrides, undos, releases, points and exports, each mirrored as one line.

One event per deed, never changed afterwards; what stands is read from them. The mirror,
`decisions.jsonl`, holds the same lines as the database, so that it can restore it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from assessor.counting import plural
from assessor.digest import canonical_json, once
from assessor.errors import StaleDecision, StoreError
from assessor.rulings.ruling import Ruling
from assessor.store.chain import DECISION, Seal
from assessor.store.codec import decode, encode
from assessor.store.database import Records, number_in
from assessor.store.place import append_lines, lines_of
from assessor.submission import Key
from assessor.verdict import DecisionSource, Override, Release

MIRROR = "decisions.jsonl"
# The source of an export that says what of earlier ones does not stand there any more.
TAKEN_BACK = "taken back"


class Deed(StrEnum):
    """What a person did."""

    OVERRIDE = "override"
    UNDO = "undo"
    RELEASE = "release"
    POINTS = "points"
    EXPORT = "export"
    RULING = "ruling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's standing decision; `active` says whether it was made on the answer as it is."""

    id: str
    override: Override
    at: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsChange:
    """Other points in the rubric of a question, and the decisions that followed them, by id.

    `points` holds (cell, level, before, after) for each level that earns other points.
    """

    question: str
    file: str
    points: tuple[tuple[str, str, Decimal, Decimal], ...]
    followed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One deed: who did it, when, and what was there before. A line of the mirror is one of these.

    An override has `new`, and `old` where it replaces one; an undo has `old` and `undoes`, the id
    of what it takes back; a release has `released`; other points have `change`; an export has its
    target, column and `rows`. What takes a release or other points back repeats what they hold. A
    `ruling` is about a border of a key point. Decisions that were made by one key share a `group`.
    """

    id: str
    deed: Deed
    at: str
    who: str = ""
    source: str = ""
    reason: str = ""
    old: Override | None = None
    new: Override | None = None
    undoes: str = ""
    released: tuple[Release, ...] = ()
    change: PointsChange | None = None
    target: str = ""
    column: str = ""
    rows: tuple[tuple[str, Decimal], ...] = ()
    ruling: Ruling | None = None
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What came of reading a mirror: events taken in, and lines that could not be read."""

    taken: int
    unread: int


class DecisionRecords(Records):
    """Human decisions. No run ever writes here, so that none is overwritten by one."""

    def decide(
        self,
        override: Override,
        *,
        seen: str | None = None,
        apart: bool = False,
        who: str = "",
        group: str = "",
    ) -> str:
        """Write a decision down, above any that stands on the same submission; return its id.

        `seen` is the id of the newest word that the person had before their eyes ("" for none):
        where a newer one stands, nothing is written and StaleDecision is raised. `apart`: several
        graders decide, each for themselves. Then only the grader's own words count for `seen`, and
        where another grader's decision stands, this one is kept beside it (source `second`). `who`
        did it, where that is not the grader's name. `group` names those made by one key.
        """
        return self.decide_together([(override, seen)], apart=apart, who=who, group=group)[0]

    def decide_together(
        self,
        words: Sequence[tuple[Override, str | None]],
        *,
        apart: bool = False,
        who: str = "",
        group: str = "",
        change: PointsChange | None = None,
    ) -> tuple[str, ...]:
        """Write decisions down, each with what was `seen`: all of them or none; return their ids.

        A `change` of points that they follow is kept with them, its id last: `who` is then who
        changed the points, and the decisions stay their graders'. Raises StaleDecision.
        """
        by = who if change is None else ""
        with self.database.write() as connection:
            events = [self._decided(word, seen, apart, by, group) for word, seen in words]
            if change is not None:
                followed = tuple(each.id for each in events)
                told = replace(change, followed=followed)
                events.append(self._event(Deed.POINTS, who=who, change=told))
            return self._append(connection, *events)

    def _decided(
        self, override: Override, seen: str | None, apart: bool, who: str, group: str
    ) -> Event:
        """Return a decision as it is written. Raises StaleDecision."""
        standing = self._standing(override.key)
        own = [each for each in standing if not apart or each.who == override.grader]
        newest = own[-1].id if own else ""
        if seen is not None and seen != newest:
            raise StaleDecision(
                f"{self.database.where}: somebody decided on this answer meanwhile; "
                "reload and look again"
            )
        if (
            apart
            and override.source != DecisionSource.DRAFT
            and _others_decided(standing, override)
        ):
            override = replace(override, source=DecisionSource.SECOND)
        return self._event(
            Deed.OVERRIDE,
            who=who or override.grader,
            source=override.source,
            reason=override.reason,
            old=own[-1].new if own else None,
            new=override,
            group=group,
        )

    def undo(self, decision_id: str, *, who: str = "") -> str:
        """Take back a decision, so that the one before it stands again; return the undo's id.

        Raises StoreError where it is not there or was taken back already.
        """
        found = self.database.rows(
            "SELECT body FROM decisions WHERE id = ? AND kind = ?",
            (decision_id, Deed.OVERRIDE.value),
        )
        old = decode(Event, found[0][0]).new if found else None
        if old is None or all(each.id != decision_id for each in self._standing(old.key)):
            raise StoreError(
                f"{self.database.where}: decision {decision_id!r} does not stand (any more); "
                "reload and look again"
            )
        return self._write(
            self._event(Deed.UNDO, who=who, source=old.source, old=old, undoes=decision_id)
        )

    def decisions(self, answers: Mapping[Key, str]) -> tuple[Decision, ...]:
        """Return the standing decision on each of these submissions that has one.

        `answers` holds the digest of each answer as it is. The newest decision made on it counts;
        where there is none, the newest one on another text of it is returned as inactive. A draft
        is no decision, and a second grader's counts only where the first one's does not stand.
        """
        found = []
        for key, events in self.words(answers).items():
            events = [each for each in events if each.source != DecisionSource.DRAFT]
            events = [each for each in events if each.source != DecisionSource.SECOND] or events
            fitting = [each for each in events if _override(each).answer_digest == answers[key]]
            for event in (fitting or events)[-1:]:
                found.append(_decision(event, active=bool(fitting)))
        return tuple(found)

    def standing_overrides(self, keys: Iterable[Key]) -> tuple[Override, ...]:
        """Return all decisions on these submissions that were not taken back, oldest first."""
        standing = self.words(keys).values()
        return tuple(
            _override(event)
            for events in standing
            for event in events
            if event.source != DecisionSource.DRAFT
        )

    def ever_said(self, keys: Iterable[Key], source: DecisionSource) -> tuple[Override, ...]:
        """Return all decisions of a source on these submissions, oldest first, taken back or not.

        A grade that was given in an audit stays in its books: what is undone was drawn all the
        same.
        """
        events = self._events_about(_about(key) for key in keys)
        return tuple(
            _override(each)
            for each in events
            if each.deed is Deed.OVERRIDE and each.source == source
        )

    def words(self, keys: Iterable[Key]) -> dict[Key, list[Event]]:
        """Return all that was said of each submission and not taken back, oldest first.

        Drafts and second graders' words are among them.
        """
        abouts = {_about(key): key for key in keys}
        standing = _standing(self._events_about(abouts))
        return {key: standing.get(about, []) for about, key in abouts.items()}

    def trail(self, key: Key) -> tuple[Event, ...]:
        """Return every word and undo on one submission, oldest first."""
        return tuple(self._events_about([_about(key)]))

    def last_event(self) -> int:
        """Return a number that grows with every event, whichever program wrote it."""
        ((number,),) = self.database.rows("SELECT coalesce(max(link), 0) FROM decisions")
        return number_in(number, self.database.where)

    def history(self, *deeds: Deed) -> tuple[Event, ...]:
        """Return every event of these kinds (none named: all), oldest first."""
        found = self.database.rows_in(
            "SELECT link, place, body FROM decisions WHERE kind IN (?)", deeds or tuple(Deed)
        )
        return tuple(decode(Event, body) for *_, body in sorted(found))

    def release(self, releases: Sequence[Release], *, who: str = "") -> str:
        """Write down a person's word that these grades may go out; return its id, "" for none."""
        if not releases:
            return ""
        by = ", ".join(sorted({each.by for each in releases}))
        return self._write(self._event(Deed.RELEASE, who=who, source=by, released=tuple(releases)))

    def releases(self) -> tuple[Release, ...]:
        """Return the newest release of each submission that has one."""
        newest: dict[Key, Release] = {}
        for event in self.standing_deeds(Deed.RELEASE):
            newest |= {each.key: each for each in event.released}
        return tuple(newest.values())

    def rule(self, ruling: Ruling, *, who: str = "") -> str:
        """Write down what a person said of a border, or that it was shown; return its id."""
        return self._write(self._event(Deed.RULING, who=who, ruling=ruling))

    def rulings(self) -> tuple[Event, ...]:
        """Return what was said of borders and stands, oldest first."""
        return self.standing_deeds(Deed.RULING)

    def standing_deeds(self, *deeds: Deed) -> tuple[Event, ...]:
        """Return the events of these kinds that were not taken back, oldest first."""
        undone = {each.undoes for each in self.history(Deed.UNDO)}
        return tuple(each for each in self.history(*deeds) if each.id not in undone)

    def take_back(self, event_id: str, *, who: str = "") -> str:
        """Take back a release, a change of points or a ruling; return the undo's id.

        Of points and rulings it is the record alone: the rubric's file and the grades are the
        caller's. Raises StoreError where it is not there or was taken back already.
        """
        with self.database.write() as connection:
            standing = self.standing_deeds(Deed.RELEASE, Deed.POINTS, Deed.RULING)
            old = next((each for each in standing if each.id == event_id), None)
            if old is None:
                raise StoreError(
                    f"{self.database.where}: {event_id!r} does not stand (any more); "
                    "reload and look again"
                )
            event = replace(
                old,
                id=self.ambient.new_id(),
                deed=Deed.UNDO,
                at=self._now(),
                who=who,
                undoes=event_id,
            )
            return self._append(connection, event)[0]

    def record_export(
        self, target: str, column: str, rows: Mapping[str, Decimal], *, source: str = ""
    ) -> None:
        """Write down what was put or added, per student, into a column of a platform's file.

        With the source TAKEN_BACK it is what does not stand there any more.
        """
        put, to = tuple(rows.items()), {"target": target, "column": column}
        self._write(self._event(Deed.EXPORT, source=source, rows=put, **to))

    def exported(self, target: str, column: str) -> dict[str, Decimal]:
        """Return what went into a column last and was not taken back since, per student."""
        found: dict[str, Decimal] = {}
        for event in self._events_about([canonical_json([target, column])]):
            rows = dict(event.rows) if event.deed is Deed.EXPORT else {}
            found |= rows
            if event.source == TAKEN_BACK:
                found = {key: value for key, value in found.items() if key not in rows}
        return found

    def unlike_mirror(self) -> tuple[str, ...]:
        """Return one line for each decision that the database and its mirror tell differently.

        The mirror is written with each decision, so that whoever changes one must change the other;
        what was changed is seen by comparing the two. Raises StoreError.
        """
        if self.place.folder is None:
            return ()
        path = self.place.folder / MIRROR
        kept = {
            name: encode(decode(Event, body))
            for name, body in self.database.rows(
                "SELECT id, body FROM decisions ORDER BY link, place"
            )
        }
        lines = lines_of(path)
        if lines is None:
            return (f"{path}: is missing; it held {plural(len(kept), 'decision')}",) if kept else ()
        told: dict[str, str] = {}
        problems = []
        for number, line in enumerate(lines, start=1):
            try:
                event = decode(Event, line)
                json.loads(line, object_pairs_hook=once)
            except (StoreError, ValueError):
                if line.strip():
                    problems.append(f"{path}:{number}: cannot be read")
                continue
            if event.id in told:
                problems.append(f"{path}:{number}: tells {event.id} a second time")
            told.setdefault(event.id, encode(event))
        for name in kept.keys() | told.keys():
            problems += _unlike(path, name, kept.get(name), told.get(name))
        if not problems and list(kept) != list(told):
            problems.append(f"{path}: its lines stand in another order than they were written in")
        return tuple(problems)

    def rebuild_decisions(self, lines: Iterable[str]) -> Rebuilt:
        """Take in the lines of a mirror; what is there already is left alone.

        A line that cannot be read (torn by a power cut) is counted, and the others are kept.
        """
        taken, unread = 0, 0
        with self.database.write() as connection:
            seal = Seal(connection, DECISION, MIRROR)
            for line in filter(None, map(str.strip, lines)):
                try:
                    event = decode(Event, line)
                except StoreError:
                    unread += 1
                    continue
                taken += seal.insert(
                    "decisions", event.id, event.deed.value, about_event(event), encode(event)
                )
            if seal.places:
                seal.close()
        return Rebuilt(taken=taken, unread=unread)

    def _event(self, deed: Deed, **told: Any) -> Event:
        return Event(id=self.ambient.new_id(), deed=deed, at=self._now(), **told)

    def _write(self, event: Event) -> str:
        """Write an event into the database and its mirror, or into neither."""
        with self.database.write() as connection:
            return self._append(connection, event)[0]

    def _append(self, connection: sqlite3.Connection, *events: Event) -> tuple[str, ...]:
        # The mirror before the commit: a decision that is acknowledged is in both.
        self._mirror([self._insert(connection, each) for each in events])
        return tuple(event.id for event in events)

    def _insert(self, connection: sqlite3.Connection, event: Event) -> str:
        """Write an event into the database, and return its line of the mirror."""
        line, seal = encode(event), Seal(connection, DECISION)
        if not seal.insert("decisions", event.id, event.deed.value, about_event(event), line):
            raise StoreError(f"{self.database.where}: id {event.id!r} is taken; try again")
        seal.close()
        return line

    def _mirror(self, lines: Sequence[str]) -> None:
        if self.place.folder and lines:
            append_lines(self.place.folder / MIRROR, lines)

    def _standing(self, key: Key) -> list[Event]:
        about = _about(key)
        return _standing(self._events_about([about])).get(about, [])

    def _events_about(self, abouts: Iterable[str]) -> list[Event]:
        found = self.database.rows_in(
            "SELECT link, place, body FROM decisions "
            "WHERE kind IN ('override', 'undo', 'export') AND about IN (?)",
            abouts,
        )
        return [decode(Event, body) for *_, body in sorted(found)]

    def _now(self) -> str:
        return self.ambient.now().isoformat()


def _standing(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Return the decisions that were not taken back, by submission, oldest first."""
    ordered = list(events)
    undone = {each.undoes for each in ordered if each.deed is Deed.UNDO}
    standing: dict[str, list[Event]] = {}
    for event in ordered:
        if event.deed is Deed.OVERRIDE and event.id not in undone:
            standing.setdefault(about_event(event), []).append(event)
    return standing


def _others_decided(standing: Iterable[Event], override: Override) -> bool:
    """Return whether another grader's whole decision stands on the same text.

    An audit asks for a blind grade of its own, whoever read the answer before.
    """
    drawn = override.source == DecisionSource.AUDIT
    return any(
        each.who != override.grader
        and (not drawn or each.source == DecisionSource.AUDIT)
        and each.source not in {DecisionSource.DRAFT, DecisionSource.SECOND}
        and _override(each).answer_digest == override.answer_digest
        for each in standing
    )


def _unlike(path: Path, name: str, kept: str | None, told: str | None) -> list[str]:
    """Say where a decision is told in one place only, or differently in the two."""
    if kept == told:
        return []
    event = decode(Event, kept or told or "")
    override = event.new or event.old
    about = f" on {override.student_id!r}" if override else ""
    said = f"{event.deed.value}{about} ({name})"
    if told is None:
        return [f"{path}: lacks the {said}"]
    if kept is None:
        return [
            f"{path}: holds a line that the database lacks, and that counts for nothing: {said}. "
            "A command that was cut short left it, or somebody wrote it in; look whether that deed "
            "is missed, then take the line out"
        ]
    return [f"{path}: tells the {said} otherwise than the database"]


def _about(key: Key) -> str:
    return canonical_json(list(key))


def about_event(event: Event) -> str:
    """Return under what an event is found again."""
    if event.deed is Deed.EXPORT:
        return canonical_json([event.target, event.column])
    override = event.new or event.old
    return _about(override.key) if override else ""


def _override(event: Event) -> Override:
    if event.new is None:
        raise StoreError(f"decision {event.id!r} has no content; run 'assessor runs verify'")
    return event.new


def _decision(event: Event, *, active: bool) -> Decision:
    return Decision(id=event.id, override=_override(event), at=event.at, active=active)
