"""Any table goes round, and any bytes give answers or one clear error."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assessor.errors import SubmissionError
from assessor.readers import ReadOptions, read_answers
from assessor.sheet import html_to_text, parse_table, visible
from assessor.sheet.moments import moments
from tests.readers.build import EXPORTS, archive, plainly, read, table

CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)
SAMPLES = sorted(p for p in EXPORTS.iterdir() if not p.name.endswith(".expected.json"))
EASY = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@EASY
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_table_goes_through_csv_and_back(
    rows: list[list[str]], delimiter: str, line_end: str
) -> None:
    """Cells come back as they were written, with any delimiter, quote and line end in them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(("student", "first", "second"))
    writer.writerows(rows)

    got = parse_table(text.getvalue().encode(), "class.csv")

    assert [list(row) for row in got.rows[1:]] == rows
    assert got.delimiter == delimiter


@EASY
@given(answers=st.lists(CELL, min_size=1, max_size=6))
@example(answers=["N/A", "null", "-x", "=1+1", "00420001", "None"])
def test_every_answer_of_a_plain_file_is_one_submission(answers: list[str]) -> None:
    """Nothing is dropped, merged or turned into a number; what is not HTML is not touched."""
    rows = [(f"s{number}", answer) for number, answer in enumerate(answers)]

    got = read(table(("student_id", "answer"), *rows)).submissions

    assert [each.student_id for each in got] == [student for student, _ in rows]
    assert [each.answer for each in got] == [visible(answer) for answer in answers]


@EASY
@given(data=st.binary(max_size=300))
@example(data=b"PK\x03\x04")
@example(data=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
@example(data=b"\xff\xfea\x00,\x00")
@example(data=b'[[[[[[{"a":')
@example(data=b"[" * 100_000)
@example(data=b'{"a":' * 50_000)
@example(data=b"[]")
@example(data=b"{}\n{}")
@example(data=b'["a", 1, null]')
def test_any_bytes_give_answers_or_one_error(data: bytes) -> None:
    """Whatever is handed in, a person gets answers or a message, never a traceback."""
    try:
        read(data)
    except SubmissionError as error:
        assert all("\n" not in problem for problem in error.problems)


@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_export_gives_answers_or_one_error(path: object, data: st.DataObject) -> None:
    """Bytes lost, doubled or overwritten in the middle are no reason for a traceback."""
    whole = (EXPORTS / str(path).rpartition("/")[2]).read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    put = data.draw(st.binary(max_size=40))
    with suppress(SubmissionError):
        read_answers(whole[:start] + put + whole[end:], "class.csv", ReadOptions())


@EASY
@given(content=st.binary(max_size=200), name=st.sampled_from(["a.csv", "x/b.xlsx", "c.json"]))
def test_any_file_in_an_archive_gives_answers_or_one_error(content: bytes, name: str) -> None:
    """A zip is opened once and no deeper."""
    with suppress(SubmissionError):
        read(archive({name: content}))


@EASY
@given(text=st.text("<>/!-= \"'&;pbrdivscripthidden\n", max_size=80))
@example(text="<![CDATA[x]]><p>a</p>")
@example(text="<p><!--")
def test_any_markup_becomes_text(text: str) -> None:
    """Reading markup never fails, and a second reading finds no line break left to take."""
    assert "<br>" not in html_to_text(text)
    visible(text, markup=True)


@EASY
@given(texts=st.lists(st.text("0123456789/-:. TZ+apm", max_size=25), max_size=6))
def test_any_text_is_a_time_or_none(texts: list[str]) -> None:
    """Reading times never fails and keeps their number."""
    assert len(moments(texts)) == len(texts)


def test_students_keep_their_places_when_rows_move() -> None:
    """A student's submission does not depend on the other rows."""
    rows = [("s1", "one"), ("s2", "two"), ("s3", "three")]

    forth = plainly(read(table(("student_id", "answer"), *rows)).submissions)
    back = plainly(read(table(("student_id", "answer"), *rows[::-1])).submissions)

    assert sorted(forth, key=repr) == sorted(back, key=repr)
