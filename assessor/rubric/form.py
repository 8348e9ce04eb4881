"""A rubric as it is written: the six-line form and the full one, before anything is filled in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assessor.rubric.model import Choice, Effect, Example, Level, Question


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


Points = Decimal


class WrittenKeyPoint(_Written):
    """One creditable idea; without `levels` it is absent or full."""

    id: str = Field(default="", description="lower-case identifier; default: from the description")
    description: str = Field(min_length=1, description="one line that other requests see of it")
    points: Points | None = Field(default=None, gt=0, allow_inf_nan=False)
    levels: tuple[Level, ...] = Field(default=(), description="above absent, lowest first")
    accepted: tuple[str, ...] = Field(default=(), description="phrasings that count")
    not_enough: tuple[str, ...] = Field(default=(), description="phrasings that do not count")
    not_required: tuple[str, ...] = Field(default=(), description="what nobody has to say")
    examples: tuple[Example, ...] = ()
    requires: tuple[str, ...] = Field(default=(), description="ids that must be above absent")
    feedback: dict[str, str] = Field(default_factory=dict, description="sentence per level")


class WrittenMisconception(_Written):
    """A wrong claim that costs points or caps a key point."""

    id: str = ""
    description: str = Field(min_length=1)
    when: str = ""
    effect: Literal["deduct", "cap"] = Effect.DEDUCT.value
    points: Points | None = Field(default=None, ge=0, allow_inf_nan=False)
    of: str = Field(default="", description="cap: the key point it holds down")
    to: str = Field(default="", description="cap: the highest level it leaves")
    accepted: tuple[str, ...] = ()
    not_enough: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    feedback: dict[str, str] = Field(default_factory=dict)


class WrittenBestOf(_Written):
    """Of these key points only the best `count` earn."""

    of: tuple[str, ...] = Field(min_length=1)
    count: int = Field(ge=1)


class WrittenScoring(_Written):
    """How points become a grade; every field has a default."""

    max_points: Points | None = Field(default=None, gt=0, allow_inf_nan=False)
    rounding: Points = Field(default=Decimal("0.5"), gt=0, allow_inf_nan=False)
    best_of: tuple[WrittenBestOf, ...] = ()
    tolerance: Points | None = Field(default=None, ge=0, allow_inf_nan=False)


class WrittenRubric(_Written):
    """One question's marking guide, as a file says it."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    id: str = ""
    title: str = Field(min_length=1)
    language: str = ""
    question: str | Question
    choice: Choice | None = None
    key_points: tuple[WrittenKeyPoint, ...] = Field(min_length=1)
    misconceptions: tuple[WrittenMisconception, ...] = ()
    scoring: WrittenScoring = WrittenScoring()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of rubric files, for editors."""
    schema = WrittenRubric.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "assessor rubric"
    return schema
