"""`assessor review --sheet`: take in what a person graded by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.standing import load_standing, write_results
from assessor.cli.workplace import common_options, open_workplace, read_bytes
from assessor.readers.hand_graded import read_sheet
from assessor.verdict import State


@click.command("review")
@click.option(
    "--sheet",
    required=True,
    type=click.Path(path_type=Path),
    help="A CSV: student_id, then points per key point (misconceptions 1 or 0), or total.",
)
@common_options
def command(**options: Any) -> int:
    """Take in a hand-graded sheet: a person's grade stands above the judge's and is released.

    Every record with a number is a decision. The judge's proposal is kept beside it.
    """
    workplace = open_workplace(options, {})
    path: Path = options["sheet"]
    with workplace.open_store() as store:
        standing = load_standing(workplace, store)
        submissions = [grade.submission for grade in standing.grades]
        sheet = read_sheet(read_bytes(path), str(path), standing.rubrics, submissions, "sheet")
        before = {grade.submission.key: grade.standing for grade in standing.grades}
        for decision in sheet.decisions:
            store.decide(decision)
        after = load_standing(workplace, store)
        write_results(after)
    decided = {each.key for each in sheet.decisions}
    changed = sum(
        before[grade.submission.key] != grade.standing
        for grade in after.grades
        if grade.submission.key in decided
    )
    left = sum(grade.state is State.NEEDS_REVIEW for grade in after.grades)
    if workplace.common.as_json:
        print_json(
            {"decided": len(decided), "changed": changed, "empty": sheet.empty, "to_review": left}
        )
        return Exit.DONE
    screen = console()
    screen.print(
        f"{len(decided)} answers decided by a person, {changed} of them with other points than "
        f"proposed; {left} still to review."
    )
    if sheet.empty:
        screen.print(f"{sheet.empty} records held no number and decided nothing.", style="dim")
    screen.print(
        plain(f"Written to {after.out}. Next: assessor export --to moodle|canvas --template FILE")
    )
    return Exit.DONE
