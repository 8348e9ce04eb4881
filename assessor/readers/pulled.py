"""What `assessor pull` fetched: a zip with a list of who handed in what, and the files."""

from __future__ import annotations

import json
from typing import Any

from assessor.errors import SubmissionError
from assessor.readers.archive import Archive
from assessor.readers.base import Answers, QuestionKind, ReadOptions
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.readers.hand_in import Work, read_works
from assessor.sheet import has_picture, visible
from assessor.submission import InputState

MANIFEST = "assessor-pull.json"


def is_archive(archive: Archive) -> bool:
    """Return whether an archive was fetched by `assessor pull`."""
    return MANIFEST in archive.names


def read_archive(archive: Archive, options: ReadOptions) -> Answers:
    """Return everybody in the class; the key is the platform's own user number."""
    told = _manifest(archive)
    address = told.get("address") or {}
    found = EntriesFound(
        file=archive.file,
        format="pulled",
        why=f"fetched from {address.get('site', 'a platform')}",
    )
    people = [each for each in told.get("students") or () if isinstance(each, dict)]
    works = {
        str(each["user"]): Work(
            texts=[str(each.get("text") or "")],
            members=[name for name in each.get("files") or () if name in archive.names],
            links=bool(each.get("link")),
        )
        for each in people
        if each.get("attempt")
    }
    read = read_works(archive, works, found)
    unseen: list[str] = []
    for row, each in enumerate(people, start=1):
        user, attempt = str(each["user"]), int(each.get("attempt") or 0)
        entry = ArchiveEntry(
            student=user,
            question=str(told.get("title") or "submission"),
            raw="",
            row=row,
            name=str(each.get("name") or ""),
            attempt=attempt,
            state=None if attempt else InputState.NOT_SUBMITTED,
            kind=QuestionKind.WRITTEN,
        )
        found.entries.append(read[user].fill(entry) if attempt else entry)
        if attempt and not read[user].reading and _shows_nothing(entry.raw):
            # No platform takes empty work: its service left out what is no text (a pasted picture).
            entry.state = InputState.UNREADABLE
            unseen.append(user)
    if unseen:
        found.warnings.append(
            "handed in, and no text of it came along (a pasted picture, a recording): unreadable, "
            f"not blank; look at it on the platform: {', '.join(unseen[:5])}"
            + (f" and {len(unseen) - 5} more" if len(unseen) > 5 else "")
        )
    return assemble(found, options)


def _shows_nothing(markup: str) -> bool:
    return not visible(markup, markup=True).strip() and not has_picture(markup)


def _manifest(archive: Archive) -> dict[str, Any]:
    try:
        told = json.loads(archive.read(MANIFEST))
    except ValueError as error:
        raise SubmissionError(f"{archive.file}: {MANIFEST} is damaged; pull it again") from error
    if not isinstance(told, dict):
        raise SubmissionError(f"{archive.file}: {MANIFEST} is damaged; pull it again")
    return told
