"""A person's word stands, outlives the database, and is bound to the answer it was given on."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.ambient import real
from assessor.errors import StaleDecision, StoreError
from assessor.store import Decision, Deed, Rebuilt, Store, open_store
from assessor.verdict import Override, Release, ReleasedBy
from tests.store.build import ask, finish, outcome, reply, run, store_in

KEY = ("s1", "Q", 1)


@given(
    texts=st.tuples(*[st.text(st.characters(codec=None))] * 3),
    points=st.decimals(allow_nan=False, allow_infinity=False),
    total=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
)
def test_any_decision_comes_back_as_it_went_in(
    texts: tuple[str, str, str], points: Decimal, total: Decimal | None
) -> None:
    """Ids, feedback and exact points survive the store, whatever characters they hold."""
    student, feedback, grader = texts
    decision = Override(
        student_id=student,
        question="Q",
        attempt=1,
        answer_digest="a1",
        points=(("limited_samples", points),),
        total=total,
        feedback=feedback,
        grader=grader,
    )
    with open_store(None, real()) as store:
        store.decide(decision)

        (got,) = store.decisions({(student, "Q", 1): "a1"})

        assert repr(got.override) == repr(decision)


def test_the_newest_decision_stands_and_the_older_ones_are_kept() -> None:
    """A second decision on a submission replaces the first, which stays in the history."""
    with open_store(None, real()) as store:
        store.decide(word(total="1"))
        store.decide(word(total="2"))
        store.decide(word(student="s2"))

        assert standing(store) == [word(total="2")]
        assert [(each.old, each.new) for each in store.history(Deed.OVERRIDE)][1] == (
            word(total="1"),
            word(total="2"),
        )


def test_undo_lets_the_decision_before_stand_again() -> None:
    """Undo takes back one decision, once; doing it twice is told."""
    with open_store(None, real()) as store:
        store.decide(word(total="1"))
        second = store.decide(word(total="2"))
        store.undo(second, who="kim")

        assert standing(store) == [word(total="1")]
        with pytest.raises(StoreError, match="does not stand"):
            store.undo(second)
        with pytest.raises(StoreError, match="does not stand"):
            store.undo("no such id")


def test_a_decision_on_another_answer_is_kept_and_inactive() -> None:
    """When the answer changes the decision waits; when it changes back it stands again."""
    with open_store(None, real()) as store:
        first = store.decide(word(digest="a1", total="1"))
        assert [each.active for each in store.decisions({KEY: "a2"})] == [False]
        second = store.decide(word(digest="a2", total="2"))

        assert [each.id for each in store.decisions({KEY: "a1"})] == [first]
        assert [each.id for each in store.decisions({KEY: "a2"})] == [second]
        assert [(d.id, d.active) for d in store.decisions({KEY: "a3"})] == [(second, False)]
        assert store.decisions({("s9", "Q", 1): "a1"}) == ()


def test_a_rerun_leaves_decisions_alone() -> None:
    """G8: a run and its outcomes touch nothing that a person decided or released."""
    with open_store(None, real()) as store:
        store.decide(word())
        store.release([release()])
        before = store.history()
        store.start_run(run())
        store.record([ask()], [reply()])
        store.save_outcomes("run1", [outcome()])
        finish(store)

        assert store.history() == before


def test_the_newest_release_of_a_submission_counts() -> None:
    """A grade can go out again with another number; each submission has one release."""
    with open_store(None, real()) as store:
        store.release([release(grade="1"), release("s2")])
        store.release([release(grade="2", by="review")])
        store.release([])

        assert store.releases() == (release(grade="2", by="review"), release("s2"))


def test_exports_are_remembered_per_column() -> None:
    """What went into a column is known per student, so that nothing is added twice."""
    with open_store(None, real()) as store:
        store.record_export("canvas", "Quiz 4", {"s1": Decimal("1.5"), "s2": Decimal(2)})
        store.record_export("canvas", "Quiz 4", {"s1": Decimal(3)})
        store.record_export("moodle", "Quiz 4", {"s1": Decimal(9)})

        assert store.exported("canvas", "Quiz 4") == {"s1": Decimal(3), "s2": Decimal(2)}
        assert store.exported("canvas", "Quiz 5") == {}


def test_every_deed_is_mirrored_as_one_line(tmp_path: Path) -> None:
    """decisions.jsonl says who, when, what was there, what is now, and why."""
    with store_in(tmp_path) as store:
        first = store.decide(word(total="1", grader="kim"))
        store.decide(word(total="2", grader="lee", reason="appeal"))
    lines = [json.loads(line) for line in mirror(tmp_path).read_text().splitlines()]

    assert lines[0]["id"] == first
    assert {name: lines[1][name] for name in ("deed", "who", "source", "reason")} == {
        "deed": "override",
        "who": "lee",
        "source": "review",
        "reason": "appeal",
    }
    assert (lines[1]["old"]["total"], lines[1]["new"]["total"]) == ("1", "2")
    assert lines[1]["new"]["answer_digest"] == "a1"
    assert lines[1]["at"] > lines[0]["at"]


def test_a_lost_database_gets_its_decisions_back(tmp_path: Path) -> None:
    """Overrides, undos, releases and exports are all restored when the database is gone."""
    with store_in(tmp_path) as store:
        store.decide(word(total="1"))
        store.undo(store.decide(word(total="2")))
        store.release([release()])
        store.record_export("canvas", "Quiz 4", {"s1": Decimal(1)})
        before = store.history()
    for file in (tmp_path / ".assessor").glob("store.db*"):
        file.unlink()

    with store_in(tmp_path) as store:
        assert store.history() == before
        assert standing(store) == [word(total="1")]
        assert store.exported("canvas", "Quiz 4") == {"s1": Decimal(1)}
        assert store.notes[0].startswith("5 human decisions were restored from")
        assert store.verify() == ()


def test_the_mirror_is_no_way_in(tmp_path: Path) -> None:
    """A line that somebody adds to the mirror of a living database is not a decision."""
    with store_in(tmp_path) as store:
        store.decide(word())
        before = store.history()
    line = mirror(tmp_path).read_text(encoding="utf-8").replace(before[0].id, "another")
    with mirror(tmp_path).open("a", encoding="utf-8") as file:
        file.write(line)

    with store_in(tmp_path) as store:
        assert store.history() == before


def test_a_torn_line_spoils_nothing_but_itself(tmp_path: Path) -> None:
    """After a power cut in the middle of a line, the lines before and after it are read."""
    with store_in(tmp_path) as store:
        store.decide(word(total="1"))
        with mirror(tmp_path).open("a", encoding="utf-8") as file:
            file.write('{"id": "torn')
        store.decide(word("s2"))
        lines = mirror(tmp_path).read_text(encoding="utf-8").splitlines()
    with open_store(None, real()) as other:
        assert other.rebuild_decisions(lines) == Rebuilt(taken=2, unread=1)
        assert other.rebuild_decisions(lines) == Rebuilt(taken=0, unread=1)
        assert [each.new for each in other.history()] == [word(total="1"), word("s2")]


def test_decisions_made_together_are_all_written_or_none(tmp_path: Path) -> None:
    """One that somebody else's newer word stands above keeps the others out of both records."""
    with store_in(tmp_path) as store:
        store.decide(word("s2"))
        with pytest.raises(StaleDecision):
            store.decide_together([(word("s1"), ""), (word("s2"), "")])
        alone = mirror(tmp_path).read_text()
        ids = store.decide_together([(word("s1"), ""), (word("s3"), "")], who="ada", group="g")
        lines = mirror(tmp_path).read_text().splitlines()

        assert alone.count("\n") == 1
        assert [json.loads(each)["id"] for each in lines[1:]] == list(ids)
        assert store.unlike_mirror() == store.verify() == ()


def test_a_line_that_a_killed_command_left_says_what_to_do(tmp_path: Path) -> None:
    """Cut short between the mirror and the database, a decision counts nowhere, and verify ends."""
    with store_in(tmp_path) as store:
        store.decide(word("s1"))
        kept = mirror(tmp_path).read_text()
        store.decide(word("s2"))
    whole = mirror(tmp_path).read_text()
    mirror(tmp_path).write_text(kept)
    with store_in(tmp_path / "other") as store:
        store.rebuild_decisions(kept.splitlines())
        mirror(tmp_path / "other").write_text(whole)
        (told,) = store.unlike_mirror()
        mirror(tmp_path / "other").write_text(kept)

        assert "override on 's2'" in told
        assert "counts for nothing" in told and "take the line out" in told
        assert store.unlike_mirror() == ()


def test_a_decision_that_cannot_be_mirrored_is_not_made(tmp_path: Path) -> None:
    """What is acknowledged stands in both places; else it stands in neither and is told."""
    with store_in(tmp_path) as store:
        mirror(tmp_path).mkdir()

        with pytest.raises(StoreError, match=r"decisions\.jsonl: .*permissions"):
            store.decide(word())
        assert store.history() == ()


def word(
    student: str = "s1",
    *,
    digest: str = "a1",
    total: str | None = None,
    grader: str = "",
    reason: str = "",
) -> Override:
    return Override(
        student_id=student,
        question="Q",
        attempt=1,
        answer_digest=digest,
        points=(("limited_samples", Decimal("0.50")),),
        total=None if total is None else Decimal(total),
        grader=grader,
        reason=reason,
    )


def release(student: str = "s1", *, grade: str = "1", by: str = "unread") -> Release:
    return Release(
        student_id=student,
        question="Q",
        attempt=1,
        answer_digest="a1",
        grade=Decimal(grade),
        by=ReleasedBy(by),
    )


def standing(store: Store) -> list[Override]:
    found: tuple[Decision, ...] = store.decisions({KEY: "a1"})
    return [each.override for each in found]


def mirror(folder: Path) -> Path:
    return folder / ".assessor" / "decisions.jsonl"
