"""The database of a synced folder, among the user's data: it follows a folder that moves.

Folder and database know each other by an id that stands with both. A copy of a folder gets a copy
of the database, so that the two never write into each other.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from assessor.disk import make_folder, open_ours, read_ours

# In the folder: the id of its database. Beside the database: the folder that it belongs to.
MARK, HOME = "database-id", "folder"
_ID = re.compile(r"[0-9a-f]{16}")


def place_of(folder: Path, stores: Path, by_path: str) -> tuple[Path, Path | None]:
    """Return where below `stores` the database of `folder` stands, and where one to copy does.

    There is one to copy where `folder` itself is a copy, of one that is still there. `by_path`
    names the place where no id was given yet: as it was named before there were any. `folder` is
    absolute; where it cannot be written to, it has no id. Raises OSError.
    """
    original = None
    own = _read(folder / MARK)
    if not _ID.fullmatch(own) or (own != by_path and _is_nobodys(stores / own)):
        # No new one is named by its path: that can be guessed, and so claimed by another folder.
        own = by_path if _is_nobodys(stores / by_path) else secrets.token_hex(8)
    home = _read(stores / own / HOME)
    if home == str(folder):
        return stores / own, None
    if home and _read(Path(home) / MARK) == own:
        original, own = stores / own, secrets.token_hex(8)
    make_folder(stores / own)
    try:
        _write(folder / MARK, own)
    except OSError:
        return stores / by_path, None
    _write(stores / own / HOME, str(folder))
    return stores / own, original


def _is_nobodys(place: Path) -> bool:
    """Return whether a database stands there that was named by its path, before there were ids."""
    return place.is_dir() and not _read(place / HOME)


def _read(path: Path) -> str:
    try:
        return read_ours(path).decode("utf-8", "surrogateescape").strip()
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(open_ours(path, flags), "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(f"{text}\n")
