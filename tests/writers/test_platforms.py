"""What each platform gets back: exact bytes for one class, and what was done to whom."""

from __future__ import annotations

import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.errors import ColumnUnclear, SubmissionError
from assessor.sheet import csv_text
from assessor.writers import EXPORTS
from assessor.writers.base import Written
from tests.writers.samples import COLUMN, GERMAN, MOODLE, TARGET, TEMPLATES, grade, keys

FIXTURES = Path(__file__).parent.parent / "fixtures"
# Header lines of gradebooks as the site writes them, and one in a language that there is not.
GRADEBOOKS = json.loads((FIXTURES / "moodle_headers.json").read_text("utf-8"))["gradebook"] | {
    "made up": [
        *("Vorn", "Zurn", "Nomer", "Inst", "Otdel", "Postok"),
        *("Delo: Week 4 (Tok)", "Delo: Week 4 (Vozk)", "Zap: Quiz 1 (Tok)", "Zap: Quiz 1 (Vozk)"),
        *("Vsego (Tok)", "Vsego (Vozk)", "Posled zagruz"),
    ]
}
FEEDBACK = 'A "proxy" < the thing.\nWhich & why?'


def filled(name: str, *, old_score: str = "6") -> Written:
    """Ada gets 6.125, Ben `old_score`, Cem (closed) 1; Dora has no grade."""
    ada, ben, cem, _ = keys(name)
    grades = [grade(ada, "6.125", FEEDBACK), grade(ben, old_score, "Better."), grade(cem, "1")]
    return EXPORTS[TARGET[name]].write(TEMPLATES[name], grades, COLUMN.get(name, ""))


def kinds(written: Written) -> list[str]:
    return [change.kind.value for change in written.changes]


def rows_of(text: str, *wanted: str) -> str:
    """Return the header and the records that hold one of `wanted`."""
    head, *lines = re.split(r'(?<=\n)(?="?(?:Part|Teil|Osal))', text)
    return head + "".join(line for line in lines if any(each in line for each in wanted))


def test_moodle_takes_the_rows_that_change_and_nothing_else() -> None:
    """Two cells of each open row are ours, the rest of the row is byte for byte the file's."""
    written = filled("moodle")

    html = '<p>A ""proxy"" &lt; the thing.<br>Which &amp; why?</p>'
    expected = MOODLE.replace(
        '- ",,8.00,Yes,"Monday, 2 March 2026, 9:00', '- ",6.13,8.00,Yes,"Monday, 2 March 2026, 9:00'
    )
    expected = expected.replace('thing.</p>",-,\n', f'thing.</p>",-,"{html}"\n')
    expected = expected.replace("4.00,8.00", "6.00,8.00").replace("<p>Why?</p>", "<p>Better.</p>")
    assert written.data.decode() == rows_of(expected, html, "<p>Better.</p>")
    assert kinds(written) == ["new", "raised", "locked"]
    assert [(c.text, c.over_text) for c in written.changes] == [
        (True, False),
        (True, True),
        (False, False),
    ]


def test_a_german_worksheet_keeps_its_semicolons_and_decimal_commas() -> None:
    """Header language, delimiter and decimal sign are the file's own."""
    written = filled("moodle-german")

    expected = GERMAN.replace("- ;;8,00;Ja;-;Text;-;", "")
    expected = GERMAN.replace(
        '"Ada Ames";ada@example.edu;"Zur Bewertung abgegeben -  - ";;8,00;Ja;-;Text;-;',
        '"Ada Ames";ada@example.edu;"Zur Bewertung abgegeben -  - ";6,13;8,00;Ja;-;Text;-;'
        '"<p>A ""proxy"" &lt; the thing.<br>Which &amp; why?</p>"',
    ).replace("4,00;8,00;Ja;-;Text;-;", "6,00;8,00;Ja;-;Text;-;<p>Better.</p>")
    assert written.data.decode() == rows_of(expected, "in11", "in12")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "canvas",
            "Student,ID,SIS User ID,SIS Login ID,Section,Essay (501)\n"
            "    Points Possible,,,,,8.00\n"
            '"Ames, Ada",11,0011,aames,A,6.13\n"Byrd, Ben",12,0012,bbyrd,A,6.00\n',
        ),
        (
            "brightspace",
            "OrgDefinedId,Username,Essay Points Grade <Numeric MaxPoints:8 Weight:5>,"
            "End-of-Line Indicator\r\n"
            "#0011,#aames,6.13,#\r\n#0012,#bbyrd,6.00,#\r\n#0013,#ccan,1.00,#\r\n",
        ),
        (
            "moodle-gradebook",
            "ID number,Email address,Assignment: Essay (Real),Assignment: Essay (Feedback),"
            "Last downloaded from this course\n"
            '0011,Ada@example.edu,6.13,"A ""proxy"" &lt; the thing.<br>Which &amp; why?",1772000000'
            "\n0012,ben@example.edu,6.00,Better.,1772000000\n"
            "0013,cem@example.edu,1.00,,1772000000\n",
        ),
        (
            "sakai-gradebook",
            'Student ID,Student Name,Essay [8],* Essay\naames,"Ames, Ada",6.13,"A ""proxy"" < the '
            'thing.\nWhich & why?"\nbbyrd,"Byrd, Ben",6.00,Better.\nccan,"Can, Cem",1.00,\n',
        ),
        (
            "prairielearn",
            "uid,qid,submission_id,score_perc,feedback\n"
            'aames@example.edu,essay,501,6.13,"A ""proxy"" \\< the thing.  \nWhich & why?"\n'
            "bbyrd@example.edu,essay,502,6.00,Better.\n",
        ),
    ],
)  # fmt: skip
def test_the_import_file_holds_the_keys_the_column_and_only_students_with_a_grade(
    name: str, expected: str
) -> None:
    """Nobody without a grade is in the file: a blank cell would erase what is there."""
    assert filled(name).data.decode() == expected


def test_feedback_that_is_there_is_said_again_where_ours_is_empty() -> None:
    """An empty cell beside other students' feedback would take it away."""
    ada, ben, *_ = keys("sakai-gradebook")
    grades = [grade(ada, "6", "Well."), grade(ben, "6")]

    written = EXPORTS["sakai"].write(TEMPLATES["sakai-gradebook"], grades, "Essay")

    assert '"Byrd, Ben",6.00,Was read\n' in written.data.decode()


def test_a_moodle_gradebook_wipes_no_feedback() -> None:
    """The export tells it without its links; an empty cell would empty it: the row stays out."""
    ada, ben, *_ = keys("moodle-gradebook")
    grades = [grade(ada, "6", "Well."), grade(ben, "6")]

    written = EXPORTS["moodle-gradebook"].write(TEMPLATES["moodle-gradebook"], grades, "")

    assert kinds(written) == ["new", "text_there"]
    assert "ben@" not in written.data.decode()


def test_without_a_column_of_feedback_in_the_export_none_is_emptied() -> None:
    """Nobody can say whether some is there: who has none of ours stays out, and that is said."""
    ada, ben, *_ = keys("moodle-gradebook")
    text = TEMPLATES["moodle-gradebook"].decode()
    bare = text.replace('"Assignment: Essay (Feedback)"', "Other").encode()
    assert bare != TEMPLATES["moodle-gradebook"]

    written = EXPORTS["moodle-gradebook"].write(
        bare, [grade(ada, "6", "Well."), grade(ben, "6")], ""
    )

    assert kinds(written) == ["new", "text_there"]
    assert "Include feedback" in written.notes[0]


@pytest.mark.parametrize("titles", GRADEBOOKS.values(), ids=GRADEBOOKS.keys())
def test_a_gradebook_is_filled_in_in_any_language(titles: list[str]) -> None:
    """Points and feedback are known by their brackets or their place; the guard goes back too."""
    rows = [
        [
            f"F{n}",
            f"L{n}",
            f"100{n}",
            "",
            "",
            f"p{n}@uni.example",
            old,
            text,
            "-",
            "",
            old,
            "",
            "1796036594",
        ]
        for n, old, text in ((1, "-", ""), (2, "1,00", "Old."))
    ]
    data = csv_text([titles, *rows]).encode()
    row = EXPORTS["moodle-gradebook"]
    grades = [grade("p1@uni.example", "2.5", "New."), grade("p2@uni.example", "2", "Newer.")]

    written = row.write(data, grades, "Week 4")

    header, first, second = written.data.decode().splitlines()
    assert header.split(",")[-4:] == [titles[5], titles[6], titles[7], titles[-1]]
    assert first.endswith('p1@uni.example,"2,50",New.,1796036594')
    assert second.endswith('p2@uni.example,"2,00",Newer.,1796036594')
    assert [(c.text, c.over_text) for c in written.changes] == [(True, False), (True, True)]


def test_blackboard_keeps_utf16_tabs_and_the_columns_id() -> None:
    """The upload is in the download's own encoding; a column without its id would be made anew."""
    written = filled("blackboard")

    assert written.data.startswith(b"\xff\xfe")
    assert written.data[2:].decode("utf-16-le") == (
        "Username\tEssay [Total Pts: 8 Score] |664617\r\naames\t6.13\r\nbbyrd\t6.00\r\n"
    )
    assert kinds(written) == ["new", "raised", "locked"]


def test_blackboard_quotes_every_cell_of_a_comma_file() -> None:
    """Comma files need quotes around every cell."""
    text = TEMPLATES["blackboard"][2:].decode("utf-16-le").replace("\t", ",")

    written = EXPORTS["blackboard"].write(text.encode(), [grade("aames", "6")], "")

    assert written.data.decode() == (
        '"Username","Essay [Total Pts: 8 Score] |664617"\r\n"aames","6.00"\r\n'
    )


def test_sakai_fills_in_the_grade_column_below_its_third_row() -> None:
    """Title, empty row and everything else stay; quotes stay as they are."""
    written = filled("sakai")

    expected = TEMPLATES["sakai"].decode()
    for old, new in (
        ('"Ada",""', '"Ada","6.13"'),
        ('"4.00"', '"6.00"'),
        ('"Cem",""', '"Cem","1.00"'),
    ):
        expected = expected.replace(old, new)
    assert written.data.decode() == expected


def test_a_sakai_zip_goes_back_whole_with_comments_where_it_has_a_file_for_them() -> None:
    """Only grades.csv and the comments files that are there change."""
    written = filled("sakai-zip")

    with zipfile.ZipFile(io.BytesIO(written.data)) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    assert found == {
        "Essay/grades.csv": filled("sakai").data.decode(),
        "Essay/Ames, Ada(aames)/Ames, Ada(aames)_submissionText.html": "<p>a proxy</p>",
        "Essay/Ames, Ada(aames)/comments.txt": FEEDBACK,
        "Essay/Byrd, Ben(bbyrd)/comments.txt": "Better.",
    }
    assert [(c.text, c.over_text) for c in written.changes][:2] == [(True, False), (True, True)]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_recognised_by_its_own_writer_alone(name: str) -> None:
    """A file that two writers took would go to the wrong one."""
    found = [target for target, row in EXPORTS.items() if row.recognises(TEMPLATES[name], name)]

    assert found == [TARGET[name]]


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_a_column_is_worth_is_read_from_the_file_or_unknown(name: str) -> None:
    """Eight where the file says so; unknown where it does not; a percentage is of a hundred."""
    column = EXPORTS[TARGET[name]].find(TEMPLATES[name], COLUMN.get(name, ""))

    unknown = {"moodle-gradebook", "sakai", "sakai-zip"}
    expected = None if name in unknown else Decimal(100 if name == "prairielearn" else 8)
    assert column.max_points == expected


@pytest.mark.parametrize("name", ["canvas", "brightspace", "sakai-gradebook", "prairielearn"])
def test_several_columns_are_an_error_with_the_choices(name: str) -> None:
    """Which column is meant is never guessed."""
    with pytest.raises(ColumnUnclear) as error:
        EXPORTS[TARGET[name]].find(TEMPLATES[name], "")

    assert len(error.value.choices) == 2
    assert "--column" in str(error.value)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"PK\x03\x04broken", b'a,"b\n', b"\x00\x01\x02", "ä;ö\n".encode()]
)
def test_no_writer_takes_a_file_that_is_not_its_own(name: str, data: bytes) -> None:
    """A wrong or torn file is refused without a traceback."""
    assert not EXPORTS[TARGET[name]].recognises(data, "file")


def test_a_student_who_stands_twice_is_refused() -> None:
    """Whose grade it would be is not known."""
    twice = TEMPLATES["canvas"].replace(b'"Dorn, Dora",14', b'"Dorn, Dora",11')

    with pytest.raises(SubmissionError, match="'11' stands there twice"):
        EXPORTS["canvas"].write(twice, [grade("11", "1")], "501")


def test_one_key_column_names_the_whole_class() -> None:
    """An ID that happens to be another student's SIS ID gets nobody's grade."""
    swapped = TEMPLATES["canvas"].replace(b"13,0013", b"13,12")

    written = EXPORTS["canvas"].write(swapped, [grade("11", "1"), grade("12", "5")], "501")

    assert b'"Byrd, Ben",12,0012,bbyrd,A,5.00' in written.data
    assert b"Can" not in written.data


def test_a_canvas_test_student_gets_no_grade() -> None:
    """The preview student of a course is no student."""
    written = EXPORTS["canvas"].write(TEMPLATES["canvas"], [grade("99", "1")], "501")

    assert kinds(written) == ["locked"]
    assert b"Test" not in written.data


def test_a_scale_of_words_takes_no_points() -> None:
    """A worksheet without a maximum grade is graded in words."""
    words = MOODLE.replace('"Maximum Grade"', "Scale").replace(",8.00,", ',"Pass or not",').encode()

    with pytest.raises(SubmissionError, match="scale of words"):
        EXPORTS["moodle"].find(words, "")


def test_points_of_an_autograder_are_not_replaced() -> None:
    """A percentage would stand for the whole question, the autograder's part included."""
    with pytest.raises(SubmissionError, match="autograder"):
        EXPORTS["prairielearn"].find(TEMPLATES["prairielearn"], "other")


def test_feedback_that_the_files_encoding_lacks_becomes_an_html_entity() -> None:
    """A worksheet saved by a spreadsheet in Windows' encoding still takes any feedback."""
    data = MOODLE.removeprefix("\ufeff").replace("Ada Ames", "Zoë Ames").encode("cp1252")

    written = EXPORTS["moodle"].write(
        data, [grade("Participant 11", "1", "Good \u2603\ud800\x07")], ""
    )

    assert "<p>Good &#9731;&#65533;&#65533;</p>" in written.data.decode("cp1252")


def test_a_worksheet_in_a_language_we_lack_is_filled_in_by_its_build() -> None:
    """Moodle's columns have one order in every language."""
    finnish = (
        'Tunniste;"Koko nimi";Tila;Arvosana;"Suurin arvosana";"Voi muuttaa";Muokattu;Teksti;'
        '"Muokattu (arvosana)";Palautteet\n'
        'Osallistuja 1;"Ann Bee";Palautettu;;"10,00";Kyllä;-;"<p>Sana</p>";-;\n'
        'Osallistuja 2;"Cid Dee";Palautettu;;"10,00";Ei;-;"<p>Toinen</p>";-;\n'
    )

    written = EXPORTS["moodle"].write(
        finnish.encode(), [grade("Osallistuja 1", "8.5", "Hyvä!"), grade("Osallistuja 2", "1")], ""
    )

    expected = finnish.replace('Palautettu;;"10,00";Kyllä', 'Palautettu;8,50;"10,00";Kyllä')
    expected = expected.replace('"<p>Sana</p>";-;', '"<p>Sana</p>";-;<p>Hyvä!</p>')
    assert written.data.decode() == rows_of(expected, "Ann Bee")
    assert kinds(written) == ["new", "locked"]
    assert EXPORTS["moodle"].find(finnish.encode(), "").max_points == 10


def test_a_canvas_export_in_another_language_is_known_by_its_row_of_points() -> None:
    """Titles of columns and rows are translated, ids are not."""
    german = TEMPLATES["canvas"].decode().replace("    Points Possible", "    Mögliche Punkte")
    german = german.replace("Section", "Abschnitt").replace(",", ";").replace("8.00", "8,00")
    german = german.replace('"Ames; Ada"', "Ames").replace('"Byrd; Ben"', "Byrd")

    written = EXPORTS["canvas"].write(german.encode(), [grade("11", "6.5")], "501")

    assert EXPORTS["canvas"].recognises(german.encode(), "f")
    assert written.data.decode() == (
        "Student;ID;SIS User ID;SIS Login ID;Abschnitt;Essay (501)\n"
        "    Mögliche Punkte;;;;;8,00\nAmes;11;0011;aames;A;6,50\n"
    )


def test_an_answer_language_we_lack_is_still_read_as_locked() -> None:
    """A "can be changed" column is known by what it says where its title is not known."""
    finnish = MOODLE.replace("Grade can be changed", "Arvosanaa voi muuttaa")
    finnish = finnish.replace(",Yes,", ",Kyllä,").replace(",No,", ",Ei,")

    written = EXPORTS["moodle"].write(finnish.encode(), [grade("Participant 13", "1")], "")

    assert kinds(written) == ["locked"]
    assert not any(change.writes for change in written.changes)


def test_without_feedback_of_ours_the_worksheets_column_of_it_stays_out() -> None:
    """Moodle stores what a row says, and the worksheet lost the links and lists of its teacher."""
    written = EXPORTS["moodle"].write(TEMPLATES["moodle"], [grade(keys("moodle")[1], "6")], "")

    lines = written.data.decode().splitlines()
    assert "Feedback" not in lines[0]
    assert len(lines) == 2
    assert "Why?" not in lines[1]


def test_a_grade_beside_a_teachers_feedback_is_left_out_and_told() -> None:
    """In a file with our feedback for others, its own cell would overwrite what is there."""
    ada, ben, _, _ = keys("moodle")
    grades = [grade(ada, "6", "Good."), grade(ben, "6")]

    written = EXPORTS["moodle"].write(TEMPLATES["moodle"], grades, "")

    assert kinds(written) == ["new", "text_there"]
    assert "Participant 12" not in written.data.decode()
    later = EXPORTS["moodle"].write(TEMPLATES["moodle"], grades[1:], "")
    assert kinds(later) == ["raised"]


def test_a_worksheet_in_another_language_is_the_same_class() -> None:
    """Moodle matches by the number in `Participant 11` and `Teilnehmer/in11`."""
    written = EXPORTS["moodle"].write(
        TEMPLATES["moodle-german"], [grade("Participant 11", "6"), grade("s12", "1")], ""
    )

    assert [(c.key, c.kind.value) for c in written.changes] == [
        ("Participant 11", "new"),
        ("s12", "missing"),
    ]
    assert "Teilnehmer/in11;" in written.data.decode()


def test_what_was_graded_in_moodle_before_needs_a_box_at_the_upload() -> None:
    """A German Moodle cannot read its own dates and says "no changes"."""
    ada, ben, _, _ = keys("moodle")

    first = EXPORTS["moodle"].write(TEMPLATES["moodle"], [grade(ada, "6")], "")
    second = EXPORTS["moodle"].write(TEMPLATES["moodle"], [grade(ben, "6")], "")

    assert not first.upload
    assert "more recently in Moodle than in the spreadsheet" in second.upload[0]
    assert "overwrites" in second.upload[0]


def test_feedback_of_several_lines_with_signs_in_it_comes_back_as_the_same() -> None:
    """The worksheet gives it as text, glued and with a `<b>` that was typed, and stays as it is."""
    ada, ben, _, _ = keys("moodle")
    given = 'Write <b>bold</b> & "so";\nthen 3 < 4'
    held = '"Write <b>bold</b> & ""so"";then 3 < 4   "'
    was = '"Monday, 2 March 2026, 9:00'
    template = MOODLE.replace(f'- ",,8.00,Yes,{was}', f'- ",6.00,8.00,Yes,{was}')
    template = template.replace('thing.</p>",-,\n', f'thing.</p>","Monday",{held}\n')

    written = EXPORTS["moodle"].write(
        template.encode(), [grade(ada, "6", given), grade(ben, "5")], ""
    )

    assert kinds(written) == ["same", "raised"]
    assert "Feedback" not in written.data.decode().splitlines()[0]
