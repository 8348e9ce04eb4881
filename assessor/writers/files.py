"""Write a file so that a reader sees the old one or the new one, never half of either."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from pathlib import Path

from assessor.disk import PRIVATE_FILE, make_folder, read_record
from assessor.errors import StoreError

# What was written last into a folder, name by name: a file of another content was edited since.
WRITTEN = ".assessor-written.json"


def write_file(path: Path, data: bytes) -> None:
    """Replace `path` with `data`: temporary file, fsync, rename; its folder is made when missing.

    A new file is readable by its owner only; one that was there keeps the permissions it was
    given. A link in its place is replaced and not followed; a pipe, a device and a link to one
    stay. Raises StoreError, with the old file untouched.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise StoreError(
            f"{path}: is a pipe or a device, and no file; take it away or name another place "
            "with --out"
        )
    try:
        make_folder(path.parent)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _cannot(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise _cannot(path, error) from error


def write_over(path: Path, data: bytes) -> Path | None:
    """Write a file of ours anew; where a person edited it since, keep theirs beside it.

    Returns where theirs is kept, None where nothing was edited. Raises StoreError.
    """
    known = _written(path.parent)
    kept = None
    if _edited(path, known, data):
        kept = _free_name(path)
        try:
            path.rename(kept)
        except OSError as error:
            raise _cannot(path, error) from error
    write_file(path, data)
    written = {**known, path.name: _digest(data)}
    if written != known:
        text = json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True)
        write_file(path.parent / WRITTEN, text.encode() + b"\n")
    return kept


def taken_away(path: Path) -> bool:
    """Return whether a file of ours was written here, and no regular file stands there now."""
    return path.name in _written(path.parent) and not path.is_file()


def edited_since(path: Path) -> bool:
    """Return whether a file of ours is not as it was written last."""
    return _edited(path, _written(path.parent), None)


def _edited(path: Path, known: dict[str, str], data: bytes | None) -> bool:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        with path.open("rb") as file:
            there = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return False
    if data is not None and there == _digest(data):
        return False
    return known.get(path.name) != there


def _written(folder: Path) -> dict[str, str]:
    try:
        found = read_record(folder / WRITTEN)
    except (OSError, ValueError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _free_name(path: Path) -> Path:
    number = 1
    while True:
        mark = "edited" if number == 1 else f"edited {number}"
        free = path.with_name(f"{path.stem} ({mark}){path.suffix}")
        if not os.path.lexists(free):
            return free
        number += 1


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _mode(path: Path) -> int:
    try:
        status = path.lstat()
    except OSError:
        return PRIVATE_FILE
    return stat.S_IMODE(status.st_mode) & 0o777 if stat.S_ISREG(status.st_mode) else PRIVATE_FILE


def _cannot(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path}: cannot be written ({error.strerror}); free space or name another place with --out"
    )
