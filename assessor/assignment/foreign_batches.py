"""Batches that a memory names and that its user did not hand in: they are asked about first."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from assessor.assignment.class_folder import ClassFolder
from assessor.counting import plural
from assessor.errors import InputError
from assessor.judges.base import Judge
from assessor.judges.batch.base import Batched
from assessor.judges.batch.folder import FolderBatches
from assessor.store import Store
from assessor.store.batches import Batch
from assessor.store.handed_in import note_own, own_among


def need_own_batches(place: ClassFolder, store: Store, judges: Sequence[Judge | None]) -> None:
    """Ask about each batch that these judges would collect and this user did not hand in here.

    The yes is kept among the user's data. `--yes` is no answer to it: the batch may be any that
    the user has there, and its files are deleted. Raises InputError on a no.
    """
    asked = {
        (each.identity.endpoint, each.identity.model)
        for each in judges
        if each is not None
        and isinstance(each, Batched)
        and not isinstance(each.batch_host, FolderBatches | None)
    }
    for batch in foreign(store):
        if (batch.intent.host, batch.intent.model) not in asked:
            continue
        said = (
            f"{store.database.where} says that batch {batch.id} "
            f"({plural(len(batch.intent.asks), 'request')}) was handed in to {batch.intent.host}, "
            "and it was not by you on this machine: it may be anything that you have there"
        )
        if not (
            place.person.is_there
            and place.person.agrees(f"{said}. Collect it, and delete it and its files there?")
        ):
            drop = f"assessor runs drop {shlex.quote(batch.id)}"
            raise InputError(
                f"{said}. Nothing was sent. If it is this class's, run the same at a terminal and "
                f"say yes; to leave it alone and ask anew: {drop}"
            )
        note_own(*batch.steps.values())


def foreign(store: Store) -> list[Batch]:
    """Return the batches under way that the user did not hand in. Raises StoreError."""
    waiting = [each for each in store.batches() if each.is_under_way]
    own = own_among(waiting)
    return [each for each in waiting if each.id not in own]
