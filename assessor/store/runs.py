"""Runs, what came of each submission in them, and the rubrics they were graded by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from assessor.errors import NothingGraded, StoreError
from assessor.finding import Basis
from assessor.manifest import Command, Manifest
from assessor.queue import OutcomeRecord
from assessor.rubric import Rubric
from assessor.store.chain import ALL, OUTCOMES, PURGE, RUN, Seal
from assessor.store.codec import decode, decode_some, encode, encode_briefly
from assessor.store.database import Records, number_in
from assessor.store.keys import whole
from assessor.store.packing import pack
from assessor.submission import Key
from assessor.verdict import Finding

_PAGE = 500


class RunStatus(StrEnum):
    """How a run stands; one that was killed stays `running`."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run: times are ISO 8601 in UTC; before its end its manifest says nothing."""

    id: str
    started_at: str
    finished_at: str = ""
    status: RunStatus = RunStatus.RUNNING
    command: Command = field(default_factory=Command)
    manifest: Manifest = field(default_factory=Manifest)

    @property
    def read_nothing(self) -> bool:
        """Whether it came to its end without a reading of a single answer that it asked about."""
        return self.manifest.circumstances.read_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What an outcome came to and on what it stands, without whose it is."""

    findings: tuple[Finding, ...]
    basis: Basis


class RunRecords(Records):
    """Runs and their outcomes: all that review, export and trust need."""

    def start_run(self, run: RunRecord) -> None:
        """Write a new run down. Raises StoreError for an id that is there already."""
        with self.database.write() as connection:
            seal = Seal(connection, RUN, run.id)
            if not seal.insert("runs", run.id, encode(run)):
                raise StoreError(f"{self.database.where}: run {run.id!r} is there already")
            seal.close()

    def finish_run(
        self, run_id: str, *, finished_at: str, status: RunStatus, manifest: Manifest
    ) -> RunRecord:
        """Write down how a run ended, and return it as it now stands."""
        run = self.run(run_id)
        run = replace(run, finished_at=finished_at, status=status, manifest=manifest)
        with self.database.write() as connection:
            connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
            seal = Seal(connection, RUN, run_id)
            seal.insert("runs", run_id, encode(run))
            seal.close()
        return run

    def run(self, run_id: str) -> RunRecord:
        """Return one run. Raises NothingGraded where there is none of this id, or no more."""
        found = self.database.rows("SELECT body FROM runs WHERE id = ?", (run_id,))
        if not found:
            gone = "SELECT 1 FROM chain WHERE kind = ? AND about IN (?, ?)"
            forgotten = self.database.rows(gone, (PURGE, run_id, ALL))
            why = " any more, it was forgotten (assessor runs purge)" if forgotten else ""
            raise NothingGraded(
                f"{self.database.where}: has no run {run_id!r}{why}; 'assessor runs list' names "
                "them"
            )
        return decode(RunRecord, found[0][0])

    def runs(self) -> tuple[RunRecord, ...]:
        """Return all runs in the order they were started."""
        found = self.database.rows(
            "SELECT body FROM runs ORDER BY "
            "(SELECT min(link) FROM chain WHERE kind = 'run' AND about = runs.id)"
        )
        return tuple(decode(RunRecord, body) for (body,) in found)

    def latest_run(self) -> RunRecord | None:
        """Return the run that was started last, of those that came to an end.

        One that is under way or was killed proposes nothing yet, and one in which nothing could
        be read proposes nothing at all; what stood before it stands. A single answer is no class.
        """
        runs = [each for each in self.runs() if not each.command.is_single]
        ended = [each for each in runs if each.status is not RunStatus.RUNNING]
        read = [each for each in ended if not each.read_nothing]
        return next(reversed(read or ended or runs), None)

    def save_outcomes(self, run_id: str, outcomes: Iterable[OutcomeRecord]) -> None:
        """Write all outcomes of a run, in place of those it had, as one transaction."""
        with self.database.write() as connection:
            connection.execute("DELETE FROM outcomes WHERE run = ?", (run_id,))
            seal = Seal(connection, OUTCOMES, run_id)
            for position, outcome in enumerate(outcomes):
                answer = self.database.stored(outcome.submission.answer_digest)
                seal.insert("outcomes", run_id, position, answer, pack(encode_briefly(outcome)))
            seal.close()

    def outcomes(self, run_id: str) -> tuple[OutcomeRecord, ...]:
        """Return the outcomes of a run in the order they were saved."""
        return tuple(self.each_outcome(run_id))

    def outcome_count(self, run_id: str) -> int:
        """Return how many outcomes a run has, without reading them."""
        asked = "SELECT count(*) FROM outcomes WHERE run = ?"
        ((count,),) = self.database.rows(asked, (run_id,))
        return int(count)

    def each_outcome(self, run_id: str) -> Iterator[OutcomeRecord]:
        """Yield the outcomes of a run one by one, for classes too large to hold."""
        position = -1
        while page := self.database.rows(
            "SELECT position, body FROM outcomes WHERE run = ? AND position > ? "
            "ORDER BY position LIMIT ?",
            (run_id, position, _PAGE),
        ):
            position = number_in(page[-1][0], self.database.where)
            yield from (decode(OutcomeRecord, body) for _, body in page)

    def answers_of(self, run_id: str) -> Iterator[tuple[Key, str]]:
        """Yield the submissions of a run with their answers' digests, in the order they were saved.

        Their texts and findings are not read for that.
        """
        position = -1
        while page := self.database.rows(
            "SELECT position, answer_digest, json_extract(unpacked(body), "
            "'$.submission.student_id', '$.submission.question', '$.submission.attempt') "
            "FROM outcomes "
            "WHERE run = ? AND position > ? ORDER BY position LIMIT ?",
            (run_id, position, _PAGE),
        ):
            position = number_in(page[-1][0], self.database.where)
            for _, answer, named in page:
                student, question, attempt = json.loads(named)
                yield (student, question, attempt), whole(answer)

    def decided_on(self, run_id: str, wanted: Mapping[str, str]) -> dict[str, Decided]:
        """Return what a run came to for these answers; `wanted` is answer → basis, by digest.

        What stands on anything else is left out.
        """
        # The sign keeps SQLite from going through the whole run for a few answers.
        asked = (
            "SELECT answer_digest, unpacked(body) FROM outcomes "
            "WHERE answer_digest IN (?) AND +run = ?"
        )
        keys = {self.database.stored(answer): answer for answer in wanted}
        found: dict[str, Decided] = {}
        for key, body in self.database.rows_in(asked, keys, run_id):
            answer = keys[key]
            if answer not in found and f'"digest":"{wanted[answer]}"' in body:
                found[answer] = decode_some(Decided, body)
        return found

    def last_outcome(self) -> str:
        """Return what changes whenever any run's outcomes are written, and when a run ends."""
        ((link,),) = self.database.rows(
            "SELECT max(coalesce((SELECT max(link) FROM outcomes), 0), "
            "coalesce((SELECT max(link) FROM runs), 0))"
        )
        return str(link)

    def outcomes_about(self, answer_digest: str) -> tuple[tuple[str, OutcomeRecord], ...]:
        """Return what each run proposed for one answer's text, oldest first, with the run's id."""
        found = self.database.rows(
            "SELECT run, body FROM outcomes WHERE answer_digest = ? ORDER BY link, place",
            (self.database.stored(answer_digest),),
        )
        return tuple((run, decode(OutcomeRecord, body)) for run, body in found)

    def keep_rubric(self, rubric_digest: str, text: str) -> None:
        """Keep a rubric's text under its digest."""
        with self.database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO rubrics (digest, text) VALUES (?, ?)", (rubric_digest, text)
            )

    def rubric_text(self, rubric_digest: str) -> str:
        """Return a kept rubric's text. Raises StoreError where it was never kept."""
        found = self.database.rows("SELECT text FROM rubrics WHERE digest = ?", (rubric_digest,))
        if not found:
            raise StoreError(
                f"{self.database.where}: has no rubric {rubric_digest!r}; run 'assessor grade' "
                "with that rubric again"
            )
        return str(found[0][0])

    def rubric(self, rubric_digest: str) -> Rubric:
        """Return a kept rubric. Raises StoreError where it was never kept, or its text is none."""
        text = self.rubric_text(rubric_digest)
        try:
            return Rubric.model_validate_json(text)
        except ValueError as error:
            raise StoreError(
                f"{self.database.where}: what is kept as rubric {rubric_digest!r} is none, so it "
                "was edited by hand; compare it with a backup"
            ) from error
