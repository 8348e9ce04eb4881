"""Levels within one text: in a cell of their own, or listed one after the other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.intake.marks import Mark, amount_in, mark_in

_LABELLED = re.compile(
    r"^(?:points?|punkte|puntos|pts)(?:\s*range)?\s*:\s*(?P<n>\d+(?:[.,]\d+)?)\s*(?:\([\d.,]+\s*%\))?"
    r"(?:\s*[-–]\s*(?P<m>\d+(?:[.,]\d+)?)\s*(?:\([\d.,]+\s*%\))?)?\s*",
    re.IGNORECASE,
)


_SHARED = re.compile(
    r"^(?P<n>\d+(?:[.,]\d+)?)\s*\([\d.,]+\s*%\)(?:\s*[-–]\s*(?P<m>\d+(?:[.,]\d+)?)\s*\([\d.,]+\s*%\))?"
    r"(?:\s*(?:points?|pts))?\s*"
)


def levels_in(cell: str) -> list[tuple[Decimal, str]]:
    """Return the levels that one text lists, by line or between `;` `/` `|`; [] without any."""
    parts = [each for each in re.split(r"\n|\s*[;|]\s*|\s+/\s+", cell) if each.strip()]
    if len(parts) < 2:
        parts = [
            e
            for e in re.split(
                r",\s*(?=\d+(?:[.,]\d+)?\s*(?:pts?\.?|points?|punkte?|puntos?)?\s*[:=–—-])", cell
            )
            if e.strip()
        ]
    marks = [mark_in(each.strip("•-* ")) or amount_in(each) for each in parts]
    levels = [(each.points, each.text) for each in marks if each is not None]
    if len(levels) < 2 or len(levels) < len(parts) or not falls_or_rises([n for n, _ in levels]):
        return []
    return levels


def level_cell(cell: str) -> Mark | None:
    """Return the points and words of a level's cell; None where it states no points."""
    if not cell:
        return None
    labelled = _LABELLED.match(cell)
    labelled = labelled or _SHARED.match(cell)
    if labelled is not None:
        numbers = [Decimal(each.replace(",", ".")) for each in labelled.groups() if each]
        low = min(numbers) if len(numbers) > 1 else None
        return Mark(points=max(numbers), text=cell[labelled.end() :].strip(), low=low)
    lines = cell.split("\n")
    for line, rest in ((lines[0], lines[1:]), (lines[-1], lines[:-1])):
        mark = amount_in(line)
        if mark is not None:
            return replace(mark, text="\n".join(rest).strip())
    return mark_in(cell)


def falls_or_rises(numbers: Sequence[Decimal | None]) -> bool:
    """Say whether two numbers or more are in strict order."""
    known = [each for each in numbers if each is not None]
    pairs = list(itertools.pairwise(known))
    return len(known) > 1 and (all(a > b for a, b in pairs) or all(a < b for a, b in pairs))
