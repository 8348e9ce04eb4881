"""A reply that was paid for is not lost to a failing write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.errors import StoreError
from assessor.store import ReplyRecord, Store, open_store
from assessor.store.codec import encode
from assessor.store.judging import AskGroup
from tests.store.build import ask, reply, store_in


def test_a_reply_that_could_not_be_written_is_taken_in_at_the_next_start(tmp_path: Path) -> None:
    """On a full disk the replies go to a spill file; opening again stores them and says so."""
    odd = replace(big("k2"), model="\ud800 \u2028")
    with store_in(tmp_path) as store:
        store.record([ask("k1")], [])
        shut(store)
        with pytest.raises(StoreError, match=r"disk is full.*replies are kept in .*spill\.jsonl"):
            store.record([], [big("k1"), odd])
        with pytest.raises(StoreError, match="disk is full"):
            store.record([ask("k3")], [big("k3")])

    with store_in(tmp_path) as store:
        found = store.usable_replies(["k1", "k2", "k3"])

        assert found == {"k1": big("k1"), "k2": odd, "k3": big("k3")}
        assert store.notes == ("3 replies that could not be stored last time are in now",)
        assert (store.tries("k3"), store.verify(), spills(tmp_path)) == (1, (), [])


def test_the_users_data_folder_is_the_second_resort(tmp_path: Path) -> None:
    """Where the store's own folder takes no file either, the spill goes to the user's data."""
    with store_in(tmp_path) as store:
        shut(store)
        (tmp_path / ".assessor" / "spill.jsonl").mkdir()
        with pytest.raises(StoreError, match=r"kept in .*data.stores"):
            store.record([ask()], [big()])
        assert len(spills(tmp_path / "data")) == 1

    with store_in(tmp_path) as store:
        assert store.usable_replies(["k1"]) == {"k1": big()}


def test_a_disk_that_takes_half_a_line_loses_no_other(tmp_path: Path) -> None:
    """A torn spill line, as a full disk leaves it, does not keep the store from opening."""
    with store_in(tmp_path) as store:
        shut(store)
        with pytest.raises(StoreError):
            store.record([ask("k1")], [big("k1")])
        with (tmp_path / ".assessor" / "spill.jsonl").open("a", encoding="utf-8") as file:
            file.write('{"asks":["{')
        with pytest.raises(StoreError):
            store.record([ask("k2")], [big("k2")])

    with store_in(tmp_path) as store:
        assert set(store.usable_replies(["k1", "k2"])) == {"k1", "k2"}
        assert store.notes == (
            "2 replies that could not be stored last time are in now",
            "1 line of spill.jsonl was cut short or is not this store's, and is left out",
        )


def test_a_reply_that_somebody_put_there_is_none(tmp_path: Path) -> None:
    """A file in the folder is not the judge's word: only this store's own lines are."""
    group = AskGroup(asks=(ask("k1"),), replies=(big("k1"),))
    with store_in(tmp_path):
        pass
    forged = [encode(group), f"{'0' * 64} {encode(group)}", " " + encode(group)]
    with store_in(tmp_path / "other") as other:
        shut(other)
        with pytest.raises(StoreError):
            other.record(group.asks, group.replies)
    forged += spills(tmp_path / "other")[0].read_text(encoding="utf-8").splitlines()
    (tmp_path / ".assessor" / "spill.jsonl").write_text("\n".join(forged), encoding="utf-8")

    with store_in(tmp_path) as store:
        assert store.usable_replies(["k1"]) == {}
        assert store.notes == (
            "4 lines of spill.jsonl were cut short or are not this store's, and are left out",
        )


def test_a_loss_that_cannot_be_helped_is_said() -> None:
    """A store in memory has nowhere to put a reply, and does not claim that it was kept."""
    with open_store(None, real()) as store:
        shut(store)

        with pytest.raises(StoreError, match="could not be kept anywhere else"):
            store.record([ask()], [big()])


def big(key: str = "k1") -> ReplyRecord:
    """A reply that needs pages which a full database does not have."""
    return reply(key, text="x" * 20_000)


def shut(store: Store) -> None:
    """Let the database take no further page, as on a full disk."""
    store.database.execute("PRAGMA max_page_count = 1")


def spills(folder: Path) -> list[Path]:
    return sorted(folder.rglob("spill*.jsonl"))
