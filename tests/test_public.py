"""The public names: there, typed, and never hidden by a module of the same name."""

from __future__ import annotations

import asyncio
import importlib
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
