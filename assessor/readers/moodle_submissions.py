"""Moodle assignments, Download all submissions: a zip with folders per student and kind of work.

(moodle mod/assign/locallib.php, download_submissions.) Folders are called
`Ann Bee_2841371_assignsubmission_file`; without folders that stands in front of the file's name.
The number is the one in the worksheet's `Identifier`.
"""

from __future__ import annotations

import re

from assessor.counting import plural
from assessor.readers.archive import Archive
from assessor.readers.base import Answers, QuestionKind, ReadOptions
from assessor.readers.entries import NO_STUDENTS_FILE, ArchiveEntry, EntriesFound, assemble
from assessor.readers.hand_in import Work, read_works
from assessor.sheet import decode

_ENTRY = re.compile(
    r"(?:.*/)?(?P<name>[^/]*?)_(?P<id>\d+)_assignsubmission_(?P<plugin>file|onlinetext)"
    r"(?:_?/|_)(?P<rest>.+)",
    re.DOTALL,
)


def is_archive(archive: Archive) -> bool:
    """Return whether an archive holds submissions, named as Moodle names them."""
    return bool(archive.names) and any(_ENTRY.fullmatch(name) for name in archive.names)


def read_archive(archive: Archive, options: ReadOptions) -> Answers:
    """Return what each student handed in; the key is the worksheet's identifier in English."""
    found = EntriesFound(
        file=archive.file,
        format="moodle_submissions",
        why=f"{plural(len(archive.names), 'file')}, in folders named by student and number",
    )
    works: dict[str, Work] = {}
    names: dict[str, str] = {}
    for name in archive.names:
        match = _ENTRY.fullmatch(name)
        if match is None:
            found.skip(0, name, NO_STUDENTS_FILE)
            continue
        work = works.setdefault(match["id"], Work())
        names.setdefault(match["id"], match["name"].replace("_", " "))
        if match["plugin"] == "onlinetext" and name.lower().endswith((".html", ".htm")):
            page, _, _ = decode(archive.read(name), f"{archive.file}: online text")
            work.texts.append(page)
        else:
            work.members.append(name)
    read = read_works(archive, works, found)
    for row, key in enumerate(works, start=1):
        entry = ArchiveEntry(
            # As the worksheet calls them: the number alone might be anybody's id.
            student=f"Participant {key}",
            question="submission",
            raw="",
            row=row,
            name=names[key],
            attempt=1,
            kind=QuestionKind.WRITTEN,
        )
        found.entries.append(read[key].fill(entry))
    found.warnings.append(
        "who handed in nothing is not in the zip, and drafts cannot be told from the rest: name "
        "the grading worksheet with --template at the export, which keeps drafts out"
    )
    return assemble(found, options)
