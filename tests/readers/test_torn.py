"""Records that are shifted, pasted twice or in another encoding: right, or refused with words."""

from __future__ import annotations

import pytest

from assessor.errors import SubmissionError
from assessor.readers import whole_rows
from assessor.sheet import html_to_text, number_in
from tests.readers.build import archive, plainly, read

LONG = "It burns its stored sugar and the gas leaves."


def test_a_title_too_many_is_refused_and_never_shifts_a_cell() -> None:
    """All cells would stand one column beside their title, and every answer would be blank."""
    torn = f"junk,student_id,name,answer\ns1,Ada,{LONG}\ns2,Ben,It sleeps.\n"

    with pytest.raises(SubmissionError, match="4 titles and no record has more than 3 cells"):
        read(torn)


def test_the_head_of_a_link_before_the_first_title_is_dropped_and_told() -> None:
    """A page that makes its own file forgets to take it off."""
    got = read(f"data:text/csv;charset=utf-8,student_id,answer\ns1,{LONG}\ns2,It sleeps.\n")

    assert plainly(got.submissions)[0] == ("s1", 1, LONG, "answered")
    assert "'data:text/csv;charset=utf-8,s" in got.warnings[-1]


def test_a_record_that_lacks_a_cell_is_refused_by_its_line() -> None:
    """Nobody can tell which cell is missing, and the answer would be blank."""
    with pytest.raises(SubmissionError, match=r"class\.csv:3: .*'s2' has 2 cells"):
        read(f"student_id,name,answer\ns1,Ada,{LONG}\ns2,It sleeps.\ns3,Cem,None.\n")


def test_cells_that_excel_leaves_off_at_the_end_are_missed_by_nobody() -> None:
    """It writes no delimiters for empty cells at the end of most rows."""
    got = read(f"student_id,answer,note\ns1,{LONG},\ns2,It sleeps.\n")

    assert [each.answer for each in got.submissions] == [LONG, "It sleeps."]


def test_a_header_pasted_among_the_rows_is_no_student() -> None:
    """Two classes were put together by copy and paste."""
    got = read(f"student_id,answer\ns1,{LONG}\nstudent_id,answer\ns2,It sleeps.\n")

    assert [each.student_id for each in got.submissions] == ["s1", "s2"]
    assert "the header again: record 3" in got.warnings[-1]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Растение дышит и ночью, оно тратит запасы сахара."),
        ("koi8-r", "Растение дышит и ночью, оно тратит запасы сахара."),
        ("cp1250", "Roślina oddycha także nocą, więc zużywa cukier i traci masę, choć śpi."),
        ("iso8859-2", "Roślina oddycha także nocą, więc zużywa cukier i traci masę, choć śpi."),
        ("cp1250", "Rostlina dýchá i v noci, spotřebovává cukry a ztrácí váhu během těch hodin."),
        ("cp1253", "Το φυτό αναπνέει και τη νύχτα και χάνει βάρος."),
        ("cp1254", "Bitki gece de solunum yapar, şekeri kullanır ve ağırlığı azalır."),
        ("cp1255", "הצמח נושם גם בלילה ומשתמש בסוכר שאגר ביום, ולכן הוא מאבד משקל בחושך אין אור"),
        ("cp1256", "النبات يتنفس في الليل ايضا ولذلك يفقد وزنه"),
        ("cp932", "植物は夜も呼吸するので、蓄えた糖が減る。"),
        ("gb18030", "植物在夜里也要呼吸，所以它的糖会减少。"),
        ("cp949", "식물은 밤에도 호흡하므로 저장한 당이 줄어든다"),
        ("cp1252", "Die Pflanze atmet nachts, größer wird sie dafür nicht: Zucker verbrennt."),
    ],
)
def test_an_encoding_is_found_where_it_is_sure(encoding: str, text: str) -> None:
    """No answer reaches a judge in letters that nobody wrote; the guess is told."""
    got = read(f"student_id;answer\ns1;{text}\ns2;{text[:30]}\n".encode(encoding))

    assert got.submissions[0].answer == text
    assert "is not UTF-8: read as " in got.warnings[-1]


@pytest.mark.parametrize("encoding", ["cp1250", "cp1251", "cp1254", "koi8-r"])
def test_an_encoding_that_is_not_sure_is_refused_with_the_option(encoding: str) -> None:
    """A few letters prove nothing; `--encoding` names it."""
    data = "student_id,answer\ns1,ğış\n" if encoding == "cp1254" else "student_id,answer\ns1,жук\n"
    data = "student_id,answer\ns1,łąś\n" if encoding == "cp1250" else data

    with pytest.raises(SubmissionError, match="--encoding"):
        read(data.encode(encoding))


def test_names_of_many_languages_are_western_text() -> None:
    """No one language has all the letters of a class."""
    names = "Jörg, José, Søren, François, Zoë, Åsa, João and Peña wrote this"

    assert read(f"student_id;answer\ns1;{names}\n".encode("cp1252")).submissions[0].answer == names


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,500.00", "1500.00"),
        ("1.500,00", "1500.00"),
        ("1 500,5", "1500.5"),
        ("1\u00a0500,5", "1500.5"),
        ("1,234,567", "1234567"),
        ("1,5", "1.5"),
        ("1,500", "1.500"),
        ("7.50", "7.50"),
    ],
)
def test_points_with_thousands_are_one_number(cell: str, number: str) -> None:
    """Canvas groups the points of a large assignment."""
    assert str(number_in(cell)) == number


@pytest.mark.parametrize("cell", ["1e9999999", "1e-9999999", "1_5", "nan", "inf", "1e400"])
def test_what_is_nobodys_points_is_no_number(cell: str) -> None:
    """Written out it would fill the memory, or say other points than were typed."""
    assert number_in(cell) is None
    assert number_in("0e9999999") == 0


def test_a_list_keeps_its_numbers_and_bullets() -> None:
    """Students refer to them: "see 2."."""
    page = "<p>Two:</p><ol><li>one</li><li><p>two</p><ul><li>a</li></ul></li></ol><ol start=4><li>x"

    assert html_to_text(page) == "Two:\n1. one\n2. two\n- a\n4. x"


@pytest.mark.parametrize(
    ("unit", "end"),
    [
        ("<div ", ""),
        ('<div style="', "\n"),
        ("<!-- x> ", ""),
        ("</p ", "x"),
        ("<!--\n", "<p>x</p>"),
    ],
)
def test_markup_that_a_student_never_closes_is_read_as_fast_as_any(unit: str, end: str) -> None:
    """Half a megabyte of it held a class up for hours; it is text, as a short one is."""
    short, long = (html_to_text(unit * times + end) for times in (3, 100_000))

    assert short.startswith(unit.strip())
    assert long.startswith(short[: len(unit)])
    assert len(long) > 300_000


def test_moodles_zip_of_submissions_is_the_better_source() -> None:
    """True HTML, in folders or not; a picture or a file alone is unreadable, and never blank."""
    page = "<ul><li>It burns sugar</li><li>and if a &lt; b, the gas leaves</li></ul>"
    got = read(
        archive(
            {
                "Zoë O'B_8_assignsubmission_onlinetext/onlinetext.html": page.encode(),
                "Ann_Bee_17_assignsubmission_onlinetext_onlinetext.html": b"<p>It sleeps.</p>",
                "Cid_9_assignsubmission_onlinetext/onlinetext.html": b'<p><img src="x.png"></p>',
                "Dee_10_assignsubmission_file/essay.png": b"\x89PNG\r\n\x1a\n",
                "Eve_11_assignsubmission_onlinetext/onlinetext.html": b"<p></p>",
            }
        )
    )

    assert got.format == "moodle_submissions"
    assert plainly(got.submissions) == [
        ("Participant 8", 1, "- It burns sugar\n- and if a < b, the gas leaves", "answered"),
        ("Participant 17", 1, "It sleeps.", "answered"),
        ("Participant 9", 1, "", "unreadable"),
        ("Participant 10", 1, "", "unreadable"),
        ("Participant 11", 1, "", "blank"),
    ]
    assert got.submissions[1].name == "Ann Bee"


def test_many_short_records_are_compared_with_the_columns_and_not_with_each_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a class of thousands half may have given nothing, so that Excel left cells off."""
    looked_at: list[str] = []

    def kind(cell: str) -> str:
        looked_at.append(cell)
        return ""

    monkeypatch.setattr(whole_rows, "_kind", kind)
    rows = "".join(f"s{n},{LONG},\nt{n},It sleeps.\n" for n in range(100))

    got = read(f"student_id,answer,note\n{rows}")

    assert len(got.submissions) == 200
    assert len(looked_at) < 1_000
