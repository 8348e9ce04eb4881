"""Workbooks: cells as they are seen, sheets that hold nothing, files that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from assessor.errors import SubmissionError
from tests.readers.build import plainly, read

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


def workbook(*rows: Sequence[object]) -> bytes:
    """Return an xlsx with an empty sheet and one with these rows."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"strings_to_formulas": False, "strings_to_urls": False})
    book.add_worksheet("Notes")
    page = book.add_worksheet("Answers")
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, datetime):
                page.write_datetime(number, place, cell.replace(tzinfo=None), date)
            else:
                page.write(number, place, cell)
    book.close()
    return data.getvalue()


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        (731, "731"),
        (0.5, "0.5"),
        (12345678901234, "12345678901234"),
        ("00420001", "00420001"),
        ("=1+1", "=1+1"),
        ("-x", "-x"),
        ("one\r\ntwo", "one\ntwo"),
        ("literally _x0041_", "literally _x0041_"),
        (True, "TRUE"),
        (datetime(2026, 10, 14, 18, 3, tzinfo=UTC), "2026-10-14 18:03:00"),
    ],
)
def test_a_cell_is_read_as_it_is_seen(cell: object, seen: str) -> None:
    """Numbers without a point that was not there, text as text, line ends as everywhere."""
    (got,) = read(workbook(("student_id", "answer"), ("s1", cell))).submissions

    assert got.answer == seen


def test_times_in_a_workbook_number_the_attempts() -> None:
    """A date is a number there; it still tells which answer came first."""
    late, soon = (datetime(2026, 10, 14, hour, tzinfo=UTC) for hour in (18, 9))
    data = workbook(
        ("student_id", "submitted_at", "answer"), ("s1", late, "later"), ("s1", soon, "sooner")
    )

    assert [(e.attempt, e.answer) for e in read(data).submissions] == [(2, "later"), (1, "sooner")]


def test_a_file_of_libreoffice_is_read() -> None:
    """Rows that are only said to be repeated are not made."""
    cells = [
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        for row in (("student_id", "answer"), ("001", "It respires."))
    ]
    rows = "".join(f"<table:table-row>{each}</table:table-row>" for each in cells)
    rows += (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    content = (
        f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as opened:
        opened.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        opened.writestr("META-INF/manifest.xml", "<manifest/>")
        opened.writestr("content.xml", content)

    assert plainly(read(data.getvalue()).submissions) == [("001", 1, "It respires.", "answered")]


def test_an_empty_workbook_is_refused() -> None:
    """There is nothing to read, and it is said so."""
    with pytest.raises(SubmissionError, match="empty spreadsheet"):
        read(workbook())


def hiding() -> bytes:
    """Return a workbook with two hidden rows of answers and a hidden sheet of the same columns."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    for name in ("Answers", "Kept back"):
        page = book.add_worksheet(name)
        page.write_row(0, 0, ("student_id", "answer"))
        for number in range(1, 5):
            page.write_row(number, 0, (f"{name[0]}{number}", f"It respires, {number}."))
        if name == "Answers":
            page.set_row(2, None, None, {"hidden": True})
            page.set_row(4, None, None, {"hidden": True})
            page.set_row(9, None, None, {"hidden": True})
        else:
            page.hide()
    book.close()
    return data.getvalue()


def test_what_a_workbook_hides_is_read_and_told() -> None:
    """Whoever opens the workbook sees neither the rows nor the sheet; empty ones are no matter."""
    got = read(hiding())
    told = " ".join(got.warnings)

    assert len(got.submissions) == 8
    assert "2 hidden rows of the worksheet 'Answers' (row 3, 5): read" in told
    assert "the worksheet 'Kept back' is hidden" in told


def test_a_workbook_that_hides_nothing_says_nothing_of_it() -> None:
    """The warning is for what cannot be seen."""
    got = read(workbook(("student_id", "answer"), ("s1", "It respires.")))

    assert "hidden" not in " ".join(got.warnings)


def bent(old: bytes, new: bytes) -> bytes:
    """Return a workbook with something else written in the XML of its sheet of answers."""
    whole = workbook(("student_id", "answer"), ("s1", "It respires."))
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as before, zipfile.ZipFile(data, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name.endswith("sheet2.xml"):
                assert old in content
                content = content.replace(old, new)
            after.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize("said", [b"A1:XFD1048576", b"A1", b"ZZZZZZ99999999999:A1"])
def test_dimensions_that_lie_change_nothing(said: bytes) -> None:
    """What a sheet says of its size is not believed: its cells are read."""
    got = read(bent(b'<dimension ref="A1:B2"', b'<dimension ref="' + said + b'"'))

    assert [each.answer for each in got.submissions] == ["It respires."]


@pytest.mark.parametrize("place", [b"A99999999", b"EQXD1", b"ZZZZZZZ1", b"XFD1048576"])
def test_a_cell_that_is_too_far_off_is_refused(place: bytes) -> None:
    """A hundred thousand columns, or rows that no spreadsheet has: one line, little memory."""
    with pytest.raises(SubmissionError) as caught:
        read(bent(b'r="B2"', b'r="' + place + b'"'))

    assert "spans" in str(caught.value)


def test_a_table_of_a_hundred_thousand_columns_is_read_or_refused() -> None:
    """Twice the titles of the widest spreadsheet: refused by its width."""
    titles = ["student_id", "answer", *(f"c{number}" for number in range(100_000))]
    row = ["s1", "It respires.", *("x" * 100_000)]

    with pytest.raises(SubmissionError, match="100,002 columns"):
        read(",".join(titles) + "\n" + ",".join(row) + "\n")
