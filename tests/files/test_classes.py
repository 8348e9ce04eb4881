"""Classes of files: the platforms' zips, a folder, a lone document."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from assessor.errors import SubmissionError
from assessor.readers import Answers, ReadOptions, read_answers
from assessor.readers.hand_in_folder import packed
from tests.files.made import ESSAY, PNG, SECRET, docx, line, paragraph, pdf, run, zipped
from tests.readers.build import plainly

DOCX = docx(paragraph(run(ESSAY)))
PDF = pdf(line("And more."))


def read(files: dict[str, bytes | str]) -> Answers:
    return read_answers(zipped(files), "class.zip", ReadOptions())


def test_moodle_gives_online_text_and_files_by_the_worksheets_number() -> None:
    """One answer of each student: the typed text, then the files."""
    got = read(
        {
            "Ann Bee_2841371_assignsubmission_onlinetext/onlinetext.html": "<p>Typed.</p>",
            "Ann Bee_2841371_assignsubmission_file/essay.docx": DOCX,
            "Cid_Dee_2841372_assignsubmission_file_scan.png": PNG,
        }
    )

    assert got.format == "moodle_submissions"
    assert plainly(got.submissions) == [
        ("Participant 2841371", 1, f"Typed.\n{ESSAY}", "answered"),
        ("Participant 2841372", 1, "", "unreadable"),
    ]
    assert "unreadable, file: is a picture: 2841372" in got.warnings
    assert [each.unread for each in got.submissions] == ["", "picture"]


def test_canvas_gives_uploads_in_a_stable_order() -> None:
    """Page 2 stands before page 10, whatever the zip's order."""
    got = read(
        {
            "beeann_501_9003_page 10.docx": DOCX,
            "beeann_501_9002_page 2.pdf": PDF,
            "deecid_LATE_502_9004_essay.docx": DOCX,
        }
    )

    assert got.format == "canvas_submissions"
    assert plainly(got.submissions) == [
        ("501", 1, f"And more.\n{ESSAY}", "answered"),
        ("502", 1, ESSAY, "answered"),
    ]


def test_blackboard_gives_every_attempt_and_what_was_typed() -> None:
    """Its own headings are no answer."""
    page = (
        "Name: Ann Bee (abee)\nAssignment: Essay 1\n\nSubmission Field:\n<p>Typed.</p>\n\n"
        "Comments:\nThere are no student comments for this assignment.\n\nFiles:\n\tessay.docx\n"
    )
    got = read(
        {
            "Essay 1_abee_attempt_2026-10-15-08-00-00.txt": page,
            "Essay 1_abee_attempt_2026-10-15-08-00-00_essay.docx": DOCX,
            "Essay 1_abee_attempt_2026-10-14-18-03-22_draft.docx": DOCX,
        }
    )

    assert got.format == "blackboard_submissions"
    assert plainly(got.submissions) == [
        ("abee", 2, f"Typed.\n{ESSAY}", "answered"),
        ("abee", 1, ESSAY, "answered"),
    ]


def test_brightspace_gives_files_and_folders() -> None:
    """In both of its forms; the index is no answer."""
    got = read(
        {
            "index.html": "<html>",
            "31245-67890 - Ann Bee - Oct 14, 2026 6-03 PM - essay.docx": DOCX,
            "31246-67890 - Cid Dee-Eff - Oct 14, 2026 603 PM/essay.pdf": PDF,
        }
    )

    assert got.format == "brightspace_submissions"
    assert [(each.student_id, each.name, each.answer) for each in got.submissions] == [
        ("31245", "Ann Bee", ESSAY),
        ("31246", "Cid Dee-Eff", "And more."),
    ]


def test_gradescope_and_sakai_give_files() -> None:
    """What was a scan for a person before may be a text."""
    gradescope = read(
        {
            "a/submission_metadata.yml": "submission_1:\n  :submitters:\n  - :sid: '7'\n",
            "a/submission_1/essay.docx": DOCX,
        }
    )
    sakai = read(
        {
            "Essay/grades.csv": '"Essay","SCORE_GRADE_TYPE"\n\n"Display ID","ID","Last Name",'
            '"First Name","grade","Submission date"\n"abee","abee","Bee","Ann","","Oct 1"\n',
            "Essay/Bee, Ann(abee)/Submission attachment(s)/my comments.docx": DOCX,
        }
    )

    assert [each.answer for each in gradescope.submissions] == [ESSAY]
    assert [each.answer for each in sakai.submissions] == [ESSAY]


def test_a_folder_is_a_class_whatever_is_beside_it(tmp_path: Path) -> None:
    """A file or a folder for each student; what assessor wrote and links stay out."""
    (tmp_path / "s10.docx").write_bytes(DOCX)
    (tmp_path / "s2").mkdir()
    (tmp_path / "s2" / "b.pdf").write_bytes(PDF)
    (tmp_path / "s2" / "a.docx").write_bytes(DOCX)
    (tmp_path / "graded").mkdir()
    (tmp_path / "graded" / "old.docx").write_bytes(DOCX)
    (tmp_path / "rubric.yaml").write_text("title: T", encoding="utf-8")
    (tmp_path / ".hidden.docx").write_bytes(DOCX)
    (tmp_path / "link.docx").symlink_to(tmp_path / "s10.docx")

    got = read_answers(packed(tmp_path), str(tmp_path), ReadOptions())

    assert plainly(got.submissions) == [
        ("s10", 1, ESSAY, "answered"),
        ("s2", 1, f"{ESSAY}\nAnd more.", "answered"),
    ]
    assert packed(tmp_path) == packed(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file's name is text")
def test_a_name_that_is_no_utf8_is_a_students_all_the_same(tmp_path: Path) -> None:
    """Old programs packed names as Windows wrote them, and unpacked here they are bytes."""
    for name in (b"Ren\xe9", b"Ada"):
        folder = tmp_path / os.fsdecode(name)
        folder.mkdir()
        (folder / os.fsdecode(b"r\xe9ponse.txt")).write_text(ESSAY, encoding="utf-8")

    found = read_answers(packed(tmp_path), "hand-ins", ReadOptions())

    assert [(s.student_id, s.answer) for s in found.submissions] == [
        ("Ada", ESSAY),
        ("René", ESSAY),
    ]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """There is nothing to read in it."""
    with pytest.raises(SubmissionError, match="holds no files"):
        packed(tmp_path)


@pytest.mark.parametrize("name", ["essay.docx", "essay.pdf", "essay.md"])
def test_a_lone_document_is_a_class_of_one(name: str) -> None:
    """To see what is read of it."""
    data = {"essay.docx": DOCX, "essay.pdf": pdf(line(ESSAY)), "essay.md": ESSAY.encode()}[name]

    got = read_answers(data, name, ReadOptions())

    assert plainly(got.submissions) == [("essay", 1, ESSAY, "answered")]
    assert got.format == "file"


def test_no_name_of_a_file_is_in_an_answer_or_its_reading() -> None:
    """A student's name stands in most of them."""
    got = read({"s1/Ann Bee.docx": DOCX, "s1/Ann Bee.png": PNG, "s2/Cid Dee.docx": DOCX})

    told = [each.answer + each.raw + each.reading for each in got.submissions]
    assert not any("Ann" in each or "Cid" in each for each in told)


def test_hidden_text_reaches_no_answer_in_a_class() -> None:
    """It stands in the raw cell, for the flags, and nowhere else."""
    hidden = docx(paragraph(run(ESSAY), run(SECRET, "<w:vanish/>")))

    got = read({"s1.docx": hidden, "s2.docx": DOCX})

    assert [SECRET in each.answer for each in got.submissions] == [False, False]
    assert SECRET in got.submissions[0].raw
    assert got.submissions[0].reading == "file: docx (text that nobody sees was left out)"
