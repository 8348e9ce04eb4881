"""`assessor check judge`: what was found of endpoint and store, each with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from assessor.assignment.judge_check import check_judge
from assessor.assignment.judge_check_replies import JudgeUse
from assessor.assignment.judge_findings import CheckState, CheckTrouble
from assessor.cli.check.canary_check import typed_for_tricks
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, spoken
from assessor.cli.workplace import Workplace

_MARKS = {
    CheckState.GOOD: ("✓", "green"),
    CheckState.WEAK: ("!", "yellow"),
    CheckState.BAD: ("✗", "red"),
}
_CODES = {
    CheckTrouble.NONE: Exit.DONE,
    CheckTrouble.INPUT: Exit.WRONG_INPUT,
    CheckTrouble.STORE: Exit.STORE,
    CheckTrouble.JUDGE: Exit.STOPPED,
}


async def show_judge(workplace: Workplace, rubrics: Sequence[str], answers: Path | None) -> int:
    """Look at store, disk and judge; print what was found, and what to do next."""
    typed = typed_for_tricks(answers)
    about = JudgeUse(rubrics=tuple(rubrics), answers=answers, typed=typed)
    findings = await check_judge(workplace, about)
    code = _CODES[findings.trouble]
    if workplace.common.as_json:
        print_json(findings.as_json())
        return code
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for each in findings.lines:
        mark, style = _MARKS[each.state]
        table.add_row(Text(mark, style=style), each.name, plain(each.found))
        if each.to_do:
            table.add_row("", "", spoken(f"→ {each.to_do}"))
    console().print(table)
    if findings.then:
        # Whole, so that it can be copied.
        console().print()
        console().print(spoken(f"Next: {findings.then}"), soft_wrap=True)
    return code
