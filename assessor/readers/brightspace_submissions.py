"""Brightspace assignments, Download: a zip with files or folders named by number, name and time.

`31245-67890 - Ann Bee - Oct 14, 2026 6-03 PM - essay.docx`, or a folder of that name without the
file. Every time is an attempt. `index.html` lists them and is not an answer.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from assessor.counting import plural
from assessor.readers.archive import Archive, most_are
from assessor.readers.base import Answers, QuestionKind, ReadOptions
from assessor.readers.entries import NO_STUDENTS_FILE, ArchiveEntry, EntriesFound, assemble
from assessor.readers.hand_in import Work, read_works

_ENTRY = re.compile(
    r"(?:.*/)?(?P<number>\d+)-\d+ - (?P<name>[^/]+?) - "
    r"(?P<when>[^/]*?\d{4}[^/]*?)(?:/| - )(?P<rest>.+)",
    re.DOTALL,
)
_INDEX = "index.html"
_CLOCK = re.compile(r"(\d{1,2})[-.]?(\d\d)(?=\s*(?:AM|PM|$))", re.IGNORECASE)


def is_archive(archive: Archive) -> bool:
    """Return whether an archive holds submissions, named as Brightspace names them."""
    rest = [name for name in archive.names if PurePosixPath(name).name != _INDEX]
    return most_are([_ENTRY.fullmatch(name) for name in rest])


def read_archive(archive: Archive, options: ReadOptions) -> Answers:
    """Return every attempt; the key is the first number, which Brightspace gives the user."""
    found = EntriesFound(
        file=archive.file,
        format="brightspace_submissions",
        why=f"{plural(len(archive.names), 'file')}, named by number, name and time",
    )
    works: dict[tuple[str, str], Work] = {}
    names: dict[str, str] = {}
    for name in archive.names:
        match = _ENTRY.fullmatch(name)
        if match is None:
            if PurePosixPath(name).name != _INDEX:
                found.skip(0, name, NO_STUDENTS_FILE)
            continue
        names.setdefault(match["number"], match["name"])
        work = works.setdefault((match["number"], match["when"].strip()), Work())
        work.members.append(name)
    read = read_works(archive, {" ".join(key): work for key, work in works.items()}, found)
    for row, (number, when) in enumerate(works, start=1):
        entry = ArchiveEntry(
            student=number,
            question="submission",
            raw="",
            row=row,
            name=names[number],
            when=_CLOCK.sub(r"\1:\2", when),
            kind=QuestionKind.WRITTEN,
        )
        found.entries.append(read[f"{number} {when}"].fill(entry))
    found.warnings += [
        "who handed in nothing is not in the zip: only those who did are graded",
        "the zip has no user names: Brightspace's grade import needs a gradebook export that holds "
        "these numbers, or names to match by hand",
    ]
    return assemble(found, options)
