"""Samples, audits and calibrations as they were drawn, frozen and fitted; none is ever changed."""

from __future__ import annotations

import sqlite3
from typing import TypeVar

from assessor.errors import StoreError
from assessor.store.chain import ENDLESS, TRUST, Seal
from assessor.store.codec import decode, encode
from assessor.store.decisions import DecisionRecords, Event
from assessor.trust.records import AuditPlan, Bound, CalibrationFit, HandedOut, TuningSample
from assessor.verdict import DecisionSource

_KINDS = {
    TuningSample: "sample",
    AuditPlan: "audit",
    CalibrationFit: "calibration",
    HandedOut: "handed_out",
}
Record = TypeVar("Record", TuningSample, AuditPlan, CalibrationFit, HandedOut)


class TrustRecords(DecisionRecords):
    """What an audit's result rests on is sealed before the first blind grade comes in."""

    def keep(self, record: TuningSample | AuditPlan | CalibrationFit | HandedOut) -> None:
        """Write a record down. Raises StoreError for an id that is there already."""
        with self.database.write() as connection:
            self._keep(connection, record)

    def _keep(
        self,
        connection: sqlite3.Connection,
        record: TuningSample | AuditPlan | CalibrationFit | HandedOut,
    ) -> None:
        seal = Seal(connection, TRUST)
        kind = _KINDS[type(record)]
        if not seal.insert("trust", record.id, kind, record.run, encode(record)):
            raise StoreError(f"{self.database.where}: id {record.id!r} is taken; try again")
        seal.close()

    def kept(self, kind: type[Record]) -> tuple[Record, ...]:
        """Return all records of one kind, oldest first."""
        found = self.database.rows(
            "SELECT body FROM trust WHERE kind = ? ORDER BY link, place", (_KINDS[kind],)
        )
        return tuple(decode(kind, body) for (body,) in found)

    def audits(self, before: AuditPlan | None = None) -> tuple[tuple[AuditPlan, int], ...]:
        """Return all audits, or those kept before one, each with how many blind grades it knew.

        A blind grade was given in the newest audit of its answer, and is known to each that is
        prepared after it; one that was prepared anew before it has spent nothing.
        """
        kept = [
            (link, decode(AuditPlan, body))
            for link, body in self.database.rows(
                "SELECT link, body FROM trust WHERE kind = 'audit' ORDER BY link, place"
            )
        ]
        until = next((own for own, each in kept if before and each.id == before.id), ENDLESS)
        given = [(link, _bound(event)) for link, _, event in self._audit_words() if link < until]
        known: list[tuple[AuditPlan, set[tuple[int, Bound]]]] = []
        for own, plan in kept:
            if own >= until:
                break
            answers = {part.bound for unit in plan.order for part in unit.parts}
            here = {(link, bound) for link, bound in given if bound in answers}
            for _, draws in known:
                draws -= {(link, bound) for link, bound in here if link > own}
            known.append((plan, here))
        return tuple((plan, len(draws)) for plan, draws in known)

    def drawn(self) -> tuple[Event, ...]:
        """Return the blind grades that were given in an audit, oldest first, taken back or not.

        An audit knows what was said since one drew the answer, and here: grades that lay there
        before it was prepared, or that a mirror brought, were given in none.
        """
        since = self._drawn_since()
        return tuple(
            event
            for link, about, event in self._audit_words()
            if not about and link > since.get(_bound(event), ENDLESS)
        )

    def of_lost_audits(self) -> tuple[Event, ...]:
        """Return the blind grades that no audit here drew, such as those of a lost database.

        What those have spent of the doubt is spent, also where only a mirror tells of it.
        """
        drawn = {event.id for event in self.drawn()}
        return tuple(each for _, _, each in self._audit_words() if each.id not in drawn)

    def _audit_words(self) -> list[tuple[int, str, Event]]:
        """Return every blind grade of an audit, oldest first: its link, what that says, and it."""
        said = self.database.rows(
            "SELECT own.link, chain.about, own.body FROM decisions AS own "
            "JOIN chain ON chain.link = own.link "
            "WHERE own.kind = 'override' AND instr(own.body, ?) ORDER BY own.seq",
            (f'"source":"{DecisionSource.AUDIT}"',),
        )
        events = [(link, about, decode(Event, body)) for link, about, body in said]
        return [
            each for each in events if each[2].new and each[2].new.source == DecisionSource.AUDIT
        ]

    def _drawn_since(self) -> dict[Bound, int]:
        """Return since which link each answer has been drawn by an audit."""
        since: dict[Bound, int] = {}
        for link, body in self.database.rows(
            "SELECT link, body FROM trust WHERE kind = 'audit' ORDER BY link, place"
        ):
            for unit in decode(AuditPlan, body).order:
                for part in unit.parts:
                    since.setdefault(part.bound, link)
        return since

    def newest(self, kind: type[Record]) -> Record | None:
        """Return the record of one kind that was kept last."""
        found = self.database.rows(
            "SELECT body FROM trust WHERE kind = ? ORDER BY link DESC, place DESC LIMIT 1",
            (_KINDS[kind],),
        )
        return decode(kind, found[0][0]) if found else None


def _bound(event: Event) -> Bound:
    new = event.new
    return (*new.key, new.answer_digest) if new is not None else ("", "", 0, "")
