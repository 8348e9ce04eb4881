"""A store that an earlier version wrote is read, gone on with, merged and forgotten as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assessor.digest import digest
from assessor.errors import StoreError
from assessor.store import AskRecord, ReplyRecord, Store
from assessor.store.keys import short, whole
from assessor.store.packing import pack, unpack
from tests.store.build import ask, finish, outcome, reply, run, store_in, submission

WRITTEN = Path(__file__).parents[1] / "fixtures" / "stores" / "schema_3.sql"
HEAD = "chain:sha256:1af7713031efb6d4a49c83eb803a8cc6f4d45f0208be25772e11f2a13db69911"
ONE, TWO = (digest("request", number) for number in (1, 2))
ANSWERS = [submission(f"s{n}", f"Too few samples, {n}.").answer_digest for n in (1, 2)]
ASKS = [
    ask(ONE, cell_key=digest("cell", [1, "a"]), answer=ANSWERS[0]),
    ask(TWO, cell_key=" ".join(digest("cell", [2, each]) for each in "ab"), answer=ANSWERS[1]),
]
AGAIN = replace(ASKS[0], attempt=2)
# What the older store holds: the second answer was asked twice, and told nothing the second time.
HELD = [*ASKS, replace(ASKS[1], attempt=2)]
REPLIES = [reply(ONE, text='{"said": "ok"}'), reply(TWO, usable=False, tokens=None)]


def test_an_older_store_is_whole_before_and_after(tmp_path: Path) -> None:
    """Every head that was printed is known, and what is written now stands beside what was."""
    older_store(tmp_path)
    with store_in(tmp_path) as store:
        assert store.verify() == ()
        assert store.head() == HEAD
        told(store, HELD, REPLIES)

        store.record([], [reply(TWO, 2)])
        store.record([AGAIN], [])
        assert store.asks_without_reply() == 1
    with store_in(tmp_path) as store:
        told(store, [ASKS[0], AGAIN, *HELD[1:]], [*REPLIES, reply(TWO, 2)])
        assert store.tries(ONE) == 2
        assert store.verify() == ()
        assert store.knows_head(HEAD)


def test_an_older_stores_outcomes_are_found_and_replaced(tmp_path: Path) -> None:
    """By run, and by the answer's text; a newer run stands after the older one."""
    older_store(tmp_path)
    saved = [outcome(f"s{n}", f"Too few samples, {n}.") for n in (1, 2)]
    with store_in(tmp_path) as store:
        assert store.outcomes("run1") == tuple(saved)
        assert [answer for _, answer in store.answers_of("run1")] == ANSWERS
        assert store.outcomes_hold("run1")

        store.start_run(run("run2"))
        store.save_outcomes("run2", saved)
        finish(store, "run2")
        assert store.outcomes_about(ANSWERS[0]) == (("run1", saved[0]), ("run2", saved[0]))
        assert store.outcomes_hold("run2")
        assert store.verify() == ()


def test_an_older_store_is_merged_and_forgotten(tmp_path: Path) -> None:
    """Taken in twice it adds nothing; a run that is purged takes its answers along."""
    older_store(tmp_path / "old")
    with store_in(tmp_path / "old") as old, store_in(tmp_path / "new") as new:
        assert new.take_in(old).asks == 3
        assert new.take_in(old).asks == 0
        told(new, HELD, REPLIES)
        assert old.take_in(new).asks == 0
        assert new.verify() == ()

        old.purge("run1")
        assert old.readings(ANSWERS[0]) == ()
        assert old.verify() == ()


def test_a_migration_that_is_cut_short_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """It is one transaction: what was not done whole is not done, and is done the next time."""
    older_store(tmp_path)
    path = tmp_path / ".assessor" / "store.db"
    with closing(sqlite3.connect(path)) as connection:
        # What the first statement would make is in the way: it fails, and so does the rest.
        connection.execute("CREATE TABLE terms (x)")
        connection.commit()
    with pytest.raises(StoreError), store_in(tmp_path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)
        connection.execute("DROP TABLE terms")
        connection.commit()
    with store_in(tmp_path) as store:
        told(store, HELD, REPLIES)
        assert store.verify() == ()


def test_keys_are_short_in_a_new_store_and_whole_for_all_others(tmp_path: Path) -> None:
    """What goes in comes out, whatever stands in the columns."""
    with store_in(tmp_path) as store:
        store.record(ASKS, REPLIES)
        told(store, ASKS, REPLIES)
        keys = store.database.rows("SELECT request_key, cell_key, answer_digest FROM asks")

    assert {len(part) for key in keys for part in " ".join(key).split()} == {44}
    for key in (
        ONE,
        ANSWERS[0],
        ASKS[1].cell_key,
        "k1",
        "",
        "cell:sha256:" + "é" * 64,
        "R" + "!" * 43,
    ):
        assert whole(short(key)) == key


@pytest.mark.parametrize("text", ["{}", '{"answer":"' + "Zu wenige Proben. " * 5000 + '"}'])
def test_what_is_packed_is_unpacked(text: str) -> None:
    """And what never was, as an older store has it, is taken as it stands."""
    assert unpack(pack(text)) == unpack(text) == text


@pytest.mark.parametrize("body", ["", "eA==", "!", pack("{}")[:-4]])
def test_what_was_never_packed_is_an_error_with_words(tmp_path: Path, body: str) -> None:
    """Whoever wrote something else there is told to have the store looked over."""
    with store_in(tmp_path) as store:
        store.start_run(run())
        store.save_outcomes("run1", [outcome()])
        with store.database.write() as connection:
            connection.execute("UPDATE outcomes SET body = ?", (body,))

        for look in (store.outcomes, store.answers_of):
            with pytest.raises(StoreError, match="runs verify"):
                list(look("run1"))


def told(store: Store, asks: list[AskRecord], replies: list[ReplyRecord]) -> None:
    """Assert what the store holds of the two answers."""
    readings = [each for answer in ANSWERS for each in store.readings(answer)]
    assert [each.ask for each in readings] == asks
    assert [each.reply for each in readings if each.reply is not None] == replies
    assert store.histories([ONE])[ONE].replies == (replies[0],)


def older_store(folder: Path) -> None:
    """Make the store that the version before wrote."""
    place = folder / ".assessor"
    place.mkdir(parents=True, mode=0o700)
    with closing(sqlite3.connect(place / "store.db")) as connection:
        connection.executescript(WRITTEN.read_text(encoding="utf-8"))
    (place / "store.db").chmod(0o600)
