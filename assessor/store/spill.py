"""Replies that could not be written to the database, kept in a file until the next start.

Each line bears the mark of the store that wrote it: whoever puts a file there has no replies taken
in by that.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from assessor.disk import check_ours
from assessor.errors import StoreError
from assessor.store.place import Place, append_line, private_folder

_NAME = "spill.jsonl"


def spill(place: Place, line: str, secret: bytes) -> str:
    """Keep `line` beside the store or else among the user's data; return where, in words.

    `secret` is the store's own: by it the line is known again.
    """
    folders = [folder for folder in (place.folder, place.fallback) if folder]
    for folder in folders:
        try:
            private_folder(folder)
            append_line(folder / _NAME, f"{_mark(line, secret)} {line}")
        except (OSError, StoreError):
            continue
        return f"the replies are kept in {folder / _NAME} and taken in at the next start"
    return "the replies could not be kept anywhere else and will be asked for again"


def own_line(line: str, secret: bytes) -> str:
    """Return a line as it was handed to `spill`; "" where this store wrote no such one."""
    mark, _, content = line.partition(" ")
    told = mark.encode("utf-8", "replace")
    return content if hmac.compare_digest(told, _mark(content, secret).encode()) else ""


def _mark(line: str, secret: bytes) -> str:
    return hmac.digest(secret, line.encode("utf-8", "surrogatepass"), "sha256").hex()


def claim(place: Place) -> tuple[Path, ...]:
    """Take the spill files there are out of the way of a process that may still write one.

    Raises OSError.
    """
    claimed = []
    for folder in (place.folder, place.fallback):
        if folder and os.path.lexists(folder / _NAME) and not (folder / _NAME).is_dir():
            check_ours(folder / _NAME)
            (folder / _NAME).rename(folder / f"spill-{secrets.token_hex(4)}.jsonl")
        if folder and folder.is_dir():
            claimed += sorted(folder.glob("spill-*.jsonl"))
    return tuple(claimed)
