"""What a person agreed to once: kept among the user's data, never in the folder it is about."""

from __future__ import annotations

import json
import os
from pathlib import Path

from assessor.disk import make_folder, read_ours
from assessor.store.place import append_line, file_error, user_data

FILE = "hosts.jsonl"


def consents_file() -> Path:
    """Return where the user's yeses are kept."""
    return user_data() / FILE


def agreed(folder: Path, place: str, variable: str) -> bool:
    """Return whether the user agreed that this folder's answers and this key go to this place."""
    path = consents_file()
    try:
        lines = read_ours(path).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise file_error(path, error) from error
    wanted = {"folder": _name(folder), "origin": place, "variable": variable}
    return any(wanted.items() <= each.items() for each in map(_read, lines))


def agree(folder: Path, place: str, variable: str, at: str) -> Path:
    """Keep the user's yes, and return the file that it is kept in. Raises StoreError."""
    path = consents_file()
    yes = {"folder": _name(folder), "origin": place, "variable": variable, "at": at}
    try:
        make_folder(path.parent)
        append_line(path, json.dumps(yes))
    except OSError as error:
        raise file_error(path, error) from error
    return path


def _name(folder: Path) -> str:
    return os.fsencode(folder.resolve()).decode("utf-8", "backslashreplace")


def _read(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
