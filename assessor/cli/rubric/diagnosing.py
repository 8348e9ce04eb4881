"""What is wrong with each key point by people's grades, and the next edit one keystroke away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from assessor.assets import shipped_rubrics
from assessor.assignment.key_point_diagnosis import (
    EDITS,
    SHOWN,
    TakenEdit,
    Ward,
    seen_of,
    taken_edits,
    wards_of,
)
from assessor.assignment.named_files import read_text
from assessor.assignment.standing import Standing, load_standing
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError
from assessor.rubric import Rubric, load_rubric
from assessor.rubric.phrasings import add_phrasing
from assessor.statistics.diagnosis import Fault
from assessor.store import Store
from assessor.trust.labels import levels_of
from assessor.tuning import Apart, Seen, Suggestion
from assessor.writers.files import write_file


def diagnose_rubric(workplace: Workplace, name: str, take: int | None) -> int:
    """Print the diagnosis of the latest run's key points, and put one suggestion into the file."""
    with workplace.open_store() as store:
        standing = load_standing(workplace, store)
        rubric, seen = _graded(store, standing, _id_of(workplace, name))
        wards = wards_of(rubric, seen)
        offered = [each for ward in wards for each in ward.suggestions]
        if workplace.common.as_json:
            print_json(_as_json(wards, len(seen)))
        else:
            _show(console(), rubric, wards, len(seen))
        if take is None and offered and workplace.person.is_there:
            take = click.prompt(
                "\nNumber of the phrasing to take (Enter: none)", default=0, show_default=False
            )
        if take:
            if not 1 <= take <= len(offered):
                raise InputError(f"there is no suggestion {take}; there are {len(offered)}")
            _take(workplace, store, name, offered[take - 1])
    return Exit.DONE


def _graded(store: Store, standing: Standing, rubric_id: str) -> tuple[Rubric, tuple[Seen, ...]]:
    fitting = [q for q, rubric in standing.rubrics.items() if rubric.id == rubric_id]
    if not fitting:
        known = ", ".join(rubric.id for rubric in standing.rubrics.values())
        raise InputError(f"the latest run was graded by {known}, not by {rubric_id}; use --run")
    seen = seen_of(store, standing, fitting[0])
    if not seen:
        raise InputError(
            "no answer was graded by hand yet: draw some with 'assessor trust sample', grade them, "
            "and give the sheet to 'assessor trust SHEET'"
        )
    return standing.rubrics[fitting[0]], seen


def _id_of(workplace: Workplace, name: str) -> str:
    for path in (Path(name), workplace.folder / name):
        if path.suffix in {".yaml", ".yml"} and path.is_file():
            return load_rubric(read_text(path), str(path)).id
    return name


def _take(workplace: Workplace, store: Store, name: str, chosen: Suggestion) -> None:
    """Put a phrasing into the file; a shipped rubric is copied beside the class first."""
    screen = console(as_json=workplace.common.as_json)
    path = next((p for p in (Path(name), workplace.folder / name) if p.is_file()), None)
    if path is None:
        path = workplace.folder / f"{name}.yaml"
        source = path if path.is_file() else shipped_rubrics()[name]
        screen.print(plain(f"The shipped rubric is now yours to change: {path.name}"))
        text = read_text(source)
    else:
        text = read_text(path)
    edited = add_phrasing(text, str(path), chosen.cell, chosen.where, chosen.phrase)
    write_file(path, edited.encode())
    taken = TakenEdit(
        rubric=load_rubric(edited, str(path)).id,
        cell=chosen.cell,
        where=chosen.where.value,
        phrase=chosen.phrase,
        student=chosen.student,
        considered=chosen.considered,
    )
    known = [asdict(each) for each in taken_edits(store)]
    store.remember(EDITS, json.dumps([*known, asdict(taken)], ensure_ascii=False))
    screen.print(plain(f"{path.name}: {chosen.cell} {chosen.where.value} + “{chosen.phrase}”"))
    screen.print(
        plain(f"See what it would ask and cost: assessor rubric diff {path.name}"), style="bold"
    )


def _show(screen: Console, rubric: Rubric, wards: Sequence[Ward], graded: int) -> None:
    screen.print(plain(f"{rubric.title}: {graded} answers graded by hand"), style="bold")
    number = 0
    fine = [each.diagnosis for each in wards if each.diagnosis.fault is Fault.FINE]
    for ward in wards:
        each = ward.diagnosis
        if each in fine and not ward.partings:
            continue
        n = each.agree_sure + each.agree_unsure + each.part_sure + each.part_unsure
        part = each.part_sure + each.part_unsure
        style = "" if each.fault in {Fault.FINE, Fault.TOO_FEW} else "yellow"
        screen.print()
        screen.print(plain(f"{each.key_point}: {each.fault.value}"), style=style)
        told = f"  The judge agrees with you on {n - part} of {n}"
        if part:
            told += f", gave less on {each.misses} and more on {each.extras}"
        screen.print(f"{told}. To do: {each.remedy}.")
        for apart in ward.partings[:SHOWN]:
            _show_apart(screen, rubric, apart)
        for suggestion in ward.suggestions:
            number += 1
            _show_suggestion(screen, number, suggestion)
    same = ", ".join(f"{each.key_point} ({each.agree_sure + each.agree_unsure})" for each in fine)
    screen.print()
    screen.print(plain(f"Fine, with the number of answers on which you agree: {same or 'none'}"))


def _show_apart(screen: Console, rubric: Rubric, apart: Apart) -> None:
    levels = levels_of(rubric, apart.cell)
    screen.print(
        plain(f"  {apart.student}: you {levels[apart.human]}, judge {levels[apart.judge]}"),
        style="cyan",
    )
    if apart.passage:
        screen.print(plain(f"    the answer   “{apart.passage}”", 150))
    quoted = f"“{apart.quotes[0]}”" if apart.quotes else "no quote"
    missing = f"; missing: {apart.gap}" if apart.gap else ""
    screen.print(plain(f"    the judge    {quoted}{missing}", 150))


def _show_suggestion(screen: Console, number: int, each: Suggestion) -> None:
    screen.print(
        plain(f"  [{number}] {each.where.value} + “{each.phrase}” (from {each.student})", 150),
        style="bold",
    )
    screen.print(
        f"      Of {each.of} other answers, {each.helps} that the judge got wrong say nearly the "
        f"same, and {each.harms} that you decided the other way ({each.gain:+.0%}).\n      "
        + luck_words(each.considered, each.by_luck)
    )


def luck_words(considered: int, gain: float) -> str:
    """Return what the best of several useless edits would seem to gain, in words."""
    if considered < 2:
        return "There was nothing to choose from, so none of it is picked by luck."
    return f"The best of {considered} edits that do nothing would seem to gain {gain:.0%} by luck."


def _as_json(wards: Sequence[Ward], graded: int) -> dict[str, object]:
    numbers = iter(range(1, 1 + sum(len(ward.suggestions) for ward in wards)))
    return {
        "graded": graded,
        "cells": [
            {
                **{
                    name: getattr(ward.diagnosis, name)
                    for name in ("agree_sure", "agree_unsure", "part_sure", "part_unsure")
                },
                "cell": ward.diagnosis.key_point,
                "fault": ward.diagnosis.fault.value,
                "remedy": ward.diagnosis.remedy,
                "partings": [asdict(each) for each in ward.partings],
                "suggestions": [
                    {
                        "number": next(numbers),
                        **asdict(each),
                        "where": each.where.value,
                        "gain": round(each.gain, 4),
                        "by_luck": round(each.by_luck, 4),
                    }
                    for each in ward.suggestions
                ],
            }
            for ward in wards
        ],
    }
