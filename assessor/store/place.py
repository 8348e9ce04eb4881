"""Where a store lives: its folder, its database file, and folders that a database must avoid."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from assessor.disk import NotOurs, check_folder, make_folder, open_ours, read_ours
from assessor.errors import StoreError
from assessor.store.elsewhere import place_of

# Where platforms' own files are kept that were put on the review page.
TEMPLATES = "templates"

DATABASE = "store.db"
MOUNTS = Path("/proc/mounts")

# SQLite's write-ahead log needs shared memory and honest locks, which these do not give.
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|davfs|ncpfs|drvfs|vboxsf|prl_fs"
    r"|fuse\.(sshfs|rclone|davfs2?|glusterfs|s3fs|gcsfuse|google-drive-ocamlfuse|onedriver"
    r"|vmhgfs-fuse|smbnetfs|curlftpfs|juicefs)"
)
_CLOUD = re.compile(
    r"(dropbox|onedrive|nextcloud|owncloud|seafile|box)( sync| \(.*\)| ?- ?.*)?"
    r"|google ?drive( \(.*\))?|googledrive-.*|my drive|icloud ?drive|mobile documents"
    r"|cloudstorage|pcloud ?drive|mega(sync)?|syncthing",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where things of one store go; all None for a store in memory.

    `folder` holds what people keep (decisions.jsonl), `database` is the SQLite file, and `fallback`
    is this store's folder among the user's data, made only when it is used. `before` is the
    database that a new one begins as a copy of, where there is one. `writes_ahead` says whether the
    database may use a write-ahead log.
    """

    folder: Path | None = None
    database: Path | None = None
    fallback: Path | None = None
    before: Path | None = None
    writes_ahead: bool = True
    notes: tuple[str, ...] = ()


def user_data() -> Path:
    """Return the user's own folder for data of ours: what it holds came with nobody's folder."""
    return platformdirs.user_data_path("assessor", appauthor=False)


def settle(folder: Path, data_home: Path | None) -> Place:
    """Make `folder` where it is missing, and say where its database goes.

    In a synced or network folder that is the user's data folder, found again by an id that stands
    in both. Where that is no better (a home on a network), it stays, with the journal that needs no
    shared memory.
    """
    folder = folder.absolute()
    home = data_home or user_data()
    private_folder(folder)
    key = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    fallback = home / "stores" / key
    mounts = _mounts()
    why = unfit(folder.resolve(), mounts)
    place = Place(folder=folder, database=folder / DATABASE, fallback=fallback)
    if not why:
        return place
    if worse := unfit(fallback.resolve(), mounts):
        note = (
            f"{folder} is in {why}, and the user's data folder in {worse}: use this store from one "
            "machine at a time, or name a local folder with --store"
        )
        return replace(place, writes_ahead=False, notes=(note,))
    try:
        fallback, original = place_of(folder.resolve(), home / "stores", key)
    except OSError as error:
        raise file_error(Path(error.filename or home), error) from error
    private_folder(fallback)
    database = fallback / DATABASE
    notes = [f"{folder} is in {why}, where a database can be damaged: it is kept in {database}"]
    before = original / DATABASE if original is not None else folder / DATABASE
    if not database.exists() and not before.exists() and (folder / "decisions.jsonl").exists():
        notes.append(
            f"the database of {folder} is not here (another machine's, or lost): decisions are "
            "taken from decisions.jsonl, runs are not; go on with assessor grade"
        )
    return replace(place, database=database, fallback=fallback, before=before, notes=tuple(notes))


def unfit(folder: Path, mounts: str) -> str:
    """Return why a database must not stand in `folder` ("" where it may).

    `mounts` is the text of /proc/mounts, "" on systems without one.
    """
    if str(folder).startswith(("\\\\", "//")):
        return "a network folder"
    for part in folder.parts:
        if _CLOUD.fullmatch(part):
            return f"the synced folder {part!r}"
    kind = _filesystem(folder, mounts)
    return f"a network folder ({kind})" if _NETWORK.fullmatch(kind) else ""


def private_folder(folder: Path) -> None:
    """Make `folder`, open to its owner only; one that exists is left as it is.

    Raises StoreError where it is a link or another user's: whose folder it is reads what is in it.
    """
    try:
        check_folder(folder)
        make_folder(folder)
    except OSError as error:
        raise file_error(folder, error) from error


def append_line(path: Path, line: str) -> None:
    """Append one line to a private file of ours and see it to the disk.

    A line that an earlier crash left torn is closed first, so that it spoils nothing but itself.
    """
    with os.fdopen(open_ours(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "r+b", 0) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        torn = size > 0 and file.read(1) != b"\n"
        data = ("\n" if torn else "").encode() + line.encode() + b"\n"
        if file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file.fileno())


def append_lines(path: Path, lines: Sequence[str]) -> None:
    """Add lines to a file of the store, on the disk when this returns. Raises StoreError."""
    try:
        append_line(path, "\n".join(lines))
    except OSError as error:
        raise file_error(path, error) from error


def lines_of(path: Path) -> list[str] | None:
    """Return the lines of a file of the store, None where it is missing. Raises StoreError."""
    try:
        return read_ours(path).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise file_error(path, error) from error


def file_error(path: Path, error: OSError) -> StoreError:
    """Return what went wrong with a file of the store, and what to do."""
    if isinstance(error, NotOurs):
        return StoreError(
            f"{error.filename}: {error.strerror}, so it is neither read nor written; "
            "go on in a copy of the class's folder that is yours (what you may not read in it, its "
            "owner can copy for you), or name another folder with --store"
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return StoreError(
            f"{path}: {error.strerror}; copy the folder to where you may write and go on there, or "
            "have its owner give you the right to write in it"
        )
    return StoreError(
        f"{path}: {error.strerror or error}; check its permissions and the free space, "
        "or name another folder with --store"
    )


def _mounts() -> str:
    try:
        return MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _filesystem(folder: Path, mounts: str) -> str:
    """Return the type of the innermost mount that holds `folder`."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        words = line.split()
        if len(words) < 3:
            continue
        point = Path(re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), words[1]))
        # Of two mounts on one point the later one is seen.
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), words[2]
    return kind
