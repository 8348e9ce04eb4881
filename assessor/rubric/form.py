"""A rubric as it is written: the six-line form and the full one, before anything is filled in."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from assessor.rubric.model import Effect


def _plain(number: Decimal) -> Decimal:
    """Write `2.0` and `2e0` as `2`: equal points, equal digest."""
    return Decimal(format(number.normalize(), "f")) + 0


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _as_question(value: object) -> object:
    return {"prompt": value} if isinstance(value, str) else value


Points = Annotated[
    Decimal,
    Field(allow_inf_nan=False, max_digits=12, decimal_places=6),
    AfterValidator(_plain),
]
Text = Annotated[str, Field(min_length=1)]
Line = Annotated[str, Field(min_length=1), AfterValidator(_one_line)]
Number = Annotated[int, Field(strict=False)]
Sentences = Annotated[
    dict[str, Text], Field(description="One sentence to the student per level, absent included.")
]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", str_strip_whitespace=True)


class WrittenQuestion(_Written):
    """What the student was asked."""

    prompt: Text = Field(description="The question, as the student read it.")
    stimulus: str = Field(default="", description="The case, text or figure it is about.")
    reference: str = Field(default="", description="One good answer; others are possible.")


class WrittenLevel(_Written):
    """One step above absent."""

    id: str = Field(description="A word such as partial or full.")
    points: Points = Field(ge=0, description="More than the level below it.")
    when: str = Field(default="", description="What an answer of this level says, observably.")


class WrittenExample(_Written):
    """A graded excerpt that shows where a boundary lies."""

    answer: Text = Field(description="The excerpt. Made up, or from the tuning answers.")
    level: str = Field(description="The level it reaches, or absent.")
    why: str = Field(default="", description="Why, in a few words.")


class WrittenKeyPoint(_Written):
    """One creditable idea; without `levels` it is absent or full."""

    id: str = Field(default="", description="Lower-case id. Default: from the description.")
    description: Line = Field(description="One line; all that the other key points' asks see.")
    points: Points | None = Field(default=None, gt=0, description="What full credit earns.")
    levels: tuple[WrittenLevel, ...] = Field(
        default=(), description="One to three above absent, lowest first. Default: full."
    )
    accepted: tuple[Line, ...] = Field(
        default=(), description="Phrasings that count; none is required verbatim."
    )
    not_enough: tuple[Line, ...] = Field(default=(), description="Phrasings that do not count.")
    not_required: tuple[Line, ...] = Field(default=(), description="What nobody has to say.")
    examples: tuple[WrittenExample, ...] = Field(
        default=(), description="Two to four, with a pair that looks alike and differs in level."
    )
    requires: tuple[str, ...] = Field(
        default=(), description="Key points that must be above absent for this one to earn."
    )
    feedback: Sentences = Field(default_factory=dict)


class WrittenMisconception(_Written):
    """A wrong claim that costs points or caps a key point."""

    id: str = Field(default="", description="Lower-case id. Default: from the description.")
    description: Line = Field(description="The wrong claim, in one line.")
    when: str = Field(default="", description="What shows that the answer asserts it as its own.")
    effect: Literal["deduct", "cap"] = Field(
        default=Effect.DEDUCT.value, description="Take points, or hold a key point down."
    )
    points: Points | None = Field(default=None, description="What it takes. Default: 1.")
    of: str = Field(default="", description="cap: the key point it holds down.")
    to: str = Field(default="", description="cap: the highest level it leaves, or absent.")
    accepted: tuple[Line, ...] = Field(default=(), description="Phrasings that make the claim.")
    not_enough: tuple[Line, ...] = Field(default=(), description="Phrasings that do not.")
    examples: tuple[WrittenExample, ...] = Field(
        default=(), description="Excerpts of level present or absent."
    )
    feedback: Sentences = Field(default_factory=dict)


class WrittenChoice(_Written):
    """Multiple choice or true/false in front of the justification; graded by code."""

    options: tuple[Text, ...] = Field(min_length=2, description="What could be chosen.")
    correct: tuple[Text, ...] = Field(
        min_length=1, description="Those of them that are right; each counts by itself."
    )
    points: Points = Field(ge=0, description="What a right choice earns.")


class WrittenBestOf(_Written):
    """Of these key points only the best `count` earn."""

    of: tuple[str, ...] = Field(min_length=2, description="Ids of key points.")
    count: Number = Field(ge=1, description="How many of them earn.")


class WrittenScoring(_Written):
    """How points become a grade; every field has a default."""

    max_points: Points | None = Field(
        default=None, gt=0, description="Default: the most that can be earned."
    )
    rounding: Points = Field(
        default=Decimal("0.5"), gt=0, description="The step to which a total is rounded."
    )
    best_of: tuple[WrittenBestOf, ...] = Field(
        default=(), description="Either-of groups of key points."
    )
    tolerance: Points | None = Field(
        default=None, ge=0, description="How far two grades may lie apart and still agree."
    )


class WrittenRubric(_Written):
    """One question's marking guide. The short form needs title, question and key_points."""

    schema_version: Number = Field(
        default=1, alias="schema", ge=1, le=1, description="Version of this format."
    )
    id: str = Field(default="", description="Default: the file's name.")
    title: Line = Field(description="What the rubric is called.")
    language: str = Field(default="", description="Language of the rubric, such as en.")
    question: Annotated[WrittenQuestion, BeforeValidator(_as_question)] = Field(
        description="The question as text, or with its stimulus and a reference answer."
    )
    choice: WrittenChoice | None = Field(
        default=None, description="What is ticked before the justification; graded by code."
    )
    key_points: tuple[WrittenKeyPoint, ...] = Field(
        min_length=1, description="The creditable ideas, each judged by itself."
    )
    misconceptions: tuple[WrittenMisconception, ...] = Field(
        default=(), description="Wrong claims that cost points or cap a key point."
    )
    guidelines: str = Field(
        default="", description="For the judge and graders, on every key point; never for students."
    )
    scoring: WrittenScoring = Field(
        default=WrittenScoring(), description="Maximum, rounding, either-of groups, tolerance."
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of rubric files, both forms, for editors."""
    schema = WrittenRubric.model_json_schema(by_alias=True)
    parts = schema["properties"]
    full = parts["question"]
    about = full.pop("description", "")
    parts["question"] = {"anyOf": [{"type": "string", "minLength": 1}, full], "description": about}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "assessor rubric",
    }
