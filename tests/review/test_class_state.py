"""The class as a reviewer has it: order, words, graders, undo. No server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.errors import StaleDecision
from assessor.review.class_state import ReviewMaterial, ReviewProgress
from assessor.review.decision_keys import accept, set_level, settle, toggle_flag
from assessor.review.entry import Seat
from assessor.review.filters import Filters, wish_from
from assessor.review.page_templates import Pages
from assessor.review.security import Lock
from assessor.store import RunStatus, Store
from assessor.submission import InputState
from assessor.verdict import DecisionSource, State
from tests.engine.build import answers, memory
from tests.review.build import OWNER, class_state_in, entry_of, grade_class, hand_class


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        yield opened


def test_one_digit_decides_the_whole_answer_as_it_is_seen(store: Store) -> None:
    """Correcting one key point is a decision on all of them: the others stand as proposed."""
    grade_class(store, answers(1))
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S000")

    got = class_state.say(entry, set_level(entry, "samples", "partial"), entry.seen)

    assert got.mine is not None
    assert dict(got.mine.points) == {
        "samples": Decimal(1),
        "proxy": Decimal(1),
        "more_data": Decimal(0),
    }
    assert (got.grade.state, got.grade.standing, got.grade.proposed) == (
        State.GRADED,
        Decimal(2),
        Decimal(3),
    )
    assert got.mine.grader == "ada"


def test_hand_grading_is_a_draft_until_the_last_key_point(store: Store) -> None:
    """Points given so far are kept and shown, and nothing is released before all are there."""
    hand_class(store, answers(1))
    class_state = class_state_in(store)
    states = []
    for cell, level in (("samples", "full"), ("proxy", "absent"), ("more_data", "present")):
        entry = entry_of(class_state, "S000")
        entry = class_state.say(entry, set_level(entry, cell, level), entry.seen)
        states.append((entry.is_begun, entry.is_done, entry.grade.grade))

    again = entry_of(class_state_in(store), "S000")

    assert states == [(True, False, None), (True, False, None), (False, True, Decimal(1))]
    assert again.grade.standing == Decimal(1)


def test_undo_takes_back_the_latest_word_wherever_it_was(store: Store) -> None:
    """Undo goes back through answers, also in a page that was opened anew."""
    grade_class(store, answers(2))
    class_state = class_state_in(store)
    for student in ("S000", "S001"):
        entry = entry_of(class_state, student)
        class_state.say(entry, accept(entry), entry.seen)
    reopened = class_state_in(store)

    taken = [reopened.undo(), reopened.undo(), reopened.undo()]

    assert [each.key[0] if each else "" for each in taken] == ["S001", "S000", ""]
    assert not any(each.is_done for each in class_state_in(store).entries)


def test_a_word_on_what_is_no_longer_the_newest_is_refused(store: Store) -> None:
    """Two windows of one person: the second does not write over what it never saw."""
    grade_class(store, answers(1))
    first, second = class_state_in(store), class_state_in(store)
    here, there = entry_of(first, "S000"), entry_of(second, "S000")
    first.say(here, set_level(here, "samples", "partial"), here.seen)

    with pytest.raises(StaleDecision):
        second.say(there, set_level(there, "samples", "absent"), there.seen)

    assert entry_of(second, "S000").grade.standing == Decimal(2)


def test_graders_apart_do_not_overwrite_each_other(store: Store) -> None:
    """The first decision stands, the second is kept beside it, and both see that they differ."""
    grade_class(store, answers(1))
    ann, bob = (class_state_in(store, Seat(name=name, apart=True)) for name in ("ann", "bob"))
    for class_state, level in ((ann, "full"), (bob, "absent")):
        entry = entry_of(class_state, "S000")
        assert not entry.is_done
        class_state.say(entry, set_level(entry, "samples", level), entry.seen)

    got = [entry_of(class_state, "S000") for class_state in (ann, bob, class_state_in(store))]

    assert [each.grade.standing for each in got] == [Decimal(3)] * 3
    assert [each.shown.standing for each in got] == [Decimal(3), Decimal(1), Decimal(3)]
    assert [[rival.grader for rival in each.rivals] for each in got] == [["bob"], ["ann"], ["bob"]]


def test_a_difference_is_settled_by_a_word_of_its_own(store: Store) -> None:
    """Taking the other's points ends the difference for everybody, and says whose they were."""
    grade_class(store, answers(1))
    ann, bob = (class_state_in(store, Seat(name=name, apart=True)) for name in ("ann", "bob"))
    for class_state, level in ((ann, "full"), (bob, "absent")):
        entry = entry_of(class_state, "S000")
        class_state.say(entry, set_level(entry, "samples", level), entry.seen)
    entry = entry_of(ann, "S000")
    ann.say(entry, settle(entry, entry.rivals[0]), entry.newest, together=True)

    got = [entry_of(class_state, "S000") for class_state in (ann, bob, class_state_in(store))]

    assert [each.grade.standing for each in got] == [Decimal(1)] * 3
    assert [each.rivals for each in got] == [(), (), ()]
    assert "bob's points stand" in store.trail(entry.key)[-1].reason


def test_a_flag_decides_nothing(store: Store) -> None:
    """An undecided answer that is flagged stays undecided, and is found again."""
    grade_class(store, answers(2))
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S001")
    class_state.say(entry, toggle_flag(entry), entry.seen)

    reopened = class_state_in(store)

    assert entry_of(reopened, "S001").grade.grade is None
    flagged = reopened.list_for(Filters(show="all", only="flagged"))
    assert [each.key[0] for each in flagged] == ["S001"]


def test_the_order_is_stable_and_not_that_of_the_file(store: Store) -> None:
    """Names and the order of handing in say nothing of who comes first."""
    hand_class(store, answers(40))

    first = [each.key[0] for each in class_state_in(store).entries]
    second = [each.key[0] for each in class_state_in(store).entries]

    assert first == second
    assert first != sorted(first)
    assert sorted(first) == [f"S{number:03}" for number in range(40)]


def test_alike_answers_follow_each_other_where_people_grade(store: Store) -> None:
    """Equal answers are neighbours, so that they are judged by one measure."""
    given = answers(12)
    copies = [replace(each, student_id=f"T{n}") for n, each in enumerate([given[3]] * 3)]
    hand_class(store, (*given, *copies))

    order = [each.key[0] for each in class_state_in(store).entries]

    places = sorted(order.index(each) for each in ("S003", "T0", "T1", "T2"))
    assert places == list(range(places[0], places[0] + 4))


def test_parts_share_out_the_class(store: Store) -> None:
    """Every answer is in exactly one part, and the parts are of equal size."""
    hand_class(store, answers(10))
    class_state = class_state_in(store)

    parts = [class_state.list_for(Filters(show="all", part=f"{n}of3")) for n in (1, 2, 3)]

    assert sorted(len(each) for each in parts) == [3, 3, 4]
    assert len({each.id for part in parts for each in part}) == 10


def test_a_blind_seat_sees_nothing_of_the_judge(store: Store) -> None:
    """Neither points nor quotes nor the state that the judge's reading led to."""
    grade_class(store, answers(1))

    entry = entry_of(class_state_in(store, Seat(name="ada", blind=True)), "S000")

    assert entry.shown.proposed is None
    assert {each.level for each in entry.shown.cells} == {""}
    assert entry.shown.reasons == ()


def test_other_peoples_words_are_seen_without_a_restart(store: Store) -> None:
    """What another window wrote is there at the next look."""
    grade_class(store, answers(3))
    mine, other = class_state_in(store, OWNER), class_state_in(store, OWNER)
    entry = entry_of(other, "S002")
    other.say(entry, accept(entry), entry.seen)

    assert entry_of(mine, "S002").is_done
    assert mine.progress(mine.list_for(Filters(show="all"))) == ReviewProgress(done=1, total=3)


def test_a_wish_survives_its_address() -> None:
    """What is written into an address comes back the same, and strangers' parameters do not."""
    wish = Filters(show="all", cell="samples", level="full", part="1of2")

    assert wish.query == "?show=all&cell=samples&level=full&part=1of2"
    assert wish_from({"show": "all", "cell": "samples", "evil": "x"}) == Filters(
        show="all", cell="samples"
    )


def test_one_question_is_read_after_the_other(store: Store) -> None:
    """Of several questions, all answers to the first come before those to the second."""
    given = answers(4)
    second = [replace(each, question="second") for each in answers(4, 4)]
    hand_class(store, [each for pair in zip(given, second, strict=True) for each in pair])

    class_state = class_state_in(store)

    assert [each.key[1] for each in class_state.entries] == ["answer"] * 4 + ["second"] * 4
    assert len(class_state.list_for(Filters(question="second"))) == 4


def test_the_trail_names_who_did_it(store: Store) -> None:
    """Without a name of their own it is the machine's user; undo knows them again."""
    grade_class(store, answers(1))
    class_state = class_state_in(store, Seat(login="prof"))
    entry = entry_of(class_state, "S000")
    class_state.say(entry, accept(entry), entry.seen)
    reopened = class_state_in(store, Seat(login="prof"))
    reopened.undo()

    assert [(each.deed.value, each.who) for each in store.trail(entry.key)] == [
        ("override", "prof"),
        ("undo", "prof"),
    ]
    assert reopened.undo() is None


def test_a_sheet_is_not_taken_back_by_a_key(store: Store) -> None:
    """Undo is for what was pressed, not for an evening's file."""
    grade_class(store, answers(1))
    entry = entry_of(class_state_in(store), "S000")
    store.decide(replace(accept(entry), source=DecisionSource.SHEET, grader="ada"))

    assert class_state_in(store, OWNER).undo() is None
    assert entry_of(class_state_in(store), "S000").is_done


def test_below_an_answer_stands_what_it_was_read_from(store: Store) -> None:
    """And what was left out of the file; or why there is no text."""
    read, unread = (
        replace(each, reading=said) for each, said in zip(answers(2), READINGS, strict=True)
    )
    unread = replace(unread, answer="", state=InputState.UNREADABLE, unread="scan")
    grade_class(store, (read, unread))
    class_state = class_state_in(store)
    pages = Pages(class_state, Lock(port=1, names=frozenset()))

    shown = [pages.answer(entry_of(class_state, name), Filters()) for name in ("S000", "S001")]

    assert "As read from its file: docx, left out: 2 pictures" in shown[0]
    assert "As read from its file: is a scan" in shown[1]
    assert "This cannot be read here: look at it on the platform." in shown[1]


READINGS = ("file: docx, left out: 2 pictures", "file: is a scan (pdf)")


def test_a_run_is_shown_once_it_ends_also_where_its_outcomes_were_seen_before(
    store: Store,
) -> None:
    """Its outcomes stand a moment before it ends: whoever looks then sees the run before it."""
    grade_class(store, answers(2))
    class_state = class_state_in(store)
    before = store.latest_run()
    assert before is not None
    store.start_run(replace(before, id="later", status=RunStatus.RUNNING, finished_at=""))
    store.save_outcomes("later", store.outcomes(before.id))
    class_state.refresh()
    meanwhile = class_state.material.run
    store.finish_run(
        "later", finished_at="2026-01-01", status=RunStatus.DONE, manifest=before.manifest
    )
    class_state.refresh()

    assert (meanwhile, class_state.material.run) == (before.id, "later")


def test_a_run_that_ends_while_the_class_is_loaded_is_shown_afterwards(store: Store) -> None:
    """What a refresh may have missed is looked for by the next one."""
    grade_class(store, answers(2))
    class_state = class_state_in(store)
    before = store.latest_run()
    assert before is not None
    load = class_state._load

    def overtaken() -> ReviewMaterial:
        found = load()
        store.finish_run(
            "later", finished_at="2026-01-01", status=RunStatus.DONE, manifest=before.manifest
        )
        class_state._load = load
        return found

    class_state._load = overtaken
    store.start_run(replace(before, id="later", status=RunStatus.RUNNING, finished_at=""))
    store.save_outcomes("later", store.outcomes(before.id))
    class_state.refresh()
    class_state.refresh()

    assert class_state.material.run == "later"
