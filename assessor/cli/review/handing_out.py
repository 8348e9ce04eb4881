"""A sheet to fill in: what waits for a person, with the judge's view beside it or blind."""

from __future__ import annotations

from pathlib import Path

from assessor.assignment.class_folder import near
from assessor.assignment.named_files import require_sheet_name, write_sheet
from assessor.assignment.sheet_handed_out import beside_answer, bound_of_grade, to_decide
from assessor.assignment.standing import load_standing, spoken_of, spoken_of_json
from assessor.cli import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError
from assessor.store import Store
from assessor.trust.records import HandedOut
from assessor.writers.blind_sheet import blind_csv, blind_xlsx


def hand_out(workplace: Workplace, store: Store, out: Path, *, blind: bool) -> int:
    """Write a sheet of what no person has decided yet: what waits for review, else everything.

    Blind, every undecided answer is on it and nothing of the judge.
    """
    require_sheet_name(out)
    standing = load_standing(workplace, store)
    grades = to_decide(standing, blind=blind)
    if not grades:
        raise InputError("every answer is decided already; there is nothing to hand out")
    beside = {} if blind else {each.submission.key: beside_answer(each) for each in grades}
    write = blind_xlsx if out.suffix.lower() == ".xlsx" else blind_csv
    data = write([each.submission for each in grades], standing.rubrics, beside)
    write_sheet(out, data)
    if blind:
        store.keep(
            HandedOut(
                id=workplace.ambient.new_id(),
                at=workplace.ambient.now().isoformat(),
                run=standing.run.id,
                answers=tuple(bound_of_grade(each) for each in grades),
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
