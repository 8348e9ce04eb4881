"""A table whose every byte is kept, for files that go back as they came."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from assessor.errors import SubmissionError
from assessor.sheet.table import Table, decode, parse_table


@dataclass(slots=True, kw_only=True)
class RawTable:
    """A table whose every byte is kept: cells are replaced one by one, the rest stays."""

    table: Table
    pieces: list[list[str]]
    ends: list[str]

    def put(self, row: int, column: int, text: str) -> None:
        """Replace one cell (`row` counts from 0 with the header), quoted as it was.

        A cell that was not quoted is quoted where PHP's fputcsv would.
        """
        cells = self.pieces[row]
        cells += [""] * (column + 1 - len(cells))
        always = cells[column].startswith('"')
        cells[column] = quoted(text, self.table.delimiter, always=always)

    def keep(self, rows: Collection[int], columns: Collection[int] = ()) -> None:
        """Drop every row below the header that is not among `rows`, and all of `columns`."""
        head = self.table.head
        kept = [n for n in range(len(self.pieces)) if n <= head or n in rows]
        self.pieces = [
            [cell for place, cell in enumerate(self.pieces[n]) if place not in columns]
            for n in kept
        ]
        ends = [self.ends[n] for n in kept]
        # The last line of a file may have no end: then it may not stand in the middle.
        self.ends = [end or self.table.line_end for end in ends[:-1]] + ends[-1:]

    def encode(self) -> bytes:
        """Return the file."""
        text = "".join(
            self.table.delimiter.join(cells) + end
            for cells, end in zip(self.pieces, self.ends, strict=True)
        )
        return _with_bom(text, self.table)


def parse_raw(data: bytes, file: str) -> RawTable:
    """Return a table together with the raw text of each cell. Raises SubmissionError."""
    table = parse_table(data, file)
    text, _, _ = decode(data, file)
    pieces: list[list[str]] = []
    ends: list[str] = []
    cell = re.compile(
        rf'("(?:[^"]|"")*"|[^{re.escape(table.delimiter)}\r\n]*)'
        rf"({re.escape(table.delimiter)}|\r\n|\n|\r|\Z)"
    )
    place, row = 0, list[str]()
    while place < len(text) or row:
        match = cell.match(text, place)
        if match is None:
            raise SubmissionError(f"{file}: quotes stand within a cell; export it again")
        row.append(match.group(1))
        place = match.end()
        if match.group(2) != table.delimiter:
            pieces.append(row)
            ends.append(match.group(2))
            row = []
    if len(pieces) != len(table.rows):
        raise SubmissionError(f"{file}: holds blank lines within; export it again")
    return RawTable(table=table, pieces=pieces, ends=ends)


def quoted(text: str, delimiter: str, *, always: bool = False) -> str:
    """Return a cell as PHP's fputcsv writes it: quoted where it holds a space or worse."""
    if always or any(each in text for each in (delimiter, '"', "\n", "\r", "\t", " ")):
        return '"' + text.replace('"', '""') + '"'
    return text


def encode_rows(rows: Iterable[Sequence[str]], like: Table, *, quote_all: bool = False) -> bytes:
    """Return rows in the dialect of another table, quoted only where that is needed."""
    text = csv_text(rows, delimiter=like.delimiter, line_end=like.line_end, quote_all=quote_all)
    return _with_bom(text, like)


def csv_text(
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    line_end: str = "\n",
    quote_all: bool = False,
) -> str:
    """Return rows as CSV, quoted only where that is needed."""
    text = io.StringIO()
    minimal, everything = (
        csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
    )
    for row in rows:
        # Before Python 3.13 a lone carriage return is not quoted, and tears its row in two.
        torn = any("\r" in cell for cell in row)
        (everything if quote_all or torn else minimal).writerow(row)
    return text.getvalue()


def _with_bom(text: str, like: Table) -> bytes:
    return (("\ufeff" if like.bom else "") + text).encode(like.encoding)
