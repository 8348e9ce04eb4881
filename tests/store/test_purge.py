"""What is forgotten is gone from the disk, and nothing else is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.errors import InputError, StoreError
from assessor.store import Store, database, open_store
from assessor.trust.records import HandedOut
from assessor.verdict import Override
from tests.store.build import ask, outcome, reply, run, store_in


def test_a_purged_run_leaves_no_text_on_the_disk(tmp_path: Path) -> None:
    """After a purge no byte of the run's answers and replies is in any file of the store."""
    with store_in(tmp_path) as store:
        store.database.execute("PRAGMA secure_delete = OFF")  # a default that builds differ in
        fill(store, "one", "MAGENTA")
        assert b"MAGENTA" in all_bytes(tmp_path)
        store.purge("one")

        assert b"MAGENTA" not in all_bytes(tmp_path)
        assert (store.runs(), store.asks_without_reply(), store.verify()) == ((), 0, ())


def test_what_a_reader_holds_on_the_disk_is_said_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that is being read keeps the old pages; the same again takes them away."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with store_in(tmp_path) as store:
        fill(store, "one", "MAGENTA")
        with closing(sqlite3.connect(store.database.where, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM outcomes").fetchall()
            with pytest.raises(StoreError, match="lies on the disk still"):
                store.purge()
            assert b"MAGENTA" in all_bytes(tmp_path)
        store.purge()

        assert b"MAGENTA" not in all_bytes(tmp_path)


def test_what_another_run_holds_is_kept() -> None:
    """An answer of two runs is forgotten with the second of them; other answers stay."""
    with open_store(None, real()) as store:
        fill(store, "one", "SHARED")
        fill(store, "two", "SHARED")
        fill(store, "three", "OTHER")
        store.purge("one")
        kept = store.usable_replies(["SHARED", "OTHER"])
        store.purge("two")

        assert set(kept) == {"SHARED", "OTHER"}
        assert set(store.usable_replies(["SHARED", "OTHER"])) == {"OTHER"}
        assert [each.id for each in store.runs()] == ["three"]
        assert len(store.outcomes("three")) == 1
        assert store.verify() == ()


def test_the_answers_of_a_killed_run_are_forgotten_with_it() -> None:
    """A run that never saved an outcome takes what was asked in it along."""
    with open_store(None, real()) as store:
        store.start_run(run("killed"))
        store.record([ask("k1")], [reply("k1")])
        fill(store, "two", "OTHER")
        store.purge("killed")

        assert set(store.usable_replies(["k1", "OTHER"])) == {"OTHER"}
        assert store.verify() == ()


def test_purging_everything_forgets_decisions_and_their_mirror(tmp_path: Path) -> None:
    """Nothing comes back at the next start, and the chain goes on from its head."""
    with store_in(tmp_path) as store:
        fill(store, "one", "MAGENTA")
        store.keep_rubric("rubric:sha256:1", "MAGENTA")
        store.decide(
            Override(
                student_id="MAGENTA", question="Q", attempt=1, answer_digest="a1", feedback="ok"
            )
        )
        secret, head = store.secret, store.head()
        store.purge()
        store.start_run(run("two"))

        assert b"MAGENTA" not in all_bytes(tmp_path)
        assert head.encode() in all_bytes(tmp_path)

    with store_in(tmp_path) as store:
        assert (store.secret, store.history(), store.verify()) == (secret, (), ())
        assert [each.id for each in store.runs()] == ["two"]


def test_nothing_is_forgotten_under_a_running_grade(tmp_path: Path) -> None:
    """Purging waits for a run that has the store, and needs a run that is there."""
    with store_in(tmp_path) as store, store_in(tmp_path) as other:
        fill(store, "one", "MAGENTA")
        other.acquire_lease("two")

        with pytest.raises(StoreError, match="in use by another grade run"):
            store.purge("one")
        other.release_lease()
        with pytest.raises(InputError, match="has no run 'nine'"):
            store.purge("nine")
        assert len(store.runs()) == 1


def fill(store: Store, name: str, answer: str) -> None:
    """Grade one answer in one run; its request key is the answer."""
    row = outcome(answer=answer)
    store.start_run(run(name))
    store.record([ask(answer, answer=row.submission.answer_digest)], [reply(answer, text=answer)])
    store.save_outcomes(name, [row])


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_nothing_behind_a_link_is_forgotten(tmp_path: Path) -> None:
    """A folder from somebody else: its batches' folder leads to files of the user's own."""
    own = tmp_path / "documents"
    own.mkdir()
    (own / "thesis.txt").write_text("years of work", encoding="utf-8")
    with store_in(tmp_path) as store:
        fill(store, "one", "MAGENTA")
        assert store.place.folder is not None
        (store.place.folder / "batches").symlink_to(own)

        with pytest.raises(StoreError, match="batches: is a link"):
            store.purge()

        assert [each.id for each in store.runs()] == ["one"]
    assert (own / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_an_audit_whose_sheet_was_given_out_is_known_so_after_its_run_is_forgotten() -> None:
    """Else another order could be drawn once the first was seen."""
    with open_store(None, real()) as store:
        fill(store, "one", "MAGENTA")
        fill(store, "two", "MAGENTA")
        for audit in ("audit1", ""):
            answers = (("ana", "Q1", 1, "MAGENTA"),)
            at = "2026-03-01T12:00:00+00:00"
            store.keep(HandedOut(id=f"of {audit}", at=at, run="one", answers=answers, audit=audit))
        store.purge("one")

        assert [each.audit for each in store.kept(HandedOut)] == ["audit1"]
        assert store.verify() == ()
