"""Batches on their way: handed in, found again after a crash, waited for, collected, cleared away.

Each step is on the disk before the next one is taken: what is handed in is written down first, and
what a host was told without our hearing of it is found again by its mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from assessor.ambient import Ambient
from assessor.engine.outbox import Outbox, Parcel, came_file, line_name
from assessor.errors import JudgeError, JudgeRejected
from assessor.judges.base import Judge
from assessor.judges.batch.base import Batched, BatchHost, SoughtBatch, Status
from assessor.judges.batch.batch_client import GONE
from assessor.judges.batch.folder import FolderBatches
from assessor.store import RunStatus, Store
from assessor.store.batches import Batch, BatchStep, Step
from assessor.store.handed_in import note_own, own_among
from assessor.store.log import RunLog

# States that have replies, also where no file of them is named, or not yet.
_WITH_REPLIES = frozenset({"there", "ended", "completed", "success"})
# Fewer requests than this are asked at once: a batch may take a day.
LEAST = 50
# Seconds between two looks at a batch that is waited for: the first, and the most.
_FIRST_LOOK, _LATER_LOOK = 2.0, 60.0
# Seconds that a host has to list what it took a moment ago.
_SETTLES = 2.0
# Seconds after which a host that does not know a batch any more has lost it.
_SURELY_LISTED = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What a run has to say of batches: what was handed in now, what waits, how far it is."""

    requests: int = 0
    batches: int = 0
    waiting: int = 0
    done: int = 0
    left_out: int = 0
    cost: Decimal | None = None


class Post:
    """The batches of one run. Raises JudgeError, and StoreError for a store in memory."""

    def __init__(
        self, judges: Sequence[Judge | None], store: Store, ambient: Ambient, log: RunLog
    ) -> None:
        self.outbox = Outbox(store, lambda: ambient.now().isoformat())
        self.handed = Handed()
        self.at_once = 0
        # Why what lies at a host could not be deleted there, if so.
        self.undeleted = ""
        self._judges = [each for each in judges if each is not None]
        self._store = store
        self._ambient = ambient
        self._log = log
        self._status: dict[str, Status] = {}
        hosts = [each.batch_host for each in self._judges if isinstance(each, Batched)]
        self._is_carried = any(isinstance(each, FolderBatches) for each in hosts)

    def ask_at_once(self) -> None:
        """Leave what was gathered to be asked at once: it is too little for a batch."""
        self.at_once = self.outbox.gathered
        self.outbox.clear()
        self.outbox.is_open = False

    async def collect(self) -> None:
        """Bring every batch as far as it goes now: find, hand in, look, take in, clear away."""
        batches = self._store.batches()
        # What came along with a memory may be anything that the user has at this host.
        own = {each.id for each in batches} if self._is_carried else own_among(batches)
        for batch in batches:
            host = self._host_of(batch) if batch.id in own else None
            if host is None or Step.CLEARED in batch.steps or Step.GIVEN_UP in batch.steps:
                continue
            await self._bring_on(batch, host)
        self.outbox.look_in(self._store.batches())

    async def hand_in(self, spent: Decimal, most: Decimal | None) -> None:
        """Hand in what was gathered, as far as `most` dollars allow with what was spent."""
        left_out = 0
        for parcel in tuple(self.outbox.parcels):
            fits = self._what_fits(parcel, spent, most)
            left_out += len(parcel.asks) - len(fits.asks)
            if not fits.asks:
                continue
            spent += fits.cost or Decimal(0)
            await self._hand_in(fits)
            before = self.handed
            cost = None if fits.cost is None else (before.cost or Decimal(0)) + fits.cost
            self.handed = Handed(
                requests=before.requests + len(fits.asks), batches=before.batches + 1, cost=cost
            )
        self.outbox.clear()
        self.outbox.look_in(self._store.batches())
        done = sum(each.done for each in self._status.values() if not each.ended)
        self.handed = Handed(
            requests=self.handed.requests,
            batches=self.handed.batches,
            cost=self.handed.cost,
            waiting=len(self.outbox.under_way),
            done=done,
            left_out=left_out,
        )

    async def wait(self, stopped: Callable[[], str]) -> None:
        """Return when a batch has ended and its replies are here, or the run is to stop."""
        pause, before = _FIRST_LOOK, len(self.outbox.under_way)
        while before and len(self.outbox.under_way) == before and not stopped():
            slept = 0.0
            while slept < pause and not stopped():
                await self._ambient.sleep(min(1.0, pause - slept))
                slept += 1.0
            pause = min(_LATER_LOOK, pause * 1.5)
            if not stopped():
                await self.collect()

    def spent_before(self) -> Decimal:
        """Return what earlier commands of this round cost, and what is under way may.

        A round reaches from one run that came to its end to the next that does.
        """
        costs: list[object] = []
        for run in reversed(self._store.runs()):
            if run.status is RunStatus.DONE:
                break
            told = run.manifest.circumstances
            costs += [told.cost, told.cost_of_uncounted]
        costs += [each.intent.cost for each in self._store.batches() if each.is_under_way]
        return sum((Decimal(str(each)) for each in costs if each), Decimal(0))

    def carried(self) -> list[Path]:
        """Return the files of requests that wait to be carried to a machine and back."""
        hosts = {
            batch.remote: self._host_of(batch)
            for batch in self._store.batches()
            if batch.is_under_way
        }
        return [
            host.requests(name) for name, host in hosts.items() if isinstance(host, FolderBatches)
        ]

    def tidy(self) -> None:
        """Remove the files of replies that were all read: they are in the store, or told."""
        for name in self.outbox.finished():
            self._store.drop_batch_file(came_file(name))

    def _what_fits(self, parcel: Parcel, spent: Decimal, most: Decimal | None) -> Parcel:
        if most is None:
            return parcel
        count, total = 0, spent
        for cost in parcel.costs:
            total += cost or Decimal(0)
            if total > most:
                break
            count += 1
        return parcel.cut(count)

    async def _hand_in(self, parcel: Parcel) -> None:
        host = _host_of(parcel.judge)
        name = self._ambient.new_id()
        content = parcel.content()
        identity = parcel.judge.identity
        intent = BatchStep(
            id=name,
            step=Step.INTENDED,
            at=self._now(),
            host=identity.endpoint,
            model=identity.model,
            sha256=hashlib.sha256(content).hexdigest(),
            cost="" if parcel.cost is None else str(parcel.cost),
            asks=tuple((ask.request_key, ask.attempt) for ask in parcel.asks),
        )
        self._vouch(intent)
        self._store.intend_batch(intent, parcel.asks)
        self._log.write("batch", name=name, step="intended", requests=len(parcel.asks))
        file = await host.upload(name, content)
        self._note(name, Step.UPLOADED, files=(file,) if file else ())
        remote = await host.create(name, identity.model, file, content)
        self._note(name, Step.CREATED, remote=remote)

    async def _bring_on(self, batch: Batch, host: BatchHost) -> None:
        if not batch.remote:
            await self._find_again(batch, host)
            return
        if Step.COLLECTED not in batch.steps:
            is_there = False
            try:
                status = self._status[batch.id] = await host.status(batch.remote)
                is_there = True
                if not status.ended:
                    return
                if status.problem:
                    said = _refused(batch, status)
                    await self._give_up(batch, host, status.problem, said, status.files)
                await self._take_in(batch, host, status)
            except JudgeRejected as error:
                if error.code != GONE:
                    raise
                age = self._ambient.now() - datetime.fromisoformat(batch.steps[Step.CREATED].at)
                if not is_there and age.total_seconds() < _SURELY_LISTED:
                    said = f"{error}, or not yet: run the same again in some minutes"
                    raise JudgeRejected(said, code="at_host") from error
                await self._give_up(batch, host, GONE, _gone(batch, error))
        await self._clear(batch, host)

    async def _find_again(self, batch: Batch, host: BatchHost) -> None:
        """Go on with a batch whose handing in was broken off, where the host has it."""
        self._store.drop_batch_file(f"{batch.id}.jsonl")  # of versions that kept their requests
        known = frozenset(each.remote for each in self._store.batches() if each.remote)
        sought = SoughtBatch(
            mark=batch.id, since=batch.intent.at, requests=len(batch.intent.asks), known=known
        )
        found = await host.find(sought)
        if not found.batch:
            await self._ambient.sleep(_SETTLES)
            found = await host.find(sought)
        if found.batch:
            files = (found.file,) if found.file else ()
            self._note(batch.id, Step.UPLOADED, files=files)
            self._note(batch.id, Step.CREATED, remote=found.batch)
            return
        # What was to be handed in is asked anew, by this run and within its limits: a file of
        # requests that stands beside the memory may have come with it, at whatever cost.
        if file := found.file or next(iter(batch.files), ""):
            await self._delete(host, "", (file,))
        self._note(batch.id, Step.GIVEN_UP, state="lost")
        self._note(batch.id, Step.CLEARED)

    async def _take_in(self, batch: Batch, host: BatchHost, status: Status) -> None:
        results = await host.results(batch.remote, status)
        asked, of_it = {line_name(*each) for each in batch.intent.asks}, 0

        def lines() -> Iterator[bytes]:
            nonlocal of_it
            for each in results:
                of_it += each.name in asked
                yield each.as_line()

        self._store.keep_batch_file(came_file(batch.id), lines())
        if not of_it and (status.files or status.done or status.state in _WITH_REPLIES):
            self._store.drop_batch_file(came_file(batch.id))
            raise JudgeRejected(_unread(batch, host), code="at_host")
        self._note(batch.id, Step.COLLECTED, state=status.state, files=status.files)

    async def _give_up(
        self, batch: Batch, host: BatchHost, state: str, said: str, files: tuple[str, ...] = ()
    ) -> NoReturn:
        """Say why nothing will come of a whole batch. The next run asks anew, and this one not.

        `files` are what the host has of it beside the requests: its words on these.
        """
        self._note(batch.id, Step.GIVEN_UP, state=state, files=files)
        await self._clear(batch, host)
        raise JudgeRejected(said, code="at_host")

    async def _clear(self, batch: Batch, host: BatchHost) -> None:
        (now,) = [each for each in self._store.batches() if each.id == batch.id]
        if await self._delete(host, now.remote, now.files):
            self._note(batch.id, Step.CLEARED)

    async def _delete(self, host: BatchHost, remote: str, files: tuple[str, ...]) -> bool:
        """Delete what is done with; where that fails, what was paid for counts all the same."""
        try:
            await host.clear(remote, files)
        except JudgeError as error:
            self.undeleted = str(error)
            return False
        return True

    def _note(
        self,
        name: str,
        step: Step,
        *,
        remote: str = "",
        files: tuple[str, ...] = (),
        state: str = "",
    ) -> None:
        noted = BatchStep(
            id=name, step=step, at=self._now(), remote=remote, files=files, state=state
        )
        self._vouch(noted)
        self._store.note_batch(noted)
        self._log.write("batch", name=name, step=step.value, remote=remote, state=state)

    def _vouch(self, step: BatchStep) -> None:
        """Note a step that names something as the user's own, before the memory says it."""
        if not self._is_carried and (step.host or step.remote or step.files):
            note_own(step)

    def _host_of(self, batch: Batch) -> BatchHost | None:
        """Return the host that a batch lies at, where it is one of this run's."""
        for judge in self._judges:
            same = judge.identity.endpoint == batch.intent.host
            if same and judge.identity.model == batch.intent.model:
                return _host_of(judge)
        return None

    def _now(self) -> str:
        return self._ambient.now().isoformat()


def _refused(batch: Batch, status: Status) -> str:
    return (
        f"{batch.intent.host}: took the batch and then refused it ({status.problem}); nothing "
        "was done or charged. Run again to hand it in once more, where that may pass (a limit "
        "on what waits there), or leave out --tier batch"
    )


def _gone(batch: Batch, error: JudgeRejected) -> str:
    return (
        f"{error}: batch {batch.id} was collected by another copy of this class, or deleted there. "
        "Its replies are paid for: take them over from that copy with assessor runs merge FOLDER; "
        "else run again, which asks anew"
    )


def _unread(batch: Batch, host: BatchHost) -> str:
    """Return what to do where replies came of which none is the batch's: they are paid for."""
    if isinstance(host, FolderBatches):
        file = host.results_file(batch.remote)
        return (
            f"{file}: holds no reply to the requests of {host.requests(batch.remote).name}, so "
            "nothing was taken in or removed; put the file there that was made of these (one JSON "
            f"a line), or give them up with assessor runs drop {batch.id}"
        )
    return (
        f"{batch.intent.host}: what it gives as replies of batch {batch.remote} holds none of "
        "them; nothing was taken in or deleted. Run again later, or with another --tier to ask anew"
    )


def _host_of(judge: Judge) -> BatchHost:
    host = judge.batch_host if isinstance(judge, Batched) else None
    if host is None:
        raise JudgeRejected("this judge takes no batches; leave out --tier batch", code="tier")
    return host


def takes_batches(judge: Judge | None) -> bool:
    """Return whether a judge can be asked by batches; none at all is no hindrance."""
    return judge is None or (isinstance(judge, Batched) and judge.batch_host is not None)
