"""What `assessor check judge` found: lines, figures for a program, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assessor.errors import AssessorError


class CheckState(StrEnum):
    """How well one thing is."""

    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"


class CheckTrouble(StrEnum):
    """What stands in the way of a run: what was named, the store, or the judge."""

    NONE = ""
    INPUT = "input"
    STORE = "store"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One thing that was looked at, how it is, and what to do about it."""

    name: str
    state: CheckState
    found: str
    to_do: str = ""


@dataclass(slots=True, kw_only=True)
class Findings:
    """All lines, and the figures for a program; `trouble` is what stands in the way of a run.

    `then` is the command that comes next, "" for none.
    """

    lines: list[CheckLine] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    trouble: CheckTrouble = CheckTrouble.NONE
    then: str = ""

    def add(self, name: str, state: CheckState, found: str, to_do: str = "") -> None:
        """Take in one line."""
        self.lines.append(CheckLine(name=name, state=state, found=found, to_do=to_do))

    def fail(self, name: str, error: AssessorError, more: str = "") -> None:
        """Take in what ended in an error: what was found, and what its message says to do."""
        self.trouble = self.trouble or CheckTrouble.JUDGE
        found, _, to_do = str(error).partition("; ")
        self.add(name, CheckState.BAD, found + more, to_do)

    def as_json(self) -> dict[str, object]:
        """Return all of it as a program reads it."""
        lines = [
            {"name": each.name, "state": each.state.value, "found": each.found, "to_do": each.to_do}
            for each in self.lines
        ]
        return {"usable": not self.trouble, "checks": lines, "next": self.then, **self.facts}
