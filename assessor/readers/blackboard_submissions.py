"""Blackboard assignments, Download All: a zip with files named by assignment, user and time.

`Essay 1_abee_attempt_2026-10-14-18-03-22_essay.docx`, and beside them a text of that name without a
file that holds what was typed, between headings of Blackboard's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from assessor.counting import plural
from assessor.readers.archive import Archive, most_are
from assessor.readers.base import Answers, QuestionKind, ReadOptions
from assessor.readers.entries import NO_STUDENTS_FILE, ArchiveEntry, EntriesFound, assemble
from assessor.readers.hand_in import Work, read_works
from assessor.sheet import decode

_ENTRY = re.compile(
    r"(?P<title>.+?)_(?P<user>[^_]+)_attempt_(?P<when>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)"
    r"(?:_(?P<file>.+)|\.txt)",
    re.DOTALL | re.IGNORECASE,
)
_TYPED = re.compile(
    r"^Submission Field:[ \t]*\n(?P<text>.*?)\n(?:Comments:[ \t]*\n|Files:[ \t]*\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_NAME = re.compile(r"^Name:\s*(?P<name>.*?)\s*\(", re.MULTILINE)
_NOTHING = "There is no student submission text data for this assignment."


@dataclass(frozen=True, slots=True)
class _Sitting:
    user: str
    when: str

    @property
    def key(self) -> str:
        return f"{self.user} {self.when}"


def is_archive(archive: Archive) -> bool:
    """Return whether an archive holds submissions, named as Blackboard names them."""
    found = [_ENTRY.fullmatch(PurePosixPath(name).name) for name in archive.names]
    return most_are(found)


def read_archive(archive: Archive, options: ReadOptions) -> Answers:
    """Return every attempt; the key is the user name."""
    found = EntriesFound(
        file=archive.file,
        format="blackboard_submissions",
        why=(
            f"{plural(len(archive.names), 'file')}, named by assignment, user and time of the "
            "attempt"
        ),
    )
    works: dict[_Sitting, Work] = {}
    names: dict[str, str] = {}
    titles: set[str] = set()
    for name in archive.names:
        match = _ENTRY.fullmatch(PurePosixPath(name).name)
        if match is None:
            found.skip(0, name, NO_STUDENTS_FILE)
            continue
        titles.add(match["title"])
        work = works.setdefault(_Sitting(match["user"], match["when"]), Work())
        if match["file"] is None:
            page, _, _ = decode(archive.read(name), f"{archive.file}: a submission's own page")
            page = page.replace("\r\n", "\n").replace("\r", "\n")
            named = _NAME.search(page)
            names[match["user"]] = named["name"] if named else ""
            typed = _TYPED.search(page)
            if typed and _NOTHING not in typed["text"]:
                work.texts.append(typed["text"].strip())
        else:
            work.members.append(name)
    read = read_works(archive, {sitting.key: work for sitting, work in works.items()}, found)
    for row, sitting in enumerate(works, start=1):
        entry = ArchiveEntry(
            student=sitting.user,
            question=titles.copy().pop() if len(titles) == 1 else "submission",
            raw="",
            row=row,
            name=names.get(sitting.user, ""),
            when=sitting.when,
            kind=QuestionKind.WRITTEN,
        )
        found.entries.append(read[sitting.key].fill(entry))
    found.warnings.append("who handed in nothing is not in the zip: only those who did are graded")
    return assemble(found, options)
