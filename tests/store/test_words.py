"""Several people's words on one answer: drafts, second graders, stale edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.ambient import real
from assessor.errors import StaleDecision
from assessor.store import Store, open_store
from assessor.verdict import DecisionSource, Override

KEY = ("S1", "answer", 1)


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store(None, real()) as opened:
        yield opened


def word(points: int, grader: str = "ann", source: str = "review") -> Override:
    return Override(
        student_id="S1",
        question="answer",
        attempt=1,
        answer_digest="d",
        points=(("a", Decimal(points)),),
        grader=grader,
        source=DecisionSource(source),
    )


def standing(store: Store) -> list[tuple[str, int]]:
    found = store.decisions({KEY: "d"})
    return [(each.override.grader, int(each.override.points[0][1])) for each in found]


def test_a_draft_decides_nothing(store: Store) -> None:
    """What is begun is kept and is no grade; nor is it a blind grade."""
    store.decide(word(1, source=DecisionSource.DRAFT))

    assert standing(store) == []
    assert store.standing_overrides([KEY]) == ()
    assert [each.new for each in store.words([KEY])[KEY]] == [word(1, source=DecisionSource.DRAFT)]


def test_a_second_grader_stands_beside_the_first(store: Store) -> None:
    """The first decision stands; taken back, the second one does."""
    first = store.decide(word(2, "ann"), apart=True)
    store.decide(word(1, "bob"), apart=True)
    before = standing(store)
    store.undo(first)

    assert before == [("ann", 2)]
    assert standing(store) == [("bob", 1)]
    assert store.words([KEY])[KEY][-1].new == word(1, "bob", DecisionSource.SECOND)


def test_a_grader_apart_may_change_their_own_word(store: Store) -> None:
    """Only other people's decisions are left alone."""
    store.decide(word(2, "ann"), apart=True)
    store.decide(word(1, "ann"), apart=True)

    assert standing(store) == [("ann", 1)]


def test_an_unseen_word_is_not_written_over(store: Store) -> None:
    """Both who saw nothing and who saw an older word are told; nothing is written."""
    first = store.decide(word(1), seen="")
    second = store.decide(word(2), seen=first)

    for seen in ("", first):
        with pytest.raises(StaleDecision, match="reload and look again"):
            store.decide(word(0), seen=seen)

    assert standing(store) == [("ann", 2)]
    assert store.words([KEY])[KEY][-1].id == second


def test_apart_only_the_graders_own_words_are_to_be_seen(store: Store) -> None:
    """Another grader's word is hidden from this one, so it cannot be stale by it."""
    store.decide(word(2, "ann"), seen="", apart=True)

    store.decide(word(1, "bob"), seen="", apart=True)

    assert len(store.words([KEY])[KEY]) == 2


def test_a_word_on_another_text_does_not_make_this_one_second(store: Store) -> None:
    """Ann decided on the old text; Bob's decision on the new one stands."""
    store.decide(replace(word(2, "ann"), answer_digest="old"), apart=True)
    store.decide(word(1, "bob"), apart=True)

    assert standing(store) == [("bob", 1)]
