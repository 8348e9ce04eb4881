"""Small rubric files to load, and what is said of those that are refused."""

from __future__ import annotations

import pytest

from assessor.errors import RubricError
from assessor.rubric import Rubric, load_rubric

SHORT = """\
title: Photosynthesis
question: Why does a plant in the dark lose mass?
key_points:
  - {points: 2, description: respiration uses up stored sugar and releases carbon dioxide}
  - {points: 1, description: without light no photosynthesis makes up for the loss}
"""

FULL = """\
schema: 1
id: dark-plant
title: A plant in the dark
language: en
question:
  prompt: Why does a plant in the dark lose mass?
  stimulus: A plant is weighed daily.
  reference: It respires.
choice:
  options: [gains, loses]
  correct: [loses]
  points: 1
key_points:
  - id: respires
    description: respiration uses up sugar
    points: 2
    levels:
      - {id: partial, points: 0.5, when: names respiration}
      - {id: full, points: 2, when: says that respiration uses up sugar}
    accepted: [burns its sugar]
    not_enough: [it dies]
    not_required: [the equation]
    examples: [{answer: It respires., level: partial, why: no sugar}]
    feedback: {full: Yes., partial: What is used up?, absent: What does a cell live on?}
  - id: no_gain
    description: no photosynthesis makes up for the loss
    points: 1
    requires: [respires]
misconceptions:
  - id: evaporates
    description: the loss is water alone
    when: says as its own view that only water is lost
    effect: cap
    of: respires
    to: partial
    accepted: [it dries up]
    not_enough: [water is lost too]
    examples: [{answer: Only water., level: present}]
    feedback: {present: Is it only water?}
scoring:
  {max_points: 3, rounding: "0.25", best_of: [{of: [respires, no_gain], count: 1}], tolerance: 1}
"""


def loaded(text: str, file: str = "rubrics/r.yaml") -> Rubric:
    return load_rubric(text, file)


def problems(text: str) -> list[str]:
    """What is said of a file that is refused, without the file's name."""
    with pytest.raises(RubricError) as caught:
        load_rubric(text, "r.yaml")
    return [each.removeprefix("r.yaml:") for each in caught.value.problems]


def instead(old: str, new: str, text: str = FULL) -> str:
    """The file with one place changed; the place must be there once."""
    if text.count(old) != 1:
        raise ValueError(f"{old!r} stands there {text.count(old)} times")
    return text.replace(old, new)
