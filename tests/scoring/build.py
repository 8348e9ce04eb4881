"""Small rubrics, findings and strategies for the arithmetic of grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from assessor.assignment.single_answer import make_submission
from assessor.rubric import (
    ABSENT,
    PRESENT,
    BestOf,
    Choice,
    Effect,
    KeyPoint,
    Level,
    Misconception,
    Question,
    Rubric,
    Scoring,
)
from assessor.submission import Submission
from assessor.verdict import Finding

CELLS = ("a", "b", "c", "wrong", "caps")
LEVELS = {"a": ("partial", "full"), "b": ("full",), "c": ("full",)}


def rubric(
    points: Mapping[str, str] | None = None,
    *,
    requires: Mapping[str, tuple[str, ...]] | None = None,
    best_of: tuple[BestOf, ...] = (),
    choice: Choice | None = None,
    cap: tuple[str, str] = ("a", "partial"),
    scale: tuple[str, str] = ("5", "0.5"),
) -> Rubric:
    """Key points a (partial 1, full 2), b (1), c (1); `wrong` deducts 1, `caps` holds one down.

    `scale` is the maximum and the step.
    """
    worth = {"a": "2", "b": "1", "c": "1", "wrong": "1"} | dict(points or {})
    return Rubric(
        id="r",
        title="R",
        question=Question(prompt="Why?"),
        choice=choice,
        key_points=tuple(_key_point(each, worth[each], requires or {}) for each in "abc"),
        misconceptions=(
            Misconception(id="wrong", description="wrong", points=Decimal(worth["wrong"])),
            Misconception(id="caps", description="caps", effect=Effect.CAP, of=cap[0], to=cap[1]),
        ),
        scoring=Scoring(
            max_points=Decimal(scale[0]),
            rounding=Decimal(scale[1]),
            best_of=best_of,
            tolerance=Decimal(1),
        ),
    )


def _key_point(name: str, points: str, requires: Mapping[str, tuple[str, ...]]) -> KeyPoint:
    most = Decimal(points)
    steps = len(LEVELS[name])
    return KeyPoint(
        id=name,
        description=f"says {name}",
        points=most,
        levels=tuple(
            Level(id=level, points=most * place / steps)
            for place, level in enumerate(LEVELS[name], start=1)
        ),
        requires=requires.get(name, ()),
    )


def findings(which: Rubric, **levels: str) -> dict[str, Finding]:
    """Findings for all cells; those not named are absent."""
    return {
        cell: Finding(
            cell=cell,
            kind=which.kind_of(cell),
            level=levels.get(cell, ABSENT),
            probabilities=(0.5,) * len(which.levels_of(cell)),
        )
        for cell in which.cells
    }


def answer(text: str = "Because.", choice: str = "") -> Submission:
    return replace(make_submission("S1", text), choice=choice)


POINTS = st.sampled_from(["0.25", "0.5", "1", "1.5", "2", "3", "3.3"])


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    """Rubrics that ask the same and weigh it differently."""
    needs = draw(st.sampled_from([{}, {"b": ("a",)}, {"b": ("a",), "c": ("b",)}]))
    group = draw(st.sampled_from([(), (BestOf(of=("b", "c"), count=1),)]))
    wide = draw(st.sampled_from([(), (BestOf(of=("a", "b", "c"), count=2),)]))
    correct = draw(st.sampled_from([("A",), ("B",), ("A", "B")]))
    choice = Choice(options=("A", "B", "C"), correct=correct, points=Decimal(draw(POINTS)))
    return rubric(
        {name: draw(POINTS) for name in ("a", "b", "c", "wrong")},
        requires=needs,
        best_of=group or wide,
        choice=draw(st.sampled_from([None, choice])),
        cap=draw(st.sampled_from([("a", "partial"), ("a", ABSENT), ("b", ABSENT)])),
        scale=(
            draw(st.sampled_from(["1", "2", "4", "7.5"])),
            draw(st.sampled_from(["0.5", "1", "0.25", "0.1"])),
        ),
    )


LEVELS_DRAWN = st.fixed_dictionaries(
    {
        "a": st.sampled_from([ABSENT, "partial", "full"]),
        "b": st.sampled_from([ABSENT, "full"]),
        "c": st.sampled_from([ABSENT, "full"]),
        "wrong": st.sampled_from([ABSENT, PRESENT]),
        "caps": st.sampled_from([ABSENT, PRESENT]),
    }
)
