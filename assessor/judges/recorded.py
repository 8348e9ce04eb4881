"""Replays recorded verdicts: the whole tool without a model, and labelled as such."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assessor.digest import digest
from assessor.errors import JudgeRefused, SubmissionError
from assessor.judges.base import ClosedAfterUse, Identity, JudgeReply
from assessor.judges.schema_filler import Schema, cell_reply, cell_schemas, is_joint, levels_of
from assessor.prompt import Ask
from assessor.rubric.model import ABSENT
from assessor.verdict import Pass

_P = "p_"


Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Line(BaseModel):
    """One line of a recording; its probabilities are the remaining keys, `p_<level>` in 0..1."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    student_id: str
    cell: str
    asked: Pass = Field(alias="pass", strict=False)
    quotes: tuple[str, ...] = Field(max_length=2)
    gap: str
    level: str
    withdrawn: bool = False
    answer: str | None = None
    __pydantic_extra__: dict[str, Probability]

    @model_validator(mode="after")
    def _consistent(self) -> _Line:
        names = list(self.model_extra or {})
        unknown = [name for name in names if not name.startswith(_P)]
        if unknown:
            raise ValueError(f"unknown keys {unknown!r}")
        if self.level != ABSENT and _P + self.level not in names:
            raise ValueError(f"level {self.level!r} has no {_P + self.level!r}")
        if not names:
            raise ValueError("no probability of any level")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was recorded of one cell of one answer in one pass; probabilities in 0..1 by level."""

    quotes: tuple[str, ...]
    gap: str
    level: str
    withdrawn: bool
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Recorded verdicts by answer text, cell and pass; `name` and `digest` say which recording."""

    name: str
    digest: str
    entries: Mapping[tuple[str, str, Pass], Recorded] = field(repr=False)


def read_recording(verdicts: str, answers: Mapping[str, str], file: str) -> Recording:
    """Return the recording in the JSON lines of `verdicts`, all problems at once if there are any.

    `answers` gives the text of each student_id whose lines carry no `answer`. Of equal answers the
    lowest student_id counts. Raises SubmissionError.
    """
    problems: list[str] = []
    found: list[tuple[str, str, _Line]] = []
    for number, text in enumerate(verdicts.split("\n"), start=1):
        if not text.strip():
            continue
        try:
            line = _Line.model_validate_json(text)
        except ValidationError as error:
            problems.extend(_problems(error, f"{file}:{number}"))
            continue
        answer = line.answer if line.answer is not None else answers.get(line.student_id)
        if answer is None:
            problems.append(f"{file}:{number}: no answer of {line.student_id!r} is known; add it")
            continue
        found.append((line.student_id, answer, line))
    if problems:
        raise SubmissionError(*problems)
    entries: dict[tuple[str, str, Pass], Recorded] = {}
    for _, answer, line in sorted(found, key=lambda each: each[0]):
        entries.setdefault((answer, line.cell, line.asked), _recorded(line))
    return Recording(name=file, digest=digest("recording", verdicts), entries=entries)


class RecordedJudge(ClosedAfterUse):
    """Answers each ask with what the recording says of its answer, cells and pass."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    @property
    def identity(self) -> Identity:
        """Which recording this is."""
        parameters = (("recording", self._recording.digest),)
        return Identity(backend="recorded", model="recorded", parameters=parameters)

    async def prepare(self) -> None:
        """Do nothing: a recording is always ready."""

    async def ask(self, ask: Ask) -> JudgeReply:
        """Return the recorded reply in the form that the ask's schema wants.

        Raises JudgeRefused (`not_recorded`) where the recording has nothing on a cell.
        """
        if not ask.cells:
            where = f"{self._recording.name}: holds verdicts, and no words for students"
            raise JudgeRefused(f"{where}; use another judge", code="not_recorded")
        schemas = cell_schemas(ask)
        fields = {cell: self._fields(ask, cell, schema) for cell, schema in schemas.items()}
        reply: object = {"cells": fields} if is_joint(ask) else fields[ask.cells[0]]
        return JudgeReply(text=json.dumps(reply, ensure_ascii=False), model="recorded")

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _fields(self, ask: Ask, cell: str, schema: Schema) -> dict[str, object]:
        entry = self._recording.entries.get((ask.answer, cell, ask.asked))
        levels = levels_of(schema)
        if entry is None or set(entry.probabilities) != set(levels):
            where = f"{self._recording.name}: nothing recorded for {cell!r} ({ask.asked})"
            raise JudgeRefused(f"{where} of this answer; use another judge", code="not_recorded")
        said = {"quotes": entry.quotes, "gap": entry.gap, "withdrawn": entry.withdrawn}
        reached = levels.index(entry.level) + 1 if entry.level in levels else 0
        # Rounded only as far as binary fractions need: 0.955 gives 95.5.
        percents = tuple(round(entry.probabilities[level] * 100, 6) for level in levels)
        return cell_reply(schema, reached, percents, said)


def _recorded(line: _Line) -> Recorded:
    return Recorded(
        quotes=line.quotes,
        gap=line.gap,
        level=line.level,
        withdrawn=line.withdrawn,
        probabilities={name.removeprefix(_P): p for name, p in _extra(line).items()},
    )


def _extra(line: _Line) -> dict[str, float]:
    return line.model_extra or {}


def _problems(error: ValidationError, where: str) -> Iterator[str]:
    for each in error.errors(include_input=False, include_url=False):
        path = ".".join(str(part) for part in each["loc"])
        yield f"{where}: {path or 'line'}: {each['msg']}; mend or remove that line"
