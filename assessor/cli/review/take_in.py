"""A hand-graded sheet from any machine: merged by ids, never over another grader's word."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from assessor.assignment.platform_file import export_command
from assessor.assignment.sheet_corrections import take_in
from assessor.assignment.spoken_lines import SpokenLine
from assessor.assignment.standing import load_standing, spoken_of
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, spoken, tell
from assessor.cli.workplace import Workplace
from assessor.store import Store


def take_in_sheet(workplace: Workplace, store: Store, path: Path) -> int:
    """Take in a sheet, say what changed, and list where it differs from another grader.

    Whose total changes and what is left out is told first; where grades change that are released
    already, a person at the terminal is asked. Of a file that we wrote ourselves only the rows
    that were changed count.
    """
    standing = load_standing(workplace, store)
    screen = console(as_json=workplace.common.as_json)
    screen.print(plain(spoken_of(standing)), style="dim")

    def previewed(lines: Iterable[SpokenLine], question: str) -> None:
        tell(screen, lines)
        if question and workplace.person.is_there and not workplace.person.said_yes:
            workplace.person.goes_on(question)

    taken = take_in(workplace, store, standing, path, previewed)
    if workplace.common.as_json:
        print_json(taken.as_json())
        return Exit.DONE
    tell(screen, taken.lines())
    after = taken.after
    left = taken.to_review
    following = workplace.typed("assessor review" if left else export_command(after.answers))
    screen.print(spoken(f"Written to {after.out}. Next: {following}"))
    return Exit.DONE
