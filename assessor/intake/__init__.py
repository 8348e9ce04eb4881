"""What people have in place of a rubric file: any shape, read with evidence, or refused.

    bytes → Source (lines, tables, values, with places) → Reading(s) → Draft → preview → file

A reading is one way to understand a source. Where there is just one, and nothing in it is
doubtful, it becomes the draft; else a person picks (`--reading N`). Everything that a draft says
stands in its source: what does not is left out here, whoever read it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.intake.doubled import both_ways
from assessor.intake.doubts import with_doubts
from assessor.intake.frame import NAME
from assessor.intake.grid import read_grid, refuse_table_of_people
from assessor.intake.headings import forms_of, peeled
from assessor.intake.lines import entries_of, is_total
from assessor.intake.marks import deduction_in
from assessor.intake.negative import as_negative
from assessor.intake.outline import read_lines
from assessor.intake.platforms import PAGES, PLATFORMS
from assessor.intake.platforms.stacked import ENDS
from assessor.intake.source import Block, Grid, Group, Line, NotARubric, Reading, Source
from assessor.intake.subtotals import without_sums
from assessor.intake.sums import attainable_of, held_against_total
from assessor.intake.text import line_of, read_tables, read_text
from assessor.intake.tree import read_tree_values, refuse_people
from assessor.intake.verbatim import kept_verbatim
from assessor.intake.written_out import legend_in
from assessor.rubric.write import Draft, DraftGroup, DraftPoint

_HOW = (
    "give lines such as '2 points: mentions …', a table with a column of points, or --lines to "
    "make "
    "each line a key point worth 1"
)


def readings_of(source: Source, pieces: Sequence[str] = ()) -> list[Reading]:
    """Return the ways to read a source, the likeliest first; there is at least one.

    `pieces` are texts that were asked for by other means, such as the question: a line of them
    is nobody's leftover. Raises NotARubric, which says what was found and the nearest way.
    """
    if source.text.lstrip().startswith("{\\rtf"):
        raise NotARubric(
            "is RTF", "save it as .docx, or copy the table in it and paste it (--from -)"
        )
    readings = _of_platform(source)
    is_general = readings is None
    if readings is None:
        source = _without_overall(source)
        readings = _of_tree(source) if source.tree is not None else _of_blocks(source)
    readings = [kept_verbatim(each, source.text) for each in readings if each.points]
    known = {" ".join(each.split()) for each in pieces}
    readings = [
        replace(each, unused=tuple(e for e in each.unused if e[1] not in known))
        for each in readings
    ]
    forms = forms_of(source.lines) if is_general and source.kind != "tex" else {}
    readings = [peeled(each, forms) if forms else each for each in readings]
    readings = [each for reading in readings for each in without_sums(reading)]
    readings = [each for reading in readings for each in both_ways(reading, source)]
    if is_general or source.tree is not None:
        readings = [as_negative(each, source) for each in readings]
    is_nested = source.tree is not None or source.kind == "tex"
    checked = [
        each for reading in readings for each in held_against_total(reading, is_nested=is_nested)
    ]
    if not checked:
        raise NotARubric("no points were found in it", _HOW)
    if source.tree is not None and all(map(_is_list_of_names, checked)):
        raise NotARubric(
            "looks like a list of students with their grades, not like a rubric",
            "give the file in which the criteria and their points stand",
        )
    whole = source if len(checked) == 1 else None
    return [with_doubts(each, whole, is_general=is_general) for each in checked]


def refuse_people_anywhere(source: Source) -> None:
    """Refuse a source with students or addresses in it. Raises NotARubric."""
    refuse_people(source.tree)
    for grid in source.grids:
        refuse_table_of_people(grid)
    if "@" in source.text and re.search(r"[\w.+-]+@[\w-]+\.\w", source.text):
        raise NotARubric("holds e-mail addresses", "take the people out of it first")


def _is_list_of_names(reading: Reading) -> bool:
    named = all(NAME.match(each.description) and not each.levels for each in reading.points)
    return named and len(reading.points) > 1


def lines_as_points(source: Source) -> Reading:
    """Return each line as a key point worth 1: what `--lines` asks for. Raises NotARubric."""
    texts = [
        (each.number, each.text)
        for each in source.lines
        if not each.heading and not is_total(each.text)
    ]
    texts += [
        (line, ": ".join(c for c in cells if c))
        for grid in source.grids
        for line, cells in zip(grid.lines, grid.rows, strict=True)
    ]
    if source.tree is not None:
        raise NotARubric(
            f"is {source.kind.upper()}, whose lines are no key points", "leave --lines out"
        )
    points = tuple(
        DraftPoint(description=" ".join(text.split()), points=Decimal(1), place=line)
        for line, text in texts
        if text
    )
    if not points:
        raise NotARubric("holds no lines", "give one key point a line")
    return Reading(
        how="each line a key point worth 1",
        points=points,
        notes=("each line became a key point worth 1, as --lines says",),
    )


def draft_of(reading: Reading, file: str) -> Draft:
    """Return a reading as a draft; its notes say what was assumed, and what was not used."""
    groups = tuple(DraftGroup(of=each.of, count=each.count) for each in reading.groups)
    earned = attainable_of(reading.points, reading.groups)
    capped = reading.stated is not None and Decimal(0) < reading.stated < earned
    return Draft(
        title=reading.title,
        question=reading.question,
        reference=reading.reference,
        language=reading.language,
        points=reading.points,
        groups=groups,
        max_points=reading.stated if capped else None,
        notes=tuple(f"{file}: {each}" for each in reading.notes),
    )


def _of_platform(source: Source) -> list[Reading] | None:
    for name, platform in PLATFORMS.items():
        if platform.recognise(source):
            if name in PAGES:
                # Read line by line, a page would not see that a column is of students.
                for grid in source.grids:
                    refuse_table_of_people(grid)
            return platform.read(source)
    return None


def _without_overall(source: Source) -> Source:
    """Leave out what stands below `Overall Score`: from how many points on a level is reached."""
    ends = [n for n, e in enumerate(source.blocks) if isinstance(e, Line) and ENDS.match(e.text)]
    return replace(source, blocks=source.blocks[: ends[-1]]) if ends and ends[-1] else source


def _of_tree(source: Source) -> list[Reading]:
    readings = read_tree_values(source)
    if not readings:
        raise NotARubric(
            f"is {source.kind.upper()}, and no list in it has texts with points or levels",
            "paste lines such as '2 points: mentions …' instead",
        )
    return readings


def _of_blocks(source: Source) -> list[Reading]:
    if not source.grids:
        return read_lines(source.lines)
    found: list[tuple[Grid, list[Reading]]] = []
    legend = [each for each in source.lines if legend_in(each.text)]
    for grid in source.grids:
        if readings := read_grid(_below(legend, grid)):
            found.append((grid, readings))
    if not found:
        return (
            read_lines([*source.lines, *_as_lines(source.grids)])
            if _is_narrow(source.grids)
            else read_lines(source.lines)
        )
    if len(found) > 1:
        return _of_several(source, found)
    grid, readings = found[0]
    before = _before(source.blocks, grid)
    above = [each for each in before if isinstance(each, Line) and each not in legend]
    below = [each for each in source.lines if each not in (*above, *legend)]
    return [_with_lines(each, above, below) for each in readings]


def _below(legend: Sequence[Line], grid: Grid) -> Grid:
    """Return a table with the lines that say what its levels are worth as rows above it."""
    rows, lines = (((e.text,) for e in legend), (e.number for e in legend))
    return replace(grid, rows=(*rows, *grid.rows), lines=(*lines, *grid.lines))


def _of_several(source: Source, found: list[tuple[Grid, list[Reading]]]) -> list[Reading]:
    """A file with several tables: a person says which is the question's."""
    readings = []
    for number, (grid, (first, *_)) in enumerate(found, start=1):
        name = f"sheet {grid.name!r}" if grid.name else f"table {number} (line {grid.lines[0]})"
        above = [e for e in _before(source.blocks, grid) if isinstance(e, Line)]
        title = above[-1].text if above and not first.title else first.title
        readings.append(
            replace(first, how=f"only {name}{': ' + title[:40] if title else ''}", title=title)
        )
    return readings


def _before(blocks: Sequence[Block], grid: Grid) -> list[Block]:
    place = next(n for n, each in enumerate(blocks) if each is grid)
    found: list[Block] = []
    for each in reversed(blocks[:place]):
        if isinstance(each, Grid):
            break
        found.insert(0, each)
    return found


def _as_lines(grids: Sequence[Grid]) -> list[Line]:
    found = []
    for grid in grids:
        for number, cells in zip(grid.lines, grid.rows, strict=True):
            line = line_of(number, "  ".join(each for each in cells if each))
            found += [line] if line is not None else []
    return found


def _is_narrow(grids: Sequence[Grid]) -> bool:
    return all(sum(bool(c) for c in row) <= 1 for grid in grids for row in grid.rows)


def _with_lines(reading: Reading, above: Sequence[Line], below: Sequence[Line]) -> Reading:
    """Add what stands around a table: a title, a total, what is taken off; the rest is not used."""
    title, stated, unused = reading.title, reading.stated, list(reading.unused)
    points = list(reading.points)
    for line in (*above, *below):
        words, _, after = line.text.partition(". ")
        if is_total(words) or is_total(line.text):
            numbers = [Decimal(e.replace(",", ".")) for e in _numbers(words)]
            stated = max([*numbers, stated or Decimal(0)]) or None
        elif line in below and (off := deduction_in(_bulleted(line))) is not None:
            points.append(
                DraftPoint(description=off.text, points=-off.points, wrong=True, place=line.number)
            )
        elif line in above and not title and len(line.text) <= 100 and not after:
            title = line.text
        else:
            unused.append((line.number, line.text))
    return replace(reading, title=title, stated=stated, points=tuple(points), unused=tuple(unused))


def _bulleted(line: Line) -> str:
    """Return a line with the dash in front that is a minus where a number follows."""
    is_minus = line.mark in {"-", "–", "−"} and line.text[:1].isdecimal()
    return f"-{line.text}" if is_minus else line.text


def _numbers(text: str) -> list[str]:
    return [
        number
        for each in text.replace("/", " ").split()
        if (number := each.strip(".,()[]")).replace(",", "").replace(".", "").isdecimal()
    ]


__all__ = [
    "Grid",
    "Group",
    "Line",
    "NotARubric",
    "Reading",
    "Source",
    "attainable_of",
    "draft_of",
    "entries_of",
    "lines_as_points",
    "read_tables",
    "read_text",
    "readings_of",
    "refuse_people_anywhere",
]
