"""`assessor rubric new`: a rubric file from what people have."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from assessor.assignment.rubric_drafts import draft_from_points
from assessor.assignment.rubric_making import (
    MadeRubric,
    Wanted,
    make_rubric,
    refuse_written,
)
from assessor.assignment.rubric_sources import (
    PASTED,
    Asked,
    Gathered,
    gather_file,
    gather_text,
    open_source,
    open_text,
)
from assessor.cli.exit_codes import Exit
from assessor.cli.rubric.preview import show_preview, show_readings
from assessor.cli.screen import console, print_json, spoken, tell
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.rubric.write import Draft


async def new_rubric(workplace: Workplace, wanted: Wanted) -> int:
    """Gather a rubric, say what was not understood, and write it. Raises InputError."""
    refuse_written(workplace, wanted.out)
    gathered = _with_question(workplace, _gathered(workplace, wanted))
    made = await make_rubric(workplace, wanted, gathered)
    if workplace.common.as_json:
        print_json(made.as_json())
        return Exit.DONE
    _show_made(made)
    if made.weak and made.out is not None:
        places = plural(made.weak, "place")
        console().print(spoken(f"{places} could judge badly: assessor check {made.out}"))
    return Exit.DONE


def _show_made(made: MadeRubric) -> None:
    """Show what was made beside its source, what was assumed, and how to go on."""
    if made.out is None:
        click.echo(made.text, nl=False)
    screen = console(as_json=made.out is None)
    for each in made.gathered:
        if each.source is not None and each.reading is not None:
            show_preview(screen, each.draft, each.source, each.reading)
    tell(screen, made.lines())


def asked_of(wanted: Wanted) -> Asked:
    """Return how sources are to be read, with the ways to read one shown at this terminal."""
    return Asked(
        question=wanted.said.question,
        reading=wanted.reading,
        lines=wanted.lines,
        show=show_readings,
    )


def _gathered(workplace: Workplace, wanted: Wanted) -> Sequence[Gathered]:
    found = [Gathered(draft=wanted.said)]
    asked = asked_of(wanted)
    if wanted.points:
        found.append(Gathered(draft=draft_from_points(wanted.points)))
    for file in wanted.files:
        if wanted.draft:
            found.append(_unread(file))
        elif file == "-":
            found.append(gather_text(workplace, sys.stdin.read(), PASTED, asked))
        else:
            found.append(gather_file(workplace, Path(file), asked))
    if wanted.files or wanted.points:
        return found
    if not sys.stdin.isatty() and not (wanted.said.reference or wanted.draft):
        return [*found, gather_text(workplace, sys.stdin.read(), PASTED, asked)]
    if workplace.person.is_there:
        found.append(_asked_for(workplace, asked, wanted))
    return found


def _with_question(workplace: Workplace, found: Sequence[Gathered]) -> Sequence[Gathered]:
    """Ask a person at the terminal what was asked, where nothing says it: a guide seldom does."""
    if not workplace.person.is_there or any(e.draft.question or e.draft.whole for e in found):
        return found
    return [*found, Gathered(draft=Draft(question=click.prompt("The question", err=True)))]


def _unread(file: str) -> Gathered:
    """Return a source that a judge is to structure, as it is."""
    opened = open_text(sys.stdin.read(), PASTED) if file == "-" else open_source(Path(file))
    return opened if isinstance(opened, Gathered) else Gathered(draft=Draft(), source=opened)


def _asked_for(workplace: Workplace, asked: Asked, wanted: Wanted) -> Gathered:
    """Ask a person at the terminal for what is missing."""
    said = wanted.said
    question = said.question or click.prompt("The question", err=True)
    reference = said.reference or click.prompt(
        "One good answer (Enter: none)", default="", show_default=False, err=True
    )
    draft = Draft(question=question, reference=reference)
    if wanted.draft:
        return Gathered(draft=draft)
    click.echo(
        "Paste the key points, such as '2 points: mentions …', or a table; "
        "an empty line ends. (Empty at once: each sentence of the good answer becomes one.)",
        err=True,
    )
    lines: list[str] = []
    for line in sys.stdin:
        if not line.strip():
            break
        lines.append(line)
    if not lines:
        return Gathered(draft=draft)
    found = gather_text(workplace, "".join(lines), PASTED, replace(asked, question=question))
    return replace(found, draft=draft.with_(found.draft))
