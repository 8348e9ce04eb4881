"""A hand-graded sheet from any machine: merged by ids, never over another grader's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assessor.cli import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.standing import load_standing, write_results
from assessor.cli.workplace import Workplace, read_bytes
from assessor.readers.hand_graded import read_sheet
from assessor.review.entry import unlike
from assessor.store import Store
from assessor.submission import Key
from assessor.verdict import SECOND, Override, State

SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of a sheet's decisions; `conflicts` pairs what stands with its."""

    written: tuple[Override, ...]
    same: int
    conflicts: tuple[tuple[Override, Override], ...]


def take_in_sheet(workplace: Workplace, store: Store, path: Path) -> int:
    """Take in a sheet, say what changed, and list where it differs from another grader."""
    standing = load_standing(workplace, store)
    submissions = [grade.submission for grade in standing.grades]
    sheet = read_sheet(read_bytes(path), str(path), standing.rubrics, submissions, "sheet")
    before = {grade.submission.key: grade.standing for grade in standing.grades}
    merged = merge(store, sheet.decisions)
    after = load_standing(workplace, store)
    write_results(after)
    decided = {each.key for each in sheet.decisions}
    changed = sum(
        before[grade.submission.key] not in {None, grade.standing}
        for grade in after.grades
        if grade.submission.key in decided
    )
    left = sum(grade.state is State.NEEDS_REVIEW for grade in after.grades)
    if workplace.common.as_json:
        print_json(
            {
                "decided": len(decided),
                "changed": changed,
                "empty": sheet.empty,
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
    if sheet.empty:
        screen.print(f"{sheet.empty} records held no number and decided nothing.", style="dim")
    if merged.conflicts:
        _list_conflicts(merged)
    screen.print(
        plain(f"Written to {after.out}. Next: assessor export --to PLATFORM --template FILE")
    )
    return Exit.DONE


def merge(store: Store, decisions: Sequence[Override]) -> Merged:
    """Write a sheet's decisions down, by student, question and attempt.

    A grader's newer word replaces the older one. Where another grader's decision stands, the
    sheet's is kept beside it, and both are listed where they give different points.
    """
    answers = {each.key: each.answer_digest for each in decisions}
    standing: Mapping[Key, Override] = {
        each.override.key: each.override for each in store.decisions(answers) if each.active
    }
    written: list[Override] = []
    conflicts: list[tuple[Override, Override]] = []
    same = 0
    for decision in decisions:
        there = standing.get(decision.key)
        if there is not None and not unlike(there, decision):
            same += 1
            continue
        if there is not None and there.grader != decision.grader:
            conflicts.append((there, decision))
            decision = replace(decision, source=SECOND)
        store.decide(decision)
        written.append(decision)
    return Merged(written=tuple(written), same=same, conflicts=tuple(conflicts))


def _list_conflicts(merged: Merged) -> None:
    screen = console()
    screen.print(
        f"{len(merged.conflicts)} answers were graded differently before by somebody else. What "
        "stood there stands; settle them on the page: assessor review, filter 'graders differ'.",
        style="yellow",
    )
    for there, decision in merged.conflicts[:SHOWN]:
        line = f"  {decision.student_id}: {_told(there)} stands, the sheet says {_told(decision)}"
        screen.print(plain(line, 110))
    if len(merged.conflicts) > SHOWN:
        screen.print(f"  and {len(merged.conflicts) - SHOWN} more", style="dim")


def _told(decision: Override) -> str:
    points = ", ".join(f"{cell} {number.normalize():f}" for cell, number in decision.points)
    if decision.total is not None:
        points = f"{points}, total {decision.total.normalize():f}".removeprefix(", ")
    return f"{points} ({decision.grader})" if decision.grader else points
