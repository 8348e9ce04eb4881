"""Several questions in one run: each by its own rubric, one queue over all."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from typing import Literal

import pytest

from assessor.assignment.run_job import job_for
from assessor.config import Config, JudgeSettings
from assessor.engine.session import Job
from assessor.judges.scripted import ScriptedJudge, fill
from assessor.prompt import Ask
from assessor.rubric import Rubric, load_rubric
from tests.engine.build import FULL, JumbledJudge, Said, answers, by_cell, grade, memory, rubric

SECOND = """\
title: Second
id: second
question: What else is missing?
key_points:
  - {id: aim, description: the aim is named, points: 3}
  - {id: samples, description: another point of the same name, points: 1}
"""


def second() -> Rubric:
    return load_rubric(SECOND, "second.yaml")


def two_questions(count: int) -> Job:
    given = [
        replace(each, question=question) for each in answers(count) for question in ("Q1", "Q2")
    ]
    careful = Config(judge=JudgeSettings(method="careful"))
    return job_for(careful, {"Q1": rubric(), "Q2": second()}, tuple(given))


def test_each_question_is_judged_by_its_own_rubric() -> None:
    """Equal answers to two questions are two answers."""
    judge = ScriptedJudge(by_cell(samples=FULL, aim=FULL))

    ran = grade(two_questions(7), judge)

    assert [(each.submission.question, each.proposed) for each in ran.proposals] == [
        ("Q1", Decimal(2)),
        ("Q2", Decimal(4)),
    ] * 7
    assert len(judge.asks) == 7 * (3 + 2)
    assert ran.manifest["questions"] == [
        {"question": "Q1", "rubric": "labels", "digest": rubric().digest},
        {"question": "Q2", "rubric": "second", "digest": second().digest},
    ]


def test_the_first_answers_shown_are_of_every_question() -> None:
    """One of each first, five in all."""
    judge = ScriptedJudge(by_cell())

    grade(two_questions(7), judge)

    assert {each.cells[0] for each in judge.asks[:5]} == {"samples", "proxy", "more_data", "aim"}


def test_one_queue_is_drawn_over_all_questions() -> None:
    """The budget counts readable answers of both; the riskiest of all come first."""
    script = by_cell(samples=Said("full", 0.55), aim=FULL)

    ran = grade(replace(two_questions(5), budget=0.2), ScriptedJudge(script))

    assert len(ran.settled.queue.order) == 2


def test_the_questions_keep_their_order_in_the_store() -> None:
    """The order of their columns is that of the file, not of the alphabet."""
    given = two_questions(1)
    turned = replace(given, rubrics=dict(reversed(list(given.rubrics.items()))))
    with memory() as store:
        grade(turned, ScriptedJudge(by_cell()), store)

        run = store.latest_run()

    assert run is not None
    assert [question for question, _ in run.command.rubrics] == ["Q2", "Q1"]


@pytest.mark.parametrize("method", ["careful", "quick"])
def test_the_same_words_to_two_questions_of_one_rubric_are_asked_once(
    method: Literal["careful", "quick"],
) -> None:
    """Side by side, one of two replies would be paid for and lost, and the next run differ."""
    turns = itertools.count()

    def fickle(ask: Ask) -> str:
        levels = dict.fromkeys(ask.cells, "full") if next(turns) % 2 else {}
        return fill(ask, levels, dict.fromkeys(levels, (ask.answer,)))

    own = load_rubric(SECOND, "second.yaml")
    given = [replace(each, question=name) for each in answers(12) for name in ("Q1", "Q2")]
    settings = Config(judge=JudgeSettings(method=method))
    what = job_for(settings, {"Q1": own, "Q2": own}, tuple(given))
    judge = JumbledJudge(fickle, seed=3)
    with memory() as store:
        ran = grade(what, judge, store)
        asked = [(each.answer, each.cells) for each in judge.inner.asks]
        again = grade(what, judge, store)

    assert len(set(asked)) == len(asked) == 12 * (2 if method == "careful" else 1)
    assert [each.proposed for each in again.proposals] == [each.proposed for each in ran.proposals]
    assert len(judge.inner.asks) == len(asked)
