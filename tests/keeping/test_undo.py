"""A release and other points are taken back on the page, and everything that was made follows."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.ambient import real
from assessor.assignment.standing import load_standing, write_results
from assessor.cli.workplace import open_workplace
from assessor.errors import StoreError
from assessor.judges.scripted import ScriptedJudge
from assessor.review.class_state import ClassState, ReviewMaterial
from assessor.review.decision_keys import accept, set_level
from assessor.review.entry import Seat
from assessor.review.outlets import tools_for as tools_of_folder
from assessor.store import Deed, Store
from tests.cli.shell import Shell
from tests.engine.build import FULL, UNSURE, answers, by_cell, grade, job, memory
from tests.keeping.build import decisions, grading, set_up
from tests.review.build import (
    OWNER,
    Answer,
    OneFile,
    Visitor,
    class_state_in,
    entry_of,
    served,
    tools_for,
)

POINTS = {"question": "answer", "points samples partial": "2", "points samples full": "4"}


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        judge = ScriptedJudge(by_cell(samples=FULL, proxy=UNSURE))
        grade(job(answers(6), budget=0.2), judge, opened)
        yield opened


def press_u(visitor: Visitor, page: str) -> Answer:
    """Press `u` on a page of its own: the one button with that key, in the form around it."""
    shown = visitor.get(page)
    assert shown.text.count('data-key="u"') == 1
    form = {"csrf": shown.value("csrf"), "event": shown.value("event"), "do": "undo"}
    return visitor.post(page, form)


def release(visitor: Visitor) -> Answer:
    page = visitor.get("/release")
    form = {"csrf": page.value("csrf"), "shown": page.value("shown"), "do": "unread", "sure": "yes"}
    return visitor.post("/release", form)


def weigh(visitor: Visitor, points: Mapping[str, str] = POINTS) -> Answer:
    csrf = visitor.get("/rubric").value("csrf")
    return visitor.post("/rubric", {"csrf": csrf, "do": "apply", **points})


def standing(store: Store) -> dict[str, Decimal | None]:
    return {each.key[0]: each.grade.standing for each in class_state_in(store).entries}


def test_a_release_is_taken_back_with_who_and_when(store: Store) -> None:
    """The page says who released how many when; taken back they stay in, both deeds are kept."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        before = visitor.get("/release").text
        release(visitor)
        shown = html.unescape(visitor.get("/release").text)
        told = press_u(visitor, "/release")
        again = visitor.get("/release").text

    first, last = store.history(Deed.RELEASE, Deed.UNDO)
    assert 'data-key="u"' not in before
    assert f"{len(first.released)} grades were released unread by ada, {first.at[:10]}" in shown
    assert f"Taken back: the release of {len(first.released)} grades." in told.text
    assert 'data-key="u"' not in again
    assert store.releases() == ()
    assert all(each.grade.released_by == "" for each in class_state.entries)
    assert (last.deed, last.undoes, last.who) == (Deed.UNDO, first.id, "ada")
    assert last.released == first.released
    assert last.at >= first.at


def test_an_earlier_release_stands_again(store: Store) -> None:
    """What was released before the one that is taken back stays released."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        release(visitor)
        store.release(store.releases()[:1], who="bob")
        press_u(visitor, "/release")

    assert len(store.releases()) == 5


def test_a_page_that_is_out_of_date_takes_nothing_back(store: Store) -> None:
    """Two windows: the second press finds that it was taken back already."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        release(visitor)
        page = visitor.get("/release")
        form = {"csrf": page.value("csrf"), "event": page.value("event"), "do": "undo"}
        visitor.post("/release", form)
        second = visitor.post("/release", form)

    assert second.status == 409
    assert "does not stand any more" in second.text
    assert len(store.history(Deed.UNDO)) == 1
    with pytest.raises(StoreError):
        store.take_back(form["event"])


def test_u_leads_to_the_release_and_takes_it_back_only_there(store: Store) -> None:
    """On an answer `u` undoes the latest change: it goes where the many are before one's eyes."""
    class_state = class_state_in(store)
    entry = entry_of(class_state, "S000")
    class_state.say(entry, accept(entry), entry.seen)
    with served(class_state) as opened:
        visitor = Visitor(opened).enter()
        release(visitor)
        page = f"/answer/{entry.id}?show=all"
        led, plain = visitor.do(page, "undo"), visitor.get(page)
        fragment = visitor.post(
            page,
            {"csrf": plain.value("csrf"), "seen": plain.value("seen"), "do": "undo"},
            **{"HX-Request": "true"},
        )
        still = len(store.releases())
        press_u(visitor, "/release")
        visitor.do(page, "undo")

    assert (led.status, led.place) == (303, "/release")
    assert fragment.headers["hx-redirect"] == "/release"
    assert still == 5 - (not entry.is_queued)
    assert store.releases() == ()
    assert not entry_of(class_state, "S000").is_done


def test_points_are_taken_back_in_the_file_and_in_every_grade(store: Store) -> None:
    """Decisions that followed are as before, those made since follow their level, others stay."""
    class_state, files = class_state_in(store), OneFile()
    text = files.text
    for student, level in (("S000", "partial"), ("S001", "full")):
        entry = entry_of(class_state, student)
        class_state.say(entry, set_level(entry, "samples", level), entry.seen)
    before = standing(store)
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        weigh(visitor)
        changed = files.text
        entry = entry_of(class_state, "S002")
        class_state.say(entry, set_level(entry, "samples", "partial"), entry.seen)
        shown = html.unescape(visitor.get("/rubric").text)
        led = visitor.do(f"/answer/{entry.id}?show=all", "undo")
        weighed = weigh(visitor, {**POINTS, "points samples full": "5"})
        led_to = visitor.do(f"/answer/{entry.id}?show=all", "undo")
        press_u(visitor, "/rubric")
        told = press_u(visitor, "/rubric")

    change = store.history(Deed.POINTS)[0]
    assert changed != text
    assert "samples partial 1 → 2, samples full 2 → 4 by ada, " in shown
    assert led.place.startswith(f"/answer/{entry.id}"), "the newest change was a decision"
    assert "Points changed" in weighed.text
    assert led_to.place == "/rubric"
    assert "Taken back: samples partial 1 → 2, samples full 2 → 4." in html.unescape(told.text)
    assert files.text == text
    assert standing(store) == before
    assert store.history(Deed.UNDO)[-1].undoes == change.id
    assert store.trail(entry_of(class_state, "S000").key)[-1].deed is Deed.UNDO


def test_a_decision_made_since_follows_its_level_back(store: Store) -> None:
    """Who gave `partial` for 2 points gave `partial`."""
    class_state, files = class_state_in(store), OneFile()
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        weigh(visitor)
        entry = entry_of(class_state, "S003")
        since = class_state.say(entry, set_level(entry, "samples", "partial"), entry.seen)
        press_u(visitor, "/rubric")

    entry = entry_of(class_state, "S003")
    assert since.grade.standing == 3
    assert entry.grade.standing == 2
    assert entry.is_done


def test_points_that_a_person_gave_between_levels_stay(store: Store) -> None:
    """A number of one's own is no level under any points, there and back."""
    class_state, files = class_state_in(store), OneFile()
    entry = entry_of(class_state, "S000")
    word = accept(entry)
    points = tuple(
        (cell, Decimal("1.5") if cell == "samples" else given) for cell, given in word.points
    )
    store.decide(replace(word, points=points, grader="ada"), who="ada")
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        before = standing(store)
        weigh(visitor)
        press_u(visitor, "/rubric")

    assert standing(store) == before


def test_points_changed_again_elsewhere_are_not_overwritten(store: Store) -> None:
    """Nothing is taken back over what somebody set since."""
    class_state, files = class_state_in(store), OneFile()
    with served(class_state, tools_for(class_state, files)) as opened:
        visitor = Visitor(opened).enter()
        weigh(visitor, {"question": "answer", "points samples full": "4"})
        page = visitor.get("/rubric")
        weigh(visitor, {"question": "answer", "points samples full": "5"})
        form = {"csrf": page.value("csrf"), "event": page.value("event"), "do": "undo"}
        text = files.text
        told = visitor.post("/rubric", form)

    assert told.status == 409
    assert "changed again since" in told.text
    assert files.text == text


def test_an_evening_later_u_still_finds_them(store: Store) -> None:
    """Undo reaches back to earlier evenings, one's own deeds only, and never from a blind seat."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        release(Visitor(opened).enter())

    assert class_state_in(store).latest_for_all() is not None
    assert class_state_in(store, Seat(name="bob")).latest_for_all() is None
    assert class_state_in(store, Seat(name="ada", blind=True)).latest_for_all() is None


def test_files_follow_what_was_taken_back(shell: Shell) -> None:
    """grades.csv says nothing of a release that was taken back; the mirror tells it all."""
    folder = set_up(shell.home)
    assert shell(*grading(folder)).code == 0
    workplace = open_workplace({}, {})
    with workplace.open_store() as store:

        def load() -> ReviewMaterial:
            found = load_standing(workplace, store)
            return ReviewMaterial(
                run=found.run.id,
                rubrics=found.rubrics,
                outcomes=found.outcomes,
                manifest=found.run.manifest,
            )

        def table() -> set[str]:
            write_results(load_standing(workplace, store))
            text = (folder / "graded/answers/grades.csv").read_text(encoding="utf-8-sig")
            return {row["released_by"] for row in csv.DictReader(io.StringIO(text))}

        rubric = (folder / "plants.yaml").read_bytes()
        class_state = ClassState(store, load, OWNER, real())
        with served(class_state, tools_of_folder(workplace, store)) as opened:
            visitor = Visitor(opened).enter()
            weigh(visitor, {"question": "answer", "points no_light full": "3"})
            release(visitor)
            released = table()
            press_u(visitor, "/release")
            kept = table()
            press_u(visitor, "/rubric")
        assert store.unlike_mirror() == ()

    assert "unread" in released
    assert "unread" not in kept
    assert (folder / "plants.yaml").read_bytes() == rubric
    assert [each["deed"] for each in decisions(folder)] == ["points", "release", "undo", "undo"]
    (folder / ".assessor/store.db").unlink()
    with workplace.open_store() as store:
        assert store.releases() == ()
        assert store.standing_deeds(Deed.POINTS) == ()
