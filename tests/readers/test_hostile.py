"""Files that are torn, lie or attack: one clear line each, and nothing is lost in silence."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from assessor.errors import SubmissionError
from assessor.sheet import LONGEST_CELL
from assessor.submission import InputState
from assessor.writers import EXPORTS
from tests.readers.build import archive, read, table

GOOD = "student_id,answer\n"


def workbook(**parts: bytes) -> bytes:
    """Return a small workbook with some of its parts replaced."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    page = book.add_worksheet()
    page.write_row(0, 0, ("student_id", "answer"))
    page.write_row(1, 0, ("s1", "It respires."))
    book.close()
    changed = io.BytesIO()
    replaced = {name.replace("__", "/").replace("_xml", ".xml"): new for name, new in parts.items()}
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, replaced.get(name, old.read(name)))
    return changed.getvalue()


def sheet(cells: str, dimension: str = "A1:B2") -> bytes:
    """Return the XML of a worksheet."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{space}"><dimension ref="{dimension}"/>'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()


TWO = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>student_id</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>answer</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>s1</t></is></c>'
    '<c r="B2" t="inlineStr"><is><t>It respires.</t></is></c></row>'
)
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
DTD = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'
BOMB = b"0" * 400_000_000

REFUSED = {
    "empty": (b"", "is empty"),
    "only spaces": (b"\n \n", "is empty"),
    "header only": (GOOD.encode(), "no answers"),
    "unclosed quote": (f'{GOOD}s1,fine\ns2,"open\ns3,more\n'.encode(), r"csv:3: broken .*'s1'"),
    "quote in a cell": (f'{GOOD}s1,"a" b\n'.encode(), r"csv:2: broken quoting"),
    "nul": (f"{GOOD}s1,a\0b\n".encode(), r"csv:2: the record of 's1' holds a NUL"),
    "two answer columns": (b"student_id,answer,Answer\ns1,a,b\n", "'answer' stands there twice"),
    "unquoted comma": (f"{GOOD}s1,well, no\n".encode(), r"csv:2: the record of 's1' has 3 cells"),
    "student twice": (f"{GOOD}s1,a\ns1,b\n".encode(), r"csv:3: student 's1' stands there twice"),
    "no student": (f"{GOOD},a\n".encode(), r"csv:2: record 2 names no student"),
    "mixed encodings": (
        "student_id,answer\ns1,é ü ö\n".encode() + b"s2,\xe9\n",
        "csv:3: is UTF-8 w",
    ),
    "torn utf-16": (b"\xff\xfes\x00t", None),
    "odd utf-16": (b"\xff\xfes\x00t\x00u", "csv:1: a byte there is not utf-16"),
    "torn after a bom": (b"\xef\xbb\xbfstudent_id,answer\ns1,\xe9\n", "csv:2: a byte there"),
    "torn zip": (b"PK\x03\x04abc", "torn zip"),
    "torn xls": (b"\xd0\xcf\x11\xe0" + b"x" * 700, "cannot be read as a spreadsheet"),
    "leads out": (archive({"../../etc/passwd.csv": b"a,b\n"}), "leads out of the archive"),
    "absolute": (archive({"/etc/passwd.csv": b"a,b\n"}), "leads out of the archive"),
    "zip bomb": (archive(bomb_csv=BOMB), "is not opened"),
    "zip in zip": (archive(a_zip=archive(b_zip=b"x")), "unpack it"),
    "entities": (workbook(xl__worksheets__sheet1_xml=DTD), "declares a document type"),
    "far-off cell": (workbook(xl__worksheets__sheet1_xml=sheet(TWO + FAR)), "far-off cell"),
    "bad json": (
        b'{"student_id": "s1", "answer": "a"}\n{"student_id": \n',
        r"csv:2: not valid JSON",
    ),
    "deep objects": (b'{"a":' * 900 + b"1" + b"}" * 900, None),
    "deep json": (b"[" * 5000 + b"]" * 5000, "nested too deeply"),
}


@pytest.mark.parametrize(("data", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_file_is_refused_in_one_line(data: bytes, says: str | None) -> None:
    """The message says the file, the line and the student where there is one, and what to do."""
    with pytest.raises(SubmissionError, match=says) as caught:
        read(data)

    assert all(problem.startswith("class.csv") for problem in caught.value.problems)


def test_lying_dimensions_do_no_harm() -> None:
    """A sheet that claims to be the largest is read by its cells."""
    data = workbook(xl__worksheets__sheet1_xml=sheet(TWO, dimension="A1:XFD1048576"))

    assert [each.answer for each in read(data).submissions] == ["It respires."]


def test_a_very_long_cell_is_shown_to_a_person() -> None:
    """Beyond the csv library's own limit the class is read, and beyond ours the one answer not."""
    rows = [("s1", "word " * 30_000), ("s2", "w" * (LONGEST_CELL + 1)), ("s3", "short")]

    got = read(table(("student_id", "answer"), *rows))

    assert [each.state for each in got.submissions] == [
        InputState.ANSWERED,
        InputState.UNREADABLE,
        InputState.ANSWERED,
    ]
    assert "1 answer is over 200,000 characters long" in got.warnings[0]


def test_pictures_pasted_into_a_cell_are_not_its_length() -> None:
    """Base64 data goes before the length is judged; the text beside it is read."""
    picture = f'<p>See: <img src="data:image/png;base64,{"A" * 900_000}"></p>'

    got = read(
        table(("student_id", "answer"), ("s1", picture), ("s2", picture.replace("See: ", "")))
    )

    assert [(each.answer.strip(), each.state.value) for each in got.submissions] == [
        ("See:", "answered"),
        ("", "unreadable"),
    ]
    assert len(got.submissions[0].raw) < 1000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_an_encoding_is_found_by_the_bytes(encoding: str) -> None:
    """With a BOM or without one, the dash and the accents are what they were."""
    text = 'student_id;answer\r\n00420001;"naïve – 3 < 5"\r\n'

    (got,) = read(text.encode(encoding)).submissions

    assert (got.student_id, got.answer) == ("00420001", "naïve – 3 < 5")


def test_windows_text_is_said_to_be_that() -> None:
    """A guess at an encoding is told, for it may be wrong."""
    got = read("student_id,answer\ns1,naïve\n".encode("cp1252"))

    assert "cp1252" in got.warnings[-1]


def test_a_question_full_of_commas_does_not_mislead() -> None:
    """The delimiter is the one by which the records agree."""
    rows = [f'00{n};"First, second, third; and so on, {n}."' for n in range(4)]
    data = '\ufeffstudent_id;"answer"\n' + "\n".join(rows)

    assert [each.student_id for each in read(data).submissions] == ["000", "001", "002", "003"]


PACKINGS = {"deflated": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}


@pytest.mark.parametrize("packing", PACKINGS.values(), ids=PACKINGS.keys())
def test_a_torn_hand_in_leaves_the_class_alone(packing: int) -> None:
    """However it is packed, it is one student's, and the others are read."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packing) as opened:
        for student in ("s1", "s2"):
            opened.writestr(f"{student}.txt", "It respires. " * 40 + student)
    torn = bytearray(data.getvalue())
    start = torn.index(b"s1.txt") + len("s1.txt")
    for place in range(start + 9, start + 20):
        torn[place] ^= 0x5A

    states = [each.state for each in read(bytes(torn), "hand-ins.zip").submissions]

    assert states == [InputState.UNREADABLE, InputState.ANSWERED]
    with pytest.raises(SubmissionError, match="the zip cannot be read"):
        EXPORTS["sakai"].write(bytes(torn), [], "")


def test_a_locked_archive_is_said_to_be_one() -> None:
    """A member that needs a password or is torn is named."""
    data = bytearray(archive(a_csv=b"student_id,answer\ns1,It respires.\n"))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1

    with pytest.raises(SubmissionError, match=r"'a\.csv' cannot be unpacked"):
        read(bytes(data))
