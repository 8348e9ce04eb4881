"""Bytes to a table of text cells, and the numbers in it."""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import BinaryIO, Literal, overload

from assessor.counting import plural
from assessor.errors import SubmissionError
from assessor.sheet.encodings import guess
from assessor.sheet.file_bytes import FileBytes

DELIMITERS = (",", ";", "\t", "|")


# Longer cells are no short answers: what holds one is shown to a person (a base64 picture, a book).
LONGEST_CELL = 200_000
# What Excel and LibreOffice hold; a wider table is torn or made to hurt.
MOST_COLUMNS = 16_384
_FIRST = 64 * 1024
# Thousands in groups: with a decimal sign behind them, or more than one group.
_MOST_DIGITS = 20
_GROUPED = re.compile(
    r"-?\d{1,3}(?:,\d{3})+\.\d+|-?\d{1,3}(?:\.\d{3})+,\d+|-?\d{1,3}(?: \d{3})+[.,]\d+"
    r"|-?\d{1,3}(?:,\d{3}){2,}|-?\d{1,3}(?:\.\d{3}){2,}"
)
# What a page puts in front of a file that it makes itself, and forgets to take off.
_DATA_URL = re.compile(r"data:[\w/+.-]+(?:;[\w-]+(?:=[\w-]+)?)*,")
_CHUNK = 1 << 20
_PAIR = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
# Rows, and the line that each starts on: a number for each would take as much again as its row.
_Records = tuple[Sequence[tuple[str, ...]], Sequence[int]]


class Rows(Sequence[tuple[str, ...]]):
    """Rows whose cells stand in one list: a tuple for each would be a sixth of a short answer."""

    def __init__(self) -> None:
        self._cells: list[str] = []
        self._ends = array("q", [0])

    def append(self, row: Sequence[str]) -> None:
        """Add a row."""
        self._cells += row
        self._ends.append(len(self._cells))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[tuple[str, ...], ...]: ...
    def __getitem__(self, place: int | slice) -> tuple[str, ...] | tuple[tuple[str, ...], ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        place = range(len(self))[place]
        return tuple(self._cells[self._ends[place] : self._ends[place + 1]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as text: `rows` are all records; `head` is the place of the header among them.

    `lines` is the line that each record starts on (of a spreadsheet: its row). `skip` holds places
    of rows below the header that are known to be no record, `notes` what to tell of the table.
    """

    file: str
    rows: Sequence[tuple[str, ...]]
    lines: Sequence[int]
    encoding: str
    bom: bool
    delimiter: str
    line_end: str
    head: int = 0
    skip: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return self.rows[self.head]

    def records(self, header: int | None = None) -> Iterable[tuple[int, tuple[str, ...]]]:
        """Yield (record number from 1, cells) below the header row, padded to its width."""
        head = self.head if header is None else header
        width = len(self.rows[head])
        for number in range(head + 1, len(self.rows)):
            row = self.rows[number]
            if number in self.skip or self.repeats_header(number, head):
                continue
            if any(cell and not cell.isspace() for cell in row):
                yield number + 1, row + ("",) * (width - len(row))

    def repeats_header(self, place: int, head: int | None = None) -> bool:
        """Return whether a row is the header again, pasted among the records."""
        head = self.head if head is None else head
        if place == head:
            return False
        header, row = self.rows[head], self.rows[place]
        if not (row and header) or row[0].strip() != header[0].strip():
            return False
        said = [each.strip() for each in row if each.strip()]
        return len(said) > 1 and said == [each.strip() for each in header if each.strip()]

    def first(self, most: int) -> list[tuple[str, ...]]:
        """Return the cells of the first records, to see what they look like."""
        return [cells for _, cells in islice(self.records(), most)]

    def below(self, head: int) -> Table:
        """Return the same table with its header at another place among the rows."""
        return replace(self, head=head)

    def where(self, row: int) -> str:
        """Return file and line of a record, for a message."""
        return f"{self.file}:{self.lines[row - 1]}"


def table_of(file: str, rows: Iterable[Sequence[str]], lines: Sequence[int] = ()) -> Table:
    """Return rows that came from no delimited file as a table."""
    kept = tuple(tuple(row) for row in rows)
    return Table(
        file=file,
        rows=kept,
        lines=tuple(lines) or tuple(range(1, len(kept) + 1)),
        encoding="utf-8",
        bom=False,
        delimiter=",",
        line_end="\n",
    )


def parse_table(data: bytes | FileBytes, file: str, encoding: str | None = None) -> Table:
    """Return a delimited file as a table of text cells.

    Bytes are decoded by their BOM, else as strict UTF-8, else as what `guess` is sure of. The
    delimiter is the one that gives the widest header record. Raises SubmissionError with the line
    of what is torn.
    """
    held = data if isinstance(data, FileBytes) else FileBytes(data)
    data = held.data
    used, mark = encoding_of(data, file, encoding)
    first = start_of(data, used, mark)
    if not first or (first.isspace() and not data[mark:].strip(b"\0 \t\r\n")):
        raise SubmissionError(f"{file}: is empty; export it again")
    delimiter = max(DELIMITERS, key=lambda each: _fit(first, each))
    line_end = "\r\n" if "\r\n".encode(used) in data else "\n"
    if delimiter == "\t":
        rows, lines = _tabbed(data, used, mark, file)
    else:
        del data
        rows, lines = _records(_text(held.stream(mark), used), delimiter, file)
    refuse_wide(rows, lines, file)
    return Table(
        file=file,
        rows=rows,
        lines=lines,
        encoding=used,
        bom=mark > 0,
        delimiter=delimiter,
        line_end=line_end,
    )


def _tabbed(data: bytes, used: str, mark: int, file: str) -> _Records:
    try:
        return _records(_text(io.BytesIO(data[mark:]), used), "\t", file)
    except SubmissionError:
        # Scripts write tabs without any quoting: then a quote is a character like others.
        rows, lines = _records(_text(io.BytesIO(data[mark:]), used), "\t", file, csv.QUOTE_NONE)
        if len({len(row) for row in rows if row}) != 1:
            raise
        return rows, lines


def refuse_wide(rows: Sequence[Sequence[str]], lines: Sequence[int], file: str) -> None:
    """Raise SubmissionError for a row with more columns than any spreadsheet has."""
    for row, line in zip(rows, lines, strict=True):
        if len(row) > MOST_COLUMNS:
            raise SubmissionError(
                f"{file}:{line}: spans {plural(len(row), 'column')}, more than any spreadsheet has "
                f"({MOST_COLUMNS:,}); export the file again, or keep the columns of who answers "
                "and of the answers"
            )


def decode(data: bytes, file: str, encoding: str | None = None) -> tuple[str, str, bool]:
    """Return the text, the encoding's name and whether it began with a BOM."""
    used, mark = encoding_of(data, file, encoding)
    return data[mark:].decode(used), used, mark > 0


def encoding_of(data: bytes, file: str, encoding: str | None = None) -> tuple[str, int]:
    """Return the encoding in which all of `data` is text, and the length of its BOM."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            if not _is_text(data, name, len(mark)):
                line = _line_of_fault(data, name, len(mark))
                raise SubmissionError(
                    f"{file}:{line}: a byte there is not {name}; mend that line or export it again"
                )
            return name, len(mark)
    if encoding:
        if _is_text(data, encoding, 0):
            return encoding, 0
        raise SubmissionError(f"{file}: is no {encoding} text; --encoding must name another one")
    for name in (*_bare_utf16(data), "utf-8"):
        if _is_text(data, name, 0):
            return name, 0
    _refuse_mixture(data, file)
    found, fitting = guess(data)
    if found is not None and _is_text(data, found, 0):
        return found, 0
    likely = list(dict.fromkeys(f"{g.encoding} ({g.language})" for g in fitting if g.fit > 0.6))
    raise SubmissionError(
        f"{file}: is neither UTF-8 nor surely one other encoding; save it as UTF-8 (Excel: 'CSV "
        "UTF-8'), or name its encoding with --encoding"
        + (f", such as {' or '.join(likely[:3])}" if likely else "")
    )


def _refuse_mixture(data: bytes, file: str) -> None:
    """Refuse UTF-8 with some other bytes in it: as Windows text all its accents would be wrong."""
    # The longest valid start tells the line; a few accidental pairs do occur in Windows text.
    pairs = sum(1 for _ in _PAIR.finditer(data))
    high = len(_HIGH.findall(data))
    if pairs and pairs >= high - pairs * 2:
        raise SubmissionError(
            f"{file}:{_line_of_fault(data, 'utf-8', 0)}: is UTF-8 with a byte in it that is none; "
            "mend that line or save the file as UTF-8"
        )


def _line_of_fault(data: bytes, encoding: str, start: int) -> int:
    """Return the line with the first byte that is not text, counted from 1."""
    try:
        data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        return data[start : start + error.start].decode(encoding, errors="ignore").count("\n") + 1
    return 1


def start_of(data: bytes, encoding: str, mark: int) -> str:
    """Return the first part of a text, enough to see what it is."""
    return data[mark : mark + _FIRST].decode(encoding, errors="ignore")


def _is_text(data: bytes, encoding: str, start: int) -> bool:
    """Return whether all bytes can be decoded, without holding all of the text."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        for place in range(start, len(data), _CHUNK):
            decoder.decode(data[place : place + _CHUNK])
        decoder.decode(b"", final=True)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _text(raw: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines of a text; a StringIO would hold it again at four bytes a character."""
    return io.TextIOWrapper(raw, encoding=encoding, newline="")


def _bare_utf16(data: bytes) -> tuple[str, ...]:
    """Return UTF-16's name for text without a BOM: every second byte of a header is then zero."""
    first = data[:200]
    odd, even = first[1::2], first[0::2]
    if len(first) >= 8 and odd.count(0) > 0.8 * len(odd) and even.count(0) == 0:
        return ("utf-16-le",)
    if len(first) >= 8 and even.count(0) > 0.8 * len(even) and odd.count(0) == 0:
        return ("utf-16-be",)
    return ()


def _fit(text: str, delimiter: str) -> tuple[bool, int]:
    """Return how well a delimiter fits: whether most records are equally wide; the first's width.

    The widest header decides, but a question in it may hold more commas than the file has
    columns: then the records below disagree with each other.
    """
    reader = csv.reader(io.StringIO(text[:_FIRST]), delimiter=delimiter)
    widths: list[int] = []
    try:
        widths.extend(len(row) for _, row in zip(range(25), reader, strict=False) if row)
    except csv.Error:
        return False, 0
    first = next((width for width in widths if width > 1), 0)
    common, times = Counter(widths).most_common(1)[0] if widths else (0, 0)
    agree = common > 1 and times >= 0.6 * len(widths) and widths[0] == common
    return agree, first


def _records(
    text: Iterator[str], delimiter: str, file: str, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
) -> _Records:
    # The default limit of 131,072 characters would refuse a whole class for one long answer.
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(text, delimiter=delimiter, strict=True, quoting=quoting)
    rows = Rows()
    lines = array("q")
    start = 1
    try:
        for row in reader:
            if any("\0" in cell for cell in row):
                raise SubmissionError(
                    f"{file}:{start}: the record of {row[0]!r} holds a NUL character; "
                    "export it again as CSV"
                )
            if not rows and row and (link := _DATA_URL.match(row[0] + delimiter)):
                row = [row[0][link.end() :], *row[1:]] if link.end() <= len(row[0]) else row[1:]
            rows.append(row)
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        last = repr(rows[-1][0]) if rows and rows[-1] else "the header"
        raise SubmissionError(
            f"{file}:{start}: broken quoting in the record after {last} ({error}); "
            "a quote is not closed or not doubled: correct that cell or export again"
        ) from error
    return rows, lines


def is_linked(start: str) -> bool:
    """Return whether a text begins with the head of a link, which stands before the first title."""
    return _DATA_URL.match(start) is not None


def number_in(cell: str) -> Decimal | None:
    """Return the number in a cell, with a point or a comma; None where there is none.

    `1,500.00`, `1.500,00` and `1 500,00` are one number; a comma alone is a decimal one.
    """
    text = re.sub("[\u00a0\u202f\u2009'\u2019]", "", cell.strip())
    if _GROUPED.fullmatch(text):
        sign = max(text.rfind("."), text.rfind(","))
        several = text.count(text[sign]) > 1
        whole, rest = (text, "") if several else (text[:sign], text[sign + 1 :])
        text = re.sub(r"[., ]", "", whole) + (f".{rest}" if rest else "")
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    # As many digits as `1e99999999` has are no points of anybody, and fill the memory written out.
    is_points = number.is_finite() and (not number or abs(number.adjusted()) < _MOST_DIGITS)
    return number if is_points and "_" not in text else None


def score_in(cell: str) -> Decimal | None:
    """Return the points in a cell such as `7,50`, `28.00 / 30` or `8.5 out of 10`."""
    return number_in(re.split(r"/|out of|von|sur|de\b", cell, maxsplit=1)[0])
