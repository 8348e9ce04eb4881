"""Files that are ours: opened without following links, readable by nobody else.

A folder may come from somebody else. What stands in it under one of our names may be a link to
another file of the user's, a pipe that never ends, or a file that another user of the machine can
change under our hands; none of these is read or written.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # not on every system
    fcntl = None  # type: ignore[assignment]  # asked for before it is used

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
# Not on every system: there a link is found by looking before opening.
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
# A pipe must not hold up who opens it; regular files take no notice.
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)


class NotOurs(OSError):
    """There is something under this name that is no regular file of ours; `strerror` says what."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(errno.EPERM, why, str(path))


def user() -> int | None:
    """Return the id of the user whose files are ours; None where files have no owner."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def foreign(path: Path) -> str:
    """Return why `path` is another user's, in words; "" where it is ours or is not there."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return _foreign(status)


def is_own_file(path: Path) -> bool:
    """Return whether a regular file stands there (or a link to one) that is not another user's."""
    return path.is_file() and not foreign(path)


def open_ours(path: Path, flags: int) -> int:
    """Open a regular file of ours, made private where `flags` make it; return its descriptor.

    Raises NotOurs for a link, a pipe, a device, a file of another user and one with a second name
    (a hard link), and OSError.
    """
    handle = _open(path, flags)
    if why := _foreign(os.fstat(handle)):
        os.close(handle)
        raise NotOurs(path, why)
    return handle


def read_regular(path: Path, most: int) -> bytes:
    """Return the content of a regular file that was handed in, whoever it belongs to.

    Raises NotOurs for a link, a pipe, a device, one with a second name and one of more than `most`
    bytes, and OSError.
    """
    with os.fdopen(_open(path, os.O_RDONLY), "rb") as file:
        content = _at_most(most + 1, file)
    if len(content) > most:
        raise NotOurs(path, f"holds more than {most:,} bytes")
    return content


def read_named(path: Path, most: int) -> bytes:
    """Return the content of a file that a person named; a link is followed, as they would.

    A pipe of the shell's own (`<(...)`) is read, too. Raises NotOurs for one that has a name and
    so may never end, for a device and for more than `most` bytes, IsADirectoryError and OSError.
    """
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    is_shells = stat.S_ISFIFO(status.st_mode) and not os.path.lexists(os.path.realpath(path))
    if not (stat.S_ISREG(status.st_mode) or is_shells):
        raise NotOurs(path, "is a pipe or a device, and no file")
    content = b""
    if status.st_size <= most:
        with path.open("rb") as file:
            content = _at_most(most + 1, file)
    if max(status.st_size, len(content)) > most:
        raise NotOurs(path, f"holds more than {most:,} bytes")
    return content


def _at_most(count: int, file: BinaryIO) -> bytes:
    """Return up to `count` bytes. Room is made for what the file holds, and not for all that might.

    Where memory is rationed, a gigabyte would be refused.
    """
    size = os.fstat(file.fileno()).st_size
    content = file.read(min(count, size + 1))
    return content if len(content) <= size else content + file.read(count - len(content))


def _open(path: Path, flags: int) -> int:
    if not _NOFOLLOW and path.is_symlink():
        raise NotOurs(path, "is a link")
    try:
        handle = os.open(path, flags | _NOFOLLOW | _NONBLOCK, PRIVATE_FILE)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a pipe that nobody reads
            raise NotOurs(path, "is no regular file") from error
        if error.errno in {errno.ELOOP, errno.EMLINK} or path.is_symlink():
            raise NotOurs(path, "is a link") from error
        raise
    if why := _odd(os.fstat(handle)):
        os.close(handle)
        raise NotOurs(path, why)
    return handle


def check_ours(path: Path) -> None:
    """Raise NotOurs where something stands there that is no regular file of ours."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    link = stat.S_ISLNK(status.st_mode)
    why = "is a link" if link else _odd(status) or _foreign(status)
    if why:
        raise NotOurs(path, why)


def check_folder(path: Path) -> None:
    """Raise NotOurs where `path` is a link or no folder of ours; one that is missing is fine."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    why = _foreign(status)
    if stat.S_ISLNK(status.st_mode):
        why = "is a link"
    elif not stat.S_ISDIR(status.st_mode):
        why = "is no folder"
    if why:
        raise NotOurs(path, why)


def read_ours(path: Path) -> bytes:
    """Return the content of a regular file of ours. Raises NotOurs and OSError."""
    with os.fdopen(open_ours(path, os.O_RDONLY), "rb") as file:
        return file.read()


def read_record(path: Path) -> object:
    """Return the JSON in a file that we keep beside what we write. Raises ValueError and OSError.

    What stands there may have come with the folder: a pipe, or brackets without end.
    """
    try:
        return json.loads(read_ours(path))
    except RecursionError as error:
        raise ValueError(f"{path}: is nested too deeply") from error


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, open to its owner only; what exists is left as it is."""
    missing = []
    each = folder
    while not each.exists() and each != each.parent:
        missing.append(each)
        each = each.parent
    for each in reversed(missing):
        each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    folder.mkdir(exist_ok=True)  # raises where a file stands in its place


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold a lock file of ours, made where it is missing; yields False where somebody else has it.

    It is let go of with the process, however that ends. Where the system has no such locks, nobody
    else is seen. Raises NotOurs and OSError.
    """
    handle = open_ours(path, os.O_RDWR | os.O_CREAT)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
        yield True
    finally:
        os.close(handle)


def _odd(status: os.stat_result) -> str:
    if not stat.S_ISREG(status.st_mode):
        return "is no regular file"
    if status.st_nlink > 1:
        return "has a second name (a hard link)"
    return ""


def _foreign(status: os.stat_result) -> str:
    own = user()
    if own is None or status.st_uid == own:
        return ""
    return f"belongs to another user (uid {status.st_uid}, you are {own})"
