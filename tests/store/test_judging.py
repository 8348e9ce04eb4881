"""Asks and replies are kept under their key and try, and found again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.ambient import real
from assessor.errors import StoreError
from assessor.store import History, Spent, StoredReading, open_store
from tests.store.build import ask, finish, group, reply, run, store_in


@given(text=st.text(st.characters(codec=None)), latency=st.floats(0, 1e9))
def test_any_reply_comes_back_as_it_went_in(text: str, latency: float) -> None:
    """Whatever a server sent, lone surrogates and NUL included, is kept to the last character."""
    went_in = replace(reply(text=text), latency=latency, model=text)
    with open_store(None, real()) as store:
        store.record([ask()], [went_in])

        assert store.usable_replies(["k1"]) == {"k1": went_in}


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    """Closing and opening a store loses nothing."""
    with store_in(tmp_path) as store:
        store.record([ask()], [reply()])

    with store_in(tmp_path) as store:
        assert store.readings("a1") == (StoredReading(ask=ask(), reply=reply()),)


def test_recording_again_changes_nothing() -> None:
    """The first record under a key and try stands; a second is ignored, not added."""
    with open_store(None, real()) as store:
        store.record([ask()], [reply(text="first")])
        head = store.head()
        store.record([ask()], [reply(text="second")])

        assert store.usable_replies(["k1"]) == {"k1": reply(text="first")}
        assert store.head() == head


def test_the_latest_usable_try_is_found() -> None:
    """An unusable reply is never a hit, and of several usable ones the last try counts."""
    tries = [
        reply(attempt=1, text="one"),
        reply(attempt=3, text="three", usable=False),
        reply(attempt=2, text="two"),
        reply("k2", usable=False),
    ]
    with open_store(None, real()) as store:
        store.record([ask(attempt=n) for n in (1, 2, 3)], tries)

        assert store.usable_replies(["k1", "k2", "k3"]) == {"k1": tries[2]}
        assert store.histories(["k1", "k9"]) == {
            "k1": History(tries=3, replies=(tries[0], tries[2], tries[1])),
            "k9": History(),
        }
        assert (store.tries("k1"), store.tries("k9")) == (3, 0)


def test_many_keys_are_looked_up_at_once() -> None:
    """More keys than SQLite takes in one statement are fine."""
    names = [f"k{n}" for n in range(1_203)]
    with open_store(None, real()) as store:
        store.record(*group(names))

        assert store.usable_replies(names) == {name: reply(name) for name in names}


def test_the_usable_readings_of_an_answer_tell_their_cells() -> None:
    """One that holds several cells tells them all, what is not usable tells none."""
    with open_store(None, real()) as store:
        store.record([ask("k1", cell_key="c"), ask("k2")], [reply("k1"), reply("k2")])
        store.record([ask("k3", cell_key="d e"), ask("k4", cell_key="f")], [reply("k3")])
        store.record([ask("k5", cell_key="g", answer="a2")], [reply("k5")])
        store.record([], [reply("k4", usable=False)])

        assert sorted(store.cells_read(["a1", "a9"])) == [(), ("c",), ("d", "e")]


def test_asks_without_a_reply_are_counted() -> None:
    """What a killed run had sent and never heard of is known."""
    with open_store(None, real()) as store:
        store.record([ask("k1"), ask("k2"), ask("k2", 2)], [reply("k1"), reply("k2")])

        assert store.asks_without_reply() == 1
        assert store.readings("a1")[2] == StoredReading(ask=ask("k2", 2), reply=None)


def test_usage_is_told_per_run() -> None:
    """Tokens are summed from a run's start to the next one's; unknown stays unknown."""
    with open_store(None, real()) as store:
        store.start_run(run("one"))
        store.record([ask("k1")], [reply("k1"), reply("k2", tokens=None)])
        finish(store, "one")
        store.start_run(run("two"))
        store.record([ask("k3")], [reply("k3", tokens=5)])

        assert store.usage_of("one") == spent(replies=2, unmetered=1, tokens=10)
        assert store.usage_of("two") == spent(replies=1, tokens=5)
        assert store.usage_of() == spent(replies=3, unmetered=1, tokens=15)
        assert store.usage_of("none") == spent(replies=0)


@pytest.mark.parametrize("deed", ["UPDATE {} SET link = 9", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["asks", "replies", "chain"])
def test_records_are_append_only(table: str, deed: str) -> None:
    """The database itself refuses to change or drop what was written."""
    with open_store(None, real()) as store:
        store.record([ask()], [reply()])

        with pytest.raises(StoreError, match="append-only"):
            store.database.execute(deed.format(table))


def spent(*, replies: int, unmetered: int = 0, tokens: int = 0) -> Spent:
    return Spent(
        replies=replies,
        unmetered=unmetered,
        input=tokens,
        cached=0,
        cache_written=0,
        output=2 * replies,
    )
