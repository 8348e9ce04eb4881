"""What `assessor check judge` found: lines, figures for a program, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rich.table import Table
from rich.text import Text

from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import AssessorError


class CheckState(StrEnum):
    """How well one thing is."""

    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"


_MARKS = {
    CheckState.GOOD: ("✓", "green"),
    CheckState.WEAK: ("!", "yellow"),
    CheckState.BAD: ("✗", "red"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One thing that was looked at, how it is, and what to do about it."""

    name: str
    state: CheckState
    found: str
    to_do: str = ""


@dataclass(slots=True, kw_only=True)
class Findings:
    """All lines, and the figures for a program; `code` is the exit code they amount to.

    `then` is the command that comes next, "" for none.
    """

    lines: list[CheckLine] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    code: Exit = Exit.DONE
    then: str = ""

    def add(self, name: str, state: CheckState, found: str, to_do: str = "") -> None:
        """Take in one line."""
        self.lines.append(CheckLine(name=name, state=state, found=found, to_do=to_do))

    def fail(self, name: str, error: AssessorError, more: str = "") -> None:
        """Take in what ended in an error: what was found, and what its message says to do."""
        self.code = self.code or Exit.STOPPED
        found, _, to_do = str(error).partition("; ")
        self.add(name, CheckState.BAD, found + more, to_do)


def show(workplace: Workplace, findings: Findings) -> None:
    """Print the lines, or all figures as JSON, and what to do next."""
    if workplace.common.as_json:
        lines = [
            {"name": each.name, "state": each.state.value, "found": each.found, "to_do": each.to_do}
            for each in findings.lines
        ]
        usable = findings.code is Exit.DONE
        print_json({"usable": usable, "checks": lines, "next": findings.then, **findings.facts})
        return
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for each in findings.lines:
        mark, style = _MARKS[each.state]
        table.add_row(Text(mark, style=style), each.name, plain(each.found))
        if each.to_do:
            table.add_row("", "", plain(f"→ {each.to_do}"))
    console().print(table)
    if findings.then:
        # Whole, so that it can be copied.
        console().print()
        console().print(plain(f"Next: {findings.then}"), soft_wrap=True)
