"""Write a file so that a reader sees the old one or the new one, never half of either."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
    with _beside(path, (data,)) as (fresh, _):
        _put(fresh, path)


def write_over(path: Path, data: bytes | Iterable[bytes]) -> Path | None:
    """Write a file of ours anew, maybe part by part; where a person edited it since, keep theirs.

    Returns where theirs is kept, None where nothing was edited. Raises StoreError.
    """
    known = _written(path.parent)
    kept = None
    with _beside(path, (data,) if isinstance(data, bytes) else data) as (fresh, digest):
        if _edited(path, known, digest):
            kept = _free_name(path)
            path.rename(kept)
        _put(fresh, path)
    written = {**known, path.name: digest}
    if written != known:
        text = json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True)
        write_file(path.parent / WRITTEN, text.encode() + b"\n")
    return kept


def taken_away(path: Path) -> bool:
    """Return whether a file of ours was written here, and no regular file stands there now."""
    return path.name in _written(path.parent) and not path.is_file()


def edited_since(path: Path) -> bool:
    """Return whether a file of ours is not as it was written last."""
    return _edited(path, _written(path.parent), "")


def holds(path: Path, parts: Iterable[bytes]) -> bool:
    """Return whether a file holds just these parts. Raises OSError."""
    content = hashlib.sha256()
    for part in parts:
        content.update(part)
    return _digest_at(path) == content.hexdigest()


@contextmanager
def _beside(path: Path, parts: Iterable[bytes]) -> Iterator[tuple[Path, str]]:
    """Yield a file beside `path` that holds the parts, on the disk, and its fingerprint.

    It is gone afterwards where it was not put in its place. Raises StoreError.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise StoreError(
            f"{path}: is a pipe or a device, and no file; take it away or name another place "
            "with --out"
        )
    fresh, content = None, hashlib.sha256()
    try:
        make_folder(path.parent)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        fresh = Path(name)
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                content.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        yield fresh, content.hexdigest()
    except OSError as error:
        raise _cannot(path, error) from error
    finally:
        if fresh is not None:
            fresh.unlink(missing_ok=True)


def _put(fresh: Path, path: Path) -> None:
    fresh.chmod(_mode(path))
    fresh.replace(path)


def _edited(path: Path, known: dict[str, str], digest: str) -> bool:
    """Return whether what stands there is neither what was written last nor of this digest."""
    try:
        there = _digest_at(path) if stat.S_ISREG(path.lstat().st_mode) else None
    except OSError:
        return False
    return there is not None and there not in {digest, known.get(path.name)}


def _digest_at(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
