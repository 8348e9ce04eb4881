"""Spreadsheets (xlsx, xls) as tables of text; calamine reads them, in a process of its own.

A zip's directory, entity declarations and far-off cells are looked at before: a few kilobytes of
xlsx can ask for gigabytes. What slips through ends the child and becomes one clear message.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assessor.counting import plural
from assessor.errors import SubmissionError
from assessor.readers.archive import Archive
from assessor.sheet import MOST_COLUMNS, Table, table_of

# What a sheet may span. Cells are held densely: one in the last corner would cost gigabytes.
_MOST_CELLS = 12_000_000
_REFERENCE = re.compile(rb'\br="([A-Z]{0,7})(\d{1,9})"')
_XLS_BYTES = 64 * 1024 * 1024
_CHILD = Path(__file__).with_name("workbook_child.py")
_SECONDS = 180
# So many hidden rows are named.
_NAMED = 5


def is_workbook(archive: Archive) -> bool:
    """Return whether a zip is a workbook of Excel or LibreOffice."""
    if "content.xml" in archive.names and "META-INF/manifest.xml" in archive.names:
        return True
    return "[Content_Types].xml" in archive.names and any(
        name.startswith("xl/") for name in archive.names
    )


def read_workbook(data: bytes, archive: Archive) -> list[Table]:
    """Return the sheets of a workbook that hold anything. Raises SubmissionError."""
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            look_at(archive, name)
    return tables_from(data, archive.file)


def read_xls(data: bytes, file: str) -> list[Table]:
    """Return the sheets of an old Excel file. Raises SubmissionError."""
    if len(data) > _XLS_BYTES:
        raise SubmissionError(f"{file}: is too large for .xls; save it as .xlsx or CSV")
    return tables_from(data, file)


def look_at(archive: Archive, name: str) -> None:
    """Refuse declarations of entities, and cells so far off that the sheet could not be held."""
    columns = rows = 1
    content = archive.read(name)
    if (
        b"<!DOCTYPE" in content
        or b"<!ENTITY" in content
        or content[:2] in (b"\xff\xfe", b"\xfe\xff")
    ):
        raise SubmissionError(
            f"{archive.file}: {name!r} declares a document type, which no spreadsheet does; "
            "it is not opened"
        )
    if not name.startswith("xl/worksheets/"):
        return
    for match in _REFERENCE.finditer(content):
        rows = max(rows, int(match[2]))
        columns = max(columns, _column(match[1]))
    if rows * columns > _MOST_CELLS or columns > MOST_COLUMNS:
        raise SubmissionError(
            f"{archive.file}: {name!r} spans {plural(rows, 'row')} and "
            f"{plural(columns, 'column')}; delete the "
            "far-off cell and save it again, or save the sheet as CSV"
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def tables_from(
    data: bytes, file: str, child: Path = _CHILD, kind: str = "spreadsheet"
) -> list[Table]:
    """Return the tables that a process of its own reads from `data`. Raises SubmissionError."""
    try:
        done = subprocess.run(  # noqa: S603  # our own script, the file goes in as data
            [sys.executable, "-P", str(child)], input=data, capture_output=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise SubmissionError(f"{file}: takes too long to open; save it as CSV") from error
    if done.returncode:
        raise SubmissionError(
            f"{file}: cannot be read as a {kind}; open it, save it anew or as CSV"
        )
    tables: list[Table] = []
    about, rows = dict[str, Any](name=""), list[tuple[str, ...]]()
    for line in io.BytesIO(done.stdout):
        value = json.loads(line)
        if isinstance(value, dict):
            tables += _table(file, about, rows)
            about, rows = value, []
        else:
            rows.append(tuple(_text(cell) for cell in value))
    tables += _table(file, about, rows)
    if not tables:
        raise SubmissionError(f"{file}: is an empty {kind}; export it again")
    return tables


def _table(file: str, about: Mapping[str, Any], rows: list[tuple[str, ...]]) -> list[Table]:
    """Return a sheet without the empty rows and columns around what it holds."""
    width = max((p + 1 for row in rows for p, cell in enumerate(row) if cell), default=0)
    while rows and not any(rows[-1]):
        rows.pop()
    cells = [(*row, *("",) * (width - len(row)))[:width] for row in rows]
    table = table_of(f"{file} ({about['name']})", cells)
    return [replace(table, notes=tuple(_hidden(about, rows)))] if rows else []


def _hidden(about: Mapping[str, Any], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Say what nobody sees who opens the workbook: it is read like the rest."""
    name = about["name"]
    if about.get("is_hidden"):
        yield f"the worksheet {name!r} is hidden; it was read like the others"
    hidden = about.get("hidden_rows", ())
    held = [each + 1 for each in hidden if each < len(rows) and any(rows[each])]
    if held:
        listed = ", ".join(map(str, held[:_NAMED])) + (", …" if len(held) > _NAMED else "")
        yield (
            f"{plural(len(held), 'hidden row')} of the worksheet {name!r} (row {listed}): read "
            "like the others: delete them, or copy what is seen into a new sheet, to leave them out"
        )


def _text(cell: str) -> str:
    """Return a cell with line ends as everywhere (calamine has undone `_x000D_` and its like)."""
    if "\r" in cell or "\0" in cell:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return cell
