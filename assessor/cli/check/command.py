"""`assessor check`: what was understood of an answers file; what is wrong in a rubric."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assessor.assets import shipped_rubrics
from assessor.assignment.answers_file import answers_json, attempts_words, read_class, states_words
from assessor.cli.check.canary_check import check_canary
from assessor.cli.check.judge import show_judge
from assessor.cli.check.rubric import check_rubric
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace, leave_out, open_workplace
from assessor.counting import plural
from assessor.errors import InputError
from assessor.judges.backends import USUAL
from assessor.readers import Answers
from assessor.submission import InputState

SHOWN = 5
FILES_SHOWN = 40
# A roster has none by its nature; any other file without answers is the wrong one.
_WITH_ANSWERS = frozenset({InputState.ANSWERED, InputState.NO_ANSWERS})


def check(options: Mapping[str, Any]) -> int:
    """Show what was understood of FILE: an answers file, or a rubric (.yaml or a shipped id)."""
    file = options["file"]
    is_rubric = file in shipped_rubrics() or file.endswith((".yaml", ".yml"))
    _refuse_idle(options, is_rubric=is_rubric)
    flags = {
        "assignment.student": options["student"],
        "assignment.answer": options["answer"],
        "assignment.encoding": options["encoding"],
        "assignment.sheet_name": options["sheet_name"],
        # Who names a model to try tricks on has named the judge.
        "judge.use": options["judge"]
        or (USUAL if options["canary"] and options["model"] else None),
        "judge.model": options["model"],
        "judge.base_url": options["base_url"],
        "judge.tier": options["tier"],
    }
    is_answers = file != "judge" and not is_rubric
    answers = Path(file) if is_answers else options["canary"] or options["answers"]
    workplace = open_workplace(options, flags, answers)
    if file == "judge" and options["canary"] is not None:
        trying = check_canary(workplace, options["canary"], options["rubrics"])
        return asyncio.run(trying)  # noqa: TID251  # the door
    if file == "judge":
        return asyncio.run(  # noqa: TID251  # the door
            show_judge(workplace, options["rubrics"], options["answers"])
        )
    if is_rubric:
        ask = bool(options["judge"])
        return asyncio.run(check_rubric(workplace, file, ask=ask))  # noqa: TID251  # the door
    return _check_answers(workplace, Path(file))


def _refuse_idle(options: Mapping[str, Any], *, is_rubric: bool) -> None:
    """Refuse what means nothing for this kind of FILE. Raises InputError."""
    leave_out(["run_id"], "here, since no run is looked at")
    if options["file"] == "judge":
        if options["canary"] is not None:
            leave_out(["answers"], "beside --canary, which names them")
        elif options["answers"] is None:
            columns = ["student", "answer", "encoding", "sheet_name"]
            leave_out(columns, "without --canary or --answers")
    elif is_rubric:
        leave_out(
            ["student", "answer", "encoding", "sheet_name", "canary", "answers", "rubrics"],
            "for a rubric",
        )
        if not options["judge"]:
            leave_out(["model", "base_url", "tier"], "for a rubric without --judge")
    else:
        leave_out(
            ["judge", "model", "base_url", "tier", "canary", "answers", "rubrics"],
            "for an answers file",
        )


def _check_answers(workplace: Workplace, path: Path) -> int:
    read = read_class(workplace, path)
    if workplace.common.as_json:
        print_json(answers_json(read))
        return Exit.DONE
    screen = console()
    screen.print(plain(f"{path}: {read.format} ({read.why})"), style="bold")
    for question in read.questions:
        screen.print(plain(f"  {question.kind.value} question: {question.text}", 96))
    listed = states_words(read.submissions)
    screen.print(f"  {plural(len(read.submissions), 'submission')}: {listed}\n")
    shown = read.submissions[:SHOWN]
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("student", "attempt", "state", "answer"):
        table.add_column(name, no_wrap=name != "answer")
    for each in shown:
        answer = plain(each.answer, 70)
        table.add_row(plain(each.student_id), str(each.attempt), each.state.value, answer)
    screen.print(table)
    _show_files(screen, read)
    if len(read.submissions) > SHOWN:
        screen.print(f"… and {len(read.submissions) - SHOWN} more", style="dim")
    for warning in read.warnings:
        screen.print(plain(f"! {warning}"), style="yellow")
    if read.unused:
        screen.print(plain(f"  not used: {', '.join(read.unused)}", 96), style="dim")
    said = attempts_words(read, workplace.config.assignment.attempt)
    if said:
        screen.print(f"  {said}")
    if not any(each.state in _WITH_ANSWERS for each in read.submissions):
        raise InputError(f"{path}: no answers in it; download the report that has the texts")
    return Exit.DONE


def _show_files(screen: Console, read: Answers) -> None:
    """Show what files were read as, and what of them was left out; a lone hand-in in full."""
    of_files = [each for each in read.submissions if each.reading]
    for each in of_files[:FILES_SHOWN]:
        screen.print(plain(f"  {each.student_id}: {each.reading}"), style="dim")
    if len(of_files) > FILES_SHOWN:
        more = len(of_files) - FILES_SHOWN
        screen.print(f"  … and {more} more hand-ins (all with --json)", style="dim")
    if len(of_files) == 1 and len(read.submissions) == 1 and of_files[0].answer:
        screen.print("\nAs read:", style="bold")
        for line in of_files[0].answer.splitlines():
            screen.print(plain(line), soft_wrap=True)
