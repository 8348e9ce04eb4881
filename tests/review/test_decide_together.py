"""One decision for a group: alike in words and evidence, each looked at, undone as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from assessor.assignment.single_answer import make_submission
from assessor.review.alike import MOST, groups_of
from assessor.review.class_state import ClassState
from assessor.review.entry import Seat
from assessor.store import Store
from assessor.submission import Submission
from tests.engine.build import Said, by_answer, memory, sentence
from tests.review.build import Visitor, class_state_in, grade_class, read_otherwise, served

POINT = "no pile of marks ever holds every case"


def answers_of(texts: Sequence[str]) -> tuple[Submission, ...]:
    return tuple(make_submission(f"S{n:02}", text) for n, text in enumerate(texts))


def quoting(text: str, quote: str = POINT, level: str = "full") -> dict[str, Said]:
    return {"samples": Said(level, 0.95, (quote,))} if quote in text else {}


TEXTS = [
    f"{sentence(1)} And {POINT}.",
    f"{sentence(2)} And {POINT}.",
    f"{sentence(3)} And {POINT}.",
    f"{sentence(4)} And a few labels are simply missing there.",
    sentence(5),
    sentence(6),
    f"{sentence(7)} In the end nothing was learned at all.",
    f"{sentence(7)} in  the end NOTHING was learned at all.",
]


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        table = {text: quoting(text) for text in TEXTS}
        table[TEXTS[3]] = quoting(TEXTS[3], "a few labels are simply missing")
        grade_class(opened, answers_of(TEXTS), by_answer(table))
        yield opened


def students(group: Sequence[object]) -> set[str]:
    return {each.key[0] for each in group}  # type: ignore[attr-defined]  # entries


def test_equal_answers_and_overlapping_evidence_are_groups_and_nothing_else(store: Store) -> None:
    """Other evidence for the same level, and no evidence at all, are never decided together."""
    class_state = class_state_in(store)

    groups = groups_of(class_state.entries, class_state.like)

    assert sorted(map(sorted, map(students, groups))) == [["S00", "S01", "S02"], ["S06", "S07"]]


def test_what_wants_a_look_of_its_own_is_in_no_group(store: Store) -> None:
    """A flag, a flag of one's own, a decision: each is looked at alone."""
    class_state = class_state_in(store)
    entries = [
        replace(each, outcome=replace(each.outcome, reasons=("flag:addressed",)))
        if each.key[0] == "S00"
        else each
        for each in class_state.entries
    ]

    groups = groups_of(entries, class_state.like)

    assert ["S01", "S02"] in [sorted(students(group)) for group in groups]


def test_a_large_group_is_taken_in_pieces_that_can_be_looked_at() -> None:
    """Thirty equal answers are several groups."""
    with memory() as opened:
        text = f"{sentence(1)} And {POINT}."
        grade_class(opened, answers_of([text] * 30), by_answer({text: quoting(text)}))
        class_state = class_state_in(opened)

        groups = groups_of(class_state.entries, class_state.like)

    assert max(map(len, groups)) == MOST
    assert sum(map(len, groups)) == 30


@pytest.fixture
def class_state(store: Store) -> ClassState:
    return class_state_in(store)


@pytest.fixture
def visitor(class_state: ClassState) -> Iterator[Visitor]:
    with served(class_state) as opened:
        yield Visitor(opened).enter()


def form_of(visitor: Visitor, place: str, deed: str, looked: Sequence[str]) -> dict[str, str]:
    page = visitor.get(place)
    return {
        "csrf": page.value("csrf"),
        "members": page.value("members"),
        "out": page.value("out"),
        "shown": page.value("shown"),
        "do": deed,
        **{f"look {each}": "yes" for each in looked},
    }


def test_nothing_is_decided_without_a_look_at_each(
    class_state: ClassState, visitor: Visitor
) -> None:
    """The key does nothing until every answer was looked at, but those that were taken out."""
    place = visitor.get("/groups").place
    members = visitor.get(place).value("members").split()

    refused = visitor.post(place, form_of(visitor, place, "done", members[:-1]))
    before = sum(each.is_done for each in class_state.entries)
    out = {**form_of(visitor, place, "done", members[:-1]), "out": members[-1]}
    done = visitor.post(place, out)

    assert (refused.status, before) == (400, 0)
    assert "1 not looked at yet" in refused.text
    assert done.status == 200
    assert sum(each.is_done for each in class_state.entries) == len(members) - 1
    assert not next(each for each in class_state.entries if each.id == members[-1]).is_done


def test_each_decision_is_kept_by_itself_and_all_are_undone_as_one(
    store: Store, class_state: ClassState, visitor: Visitor
) -> None:
    """Every answer has its own decision that says so; one key takes all of them back."""
    place = visitor.get("/groups").place
    members = visitor.get(place).value("members").split()
    form = {**form_of(visitor, place, "done", members), "level samples": "partial"}

    assert visitor.post(place, form).status == 200

    decided = [each for each in class_state.entries if each.id in members]
    count = len(members)
    assert [each.mine.reason for each in decided if each.mine] == [
        f"decided in a group of {count}"
    ] * count
    assert {each.grade.standing for each in decided} == {1}
    again = class_state_in(store)
    entry = again.undo()
    assert entry is not None
    assert not any(each.is_done for each in again.entries)


def test_a_group_that_changed_meanwhile_is_looked_at_again(
    class_state: ClassState, visitor: Visitor
) -> None:
    """Whoever decided one of them in another window is not written over."""
    place = visitor.get("/groups").place
    members = visitor.get(place).value("members").split()
    form = form_of(visitor, place, "done", members)
    visitor.do(f"/answer/{members[1]}", "level samples absent")

    answer = visitor.post(place, form)

    assert answer.status in {303, 409}
    assert sum(each.is_done for each in class_state.entries) == 1


def test_a_group_is_not_decided_by_a_reading_that_was_not_shown(
    store: Store, class_state: ClassState, visitor: Visitor
) -> None:
    """Read again meanwhile, its answers are the same ones and each is proposed otherwise."""
    place = visitor.get("/groups").place
    members = visitor.get(place).value("members").split()
    form = form_of(visitor, place, "done", members)
    read_otherwise(store, "partial")

    refused = visitor.post(place, form)
    left = visitor.get(place).value("members").split()
    done = visitor.post(place, form_of(visitor, place, "done", members))

    assert (refused.status, left) == (409, members)
    assert "the group changed meanwhile" in refused.text
    assert done.status == 200
    decided = [each for each in class_state.entries if each.is_done]
    assert {each.grade.standing for each in decided} == {1}


def test_a_blind_seat_has_no_groups(store: Store) -> None:
    """Groups show what the judge claims."""
    with served(class_state_in(store, Seat(name="ada", blind=True))) as opened:
        assert Visitor(opened).enter().get("/groups").status == 403
        assert Visitor(opened).enter().get("/rulings").status == 403
