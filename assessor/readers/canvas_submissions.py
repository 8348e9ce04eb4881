"""Canvas assignments, Download Submissions: a zip with a file per text entry, upload or link.

(instructure/canvas-lms, lib/content_zipper.rb.) Names are `beeann_LATE_501_text.html`, or
`beeann_501_9001_essay.docx` for an upload; the number after the name is the user's `ID`. A text
entry is a page whose heading names the student: only what stands below it is the answer.
"""

from __future__ import annotations

import html
import re
from pathlib import PurePosixPath

from assessor.counting import plural
from assessor.readers.archive import Archive, most_are
from assessor.readers.base import Answers, QuestionKind, ReadOptions
from assessor.readers.entries import NO_STUDENTS_FILE, ArchiveEntry, EntriesFound, assemble
from assessor.readers.hand_in import Work, read_works
from assessor.sheet import decode

_ENTRY = re.compile(
    r"(?:.*?_)?(?:LATE_)?(?P<id>\d+|anon_[A-Za-z0-9]+)_"
    r"(?:(?P<kind>text|link)\.html|\d+_(?P<file>.+))",
    re.DOTALL | re.IGNORECASE,
)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_BODY = re.compile(r"</h1>\s*<div[^>]*>(.*)</div>\s*</body>", re.DOTALL)
_HEADINGS = re.compile(r"<(title|h1)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".json", ".jsonl", ".zip"})
_QUESTION = "submission"


def is_archive(archive: Archive) -> bool:
    """Return whether an archive holds submissions, named as Canvas names them."""
    found = [_ENTRY.fullmatch(PurePosixPath(name).name) for name in archive.names]
    entries = any(match and match["kind"] for match in found)
    tables = any(PurePosixPath(name).suffix.lower() in _TABLES for name in archive.names)
    return most_are(found) and (entries or not tables)


def read_archive(archive: Archive, options: ReadOptions) -> Answers:
    """Return the latest submission of each student who handed one in; the key is the user's ID."""
    found = EntriesFound(
        file=archive.file,
        format="canvas_submissions",
        why=f"{plural(len(archive.names), 'file')}, named by student and ID",
    )
    works: dict[str, Work] = {}
    names: dict[str, str] = {}
    titles: set[str] = set()
    for name in archive.names:
        match = _ENTRY.fullmatch(PurePosixPath(name).name)
        if match is None:
            found.skip(0, name, NO_STUDENTS_FILE)
            continue
        work = works.setdefault(match["id"], Work())
        kind = (match["kind"] or "").lower()
        if kind == "text":
            title, names[match["id"]], body = _text_entry(archive, name)
            titles.add(title)
            work.texts.append(body)
        elif kind == "link":
            work.links += 1
        else:
            work.members.append(name)
    question = titles.pop() if len(titles) == 1 else _QUESTION
    read = read_works(archive, works, found)
    for row, key in enumerate(works, start=1):
        entry = ArchiveEntry(
            student=key,
            question=question or _QUESTION,
            raw="",
            row=row,
            name=names.get(key, ""),
            attempt=1,
            kind=QuestionKind.WRITTEN,
        )
        found.entries.append(read[key].fill(entry))
    found.warnings.append("who handed in nothing is not in the zip: only those who did are graded")
    return assemble(found, options)


def _text_entry(archive: Archive, name: str) -> tuple[str, str, str]:
    """Return the assignment, the student's name and the answer in a page of a text entry."""
    page, _, _ = decode(archive.read(name), f"{archive.file}: {name}")
    title = _TITLE.search(page)
    assignment, _, student = html.unescape(title[1] if title else "").rpartition(": ")
    body = _BODY.search(page)
    # A page that is built otherwise is read whole, but for the headings with the name.
    text = body[1] if body else _HEADINGS.sub("", page)
    return assignment.strip(), student.strip(), text.strip()
