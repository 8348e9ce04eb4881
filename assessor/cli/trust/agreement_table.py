"""Agreement as a person reads it: figures with their intervals, key point by key point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assessor.assignment.agreement_words import CELL, HEADS, bias_words, figure_words, figures
from assessor.cli.screen import plain, show_table
from assessor.rubric import Rubric
from assessor.statistics.diagnosis import Diagnosis
from assessor.statistics.intervals import Estimate
from assessor.trust.agree import Agreement
from assessor.trust.plainly import Said


def show_agreement(
    screen: Console,
    measured: Agreement,
    people: Agreement | None,
    heading: str,
    second: str,
    first: str = "you",
) -> None:
    """Show the figures of two raters, beside those of two people where there are any.

    `second` names the one that is measured, such as `the judge`, `first` the one it is beside.
    """
    screen.print(plain(heading), style="bold")
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("", "", second, *(["two people"] if people else [])):
        table.add_column(name, no_wrap=name != "", overflow="fold")
    last = ""
    for group, words, figure, ceiling in figures(measured, people, second, first):
        beside = [] if ceiling is None else [_shown(ceiling)]
        table.add_row("" if group == last else group, words, _shown(figure), *beside)
        last = group
    show_table(screen, table)
    if bias := bias_words(measured, second, first):
        screen.print(plain(bias))


def show_said(screen: Console, lines: Iterable[Said]) -> None:
    """Show a person's questions with what is known of each, side by side."""
    table = Table(box=None, show_header=False, padding=(0, 2), pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for each in lines:
        table.add_row(plain(each.question), plain(each.answer))
    screen.print(table)


def show_cells(screen: Console, measured: Agreement, rubrics: Mapping[str, Rubric]) -> None:
    """Show one line per key point and misconception."""
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    table.add_column("key point", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    for name in CELL:
        table.add_column(HEADS[name], no_wrap=True)
    question = ""
    for each in measured.cells:
        if len(rubrics) > 1 and each.question != question:
            question = each.question
            table.add_row(Text.assemble(plain(question, 30), style="bold"))
        count = str(each.figures["exact"].n)
        table.add_row(plain(each.cell), count, *(_shown(each.figures[name]) for name in CELL))
    show_table(screen, table)


def show_faults(screen: Console, wrong: Sequence[Diagnosis]) -> None:
    """Show what would mend the key points on which people and judge part."""
    for fault in wrong:
        screen.print(
            Text.assemble(
                (f"  {fault.key_point}", "cyan"),
                f": {fault.fault.value} ({fault.misses} too few, {fault.extras} too many): "
                f"{fault.remedy}",
            )
        )


def _shown(estimate: Estimate) -> Text:
    text, interval = figure_words(estimate)
    return Text.assemble((text, "" if interval or text != "–" else "dim"), (interval, "dim"))
