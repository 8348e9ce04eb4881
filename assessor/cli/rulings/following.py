"""What follows from rulings: previewed as a diff, and on yes written, read again and told."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path

from assessor.assignment.class_folder import near
from assessor.assignment.ruled_class import changes_of, keep_change, need_same_rubrics, read_again
from assessor.assignment.ruling_words import (
    after_rulings,
    change_lines,
    reread_lines,
    waiting_lines,
)
from assessor.assignment.standing import Standing, load_standing, write_results
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, spoken, tell
from assessor.cli.workplace import Workplace
from assessor.errors import ConfigError, InputError
from assessor.review.outlets import Files
from assessor.rubric import Rubric
from assessor.rulings.question import BorderQuestion
from assessor.rulings.ruling import Spoken
from assessor.store import RunStatus, Store
from assessor.writers.files import write_file

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
        tell(screen, change_lines(workplace, store, standing, change))
    question = "Write this into the rubric and read these key points again?"
    if not workplace.person.said_yes and not workplace.person.agrees(question, usually=True):
        screen.print("Nothing was written; the questions stay open.")
        return Exit.DONE
    need_same_rubrics(workplace, store, standing)
    for change in changes:
        keep_change(store, change, files.find, write_text, who())
        screen.print(plain(f"Written: {near(Path(change.file))}"))
    changed = {**standing.rubrics, **{each.question: each.new for each in changes}}
    code = await tell_reread(workplace, store, standing, changed)
    tell(screen, after_rulings(workplace, standing, changes, pilot=pilot))
    return code


def write_text(name: str, text: str) -> None:
    """Write a rubric's file anew."""
    write_file(Path(name), text.encode())


async def read_waiting(
    workplace: Workplace, store: Store, standing: Standing, waiting: Mapping[str, Rubric]
) -> int:
    """Read by rulings that stand in the rubric already, where a person agrees."""
    screen = console(as_json=workplace.common.as_json)
    tell(screen, waiting_lines(workplace, store, standing, waiting))
    agreed = workplace.person.said_yes
    if not agreed and workplace.person.is_there:
        agreed = workplace.person.agrees("Read these key points again?", usually=True)
    if not agreed:
        screen.print(spoken(workplace.carried("Next: assessor rulings --yes")))
        return Exit.DONE
    need_same_rubrics(workplace, store, standing)
    return await tell_reread(workplace, store, standing, {**standing.rubrics, **waiting})


async def tell_reread(
    workplace: Workplace, store: Store, standing: Standing, rubrics: Mapping[str, Rubric]
) -> int:
    """Read the class by these rubrics, by the judge that read it, and say who changed."""
    screen = console(as_json=workplace.common.as_json)
    try:
        done = await read_again(workplace, store, standing, rubrics)
    except (ConfigError, InputError) as error:  # the rulings stand, and may be read by later
        screen.print(spoken(f"Not read again yet: {error}"), style="yellow")
        return Exit.WRONG_INPUT
    after = load_standing(workplace, store, done.run.id)
    write_results(after)
    tell(screen, reread_lines(workplace, store, standing, after, done))
    return Exit.DONE if done.run.status is RunStatus.DONE else Exit.STOPPED


def who() -> str:
    """Return under which name a ruling is kept: that of the machine's user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
