"""`assessor rubric new`: a rubric file from what people have."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from assessor.assignment.judge_choice import choose_judge, judge_for
from assessor.assignment.rubric_drafts import (
    completed_draft,
    draft_from_points,
    drafted_by,
    has_earning_points,
    structured_by,
)
from assessor.cli.exit_codes import Exit
from assessor.cli.rubric.gathering import (
    PASTED,
    Asked,
    Gathered,
    gather_file,
    gather_text,
    open_source,
    open_text,
    text_to_send,
)
from assessor.cli.rubric.preview import show_preview
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import ConfigError, InputError
from assessor.intake import Source
from assessor.rubric import Rubric, load_rubric
from assessor.rubric.lint import lint, pressing
from assessor.rubric.write import Draft, rubric_text
from assessor.writers.files import write_file
from assessor.writers.results import points_text

DEFAULT_FILE = "rubric.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line."""

    said: Draft
    files: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    reading: int | None = None
    lines: bool = False
    draft: bool = False
    out: Path | None = None


async def new_rubric(workplace: Workplace, wanted: Wanted) -> int:
    """Gather a rubric, say what was not understood, and write it. Raises InputError."""
    out = wanted.out
    if out is not None and out.exists() and not workplace.person.said_yes:
        raise InputError(f"{out}: is there already; choose another --out, or add --yes")
    gathered = _gathered(workplace, wanted)
    draft = functools.reduce(Draft.with_, (each.draft for each in gathered))
    if wanted.draft and has_earning_points(draft):
        raise InputError(
            "--draft proposes key points, and some are given: leave it out, or leave them out"
        )
    if wanted.draft:
        sources = [each.source for each in gathered if each.source is not None]
        draft = draft.with_(await _drafted(workplace, draft, sources))
    draft = completed_draft(draft, out)
    text = rubric_text(draft)
    rubric = load_rubric(text, str(out or DEFAULT_FILE))
    weak = pressing(rubric, lint(text, str(out or DEFAULT_FILE)))
    if out is not None:
        write_file(out, text.encode())
    if workplace.common.as_json:
        _print_made(text, rubric, out, gathered, draft.notes, len(weak))
        return Exit.DONE
    _tell_made(text, rubric, out, gathered, draft.notes)
    if weak and out is not None:
        places = counted(len(weak), "place")
        console().print(plain(f"{places} could judge badly: assessor check {out}"))
    return Exit.DONE


def _tell_made(
    text: str, rubric: Rubric, out: Path | None, gathered: Sequence[Gathered], notes: Sequence[str]
) -> None:
    """Show what was made beside its source, what was assumed, and how to go on."""
    if out is None:
        click.echo(text, nl=False)
    screen = console(as_json=out is None)
    for each in gathered:
        if each.source is not None and each.reading is not None:
            show_preview(screen, each.draft, each.source, each.reading)
    points = points_text(rubric.scoring.max_points)
    where = f", in {out}" if out is not None else ""
    screen.print(
        plain(f"{counted(len(rubric.key_points), 'key point')}, {points} points{where}"),
        style="bold",
    )
    for note in notes:
        screen.print(plain(f"! {note}", 400), style="yellow")
    if out is None:
        screen.print(plain(f"Nothing was written: add --out {DEFAULT_FILE}"))
        return
    screen.print(plain(f"To grade with it: assessor grade ANSWERS --rubric {out}"))


def _print_made(
    text: str,
    rubric: Rubric,
    out: Path | None,
    gathered: Sequence[Gathered],
    notes: Sequence[str],
    weak: int,
) -> None:
    """Print the rubric and what is to be said of it as one JSON object."""
    unused = [each.reading.unused for each in gathered if each.reading is not None]
    print_json(
        {
            "rubric": text,
            "id": rubric.id,
            "out": None if out is None else str(out),
            "max_points": float(rubric.scoring.max_points),
            "key_points": len(rubric.key_points),
            "misconceptions": len(rubric.misconceptions),
            "not_understood": list(notes),
            "not_used": [words for each in unused for _, words in each],
            "warnings": weak,
        }
    )


def _gathered(workplace: Workplace, wanted: Wanted) -> Sequence[Gathered]:
    found = [Gathered(draft=wanted.said)]
    asked = Asked(question=wanted.said.question, reading=wanted.reading, lines=wanted.lines)
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


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 place, 2 places."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


async def _drafted(workplace: Workplace, draft: Draft, sources: Sequence[Source]) -> Draft:
    """Have a judge propose key points, or bring the text of `sources` into our form.

    Question and reference answer are sent, or question and text, and nothing else.
    """
    if not draft.question:
        raise InputError("--draft needs the question: give --question TEXT")
    text = "\n\n".join(text_to_send(each) for each in sources)
    choice = await choose_judge(workplace)
    if not choice.facts.needs_model:
        raise ConfigError("--draft needs a judge that writes: --judge openai")
    names = ", ".join(each.file for each in sources)
    what = f"the text of {names} ({len(text):,} characters)" if text else "the reference answer"
    if not workplace.config.judge.use and not click.confirm(
        f"Send the question and {what} to {choice.host}, model {choice.model}?", err=True
    ):
        raise ConfigError("nothing was sent; write the key points by hand with --point")
    judge = judge_for(workplace, choice)
    return await (structured_by(judge, draft, text) if text else drafted_by(judge, draft))
