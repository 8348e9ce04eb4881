"""Files under our names that are not ours: nothing is read from them or written through them."""

from __future__ import annotations

import os
import sqlite3
import stat
import struct
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.disk import (
    NotOurs,
    check_folder,
    make_folder,
    open_ours,
    read_named,
    read_ours,
    read_regular,
)
from assessor.errors import StoreError
from assessor.store import Store, open_store
from assessor.store.batches import BatchStep, Step
from tests.store.build import finish, outcome, run, store_in
from tests.strangers import give_away

NAMES = (
    "decisions.jsonl",
    "store.db",
    "store.db-wal",
    "store.db-shm",
    "spill.jsonl",
    "logs/r1.jsonl",
)
PRECIOUS = "export PATH\n"
# What a memory that came with a folder may call a batch.
ELSEWHERE = ("../../../precious", "../decisions", "/etc/precious", "..\\precious", "", "a/b", "a\n")


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_batch_of_a_memory_names_no_file_elsewhere(tmp_path: Path, name: str) -> None:
    """It would be sent to the judge's host as requests, written over and removed."""
    with store_in(tmp_path / "class") as store:
        store.intend_batch(BatchStep(id=name, step=Step.INTENDED, at="2026-01-01", host="h"), [])
        (batch,) = store.batches()
        file = f"{batch.id}.jsonl" if name else ""
        for deed in (
            lambda: list(store.batch_lines(file)),
            lambda: store.keep_batch_file(file, [b"x"]),
            lambda: store.drop_batch_file(file),
        ):
            with pytest.raises(StoreError, match="names no file of the batches' folder"):
                deed()


def use(folder: Path) -> None:
    """Do what writes every file of a store."""
    with store_in(folder) as store:
        store.start_run(run("r1"))
        store.save_outcomes("r1", [outcome("S1")])
        finish(store, "r1")
        log = store.open_log("r1")
        log.write("started")
        log.close()
        store.record_export("moodle", "Grade", {"S1": 1})  # type: ignore[dict-item]  # a row


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "kind", ["link", "dangling link", "hard link", "another user's", "pipe", "folder"]
)
def test_what_is_not_a_regular_file_of_ours_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    """The target of a link keeps its content, a pipe holds nothing up, and the word says which."""
    victim = tmp_path / "victim"
    victim.write_text(PRECIOUS, encoding="utf-8")
    path = tmp_path / ".assessor" / name
    path.parent.mkdir(parents=True)
    match kind:
        case "link":
            path.symlink_to(victim)
        case "dangling link":
            path.symlink_to(tmp_path / "made")
        case "hard link":
            path.hardlink_to(victim)
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case _:
            path.write_text(PRECIOUS, encoding="utf-8")
            give_away(path, monkeypatch)
    try:
        use(tmp_path)
    except StoreError as error:
        assert name.split("/")[0].split("-")[0] in str(error)
    else:
        # A log that cannot be kept stops no run; a folder is no spill.
        assert name.startswith("logs") or (name, kind) == ("spill.jsonl", "folder")

    assert victim.read_text(encoding="utf-8") == PRECIOUS
    assert not (tmp_path / "made").exists()


def leave_journal(database: Path, names: Path) -> None:
    """Leave a journal as if a change of several databases had been cut short, `names` among them.

    It holds the first page as it is, so that SQLite rolls back and tidies up what is named.
    """
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA journal_mode = DELETE")
        ((size,),) = opened.execute("PRAGMA page_size")
    data, magic, name = (
        database.read_bytes(),
        bytes.fromhex("d9d505f920a163d7"),
        str(names).encode(),
    )
    page = data[:size]
    head = magic + struct.pack(">5I", 1, 1, len(data) // size, 512, size)
    record = struct.pack(">I", 1) + page + struct.pack(">I", 1 + sum(page[size - 200 : 0 : -200]))
    named = struct.pack(">I", 2**30 // size + 1) + name + struct.pack(">2I", len(name), sum(name))
    journal = database.with_name(f"{database.name}-journal")
    journal.write_bytes(head.ljust(512, b"\0") + record + named + magic)


@pytest.mark.parametrize("moved", [False, True])
def test_a_journal_that_came_with_a_folder_deletes_no_file(tmp_path: Path, moved: bool) -> None:
    """SQLite deletes the file that a journal of several databases names, wherever it is."""
    folder, precious = tmp_path / "class", tmp_path / "precious"
    use(folder)
    precious.write_text(PRECIOUS, encoding="utf-8")
    leave_journal(folder / ".assessor" / "store.db", precious)
    if moved:  # to where its database is copied from
        folder = folder.rename(tmp_path / "Dropbox")

    with pytest.raises(StoreError, match=r"store.db-journal: is not assessor's"):
        open_store(folder / ".assessor", real(), data_home=tmp_path / "data")

    assert precious.read_text(encoding="utf-8") == PRECIOUS


@pytest.mark.parametrize("kind", ["link", "another user's"])
def test_a_memory_that_is_not_ours_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The folder itself: a link to a place of the user's, or somebody's who reads along."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = tmp_path / ".assessor"
    if kind == "link":
        place.symlink_to(elsewhere)
    else:
        place.mkdir()
        give_away(place, monkeypatch)

    with pytest.raises(StoreError, match=r"is a link|belongs to another user"):
        open_store(place, real(), data_home=tmp_path / "data")
    assert not list(elsewhere.iterdir())


def test_a_mirror_that_is_a_link_restores_nothing(tmp_path: Path) -> None:
    """Lines of another file are nobody's decisions here."""
    with store_in(tmp_path / "a") as store:
        store.record_export("moodle", "Grade", {})
    (tmp_path / "b" / ".assessor").mkdir(parents=True)
    mirror = tmp_path / "b" / ".assessor" / "decisions.jsonl"
    mirror.symlink_to(tmp_path / "a" / ".assessor" / "decisions.jsonl")

    with pytest.raises(StoreError, match="is a link"), store_in(tmp_path / "b") as opened:
        assert not isinstance(opened, Store) or not opened.history()


def test_everything_a_store_makes_is_private(tmp_path: Path) -> None:
    """Whatever the mask says."""
    before = os.umask(0o000)
    try:
        use(tmp_path)
    finally:
        os.umask(before)

    made = [tmp_path / ".assessor", *(tmp_path / ".assessor").rglob("*")]
    assert len(made) > 4
    assert {stat.S_IMODE(each.stat().st_mode) & 0o077 for each in made} == {0}


def test_an_open_checks_what_it_opened(tmp_path: Path) -> None:
    """Devices, sockets and folders are no files; a missing one is missing."""
    with pytest.raises(NotOurs):
        read_ours(Path("/dev/null"))
    with pytest.raises(OSError):
        read_ours(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_ours(tmp_path / "missing")
    make_folder(tmp_path / "a" / "b")
    check_folder(tmp_path / "a" / "b")
    os.close(open_ours(tmp_path / "a" / "b" / "c", os.O_RDWR | os.O_CREAT))
    with pytest.raises(NotOurs, match="is no folder"):
        check_folder(tmp_path / "a" / "b" / "c")


def test_a_small_file_takes_little_memory_however_large_one_may_be(tmp_path: Path) -> None:
    """Where memory is rationed, a gigabyte of room for an answer of ten bytes is refused."""
    small = tmp_path / "answer.txt"
    small.write_bytes(b"ten bytes.")

    tracemalloc.start()
    try:
        assert read_regular(small, 1_000_000_000) == read_named(small, 1_000_000_000)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 1_000_000
