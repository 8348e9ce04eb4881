"""A table to a rubric: which of the layouts that people use it has."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from assessor.intake.draft import level_points
from assessor.intake.frame import Frame, Row, frame_of, holds_names, refuse_people_in
from assessor.intake.listed import plain_rows
from assessor.intake.marks import amount_in
from assessor.intake.matrix import (
    levels_in_rows,
    matrix,
    numbered_levels,
    rated_cells,
    transposed,
)
from assessor.intake.named import named_levels
from assessor.intake.roles import Head, Role, is_header, named, role_of
from assessor.intake.source import Grid, Reading


def read_grid(grid: Grid) -> list[Reading]:
    """Return the ways to read a table, the likeliest first; none where it has no points.

    Raises NotARubric for a table of people.
    """
    rows = [
        Row(line=n, cells=cells)
        for n, cells in zip(grid.lines, grid.rows, strict=True)
        if any(cells)
    ]
    if not rows:
        return []
    frame = frame_of(rows)
    refuse_people_in(frame, rows)
    blocks = _blocks(rows)
    if blocks:
        return blocks
    layouts = (
        *(numbered_levels, matrix, rated_cells, named_levels),
        *(levels_in_rows, transposed, plain_rows),
    )
    for layout in layouts:
        readings = layout(frame)
        if readings:
            return [
                replace(
                    each,
                    title=each.title
                    or frame.title
                    or grid.name
                    * (not re.fullmatch(r"(?i)(?:sheet|tabelle|feuille|hoja)\s*\d*", grid.name)),
                    stated=each.stated if each.stated is not None else frame.stated,
                    is_cap=frame.is_cap,
                    sums=tuple(sorted((*frame.sums, *each.sums), key=lambda e: e.line)),
                    notes=(*frame.notes, *each.notes),
                    unused=(*frame.unused, *each.unused),
                    doubts=(*each.doubts, *_left(frame, each)),
                )
                for each in readings
            ]
    return []


def _left(frame: Frame, reading: Reading) -> list[str]:
    """Name the columns of levels of whose texts nothing was made."""
    said = [e for p in reading.points for e in (p.description, *p.accepted, *p.not_enough)]
    said += [level.when for point in reading.points for level in point.levels if level.when]
    said = [" ".join(each.split()) for each in said]
    found = []
    for head in frame.heads:
        cells = [" ".join(row.at(head.place).split()) for row in frame.rows]
        worded = [each for each in cells if len(each.split()) > 1]
        stated = head.points is not None or any(re.search(r"\d", each) for each in cells)
        earns = not stated and named(head.title) != "none"
        is_used = any(text in cell for cell in cells for text in said)
        is_off = any(each.wrong for each in reading.points)
        if _is_joined(frame, head, reading):
            found.append(f"column {head.title!r} was taken as part of what is looked for")
        if head.role is Role.OFF and not is_off and any(re.search(r"[^\W0]", e) for e in cells):
            found.append(f"column {head.title!r} was not used")
        if holds_names(frame, head):
            found.append(f"column {head.title!r} holds names of people; it was left out")
        if head.role is Role.RATING and earns and worded and not is_used:
            found.append(f"the levels in column {head.title!r} were not used")
    return found


def _is_joined(frame: Frame, head: Head, reading: Reading) -> bool:
    """Say whether the texts of a column of an unknown title stand in descriptions with others."""
    beside = [p for p in frame.places(Role.CRITERION, Role.DESCRIPTION) if p != head.place]
    if head.role is not Role.UNKNOWN or not head.title or not beside or not frame.headed:
        return False
    cells = {" ".join(row.at(head.place).split()) for row in frame.rows} - {""}
    worded = [each for each in cells if len(each.split()) > 1]
    if not worded or _DETAIL.search(head.title) or holds_names(frame, head):
        return False
    return any(each in point.description for each in worded for point in reading.points)


# What such a title says of its column: that it tells more of what is looked for.
_DETAIL = re.compile(
    r"(?i)criteri|kriteri|critèr|descri|beschreib|answer|antwort|respuesta|réponse|expect|erwart|detail|guid|look"
    r"|explan|erläuter|element|point|concept|idea|content|inhalt|skill|aspect|aspekt|indicator|comment"
)


def refuse_table_of_people(grid: Grid) -> None:
    """Refuse a table of students. Raises NotARubric."""
    rows = [Row(line=n, cells=c) for n, c in zip(grid.lines, grid.rows, strict=True) if any(c)]
    if rows:
        refuse_people_in(frame_of(rows), rows)


def _blocks(rows: list[Row]) -> list[Reading]:
    """For each criterion a block of rows: names of levels, points below, texts below those."""
    numbered = [n for n, row in enumerate(rows) if _is_points_row(row)]
    starts = [
        n for n in numbered if n and not _is_points_row(rows[n - 1]) and _is_words(rows[n - 1])
    ]
    if any(b - a == 1 for a, b in itertools.pairwise(numbered)):
        return []  # a row per criterion, with a number for each level
    if not starts or (
        len(starts) < 2
        and is_header(rows[starts[0] - 1].cells)
        and role_of(rows[starts[0] - 1].at(0)) is not None
    ):
        return []
    if starts[0] > 3:
        return []
    points = []
    for n, start in enumerate(starts):
        end = starts[n + 1] - 1 if n + 1 < len(starts) else len(rows)
        if end - start > 4:
            return []
        names, numbers, texts = rows[start - 1], rows[start], rows[start + 1 : end]
        levels = []
        for place in range(1, len(numbers.cells)):
            mark = amount_in(numbers.at(place))
            said = " ".join(row.at(place) for row in texts if row.at(place))
            if mark is not None:
                levels.append((mark.points, said or names.at(place)))
        more = [
            row.at(0)
            for row in (numbers, *texts)
            if row.at(0) and role_of(row.at(0)) is None and amount_in(row.at(0)) is None
        ]
        if len(more) > 1:
            return []  # rows of several criteria below one row of points
        text = ": ".join(each for each in (names.at(0), *more) if each)
        if not text or len(levels) < 1:
            return []
        points.append(level_points(text, levels, names.line))
    title = " ".join(c for c in rows[0].cells if c) if starts[0] > 1 else ""
    return [
        Reading(
            how="a block of rows per criterion",
            points=tuple(points),
            title=title,
        )
    ]


def _is_words(row: Row) -> bool:
    shown = [each for each in row.cells if each]
    return len(shown) >= 2 and all(amount_in(each) is None for each in shown)


def _is_points_row(row: Row) -> bool:
    rest = [row.at(place) for place in range(1, len(row.cells)) if row.at(place)]
    return len(rest) >= 2 and all(amount_in(each) is not None for each in rest)
