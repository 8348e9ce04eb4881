"""Gradescope's rubric as text, from its page or as `export` writes it: `+ 2.0`, an item below."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessor.intake.draft import level_points
from assessor.intake.lines import is_total
from assessor.intake.marks import amount_in
from assessor.intake.source import NotARubric, Reading, Source
from assessor.rubric.write import DraftPoint

_SIGNED = re.compile(r"(?i)^(?P<sign>[+−–-])\s*(?P<n>\d{1,3}(?:[.,]\d+)?)\s*(?:pts?\.?|points?)?$")
_NOISE = re.compile(
    r"(?i)^(?:rubric settings|collapse view|expand view|add rubric item|create (?:rubric )?group"
    r"|import\.{0,3}|submission specific adjustments|point adjustment|provide comments.*|submit"
    r"|apply previously used comments|grading comment:?|total points|rubric|select many)$"
)
_HEAD = re.compile(r"(?i)^(?:question\s*)?\d+(?:\.\d+)*\s*[:.)]\s*(?=\S)")
# Of a group's items one is given: they are the levels of what the group names.
_GROUP = re.compile(r"(?i)^(?P<name>\S.*?)\s*\(select one\)$")
_NAME = 4  # words that the name of another group has at most
Numbered = tuple[int, str]


@dataclass(slots=True)
class _Item:
    line: int
    number: Decimal
    is_off: bool
    group: Numbered | None = None
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    """One question: the lines above its items, and the items."""

    above: list[Numbered] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)


def recognise(source: Source) -> bool:
    """Say whether signed points stand on lines of their own, each above an item."""
    return source.kind == "text" and bool(_parts(source))


def read(source: Source) -> list[Reading]:
    """Return a reading per question. Raises NotARubric where all items take off."""
    readings = [_reading(each) for each in _parts(source)]
    if len(readings) == 1:
        return readings
    return [
        Reading(
            how=f"only {each.title!r}",
            points=each.points,
            title=each.title,
            stated=each.stated,
            unused=each.unused,
            is_cap=True,
        )
        for each in readings
    ]


def _parts(source: Source) -> list[_Part]:
    """Return the questions of a page; none where a line does not fit."""
    lines = _lines(source)
    starts = [
        n
        for n, (_, text) in enumerate(lines[:-1])
        if _HEAD.match(text) and (mark := amount_in(lines[n + 1][1])) and mark.how == "unit"
    ]
    bounds = [0, *starts[1:], len(lines)] if len(starts) > 1 else [0, len(lines)]
    parts = [_part(lines[a:b]) for a, b in itertools.pairwise(bounds)]
    return parts if parts and all(map(_is_sound, parts)) else []


def _lines(source: Source) -> list[Numbered]:
    """Return the lines that say something; `Select one` goes to the name above it."""
    found: list[Numbered] = []
    for number, line in enumerate(source.text.split("\n"), start=1):
        words = " ".join(line.split())
        if words.casefold() == "select one" and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} (select one)")
        elif words and not _NOISE.match(words):
            found.append((number, words))
    return found


def _part(lines: Sequence[Numbered]) -> _Part:
    part = _Part()
    group: Numbered | None = None
    for place, (number, text) in enumerate(lines):
        following = lines[place + 1][1] if place + 1 < len(lines) else ""
        if found := _SIGNED.match(text):
            last = part.items[-1] if part.items else None
            if last is not None and last.group is group and not last.number:
                group = None  # that none of its items fits is the last item of a group
            worth = Decimal(found["n"].replace(",", "."))
            part.items.append(_Item(number, worth, found["sign"] != "+", group))
        elif text.isdecimal() and _SIGNED.match(following):
            continue  # the key that gives the item
        elif named := _GROUP.match(text):
            group = (number, named["name"])
        elif not part.items:
            part.above.append((number, text))
        elif not is_total(text) or place < len(lines) - 1:
            part.items[-1].words.append(text)
    if part.above:
        part.above += _headings(part.items)
    return part


def _is_sound(part: _Part) -> bool:
    return len(part.items) > 1 and all(each.words for each in part.items)


def _headings(items: list[_Item]) -> list[Numbered]:
    """Take the names of groups off the items above them: a short line before the next points."""
    found = []
    for item in items[:-1]:
        last = item.words[-1] if len(item.words) > 1 else ""
        if last[:1].isupper() and len(last.split()) <= _NAME and not last.endswith("."):
            found.append((item.line + len(item.words), item.words.pop()))
    return found


def _reading(part: _Part) -> Reading:
    items = part.items
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
    points: list[DraftPoint] = []
    unused: list[Numbered] = []
    for group, run in itertools.groupby(items, key=lambda each: each.group):
        given = [(each, " ".join(each.words)) for each in run]
        if group is not None:
            line, name = group
            points.append(level_points(name, [(e.number, text) for e, text in given], line))
            continue
        for item, text in given:
            if item.number:
                points.append(
                    DraftPoint(
                        description=text, points=item.number, wrong=item.is_off, place=item.line
                    )
                )
            else:
                unused.append((item.line, text))
    stated = [mark.points for _, text in part.above if (mark := amount_in(text)) is not None]
    head = next((e for _, e in part.above if _HEAD.match(e)), "")
    left = [each for each in part.above if each[1] != head and amount_in(each[1]) is None]
    return Reading(
        how="items below their points, as on Gradescope's page",
        points=tuple(points),
        title=_HEAD.sub("", head),
        stated=stated[-1] if stated else None,
        unused=(*left, *unused),
        is_cap=True,
    )
