"""Gradescope's rubric copied from its page as text: `+ 2.0` on a line, an item below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from assessor.intake.lines import is_total
from assessor.intake.marks import amount_in
from assessor.intake.source import NotARubric, Reading, Source
from assessor.rubric.write import DraftPoint

_SIGNED = re.compile(r"(?i)^(?P<sign>[+−–-])\s*(?P<n>\d{1,3}(?:[.,]\d+)?)\s*(?:pts?\.?|points?)?$")
_NOISE = re.compile(
    r"(?i)^(?:rubric settings|collapse view|expand view|add rubric item|create (?:rubric )?group"
    r"|import\.{0,3}|submission specific adjustments|point adjustment|provide comments.*|submit"
    r"|apply previously used comments|grading comment:?|total points|rubric|select one"
    r"|select many)$"
)
_NAME = 4  # words that the name of a group has at most
_HEAD = re.compile(r"(?i)^(?:question\s*)?\d+(?:\.\d+)*\s*[:.)]\s*(?=\S)")


@dataclass(slots=True)
class _Item:
    line: int
    number: Decimal
    is_off: bool
    words: list[str] = field(default_factory=list)


def recognise(source: Source) -> bool:
    """Say whether signed points stand on lines of their own, each above an item."""
    return source.kind == "text" and bool(_items(source)[1])


def read(source: Source) -> list[Reading]:
    """Return the one reading of such a page. Raises NotARubric where all items take off."""
    above, items = _items(source)
    if all(each.is_off or not each.number for each in items):
        listed = "; ".join(
            f"{' '.join(e.words)} (-{e.number.normalize():f})" for e in items if e.number
        )
        raise NotARubric(
            f"scores negatively: its items take points off ({listed}), so none of them is an idea "
            "that earns",
            "write the key points yourself (--point '2: …') and add these as 'misconceptions' to "
            "the file",
        )
    points, unused = [], []
    for item in items:
        text = " ".join(item.words)
        if item.number:
            points.append(
                DraftPoint(description=text, points=item.number, wrong=item.is_off, place=item.line)
            )
        else:
            unused.append((item.line, text))
    stated = [mark.points for _, text in above if (mark := amount_in(text)) is not None]
    head = next((e for _, e in above if _HEAD.match(e)), "")
    title = _HEAD.sub("", head)
    left = [each for each in above if each[1] != head and amount_in(each[1]) is None]
    return [
        Reading(
            how="items below their points, as on Gradescope's page",
            points=tuple(points),
            title=title,
            stated=stated[-1] if stated else None,
            unused=(*left, *unused),
        )
    ]


def _headings(items: list[_Item]) -> list[tuple[int, str]]:
    """Take the names of groups off the items above them: a short line before the next points."""
    found = []
    for item in items[:-1]:
        last = item.words[-1] if len(item.words) > 1 else ""
        if last[:1].isupper() and len(last.split()) <= _NAME and not last.endswith("."):
            found.append((item.line + len(item.words), item.words.pop()))
    return found


def _items(source: Source) -> tuple[list[tuple[int, str]], list[_Item]]:
    """Return the lines above the first item, and the items; none where a line does not fit."""
    above: list[tuple[int, str]] = []
    items: list[_Item] = []
    lines = [
        (number, " ".join(line.split()))
        for number, line in enumerate(source.text.split("\n"), start=1)
        if line.strip() and not _NOISE.match(line.strip())
    ]
    for place, (number, text) in enumerate(lines):
        found = _SIGNED.match(text)
        following = lines[place + 1][1] if place + 1 < len(lines) else ""
        if found:
            worth = Decimal(found["n"].replace(",", "."))
            items.append(_Item(number, worth, found["sign"] != "+"))
        elif text.isdecimal() and _SIGNED.match(following):
            continue  # the key that gives the item
        elif not items:
            above.append((number, text))
        elif is_total(text) and place == len(lines) - 1:
            continue
        else:
            items[-1].words.append(text)
    headings = _headings(items) if above else []
    above += headings
    sound = len(items) > 1 and all(each.words for each in items)
    return (above, items) if sound else (above, [])
