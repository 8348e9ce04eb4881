"""Grading blind: what was drawn, in its order, told apart, with nothing of the judge in view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.review.decision_keys import accept, adjust, set_level
from assessor.review.entry import Seat
from assessor.review.filters import Filters
from assessor.store import Store
from assessor.trust.audit_standing import part_of
from assessor.trust.records import AuditPlan, DrawnAnswer, TuningSample, Unit, frozen_digest
from assessor.verdict import DecisionSource
from tests.engine.build import answers, memory
from tests.review.build import Visitor, class_state_in, entry_of, grade_class, served

BLIND = Seat(name="ada", blind=True)


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        grade_class(opened, answers(6))
        yield opened


def draw(store: Store, *students: str) -> None:
    parts = []
    for student in students:
        submission = entry_of(class_state_in(store), student).outcome.submission
        parts.append(
            DrawnAnswer(
                student_id=student,
                question=submission.question,
                attempt=submission.attempt,
                answer_digest=submission.answer_digest,
                proposed=Decimal(3),
            )
        )
    run = store.latest_run()
    assert run is not None
    units = tuple(Unit(parts=(part,)) for part in parts)
    store.keep(TuningSample(id="t1", at="", run=run.id, seed=1, units=units))


def test_what_was_drawn_comes_in_its_order_and_nothing_else(store: Store) -> None:
    """The list is the sample; what is decided leaves it, and the count says how far it is."""
    draw(store, "S004", "S001", "S002")
    class_state = class_state_in(store, BLIND)
    before = [each.key[0] for each in class_state.list_for(Filters())]
    entry = entry_of(class_state, "S004")
    class_state.say(entry, accept(entry), entry.seen)

    progress = class_state.progress(class_state.list_for(Filters()))

    assert before == ["S004", "S001", "S002"]
    assert [each.key[0] for each in class_state.list_for(Filters())] == ["S001", "S002"]
    assert (progress.done, progress.total) == (1, 3)


def prepare_audit(store: Store) -> list[str]:
    """An audit of the class in the order of its students; return that order."""
    run, entries = store.latest_run(), class_state_in(store).entries
    assert run is not None
    units = tuple(Unit(parts=(part_of(each.grade),)) for each in entries)
    plan = AuditPlan(
        id="a1",
        at="",
        run=run.id,
        frozen=frozen_digest(run.manifest),
        seed=1,
        number=1,
        alpha=0.1,
        delta=0.08,
        confidence=0.9,
        tolerance=Decimal(1),
        order=units,
    )
    store.keep(plan)
    return [unit.parts[0].student_id for unit in units]


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("source", [DecisionSource.REVIEW, DecisionSource.TUNING])
def test_an_audit_asks_also_for_what_was_decided_otherwise_meanwhile(
    store: Store, source: DecisionSource, apart: bool
) -> None:
    """It waits for a blind grade of the next answer, and would wait for ever; nothing of the other
    word is shown.
    """
    first, *_ = prepare_audit(store)
    bob = class_state_in(store, Seat(name="bob", apart=apart))
    entry = entry_of(bob, first)
    store.decide(replace(accept(entry), grader="bob", source=source))

    ada = class_state_in(store, Seat(name="ada", apart=apart, blind=True))
    entry = entry_of(ada, first)
    shown = [each.level for each in entry.shown.cells if each.level]
    ada.say(entry, accept(entry), entry.seen)

    # Another grader who looked meanwhile is a second one, and the first draw stands.
    eve = class_state_in(store, Seat(name="eve", apart=True, blind=True))
    other = entry_of(eve, first)
    store.decide(replace(accept(other), grader="eve", source=DecisionSource.AUDIT), apart=True)

    audit = ada.audit()
    assert (entry.is_done, entry.mine, shown) == (False, None, [])
    assert audit is not None and len(audit.draws) == 1
    assert [each.source for each in store.words([entry.key])[entry.key]] == [
        source,
        "audit",
        "second",
    ]


def test_when_the_sample_is_through_nothing_more_is_shown(store: Store) -> None:
    """The page ends there; what was not drawn stays unread."""
    draw(store, "S003")
    class_state = class_state_in(store, BLIND)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        asked = visitor.do(visitor.get("/go").place, "done")
        assert "Press it again to give 0" in asked.text
        assert not any(each.is_done for each in class_state.entries)
        last = visitor.do(visitor.get("/go").place, "done").place
        page = visitor.get(last).text

    assert last == "/end"
    assert "All that was drawn is graded" in page
    assert [each.key[0] for each in class_state.entries if each.is_done] == ["S003"]


def test_two_blind_graders_each_grade_the_whole_sample(store: Store) -> None:
    """What the first decided is hidden from the second, who is asked all the same."""
    draw(store, "S003", "S001")
    ann, bob = (
        class_state_in(store, Seat(name=name, apart=True, blind=True)) for name in ("ann", "bob")
    )
    entry = entry_of(ann, "S003")
    ann.say(entry, accept(entry), entry.seen)

    other = entry_of(bob, "S003")
    waiting = [
        [each.key[0] for each in class_state.list_for(Filters())] for class_state in (ann, bob)
    ]
    bob.say(other, accept(other), other.seen)

    assert waiting == [["S001"], ["S003", "S001"]]
    assert not other.is_done
    assert [each.source for each in store.words([entry.key])[entry.key]] == ["trust", "second"]


def test_a_blind_word_says_where_it_came_in(store: Store) -> None:
    """Labels to tune with are told from reviews, drafts are drafts, and corrections stay blind."""
    draw(store, "S004")
    class_state = class_state_in(store, BLIND)
    sources = []
    for cell in ("samples", "proxy", "more_data", "samples"):
        entry = entry_of(class_state, "S004")
        class_state.say(entry, set_level(entry, cell, desk_level(cell)), entry.seen)
        sources.append(store.words([entry.key])[entry.key][-1].source)
    other = entry_of(class_state, "S000")
    class_state.say(other, accept(other), other.seen)

    assert sources == ["draft", "draft", "trust", "trust"]
    assert store.words([other.key])[other.key][-1].source == "review"


def desk_level(cell: str) -> str:
    return "absent" if cell == "more_data" else "full"


def test_points_in_all_tell_nothing_of_the_judge(store: Store) -> None:
    """What the key points give is what this person gave them, also as what one adds to."""
    class_state = class_state_in(store, BLIND)
    entry = next(each for each in class_state.entries if (each.outcome.proposed or 0) > 0)
    entry = class_state.say(entry, adjust(entry, "1", "well put"), entry.seen)
    more = adjust(entry, "+1", "well put")
    with served(class_state) as opened:
        page = Visitor(opened).enter().get(f"/answer/{entry.id}").text

    assert "The key points give 0." in page
    assert more.total == 1


@pytest.mark.parametrize("only", ["changed", "unsure", "differ"])
def test_no_list_tells_a_blind_seat_what_the_judge_said(store: Store, only: str) -> None:
    """Whose points differ from the proposal, and where readings are unsure, are the judge's."""
    class_state = class_state_in(store, BLIND)
    entry = next(each for each in class_state.entries if (each.outcome.proposed or 0) > 0)
    class_state.say(entry, accept(entry), entry.seen)

    assert class_state.list_for(Filters(only=only)) == class_state.list_for(Filters())
    assert len(class_state.list_for(Filters(only="done"))) == 1


def test_a_blind_page_holds_nothing_of_the_judge(store: Store) -> None:
    """No quote, no probability, no reason, no proposal, no prompt."""
    class_state = class_state_in(store, BLIND)
    entry = class_state.entries[0]
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        page = visitor.get(f"/answer/{entry.id}").text
        closed = [visitor.get(f"/answer/{entry.id}/{each}").status for each in ("asked", "trail")]

    assert "<blockquote>" not in page
    assert "sure</span>" not in page
    assert 'aria-pressed="true"' not in page
    assert "least certain" not in page
    assert "who is this?" not in page
    assert closed == [403, 403]
