"""`assessor rubric`: list and show rubrics, and the exact messages that a judge would get."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from assessor.api import load_rubric
from assessor.assets import shipped_rubrics
from assessor.assignment.named_files import find_rubric, rubrics_here
from assessor.assignment.rubric_diagnosis import diagnose, take_phrasing
from assessor.assignment.rubric_making import Wanted
from assessor.assignment.rubric_preview import preview_versions
from assessor.assignment.rubric_preview_words import SHOWN, preview_json, preview_lines
from assessor.assignment.run_job import ISOLATED_PROMPT, judging_prompt
from assessor.assignment.single_answer import request_messages
from assessor.cli.exit_codes import Exit
from assessor.cli.rubric.mending import mend_on_page
from assessor.cli.rubric.new import new_rubric
from assessor.cli.screen import console, plain, print_json, show_table, tell
from assessor.cli.workplace import Workplace, leave_out, open_workplace
from assessor.counting import plural
from assessor.prompt import Asking
from assessor.rubric import ABSENT, CellKind, Effect, Rubric, json_schema
from assessor.rubric.write import Draft
from assessor.verdict import Pass
from assessor.writers.results import points_text

JUDGE_FLAGS = {"use": "judge", "model": "model", "base_url": "base_url"}
# What `show` takes for --prompt, and what for the grades people gave.
_OF_A_PROMPT = ("answer", "cell", "asked")
_OF_GRADES = ("diagnose", "take")


def list_rubrics(options: Mapping[str, Any]) -> int:
    """List the shipped rubrics and those of this folder."""
    leave_out(["run_id"], "here, since no run is looked at")
    workplace = open_workplace(options, {})
    own, unread = rubrics_here(workplace.folder)
    rubrics = {**own, **{name: load_rubric(name) for name in shipped_rubrics()}}
    if workplace.common.as_json:
        print_json(
            {
                "rubrics": [
                    {"name": name, "id": r.id, "title": r.title, "digest": r.digest}
                    for name, r in rubrics.items()
                ]
            }
        )
        return Exit.DONE
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("--rubric", "title", "points", "key points"):
        table.add_column(name, no_wrap=name == "--rubric", overflow="fold")
    for name, rubric in rubrics.items():
        table.add_row(
            plain(name),
            plain(rubric.title),
            points_text(rubric.scoring.max_points),
            str(len(rubric.key_points)),
        )
    screen = console()
    show_table(screen, table)
    for each in unread:
        screen.print(plain(f"! {each}"), style="yellow")
    return Exit.DONE


def show_rubric(options: Mapping[str, Any]) -> int:
    """Show a RUBRIC (file or shipped id) as it was understood."""
    if options["schema"]:
        leave_out(["rubric", *_OF_A_PROMPT, *_OF_GRADES, "prompt", "run_id"], "with --schema")
        print_json(json_schema())
        return Exit.DONE
    if not options["rubric"]:
        raise click.UsageError("name a rubric: a file or a shipped id (assessor rubric list)")
    workplace = open_workplace(options, {})
    if options["diagnose"] or options["take"]:
        leave_out([*_OF_A_PROMPT, "prompt"], "with --diagnose and --take")
        return diagnose_rubric(workplace, options["rubric"], options["take"])
    leave_out(["run_id"], "without --diagnose")
    if not options["prompt"]:
        leave_out(_OF_A_PROMPT, "without --prompt")
    rubric, _ = find_rubric(options["rubric"], workplace.folder)
    cell = options["cell"]
    if cell and cell not in rubric.cells:
        raise click.UsageError(f"--cell {cell!r}: this rubric has {', '.join(rubric.cells)}")
    if options["prompt"]:
        prompt = judging_prompt(workplace.config, workplace.folder, ISOLATED_PROMPT)
        asking = Asking(prompt=prompt, rubric=rubric, secret=bytes(32))
        messages = request_messages(asking, cell, Pass(options["asked"]), options["answer"])
        if workplace.common.as_json:
            print_json({"messages": messages})
        else:
            _show_messages(messages)
    elif workplace.common.as_json:
        print_json(rubric.model_dump(mode="json"))
    else:
        _show(rubric)
    return Exit.DONE


def make_rubric(options: Mapping[str, Any]) -> int:
    """Make a rubric of what you have: a table, a mark scheme, a platform's rubric, a list."""
    leave_out(["run_id"], "here, since no run is looked at")
    if not options["draft"]:
        leave_out(list(JUDGE_FLAGS.values()), "without --draft")
    flags = {f"judge.{name}": options[key] for name, key in JUDGE_FLAGS.items()}
    said = Draft(
        title=options["title"], question=options["question"], reference=options["reference"]
    )
    wanted = Wanted(
        said=said,
        files=options["files"],
        points=options["points"],
        reading=options["reading"],
        lines=options["lines"],
        draft=options["draft"],
        out=options["out"],
    )
    if options["page"]:
        leave_out(["draft", "points"], "with --page, which mends what a file says")
    workplace = open_workplace(options, flags)
    if options["page"]:
        return mend_on_page(workplace, wanted)
    return asyncio.run(new_rubric(workplace, wanted))  # noqa: TID251  # the door


def diff_rubric(options: Mapping[str, Any]) -> int:
    """Show what changed between two versions, what it asks and costs, and who changes."""
    leave_out(["run_id"], "here, since no run is looked at")
    if len(options["versions"]) > 2:
        raise click.UsageError("name one or two rubrics: assessor rubric diff [OLD] NEW")
    workplace = open_workplace(options, {})
    names = options["versions"]
    preview = preview_versions(workplace, names)
    if workplace.common.as_json:
        print_json(preview_json(preview))
    else:
        most = len(preview.moved or ()) if options["verbose"] else SHOWN
        tell(console(), preview_lines(preview, names[-1], most))
    return Exit.DONE


def _show_messages(messages: list[dict[str, object]]) -> None:
    screen = console()
    for message in messages:
        for role in ("system", "user"):
            screen.print(f"[{message['cell']}: {role}]", style="bold cyan")
            for line in str(message[role]).splitlines():
                screen.print(plain(line), soft_wrap=True)
            screen.print()


def _show(rubric: Rubric) -> None:
    screen = console()
    screen.print(plain(f"{rubric.title}  ({rubric.id})"), style="bold")
    top, step = rubric.scoring.max_points, rubric.scoring.rounding
    screen.print(f"{plural(points_text(top), 'point')}, rounded to {points_text(step)}\n")
    table = Table(box=None, padding=(0, 2), pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    if rubric.choice is not None:
        correct, options = rubric.choice.correct, rubric.choice.options
        words = f"{' or '.join(correct)}, out of {', '.join(options)}; graded by code"
        table.add_row("choice", points_text(rubric.choice.points), plain(words))
    for key_point in rubric.key_points:
        description = plain(key_point.description)
        table.add_row(key_point.id, points_text(key_point.points), description)
        for level in key_point.levels if len(key_point.levels) > 1 else ():
            when = Text(f"{level.id}: ", style="dim").append_text(plain(level.when))
            table.add_row("", points_text(level.points), when)
    for misconception in rubric.misconceptions:
        if misconception.effect is Effect.DEDUCT:
            costs = f"-{points_text(misconception.points)}"
        else:
            costs = f"≤ {misconception.to or ABSENT}"
        table.add_row(
            Text(misconception.id, style="yellow"), costs, plain(misconception.description)
        )
    screen.print(table)
    for group in rubric.scoring.best_of:
        screen.print(plain(f"The best {group.count} of {', '.join(group.of)} count."))
    kinds = [rubric.kind_of(cell) for cell in rubric.cells]
    screen.print(
        f"\n{plural(kinds.count(CellKind.KEY_POINT), 'key point')}, "
        f"{plural(kinds.count(CellKind.MISCONCEPTION), 'misconception')}; {rubric.digest[:26]}…",
        style="dim",
    )


def diagnose_rubric(workplace: Workplace, name: str, take: int | None) -> int:
    """Print the diagnosis of the latest run's key points, and put one suggestion into the file."""
    screen = console(as_json=workplace.common.as_json)
    with workplace.open_store() as store:
        found = diagnose(workplace, store, name)
        if workplace.common.as_json:
            print_json(found.as_json())
        else:
            tell(screen, found.lines())
        if take is None and found.offered and workplace.person.is_there:
            take = click.prompt(
                "\nNumber of the phrasing to take (Enter: none)", default=0, show_default=False
            )
        if take:
            tell(screen, take_phrasing(workplace, store, name, found.numbered(take)))
    return Exit.DONE
