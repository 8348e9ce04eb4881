"""Give up a batch that was carried away by hand and never came back, or that came with a memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.foreign_batches import foreign
from assessor.assignment.judge_choice import CARRIED, NOWHERE
from assessor.counting import plural
from assessor.errors import InputError
from assessor.judges.batch.folder import FolderBatches
from assessor.store import Store
from assessor.store.batches import Batch, BatchStep, Step

DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedBatch:
    """What was given up: its name, and how many requests are asked anew by the next run."""

    name: str
    requests: int


async def drop_batch(place: ClassFolder, store: Store, name: str) -> DroppedBatch:
    """Give up a batch of --tier file, or one that came with the memory; asks first.

    The one that waits where none is named. Its files here are removed, and nothing is touched at a
    host. Raises InputError for one that the user handed in: what comes of that is paid for.
    """
    batch = _waiting(store, name)
    folder = FolderBatches(place.folder / CARRIED)
    requests = plural(len(batch.intent.asks), "request")
    by_hand = batch.intent.host == NOWHERE
    what = "Its file is removed" if by_hand else f"{batch.intent.host} is told nothing"
    question = (
        f"Drop batch {batch.id}, {requests} to {batch.intent.model}? {what}, and the next run asks "
        f"anew.{_told(folder.results_file(batch.id)) if by_hand else ''}"
    )
    if not place.person.said_yes:
        if not place.person.is_there:
            raise InputError(f"{question} Nobody can be asked here: say so with --yes")
        place.person.goes_on(question)
    store.acquire_lease("drop")
    try:
        store.drop_batch_file(f"{batch.id}.jsonl")  # of versions that kept their requests
        at = place.ambient.now().isoformat()
        store.note_batch(BatchStep(id=batch.id, step=Step.GIVEN_UP, at=at, state=DROPPED))
        if by_hand:
            await folder.clear(batch.remote or batch.id, batch.files)
        store.note_batch(BatchStep(id=batch.id, step=Step.CLEARED, at=at))
    finally:
        store.release_lease()
    return DroppedBatch(name=batch.id, requests=len(batch.intent.asks))


def _told(results: Path) -> str:
    if not results.exists():
        return ""
    return f" Its replies are there ({results}): `assessor grade --tier file` would take them in."


def _waiting(store: Store, name: str) -> Batch:
    """Return the batch that is meant. Raises InputError."""
    waiting = [each for each in store.batches() if each.is_under_way]
    if name:
        waiting = [each for each in waiting if each.id == name]
        if not waiting:
            raise InputError(f"{name}: no batch of this name is under way; see: assessor runs list")
    others = {each.id for each in foreign(store)}
    free = [each for each in waiting if each.intent.host == NOWHERE or each.id in others]
    if len(free) == 1:
        return free[0]
    if len(free) > 1:
        listed = ", ".join(each.id for each in free)
        raise InputError(f"several batches can be dropped; name one: {listed}")
    if waiting:
        raise InputError(
            f"{waiting[0].id}: lies at a host, where what comes of it is paid for; run grade again "
            "to collect it, or cancel it on that host's own page first"
        )
    raise InputError("no batch of --tier file is under way here; see: assessor runs list")
