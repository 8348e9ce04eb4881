"""A hand-graded sheet from any machine: merged by ids, never over another grader's word."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assessor.assignment.platform_file import export_command
from assessor.assignment.sheet_corrections import (
    Correction,
    Merged,
    decision_words,
    take_in,
)
from assessor.assignment.standing import (
    Standing,
    load_standing,
    spoken_of,
    spoken_of_json,
)
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.store import Store
from assessor.writers.results import points_text

SHOWN = 12


def take_in_sheet(workplace: Workplace, store: Store, path: Path) -> int:
    """Take in a sheet, say what changed, and list where it differs from another grader.

    Of a file that we wrote ourselves only the rows that were changed count, after a preview.
    """
    standing = load_standing(workplace, store)
    console(as_json=workplace.common.as_json).print(plain(spoken_of(standing)), style="dim")

    def previewed(found: Sequence[Correction]) -> None:
        _preview(workplace, found, standing, path)

    taken = take_in(workplace, store, standing, path, previewed)
    sheet, after, merged = taken.sheet, taken.after, taken.merged
    decided, changed, left = {each.key for each in taken.decisions}, taken.changed, taken.to_review
    if workplace.common.as_json:
        print_json(
            {
                **spoken_of_json(after),
                "decided": len(decided),
                "changed": changed,
                "empty": sheet.empty,
                "unchanged": len(sheet.own) - len(decided) if sheet.own else 0,
                "to_review": left,
                "conflicts": [each.student_id for _, each in merged.conflicts],
            }
        )
        return Exit.DONE
    screen = console()
    screen.print(
        f"{plural(len(decided), 'answer')} decided by a person"
        + (f", {changed} of them with other points than stood there" if changed else "")
        + f"; {left} still to review."
    )
    for note in sheet.notes:
        screen.print(plain(note), style="yellow")
    if sheet.own:
        left_alone = len(sheet.own) - len(decided)
        screen.print(
            "It is a file of assessor's own: "
            f"{plural(left_alone, 'row stands', 'rows stand')} as first written and "
            "decided nothing.",
            style="dim",
        )
    if sheet.empty:
        screen.print(
            f"{plural(sheet.empty, 'record')} held no number and decided nothing.", style="dim"
        )
    if merged.conflicts:
        _list_conflicts(merged)
    following = workplace.typed("assessor review" if left else export_command(after.answers))
    screen.print(plain(f"Written to {after.out}. Next: {following}"))
    return Exit.DONE


def _preview(
    workplace: Workplace, found: Sequence[Correction], standing: Standing, path: Path
) -> None:
    """Show what was changed in our own file, and ask before it counts."""
    screen = console(as_json=workplace.common.as_json)
    screen.print(
        plain(
            f"{path}: was written by assessor. Changed in it since: "
            f"{plural(len(found), 'answer')} of "
            f"{len(standing.grades)}. Only these count as decided by you."
        )
    )
    for each in found[:SHOWN]:
        now = dict(each.decision.points)
        words = [
            f"{cell} {points_text(each.before.get(cell)) or 'none'} → {points_text(number)}"
            for cell, number in now.items()
            if each.before.get(cell) != number
        ]
        if each.total is not None:
            words.append(f"the whole grade → {points_text(each.total)}")
        screen.print(plain(f"  {each.decision.student_id}: {', '.join(words)}", 110))
    if len(found) > SHOWN:
        screen.print(f"  and {len(found) - SHOWN} more", style="dim")
    if found and workplace.person.is_there and not workplace.person.said_yes:
        workplace.person.goes_on("Take these in?")


def _list_conflicts(merged: Merged) -> None:
    screen = console()
    screen.print(
        f"{plural(len(merged.conflicts), 'answer was', 'answers were')} graded differently "
        "before by somebody else. What "
        "stood there stands; settle them on the page: assessor review, filter 'graders differ'.",
        style="yellow",
    )
    for there, decision in merged.conflicts[:SHOWN]:
        stands, says = decision_words(there), decision_words(decision)
        line = f"  {decision.student_id}: {stands} stands, the sheet says {says}"
        screen.print(plain(line, 110))
    if len(merged.conflicts) > SHOWN:
        screen.print(f"  and {len(merged.conflicts) - SHOWN} more", style="dim")
