"""The pages that students get of their released grades: prepared, written, and what to do then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.given_out import note_given_out
from assessor.assignment.named_files import read_bytes
from assessor.assignment.standing import (
    Standing,
    doubts_of,
    load_standing,
    material_of,
    spoken_of_json,
)
from assessor.assignment.whereabouts import own_folder
from assessor.config import ExportSettings
from assessor.counting import plural
from assessor.errors import InputError
from assessor.readers import read_tables
from assessor.report.catalogue import DECIMALS
from assessor.report.feedback_pages import (
    INDEX,
    Student,
    Told,
    index_of,
    languages_of,
    page_of,
    students_of,
)
from assessor.report.handout import handouts, numbered_by_moodle, sections_of
from assessor.report.material import ReportMaterial
from assessor.store import Store
from assessor.submission import InputState
from assessor.writers.files import write_file

# The exports of a Moodle assignment, whose upload of feedback files goes by names.
MOODLE = frozenset({"moodle_worksheet", "moodle_submissions"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesRequest:
    """What pages are wanted: in which folder and language, and as one zip for each section.

    `roster` is a file with the students' sections; the answers file, where none is named.
    """

    out: Path | None = None
    language: str = ""
    as_zip: bool = False
    roster: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentPages:
    """Pages ready to be written: `files` is name → content, `notes` what to know beforehand."""

    standing: Standing
    folder: Path
    files: Mapping[str, bytes]
    students: tuple[Student, ...]
    notes: tuple[str, ...]
    as_zip: bool

    @property
    def not_released(self) -> int:
        """How many grades stay out, of those who handed something in."""
        none = {InputState.NOT_SUBMITTED, InputState.NOT_ASKED}
        grades = self.standing.grades
        return sum(each.grade is None and each.submission.state not in none for each in grades)

    @property
    def words(self) -> str:
        """How many pages there are, and how many grades stay out."""
        stay = self.not_released
        verbs = ("is", "stays") if stay == 1 else ("are", "stay")
        out = f" {plural(stay, 'grade')} {verbs[0]} not released and {verbs[1]} out."
        return f"Pages for students: {len(self.students)}.{out if stay else ''}"

    @property
    def hand_out_words(self) -> str:
        """What to do with what was written."""
        if not self.as_zip:
            return f"{INDEX} says whose page is whose: keep it to yourself."
        return f"{', '.join(self.files)}: {_hand_out(self.standing, self.students)}"

    def write(self, place: ClassFolder, store: Store) -> tuple[Path, ...]:
        """Write the files; return pages of an earlier export that hold no released grade."""
        there = self.folder.glob("*.html")
        current = {INDEX, *(each.file for each in self.students)}
        old = {path for path in there if path.name not in current}
        write_pages(place, store, self.folder, self.files)
        return tuple(sorted(old))

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        about = spoken_of_json(self.standing)
        return {
            "answers": about["answers"],
            "run": about["run"],
            "folder": str(self.folder),
            "pages": len(self.students),
            "files": [name for name in self.files if self.as_zip],
            "not_released": self.not_released,
            "notes": [*doubts_of(self.standing), *self.notes],
        }


def write_pages(place: ClassFolder, store: Store, folder: Path, files: Mapping[str, bytes]) -> None:
    """Write students' pages into a folder, and seal what they were."""
    for name, data in files.items():
        write_file(folder / name, data)
    note_given_out(place, store, {folder / name: data for name, data in files.items()})


def prepare_pages(place: ClassFolder, store: Store, request: PagesRequest) -> StudentPages:
    """Return the pages of all students with a released grade. Raises InputError without any."""
    standing = load_standing(place, store)
    material = material_of(standing)
    told = Told(
        secret=store.secret,
        sentence=place.config.export.get("feedback", ExportSettings()).sentence,
        language=request.language,
    )
    folder = request.out or own_folder(standing.out / "feedback")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder with --out")
    students = students_of(material, told)
    if not students:
        raise InputError(
            "no grade is released yet, so there is nothing to hand out; review the answers, or "
            "release the unread ones with the export that gives the grades back"
        )
    pages = [(each, page_of(each, material.heading, told)) for each in students]
    files: Mapping[str, bytes] = {INDEX: index_of(students), **{s.file: page for s, page in pages}}
    if request.as_zip:
        found = _sections(place, request.roster, standing.answers, students)
        files = handouts(pages, found, for_moodle=_is_moodle(standing, students))
    return StudentPages(
        standing=standing,
        folder=folder,
        files=files,
        students=tuple(students),
        notes=tuple(_without_words(material, told)),
        as_zip=request.as_zip,
    )


def _is_moodle(standing: Standing, students: Sequence[Student]) -> bool:
    return standing.run.command.format in MOODLE and numbered_by_moodle(students)


def _hand_out(standing: Standing, students: Sequence[Student]) -> str:
    """Return what to do with the zips."""
    if _is_moodle(standing, students):
        return (
            "upload it in Moodle, in the assignment's list of submissions: Upload multiple "
            "feedback files in a zip (the assignment needs the feedback type 'Feedback files')."
        )
    return (
        "each page is called by its student; send each to its student and to nobody else "
        "(a platform's own file takes the comments: assessor export --to moodle, blackboard, …)."
    )


def _sections(
    place: ClassFolder, roster: Path | None, answers: Path, students: Sequence[Student]
) -> Mapping[str, str]:
    """Return student → section as a file's columns have it; nothing where it has none.

    Raises InputError where the roster that was named cannot be read.
    """
    file = roster or answers
    try:
        tables = read_tables(read_bytes(file), str(file), place.config.assignment.encoding)
    except InputError:
        # A zip of hand-ins has no columns, and the answers may be elsewhere by now.
        if roster is not None:
            raise
        return {}
    return next((found for each in tables if (found := sections_of(each, students))), {})


def _without_words(material: ReportMaterial, told: Told) -> Iterator[str]:
    """Yield which languages there is no catalogue of."""
    for named, found in languages_of(material).items():
        if not found and not told.language:
            yield (
                f"There are no words for students in {named!r} yet, so their pages speak English; "
                f"--language takes {', '.join(DECIMALS)}."
            )
