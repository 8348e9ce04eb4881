"""The source beside the draft: where each point came from, and what was not used."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assessor.cli.screen import console, plain
from assessor.intake import Reading, Source, attainable_of
from assessor.intake.traced import Whence, said_at, whence
from assessor.rubric.write import Draft, DraftPoint, fitted
from assessor.writers.results import points_text

COLOURS = {Whence.OWN: "green", Whence.HEADER: "cyan", Whence.WORKED_OUT: "yellow"}


def show_preview(screen: Console, draft: Draft, source: Source, reading: Reading) -> None:
    """Show source and draft beside each other, leftovers, and the sum against what is stated."""
    screen.print(plain(f"{source.file}, read as {reading.how}:"))
    table = Table(box=None, padding=(0, 1), pad_edge=False, expand=False)
    width = max(20, (screen.width - 14) * 45 // 100)
    table.add_column("line", justify="right", style="dim", no_wrap=True)
    table.add_column("source", width=width, overflow="fold", style="dim")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("draft", overflow="fold")
    for place, point in enumerate(draft.points):
        table.add_row(
            str(point.place or ""),
            plain(said_at(source, point), 240),
            _points(point, source),
            _drafted(draft, place, point),
        )
    screen.print(table)
    legend = Text("points: ")
    for origin, colour in COLOURS.items():
        legend.append(origin.value, style=colour).append("  ")
    screen.print(legend)
    for line, words in reading.unused:
        screen.print(
            Text.assemble(("not used: ", "bold"), f"{line}: " * bool(line), plain(words, 160))
        )
    stated = "none stated" if reading.stated is None else f"stated {points_text(reading.stated)}"
    earned = attainable_of(reading.points, reading.groups)
    best = f" (of which {points_text(earned)} can be earned)" if earned != _sum(draft) else ""
    screen.print(f"sum: {points_text(_sum(draft))}{best}; maximum: {stated}")


def show_readings(readings: Sequence[Reading]) -> None:
    """Show the ways to read a source below each other, numbered, on stderr."""
    screen = console(as_json=True)
    for number, reading in enumerate(readings, start=1):
        screen.print(Text.assemble((f"[{number}] ", "bold cyan"), plain(reading.how, 120)))
        for point in reading.points:
            sign = "-" if point.wrong else ""
            screen.print(
                Text.assemble(
                    f"{sign}{points_text(point.points)}".rjust(8),
                    "  ",
                    plain(point.description, 100),
                )
            )
            for level in fitted(point).levels if len(point.levels) > 1 else ():
                screen.print(
                    Text(f"{points_text(level.points)}".rjust(14) + "  ", style="dim").append_text(
                        plain(level.when, 90)
                    )
                )
        for note in (*reading.doubts, *reading.notes):
            screen.print(Text("          ").append_text(plain(note, 160)), style="yellow")


def _points(point: DraftPoint, source: Source) -> Text:
    number = points_text(point.points)
    return Text(f"-{number}" if point.wrong else number, style=COLOURS[whence(source, point)])


def _drafted(draft: Draft, place: int, point: DraftPoint) -> Text:
    text = Text().append_text(plain(point.description, 300))
    for level in fitted(point).levels if point.levels else ():
        text.append(f"\n  {points_text(level.points)}: ", style=COLOURS[Whence.HEADER]).append_text(
            plain(level.when, 200)
        )
    for name, phrases in (("accepted", point.accepted), ("not enough", point.not_enough)):
        if phrases:
            text.append(f"\n  {name}: ", style="dim").append_text(plain("; ".join(phrases), 200))
    for group in draft.groups:
        if place in group.of:
            text.append(
                f"\n  best {group.count} of {len(group.of)} count", style=COLOURS[Whence.WORKED_OUT]
            )
    return text


def _sum(draft: Draft) -> Decimal:
    return sum((each.points for each in draft.points if not each.wrong), Decimal(0))
