"""Zips: submissions by folder, and exports that came in one."""

from __future__ import annotations

import pytest

from assessor.errors import SubmissionError
from assessor.submission import InputState
from tests.readers.build import EXPORTS, archive, export, plainly, read, table

LONG = "It breathes up its stored sugar, and the carbon dioxide leaves in the dark."
CLASS = table(("student_id", "answer"), ("s1", LONG))
ROSTER = table(("Student", "ID", "Section", "Essay (48150)"), ("Bee, Ann", "501", "A", ""))


def metadata(**folders: str) -> bytes:
    """Return Gradescope's file for folders and the people in them, by their SIDs."""
    lines = []
    for folder, people in folders.items():
        lines += [f"{folder}:", "  :submitters:"]
        lines += [
            line for sid in people.split() for line in (f"  - :name: N{sid}", f"    :sid: '{sid}'")
        ]
    return "\n".join(lines).encode()


def test_everybody_in_a_group_has_its_text() -> None:
    """One folder of two people is two submissions, and that is said."""
    got = export("gradescope_submissions.zip")

    assert [each.state for each in got.submissions][:2] == [InputState.ANSWERED] * 2
    assert "1 submission is of several people" in got.warnings[0]


def test_a_folder_without_a_text_is_unreadable_and_one_without_files_blank() -> None:
    """A scanned page is for a person; nothing at all is nothing at all."""
    data = archive(
        e__submission_metadata_yml=metadata(submission_1="7", submission_2="8", submission_3="9"),
        e__submission_1__scan_png=b"\x89PNG\r\n",
        e__submission_2__answer_txt=LONG.encode("utf-16"),
    )

    assert plainly(read(data).submissions) == [
        ("7", 1, "", "unreadable"),
        ("8", 1, LONG, "answered"),
        ("9", 1, "", "blank"),
    ]


def test_aliases_in_the_metadata_do_not_unfold() -> None:
    """Nodes are read, nothing is built: a file of a kilobyte stays one."""
    bomb = b"a: &a [x, x, x]\n" + b"\n".join(
        b"%s: &%s [%s]" % (new, new, b", ".join([b"*" + old] * 9))
        for old, new in zip(b"a b c d e f g h".split(), b"b c d e f g h i".split(), strict=True)
    )
    data = archive(submission_metadata_yml=bomb + b"\nsubmission_1:\n  :submitters: *i\n")

    assert read(data).submissions == ()


def test_broken_metadata_is_refused() -> None:
    """Without it nobody knows whose texts these are."""
    with pytest.raises(SubmissionError, match="not valid YAML"):
        read(archive(submission_metadata_yml=b"submission_1:\n  - :a: [\n"))


def test_no_name_from_a_page_reaches_the_answer() -> None:
    """Canvas puts the student's name above the text; it is the name, not the answer."""
    got = export("canvas_submissions.zip")

    assert not any("Ann" in each.answer + each.raw for each in got.submissions)
    assert [each.name for each in got.submissions][:2] == ["Ann Bee", "Cid Dee"]
    assert {each.question for each in got.submissions} == {"Week 4: Plants"}


def test_a_page_that_is_built_otherwise_is_no_blank_answer() -> None:
    """An answer is not lost because a platform changed its page."""
    page = f"<html><body><h1>Essay: Ann Bee</h1><section><p>{LONG}</p></section></body></html>"

    got = read(archive({"beeann_501_text.html": page.encode()}))

    assert plainly(got.submissions) == [("501", 1, LONG, "answered")]


def test_the_one_export_with_answers_in_a_zip_is_read() -> None:
    """What a Mac adds and a roster beside it do not matter."""
    data = archive({"__MACOSX/._answers.csv": b"\0"}, answers_csv=CLASS, roster_csv=ROSTER)

    assert plainly(read(data).submissions) == [("s1", 1, LONG, "answered")]


def test_of_two_exports_in_a_zip_one_must_be_named() -> None:
    """Nothing says which of them is meant."""
    with pytest.raises(SubmissionError, match=r"several exports \('a\.csv', 'b\.csv'\)"):
        read(archive(a_csv=CLASS, b_csv=CLASS))


def test_a_workbook_in_a_zip_is_read() -> None:
    """Learning platforms zip what they hand out."""
    data = archive(responses_xlsx=(EXPORTS / "microsoft_forms.xlsx").read_bytes())

    assert read(data).format == "microsoft_forms"


def test_a_zip_without_any_table_or_document_says_so() -> None:
    """A folder of films is no export."""
    with pytest.raises(SubmissionError, match="unpack it"):
        read(archive(film_mp4=b"\0\0\0\x18ftypmp42"))
