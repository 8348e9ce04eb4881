"""Bytes to a table of text cells, and the numbers in it."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assessor.errors import SubmissionError

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A delimited file as text: `rows` includes the header; `lines` is the line of each record."""

    file: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    encoding: str
    bom: bool
    delimiter: str
    line_end: str

    @property
    def header(self) -> tuple[str, ...]:
        """The first record."""
        return self.rows[0]

    def records(self, header: int = 0) -> Iterable[tuple[int, tuple[str, ...]]]:
        """Yield (record number from 1, cells) below the header row, padded to its width."""
        width = len(self.rows[header])
        for number in range(header + 1, len(self.rows)):
            row = self.rows[number]
            if any(cell.strip() for cell in row):
                yield number + 1, row + ("",) * (width - len(row))


def parse_table(data: bytes, file: str, encoding: str | None = None) -> Table:
    """Return a delimited file as a table of text cells.

    Bytes are decoded by their BOM, else as strict UTF-8, else as cp1252. The delimiter is the one
    that gives the widest header record. Raises SubmissionError with the line of what is torn.
    """
    text, used, bom = decode(data, file, encoding)
    if not text.strip():
        raise SubmissionError(f"{file}: is empty; export it again")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SubmissionError(f"{file}:{line}: holds a NUL character; export it again as CSV")
    delimiter = max(DELIMITERS, key=lambda each: _width(text, each))
    rows, lines = _records(text, delimiter, file)
    return Table(
        file=file,
        rows=tuple(rows),
        lines=tuple(lines),
        encoding=used,
        bom=bom,
        delimiter=delimiter,
        line_end="\r\n" if "\r\n" in text else "\n",
    )


def decode(data: bytes, file: str, encoding: str | None = None) -> tuple[str, str, bool]:
    """Return the text, the encoding's name and whether it began with a BOM."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(name), name, True
            except UnicodeDecodeError as error:
                raise SubmissionError(f"{file}: torn {name} at byte {error.start}") from error
    for name in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return data.decode(name), name, False
        except (UnicodeDecodeError, LookupError):
            continue
    raise SubmissionError(f"{file}: neither UTF-8 nor Windows text; save it as UTF-8")


def _width(text: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader(io.StringIO(text), delimiter=delimiter)))
    except (csv.Error, StopIteration):
        return 0


def _records(text: str, delimiter: str, file: str) -> tuple[list[tuple[str, ...]], list[int]]:
    # The default limit of 131,072 characters would refuse a whole class for one long answer.
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            rows.append(tuple(row))
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        last = repr(rows[-1][0]) if rows and rows[-1] else "the header"
        raise SubmissionError(
            f"{file}:{start}: broken quoting in the record after {last} ({error}); "
            "a quote is not closed or not doubled: correct that cell or export again"
        ) from error
    return rows, lines


def number_in(cell: str) -> Decimal | None:
    """Return the number in a cell, with a point or a comma; None where there is none."""
    text = cell.strip().replace("\u00a0", "")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
