"""When a run is over: the closing table, the next command to type, the exit code."""

from __future__ import annotations

from assessor.assignment.run_closed import ClosedRun
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, print_json, show_summary, tell
from assessor.cli.workplace import Workplace


def show_closed(workplace: Workplace, closed: ClosedRun) -> Exit:
    """Say how a run went, and return the exit code."""
    screen = console(as_json=workplace.common.as_json)
    if not workplace.common.as_json:
        show_summary(screen, closed.standing.rubrics, closed.grades)
        screen.print()
    tell(screen, closed.lines())
    if workplace.common.as_json:
        print_json(closed.as_json())
    return Exit[closed.ending.name]
