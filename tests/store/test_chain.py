"""Edits, deletions, additions and swaps show; a purge that was asked for does not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.store import Store, open_store
from assessor.verdict import Override, Release
from tests.store.build import ask, finish, outcome, reply, run, store_in

TAMPERING = {
    "an edited reply": "UPDATE replies SET body = replace(body, '\"ok\"', '\"no\"') WHERE link = 2",
    "a reply made usable": "UPDATE replies SET usable = 1 WHERE request_key = 'k3'",
    "an edited ask": "UPDATE asks SET answer_digest = 'a9' WHERE request_key = 'k1'",
    "a deleted reply": "DELETE FROM replies WHERE request_key = 'k2'",
    "an added reply": "INSERT INTO replies SELECT 'k9', 1, usable, body, link, 9 FROM replies "
    "WHERE request_key = 'k1'",
    "a reply of no link": "INSERT INTO replies SELECT 'k9', 1, usable, body, 99, 0 FROM replies "
    "WHERE request_key = 'k1'",
    "two replies swapped": "UPDATE replies SET place = 5 - place WHERE link = 2",
    "an edited outcome": "UPDATE outcomes SET body = replace(body, '1.50', '2.50')",
    "outcomes of another order": "UPDATE outcomes SET position = 10 - position",
    "a deleted outcome": "DELETE FROM outcomes WHERE position = 1",
    "edited settings": "UPDATE runs SET body = replace(body, 'openai', 'none')",
    "a deleted run": "DELETE FROM runs",
    "an edited decision": "UPDATE decisions SET body = replace(body, '0.50', '1.50')",
    "a deleted decision": "DELETE FROM decisions WHERE kind = 'override'",
    "a deleted release": "DELETE FROM decisions WHERE kind = 'release'",
    "a deleted link": "DELETE FROM chain WHERE link = 3",
    "a changed link": "UPDATE chain SET content = 'x' WHERE link = 3",
    "a deleted link whose rows were written anew": "DELETE FROM chain WHERE link = 1",
    "a changed head": "UPDATE chain SET head = 'x' WHERE link = 6",
    "a row passed off as purged": "DELETE FROM replies WHERE request_key = 'k2';"
    "INSERT INTO purged VALUES (2, 9, 'x', 99)",
}


@pytest.mark.parametrize("statements", TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_found(tmp_path: Path, statements: str) -> None:
    """Whoever changes the file without rebuilding the chain is found out."""
    with store_in(tmp_path) as store:
        fill(store)
        untouched = store.verify()
    tamper(tmp_path, statements)

    with store_in(tmp_path) as store:
        assert untouched == ()
        assert store.verify() != ()


def test_the_head_moves_with_every_group() -> None:
    """A printed head names everything that was written before it."""
    with open_store(None, real()) as store:
        heads = [store.head()]
        store.record([ask()], [])
        heads.append(store.head())
        store.record([], [reply()])
        heads.append(store.head())

        assert heads[0] == ""
        assert len(set(heads)) == 3
        assert heads[1].startswith("chain:sha256:")


def test_outcomes_and_runs_may_be_written_anew() -> None:
    """Replacing a run's outcomes is no tampering."""
    with open_store(None, real()) as store:
        fill(store)
        store.save_outcomes("run1", [outcome("s7")])
        store.save_outcomes("run1", [])
        finish(store)

        assert store.verify() == ()


def fill(store: Store) -> None:
    store.start_run(run())
    store.record(
        [ask("k1"), ask("k2"), ask("k3")],
        [reply("k1", text="ok"), reply("k2"), reply("k3", usable=False)],
    )
    store.save_outcomes("run1", [outcome("s1"), outcome("s2")])
    store.decide(
        Override(
            student_id="s1",
            question="Q",
            attempt=1,
            answer_digest="a1",
            points=(("limited_samples", Decimal("0.50")),),
        )
    )
    store.release(
        [
            Release(
                student_id="s1",
                question="Q",
                attempt=1,
                answer_digest="a1",
                grade=Decimal(1),
                by="review",
            )
        ]
    )
    finish(store)


def tamper(folder: Path, statements: str) -> None:
    """Change the file as somebody would who has it in another program."""
    with closing(sqlite3.connect(folder / ".assessor" / "store.db")) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements.split(";"):
            assert connection.execute(statement).rowcount > 0
        connection.commit()
