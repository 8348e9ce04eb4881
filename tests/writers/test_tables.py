"""Tables that go back: every byte is kept, and one cell is changed at a time."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.sheet import csv_text, parse_raw, parse_table

CELLS = st.text(st.sampled_from('ab;,\t|"\n\r =é🎯'), max_size=6)
ENDS = st.sampled_from(["\n", "\r\n"])
BOMS = st.sampled_from([("", "utf-8"), ("\ufeff", "utf-8"), ("\ufeff", "utf-16-le")])


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, list[list[str]]]:
    """A file in some dialect and its cells; the header makes the delimiter plain."""
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    end = draw(ENDS)
    width = draw(st.integers(3, 5))
    body = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4))
    rows = [[f"title{n}" for n in range(width)], *body]
    whole = draw(st.booleans())
    text = io.StringIO()
    for row in rows:
        torn = any("\r" in cell for cell in row)
        writer = csv.writer(
            text, delimiter=delimiter, lineterminator=end,
            quoting=csv.QUOTE_ALL if torn or whole else csv.QUOTE_MINIMAL,
        )  # fmt: skip
        writer.writerow(row)
    bom, encoding = draw(BOMS)
    return (bom + text.getvalue()).encode(encoding), rows


@settings(deadline=None)
@given(tables())
def test_what_is_not_touched_comes_back_byte_for_byte(table: tuple[bytes, list[list[str]]]) -> None:
    """Whatever its delimiter, quoting, line ends and encoding are."""
    data, rows = table

    raw = parse_raw(data, "file")

    assert raw.encode() == data
    assert [list(row) for row in raw.table.rows] == rows


@settings(deadline=None)
@given(tables(), CELLS, st.data())
def test_a_cell_that_is_put_is_the_only_one_that_changes(
    table: tuple[bytes, list[list[str]]], text: str, data: st.DataObject
) -> None:
    """Read again, the table is the old one with this cell in it."""
    before, rows = table
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[0]) - 1))
    if row == 0:
        text = f"title{text}".translate({ord(c): "x" for c in ",;\t|"})

    raw = parse_raw(before, "file")
    raw.put(row, column, text)

    rows[row][column] = text
    assert [list(each) for each in parse_table(raw.encode(), "file").rows] == rows


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4))
def test_rows_that_we_write_are_the_rows_that_are_read(rows: list[list[str]]) -> None:
    """A line break of any kind within a cell tears no row."""
    text = csv_text(rows)

    assert list(csv.reader(io.StringIO(text, newline=""))) == rows
