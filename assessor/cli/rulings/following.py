"""What follows from rulings: previewed as a diff, and on yes written, read again and told."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from assessor.assignment.class_folder import near
from assessor.assignment.rubric_preview import asks_words, preview_of
from assessor.assignment.rubric_preview_words import cell_lines, moved_lines
from assessor.assignment.ruled_class import RubricChange, changes_of, keep_change, read_again
from assessor.assignment.run_words import money_words, stopped_because
from assessor.assignment.standing import Standing, load_standing, write_results
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, tell
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.engine.borders import proposals_of
from assessor.errors import ConfigError
from assessor.review.outlets import Files
from assessor.rubric import Rubric
from assessor.rubric.diff import diff_rubrics
from assessor.rulings.change import follows
from assessor.rulings.question import BorderQuestion
from assessor.rulings.ruling import Spoken, said_words
from assessor.store import RunStatus, Store
from assessor.writers.files import write_file
from assessor.writers.results import points_text

SHOWN = 10


async def follow(
    workplace: Workplace,
    store: Store,
    standing: Standing,
    said: Sequence[tuple[BorderQuestion, Spoken]],
    *,
    pilot: bool,
) -> int:
    """Preview what these decisions come to, and do it on yes."""
    screen = console(as_json=workplace.common.as_json)
    if not said:
        screen.print("Nothing was decided, and nothing changes.")
        return Exit.DONE
    files = Files(place=workplace)
    changes = changes_of(standing.run.id, standing.rubrics, said, files.find)
    for change in changes:
        _preview(workplace, store, standing, screen, change)
    question = "Write this into the rubric and read these key points again?"
    if not workplace.person.said_yes and not workplace.person.agrees(question, usually=True):
        screen.print("Nothing was written; the questions stay open.")
        return Exit.DONE
    for change in changes:
        keep_change(store, change, write_text, who())
        screen.print(plain(f"Written: {near(Path(change.file))}"))
    changed = {**standing.rubrics, **{each.question: each.new for each in changes}}
    code = await tell_reread(workplace, store, standing, changed)
    _say_next(workplace, screen, standing, changes, pilot=pilot)
    return code


def write_text(name: str, text: str) -> None:
    """Write a rubric's file anew."""
    write_file(Path(name), text.encode())


def _preview(
    workplace: Workplace, store: Store, standing: Standing, screen: Console, change: RubricChange
) -> None:
    screen.print()
    screen.print(plain(f"What follows for {Path(change.file).name}:"), style="bold")
    tell(screen, cell_lines(diff_rubrics(change.old, change.new)))
    preview = preview_of(workplace, store, change.old, change.new)
    screen.print(plain(f"  {asks_words(preview.asks)}"), style="bold")
    proposals = proposals_of(standing.outcomes)
    for ruling in change.rulings:
        moved = follows(change.new, ruling, proposals)
        told = ", ".join(
            f"{each.key[0]} {points_text(each.before)} → {points_text(each.after)}"
            for each in moved[:SHOWN]
        )
        more = f" and {len(moved) - SHOWN} more" if len(moved) > SHOWN else ""
        who_changes = (
            f"{plural(len(moved), 'answer changes', 'answers change')} if the judge "
            f"follows: {told}{more}"
        )
        if not moved:
            who_changes = "who changes is known once they are read"
        screen.print(plain(f"  {said_words(ruling)}: {who_changes}"))


async def read_waiting(
    workplace: Workplace, store: Store, standing: Standing, waiting: Mapping[str, Rubric]
) -> int:
    """Read by rulings that stand in the rubric already, where a person agrees."""
    screen = console(as_json=workplace.common.as_json)
    names = ", ".join(each.id for each in waiting.values())
    screen.print(plain(f"The class was not read yet by what was ruled ({names})."))
    for question, new in waiting.items():
        asks = preview_of(workplace, store, standing.rubrics[question], new).asks
        screen.print(plain(f"  {asks_words(asks)}"), style="bold")
    agreed = workplace.person.said_yes
    if not agreed and workplace.person.is_there:
        agreed = workplace.person.agrees("Read these key points again?", usually=True)
    if not agreed:
        screen.print(plain(workplace.carried("Next: assessor rulings --yes")))
        return Exit.DONE
    return await tell_reread(workplace, store, standing, {**standing.rubrics, **waiting})


async def tell_reread(
    workplace: Workplace, store: Store, standing: Standing, rubrics: Mapping[str, Rubric]
) -> int:
    """Read the class by these rubrics, by the judge that read it, and say who changed."""
    screen = console(as_json=workplace.common.as_json)
    try:
        done = await read_again(workplace, store, standing, rubrics)
    except ConfigError as error:
        screen.print(plain(f"Not read again yet: {error}"), style="yellow")
        return Exit.WRONG_INPUT
    after = load_standing(workplace, store, done.run.id)
    write_results(after)
    for line in money_words(after, done.session, price_known=done.price_known):
        screen.print(plain(line))
    if why := stopped_because(done.session):
        screen.print(plain(f"Stopped: {why}"), style="red")
    for question, new in rubrics.items():
        old = standing.rubrics[question]
        if old.digest != new.digest:
            tell(screen, moved_lines(preview_of(workplace, store, old, new)))
    return Exit.DONE if done.run.status is RunStatus.DONE else Exit.STOPPED


def who() -> str:
    """Return under which name a ruling is kept: that of the machine's user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _say_next(
    workplace: Workplace,
    screen: Console,
    standing: Standing,
    changes: Sequence[RubricChange],
    *,
    pilot: bool,
) -> None:
    if pilot:
        rubrics = " ".join(f"--rubric {near(Path(each.file))}" for each in changes[:1])
        command = f"assessor grade {near(standing.answers)} {rubrics}"
        following = f"read the whole class by it, once: {command}"
    else:
        following = "what is left to decide by hand: assessor review"
    screen.print(plain(workplace.carried(f"Next: {following}")))
    screen.print(plain(workplace.carried("A ruling is taken back with: assessor rulings --undo")))
