"""A judge that says what a script says: for tests, ours and other people's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assessor.errors import JudgeError
from assessor.judges.base import ClosedAfterUse, Identity, JudgeReply
from assessor.judges.schema_filler import cell_reply, cell_schemas, is_joint, levels_of
from assessor.prompt import Ask
from assessor.rubric.model import ABSENT

Script = Callable[[Ask], str | JudgeReply | JudgeError]


@dataclass(slots=True)
class ScriptedJudge(ClosedAfterUse):
    """Answers each ask with what `script` returns for it; a JudgeError is raised.

    `asks` keeps every ask in the order in which it came.
    """

    script: Script
    model: str = "scripted"
    asks: list[Ask] = field(default_factory=list)
    closed: bool = False

    @property
    def identity(self) -> Identity:
        """Which judge this is."""
        return Identity(backend="scripted", model=self.model)

    async def prepare(self) -> None:
        """Do nothing: a script is always ready."""

    async def ask(self, ask: Ask) -> JudgeReply:
        """Return what the script says to `ask`."""
        self.asks.append(ask)
        said = self.script(ask)
        if isinstance(said, JudgeError):
            raise said
        return JudgeReply(text=said, model=self.model) if isinstance(said, str) else said

    async def close(self) -> None:
        """Note that the judge was let go."""
        self.closed = True


def fill(
    ask: Ask,
    levels: Mapping[str, str],
    quotes: Mapping[str, Sequence[str]] | None = None,
    probability: float = 0.95,
) -> str:
    """Return a valid reply to `ask`: each cell at its level of `levels` (default: absent).

    A level that is met gets `probability` (in 0..1), one that is not its complement. `quotes`
    holds the quotes of each cell.
    """
    fields = {}
    for cell, schema in cell_schemas(ask).items():
        names = levels_of(schema)
        level = levels.get(cell, ABSENT)
        reached = 0 if level == ABSENT else names.index(level) + 1
        sure = round(probability * 100, 6)
        percents = tuple(sure if reached > place else 100 - sure for place in range(len(names)))
        said = {"quotes": list((quotes or {}).get(cell, ()))}
        fields[cell] = cell_reply(schema, reached, percents, said)
    reply: object = {"cells": fields} if is_joint(ask) else fields[ask.cells[0]]
    return json.dumps(reply, ensure_ascii=False)
