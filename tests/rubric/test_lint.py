"""What a rubric is warned about, and where; the shipped ones are clean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.assets import shipped_rubrics
from assessor.rubric.lint import lint, lix

CLEAN = """\
title: Photosynthesis
language: en
question:
  prompt: Why does a plant in the dark lose mass?
  reference: It respires, which uses up its sugar, and makes no new sugar without light.
key_points:
  - id: sugar
    description: respiration uses up stored sugar
    points: 2
    levels:
      - {id: partial, points: 1, when: names respiration}
      - {id: full, points: 2, when: says that respiration uses up sugar}
    not_enough: [it dies]
  - id: dark
    description: no photosynthesis makes up for it
    points: 1
    not_enough: [it is dark]
"""

IMPLYING = (
    "respiration uses up what leaves stored by day as sugar, "
    "in warm roots with plenty of oxygen all winter long"
)


def told(text: str) -> dict[str, int]:
    """The line of each kind of warning."""
    return {each.kind: each.line for each in lint(text, "r.yaml")}


def instead(old: str, new: str) -> str:
    if CLEAN.count(old) != 1:
        raise ValueError(old)
    return CLEAN.replace(old, new)


@pytest.mark.parametrize("name", sorted(shipped_rubrics()))
def test_shipped_rubrics_are_clean(name: str) -> None:
    """They are what others are measured by."""
    assert lint(shipped_rubrics()[name].read_text(encoding="utf-8"), name) == ()


def test_a_sound_rubric_is_not_warned_about() -> None:
    """No warning is made up."""
    assert lint(CLEAN, "r.yaml") == ()


@pytest.mark.parametrize(
    ("old", "new", "kind", "line"),
    [
        (
            "respiration uses up stored sugar\n",
            "respiration uses up stored sugar and releases carbon dioxide\n",
            "two_ideas",
            8,
        ),
        (
            "no photosynthesis makes up for it",
            "stored sugar is used in respiration",
            "overlap",
            15,
        ),
        (
            "no photosynthesis makes up for it",
            IMPLYING,
            "implied",
            15,
        ),
        ("says that respiration uses up sugar", "good understanding", "not_observable", 12),
        (", when: names respiration", "", "no_condition", 11),
        ("    not_enough: [it is dark]\n", "", "no_not_enough", 14),
        (
            "when: says that respiration uses up sugar}",
            "when: says so}\n      - {id: best, points: 2.5, when: says more}",
            "many_levels",
            10,
        ),
        (
            "    not_enough: [it dies]",
            "    not_enough: [it dies]\n    accepted: [It dies.]",
            "contradiction",
            13,
        ),
        (
            "  reference: It respires, which uses up its sugar, and makes no new sugar without "
            "light.\n",
            "",
            "no_reference",
            3,
        ),
        ("    points: 1\n", "    points: 1.2\n", "step", 16),
        (
            "    not_enough: [it is dark]\n",
            "    not_enough: [x]\nscoring: {max_points: 2}\n",
            "points_do_not_add_up",
            18,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "_" in value and " " not in value else "",
)
def test_each_weakness_is_told_with_its_line(old: str, new: str, kind: str, line: int) -> None:
    """One fault, one warning of its kind, at the place that is to be changed."""
    text = instead(old, new)
    if kind == "many_levels":
        text = text.replace("    points: 2\n", "    points: 2.5\n", 1)

    assert told(text).get(kind) == line


def test_key_points_of_one_group_may_overlap() -> None:
    """An either-or group is how overlapping ideas are meant to be written."""
    text = instead("no photosynthesis makes up for it", "stored sugar is used in respiration")

    assert told(text + "scoring: {best_of: [{of: [sugar, dark], count: 1}]}\n") == {}


def test_long_sentences_of_long_words_are_hard_to_read() -> None:
    """LIX of plain words is low, of administrative prose high."""
    plain = "The cat sat on the mat. It was warm. The dog came in and saw it."
    heavy = "Notwithstanding institutional considerations, comprehensive interdisciplinary "
    heavy += "deliberations presuppose methodological clarification of fundamental assumptions."

    assert lix(plain) < 30
    assert lix(heavy) > 80


@settings(deadline=None, max_examples=50)
@given(st.text(min_size=1, max_size=60))
def test_any_description_is_read(description: str) -> None:
    """No text in a rubric breaks the lint."""
    quoted = '"' + "".join(f"\\U{ord(c):08x}" for c in description if c.isprintable()) + 'x"'
    lint(instead("no photosynthesis makes up for it", quoted), "r.yaml")
