"""What is wrong with each key point by people's grades, and the next edit one keystroke away."""

from __future__ import annotations

import click

from assessor.assignment.rubric_diagnosis import diagnose, take_phrasing
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, print_json, tell
from assessor.cli.workplace import Workplace


def diagnose_rubric(workplace: Workplace, name: str, take: int | None) -> int:
    """Print the diagnosis of the latest run's key points, and put one suggestion into the file."""
    screen = console(as_json=workplace.common.as_json)
    with workplace.open_store() as store:
        found = diagnose(workplace, store, name)
        if workplace.common.as_json:
            print_json(found.as_json())
        else:
            tell(screen, found.lines())
        if take is None and found.offered and workplace.person.is_there:
            take = click.prompt(
                "\nNumber of the phrasing to take (Enter: none)", default=0, show_default=False
            )
        if take:
            tell(screen, take_phrasing(workplace, store, name, found.numbered(take)))
    return Exit.DONE
