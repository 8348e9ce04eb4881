"""A sheet to fill in: what waits for a person, and what was ever handed out to grade blind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import require_sheet_name, write_sheet
from assessor.assignment.standing import Standing, load_standing
from assessor.assignment.whereabouts import place_in
from assessor.errors import InputError
from assessor.grade import Grade
from assessor.reasons import reason_words
from assessor.sheet import JUDGE, WHY
from assessor.store import Store
from assessor.submission import InputState
from assessor.trust.records import Bound, HandedOut, TuningSample
from assessor.verdict import ReasonCode, ReleasedBy, State
from assessor.writers.blind_sheet import blind_csv, blind_xlsx
from assessor.writers.results import points_text


def hand_out_sheet(place: ClassFolder, store: Store, out: Path, *, blind: bool) -> int:
    """Write a sheet of what no person has decided yet, and return how many answers are on it.

    That is what waits for review, else everything; blind, every undecided answer is on it and
    nothing of the judge. Raises InputError where there is nothing.
    """
    require_sheet_name(out)
    standing = load_standing(place, store)
    grades = to_decide(standing, blind=blind)
    if not grades:
        raise InputError("every answer is decided already; there is nothing to hand out")
    # Where no judge read, there is nothing to show beside an answer.
    by_hand = all(ReasonCode.HAND_GRADING in each.reasons for each in grades)
    shown = () if blind or by_hand else grades
    beside = {each.submission.key: beside_answer(each) for each in shown}
    write = blind_xlsx if out.suffix.lower() == ".xlsx" else blind_csv
    write_sheet(out, write([each.submission for each in grades], standing.rubrics, beside))
    if blind:
        store.keep(
            HandedOut(
                id=place.ambient.new_id(),
                at=place.ambient.now().isoformat(),
                run=standing.run.id,
                answers=tuple(bound_of_grade(each) for each in grades),
                sheet=place_in(standing.places.home.resolve(), out.resolve()),
            )
        )
    return len(grades)


def handed_out(store: Store) -> frozenset[Bound]:
    """Return all answers that were ever given out to be graded blind on a sheet.

    An audit's own sheets are not among them: their rows count for the audit alone.
    """
    drawn = {
        part.bound
        for sample in store.kept(TuningSample)
        for unit in sample.units
        for part in unit.parts
    }
    sheets = [each for each in store.kept(HandedOut) if not each.audit]
    return frozenset(drawn | {each for sheet in sheets for each in sheet.answers})


def to_decide(standing: Standing, *, blind: bool) -> Sequence[Grade]:
    """Return what no person decided: what waits, worst first; blind, or where none waits, all."""
    ranks = {each.submission.key: each.queue_rank or 0 for each in standing.outcomes}
    left = [
        each
        for each in standing.grades
        if (each.submission.state is InputState.ANSWERED or each.state is State.NEEDS_REVIEW)
        and each.released_by != ReleasedBy.REVIEW
    ]
    waiting = [each for each in left if each.state in {State.NEEDS_REVIEW, State.UNGRADED}]
    if blind or not waiting:
        return left
    return sorted(waiting, key=lambda each: ranks[each.submission.key])


def bound_of_grade(grade: Grade) -> Bound:
    """Return which answer, in which words, a grade is about."""
    return (*grade.submission.key, grade.submission.answer_digest)


def beside_answer(grade: Grade) -> dict[str, str]:
    """Return what the judge would give, cell by cell, and why the answer waits."""
    read = [each for each in grade.cells if each.points is not None]
    cells = ", ".join(f"{each.cell} {points_text(each.points)}" for each in read)
    total = points_text(grade.proposed) or "no grade"
    why = [reason_words(reason) for reason in grade.reasons]
    return {JUDGE: f"{total}: {cells}" if cells else total, WHY: "; ".join(why)}
