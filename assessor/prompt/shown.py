"""What a request shows of a rubric: all that a prompt file can name, and never points."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from assessor.digest import digest
from assessor.prompt.fields import questions_of
from assessor.rubric.model import CellKind, Example, Rubric
from assessor.verdict import Pass

# Measured for few-shot grading: nearly all of the gain comes from the first few examples.
MAX_EXAMPLES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineLine:
    """One line of the outline: all that other cells' requests see of a key point."""

    id: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLevel:
    """One level above absent; `asks` and `chance` are the reply's fields for it."""

    id: str
    when: str
    asks: str
    chance: str
    top: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A graded excerpt that shows where a boundary lies."""

    answer: str
    level: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A key point or misconception in full; `levels` stand lowest first."""

    id: str
    description: str
    misconception: bool
    levels: tuple[ShownLevel, ...]
    accepted: tuple[str, ...]
    not_enough: tuple[str, ...]
    not_required: tuple[str, ...]
    examples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The parts of a rubric that one request shows."""

    question: str
    stimulus: str
    reference: str
    outline: tuple[OutlineLine, ...]
    cells: tuple[ShownCell, ...]
    guidelines: str = ""

    @property
    def digest(self) -> str:
        """The fingerprint of these parts: a change elsewhere in the rubric leaves it alone."""
        parts = asdict(self)
        if not self.guidelines:  # so that what was read before there were any still counts
            del parts["guidelines"]
        return digest("shown", parts)


def shown_of(rubric: Rubric, cells: tuple[str, ...]) -> Shown:
    """Return what a request about `cells` shows: question, outline, and these cells in full.

    Raises KeyError for a cell that is not in the rubric.
    """
    return Shown(
        question=rubric.question.prompt,
        stimulus=rubric.question.stimulus,
        reference=rubric.question.reference,
        outline=tuple(
            OutlineLine(id=kp.id, description=kp.description) for kp in rubric.key_points
        ),
        cells=tuple(_cell(rubric, cell) for cell in cells),
        guidelines=rubric.guidelines,
    )


def system_values(shown: Shown) -> dict[str, object]:
    """Return what the `system` block may name: nothing of any answer."""
    return {
        "question": shown.question,
        "stimulus": shown.stimulus,
        "reference": shown.reference,
        "guidelines": shown.guidelines,
        "outline": shown.outline,
        "cells": shown.cells,
    }


def user_values(shown: Shown, asked: Pass, repair: str) -> dict[str, object]:
    """Return what the `user` block may name, but for the answer and its nonce.

    A strict pass names the levels from the top down, so that an order the judge prefers weighs
    on both sides.
    """
    cells = shown.cells
    if asked is Pass.STRICT:
        cells = tuple(replace(each, levels=each.levels[::-1]) for each in cells)
    return {"cells": cells, "pass": asked.value, "repair": repair}


def _cell(rubric: Rubric, cell: str) -> ShownCell:
    if rubric.kind_of(cell) is CellKind.KEY_POINT:
        return _key_point(rubric, cell)
    return _misconception(rubric, cell)


def _key_point(rubric: Rubric, cell: str) -> ShownCell:
    key_point = rubric.key_point(cell)
    return ShownCell(
        id=cell,
        description=key_point.description,
        misconception=False,
        levels=_steps(rubric, cell, tuple(level.when for level in key_point.levels)),
        accepted=key_point.accepted,
        not_enough=key_point.not_enough,
        not_required=key_point.not_required,
        examples=_samples(key_point.examples),
    )


def _misconception(rubric: Rubric, cell: str) -> ShownCell:
    misconception = rubric.misconception(cell)
    return ShownCell(
        id=cell,
        description=misconception.description,
        misconception=True,
        levels=_steps(rubric, cell, (misconception.when,)),
        accepted=misconception.accepted,
        not_enough=misconception.not_enough,
        not_required=(),
        examples=_samples(misconception.examples),
    )


def _steps(rubric: Rubric, cell: str, whens: tuple[str, ...]) -> tuple[ShownLevel, ...]:
    questions = questions_of(rubric, cell)
    return tuple(
        ShownLevel(
            id=each.level,
            when=when,
            asks=each.asks,
            chance=each.chance,
            top=each is questions[-1],
        )
        for each, when in zip(questions, whens, strict=True)
    )


def _samples(examples: tuple[Example, ...]) -> tuple[Sample, ...]:
    """The rubric's own order is kept: its author sets look-alikes side by side."""
    return tuple(
        Sample(answer=each.answer, level=each.level, why=each.why)
        for each in examples[:MAX_EXAMPLES]
    )
