"""`assessor runs log`: the versions of each rubric that graded here, and how far each agreed."""

from __future__ import annotations

from assessor.assignment.rubric_history import (
    agreement_words,
    short_digest,
    version_json,
    versions_of,
)
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.counting import plural

LINES = 3
NOTHING_YET = "Nothing was graded here yet."


def tell_history(workplace: Workplace) -> int:
    """Print the history of the rubrics' versions, oldest first."""
    with workplace.open_store() as store:
        versions = tuple(versions_of(workplace, store))
    if workplace.common.as_json:
        print_json({"versions": [version_json(each) for each in versions]})
        return Exit.DONE
    screen = console()
    if not versions:
        screen.print(NOTHING_YET)
    named = ""
    for each in versions:
        if each.rubric.id != named:
            named = each.rubric.id
            screen.print(plain(named), style="bold")
        mean = "" if each.mean is None else f", mean {each.mean:.2f}"
        screen.print(
            plain(
                f"  {each.latest.started_at[:16].replace('T', ' ')}  {short_digest(each.rubric)}  "
                f"{each.judge}: {plural(each.answers, 'answer')}{mean}; {agreement_words(each)}"
            )
        )
        for line in each.changes[:LINES]:
            screen.print(plain(f"      {line}", 150), style="dim")
        if len(each.changes) > LINES:
            screen.print(
                f"      … and {plural(len(each.changes) - LINES, 'more change')}", style="dim"
            )
    return Exit.DONE
