"""`assessor rubric new --page`: a draft is mended in the browser, beside its source, then saved."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from pathlib import Path

from assessor.assignment.class_folder import near
from assessor.assignment.rubric_drafts import completed_draft
from assessor.assignment.rubric_making import DEFAULT_FILE, Wanted, refuse_written
from assessor.assignment.rubric_sources import read_file
from assessor.cli.exit_codes import Exit
from assessor.cli.rubric.new import asked_of
from assessor.cli.screen import console, plain, spoken
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.errors import InputError
from assessor.review.draft_page import Deeds, DraftPage, Tried
from assessor.review.serve import bind, serve
from assessor.rubric import load_rubric
from assessor.rubric.lint import lint
from assessor.rubric.write import Draft, rubric_text
from assessor.writers.files import write_file
from assessor.writers.results import points_text


def mend_on_page(workplace: Workplace, wanted: Wanted) -> int:
    """Show a file and its draft in the browser until it is saved. Raises InputError."""
    out = wanted.out or Path(DEFAULT_FILE)
    if len(wanted.files) != 1 or wanted.files[0] == "-":
        raise InputError("--page shows one file and its draft: give one --from FILE")
    refuse_written(workplace, out)
    source, readings = read_file(Path(wanted.files[0]), asked_of(wanted))

    def attempt(draft: Draft) -> Tried:
        text = rubric_text(completed_draft(draft))
        rubric = load_rubric(text, str(out))
        whole = sum((each.points for each in rubric.key_points), Decimal(0))
        weak = plural(len(lint(text, str(out))), "place")
        return Tried(
            sum=points_text(whole),
            most=points_text(rubric.scoring.max_points),
            warning=f"{weak} could judge badly: assessor check {out} names them, once it is saved",
        )

    def save(draft: Draft) -> None:
        refuse_written(workplace, out)
        write_file(out, rubric_text(completed_draft(draft)).encode())

    page = DraftPage(source, readings, wanted.said, Deeds(attempt=attempt, save=save, out=str(out)))
    opened = bind("127.0.0.1", 0)
    screen = console()
    screen.print(
        plain(f"Nothing is written to {out} before you save on the page (Ctrl-C ends it):"),
    )
    screen.print(opened.address, soft_wrap=True, style="bold")
    with contextlib.suppress(KeyboardInterrupt):
        serve(page.application(opened.lock, workplace.ambient), opened, page.ends_by)
    if page.saved is None:
        screen.print("Nothing was written.")
        return Exit.DONE
    screen.print(
        spoken(f"Written to {out}. To grade with it: assessor grade ANSWERS --rubric {near(out)}")
    )
    return Exit.DONE
