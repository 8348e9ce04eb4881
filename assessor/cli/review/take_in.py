"""A hand-graded sheet from any machine: merged by ids, never over another grader's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assessor.assignment.named_files import read_bytes
from assessor.assignment.platform_file import export_command
from assessor.assignment.sheet_corrections import (
    Correction,
    Merged,
    corrections,
    decision_words,
    is_a_copy,
    merge,
    refuse_a_copy,
)
from assessor.assignment.sheet_handed_out import handed_out
from assessor.assignment.standing import (
    Standing,
    load_standing,
    spoken_of,
    spoken_of_json,
    write_results,
)
from assessor.cli import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.readers.hand_graded import Sheet, read_sheet
from assessor.store import Store
from assessor.verdict import BLIND_SHEET, SEEN, Override, State
from assessor.writers.results import points_text

SHOWN = 12


def take_in_sheet(workplace: Workplace, store: Store, path: Path) -> int:
    """Take in a sheet, say what changed, and list where it differs from another grader.

    Of a file that we wrote ourselves only the rows that were changed count, after a preview.
    """
    standing = load_standing(workplace, store)
    console(as_json=workplace.common.as_json).print(plain(spoken_of(standing)), style="dim")
    submissions = [grade.submission for grade in standing.grades]
    sheet = read_sheet(read_bytes(path), str(path), standing.rubrics, submissions, SEEN)
    decisions = _decisions(workplace, store, standing, sheet, path)
    before = {grade.submission.key: grade.standing for grade in standing.grades}
    merged = merge(store, decisions)
    after = load_standing(workplace, store)
    write_results(after)
    decided = {each.key for each in decisions}
    changed = sum(
        before[grade.submission.key] not in {None, grade.standing}
        for grade in after.grades
        if grade.submission.key in decided
    )
    left = sum(grade.state is State.NEEDS_REVIEW for grade in after.grades)
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
        f"{len(decided)} answers decided by a person"
        + (f", {changed} of them with other points than stood there" if changed else "")
        + f"; {left} still to review."
    )
    for note in sheet.notes:
        screen.print(plain(note), style="yellow")
    if sheet.own:
        left_alone = len(sheet.own) - len(decided)
        screen.print(
            f"It is a file of assessor's own: {left_alone} rows stand as they were written and "
            "decided nothing.",
            style="dim",
        )
    if sheet.empty:
        screen.print(f"{sheet.empty} records held no number and decided nothing.", style="dim")
    if merged.conflicts:
        _list_conflicts(merged)
    following = workplace.typed("assessor review" if left else export_command(after.answers))
    screen.print(plain(f"Written to {after.out}. Next: {following}"))
    return Exit.DONE


def _decisions(
    workplace: Workplace, store: Store, standing: Standing, sheet: Sheet, path: Path
) -> tuple[Override, ...]:
    """Return what a person said in a sheet, and how: blind, or with the judge's points in view."""
    if sheet.own:
        found = corrections(store, standing, sheet.own)
        _preview(workplace, found, standing, path)
        return tuple(each.decision for each in found)
    if is_a_copy(standing, sheet.decisions):
        refuse_a_copy(workplace, path, len(sheet.decisions))
    if sheet.seen:
        return sheet.decisions
    blind = handed_out(store)
    return tuple(
        replace(each, source=BLIND_SHEET) if (*each.key, each.answer_digest) in blind else each
        for each in sheet.decisions
    )


def _preview(
    workplace: Workplace, found: Sequence[Correction], standing: Standing, path: Path
) -> None:
    """Show what was changed in our own file, and ask before it counts."""
    screen = console(as_json=workplace.common.as_json)
    screen.print(
        plain(
            f"{path}: was written by assessor. Changed in it since: {len(found)} answers of "
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
        f"{len(merged.conflicts)} answers were graded differently before by somebody else. What "
        "stood there stands; settle them on the page: assessor review, filter 'graders differ'.",
        style="yellow",
    )
    for there, decision in merged.conflicts[:SHOWN]:
        stands, says = decision_words(there), decision_words(decision)
        line = f"  {decision.student_id}: {stands} stands, the sheet says {says}"
        screen.print(plain(line, 110))
    if len(merged.conflicts) > SHOWN:
        screen.print(f"  and {len(merged.conflicts) - SHOWN} more", style="dim")
