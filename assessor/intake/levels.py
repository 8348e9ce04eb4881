"""Levels within one text: in a cell of their own, or listed one after the other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.intake.marks import Mark, amount_in, mark_in, number_of
from assessor.intake.words import LEVELISH, PARTLY, UNIT

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
    paired = _paired(parts)
    marks = [_step(each.strip("•-* ")) for each in paired]
    levels = [(each.points, each.text) for each in marks if each is not None]
    if len(levels) < 2 or len(levels) < len(paired) or not falls_or_rises([n for n, _ in levels]):
        return []
    return levels


def _paired(parts: Sequence[str]) -> Sequence[str]:
    """Return `4 pts`, `clear`, `2 pts`, `partly clear` as a level each: `4 pts: clear`."""
    worth = [(mark := amount_in(each)) is not None and mark.how == "unit" for each in parts]
    if len(parts) < 4 or worth != [n % 2 == 0 for n in range(len(parts))]:
        return parts
    return [f"{one}: {other}" for one, other in zip(parts[::2], parts[1::2], strict=False)]


def _step(text: str) -> Mark | None:
    """Return the points and words of one of several levels: `Full (2): …`, `Partial 1`, `0`."""
    named = _NAMED_STEP.fullmatch(text)
    number = number_of(named["n"]) if named else None
    if named is not None and number is not None:
        return Mark(points=number, text=named["text"].strip(), place="end")
    return mark_in(text) or amount_in(text)


_OF_NUMBER = rf"(?P<n>\d{{1,3}}(?:[.,]\d+)?|[½¼¾])\s*(?:{UNIT})?"
# `1 for one of them`; `2 points if …`; `1: …`; `1 pt - …`
_SOME = re.compile(
    rf"^(?:award |give )?{_OF_NUMBER}\s*(?:(?:only )?(?:for|if|when|für|wenn|bei|pour|si|por)\b"
    r"|\s?[:=–—-])\s*(?P<text>\S.*)$",
    re.IGNORECASE,
)
_NAMED_STEP = re.compile(
    rf"(?P<text>{LEVELISH.pattern}(?: (?:credit|marks?))?)\W{{0,3}}\s+{_OF_NUMBER}", re.IGNORECASE
)


def partly_in(text: str, most: Decimal) -> list[tuple[Decimal, str]] | None:
    """Return what earns a part of `most` points, and how many; None where a number is left over.

    A text without any number says what earns half of them.
    """
    label = PARTLY.match(text)
    said = text[label.end() :] if label else text
    parts = [each.strip(" .()") for each in re.split(r"\n|;", said) if each.strip(" .()")]
    marks = [
        _some(each[label.end() :] if (label := PARTLY.match(each)) else each) for each in parts
    ]
    if not re.search(r"\d|[½¼¾]", said):
        return [(most / 2, " ".join(said.split()))]
    found = [each for each in marks if each is not None]
    is_less = all(0 < number < most for number, _ in found)
    falls = len(found) == 1 or falls_or_rises([number for number, _ in found])
    return found if len(found) == len(parts) and is_less and falls else None


def _some(text: str) -> tuple[Decimal, str] | None:
    match = _SOME.match(text)
    number = number_of(match["n"]) if match else None
    if match is not None and number is not None:
        return number, match["text"].strip()
    mark = mark_in(text)
    return (mark.points, mark.text) if mark is not None and mark.low is None else None


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
