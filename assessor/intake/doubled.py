"""Points that a source counts twice: are they doubled already, or still to be?"""

from __future__ import annotations

from dataclasses import replace

from assessor.intake.draft import spread
from assessor.intake.source import Reading, Source
from assessor.intake.sums import attainable_of
from assessor.intake.words import DOUBLE
from assessor.rubric.write import DraftLevel, DraftPoint


def both_ways(reading: Reading, source: Source) -> list[Reading]:
    """Return a reading with the points doubled that its source counts double, and as it is.

    The stated total says which is meant, where there is one.
    """
    places = {each.number for each in source.lines if DOUBLE.search(each.text)}
    places |= {
        line
        for grid in source.grids
        for line, row in zip(grid.lines, grid.rows, strict=True)
        if any(DOUBLE.search(cell) for cell in row)
    }
    points = tuple(_twice(e) if e.place in places else e for e in reading.points)
    if points == reading.points:
        return [reading]
    said = "what counts double was doubled"
    twice = replace(reading, points=points, how=f"{reading.how}, doubled where it says so")
    if reading.stated == attainable_of(points, reading.groups):
        return [replace(twice, how=reading.how, notes=(*reading.notes, said))]
    if reading.stated == attainable_of(reading.points, reading.groups):
        kept = "the stated total counts what counts double as it is written"
        return [replace(reading, notes=(*reading.notes, kept))]
    return [twice, replace(reading, how=f"{reading.how}, as many points as are written")]


def _twice(point: DraftPoint) -> DraftPoint:
    levels = spread([(e.points, e.when) for e in point.levels], point.points * 2, point.points)
    return replace(
        point,
        points=point.points * 2,
        levels=tuple(DraftLevel(points=number, when=when) for number, when in levels),
    )
