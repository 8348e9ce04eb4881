"""What two stores asked of the same becomes one history, however often it is taken in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assessor.ambient import real
from assessor.store import open_store
from assessor.store.merge import MergedIn
from assessor.trust.records import AuditPlan
from tests.store.build import ask, reply
from tests.store.test_words import KEY, word
from tests.trust.build import plan, unit


def test_tries_of_both_are_kept_under_one_key(tmp_path: Path) -> None:
    """The other's tries come after ours, an ask without a reply keeps its number, and twice is
    once."""
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        one.record([replace(ask("k", 1), at="1")], [replace(reply("k", 1), text="ours")])
        two.record(
            [
                replace(ask("k", 1), at="2"),
                replace(ask("k", 2), at="3"),
                replace(ask("z", 1), at="4"),
            ],
            [replace(reply("k", 2), text="theirs")],
        )

        assert one.take_in(two) == MergedIn(asks=3, replies=1, decisions=0)
        assert one.take_in(two) == MergedIn(asks=0, replies=0, decisions=0)
        told = one.histories(["k", "z"])

        assert [(each.attempt, each.text) for each in told["k"].replies] == [
            (1, "ours"),
            (3, "theirs"),
        ]
        assert (told["k"].tries, told["z"].tries) == (3, 1)
        assert one.verify() == ()


def test_no_decision_of_ours_gives_way_to_one_that_did_not_know_of_it(tmp_path: Path) -> None:
    """Theirs is kept in the record; one that was made on top of ours counts as it would here."""
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        two.decide(word(1))
        one.decide(word(7))

        told = one.take_in(two)
        standing = one.decisions({KEY: "d"})
        two.take_in(one)
        two.decide(word(2))
        again = one.take_in(two)
        last = one.decisions({KEY: "d"})

        assert (told.decisions, told.kept, again.kept) == (1, 1, 0)
        assert [each.override.points for each in standing] == [word(7).points]
        assert [each.override.points for each in last] == [word(2).points]
        assert [each.new and each.new.points for each in one.trail(KEY)][:2] == [
            word(7).points,
            word(1).points,
        ]
        assert one.verify() == one.unlike_mirror() == ()


def test_what_an_audit_has_spent_is_spent_in_the_merged_store_too(tmp_path: Path) -> None:
    """A failed audit is not got rid of by merging its store into a new one."""
    with open_store(tmp_path / "a", real()) as one, open_store(tmp_path / "b", real()) as two:
        two.keep(plan([unit("S1")]))

        one.take_in(two)
        one.take_in(two)

        assert one.kept(AuditPlan) == two.kept(AuditPlan)
        assert one.verify() == ()
