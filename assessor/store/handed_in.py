"""What this user handed in to hosts as batches: kept among their data, never in a class's folder.

A memory may have come from anybody, and names batches and files at a host. With the user's own key
these could be read, and deleted, whatever they are. So each step is noted here before it stands in
the memory, and what is not noted here is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assessor.disk import make_folder, read_ours
from assessor.errors import StoreError
from assessor.store.batches import Batch, BatchStep
from assessor.store.codec import decode, encode
from assessor.store.place import append_line, file_error, user_data

FILE = "batches.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A batch by our own name for it, its host's address, and what it and its files are called."""

    batch: str
    host: str = ""
    names: tuple[str, ...] = ()


def handed_in_file() -> Path:
    """Return where the user's batches are noted."""
    return user_data() / FILE


def note_own(*steps: BatchStep) -> Path:
    """Note steps of a batch as the user's own, and return the file. Raises StoreError."""
    path = handed_in_file()
    try:
        make_folder(path.parent)
        for step in steps:
            names = tuple(filter(None, (step.remote, *step.files)))
            append_line(path, encode(HandedIn(batch=step.id, host=step.host, names=names)))
    except OSError as error:
        raise file_error(path, error) from error
    return path


def own_among(batches: Iterable[Batch]) -> frozenset[str]:
    """Return which of these batches the user handed in, with all that they are called at a host.

    Raises StoreError.
    """
    path = handed_in_file()
    try:
        lines = read_ours(path).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise file_error(path, error) from error
    hosts: dict[str, set[str]] = {}
    names: dict[str, set[str]] = {}
    for told in map(_read, lines):
        hosts.setdefault(told.batch, set()).add(told.host)
        names.setdefault(told.batch, set()).update(told.names)
    return frozenset(
        each.id
        for each in batches
        if each.intent.host in hosts.get(each.id, ())
        and names[each.id].issuperset(filter(None, (each.remote, *each.files)))
    )


def _read(line: str) -> HandedIn:
    try:
        return decode(HandedIn, line)
    except StoreError:  # torn by a power cut
        return HandedIn(batch="")
