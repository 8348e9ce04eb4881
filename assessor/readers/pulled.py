"""What `assessor pull` fetched: a zip with a list of who handed in what, and the files."""

from __future__ import annotations

import json
from typing import Any

from assessor.errors import SubmissionError
from assessor.readers.archive import Archive
from assessor.readers.base import Answers, QuestionKind, ReadOptions
from assessor.readers.entries import Entry, Found, assemble
from assessor.readers.hand_in import Work, read_works
from assessor.submission import InputState

MANIFEST = "assessor-pull.json"


def is_archive(archive: Archive) -> bool:
    """Return whether an archive was fetched by `assessor pull`."""
    return MANIFEST in archive.names


def read_archive(archive: Archive, options: ReadOptions) -> Answers:
    """Return everybody in the class; the key is the platform's own user number."""
    told = _manifest(archive)
    address = told.get("address") or {}
    found = Found(
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
    for row, each in enumerate(people, start=1):
        user, attempt = str(each["user"]), int(each.get("attempt") or 0)
        entry = Entry(
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
    return assemble(found, options)


def _manifest(archive: Archive) -> dict[str, Any]:
    try:
        told = json.loads(archive.read(MANIFEST))
    except ValueError as error:
        raise SubmissionError(f"{archive.file}: {MANIFEST} is damaged; pull it again") from error
    if not isinstance(told, dict):
        raise SubmissionError(f"{archive.file}: {MANIFEST} is damaged; pull it again")
    return told
