"""The page over HTTP: who gets in, what a press does, what is told when it cannot be done."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from assessor.review.class_state import ClassState
from assessor.store import Store
from assessor.verdict import DecisionSource, Override
from tests.engine.build import CELLS, answers, memory
from tests.review.build import (
    Visitor,
    class_state_in,
    entry_of,
    grade_class,
    read_otherwise,
    served,
)


@pytest.fixture
def store() -> Iterator[Store]:
    with memory() as opened:
        grade_class(opened, answers(3))
        yield opened


@pytest.fixture
def class_state(store: Store) -> ClassState:
    return class_state_in(store)


@pytest.fixture
def visitor(class_state: ClassState) -> Iterator[Visitor]:
    with served(class_state) as opened:
        yield Visitor(opened)


def test_without_the_token_nothing_is_shown(visitor: Visitor, class_state: ClassState) -> None:
    """No cookie, a wrong token, or an address without one: refused, and no answer's text."""
    paths = ("/", "/go", f"/answer/{class_state.entries[0].id}", "/?token=wrong", "/static/keys.js")

    assert [visitor.get(path).status for path in paths] == [403] * 5
    assert class_state.entries[0].answer not in visitor.get(paths[2]).text


def test_the_cookie_is_for_this_page_only(visitor: Visitor) -> None:
    """Scripts cannot read it and other sites cannot send it; the address loses its token."""
    answer = visitor.get("/?" + visitor.opened.address.partition("?")[2])

    assert (answer.status, answer.place) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]


def test_who_learnt_the_cookie_alone_reads_and_changes_nothing(
    visitor: Visitor, class_state: ClassState
) -> None:
    """Cookies know no ports: it goes to the page's own path, which no other server hears of."""
    answer = visitor.get("/?" + visitor.opened.address.partition("?")[2])
    root = visitor.root
    visitor.enter()
    visitor.root = ""
    paths = ("/", "/go", f"/answer/{class_state.entries[0].id}", f"{root}x/go", f"{root[:-1]}/go")
    form = {"csrf": visitor.opened.lock.csrf, "seen": "", "do": "accept"}

    assert f"Path={root}" in answer.headers["set-cookie"].split("; ")
    assert [visitor.get(path).status for path in paths] == [403] * 5
    assert visitor.post(paths[2], form).status == 403
    assert not any(each.is_done for each in class_state.entries)


def test_a_rebound_name_is_refused(visitor: Visitor) -> None:
    """A page that made its own name point at 127.0.0.1 gets nothing, even with the cookie."""
    visitor.enter()

    assert visitor.get("/go", Host="evil.example").status == 421
    assert visitor.get("/go", Host=f"evil.example:{visitor.opened.lock.port}").status == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=["other", "null", "none", "fetch"],
)
def test_a_form_of_another_site_changes_nothing(
    visitor: Visitor, class_state: ClassState, headers: dict[str, str]
) -> None:
    """Even with cookie and CSRF token, what does not come from this page is refused."""
    path = f"/answer/{class_state.entries[0].id}"
    page = visitor.enter().get(path)
    form = {"csrf": page.value("csrf"), "seen": "", "do": "accept"}

    assert visitor.post(path, form, **headers).status == 403
    assert not any(each.is_done for each in class_state.entries)


def test_a_form_without_our_token_changes_nothing(
    visitor: Visitor, class_state: ClassState
) -> None:
    """The cookie alone does not write."""
    path = f"/answer/{class_state.entries[0].id}"
    visitor.enter()

    assert visitor.post(path, {"csrf": "", "do": "accept"}).status == 403
    assert not any(each.is_done for each in class_state.entries)


def test_every_answer_forbids_what_a_page_does_not_need(visitor: Visitor) -> None:
    """The policy stands on refusals, too."""
    for path in ("/go", "/nothing", "/static/review.css"):
        told = visitor.enter().get(path).headers

        assert told["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in told["content-security-policy"]
        assert told["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in told


def test_a_press_without_scripts_is_saved_and_shown(
    visitor: Visitor, class_state: ClassState
) -> None:
    """Buttons are forms: the page works without its script."""
    entry = entry_of(class_state, "S000")
    answer = visitor.enter().do(f"/answer/{entry.id}", "level samples partial")

    assert (answer.status, answer.place) == (303, f"/answer/{entry.id}")
    assert "decided by ada" in visitor.get(answer.place).text
    assert entry_of(class_state, "S000").is_done


def test_a_stale_press_is_told_with_both_versions(
    visitor: Visitor, class_state: ClassState
) -> None:
    """409 shows what was pressed and what stands; pressing again writes it."""
    path = f"/answer/{entry_of(class_state, 'S000').id}"
    old = visitor.enter().get(path)
    visitor.do(path, "level samples partial")
    form = {"csrf": old.value("csrf"), "seen": old.value("seen"), "do": "level samples absent"}

    told = visitor.post(path, form)
    again = visitor.post(path, form | {"seen": told.value("seen")})

    assert told.status == 409
    assert "Your change was: <b>A 0, B 1, C 0</b>" in told.text
    assert "What stands now: <b>A 1, B 1, C 0 (ada)</b>" in told.text
    assert again.status == 303


@pytest.mark.parametrize("deed", ["accept", "done", "level proxy absent", "adjust"])
def test_nobody_decides_by_a_reading_that_was_not_shown(
    visitor: Visitor, class_state: ClassState, store: Store, deed: str
) -> None:
    """The class was read again while an answer was open: the key was pressed for what stood there.

    Looked at as it is now, the same key is what it says.
    """
    path = f"/answer/{entry_of(class_state, 'S000').id}"
    old = visitor.enter().get(path)
    read_otherwise(store)
    form = {"csrf": old.value("csrf"), "do": deed, "total": "+1", "why": "for the example"}

    told = visitor.post(path, form | {"seen": old.value("seen")})
    nothing = store.history()
    again = visitor.post(path, form | {"seen": told.value("seen")})

    assert (told.status, nothing) == (409, ())
    assert "what is proposed here changed meanwhile" in told.text
    assert again.status == 303
    assert entry_of(class_state, "S000").is_done


def test_done_goes_to_the_next_open_answer(visitor: Visitor, class_state: ClassState) -> None:
    """After the last one the list's end is shown."""
    visitor.enter()
    seen = []
    place = visitor.get("/go").place
    while place != "/end":
        seen.append(place)
        place = visitor.do(place, "done").place

    assert seen == [f"/answer/{each.id}" for each in class_state.entries]
    assert "All 3 done" in visitor.get("/end").text


@pytest.mark.parametrize("deed", ["level samples best", "level nothing full", "shout", "settle 7"])
def test_what_the_page_does_not_do_is_told(
    visitor: Visitor, class_state: ClassState, deed: str
) -> None:
    """A forged button changes nothing and breaks nothing."""
    visitor.enter()

    assert visitor.do(f"/answer/{class_state.entries[0].id}", deed).status == 400
    assert visitor.get("/answer/nosuch").status == 404
    assert not any(each.is_done for each in class_state.entries)


def test_own_feedback_is_kept_and_the_rubrics_follows_the_levels(
    visitor: Visitor, class_state: ClassState
) -> None:
    """A sentence of the rubric that was only shown is not taken for the reviewer's own."""
    entry = entry_of(class_state, "S000")
    path = f"/answer/{entry.id}"
    visitor.enter().do(path, "level samples absent", feedback=entry.shown.feedback, reason="thin")
    rubrics = entry_of(class_state, "S000")
    visitor.do(path, "remarks", feedback="Well\r\nseen.", reason="")
    own = entry_of(class_state, "S000")

    assert rubrics.mine is not None and rubrics.mine.feedback == ""
    assert rubrics.grade.feedback.startswith("What does a finite set leave out?")
    assert rubrics.mine.reason == "thin"
    assert (own.grade.feedback, own.mine and own.mine.reason) == ("Well\nseen.", "")


def test_prompts_and_replies_are_a_click_away(visitor: Visitor, class_state: ClassState) -> None:
    """The exact request and reply are shown, as text."""
    entry = entry_of(class_state, "S000")

    page = visitor.enter().get(f"/answer/{entry.id}/asked").text

    assert "Prompt: system" in page
    assert entry.rubric.question.prompt in page
    assert "&#34;quotes&#34;" in page


def test_the_class_page_says_what_hand_grades_say_of_each_key_point(
    visitor: Visitor, class_state: ClassState, store: Store
) -> None:
    """Worst first, with what to do; nothing where nobody graded blind."""
    visitor.enter()
    before = visitor.get("/class").text
    for each in class_state.entries:
        store.decide(
            Override(
                student_id=each.outcome.submission.student_id,
                question=each.outcome.submission.question,
                attempt=1,
                answer_digest=each.outcome.submission.answer_digest,
                points=tuple((cell, Decimal(0)) for cell in CELLS),
                source=DecisionSource.SHEET,
            )
        )
    after = visitor.get("/class").text

    assert "Beside your hand grades" not in before
    assert "too few labels: grade a few more answers by hand" in after
    assert "assessor rubric show labels --diagnose" in after


def test_what_cannot_be_kept_is_told_where_the_answer_was(
    visitor: Visitor, class_state: ClassState, store: Store
) -> None:
    """A full disk or a lost file: told in words, escaped, with a way back."""
    path = f"/answer/{class_state.entries[0].id}"
    page = visitor.enter().get(path)
    form = {"csrf": page.value("csrf"), "seen": page.value("seen"), "do": "accept"}
    store.database.where = "<b>store.db</b>"
    store.database.connection.execute("DROP TABLE decisions")

    told = visitor.post(path, form, **{"HX-Request": "true"})

    assert told.status == 500
    assert '<main id="desk"' in told.text
    assert "Not saved. &lt;b&gt;store.db&lt;/b&gt;" in told.text
    assert f'href="{visitor.root}{path}"' in told.text
