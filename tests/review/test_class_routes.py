"""Release and rubric over HTTP: counts first, then the deed, and every grade follows the points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.ambient import real
from assessor.assignment.single_answer import make_submission
from assessor.errors import StoreError
from assessor.judges.scripted import ScriptedJudge
from assessor.review.class_state import ClassState
from assessor.review.decision_keys import accept, set_level
from assessor.review.entry import Seat
from assessor.review.weights import RubricFile
from assessor.rubric import load_rubric
from assessor.store import Store
from assessor.verdict import State
from tests.engine.build import FULL, RUBRIC, UNSURE, answers, by_cell, grade, job, memory
from tests.review.build import (
    OWNER,
    OneFile,
    Visitor,
    class_state_in,
    entry_of,
    grade_class,
    hand_class,
    material,
    served,
    tools_for,
)


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        yield opened


def test_what_nobody_read_goes_out_only_when_said_so(store: Store) -> None:
    """The box must be ticked and the number must still be right; who waits for review stays in."""
    judge = ScriptedJudge(by_cell(samples=FULL, proxy=UNSURE))
    grade(job(answers(10), budget=0.2), judge, store)
    class_state = class_state_in(store)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        page = visitor.get("/release")
        form = {"csrf": page.value("csrf"), "shown": page.value("shown"), "do": "unread"}
        without = visitor.post("/release", form)
        wrong = visitor.post("/release", {**form, "sure": "yes", "shown": "3"})
        before = len(store.releases())
        done = visitor.post("/release", {**form, "sure": "yes"})

    assert (without.status, wrong.status, before) == (400, 409, 0)
    assert "8 grades released unread." in done.text
    assert {each.by for each in store.releases()} == {"unread"}
    assert sum(each.grade.state is State.NEEDS_REVIEW for each in class_state.entries) == 2
    assert all(
        each.grade.grade is None
        for each in class_state.entries
        if each.grade.state is State.NEEDS_REVIEW
    )


def test_only_the_grades_that_were_shown_are_released(store: Store) -> None:
    """In another tab the points changed: as many grades, and none of them as it was shown."""
    grade(job(answers(3), budget=0.0), ScriptedJudge(by_cell(samples=FULL)), store)
    class_state = class_state_in(store)
    with served(class_state, tools_for(class_state)) as opened:
        visitor = Visitor(opened).enter()
        page = visitor.get("/release")
        form = {"csrf": page.value("csrf"), "do": "unread", "sure": "yes"}
        points = {"question": "answer", "points samples full": "4", "do": "apply"}
        assert visitor.post("/rubric", {"csrf": page.value("csrf"), **points}).status == 200
        refused = visitor.post("/release", {**form, "shown": page.value("shown")})
        before = store.releases()
        again = visitor.get("/release").value("shown")
        done = visitor.post("/release", {**form, "shown": again})

    assert (refused.status, before) == (409, ())
    assert "what would go out changed meanwhile" in refused.text
    assert "3 grades released unread." in done.text
    assert {each.grade for each in store.releases()} == {Decimal(4)}


def test_new_points_show_who_changes_before_anything_does(store: Store) -> None:
    """The preview asks nobody and writes nothing."""
    grade_class(store, answers(3))
    class_state, files = class_state_in(store), OneFile()
    before = files.text
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        page = visitor.get("/rubric")
        form = {
            "csrf": page.value("csrf"),
            "question": "answer",
            "points samples full": "4",
            "do": "preview",
        }
        shown = visitor.post("/rubric", form)

    assert "3 of 3 grades would change" in shown.text
    assert "3 rise, 0 fall" in shown.text
    assert files.text == before
    assert {each.grade.standing for each in class_state.entries} == {Decimal(3)}


def test_the_points_of_forty_two_levels_are_changed_in_one_form(store: Store) -> None:
    """Fourteen key points of three levels have a field each, and all of them are taken."""
    hand_class(store, answers(1))
    known = material(store)
    fine = "title: Fine\nid: labels\nquestion: Why?\nkey_points:\n" + "".join(
        f"  - id: k{number}\n    description: says thing number {number}\n    points: 3\n"
        "    levels:\n"
        + "".join(
            f"      - {{id: l{level}, points: {level}, when: says {level} of it}}\n"
            for level in (1, 2, 3)
        )
        for number in range(14)
    )
    rubrics = {"answer": load_rubric(fine, "labels.yaml")}
    class_state = ClassState(store, lambda: replace(known, rubrics=rubrics), OWNER, real())
    with served(class_state, tools_for(class_state, OneFile(fine))) as opened:
        visitor = Visitor(opened).enter()
        page = visitor.get("/rubric")
        names = re.findall(r'name="(points [^"]+)"', page.text)
        form = {name: str(2 * int(name[-1])) for name in names}
        asked = {"csrf": page.value("csrf"), "question": "answer", "do": "preview", **form}
        shown = visitor.post("/rubric", asked)
        answer = visitor.get(visitor.get("/go").place)

    assert len(names) == 42
    assert shown.status == 200
    assert len(re.findall(r'value="level k\d+ l\d"', answer.text)) == 42


def test_new_points_reach_proposals_and_decisions_alike(store: Store) -> None:
    """A decision at a level follows the level; the file, the class and the trail say so."""
    grade_class(store, answers(3))
    class_state, files = class_state_in(store), OneFile()
    for student, level in (("S000", "partial"), ("S001", "full")):
        entry = entry_of(class_state, student)
        class_state.say(entry, set_level(entry, "samples", level), entry.seen)
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        page = visitor.get("/rubric")
        form = {
            "csrf": page.value("csrf"),
            "question": "answer",
            "points samples partial": "2",
            "points samples full": "4",
            "do": "apply",
        }
        told = visitor.post("/rubric", form)

    again = class_state_in(store)
    points = {each.key[0]: each.grade.standing for each in again.entries}
    assert "Points changed" in told.text
    assert points == {"S000": 3, "S001": 5, "S002": 5}
    assert {each.grade.max_points for each in class_state.entries} == {Decimal(5)}
    assert {each.grade.standing for each in class_state.entries} == {Decimal(3), Decimal(5)}
    assert "points: 4" in files.text
    assert store.trail(entry_of(again, "S000").key)[-1].reason.startswith("points of the rubric")


class Busy(OneFile):
    """A rubric's file; while it is written, somebody decides on an answer in another window."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    def write(self, file: RubricFile, text: str) -> None:
        super().write(file, text)
        if text != RUBRIC:
            entry = entry_of(class_state := class_state_in(self._store), "S001")
            class_state.say(entry, set_level(entry, "samples", "absent"), entry.seen)


@pytest.mark.parametrize("how", ["decided meanwhile", "cut short"])
def test_other_points_reach_every_decision_or_none(store: Store, how: str) -> None:
    """Not half of a class by other points than the rest, and nothing that cannot be taken back."""
    grade_class(store, answers(3))
    first = class_state_in(store)
    for student in ("S000", "S001"):
        entry = entry_of(first, student)
        first.say(entry, set_level(entry, "samples", "full"), entry.seen)
    class_state = class_state_in(store)
    files = Busy(store) if how == "decided meanwhile" else OneFile()
    tools = tools_for(class_state, files)

    def dies(*_: object) -> None:
        raise StoreError("the machine went off")

    broken = tools if how == "decided meanwhile" else replace(tools, keep=dies)
    with served(class_state, broken) as opened:
        visitor = Visitor(opened).enter()
        form = {"csrf": visitor.get("/rubric").value("csrf"), "question": "answer"}
        told = visitor.post("/rubric", {**form, "points samples full": "4", "do": "apply"})
    after = class_state_in(store)
    points = {each.key[0]: each.grade.standing for each in after.entries}

    if how == "decided meanwhile":
        assert told.status == 409
        assert "somebody decided on one of these answers just now" in told.text
        assert points == {"S000": 3, "S001": 1, "S002": 3}
    else:
        with served(after, tools_for(after, files)) as opened:
            visitor = Visitor(opened).enter()
            page = visitor.get("/rubric")
            form = {"csrf": page.value("csrf"), "event": page.value("event"), "do": "undo"}
            assert visitor.post("/rubric", form).status == 200
        assert {each.grade.standing for each in class_state_in(store).entries} == {Decimal(3)}
    assert files.text == RUBRIC


def test_no_points_are_changed_while_a_run_reads_by_the_old_ones(store: Store) -> None:
    """What the run comes to would stand above the change, and the grades go back in silence."""
    grade_class(store, answers(1))
    class_state, files = class_state_in(store), OneFile()
    before = files.text
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        form = {"csrf": visitor.get("/rubric").value("csrf"), "question": "answer"}
        form |= {"points samples full": "4"}
        store.acquire_lease("another run")
        shown = visitor.post("/rubric", {**form, "do": "preview"})
        refused = visitor.post("/rubric", {**form, "do": "apply"})
        kept = files.text
        store.release_lease()
        done = visitor.post("/rubric", {**form, "do": "apply"})

    assert "1 of 1 grade would change" in shown.text
    assert (refused.status, kept) == (409, before)
    assert "the class is being read just now" in refused.text
    assert "Points changed" in done.text


def test_graders_apart_do_not_change_the_points(store: Store) -> None:
    """Points are the owner's."""
    grade_class(store, answers(1))
    class_state = class_state_in(store, Seat(name="bob", apart=True))
    with served(class_state) as opened:
        page = Visitor(opened).enter().get("/rubric")

    assert "Show who would change" not in page.text
    assert "whoever owns the class" in page.text


@pytest.mark.parametrize("typed", ["four", "-1", "NaN", "1e9999"])
def test_what_is_no_number_of_points_is_told(store: Store, typed: str) -> None:
    """Nothing is written, and what was typed is still there."""
    grade_class(store, answers(1))
    class_state, files = class_state_in(store), OneFile()
    before = files.text
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        form = {
            "csrf": visitor.get("/rubric").value("csrf"),
            "question": "answer",
            "points samples full": typed,
            "do": "apply",
        }
        told = visitor.post("/rubric", form)

    assert told.status == 400
    assert f'value="{typed}"' in told.text
    assert files.text == before


def test_marked_words_become_a_phrasing_after_a_question(store: Store) -> None:
    """First it is asked whether they count, then the file holds them."""
    grade_class(store, answers(1))
    class_state, files = class_state_in(store), OneFile()
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        form = {
            "csrf": visitor.get("/rubric").value("csrf"),
            "question": "answer",
            "cell": "samples",
            "phrase": "no list  is ever <done>",
        }
        asked = visitor.post("/phrase", form)
        before = files.text
        told = visitor.post("/phrase", {**form, "do": "accepted"})

    assert "Put “no list is ever &lt;done&gt;” into the rubric?" in asked.text
    assert "no list is ever" not in before
    assert "no list is ever <done>" in files.text
    assert "is written into labels.yaml" in told.text


def test_a_blind_seat_gets_into_no_office(store: Store) -> None:
    """Numbers, release and rubric would show what the judge said."""
    grade_class(store, answers(2))
    class_state = class_state_in(store, Seat(name="ada", blind=True))
    paths = ("/class", "/release", "/rubric", "/find?student=S000")
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        statuses = [visitor.get(path).status for path in paths]
        answer = visitor.get(visitor.get("/go").place)

    assert statuses == [403] * 4
    assert "proposed" not in answer.text.replace("is proposed", "")


def test_an_accepted_hand_graded_answer_says_what_was_not_set_is_absent(store: Store) -> None:
    """The help of a class without a judge says so."""
    hand_class(store, answers(1))
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S000")
    got = class_state.say(entry, accept(entry), entry.seen)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        page = visitor.get(f"/answer/{entry.id}")

    assert got.grade.grade == 0
    assert "what is not set counts as absent" in page.text


def test_what_is_released_and_flagged_is_said_in_its_number(store: Store) -> None:
    """One answer is it, several are them; blank ones were proposed by no judge."""
    hand_class(store, [*answers(2), make_submission("B1", " ")])
    class_state = class_state_in(store)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        visitor.do(f"/answer/{entry_of(class_state, 'S001').id}", "flag")
        page = " ".join(visitor.get("/release").text.split())

    assert "1 blank answer would go out with 0 points." in page
    assert "that no person has read this answer." in page
    assert "1 answer is flagged to come back to" in page
    assert "look at it</a>" in page


def test_what_is_only_begun_by_hand_is_not_graded_yet(store: Store) -> None:
    """Levels without a decision count as open in numbers, lists and points, as in the terminal."""
    hand_class(store, answers(2))
    class_state = class_state_in(store)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        place = f"/answer/{entry_of(class_state, 'S001').id}"
        for cell in ("samples", "proxy"):
            visitor.do(place, f"level {cell} full")
        begun = visitor.get("/class").text, visitor.get("/students?state=graded").text
        visitor.do(place, "accept")
        decided = visitor.get("/class").text, visitor.get("/students?state=graded").text

    assert ("state=graded" in begun[0], "state=graded" in decided[0]) == (False, True)
    assert ("S001" in begun[1], "S001" in decided[1]) == (False, True)
