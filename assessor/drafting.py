"""Have a judge draft key points from a question and a reference answer, for a person to mend."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assessor.digest import digest
from assessor.errors import InvalidReply
from assessor.prompt import Ask
from assessor.rubric.write import Draft, DraftPoint
from assessor.verdict import Pass

SYSTEM = """\
You help an instructor to write a marking guide for one short-answer question. You see the question
and, where there is one, a reference answer. No student's answer is shown to you.

- Three to six key points. Each is one creditable idea that an answer states or does not state, \
described in one line without "and" or "or". No two of them overlap or follow from each other.
- For each: whole or half points (the central ideas more), two or three phrasings in a student's \
own words that count, and two or three that come near and are not enough.
- One or two misconceptions that students really have, where there are any.
- Write in the language of the question. Add nothing that neither the question nor the reference \
answer is about.

Reply with one JSON object and nothing else."""

_TEXTS = {"type": "array", "items": {"type": "string"}}
SCHEMA: dict[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "key_points", "misconceptions"],
    "properties": {
        "title": {"type": "string"},
        "key_points": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["description", "points", "accepted", "not_enough"],
                "properties": {
                    "description": {"type": "string"},
                    "points": {"type": "number"},
                    "accepted": _TEXTS,
                    "not_enough": _TEXTS,
                },
            },
        },
        "misconceptions": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["description"],
                "properties": {"description": {"type": "string"}},
            },
        },
    },
}

Line = Annotated[str, Field(min_length=1, max_length=600)]


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Point(_Reply):
    description: Line
    points: Decimal = Field(gt=0, le=100, decimal_places=2, allow_inf_nan=False)
    accepted: tuple[Line, ...] = ()
    not_enough: tuple[Line, ...] = ()


class _Wrong(_Reply):
    description: Line


class _Drafted(_Reply):
    title: Line
    key_points: tuple[_Point, ...] = Field(min_length=1, max_length=12)
    misconceptions: tuple[_Wrong, ...] = ()


def draft_ask(question: str, reference: str) -> Ask:
    """Return the one request that drafts a rubric; it is about no student's answer."""
    user = f"Question\n{question}\n"
    if reference:
        user += f"\nReference answer; others are possible\n{reference}\n"
    about = digest("draft", [question, reference])
    return Ask(
        system=SYSTEM,
        user=f"{user}\nDraft the marking guide now.",
        schema=SCHEMA,
        cells=(),
        asked=Pass.NEUTRAL,
        answer="",
        answer_digest=about,
        prefix_key=digest("prefix", SYSTEM),
        prompt=f"draft.v1 {digest('prompt', SYSTEM)}",
        shown=about,
    )


def parse_draft(text: str) -> Draft:
    """Return the drafted key points. Raises InvalidReply."""
    start, end = text.find("{"), text.rfind("}")
    try:
        said = _Drafted.model_validate(json.loads(text[start : end + 1], parse_float=Decimal))
    except (ValueError, ValidationError) as error:
        raise InvalidReply(
            "the judge's draft is not in the form that was asked for; try again, or another model"
        ) from error
    points = tuple(
        DraftPoint(
            description=each.description,
            points=each.points,
            accepted=each.accepted,
            not_enough=each.not_enough,
        )
        for each in said.key_points
    )
    wrong = tuple(
        DraftPoint(description=each.description, points=Decimal(1), wrong=True)
        for each in said.misconceptions
    )
    return Draft(title=said.title, points=(*points, *wrong))
