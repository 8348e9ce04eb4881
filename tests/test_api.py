"""A program's own front: every setting is kept or refused by name, and failures are raised."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import assessor
from assessor import Ask, JudgeReply
from assessor.ambient import real as real_ambient
from assessor.errors import ConfigError, InputError, JudgeRejected
from assessor.store import open_store

TEXT = "No set of examples covers every case"
RUBRIC = "critique-of-an-ai-alignment-strategy"


def reads(ask: Ask) -> str:
    return assessor.fill(ask, {"limited_samples": "full"}, {"limited_samples": [TEXT]})


def answers(count: int) -> list[assessor.Submission]:
    return [assessor.make_submission(f"S{number}", f"{TEXT}, {number}.") for number in range(count)]


def settings(text: str) -> assessor.Config:
    return assessor.load_config(text, {}, {})


class Counting(assessor.ScriptedJudge):
    """Counts how many asks are under way at once."""

    def __init__(self) -> None:
        super().__init__(reads)
        self.now = self.most = 0

    async def ask(self, ask: Ask) -> JudgeReply:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.001)
        self.now -= 1
        return await super().ask(ask)


def test_no_more_requests_go_out_at_once_than_the_settings_say() -> None:
    """`run.concurrency` holds from Python, too."""
    judge = Counting()

    assessor.grade_class(
        assessor.load_rubric(RUBRIC), answers(4), judge, config=settings("[run]\nconcurrency = 2")
    )

    assert judge.most == 2


def test_a_limit_on_cost_stops_a_run_that_says_so() -> None:
    """What was not asked is ungraded with the reason; the run tells why, what and how much."""
    config = settings(
        "[run]\nmax_cost = 0.000001\nconcurrency = 1\n[judge.price]\ninput = 1\noutput = 1"
    )
    rubric = assessor.load_rubric(RUBRIC)
    judge = assessor.ScriptedJudge(reads)

    run = asyncio.run(assessor.run_grading(rubric, answers(3), judge, config=config))

    assert run.stopped == "cost"
    assert {grade.state for grade in run.grades} == {assessor.State.UNGRADED}
    assert all("stopped:cost" in grade.reasons for grade in run.grades)
    assert run.cost == 0
    assert run.requests == len(judge.asks) == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("[run]\nmax_cost = 1", "run.max_cost", id="a limit without a price"),
        pytest.param("[run]\nrpm = 60", "run.rpm", id="a pace that the judge keeps"),
        pytest.param('[judge.strong]\nmodel = "x"', "judge.strong", id="a judge that is missing"),
        pytest.param('[judge]\nmodel = "other"', "judge.model", id="another judge than passed"),
    ],
)
def test_a_setting_that_would_do_nothing_is_refused_by_its_name(text: str, named: str) -> None:
    """Nothing is asked then."""
    judge = assessor.ScriptedJudge(reads)

    with pytest.raises(ConfigError, match=named):
        assessor.grade_class(assessor.load_rubric(RUBRIC), answers(1), judge, config=settings(text))

    assert not judge.asks


@pytest.mark.parametrize("wish", ["mask", "warn", "refuse"])
def test_names_in_answers_are_treated_as_the_settings_say(wish: str) -> None:
    """Covered, or nothing is asked: a program's class is a class."""
    judge = assessor.ScriptedJudge(reads)
    first, other = answers(2)
    named = [replace(first, answer=f"{TEXT}, as Zoe Quast says."), replace(other, name="Zoe Quast")]
    config = settings(f'[run]\npii = "{wish}"')
    rubric = assessor.load_rubric(RUBRIC)

    if wish == "refuse":
        with pytest.raises(InputError, match="names, ids or e-mail"):
            assessor.grade_class(rubric, named, judge, config=config)
        assert not judge.asks
        return
    grade, _ = assessor.grade_class(rubric, named, judge, config=config)

    asked = " ".join(each.user for each in judge.asks)
    assert ("Quast" in asked) == (wish == "warn")
    assert "Quast" in grade.submission.answer


def test_the_strong_judge_takes_the_second_looks() -> None:
    """It is asked where the first is unsure, and the first is not asked again."""
    unsure = assessor.ScriptedJudge(
        lambda ask: assessor.fill(
            ask, {"limited_samples": "full"}, {"limited_samples": [TEXT]}, probability=0.55
        )
    )
    strong = assessor.ScriptedJudge(reads, model="strong")

    assessor.grade_class(assessor.load_rubric(RUBRIC), answers(1), unsure, strong=strong)

    assert {each.asked.value for each in strong.asks} == {"charitable", "strict"}
    assert {each.asked.value for each in unsure.asks} == {"neutral"}


def test_the_attempt_that_counts_is_the_one_of_the_settings() -> None:
    """Without settings every attempt is graded; with them one for each student."""
    first, other = answers(1)[0], answers(2)[1]
    both = [first, replace(other, student_id=first.student_id, attempt=2)]
    rubric = assessor.load_rubric(RUBRIC)
    config = settings('[assignment]\nattempt = "first"')

    every = assessor.grade_class(rubric, both, assessor.ScriptedJudge(reads))
    chosen = assessor.grade_class(rubric, both, assessor.ScriptedJudge(reads), config=config)

    assert [each.submission.attempt for each in every] == [1, 2]
    assert [each.submission.attempt for each in chosen] == [1]


def test_a_class_is_graded_within_a_loop_that_runs() -> None:
    """As a notebook calls it."""
    rubric = assessor.load_rubric(RUBRIC)

    async def cell() -> tuple[assessor.Grade, ...]:
        return assessor.grade_class(rubric, answers(1), assessor.ScriptedJudge(reads))

    (grade,) = asyncio.run(cell())

    assert grade.proposed == 2


def test_a_refused_key_is_raised_and_leaves_a_run_to_look_at(tmp_path: Path) -> None:
    """A program must not take a class of ungraded answers for a result."""
    refused = JudgeRejected("the key was refused", code="key")
    judge = assessor.ScriptedJudge(lambda ask: refused)

    with pytest.raises(JudgeRejected, match="refused"):
        assessor.grade_class(
            assessor.load_rubric(RUBRIC), answers(2), judge, store=tmp_path / "memory"
        )

    with open_store(tmp_path / "memory", real_ambient()) as store:
        (run,) = store.runs()
        assert run.status.value == "stopped"


def test_each_question_is_graded_by_its_rubric() -> None:
    """And one without a rubric is refused by name."""
    rubric = assessor.load_rubric(RUBRIC)
    one = assessor.make_submission("S1", f"{TEXT}.", question="a")
    other = assessor.make_submission("S1", "Plants breathe at night.", question="b")
    judge = assessor.ScriptedJudge(reads)

    with pytest.raises(assessor.InputError, match="'b'"):
        assessor.grade_class({"a": rubric}, [one, other], judge)
    grades = assessor.grade_class(
        {"a": rubric, "b": assessor.load_rubric("perfect-labels")}, [one, other], judge
    )

    assert [(each.submission.question, each.max_points) for each in grades] == [
        ("a", Decimal(8)),
        ("b", Decimal(6)),
    ]
