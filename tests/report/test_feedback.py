"""A feedback page holds one student's released grade in their own words, and nothing else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.cli.export.options import LANGUAGES
from assessor.report.catalogue import speech
from assessor.report.feedback_pages import INDEX, Told, feedback_pages
from assessor.report.material import ReportMaterial
from assessor.submission import InputState
from assessor.verdict import State
from tests.report.build import (
    decision,
    judged,
    material,
    release,
    rubric,
    small_class,
    submission,
    unjudged,
)
from tests.report.reading import Page, words

SECRET = b"a secret of the store"
TOLD = Told(secret=SECRET)


def page_of(built: ReportMaterial, student: str, sentence: str = "") -> bytes:
    pages = feedback_pages(built, Told(secret=SECRET, sentence=sentence))
    rows = csv.DictReader(io.StringIO(pages[INDEX].decode()))
    return pages[{row["student_id"]: row["file"] for row in rows}[student]]


def test_a_page_reads_as_it_should(golden: Callable[[str, str], None]) -> None:
    """One student's whole page, without its style sheet."""
    page = page_of(small_class(), "S3").decode()
    page = re.sub(r"<style>.*?</style>", "<style></style>", page, flags=re.DOTALL)
    page = re.sub(r"sha256-[\w+/=]+", "sha256-…", page)

    golden("report/feedback.html", "\n".join(line for line in page.splitlines() if line) + "\n")


def test_only_released_grades_have_a_page() -> None:
    """Who was neither decided on nor released is in no page and not in the index."""
    pages = feedback_pages(small_class(), TOLD)
    listed = [row["student_id"] for row in csv.DictReader(io.StringIO(pages[INDEX].decode()))]

    assert listed == ["S1", "S3"]
    assert len(pages) == 3


def test_nothing_released_is_no_page_at_all() -> None:
    """Not even an index."""
    ours = rubric()
    built = material([judged(ours, submission("S1", "It burns."), {"respires": "full"})])

    assert feedback_pages(built, TOLD) == {}


def test_file_names_hold_no_id_and_stay_the_same() -> None:
    """A name cannot be guessed from an id, and a second export overwrites the first."""
    names = [name for name in feedback_pages(small_class(), TOLD) if name != INDEX]

    assert all(re.fullmatch(r"[0-9a-f]{20}\.html", name) for name in names)
    assert names == [name for name in feedback_pages(small_class(), TOLD) if name != INDEX]
    assert not {*names} & {*feedback_pages(small_class(), Told(secret=b"another secret"))}


def test_a_page_never_shows_another_student_or_the_reference() -> None:
    """Ids, names and words of others and the reference answer stay out of every page."""
    built = small_class()
    reference = rubric().question.reference
    others = {
        "S1": ("S3", "Cleo", "It respires, and no light"),
        "S3": ("S1", "Anna", "It burns its sugar"),
    }

    for student, strange in others.items():
        page = page_of(built, student).decode()
        assert reference not in page
        assert not [each for each in (*strange, "Okafor", "Dora", "evaporates") if each in page]


def test_how_the_grade_came_about_is_told_as_it_was() -> None:
    """Read by a person, or released together: the page says which, and how to ask again."""
    decided, together = words(page_of(small_class(), "S3")), words(page_of(small_class(), "S1"))

    assert "Then a person read your answer and decided." in decided
    assert "released them together with others." in together
    assert "No person has read this answer yet; you can ask for it." in together
    assert "No person has read" not in decided
    assert "a person will read it again" in decided
    assert "a person will read it again" in together


def test_the_instructors_own_sentence_stands_in_place_of_ours() -> None:
    """`[export.feedback] sentence` says how the grade came about and how to ask again."""
    page = words(page_of(small_class(), "S3", "Graded with help; ask me <in class>."))

    assert "Graded with help; ask me <in class>." in page
    assert "language model" not in page
    assert "will read it again" not in page


def test_points_that_do_not_explain_the_grade_stay_out() -> None:
    """Released at 2 and judged anew since: the page shows the 2, not what was found later."""
    ours = rubric()
    anna = submission("S1", "It burns its sugar.")
    built = material([judged(ours, anna, {"no_gain": "full"})], released=[release(anna, "2")])
    page = words(page_of(built, "S1"))

    assert "2 of 3" in page
    assert "1 of 1" not in page


def test_words_on_points_that_were_found_later_stay_out() -> None:
    """The judge's text is about what it reads now, and the 2 was given for something else."""
    ours = rubric()
    anna = submission("S1", "It burns its sugar.")
    built = material([judged(ours, anna, {"no_gain": "full"})], released=[release(anna, "2")])
    (one,) = built.grades
    worded = replace(built, grades=(replace(one, feedback="You see that nothing makes up."),))

    assert "nothing makes up" not in words(page_of(worded, "S1"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_bid_to_name_a_point_where_the_page_names_none(language: str) -> None:
    """Points given as one total: a student who asks again has only words of their own to name."""
    anna, told = submission("S1", "It burns its sugar."), Told(secret=SECRET, language=language)
    outcome = judged(rubric(), anna, {"respires": "full"})
    by_point = material([outcome], decided=[decision(anna, respires="2", no_gain="1")])
    in_one = material([outcome], decided=[replace(decision(anna), total=Decimal("2.5"))])

    bids = [asked_again(built, told) for built in (by_point, in_one)]

    a_point = speech(language).catalogue.ngettext("point", "points", 1)
    assert all(bids)
    assert [a_point in bid.split() for bid in bids] == [True, False]


def asked_again(built: ReportMaterial, told: Told) -> str:
    """The last paragraph of the one page: how to ask for another look."""
    (page,) = (text for name, text in feedback_pages(built, told).items() if name != INDEX)
    return words(page[page.index(b"<footer>") :])


def test_a_person_who_graded_by_hand_is_told_as_such() -> None:
    """Without a judge there is no word of one."""
    anna = submission("S1", "It burns its sugar.")
    given = replace(decision(anna, respires="2"), feedback="Well seen.\nNow the light.")
    built = material([unjudged(anna, State.NEEDS_REVIEW)], decided=[given], backend="none")
    page = words(page_of(built, "S1"))

    assert "A person read your answer and decided on these points." in page
    assert "Well seen. Now the light." in page
    assert "language model" not in page


def test_a_missed_point_is_hinted_at_where_the_rubric_has_a_hint() -> None:
    """What was missed is not given away: the hint stands in its place."""
    ours = rubric()
    anna = submission("S1", "No light, no growth.")
    built = material([judged(ours, anna, {"no_gain": "full"})], released=[release(anna, "1")])
    page = words(page_of(built, "S1"))

    assert "What does a cell live on?" in page
    assert "respiration uses up stored sugar" not in page


def test_several_questions_stand_on_one_page_with_their_total() -> None:
    """A total only where every question is out; else the missing one is named."""
    ours = rubric()
    first, second = (submission("S1", f"Sugar {q}.", question=q) for q in ("Q1", "Q2"))
    outcomes = [judged(ours, each, {"respires": "full"}) for each in (first, second)]
    rubrics = {"Q1": ours, "Q2": ours}
    both = material(outcomes, released=[release(first, "2"), release(second, "2")], rubrics=rubrics)
    one = material(outcomes, released=[release(first, "2")], rubrics=rubrics)

    assert "4 of 6 points in all" in words(page_of(both, "S1"))
    assert "points in all" not in words(page_of(one, "S1"))
    assert "no grade is out yet" in words(page_of(one, "S1"))


def test_two_attempts_at_one_question_make_no_total() -> None:
    """Adding them up would count a question twice, on the page and in the index."""
    ours = rubric()
    first, second = (submission("S1", f"Sugar {n}.", attempt=n) for n in (1, 2))
    outcomes = [judged(ours, each, {"respires": "full"}) for each in (first, second)]
    rubrics = {"Q1": ours, "Q2": ours}
    built = material(
        outcomes, released=[release(first, "2"), release(second, "2")], rubrics=rubrics
    )

    assert "points in all" not in words(page_of(built, "S1"))
    assert re.search(r"\nS1,,\w+\.html,,,0", feedback_pages(built, TOLD)[INDEX].decode())


def test_the_index_is_safe_to_open_in_a_spreadsheet() -> None:
    """An id that looks like a formula is only text."""
    ours = rubric()
    mallory = submission("=1+1", "It burns.")
    built = material([judged(ours, mallory, {})], released=[release(mallory, "0")])

    assert "\n'=1+1,," in feedback_pages(built, TOLD)[INDEX].decode()


@settings(max_examples=40, deadline=None)
@given(
    answer=st.text(st.characters() | st.sampled_from("<>&\"'{}%\ud800\u202e\x00"), max_size=50),
    student=st.text(min_size=1, max_size=20),
    comment=st.text(max_size=50),
)
def test_no_text_becomes_markup(answer: str, student: str, comment: str) -> None:
    """Whatever was written, the page has our tags and no script."""
    who = submission(student, f"{answer} a", name=answer)
    who = replace(who, state=InputState.ANSWERED)
    override = replace(decision(who, respires="2", evaporates="1"), feedback=comment)
    built = material([judged(rubric(), who, {"respires": "full"})], decided=[override])
    (page,) = (page for name, page in feedback_pages(built, TOLD).items() if name != INDEX)
    found = Page(page)

    assert not {"script", "img", "link", "form", "iframe", "svg"} & {*found.tags}
    assert found.tags.count("style") == 1
    assert not found.declarations
    assert not [name for _, name in found.attributes if name == "style" or name.startswith("on")]


def test_a_page_is_small() -> None:
    """A long answer is cut, and says by how much."""
    ours = rubric()
    long = submission("S1", "sugar " * 20_000)
    built = material([judged(ours, long, {})], released=[release(long, "0")])
    page = page_of(built, "S1")

    assert len(page) < 60_000
    assert "(100000 more characters)" in words(page)
    assert Decimal(0) == built.grades[0].grade
