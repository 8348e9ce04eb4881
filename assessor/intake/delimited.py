"""Tables in plain text: cells between delimiters, or in columns aligned by spaces."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from assessor.intake.levels import levels_in
from assessor.intake.marks import amount_in
from assessor.intake.roles import is_header, role_of
from assessor.intake.source import Grid

Records = list[tuple[int, tuple[str, ...]]]


def records_in(text: str, suffix: str) -> Records | None:
    """Return the records of a delimited text, each with its line; None where it is none."""
    if (rejoined := _rejoined(text)) is not None:
        return rejoined
    best: tuple[float, Records] | None = None
    for delimiter in ("\t", ";", ",", "|"):
        if not _delimits(delimiter, text, suffix):
            continue
        records = _records(text, delimiter)
        share = _evenness(records)
        strong = delimiter == "\t" or suffix in {"csv", "tsv"} or _headed(records)
        enough = 0.35 if delimiter == "\t" and _headed(records) else 0.6
        if share >= enough and strong and (best is None or share > best[0] + 0.15):
            best = (share, records)
    return None if best is None else best[1]


def _delimits(delimiter: str, text: str, suffix: str) -> bool:
    """Say whether a sign can part cells: not the commas of decimals, nor strokes around a table."""
    if delimiter == "|":
        return delimiter in text and not re.search(r"(?m)^\s*\|", text)
    if delimiter == ";" and _lists_levels(text):
        return False
    if delimiter in {",", ";"} and _lists_marks(text, delimiter):
        return False
    if delimiter in {",", ";"} and suffix not in {"csv", "tsv"}:
        text = re.sub(r"\([^()\n]*\)|\[[^\[\]\n]*\]", "", text)
    if delimiter == "," and suffix != "csv":
        return len(re.findall(r"(?m)^.*(?:(?<!\d),|,(?!\d)).*$", text)) > 1
    return delimiter in text


def _lists_levels(text: str) -> bool:
    """Say whether lines list levels behind their names: `Accuracy: 2 = no errors; 1 = one`."""
    parts = [each.partition(":") for each in text.split("\n") if each.strip()]
    return bool(parts) and all(colon and levels_in(rest) for _, colon, rest in parts)


def _lists_marks(text: str, sign: str) -> bool:
    """Say whether what stands between signs ends with its mark: `inertia (1); mass (1)`."""
    parts = [each.split(sign) for each in text.split("\n") if sign in each]
    return bool(parts) and all(re.search(r"[\d½][\])]\s*$", e) for cells in parts for e in cells)


def _rejoined(text: str) -> Records | None:
    """Return the records of a tab table whose cells have line breaks without quotes, if it is one.

    Each record has as many tabs as the header; lines without any go on in the cell before them.
    """
    lines = text.split("\n")
    head = next((n for n, line in enumerate(lines) if "\t" in line), len(lines))
    if head == len(lines) or '"' in text:
        return None
    width = lines[head].count("\t")
    if width < 2 or all(e.count("\t") in {0, width} for e in lines):
        return None
    records = [(n, (each.strip(),)) for n, each in enumerate(lines[:head], start=1)]
    whole: list[tuple[int, str]] = []
    for number, line in enumerate(lines[head:], start=head + 1):
        if whole and (whole[-1][1].count("\t") < width or "\t" not in line) and line.strip():
            whole[-1] = (whole[-1][0], f"{whole[-1][1]}\n{line}")
        elif line.strip():
            whole.append((number, line))
    cells = [(n, tuple(cell.strip() for cell in each.split("\t"))) for n, each in whole]
    if len(cells) < 2 or any(len(each) != width + 1 for _, each in cells):
        return None
    return [*records, *cells] if is_header(cells[0][1]) else None


def _records(text: str, delimiter: str) -> Records:
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True, quoting=quoting)
        records, start = [], 1
        try:
            for row in reader:
                records.append((start, tuple(each.strip() for each in row)))
                start = reader.line_num + 1
        except csv.Error:
            continue
        return records
    return []


def _evenness(records: Records) -> float:
    """Return the share of records that are as wide as most, where those have two cells or more."""
    widths = [len(cells) for _, cells in records if any(cells)]
    if not widths:
        return 0.0
    ragged = any("criteria name" in (each.casefold() for each in cells) for _, cells in records[:3])
    if ragged:
        return 1.0
    wide = [each for each in widths if each > 1]
    if len(wide) < 2:
        return 0.0
    _, times = Counter(wide).most_common(1)[0]
    return times / len(widths) if len(wide) >= 0.4 * len(widths) else 0.0


def _headed(records: Records) -> bool:
    """Say whether some record near the top reads as a header, or one column is all points."""
    shown = [cells for _, cells in records if any(cells)]
    if any(is_header(cells) for cells in shown[:8]):
        return True
    width = max(map(len, shown), default=0)
    return width <= 6 and any(
        sum(place < len(c) and amount_in(c[place]) is not None for c in shown) >= len(shown) - 1
        and all(len(c) <= 200 for cells in shown for c in cells)
        for place in range(width)
    )


def aligned(lines: Sequence[str]) -> tuple[int, int, Grid] | None:
    """Return a table whose columns are aligned by spaces, and its first and last line; or None.

    Each column starts at the same place in every row, below a row of titles.
    """
    rows: dict[int, list[re.Match[str]]] = {}
    for n, line in enumerate(lines):
        found = list(re.finditer(r"\S+(?: \S+)*", line.expandtabs(8)))
        if len(found) >= 2:
            rows[n] = found
    first = next((n for n, found in rows.items() if _names_columns([e[0] for e in found])), None)
    if first is None:
        return None
    starts = [each.start() for each in rows[first]]
    ends = [each.end() for each in rows[first]]
    grid: list[tuple[int, tuple[str, ...]]] = []
    last = max(rows)
    for n in range(first, last + 1):
        if not lines[n].strip() or not re.search(r"\w", lines[n]):
            continue
        cells = [""] * len(starts)
        for each in rows.get(n) or re.finditer(r"\S+(?: \S+)*", lines[n].expandtabs(8)):
            place = _column(each, starts, ends)
            if place is None or cells[place]:
                return None
            cells[place] = each[0]
        grid.append((n + 1, tuple(cells)))
    if len(grid) < 3:
        return None
    table = Grid(rows=tuple(c for _, c in grid), lines=tuple(n for n, _ in grid))
    return first, last, table


def _column(cell: re.Match[str], starts: Sequence[int], ends: Sequence[int]) -> int | None:
    """Return the column in which a cell stands: begun with its title, or ended with it."""
    found = [
        n
        for n, (start, end) in enumerate(zip(starts, ends, strict=True))
        if cell.start() == start
        or cell.end() == end
        or (start <= cell.start() <= cell.end() <= end)
    ]
    return found[0] if len(found) == 1 else None


def _names_columns(cells: Sequence[str]) -> bool:
    return (
        is_header(cells)
        and any(role_of(each) is not None for each in cells)
        and not any(amount_in(each) for each in cells)
    )
