"""Where a draft comes from: what stands at a point's place, and which number is whose."""

from __future__ import annotations

from enum import StrEnum

from assessor.intake.marks import amount_in
from assessor.intake.source import Grid, Line, Source
from assessor.rubric.write import DraftPoint


class Whence(StrEnum):
    """Where the points of a drafted key point came from."""

    OWN = "from its line"
    HEADER = "from the header"
    WORKED_OUT = "worked out"


def said_at(source: Source, point: DraftPoint) -> str:
    """Return what stands at a point's place; of a table's row the cells that were used."""
    line = point.place
    used = " ".join((point.description, *(each.when for each in point.levels))).casefold()
    for block in source.blocks:
        if isinstance(block, Line) and block.number == line:
            return f"{block.mark} {block.text}".strip()
        if isinstance(block, Grid) and line in block.lines:
            row = [cell for cell in block.rows[block.lines.index(line)] if cell]
            told = [cell for cell in row if cell.casefold() in used or amount_in(cell)]
            return " | ".join(told or row)
    lines = source.text.splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def whence(source: Source, point: DraftPoint) -> Whence:
    """Return where a point's number stands: at its own place, elsewhere in the source, nowhere."""
    number = f"{point.points.normalize():f}"
    if number in said_at(source, point).replace(",", "."):
        return Whence.OWN
    return Whence.HEADER if number in source.text.replace(",", ".") else Whence.WORKED_OUT


def shown_lines(source: Source) -> list[tuple[int, str]]:
    """Return a source as it is read: its lines and rows, each with its number."""
    if not source.blocks:
        return [(n, each) for n, each in enumerate(source.text.splitlines(), start=1) if each]
    found: list[tuple[int, str]] = []
    for block in source.blocks:
        if isinstance(block, Line):
            found.append((block.number, f"{block.mark} {block.text}".strip()))
            continue
        for number, row in zip(block.lines, block.rows, strict=True):
            found.append((number, " | ".join(each for each in row if each)))
    return found
