"""Platforms whose rubrics are known by their form: one file and one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assessor.intake.platforms import (
    canvas,
    cards,
    deepeval,
    gradescope,
    gradescope_page,
    inspect,
    moodle,
    moodle_page,
    prairielearn,
    promptfoo,
    stacked,
)
from assessor.intake.source import Reading, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """How a platform's rubric is recognised, and how it is read."""

    recognise: Callable[[Source], bool]
    read: Callable[[Source], list[Reading]]


# Tried in this order. Blackboard, Brightspace, Schoology and Classroom are pasted as tables, and
# lists of criteria for models are trees: the general reading takes those.
PLATFORMS: Mapping[str, Platform] = {
    "Gradescope": Platform(recognise=gradescope.recognise, read=gradescope.read),
    "Canvas": Platform(recognise=canvas.recognise, read=canvas.read),
    "Moodle": Platform(recognise=moodle.recognise, read=moodle.read),
    "PrairieLearn": Platform(recognise=prairielearn.recognise, read=prairielearn.read),
    "promptfoo": Platform(recognise=promptfoo.recognise, read=promptfoo.read),
    "DeepEval": Platform(recognise=deepeval.recognise, read=deepeval.read),
    "Inspect": Platform(recognise=inspect.recognise, read=inspect.read),
    "Gradescope page": Platform(recognise=gradescope_page.recognise, read=gradescope_page.read),
    "Moodle page": Platform(recognise=moodle_page.recognise, read=moodle_page.read),
    "Canvas page": Platform(recognise=stacked.recognise, read=stacked.read),
    "Cards": Platform(recognise=cards.recognise, read=cards.read),
}
# Those that are pasted as text, and have no columns of students.
PAGES = frozenset({"Gradescope page", "Moodle page", "Canvas page", "Cards"})
