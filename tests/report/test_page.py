"""The report says what is so, of any class, and lets nothing out of its text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessor.ambient import real
from assessor.manifest import ManifestJudge
from assessor.report.footing import TrickTrial, gather
from assessor.report.material import ReportMaterial
from assessor.report.page import report_page
from assessor.store import open_store
from assessor.submission import InputState
from assessor.verdict import State
from tests.report.build import (
    MANIFEST,
    RUBRIC,
    decision,
    judged,
    material,
    rubric,
    small_class,
    submission,
    unjudged,
)
from tests.report.reading import Page, words


def hand_graded() -> ReportMaterial:
    anna, ben = submission("S1", "It burns sugar."), submission("S2", "Water.")
    outcomes = [unjudged(each, State.NEEDS_REVIEW, ["hand_grading"]) for each in (anna, ben)]
    return material(
        outcomes,
        decided=[decision(anna, respires="2", no_gain="0", evaporates="0")],
        backend="none",
    )


def one_student() -> ReportMaterial:
    return material([judged(rubric(), submission("S1", "It burns sugar."), {"respires": "full"})])


def all_ungraded() -> ReportMaterial:
    outcomes = [
        unjudged(submission(f"S{n}", "It burns sugar."), State.UNGRADED, ["stopped:cost"])
        for n in range(3)
    ]
    return material(outcomes)


def two_questions() -> ReportMaterial:
    ours = rubric()
    outcomes = [
        judged(
            ours, submission(f"S{n}", f"Sugar {question}.", question=question), {"no_gain": level}
        )
        for n in range(4)
        for question, level in (("Q1", "full"), ("Q2", "absent"))
    ]
    return material(outcomes, rubrics={"Q1": ours, "Q2": ours})


CLASSES = [
    pytest.param(small_class, id="small"),
    pytest.param(hand_graded, id="by-hand"),
    pytest.param(one_student, id="one-student"),
    pytest.param(all_ungraded, id="all-ungraded"),
    pytest.param(two_questions, id="two-questions"),
    pytest.param(lambda: material([]), id="empty"),
]


def test_the_report_of_a_small_class_reads_as_it_should(
    golden: Callable[[str, str], None],
) -> None:
    """The whole page, to be read in the diff; the style sheet and its mark are left out."""
    page = report_page(small_class()).decode()
    page = re.sub(r"<style>.*?</style>", "<style></style>", page, flags=re.DOTALL)
    page = re.sub(r"sha256-[\w+/=]+", "sha256-…", page)
    lines = [line for line in page.splitlines() if line.strip()]

    golden("report/small.html", "\n".join(lines) + "\n")


@pytest.mark.parametrize("build", CLASSES)
def test_nothing_is_loaded_and_nothing_runs(build: Callable[[], ReportMaterial]) -> None:
    """No script, no link outwards, no inline style: the policy admits our one style sheet."""
    page = report_page(build())
    style = re.search(r"<style>(.*?)</style>", page.decode(), flags=re.DOTALL)
    found = Page(page)

    assert style is not None
    mark = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src &#39;sha256-{mark}&#39;" in page.decode()
    assert "default-src &#39;none&#39;" in page.decode()
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & {*found.tags}
    assert not [name for _, name in found.attributes if name == "style" or name.startswith("on")]
    assert not re.search(r"(?:src|href)=\"(?!#)", page.decode())
    assert not re.search(r"url\(|@import", style[1])


@pytest.mark.parametrize("build", CLASSES)
def test_every_figure_stands_beside_its_n(build: Callable[[], ReportMaterial]) -> None:
    """Each plot, table, card and share says of how many it speaks."""
    page = report_page(build()).decode()
    held = re.findall(
        r"<svg.*?</svg>.*?</(?:figure|div)>|<table.*?</table>|<li><b>.*?</li>|<b>\d+%</b>.*?</p>",
        page,
        flags=re.DOTALL,
    )

    for piece in held:
        assert re.search(r"n\s*=\s*\d|n&nbsp;=&nbsp;\d|\bof \d|<b>\d+</b>|>n</th>", piece), piece
    assert len(held) >= (1 if "<article" in page else 0)


def test_the_page_is_light_dark_and_printable() -> None:
    """The style sheet knows both themes, small screens and paper."""
    page = report_page(small_class()).decode()

    for rule in ("prefers-color-scheme: dark", "@media print", "max-width: 40rem"):
        assert rule in page
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page


hostile = st.text(
    alphabet=st.one_of(
        st.sampled_from("<>&\"'/=`{}%#\x00\x1b\u202e\u2066\ud800\ufeff\U000e0041"), st.characters()
    ),
    max_size=60,
) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</style><svg onload=alert(1)>",
        "{{ 7 * 7 }}{% raw %}",
        "<!-- <![CDATA[",
        "\u202e<b>",
        "x" * 3000,
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answer=hostile, name=hostile, student=hostile, reason=hostile)
def test_no_text_ever_becomes_markup(answer: str, name: str, student: str, reason: str) -> None:
    """Whatever a student, a judge or a file says: the page has the tags that it has anyway."""

    def build(answer: str, name: str, student: str, reason: str) -> ReportMaterial:
        ours = rubric()
        who = submission(student, answer, name=name)
        who = who if who.state is InputState.ANSWERED else submission(student, answer + "a")
        levels = {"respires": "partial", "evaporates": "present"}
        built = material([judged(ours, who, levels, State.NEEDS_REVIEW, [reason])])
        # What an endpoint, a file or a setting may be called.
        judge = ManifestJudge(backend=name, model_asked=answer, models_answered=(reason,))
        manifest = built.manifest.but(judge=judge, strong=student, prompts={name: reason})
        return replace(built, answers=student, title=name, head=answer, manifest=manifest)

    plain = Page(report_page(build("It burns.", "Ann Lee", "S0001", "flag:odd")))
    found = Page(report_page(build(answer, name, student, reason)))

    assert {*found.tags} <= {*plain.tags}
    assert found.attributes <= plain.attributes
    assert not found.declarations
    assert not re.search("[\x00-\x08\x1b\u202a-\u202e\u2066-\u2069\ud800]", found.text)


def test_a_quote_with_a_classmates_name_stays_out() -> None:
    """What the class misunderstands is told without names, ids and addresses."""
    ours = rubric()
    said = ["Berg says it is water.", "Ask S0002, water.", "water, a@b.example", "It is water."]
    outcomes = [
        judged(
            ours,
            submission(f"S{n:04}", text, name=f"Anna {('Berg', 'Roth', 'Lind', 'Holm')[n]}"),
            {"evaporates": "present"},
        )
        for n, text in enumerate(said)
    ]
    page = words(report_page(material(outcomes)))

    assert "It is water." in page
    for name in ("Berg", "Ask S0002", "a@b.example", "Anna"):
        assert name not in page


def test_an_address_as_id_hides_no_common_word() -> None:
    """Only what stands in front of the @ is a student's own: all share what follows."""
    ours = rubric()
    outcomes = [
        judged(ours, submission(f"{who}@water.example", text), {"evaporates": "present"})
        for who, text in (("zoe", "Just water, for example."), ("kim", "As zoe says, water."))
    ]
    page = words(report_page(material(outcomes)))

    assert "Just water, for example." in page
    assert "As zoe says" not in page


def test_nobodys_name_is_in_the_report() -> None:
    """Students are listed by id; names stay in grades.csv."""
    page = words(report_page(small_class()))

    assert "Anna" not in page
    assert "Okafor" not in page


def test_without_hand_grades_the_judge_is_called_uncalibrated() -> None:
    """Nothing is said of an agreement that nobody measured, nor of an audit that nobody made."""
    page = words(report_page(one_student()))

    assert (
        "Not yet checked against you (uncalibrated). Nobody has graded any of these answers blind "
        "(n = 0)" in page
    )
    assert "Nobody has read 1 of 1 grade. No audit was made" in page


def test_few_hand_grades_stay_uncalibrated() -> None:
    """Below twenty the figures are a first impression, each with its n."""
    page = words(report_page(small_class()))

    assert (
        "Not yet checked against you (uncalibrated): 1 hand-graded of the 20 that are needed"
        in page
    )
    assert "1.00 mean distance, in points" in page


def hand_graded_twice() -> ReportMaterial:
    """Twenty answers of which a person graded all and another person the first ten."""
    ours = rubric()
    several = [submission(f"S{n}", f"It burns its sugar {n}.") for n in range(20)]
    outcomes = [
        judged(ours, each, {"respires": "full" if n % 2 else "partial"})
        for n, each in enumerate(several)
    ]
    first = [
        decision(each, source="trust", respires="2", no_gain="0", evaporates="0")
        for each in several
    ]
    second = [
        replace(each, grader="Kim", points=(("respires", Decimal(1)), *each.points[1:]))
        for each in first
    ]
    built = material(outcomes, decided=first)
    pairs = tuple(zip(first[:10], second[:10], strict=True))
    return replace(built, footing=replace(built.footing, opinions=pairs, calibrated_on=20))


def test_agreement_stands_beside_that_of_two_people() -> None:
    """The ceiling: how far two people agree on the same answers, with its own n."""
    page = words(report_page(hand_graded_twice()))

    assert "Corrected by 20 answers that a person graded (calibrated)." in page
    assert "0.50 mean distance, in points" in page
    assert "n = 20 two people: 1.00, n = 10" in page
    assert "respires2050% (" in page
    assert "missing rule, judge too strict" in page


def test_two_people_are_compared_where_no_judge_read() -> None:
    """A class graded by hand by two people has an agreement, too: theirs."""
    answers = [submission(f"S{n}", f"It burns {n}.") for n in range(6)]
    first = [decision(each, source="sheet", respires="2", no_gain="0") for each in answers]
    second = [decision(each, source="sheet", respires="1", no_gain="0") for each in answers]
    outcomes = [unjudged(each, State.NEEDS_REVIEW, ["hand_grading"]) for each in answers]
    built = material(outcomes, decided=first, backend="none")
    pairs = tuple(zip(first, second, strict=True))
    page = words(report_page(replace(built, footing=replace(built.footing, opinions=pairs))))

    assert "Two people graded 6 answers each by themselves:" in page
    assert "1.00 mean distance, in points" in page
    assert "nothing to compare people’s grades with but each other." in page


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        (None, "This model was not tried with known tricks"),
        (
            TrickTrial(date="2026-03-01", tried=65, silent=0, bad=False),
            "0 of 65 gained credit that nobody would have been asked to look at. That is no more",
        ),
        (
            TrickTrial(date="2026-03-01", tried=65, silent=9, bad=True),
            "This model is swayed by them.",
        ),
    ],
    ids=["not-tried", "steady", "swayed"],
)
def test_whether_tricks_sway_the_model_is_told(trial: TrickTrial | None, said: str) -> None:
    """What known tricks gained, or that nobody tried them."""
    built = one_student()
    page = words(report_page(replace(built, footing=replace(built.footing, trial=trial))))

    assert said in page


def test_what_was_kept_of_a_trial_is_read_and_another_form_is_not() -> None:
    """The note belongs to the model that was asked; one in another form says nothing."""
    kept = {"date": "2026-03-01", "bad": False, "tried": 65, "silent": 1}
    found = []
    with open_store(None, real()) as store:
        for note in ("", "[1, 2]", json.dumps(kept)):
            store.remember("canary judge-1", note)
            found.append(gather(store, {}, [], MANIFEST).trial)

    assert found == [None, None, TrickTrial(date="2026-03-01", tried=65, silent=1, bad=False)]


def test_decisions_made_in_view_are_no_agreement() -> None:
    """Seeing a proposal makes people agree with it: such decisions are named and not counted."""
    ours = rubric()
    anna = submission("S1", "It burns its sugar.")
    built = material(
        [judged(ours, anna, {"respires": "full"})],
        decided=[decision(anna, respires="2", no_gain="0")],
    )
    page = words(report_page(built))

    assert "Nobody has graded any of these answers blind (n = 0)" in page
    assert "1 answer decided with the judge’s proposal in view is not counted here" in page


def test_a_class_graded_by_hand_has_rates_and_no_judge() -> None:
    """The same page without a judge: shares of what people decided, nothing of trust in a judge."""
    page = words(report_page(hand_graded()))

    assert "no judge: graded by hand" in page
    assert "100% make it: 1 in full, 0 in part, of 1" in page
    assert "1 of 2 answers are still to be graded by hand" in page
    assert "uncalibrated" not in page


def test_a_total_alone_says_nothing_of_key_points() -> None:
    """Where a person gave only a total, key points stay undecided instead of missed."""
    anna = submission("S1", "It burns sugar.")
    total = decision(anna)
    total = type(total)(
        student_id="S1",
        question="Q1",
        attempt=1,
        answer_digest=anna.answer_digest,
        total=Decimal("2.5"),
    )
    page = words(
        report_page(material([unjudged(anna, State.NEEDS_REVIEW)], decided=[total], backend="none"))
    )

    assert "Not decided for anybody yet (n = 0)" in page
    assert "Half of the class has 2.5 of 3 points or more" in page


def test_totals_count_only_who_has_points_in_every_question() -> None:
    """Several questions: a part each, and the total of those that have all of it."""
    whole = two_questions()
    missing = unjudged(submission("S9", "Sugar Q1."), State.UNGRADED)
    page = words(report_page(material([*whole.outcomes, missing], rubrics=dict(whole.rubrics))))

    assert "Total of all questions" in page
    assert "n = 4 students with points in every question" in page


def test_what_was_chosen_is_told_per_option() -> None:
    """The choice in front of the justification: each option's share, and who shows none."""
    text = RUBRIC.replace(
        "key_points:", "choice: {options: [gains, loses], correct: [loses], points: 1}\nkey_points:"
    )
    ours = rubric(text)
    outcomes = [
        judged(ours, replace(submission(f"S{n}", "It burns sugar."), choice=chosen), {})
        for n, chosen in enumerate(("loses", "loses", "gains", ""))
    ]
    page = words(report_page(material(outcomes, rubrics={"Q1": ours})))

    assert "67% chose it: 2 of 3" in page
    assert "33% chose it: 1 of 3" in page
    assert "1 more show no choice" in page


def test_all_ungraded_is_told_as_no_points() -> None:
    """A failure is never a zero: no mean, no median, the reason in words."""
    page = words(report_page(all_ungraded()))

    assert "– of 3 median points n = 0" in page
    assert "the run stopped at --max-cost" in page


def test_the_head_of_the_chain_is_told_with_what_it_finds() -> None:
    """The head stands in the report, with no more said of it than is true."""
    page = words(report_page(small_class()))

    assert "chain:sha256:00" in page
    assert "It finds edits that do not rebuild it; keep this head elsewhere" in page


def test_a_large_class_stays_a_small_page() -> None:
    """Two thousand answers: lists are cut and say so."""
    ours = rubric()
    outcomes = [
        judged(
            ours,
            submission(f"S{n:04}", f"It burns its sugar {'again ' * (n % 40)}{n}."),
            {"respires": "full"} if n % 3 else {"evaporates": "present"},
            State.NEEDS_REVIEW,
            ["risk"],
        )
        for n in range(2000)
    ]
    page = report_page(material(outcomes))

    assert len(page) < 100_000
    assert "and 1960 more (all of them are in grades.csv)" in words(page)
    assert "100 of 2000" in words(page)


def test_the_rubric_fixture_is_the_one_that_is_told() -> None:
    """Descriptions and digest come from the rubric of the run."""
    page = words(report_page(small_class()))

    assert rubric(RUBRIC).digest in page
    assert "respiration uses up stored sugar" in page
