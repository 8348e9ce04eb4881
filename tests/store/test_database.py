"""A store opens safely or says why not; what it acknowledged is on the disk."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.errors import StoreError
from assessor.store import open_store
from tests.store.build import ask, group, outcome, reply, run, store_in


def test_the_log_is_written_ahead_and_synced(tmp_path: Path) -> None:
    """The database runs with WAL and synchronous=FULL, also when it is opened again."""
    for _ in range(2):
        with store_in(tmp_path) as store:
            assert store.database.rows("PRAGMA journal_mode") == [("wal",)]
            assert store.database.rows("PRAGMA synchronous") == [(2,)]
            assert store.database.rows("PRAGMA busy_timeout") == [(10_000,)]


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    """Nonces stay the same for one store and differ between two."""
    secrets = []
    for folder in (tmp_path, tmp_path, tmp_path / "other"):
        with store_in(folder) as store:
            secrets.append(store.secret)

    assert secrets[0] == secrets[1] != secrets[2]
    assert len(secrets[0]) == 32


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """The folder has mode 0700 and every file in it, log and mirror included, 0600."""
    with store_in(tmp_path) as store:
        store.record([ask()], [reply()])
        store.rebuild_decisions([])
        store.record_export("canvas", "Quiz 4", {})
        modes = {path.name: mode(path) for path in (tmp_path / ".assessor").iterdir()}

    assert mode(tmp_path / ".assessor") == 0o700
    assert set(modes) >= {"store.db", "store.db-wal", "decisions.jsonl"}
    assert set(modes.values()) == {0o600}


def test_no_key_of_the_environment_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G11: a key that stands in the environment is in no file of the store."""
    monkeypatch.setenv("ASSESSOR_API_KEY", "sk-canary-4711")
    with store_in(tmp_path) as store:
        store.start_run(run())
        store.record([ask()], [reply()])
        store.save_outcomes("run1", [outcome()])
        files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]

    assert files
    assert not any(b"canary" in data for data in files)


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    """Another file under the database's name is not touched."""
    path = place(tmp_path, b"these are my notes, not a database " * 40)

    with pytest.raises(StoreError, match=r"store\.db: is not a database; move it away"):
        open_store(path.parent, real())
    assert path.read_bytes().startswith(b"these are my notes")


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """A database that is not ours is refused before anything in it is changed."""
    path = place(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    before = path.read_bytes()

    with pytest.raises(StoreError, match="another program's database"):
        open_store(path.parent, real())
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A store that a later version wrote is not opened by an older one."""
    with store_in(tmp_path) as store:
        store.database.execute("PRAGMA user_version = 99")

    with pytest.raises(StoreError, match=r"newer assessor \(schema 99, .*update assessor"):
        open_store(tmp_path / ".assessor", real())


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    """Overwritten pages are an error with what to do, not a traceback."""
    with store_in(tmp_path) as store:
        store.record(*group(f"k{n}" for n in range(200)))
    path = tmp_path / ".assessor" / "store.db"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)

    with pytest.raises(StoreError, match=r"is damaged; move it away .*decisions\.jsonl"):
        open_store(path.parent, real())


def test_a_full_disk_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    """When the disk is full, writing says so, and everything before is there."""
    with store_in(tmp_path) as store:
        store.record([ask("k0")], [reply("k0")])
        store.database.execute("PRAGMA max_page_count = 60")
        kept = 0
        with pytest.raises(StoreError, match="the disk is full; free some space"):
            for kept in range(1, 999):
                store.record([ask(f"k{kept}")], [reply(f"k{kept}", text="x" * 2_000)])
        names = [f"k{n}" for n in range(kept)]

        assert kept > 5
        assert list(store.usable_replies([*names, f"k{kept}"])) == sorted(names)
        assert store.verify() == ()


def test_a_locked_database_is_told(tmp_path: Path) -> None:
    """Another program that holds the file is named as the cause, and then writing goes on."""
    with store_in(tmp_path) as store:
        store.database.execute("PRAGMA busy_timeout = 50")
        with holding(tmp_path), pytest.raises(StoreError, match="another program is holding it"):
            store.record([ask()], [])
        store.record([ask()], [])

        assert store.tries("k1") == 1


def test_a_start_waits_for_another_that_is_making_the_store(tmp_path: Path) -> None:
    """Switching to the log is refused at once while another process writes: it is tried again."""
    path = place(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        letting_go = threading.Timer(0.2, other.execute, ["COMMIT"])
        letting_go.start()
        with store_in(tmp_path) as store:
            assert store.database.rows("PRAGMA journal_mode") == [("wal",)]
        letting_go.join()


def test_a_read_only_folder_is_told() -> None:
    """A folder that cannot be written is an error with what to do."""
    with (
        read_only_folder() as folder,
        pytest.raises(StoreError, match="where you may write and go on there"),
    ):
        open_store(folder / ".assessor", real())


def test_a_read_only_database_is_told() -> None:
    """A database that may not be written is an error with what to do."""

    def fill(folder: Path) -> None:
        with store_in(folder):
            (folder / ".assessor").chmod(0o755)
        (folder / ".assessor" / "store.db").chmod(0o444)

    with read_only_folder(fill) as folder, pytest.raises(StoreError, match="where you may write"):
        open_store(folder / ".assessor", real())


def test_a_path_through_a_file_is_told(tmp_path: Path) -> None:
    """A place that cannot be a folder is an error, not a traceback."""
    (tmp_path / "file").write_text("x", encoding="utf-8")

    with pytest.raises(StoreError, match=r"\.assessor: .*--store"):
        open_store(tmp_path / "file" / ".assessor", real())


def test_many_threads_may_share_one_store(tmp_path: Path) -> None:
    """Threads that write and read at once lose nothing."""
    with store_in(tmp_path) as store:

        def work(name: int) -> None:
            for number in range(10):
                store.record(*group([f"{name}-{number}"]))
                store.usable_replies([f"{name}-{number}"])

        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        names = [f"{name}-{number}" for name in range(8) for number in range(10)]

        assert len(store.usable_replies(names)) == 80
        assert store.verify() == ()


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Hold the database's write lock."""
    path = folder / ".assessor" / "store.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def read_only_folder(fill: object = None) -> Iterator[Path]:
    """A folder without write permission, as somebody whom permissions hold (root they do not)."""
    was_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if callable(fill):
            fill(folder)
        if was_root:
            for each in (folder, *folder.rglob("*")):
                os.chown(each, 65534, -1)
        folder.chmod(0o555)
        if was_root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if was_root:
                os.seteuid(0)
            folder.chmod(0o755)


def place(folder: Path, data: bytes = b"") -> Path:
    path = folder / ".assessor" / "store.db"
    path.parent.mkdir()
    path.write_bytes(data)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
