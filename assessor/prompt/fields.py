"""The fields of a judge's reply: their names, their order and their JSON schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessor.errors import RubricError
from assessor.rubric.model import Rubric

QUOTES = "quotes"
GAP = "gap"
WITHDRAWN = "withdrawn"
NOTE = "note"
CELLS = "cells"
MAX_QUOTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFields:
    """One threshold as a reply answers it: `asks` is the yes/no field, `chance` the percent one."""

    level: str
    asks: str
    chance: str


def questions_of(rubric: Rubric, cell: str) -> tuple[QuestionFields, ...]:
    """Return what a reply answers about `cell`, lowest level above absent first.

    Raises RubricError where a level's id is the name of another field.
    """
    *lower, top = rubric.levels_of(cell)
    questions = (
        *(
            QuestionFields(level=each, asks=f"at_least_{each}", chance=f"p_{each}")
            for each in lower
        ),
        QuestionFields(level=top, asks=top, chance=f"p_{top}"),
    )
    names = field_names(questions)
    if len(set(names)) < len(names):
        raise RubricError(
            f"{rubric.id}: {cell}: the level id {top!r} is the name of another field of the "
            "judge's reply; give the level another id"
        )
    return questions


def field_names(questions: tuple[QuestionFields, ...]) -> tuple[str, ...]:
    """Return the fields of one cell's reply in the order in which they are to be written."""
    asks = (each.asks for each in questions)
    chances = (each.chance for each in questions)
    return (QUOTES, GAP, WITHDRAWN, *asks, *chances, NOTE)


def reply_schema(rubric: Rubric, cells: tuple[str, ...], *, joint: bool) -> dict[str, object]:
    """Return the JSON schema of a reply: one cell's fields, or `cells` with those of each."""
    if not joint:
        return _cell_schema(questions_of(rubric, cells[0]))
    each: dict[str, object] = {cell: _cell_schema(questions_of(rubric, cell)) for cell in cells}
    return closed({CELLS: closed(each)})


def _cell_schema(questions: tuple[QuestionFields, ...]) -> dict[str, object]:
    text = {"type": "string"}
    percent = {"type": "number", "minimum": 0, "maximum": 100}
    kinds: dict[str, object] = {
        QUOTES: {"type": "array", "items": text, "maxItems": MAX_QUOTES},
        GAP: text,
        WITHDRAWN: {"type": "boolean"},
        NOTE: text,
    }
    for question in questions:
        kinds[question.asks] = {"type": "boolean"}
        kinds[question.chance] = percent
    return closed({name: kinds[name] for name in field_names(questions)})


def closed(properties: Mapping[str, object]) -> dict[str, object]:
    """Return the JSON schema of an object that has all of these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


FEEDBACK = "feedback"
FEEDBACK_SCHEMA = closed({FEEDBACK: {"type": "string"}})
