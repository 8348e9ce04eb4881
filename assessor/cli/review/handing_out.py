"""A sheet to fill in: what waits for a person, with the judge's view beside it or blind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assessor.assignment.class_folder import near
from assessor.assignment.named_files import require_sheet_name, write_sheet
from assessor.assignment.run_words import reason_words
from assessor.assignment.standing import Standing, load_standing, spoken_of, spoken_of_json
from assessor.cli import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError
from assessor.grade import Grade
from assessor.readers.hand_graded import JUDGE
from assessor.store import Store
from assessor.submission import InputState
from assessor.trust.records import Bound, HandedOut, TuningSample
from assessor.verdict import State
from assessor.writers.blind_sheet import blind_csv, blind_xlsx
from assessor.writers.results import points_text

WHY = "why_to_look"


def hand_out(workplace: Workplace, store: Store, out: Path, *, blind: bool) -> int:
    """Write a sheet of what no person has decided yet: what waits for review, else everything.

    Blind, every undecided answer is on it and nothing of the judge.
    """
    require_sheet_name(out)
    standing = load_standing(workplace, store)
    grades = _to_decide(standing, blind=blind)
    if not grades:
        raise InputError("every answer is decided already; there is nothing to hand out")
    beside = {} if blind else {each.submission.key: _shown(each) for each in grades}
    write = blind_xlsx if out.suffix.lower() == ".xlsx" else blind_csv
    data = write([each.submission for each in grades], standing.rubrics, beside)
    write_sheet(out, data)
    if blind:
        store.keep(
            HandedOut(
                id=workplace.ambient.new_id(),
                at=workplace.ambient.now().isoformat(),
                run=standing.run.id,
                answers=tuple(_bound(each) for each in grades),
            )
        )
    if workplace.common.as_json:
        print_json({**spoken_of_json(standing), "sheet": str(out), "answers": len(grades)})
        return Exit.DONE
    screen = console()
    screen.print(plain(spoken_of(standing)), style="dim")
    screen.print(plain(f"Written: {out}, {len(grades)} answers without a person's grade."))
    following = workplace.typed(f"assessor review --sheet {near(out)}")
    screen.print(
        plain(f"Next: fill in points (a row left empty decides nothing), then: {following}")
    )
    return Exit.DONE


def handed_out(store: Store) -> frozenset[Bound]:
    """Return all answers that were ever given out to be graded blind on a sheet."""
    drawn = {
        part.bound
        for sample in store.kept(TuningSample)
        for unit in sample.units
        for part in unit.parts
    }
    return frozenset(drawn | {each for sheet in store.kept(HandedOut) for each in sheet.answers})


def _to_decide(standing: Standing, *, blind: bool) -> Sequence[Grade]:
    ranks = {each.submission.key: each.queue_rank or 0 for each in standing.outcomes}
    left = [
        each
        for each in standing.grades
        if each.submission.state is InputState.ANSWERED and each.released_by != "review"
    ]
    waiting = [each for each in left if each.state in {State.NEEDS_REVIEW, State.UNGRADED}]
    if blind or not waiting:
        return left
    return sorted(waiting, key=lambda each: ranks[each.submission.key])


def _bound(grade: Grade) -> Bound:
    return (*grade.submission.key, grade.submission.answer_digest)


def _shown(grade: Grade) -> dict[str, str]:
    """Return what the judge would give, cell by cell, and why the answer waits."""
    cells = [f"{each.cell} {points_text(each.points) or '?'}" for each in grade.cells]
    total = points_text(grade.proposed) or "no grade"
    why = [reason_words(reason) or reason for reason in grade.reasons]
    return {JUDGE: f"{total}: {', '.join(cells)}", WHY: "; ".join(why)}
