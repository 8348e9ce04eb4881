"""Edits, deletions, additions and swaps show; a purge that was asked for does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.digest import digest
from assessor.errors import StoreError
from assessor.store import Store, open_store
from assessor.store.chain import fingerprint
from assessor.store.packing import unpack
from assessor.verdict import Override, Release, ReleasedBy
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
    "an edited outcome": "UPDATE outcomes SET body = replace(unpacked(body), '1.50', '2.50')",
    "an outcome that was only packed otherwise": "UPDATE outcomes SET body = unpacked(body)",
    "an outcome cut short": "UPDATE outcomes SET body = substr(body, 1, 40)",
    "terms that were edited": "UPDATE terms SET body = replace(body, '\"m\"', '\"n\"')",
    "terms that are gone": "DELETE FROM terms",
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
    "decisions renumbered": "UPDATE decisions SET seq = -seq",
    "a run added to an older link": "INSERT INTO runs SELECT 'r9', body, 1, 1 FROM runs",
    "an outcome added to an older link": "INSERT INTO outcomes "
    "SELECT run, 9, answer_digest, body, 1, 9 FROM outcomes WHERE position = 0",
    "a rubric under its old digest": "UPDATE rubrics SET text = replace(text, '2', '3')",
    "a decision passed off as purged": "DELETE FROM decisions WHERE kind = 'override'",
    "a decision of the last number there is": "UPDATE decisions SET seq = 9223372036854775807 "
    "WHERE seq = (SELECT max(seq) FROM decisions)",
    "a text that became bytes": "UPDATE outcomes SET body = CAST(body AS BLOB)",
    "a rubric that became bytes": "UPDATE rubrics SET text = CAST(text AS BLOB)",
    "a place that is none": "UPDATE outcomes SET place = 'x' WHERE position = 0",
    "a row that moved in its group": "UPDATE replies SET place = 9 WHERE rowid = 1",
    "a rubric with a key twice": """UPDATE rubrics SET text = '{"title":"x",' || substr(text, 2)""",
    "a purge that never ends": "INSERT OR IGNORE INTO meta VALUES ('purging', '')",
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


ACTING = {
    "a trigger that grades": "CREATE TRIGGER t AFTER INSERT ON outcomes BEGIN "
    "UPDATE outcomes SET position = position; END",
    "a trigger called as SQLite's own are": "CREATE TRIGGER sqlitex AFTER INSERT ON outcomes BEGIN "
    "UPDATE outcomes SET position = position; END",
    "a view": "CREATE VIEW v AS SELECT 1",
    "a view in the place of a table": "ALTER TABLE lease RENAME TO o;"
    "CREATE VIEW lease AS SELECT * FROM o",
}


@pytest.mark.parametrize("statements", ACTING.values(), ids=ACTING.keys())
def test_a_database_that_acts_by_itself_is_not_opened(tmp_path: Path, statements: str) -> None:
    """A view may never end, and nothing stops SQLite in it; a trigger writes what it likes."""
    with store_in(tmp_path) as store:
        fill(store)
    tamper(tmp_path, statements)

    with pytest.raises(StoreError, match=r"holds a (trigger|view) of somebody else's"):
        store_in(tmp_path)


NO_NUMBERS = {
    "half a place": "UPDATE outcomes SET position = 7.5 WHERE position = 0",
    "a place of text": "UPDATE outcomes SET position = 'x' WHERE position = 0",
    "a decision's link": "UPDATE decisions SET link = 'x' WHERE link = (SELECT max(link) FROM "
    "decisions)",
}


@pytest.mark.parametrize("statements", NO_NUMBERS.values(), ids=NO_NUMBERS.keys())
def test_what_is_no_number_is_told(tmp_path: Path, statements: str) -> None:
    """Outcomes are read on from the last one's place: half a place brought it again for ever."""
    with store_in(tmp_path) as store:
        fill(store)
        (kept,) = store.runs()
    tamper(tmp_path, statements)

    with pytest.raises(StoreError, match="stands for a number"), store_in(tmp_path) as store:
        store.last_event()
        list(islice(store.each_outcome(kept.id), 99))


def test_the_newest_word_stands_whatever_was_renumbered(tmp_path: Path) -> None:
    """After the last number that there is SQLite gives any: words would come in no order."""
    word = Override(student_id="s1", question="Q", attempt=1, answer_digest="a1")
    with store_in(tmp_path) as store:
        fill(store)
    tamper(tmp_path, "UPDATE decisions SET seq = 9223372036854775807 WHERE seq = 2")

    with store_in(tmp_path) as store:
        for points in range(8):
            store.decide(replace(word, total=Decimal(points)))
            (standing,) = store.decisions({word.key: "a1"})
            assert standing.override.total == points


@pytest.mark.parametrize("form", ["DELETE", "INSERT"])
def test_a_store_that_would_not_find_what_it_asked_is_named(tmp_path: Path, form: str) -> None:
    """One word in `meta` says how keys are written: without it a class is asked and paid anew."""
    keys = [digest("request", [number]) for number in range(2)]
    with store_in(tmp_path) as store:
        if form == "INSERT":  # as stores of before were begun
            store.database.execute("DELETE FROM meta WHERE name = 'short_keys'")
    with store_in(tmp_path) as store:
        store.record([ask(key) for key in keys], [reply(key) for key in keys])
        assert store.verify() == ()
    deeds = {
        "DELETE": "DELETE FROM meta WHERE name = 'short_keys'",
        "INSERT": "INSERT INTO meta VALUES ('short_keys', '')",
    }
    tamper(tmp_path, deeds[form])

    with store_in(tmp_path) as store:
        assert any("short_keys" in each for each in store.verify())


def test_no_outcomes_are_passed_off_as_those_of_a_forgotten_run(tmp_path: Path) -> None:
    """The link of a run that was forgotten vouches for no rows any more."""
    with store_in(tmp_path) as store:
        fill(store)
        store.purge("run1")
        store.start_run(run("run2"))
        store.save_outcomes("run2", [outcome("s1")])
        assert store.verify() == ()
    tamper(
        tmp_path,
        "INSERT INTO outcomes SELECT 'run1', 0, answer_digest, body, (SELECT max(link) FROM chain "
        "WHERE kind = 'outcomes' AND about = 'run1'), 0 FROM outcomes WHERE run = 'run2'",
    )

    with store_in(tmp_path) as store:
        assert any("run1 is said to be forgotten" in each for each in store.verify())


@pytest.mark.parametrize("by", [0, 3, 99])
def test_a_decision_is_never_forgotten_alone(tmp_path: Path, by: int) -> None:
    """A row moved to where purged rows leave their marks keeps the link's content: it is found."""
    with store_in(tmp_path) as store:
        fill(store)
    with closing(sqlite3.connect(tmp_path / ".assessor" / "store.db")) as connection:
        row = connection.execute(
            "SELECT link, place, id, kind, about, body FROM decisions WHERE kind = 'override'"
        ).fetchone()
    mark = fingerprint("decisions", row[2:])
    tamper(
        tmp_path,
        f"DELETE FROM decisions WHERE link = {row[0]};"  # noqa: S608 - numbers of ours
        f"INSERT INTO purged VALUES ({row[0]}, {row[1]}, '{mark}', {by})",
    )
    with store_in(tmp_path) as store:
        assert any("passed off as forgotten" in each for each in store.verify())


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda text: text.replace('"0.50"', '"1.50"'), "otherwise than the database"),
        (lambda text: "".join(text.splitlines(True)[1:]), "lacks the override on 's1'"),
        (lambda text: text + text.splitlines(True)[0].replace('"id":"', '"id":"x'), "lacks"),
        (lambda text: "".join(reversed(text.splitlines(True))), "another order"),
        (lambda text: text + "{}\n", "cannot be read"),
        (lambda text: text + "[" * 100_000, "cannot be read"),
        (lambda text: text.replace("{", '{"who":"x",', 1), "cannot be read"),
        (lambda text: text + text.splitlines(True)[0].replace("s1", "s2"), "a second time"),
        (lambda text: None, "is missing"),
    ],
    ids=[
        "edited",
        "deleted",
        "added",
        "reordered",
        "torn",
        "deep",
        "twice in one",
        "twice",
        "gone",
    ],
)
def test_an_edited_mirror_is_found(
    tmp_path: Path, edit: Callable[[str], str | None], said: str
) -> None:
    """And it is said which decision, on whom."""
    with store_in(tmp_path) as store:
        fill(store)
        assert store.unlike_mirror() == ()
    path = tmp_path / ".assessor" / "decisions.jsonl"
    text = edit(path.read_text(encoding="utf-8"))
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")

    with store_in(tmp_path) as store:
        assert store.verify() == ()
        assert any(said in each for each in store.unlike_mirror()), store.unlike_mirror()


def test_every_head_that_was_printed_is_known() -> None:
    """Until what stood under it is taken away."""
    with open_store(None, real()) as store:
        heads = []
        for number in range(3):
            store.record_export("moodle", str(number), {})
            heads.append(store.head())

        assert all(map(store.knows_head, heads))
        assert not store.knows_head("x")
        store.purge()
        assert not any(map(store.knows_head, heads))


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
    store.keep_rubric(digest("rubric", {"points": "2"}), '{"points": "2"}')
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
                by=ReleasedBy.REVIEW,
            )
        ]
    )
    finish(store)


def tamper(folder: Path, statements: str) -> None:
    """Change the file as somebody would who has it in another program."""
    with closing(sqlite3.connect(folder / ".assessor" / "store.db")) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        connection.create_function("unpacked", 1, unpack)
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in [statements] if "TRIGGER" in statements else statements.split(";"):
            assert connection.execute(statement).rowcount != 0
        for _, made in triggers:  # as they were: not even the schema tells
            connection.execute(made)
        connection.commit()
