"""`assessor compare`: two rubrics, prompts, models or graders on the same answers, paired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from assessor.assignment.compared import UNTOLD, compare_both
from assessor.assignment.compared_arms import ComparedArms
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, show_table, spoken, tell
from assessor.cli.trust.agreement_table import show_agreement, show_cells
from assessor.cli.workplace import open_workplace
from assessor.counting import plural
from assessor.statistics.comparison import Comparison
from assessor.trust.agree import agree
from assessor.trust.arms import side_by_side


def compare_arms(options: Mapping[str, Any]) -> int:
    """Compare A and B on the same answers: two rubrics, prompts, models or graders."""
    workplace = open_workplace(options, {})
    compared = compare_both(workplace, options["a"], options["b"], options["grades"])
    if workplace.common.as_json:
        print_json(compared.as_json())
        return Exit.DONE
    screen = console()
    tell(screen, compared.change_lines())
    screen.print()
    if compared.arms.people and options["grades"] is None:
        _show_people(screen, compared.arms)
    elif not compared.found.cells and not compared.errors:
        screen.print(spoken(UNTOLD))
    else:
        tell(screen, compared.verdict_lines())
        if compared.found.cells:
            show_table(screen, _cells(compared.found))
        tell(screen, compared.further_lines())
    return Exit.DONE


def _show_people(screen: Console, arms: ComparedArms) -> None:
    """Show how far two people part; which of them is right is nobody's to say."""
    measured = agree(side_by_side(arms.a, arms.b), arms.rubrics)
    heading = f"Two people on {plural(measured.students, 'answer')} (in brackets: the likely range)"
    show_agreement(screen, measured, None, heading, "B", "A")
    screen.print()
    show_cells(screen, measured, arms.rubrics)


def _cells(found: Comparison) -> Table:
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("key point", "only A right", "only B right", "cells", "p (Holm)"):
        table.add_column(name, justify="left" if name == "key point" else "right", no_wrap=True)
    for each in found.key_points:
        counts = (str(each.only_a), str(each.only_b), str(each.cells))
        table.add_row(plain(each.key_point), *counts, f"{each.p:.2f}")
    return table
