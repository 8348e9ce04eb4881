"""What a store remembers from one command to the next."""

from __future__ import annotations

from pathlib import Path

from assessor.ambient import real
from assessor.store import open_store


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


def test_notes_do_not_disturb_the_audit_chain(tmp_path: Path) -> None:
    """A note is no record of judging: the chain verifies as before."""
    with open_store(tmp_path, real()) as store:
        head = store.head()
        store.remember("canary", "x")

        assert store.head() == head
