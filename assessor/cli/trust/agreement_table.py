"""Agreement as a person reads it: figures with their intervals, key point by key point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assessor.cli.screen import plain, show_table
from assessor.rubric import Rubric
from assessor.statistics.agreement import METRICS, say_bias
from assessor.statistics.diagnosis import Diagnosis
from assessor.statistics.intervals import Estimate
from assessor.trust.agree import Agreement, Parting, Ranking
from assessor.trust.labels import levels_of
from assessor.trust.plainly import Said, percent
from assessor.writers.results import points_text

SHARES = frozenset({"exact", "within_tolerance", "tpr", "tnr", "met_rate_shift"})
TOTAL = ("exact", "within_tolerance", "mae", "bias", "qwk")
TOGETHER = ("exact", "cohen_kappa", "ac1", "tpr", "tnr", "met_rate_shift")
CELL = ("exact", "cohen_kappa", "ac1", "met_rate_shift")
HEADS = {
    "exact": "same",
    "cohen_kappa": "kappa",
    "ac1": "AC1",
    "met_rate_shift": "credits more",
}
PARTINGS = 12


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
    rows = [("total", measured.total, TOTAL), ("cells", measured.together, TOGETHER)]
    other: Mapping[str, Mapping[str, Estimate]] = {}
    if people is not None:
        other = {"total": people.total, "cells": people.together}
    for group, figures, names in rows:
        for place, name in enumerate(names):
            words = _words(name, measured, second).replace("you", first)
            ceiling = [_shown(other[group][name])] if people else []
            table.add_row(group if place == 0 else "", words, _shown(figures[name]), *ceiling)
    show_table(screen, table)
    bias = measured.total["bias"]
    if bias.value is not None and bias.n:
        said = say_bias(bias).replace(" you", f" {first}")
        screen.print(plain(f"{_capital(second)} is {said}."))


def show_said(screen: Console, lines: Sequence[Said]) -> None:
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
        name = fault.key_point.split("\x1f")[-1]
        screen.print(
            Text.assemble(
                (f"  {name}", "cyan"),
                f": {fault.fault.value} ({fault.misses} too few, {fault.extras} too many): "
                f"{fault.remedy}",
            )
        )


def show_ranking(screen: Console, ranked: Ranking) -> None:
    """Show how often the safest answers are wrong, for growing shares of the class."""
    if not ranked.coverage or not ranked.coverage[-1].wrong:
        return
    parts = [f"{each.wrong:.0%} of the safest {each.share:.0%}" for each in ranked.coverage[:-1]]
    text = (
        f"Totals that differ from yours beyond the tolerance: {', '.join(parts)}, "
        f"{ranked.coverage[-1].wrong:.0%} of all"
    )
    if ranked.auroc is not None:
        text += f" (ranking by risk: AUROC {ranked.auroc:.2f})"
    screen.print(plain(_spaced(text) + "."))


def show_partings(
    screen: Console, found: Sequence[Parting], rubrics: Mapping[str, Rubric], second: str
) -> None:
    """Show the answers on which the two readers part most."""
    if not found:
        screen.print("The two readers part nowhere.")
        return
    count = f"{len(found)} {'answer' if len(found) == 1 else 'answers'}"
    screen.print(f"Where the two readers part: {count}", style="bold")
    for each in found[:PARTINGS]:
        totals = f"you {points_text(each.first) or '?'}, {second} {points_text(each.second) or '?'}"
        cells = []
        for cell, first, other in each.cells:
            levels = levels_of(rubrics[each.question], cell)
            cells.append(f"{cell} {levels[first]} / {levels[other]}")
        line = f"  {each.student}  {totals}" + (f"  ({'; '.join(cells)})" if cells else "")
        screen.print(plain(line, 160))
    if len(found) > PARTINGS:
        screen.print(f"  … and {len(found) - PARTINGS} more (--json lists all)", style="dim")


def _words(name: str, measured: Agreement, second: str) -> str:
    tolerance = points_text(measured.tolerance)
    special = {
        "exact": "same",
        "within_tolerance": f"within {tolerance} {'point' if tolerance == '1' else 'points'}",
        "bias": f"{second} less you, in points",
        "cohen_kappa": "beyond chance (Cohen kappa)",
        "ac1": "beyond chance (Gwet AC1)",
        "qwk": "beyond chance (QWK)",
        "tpr": "credited by you, also here",
        "tnr": "not credited by you, nor here",
        "met_rate_shift": "credited more often here",
    }
    return special.get(name, METRICS[name].words)


def _shown(estimate: Estimate) -> Text:
    if estimate.value is None:
        return Text("–", style="dim")
    is_share = estimate.name in SHARES
    text = percent(estimate.value) + " %" if is_share else _number(estimate.value)
    if estimate.low is None or estimate.high is None:
        return Text(text)
    show = percent if is_share else _number
    low, high = show(estimate.low), show(estimate.high)
    dash = " to " if "−" in low + high else "–"
    return Text.assemble(text, (f" ({low}{dash}{high})", "dim"))


def _number(value: float) -> str:
    return f"{value:z.2f}".replace("-", "−")


def _spaced(text: str) -> str:
    return text.replace("%", " %")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
