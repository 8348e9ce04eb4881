"""A sheet to fill in: what waits for a person, with the judge's view beside it or blind."""

from __future__ import annotations

from pathlib import Path

from assessor.assignment.class_folder import near
from assessor.assignment.sheet_handed_out import (
    hand_out_sheet,
)
from assessor.assignment.standing import load_standing, spoken_of, spoken_of_json
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, spoken
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.store import Store


def hand_out(workplace: Workplace, store: Store, out: Path, *, blind: bool) -> int:
    """Write a sheet of what no person has decided yet: what waits for review, else everything.

    Blind, every undecided answer is on it and nothing of the judge.
    """
    count = hand_out_sheet(workplace, store, out, blind=blind)
    standing = load_standing(workplace, store)
    if workplace.common.as_json:
        print_json({**spoken_of_json(standing), "sheet": str(out), "answers": count})
        return Exit.DONE
    screen = console()
    screen.print(plain(spoken_of(standing)), style="dim")
    screen.print(plain(f"Written: {out}, {plural(count, 'answer')} without a person's grade."))
    following = workplace.typed(f"assessor review --sheet {near(out)}")
    screen.print(
        spoken(f"Next: fill in points (a row left empty decides nothing), then: {following}")
    )
    return Exit.DONE
