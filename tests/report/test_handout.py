"""Zips to hand out: every page once, under a name that its platform reads or a person knows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from assessor.report.feedback_pages import Student, Told, page_of, students_of
from assessor.report.handout import handouts, numbered_by_moodle, sections_of
from assessor.sheet import parse_table
from tests.report.build import judged, material, release, rubric, submission

TOLD = Told(secret=b"secret")


def class_of(*people: tuple[str, str]) -> tuple[Student, ...]:
    """Students by id and name, each with a released grade."""
    ours = rubric()
    handed = [submission(who, f"Sugar, says {who}.", name=name) for who, name in people]
    built = material(
        [judged(ours, each, {"respires": "full"}) for each in handed],
        released=[release(each, "2") for each in handed],
    )
    return students_of(built, TOLD)


def pages(students: tuple[Student, ...]) -> list[tuple[Student, bytes]]:
    return [(each, page_of(each, "Plants", TOLD)) for each in students]


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_moodle_reads_whose_each_file_is() -> None:
    """As its importer does: the name, the participant's number, the kind of feedback, a file."""
    students = class_of(("Participant 11", "Ada_A. Ames"), ("Participant 12", "Ben O'Byrd/x"))

    (data,) = handouts(pages(students), {}, for_moodle=numbered_by_moodle(students)).values()

    parts = [name.split("_", 4) for name in names(data)]
    assert [(each[1], *each[2:]) for each in parts] == [
        ("11", "assignfeedback", "file", "feedback.html"),
        ("12", "assignfeedback", "file", "feedback.html"),
    ]
    assert not re.search(r"[/\\]", "".join(names(data)))


def test_each_section_has_a_zip_and_who_has_none_is_in_one_too() -> None:
    """Nobody is left out, and nobody stands in two."""
    students = class_of(("S1", "Ada"), ("S2", "Ben"), ("S3", "Cem"), ("S4", "Dora"))
    sections: Mapping[str, str] = {"S1": "Mon 9:00", "S2": "Tue/10", "S3": "Mon 9:00"}

    made = handouts(pages(students), sections, for_moodle=False)

    assert {name: len(names(data)) for name, data in made.items()} == {
        "feedback-mon-9-00.zip": 2,
        "feedback-no-section.zip": 1,
        "feedback-tue-10.zip": 1,
    }
    assert names(made["feedback-mon-9-00.zip"]) == ["Ada (S1).html", "Cem (S3).html"]


def test_two_students_of_one_name_and_two_sections_alike_stay_apart() -> None:
    """Ids that differ in signs alone make names that do not."""
    students = class_of(("s/1", "Ada"), ("s:1", "Ada"))

    (data,) = handouts(pages(students), {}, for_moodle=False).values()
    alike = handouts(pages(students), {"s/1": "A/1", "s:1": "A:1"}, for_moodle=False)

    assert len(set(names(data))) == 2
    assert len(alike) == 2


def test_no_page_takes_the_name_of_another_student_or_section() -> None:
    """Else one would be handed what is another's, or a section's zip be written over."""
    students = class_of(("a/", ""), ("a:", ""), ("a 2", ""), ("Jose\u0301", ""), ("Jos\u00e9", ""))
    sections = {"a/": "A/1", "a:": "A:1", "a 2": "A 1 2"}

    (data,) = handouts(pages(students), {}, for_moodle=False).values()
    apart = handouts(pages(students), sections, for_moodle=False)

    assert names(data) == ["a.html", "a 3.html", "a 2.html", "Jos\u00e9.html", "Jos\u00e9 2.html"]
    assert sum(len(names(each)) for each in apart.values()) == 5


def test_every_system_can_unpack_the_pages() -> None:
    """No name is longer than file systems take, and none is a device of Windows."""
    students = class_of(("con", ""), ("S1", "\u00e9" * 300), ("x" * 300, "N" * 300))

    (data,) = handouts(pages(students), {}, for_moodle=False).values()

    assert "con student.html" in names(data)
    assert all(len(name.encode()) < 255 for name in names(data))


def test_sections_come_from_the_file_that_knows_the_students() -> None:
    """By the column that names most of them, whatever it is called."""
    table = parse_table(
        b"Student,ID,SIS Login ID,Section\nAmes,1,ada@example.edu,A\nByrd,2,BEN@example.edu,B\n",
        "gradebook.csv",
    )
    students = class_of(("ada@example.edu", ""), ("ben@example.edu", ""))

    assert sections_of(table, students) == {"ada@example.edu": "A", "ben@example.edu": "B"}
    assert sections_of(parse_table(b"a,b\n1,2\n", "x.csv"), students) == {}
