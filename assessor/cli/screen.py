"""What a person sees: tables, the closing summary, the first five answers."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import click
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.called import as_called
from assessor.counting import plural
from assessor.grade import Grade, any_graded, level_that_counts
from assessor.reasons import reason_words
from assessor.rubric import ABSENT, PRESENT, CellKind, Rubric
from assessor.verdict import ReasonCode, State
from assessor.writers.results import points_text

BAR = 24
WIDTH = 100
INDENT = 2
ENDLESS = 100_000


def console(*, as_json: bool = False) -> Console:
    """Return where a person reads: stdout, or stderr where stdout is for a program."""
    screen = Console(stderr=as_json, highlight=False, markup=False, emoji=False)
    named = os.environ.get("COLUMNS", "")  # noqa: TID251  # the door reads the environment
    if not screen.is_terminal and not named.isdecimal():
        # A pipe has no width of its own, and 80 columns would fold every quote.
        screen.width = max(screen.width, WIDTH)
    return screen


def plain(text: str, limit: int = 0) -> Text:
    """Return text that cannot drive the terminal, on one line, cut at `limit` characters."""
    shown = "".join(
        c if c.isprintable() else " " if c in "\n\t\r" else c.encode("unicode_escape").decode()
        for c in text
    )
    shown = " ".join(shown.split(" "))
    return Text(shown if not limit or len(shown) <= limit else shown[: limit - 1] + "…")


def spoken(text: str, limit: int = 0) -> Text:
    """Return a sentence of ours as `plain` text, its commands named as this one was called."""
    return plain(as_called(text), limit)


_STYLES = {
    Tone.PLAIN: "",
    Tone.HEADING: "bold",
    Tone.ASIDE: "dim",
    Tone.NAME: "cyan",
    Tone.WARNING: "yellow",
    Tone.TROUBLE: "red",
}


def tell(screen: Console, lines: Iterable[SpokenLine]) -> None:
    """Print what is said, each line in the colour of how it is meant."""
    for each in lines:
        screen.print(spoken(each.text, each.limit), style=_STYLES[each.tone])


def show_table(screen: Console, table: Table) -> None:
    """Print a table; where the screen is too narrow for its words, each row as lines of its own.

    Nothing is cut short: what does not fit beside stands below.
    """
    if _least(screen, table) <= screen.width:
        screen.print(table)
        return
    if table.title:
        screen.print(table.title, style="italic")
    titles = [_as_text(column.header) for column in table.columns]
    for row in zip(*(column.cells for column in table.columns), strict=True):
        first, *rest = map(_as_text, row)
        said = [
            Text(" ").join(each for each in (title, cell) if each.plain)
            for title, cell in zip(titles[1:], rest, strict=True)
            if cell.plain
        ]
        if first.plain:
            screen.print(first)
        screen.print(Padding(Text("; ").join(said), (0, 0, 0, INDENT)))


def _least(screen: Console, table: Table) -> int:
    """Return the columns that a table needs: a cell that may not be folded needs all of its own."""
    boundless = screen.options.update(max_width=ENDLESS)
    whole = 0
    for column in table.columns:
        sizes = [
            Measurement.get(screen, boundless, each) for each in (column.header, *column.cells)
        ]
        wide = max((s.maximum if column.no_wrap else s.minimum for s in sizes), default=0)
        whole += max(wide, column.width or 0) + table.padding[1] + table.padding[3]
    return whole


def _as_text(cell: RenderableType) -> Text:
    return cell if isinstance(cell, Text) else Text(str(cell))


# Control characters but the line's end, marks of direction, separators of lines, lone surrogates.
_DRIVING = re.compile(
    "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ud800-\\udfff]"
)


def print_json(value: object) -> None:
    """Print the one JSON object of --json.

    Characters that would drive a terminal or turn its lines around stand there as their codes.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1)
    click.echo(_DRIVING.sub(lambda found: json.dumps(found.group())[1:-1], text))


def show_grade(screen: Console, grade: Grade, *, several: bool = False) -> None:
    """Show one answer with the quote beside every credit; `several`: name its question too."""
    submission = grade.submission
    total = f"{points_text(grade.proposed)} of {points_text(grade.max_points)}"
    if grade.proposed is None or grade.state is State.BLANK:
        total = grade.state.value.replace("_", " ")
    question = ("  ", plain(submission.question, 40)) if several else ()
    head = Text.assemble(
        ("● ", "bold"),
        plain(submission.student_id),
        *question,
        "  ",
        (total, "bold"),
    )
    if grade.reasons:
        head.append_text(Text(f"  {', '.join(grade.reasons)}", style="yellow"))
    screen.print(head)
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(width=2)
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    if grade.choice is not None:
        said = ", ".join(grade.choice.options) or "not found"
        table.add_row("", "choice", points_text(grade.choice.points) or "?", plain(said, 90))
    for cell in grade.cells if grade.state is not State.BLANK else ():
        if cell.points is None or (cell.level == ABSENT and cell.kind is CellKind.MISCONCEPTION):
            continue
        if cell.level == ABSENT:
            table.add_row("", cell.cell, "0", Text.assemble(plain(cell.gap, 90), style="dim"))
        else:
            quote = Text.assemble("“", plain(cell.quotes[0] if cell.quotes else "", 90), "”")
            table.add_row("", cell.cell, points_text(cell.points), quote)
    screen.print(table)


def show_summary(screen: Console, rubrics: Mapping[str, Rubric], grades: Sequence[Grade]) -> None:
    """Show states, distribution of points, hit rates, and what needs review and why.

    `rubrics` is by question; with several, each has its own distribution and hit rates.
    """
    counts = Counter(grade.state for grade in grades)
    screen.print()
    screen.print(
        Text.assemble(
            (plural(len(grades), "submission"), "bold"),
            ": ",
            ", ".join(f"{counts[state]} {_words(state)}" for state in State if counts[state]),
        )
    )
    for question, rubric in rubrics.items():
        own = [grade for grade in grades if grade.submission.question == question]
        scored = [grade for grade in own if grade.standing is not None]
        if len(rubrics) > 1:
            screen.print()
            screen.print(plain(f"{question} ({rubric.id})", WIDTH), style="bold")
        if any_graded(scored):
            screen.print()
            screen.print(_histogram(rubric, scored))
            screen.print()
            show_table(screen, _hit_rates(rubric, scored))
    _show_reasons(screen, grades)


def _words(state: State) -> str:
    return state.value.replace("_", " ").replace("needs review", "to review")


def _histogram(rubric: Rubric, grades: Sequence[Grade]) -> Table:
    """Bins of one point (or a tenth of the maximum, where that is more)."""
    top = rubric.scoring.max_points
    width = max(Decimal(1), (top / 10).to_integral_value())
    bins: Counter[Decimal] = Counter(
        (grade.standing or Decimal(0)) // width * width for grade in grades
    )
    most = max(bins.values())
    table = Table(box=None, show_header=False, padding=(0, 1), title="Points", title_justify="left")
    table.add_column(justify="right")
    table.add_column()
    table.add_column(justify="right")
    start = Decimal(0)
    while start <= top:
        count = bins[start]
        bar = "█" * max(round(BAR * count / most), 1 if count else 0)
        label = points_text(start)
        if width > 1 or any(
            g.standing not in (None, start) for g in grades if _in(g, start, width)
        ):
            label += "+"
        table.add_row(label, Text(bar, style="cyan"), str(count) if count else "")
        start += width
    return table


def _in(grade: Grade, start: Decimal, width: Decimal) -> bool:
    return grade.standing is not None and start <= grade.standing < start + width


def _hit_rates(rubric: Rubric, grades: Sequence[Grade]) -> Table:
    table = Table(box=None, padding=(0, 1), title="Key points", title_justify="left")
    for name in ("", "full", "part", "none", "share"):
        table.add_column(name, justify="left" if not name else "right")
    for key_point in rubric.key_points:
        full, part, none = _levels(grades, key_point.id, key_point.levels[-1].id)
        share = (full + part) / max(full + part + none, 1)
        table.add_row(key_point.id, str(full), str(part or ""), str(none), f"{share:.0%}")
    for misconception in rubric.misconceptions:
        found, _, none = _levels(grades, misconception.id, PRESENT)
        row = Text(misconception.id, style="yellow")
        table.add_row(row, str(found), "", str(none), f"{found / max(found + none, 1):.0%}")
    return table


def _levels(grades: Sequence[Grade], cell: str, top: str) -> tuple[int, int, int]:
    """Return how many are at the top of a cell, between, and at nothing."""
    at = Counter(level_that_counts(grade, cell) for grade in grades)
    del at[None]
    return at[top], at.total() - at[top] - at[ABSENT], at[ABSENT]


def _show_reasons(screen: Console, grades: Sequence[Grade]) -> None:
    listed: dict[str, Counter[str]] = {
        "Ungraded (no grade, not a zero)": Counter(),
        "To review": Counter(),
        "Equal answers": Counter(),
    }
    titles = dict(zip((State.UNGRADED, State.NEEDS_REVIEW), listed, strict=False))
    for grade in grades:
        for reason in set(grade.reasons):
            # It holds no grade back: it is told of all answers, and never as why one waits.
            own = "Equal answers" if reason == ReasonCode.SAME_ANSWER else titles.get(grade.state)
            if own:
                listed[own][reason] += 1
    for title, counted in listed.items():
        if not counted:
            continue
        table = Table(box=None, show_header=False, padding=(0, 1), title=title)
        table.title_justify = "left"
        for reason, count in counted.most_common():
            table.add_row(str(count), reason, Text(reason_words(reason, unknown=""), style="dim"))
        screen.print()
        show_table(screen, table)
