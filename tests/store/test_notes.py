"""What a store remembers from one command to the next."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from assessor.ambient import real
from assessor.store import open_store
from assessor.store.database import copy_database
from assessor.store.place import DATABASE
from tests.store.build import outcome, run


def test_a_note_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    """The newest text under a name counts; a name that was never used holds nothing."""
    with open_store(tmp_path, real()) as store:
        secret = store.secret
        store.remember("canary", "old")
        store.remember("canary", "né")
        store.remember("secret", "mine")

    with open_store(tmp_path, real()) as store:
        assert (store.recall("canary"), store.recall("other")) == ("né", None)
        assert (store.recall("secret"), store.secret) == ("mine", secret)


def test_an_edited_or_deleted_note_is_found(tmp_path: Path) -> None:
    """Feedback that students get and what a judge was found to be stand in no table of their own;
    the same text again writes nothing."""
    with open_store(tmp_path, real()) as store:
        store.remember("canary", "bad")
        head = store.head()
        store.remember("canary", "bad")
        assert (store.head(), store.verify()) == (head, ())

    for statement in ("UPDATE trust SET body = 'good'", "DELETE FROM trust"):
        copy = tmp_path / statement[:6]
        copy_database(tmp_path / DATABASE, _folder(copy) / DATABASE)
        with closing(sqlite3.connect(copy / DATABASE, isolation_level=None)) as hand:
            hand.execute("INSERT INTO meta VALUES ('purging', '')")
            hand.execute(statement)
            hand.execute("DELETE FROM meta WHERE name = 'purging'")
        with open_store(copy, real()) as store:
            assert store.verify() != ()


def test_words_about_an_answer_are_forgotten_with_it(tmp_path: Path) -> None:
    """Feedback put into words quotes what a student wrote; a purge leaves none of it."""
    with open_store(tmp_path, real()) as store:
        for name in ("run1", "run2"):
            store.start_run(run(name))
        gone, stays = outcome("s1", "Gone."), outcome("s2", "Stays.")
        store.save_outcomes("run1", [gone, stays])
        store.save_outcomes("run2", [stays])
        for each in (gone, stays):
            digest = each.submission.answer_digest
            store.remember(f"feedback {digest} x", f"You wrote {each.submission.answer}")
        store.purge("run1")
        kept = [
            store.recall(f"feedback {each.submission.answer_digest} x") for each in (gone, stays)
        ]

        assert kept == [None, "You wrote Stays."]
        assert store.verify() == ()

        store.purge()
    files = [each for each in tmp_path.iterdir() if each.is_file()]
    assert not any(b"You wrote" in each.read_bytes() for each in files)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
