"""Spreadsheets (xlsx, xls) as tables of text; calamine reads them, we look before it does.

A zip's directory, entity declarations and far-off cells are checked first: a few kilobytes of
xlsx can ask for gigabytes.
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time, timedelta

import python_calamine

from assessor.errors import SubmissionError
from assessor.readers.archive import Archive
from assessor.sheet import Table, table_of

# What a sheet may span. Cells are held densely: one in the last corner would cost gigabytes.
_MOST_CELLS = 12_000_000
_CHUNK = 1 << 20
_REFERENCE = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_XLS_BYTES = 64 * 1024 * 1024


def is_workbook(archive: Archive) -> bool:
    """Return whether a zip is an Office workbook."""
    return "[Content_Types].xml" in archive.names and any(
        name.startswith("xl/") for name in archive.names
    )


def read_workbook(data: bytes, archive: Archive) -> list[Table]:
    """Return the sheets of an xlsx file that hold anything. Raises SubmissionError."""
    if any(name.endswith("workbook.bin") for name in archive.names):
        raise SubmissionError(f"{archive.file}: is a binary workbook; save it as .xlsx")
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            _look_at(archive, name)
    return _sheets(data, archive.file, escaped=True)


def read_xls(data: bytes, file: str) -> list[Table]:
    """Return the sheets of an old Excel file. Raises SubmissionError."""
    if len(data) > _XLS_BYTES:
        raise SubmissionError(f"{file}: is too large for .xls; save it as .xlsx or CSV")
    return _sheets(data, file, escaped=False)


def _look_at(archive: Archive, name: str) -> None:
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
    if rows * columns > _MOST_CELLS:
        raise SubmissionError(
            f"{archive.file}: {name!r} spans {rows:,} rows and {columns:,} columns; delete the "
            "far-off cell and save it again, or save the sheet as CSV"
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheets(data: bytes, file: str, *, escaped: bool) -> list[Table]:
    tables = []
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                rows = sheet.to_python(skip_empty_area=False)
                texts = [tuple(_text(cell, escaped=escaped) for cell in row) for row in rows]
                while texts and not any(texts[-1]):
                    texts.pop()
                if texts:
                    tables.append(table_of(f"{file} ({name})", _trimmed(texts)))
    except Exception as error:  # calamine raises what its parts raise
        raise SubmissionError(f"{file}: cannot be read as a spreadsheet; save it anew") from error
    except BaseException as error:
        # A panic in Rust is no Exception; everything else of that kind is not ours to stop.
        if type(error).__name__ != "PanicException":
            raise
        raise SubmissionError(f"{file}: is damaged; open it and save it anew") from error
    if not tables:
        raise SubmissionError(f"{file}: is an empty spreadsheet; export it again")
    return tables


def _trimmed(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Drop the columns that are empty to the right of everything."""
    width = max((place + 1 for row in rows for place, cell in enumerate(row) if cell), default=0)
    return [row[:width] for row in rows]


def _text(cell: object, *, escaped: bool) -> str:
    """Return a cell as it is seen: 731 and not 731.0, times in one form."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    text = str(cell)
    if escaped and "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
