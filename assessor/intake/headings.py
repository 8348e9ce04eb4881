"""Lines that state the sum of those below them, told from key points by how they are written."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from assessor.intake.marks import amount_in, lesser_in, mark_in
from assessor.intake.source import Line, Reading
from assessor.intake.sums import (
    asks_for_the_rest,
    attainable,
    attainable_of,
    is_question,
    names_a_part,
    without,
    without_question,
)

Forms = Mapping[int, tuple[Hashable, ...]]


def forms_of(lines: Sequence[Line]) -> Forms:
    """Return how each line is written: its rank, its bullet, and where its points stand."""
    found: dict[int, tuple[Hashable, ...]] = {}
    for line in lines:
        mark = mark_in(lesser_in(line.text)[0]) or amount_in(line.text)
        sign = line.mark[-1:] if line.mark[-1:] in {".", ")"} else line.mark
        kind = "1" if line.mark[:1].isdecimal() else "a" if line.mark[:1].isalpha() else sign
        given = mark.given if mark is not None else ""
        given = re.sub(r"\.{2,}|…+", ":", given)
        given = re.sub(r"[^\W\d_]+\.?", "u", re.sub(r"\d+(?:[.,]\d+)?", "9", given))
        place = (mark.place, given.replace(" ", "")) if mark is not None else ()
        found[line.number] = (bool(line.heading), kind, line.indent, place)
    return found


def peeled(reading: Reading, forms: Forms) -> Reading:
    """Take off the headings that state the sum of what follows; the innermost first.

    They are all written in one way, and otherwise than what stands below them.
    """
    while (heads := _heads(reading, forms)) is not None:
        if reading.stated == attainable_of(reading.points, reading.groups):
            return reading
        places, is_sure = heads
        if not is_sure:
            said = reading.points[places[0]].description[:40]
            why = f"{said!r} is the sum of what follows: is it a heading, or does it earn?"
            return replace(reading, doubts=(*reading.doubts, why))
        if places == [0] and reading.stated is None and asks_for_the_rest(reading):
            return without_question(reading)
        stated = reading.points[0].points if places == [0] else None
        how, known = reading.how, reading.stated
        stated = known if known is not None else stated
        reading = replace(without(reading, places), how=how, stated=stated)
    return _told_apart(reading, forms)


def _told_apart(reading: Reading, forms: Forms) -> Reading:
    """Ask about a first line written unlike all below, which are alike and worth half at most.

    It may head them and state a sum that does not come out, or be a key point of its own.
    """
    points = [each for each in reading.points if not each.wrong]
    if len(points) < 3 or points[0].levels:
        return reading
    head, *below = points
    alike = {forms.get(each.place) for each in below}
    total = attainable_of(reading.points, reading.groups)
    if len(alike) > 1 or forms.get(head.place) in alike or reading.stated == total:
        return reading
    if head.points is None or any(2 * (each.points or 0) > head.points for each in below):
        return reading
    said = head.description[:40]
    why = f"{said!r} is written unlike the lines below: is it a heading, or does it earn?"
    return replace(reading, doubts=(*reading.doubts, why))


def _asks(text: str) -> bool:
    """Say whether a heading of a list of which some count is one: it asks, or names a part."""
    return is_question(text) or text[:1].isupper() or names_a_part(text)


def _heads(reading: Reading, forms: Forms) -> tuple[list[int], bool] | None:
    points = reading.points
    earning = [n for n, each in enumerate(points) if not each.wrong]
    classes: dict[Hashable, list[int]] = {}
    for n in earning:
        classes.setdefault(forms.get(points[n].place), []).append(n)
    tied = {n for group in reading.groups for n in group.of}
    for places in classes.values():
        if len(places) == len(earning) or any(points[n].levels or n in tied for n in places):
            continue
        if any(points[n].accepted or points[n].not_enough for n in places):
            continue  # what has phrases of its own earns
        bounds = [*places[1:], len(points)]
        blocks = [
            [n for n in range(a + 1, b) if n in earning]
            for a, b in zip(places, bounds, strict=True)
        ]
        fits = [
            bool(block) and attainable(points, reading.groups, block) == points[head].points
            for head, block in zip(places, blocks, strict=True)
        ]
        is_titled = places[0] == 0 and forms.get(points[0].place, (False,))[0]
        if all(fits) and (len(places) > 1 or len(blocks[0]) > 1 or is_titled):
            is_whole = places[0] == earning[0] and max(map(len, blocks)) > 1
            is_whole = is_whole and (not tied or _asks(points[places[0]].description))
            return places, is_whole
        is_short = len(points[0].description.split()) < 3
        if all(fits) and places == [0] and len(points) == 2 and is_short:
            return places, False
        long = [len(block) > 1 and fit for block, fit in zip(blocks, fits, strict=True)]
        if any(long) and sum(map(bool, blocks)) > 1:
            return [places[long.index(True)]], False
    return None
