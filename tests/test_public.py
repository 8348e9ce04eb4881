"""The public names: there, typed, and never hidden by a module of the same name."""

from __future__ import annotations

import asyncio
import importlib
import json
import pkgutil

import assessor
from assessor.judges.scripted import ScriptedJudge, fill


def test_no_public_name_is_that_of_a_module() -> None:
    """An imported module would take its place."""
    modules = {each.name for each in pkgutil.iter_modules(assessor.__path__)}

    assert not modules & set(assessor.__all__)


def test_every_public_name_is_there() -> None:
    """After everything else was imported, too."""
    for each in pkgutil.iter_modules(assessor.__path__):
        if each.name != "__main__":
            importlib.import_module(f"assessor.{each.name}")

    assert all(getattr(assessor, name) is not None for name in assessor.__all__)


def test_one_submission_is_graded_within_an_event_loop() -> None:
    """`grade_one` gives one grade."""
    rubric = assessor.load_rubric("critique-of-an-ai-alignment-strategy")
    answer = assessor.make_submission("S1", "No set of examples covers every case.")
    quote = {"limited_samples": ["No set of examples covers every case"]}
    judge = ScriptedJudge(lambda ask: fill(ask, {"limited_samples": "full"}, quote))

    grade = asyncio.run(assessor.grade_one(rubric, answer, judge))

    assert grade.state is assessor.State.GRADED
    assert grade.proposed == 2


def test_a_grade_is_told_as_json_without_the_answer() -> None:
    """Points are exact text, what was not decided is null, and the student's text stays out."""
    rubric = assessor.load_rubric("critique-of-an-ai-alignment-strategy")
    answer = assessor.make_submission("S1", "No set of examples covers every case, sadly.")
    quote = {"limited_samples": ["No set of examples covers every case"]}
    judge = assessor.ScriptedJudge(lambda ask: fill(ask, {"limited_samples": "full"}, quote))

    (grade,) = assessor.grade_class(rubric, [answer], judge)
    told = json.loads(json.dumps(grade.to_dict()))

    assert (told["student_id"], told["state"], told["proposed_grade"]) == ("S1", "graded", "2")
    assert told["grade"] is None
    first = told["key_points"][0]
    assert (first["key_point"], first["level"], first["points"]) == (
        "limited_samples",
        "full",
        "2",
    )
    assert first["quotes"] == ["No set of examples covers every case"]
    assert "sadly" not in json.dumps(told)


def test_a_judge_is_closed_after_use() -> None:
    """`async with` is enough; nothing is left open where grading fails."""
    judge = assessor.ScriptedJudge(lambda ask: fill(ask, {}))

    async def use() -> None:
        async with judge as same:
            assert same is judge

    asyncio.run(use())

    assert judge.closed
