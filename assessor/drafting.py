"""Have a judge draft key points from a question and a reference answer, for a person to mend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assessor.digest import digest
from assessor.errors import InvalidReply
from assessor.intake import Reading
from assessor.intake.draft import level_points
from assessor.intake.tree import line_in
from assessor.intake.verbatim import kept_verbatim, numbers_in
from assessor.prompt import Ask, PromptFile
from assessor.prompt.fields import closed
from assessor.rubric.write import Draft, DraftPoint
from assessor.verdict import Pass

_TEXT: Mapping[str, object] = {"type": "string"}
_NUMBER: Mapping[str, object] = {"type": "number"}


def _list_of(items: Mapping[str, object]) -> dict[str, object]:
    return {"type": "array", "items": items}


_TEXTS = _list_of(_TEXT)
_WORDED = {"description": _TEXT, "points": _NUMBER}
_PHRASES = {"accepted": _TEXTS, "not_enough": _TEXTS}
SCHEMA = closed(
    {
        "title": _TEXT,
        "key_points": _list_of(closed({**_WORDED, **_PHRASES})),
        "misconceptions": _list_of(closed({"description": _TEXT})),
    }
)

_LEVELS = _list_of(closed({"points": _NUMBER, "when": _TEXT}))
STRUCTURE_SCHEMA = closed(
    {
        "key_points": _list_of(closed({**_WORDED, "levels": _LEVELS, **_PHRASES})),
        "misconceptions": _list_of(closed(_WORDED)),
    }
)

Line = Annotated[str, Field(min_length=1, max_length=600)]


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Point(_Reply):
    description: Line
    points: Decimal = Field(gt=0, le=100, decimal_places=2, allow_inf_nan=False)
    accepted: tuple[Line, ...] = ()
    not_enough: tuple[Line, ...] = ()


Amount = Annotated[Decimal, Field(gt=0, le=1000, decimal_places=3, allow_inf_nan=False)]


class _Step(_Reply):
    points: Annotated[Decimal, Field(ge=0, le=1000, allow_inf_nan=False)]
    when: Line


class _Structured(_Reply):
    description: Line
    points: Amount
    levels: tuple[_Step, ...] = ()
    accepted: tuple[Line, ...] = ()
    not_enough: tuple[Line, ...] = ()


class _Mistake(_Reply):
    description: Line
    points: Amount


class _Structure(_Reply):
    key_points: tuple[_Structured, ...] = Field(min_length=1, max_length=40)
    misconceptions: tuple[_Mistake, ...] = ()


class _Wrong(_Reply):
    description: Line


class _Drafted(_Reply):
    title: Line
    key_points: tuple[_Point, ...] = Field(min_length=1, max_length=12)
    misconceptions: tuple[_Wrong, ...] = ()


def draft_ask(prompt: PromptFile, question: str, reference: str) -> Ask:
    """Return the one request that drafts a rubric; it is about no student's answer."""
    about = digest("draft", [question, reference])
    return _ask(prompt, {"question": question, "reference": reference}, SCHEMA, about)


def _ask(
    prompt: PromptFile, values: Mapping[str, object], schema: dict[str, object], about: str
) -> Ask:
    system = prompt.render("system", {})
    return Ask(
        system=system,
        user=prompt.render("user", values),
        schema=schema,
        cells=(),
        asked=Pass.NEUTRAL,
        answer="",
        answer_digest=about,
        prefix_key=digest("prefix", system),
        prompt=f"{prompt.name} {prompt.digest}",
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
    # What a judge thinks wrong costs nobody anything before the instructor says so.
    proposed = tuple(
        f"proposed misconception, which costs nothing until you add it: {each.description}"
        for each in said.misconceptions
    )
    return Draft(title=said.title, points=points, notes=proposed)


def structure_ask(prompt: PromptFile, question: str, source: str) -> Ask:
    """Return the one request that brings the text of a marking guide into our form."""
    about = digest("structure", [question, source])
    return _ask(prompt, {"question": question, "source": source}, STRUCTURE_SCHEMA, about)


def parse_structured(text: str, source: str) -> Reading:
    """Return what of a judge's reply stands in the source, word for word and number for number.

    What does not is left out and named in the notes. Raises InvalidReply.
    """
    start, end = text.find("{"), text.rfind("}")
    try:
        said = _Structure.model_validate(json.loads(text[start : end + 1], parse_float=Decimal))
    except (ValueError, ValidationError) as error:
        raise InvalidReply(
            "the judge's reply is not in the form that was asked for; try again, or another model"
        ) from error
    points = []
    for each in said.key_points:
        levels = [(step.points, step.when) for step in each.levels]
        phrases = (each.accepted, each.not_enough)
        line = line_in(source, each.description)
        point = level_points(each.description, levels, line, phrases)
        points.append(replace(point, points=point.points or each.points))
    points += [
        DraftPoint(
            description=each.description,
            points=each.points,
            wrong=True,
            place=line_in(source, each.description),
        )
        for each in said.misconceptions
    ]
    reading = kept_verbatim(Reading(how="a judge structured it", points=tuple(points)), source)
    numbers = numbers_in(source)
    kept = tuple(each for each in reading.points if _stated(each) <= numbers)
    lost = [
        f"left out, its points do not stand in the source: {each.description[:80]!r}"
        for each in reading.points
        if each not in kept
    ]
    return replace(reading, points=kept, notes=(*reading.doubts, *lost), doubts=())


def _stated(point: DraftPoint) -> frozenset[Decimal]:
    return frozenset({point.points, *(level.points for level in point.levels)})
