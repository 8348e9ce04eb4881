"""What makes a reading doubtful whatever its shape: then a person looks, and nothing is written."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from assessor.intake.lines import is_total
from assessor.intake.marks import amount_in, marks_within
from assessor.intake.source import Reading, Source
from assessor.intake.sums import names_a_part
from assessor.intake.words import LEVELISH, UNIT
from assessor.rubric.write import DraftPoint

_INSTEAD = re.compile(
    r"(?i)^\W*(?:if (?:the |an |no )?(?:\w+ )?(?:answer|result|value)\b.{0,30}\b(?:wrong|incorrect|missing|given)"
    r"|if (?:not|none|wrong|incorrect)\b|otherwise|failing (?:that|this)|alternatively|sonst|ansonsten|andernfalls"
    r"|sinon|à défaut|si no\b|de lo contrario|en su defecto)"
)
_POINTS = re.compile(rf"\d\s*{UNIT}|[\[(]\s*\d{{1,2}}(?:[.,]\d)?\s*[\])]\s*$", re.IGNORECASE)
LARGE = 200


def with_doubts(reading: Reading, source: Source) -> Reading:
    """Return a reading with what is doubtful in it."""
    instead = tuple(
        f"{_at(each.number)}says what counts instead: {_short(each.text)!r}"
        for each in source.lines
        if _INSTEAD.match(each.text)
    )
    found = (*reading.doubts, *_doubts(reading), *instead)
    return replace(reading, doubts=tuple(dict.fromkeys(found)))


def _doubts(reading: Reading) -> Iterator[str]:
    for point in reading.points:
        yield from _of_point(point)
    yield from _of_all(reading.points)
    for line, text in reading.unused:
        if marks_within(text) and not _sums_up(text, line, reading.points):
            yield f"{_at(line)}states points and was not used: {_short(text)!r}"


def _of_point(point: DraftPoint) -> Iterator[str]:
    at, said = _at(point.place), point.description
    if not point.levels and _is_no_description(said):
        yield f"{at}{said!r} names a part, and does not say what is looked for"
    elif is_total(said):
        yield f"{at}{said!r} reads as a total"
    if _POINTS.search(said):
        yield f"{at}more points stand within {_short(said)!r}"
    if point.points >= LARGE:
        yield f"{at}{point.points} points for {_short(said)!r}: is that a number of points?"
    for level in point.levels:
        if amount_in(level.when) is not None:
            yield f"{at}a level of {_short(said)!r} says only {level.when!r}"
        elif _POINTS.search(level.when):
            yield f"{at}more points stand within the level {_short(level.when)!r}"
    if any(times > 1 for times in Counter(each.points for each in point.levels).values()):
        yield f"{at}two levels of {_short(said)!r} earn the same"


def _of_all(points: tuple[DraftPoint, ...]) -> Iterator[str]:
    earning = [each for each in points if not each.wrong]
    plain = [each for each in earning if not each.levels]
    named = [each for each in plain if (m := LEVELISH.search(each.description)) and m.start() < 3]
    if len(named) >= 2 and len({each.points for each in named}) == len(named):
        listed = ", ".join(repr(_short(each.description)) for each in named[:3])
        yield f"{listed} sound like levels of one scale"
    for one, other in itertools.combinations(earning, 2):
        if one.description.casefold() == other.description.casefold():
            yield f"{_at(other.place)}{_short(one.description)!r} stands there twice"
            return


def _sums_up(text: str, line: int, points: tuple[DraftPoint, ...]) -> bool:
    """Say whether a line earns nothing, or states the sum of the points right below it."""
    stated = [Decimal(each.replace(",", ".")) for each in re.findall(r"\d+(?:[.,]\d+)?", text)]
    below = [each.points for each in points if each.place > line and not each.wrong]
    sums = {Decimal(0), *itertools.accumulate(below)}
    return bool(stated) and stated[-1] in sums or stated[:1] == [Decimal(0)]


def _is_no_description(text: str) -> bool:
    return bool(names_a_part(text)) or not re.search(r"[^\W\d_]{2}|[=<>≤≥+*/^]", text)


def _at(line: int) -> str:
    return f"line {line}: " if line else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 50 else f"{text[:49]}…"
