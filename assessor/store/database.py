"""One SQLite connection: opened safely, written in whole transactions, its errors made ours."""

from __future__ import annotations

import functools
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from assessor.ambient import Ambient
from assessor.disk import check_ours, open_ours
from assessor.errors import StoreBusy, StoreError
from assessor.store.keys import short
from assessor.store.migrations import MIGRATIONS
from assessor.store.packing import unpack
from assessor.store.place import Place, file_error

APPLICATION = 0x61737372
BUSY_SECONDS = 10.0
_BUSY_STILL = 0.2
# Ends a journal of several databases; SQLite deletes the file that it names, whatever that is.
_NAMES_A_FILE = bytes.fromhex("d9d505f920a163d7")
_IN_CLAUSE = 500
SCHEMA = "SELECT type, name, coalesce(sql, '') FROM sqlite_master"
# Stands in a store whose columns were begun with short keys.
_SHORT_KEYS = "short_keys"

_NOT_YOURS = (
    "cannot be written; copy the folder to where you may write and go on there, or have its "
    "owner give you the right to write in it"
)
_SAY = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space, then run the same command again",
    sqlite3.SQLITE_BUSY: "another program is holding it; close that one, then run again",
    sqlite3.SQLITE_LOCKED: "another program is holding it; close that one, then run again",
    sqlite3.SQLITE_READONLY: _NOT_YOURS,
    sqlite3.SQLITE_PERM: _NOT_YOURS,
    sqlite3.SQLITE_CANTOPEN: _NOT_YOURS,
    sqlite3.SQLITE_NOTADB: "is not a database; move it away, or name another folder with --store",
    sqlite3.SQLITE_CORRUPT: "is damaged; move it away (decisions.jsonl beside it restores every "
    "human decision) and run again",
    sqlite3.SQLITE_IOERR: "cannot be read or written; check the disk and its free space",
}


class Database:
    """A store's connection, shared by threads behind one lock. `path` None is memory."""

    def __init__(self, path: Path | None, *, writes_ahead: bool = True) -> None:
        self.where = str(path) if path else "the store in memory"
        self._lock = threading.RLock()
        # Seconds that SQLite waits for others now, and that the next write is given.
        self._waits = self._patience = BUSY_SECONDS
        with _ours(self.where):
            known = _private_file(path) if path else None
            self.connection = sqlite3.connect(
                path or ":memory:",
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            self.connection.create_function("unpacked", 1, unpack, deterministic=True)
            try:
                self._prepare("WAL" if writes_ahead else "DELETE")
                if path and _private_file(path) != known:
                    raise StoreError(f"{path}: was exchanged while it was opened; run again")
            except BaseException:
                self.connection.close()
                raise

    @contextmanager
    def write(self, *, wait: bool = True) -> Iterator[sqlite3.Connection]:
        """Run the body as one transaction that is on the disk when the block ends, or undone.

        Raises StoreBusy where somebody else holds the database: at once without `wait`, else when
        they have held it for ten seconds. Who held it so long is not waited for again at every
        write that follows, until one comes through.
        """
        if not self._lock.acquire(blocking=wait):
            raise StoreBusy(f"{self.where}: another thread is at it")
        try:
            with _ours(self.where), self._transaction(wait):
                yield self.connection
            self._patience = BUSY_SECONDS
        except StoreBusy:
            self._patience = _BUSY_STILL if wait else self._patience
            raise
        finally:
            self._lock.release()

    @contextmanager
    def _transaction(self, wait: bool) -> Iterator[None]:
        self._wait_for_others(self._patience if wait else 0)
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        finally:
            # Reads are no writes in a row: they wait as long as ever.
            self._wait_for_others(BUSY_SECONDS)

    def _wait_for_others(self, seconds: float) -> None:
        if seconds != self._waits:
            self.connection.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
            self._waits = seconds

    def stored(self, key: str) -> str:
        """Return a key of content as it stands in this store's columns."""
        return short(key) if self._short_keys else key

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of one query."""
        with self._lock, _ours(self.where):
            return self.connection.execute(sql, values).fetchall()

    def rows_in(self, sql: str, keys: Iterable[str], *more: object) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query whose `IN (?)` is filled with `keys`, some at a time.

        `more` are the values of what follows it.
        """
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), _IN_CLAUSE):
            chunk = wanted[start : start + _IN_CLAUSE]
            marks = ",".join("?" * len(chunk))
            yield from self.rows(sql.replace("IN (?)", f"IN ({marks})"), (*chunk, *more))

    def execute(self, sql: str) -> None:
        """Run one statement outside of any transaction."""
        with self._lock, _ours(self.where):
            self.connection.execute(sql)

    def close(self) -> None:
        """Let go of the file; twice is fine."""
        with self._lock, _ours(self.where):
            self.connection.close()

    def _prepare(self, journal: str) -> None:
        self._refuse_foreign()
        self.connection.execute("PRAGMA synchronous = FULL")
        # The file may come from somebody else: what stands in its schema is not to be trusted.
        self.connection.execute("PRAGMA trusted_schema = OFF")
        _set_journal(self.connection, journal)
        if self._number("user_version") < len(MIGRATIONS):
            self._migrate()
        self._short_keys = bool(self.rows("SELECT 1 FROM meta WHERE name = ?", (_SHORT_KEYS,)))

    def _migrate(self) -> None:
        with self.write() as connection:
            self._refuse_foreign()
            is_new = not self._number("user_version")
            for migration in MIGRATIONS[self._number("user_version") :]:
                for statement in migration:
                    connection.execute(statement)
            if is_new:
                connection.execute("INSERT INTO meta VALUES (?, '')", (_SHORT_KEYS,))
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _refuse_foreign(self) -> None:
        """Leave another program's database, and one from the future, exactly as it is."""
        ((tables,),) = self.connection.execute("SELECT count(*) FROM sqlite_master")
        if tables and self._number("application_id") != APPLICATION:
            raise StoreError(
                f"{self.where}: is another program's database; name another folder with --store"
            )
        version = self._number("user_version")
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{self.where}: was written by a newer assessor (schema {version}, this one knows "
                f"{len(MIGRATIONS)}); update assessor"
            )
        acting = self.connection.execute(f"{SCHEMA} WHERE type IN ('trigger', 'view')")
        for kind, name, _ in set(acting) - made_schema():
            raise StoreError(
                f"{self.where}: holds a {kind} of somebody else's ({name!r}), which may never end "
                "or change what is kept, so it is neither read nor written; go on with one of your "
                "own, in another folder (--store)"
            )

    def _number(self, pragma: str) -> int:
        ((value,),) = self.connection.execute(f"PRAGMA {pragma}")
        return int(value)


class Records:
    """What every kind of record stands on."""

    def __init__(self, database: Database, place: Place, ambient: Ambient) -> None:
        self.database = database
        self.place = place
        self.ambient = ambient


def number_in(column: object, where: str) -> int:
    """Return a column's whole number: pages go on by it, for ever by one that is none."""
    if not isinstance(column, int):
        raise StoreError(
            f"{where}: was edited by hand ({str(column)[:20]!r} stands for a number); compare it "
            "with a backup"
        )
    return column


@functools.cache
def made_schema() -> frozenset[tuple[str, str, str]]:
    """Return the type, name and text of whatever this version makes in a database."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for migration in MIGRATIONS:
            for statement in migration:
                connection.execute(statement)
        return frozenset(connection.execute(SCHEMA))


def copy_database(source: Path, target: Path) -> None:
    """Copy a database with what its log still holds; the copy is there whole or not at all."""
    _private_file(source)
    half = target.with_suffix(".half")
    half.unlink(missing_ok=True)
    _private_file(half)
    with (
        _ours(str(source)),
        closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as old,
        closing(sqlite3.connect(half)) as new,
    ):
        old.backup(new)
    half.replace(target)


@contextmanager
def _ours(where: str) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        say = _SAY.get(code, f"{error}; run 'assessor runs verify'")
        ours = StoreBusy if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} else StoreError
        raise ours(f"{where}: {say}") from error


def _set_journal(connection: sqlite3.Connection, journal: str) -> None:
    """Switch the database to a kind of journal, once.

    Two processes that do so at once get "locked" without the busy timeout being honoured.
    """
    for left in reversed(range(200)):
        try:
            ((mode,),) = connection.execute("PRAGMA journal_mode")
            if mode not in {journal.lower(), "memory"}:
                connection.execute(f"PRAGMA journal_mode = {journal}")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not left:
                raise
            time.sleep(0.05)


def _private_file(path: Path) -> tuple[int, int]:
    """Make the database's file where it is missing; it and those beside it must be ours.

    Returns which file it is: SQLite opens it by its name, so that who has opened it looks again.
    One that is there is looked at and not opened, since closing it would take away the locks of
    whoever in this process has it open.
    """
    try:
        with suppress(FileExistsError):
            os.close(open_ours(path, os.O_RDWR | os.O_CREAT | os.O_EXCL))
        for beside in ("", "-wal", "-shm", "-journal"):
            check_ours(path.with_name(path.name + beside))
        _refuse_to_delete(path.with_name(f"{path.name}-journal"))
        status = path.lstat()
    except OSError as error:
        raise file_error(path, error) from error
    return status.st_dev, status.st_ino


def _refuse_to_delete(journal: Path) -> None:
    """Refuse a journal that names a file: none of ours does, and SQLite would delete that file."""
    try:
        handle = open_ours(journal, os.O_RDONLY)
    except FileNotFoundError:
        return
    with os.fdopen(handle, "rb") as file:
        file.seek(max(0, os.fstat(handle).st_size - len(_NAMES_A_FILE)))
        if file.read() == _NAMES_A_FILE:
            raise StoreError(
                f"{journal}: is not assessor's, and would have a file deleted that it names; "
                "nothing was opened: take it away and run again, or name another folder with "
                "--store"
            )
