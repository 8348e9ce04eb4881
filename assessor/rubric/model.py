"""The marking guide of one question, as values."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from assessor.digest import digest

ABSENT = "absent"
PRESENT = "present"
# The column of the choice; no cell may have this name.
CHOICE = "choice"


class CellKind(StrEnum):
    """What a cell is about."""

    KEY_POINT = "key_point"
    MISCONCEPTION = "misconception"


# One for all: a large class has many cells that earn nothing.
_NOTHING = Decimal(0)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Effect(StrEnum):
    """What a misconception does: take points, or hold a key point down to a level."""

    DEDUCT = "deduct"
    CAP = "cap"


class Question(_Value):
    """What the student was asked; `stimulus` is the case or text, `reference` one good answer."""

    prompt: str
    stimulus: str = ""
    reference: str = ""


class Level(_Value):
    """One step above absent: `when` says in observable terms when an answer reaches it."""

    id: str
    points: Decimal = Field(ge=0, allow_inf_nan=False)
    when: str = ""


class Example(_Value):
    """A graded excerpt that shows the judge where a boundary lies."""

    answer: str
    level: str
    why: str = ""


class KeyPoint(_Value):
    """One creditable idea; its `levels` are ordered and exclusive, and there is at least one."""

    id: str
    description: str
    points: Decimal = Field(gt=0, allow_inf_nan=False)
    levels: tuple[Level, ...]
    accepted: tuple[str, ...] = ()
    not_enough: tuple[str, ...] = ()
    not_required: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    requires: tuple[str, ...] = ()
    feedback: dict[str, str] = Field(default_factory=dict)

    def points_at(self, level: str) -> Decimal:
        """Return what `level` earns; absent earns nothing. Raises KeyError for another level."""
        if level == ABSENT:
            return _NOTHING
        for each in self.levels:
            if each.id == level:
                return each.points
        raise KeyError(level)


class Misconception(_Value):
    """A wrong claim: it deducts `points`, or caps key point `of` at level `to`."""

    id: str
    description: str
    when: str = ""
    effect: Effect = Effect.DEDUCT
    points: Decimal = Field(default=Decimal(0), ge=0, allow_inf_nan=False)
    of: str = ""
    to: str = ""
    accepted: tuple[str, ...] = ()
    not_enough: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    feedback: dict[str, str] = Field(default_factory=dict)


class Choice(_Value):
    """Multiple choice or true/false in front of the justification; graded by code.

    Each of `correct` counts by itself; several chosen at once count when all of them are correct.
    """

    options: tuple[str, ...]
    correct: tuple[str, ...]
    points: Decimal = Field(ge=0, allow_inf_nan=False)


class BestOf(_Value):
    """Of these key points only the best `count` earn."""

    of: tuple[str, ...]
    count: int = Field(ge=1)


class Scoring(_Value):
    """How points become a grade; `rounding` is the step, `tolerance` what counts as equal."""

    max_points: Decimal = Field(gt=0, allow_inf_nan=False)
    rounding: Decimal = Field(default=Decimal("0.5"), gt=0, allow_inf_nan=False)
    best_of: tuple[BestOf, ...] = ()
    tolerance: Decimal = Field(ge=0, allow_inf_nan=False)


class Rubric(_Value):
    """The marking guide of one question. Loaded by `load_rubric`, which fills every default.

    `guidelines` are for the judge and for graders, of every cell; students are not shown them.
    """

    id: str
    title: str
    language: str = ""
    question: Question
    choice: Choice | None = None
    key_points: tuple[KeyPoint, ...]
    misconceptions: tuple[Misconception, ...] = ()
    guidelines: str = ""
    scoring: Scoring

    @property
    def digest(self) -> str:
        """The fingerprint of the parsed value: comments and spacing do not change it."""
        return digest("rubric", self.model_dump(mode="json"))

    @model_serializer(mode="wrap")
    def _written(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out guidelines where there are none: older rubrics keep their digest and text."""
        value: dict[str, object] = whole(self)
        if not self.guidelines:
            value.pop("guidelines", None)
        return value

    @property
    def cells(self) -> tuple[str, ...]:
        """The ids of all cells: key points first, then misconceptions, in file order."""
        return (
            *(each.id for each in self.key_points),
            *(each.id for each in self.misconceptions),
        )

    @property
    def graded(self) -> tuple[str, ...]:
        """The names of all that a person grades: the choice where there is one, then the cells."""
        return self.cells if self.choice is None else (CHOICE, *self.cells)

    def kind_of(self, cell: str) -> CellKind:
        """Return what `cell` is about."""
        for each in self.key_points:
            if each.id == cell:
                return CellKind.KEY_POINT
        return CellKind.MISCONCEPTION

    def key_point(self, cell: str) -> KeyPoint:
        """Return the key point with this id. Raises KeyError."""
        for each in self.key_points:
            if each.id == cell:
                return each
        raise KeyError(cell)

    def misconception(self, cell: str) -> Misconception:
        """Return the misconception with this id. Raises KeyError."""
        for each in self.misconceptions:
            if each.id == cell:
                return each
        raise KeyError(cell)

    def levels_of(self, cell: str) -> tuple[str, ...]:
        """Return the ids of the levels above absent, lowest first (a misconception: `present`)."""
        for each in self.key_points:
            if each.id == cell:
                return tuple(level.id for level in each.levels)
        return (PRESENT,)
