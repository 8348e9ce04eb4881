"""Files that are given out: what each was when it was written, sealed, and what it is now."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import TypeAdapter

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import MOST_OF_A_FILE
from assessor.counting import plural
from assessor.disk import read_named
from assessor.errors import AssessorError
from assessor.store import Store
from assessor.writers import EXPORTS
from assessor.writers.base import ChangeKind, PlatformGrade
from assessor.writers.results import points_text

# What the notes are called: this, and a folder as it is found from the class's own.
_NOTE = "given out "
_LISTED = 10
_NO_TEXT = re.compile(r"\\u(dc[89a-f][0-9a-f])")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOut:
    """A file as it was written: its SHA-256, and the column that holds grades, if one does."""

    sha256: str
    target: str = ""
    column: str = ""


_GIVEN = TypeAdapter(dict[str, GivenOut])


def note_given_out(
    place: ClassFolder,
    store: Store,
    files: Mapping[Path, bytes],
    target: str = "",
    column: str = "",
) -> None:
    """Seal what was written, so that `runs verify` finds what is edited before it is uploaded."""
    by_folder: dict[str, dict[str, GivenOut]] = {}
    home = place.folder.resolve()
    for path, data in files.items():
        folder = path.parent.resolve()
        near = os.path.relpath(folder, home) if folder.is_relative_to(home) else str(folder)
        near = near.encode(errors="backslashreplace").decode()  # a name of bytes that are no text
        digest = hashlib.sha256(data).hexdigest()
        given = GivenOut(sha256=digest, target=target, column=column)
        by_folder.setdefault(near, {})[path.name] = given
    for near, named in by_folder.items():
        before = store.recall(name := f"{_NOTE}{near}")
        known = {**(_read(before or "{}") or {}), **named}
        store.remember(name, json.dumps({k: asdict(v) for k, v in known.items()}, sort_keys=True))


def unlike_given_out(place: ClassFolder, store: Store) -> Iterator[str]:
    """Yield a line for each file given out that is another one now, with what is changed in it.

    Of one that is not there any more nothing is said: it may have been moved to where it goes.
    """
    for note, text in store.notes_called(_NOTE).items():
        near = _NO_TEXT.sub(lambda byte: chr(int(byte[1], 16)), note.removeprefix(_NOTE))
        folder = place.folder / near
        if (listed := _read(text)) is None:
            yield f"{store.database.where}: what was given out to {folder} cannot be read"
        for name, given in (listed or {}).items():
            path = folder / name
            if not os.path.lexists(path):
                continue
            try:
                data = read_named(path, MOST_OF_A_FILE)
            except OSError as error:
                yield f"{path}: {error.strerror}, and is not the file that was written to give out"
                continue
            if hashlib.sha256(data).hexdigest() != given.sha256:
                told = _changes(store, given, data)
                yield (
                    f"{path}: was edited by hand since it was written to give out{told}; that "
                    "changes no grade here, so export it again before you upload it"
                )


def _read(text: str) -> dict[str, GivenOut] | None:
    """Return what a note says of a folder; None where it is none of ours."""
    try:
        return _GIVEN.validate_json(text)
    except ValueError:
        return None


def _changes(store: Store, given: GivenOut, data: bytes) -> str:
    """Return whose grade is another one in a platform's file than what was written; "" unknown."""
    wrote = store.exported(given.target, given.column)
    row = EXPORTS.get(given.target.partition(":")[0])
    if row is None or not wrote:
        return ""
    grades = [PlatformGrade(student_key=key, score=score) for key, score in wrote.items()]
    try:
        found = row.write(data, grades, given.column).changes
    except AssessorError:
        return ": it can no longer be read as that platform's file"
    other = [
        f"{each.key!r} has {_said(each.old)}, not {points_text(wrote[each.key])}"
        for each in found
        if each.key in wrote and each.kind is not ChangeKind.SAME
    ]
    if not other:
        return ": each grade that was written stands in it, and something else was changed"
    more = f" and {plural(len(other) - _LISTED, 'other')}" if len(other) > _LISTED else ""
    return f": {'; '.join(other[:_LISTED])}{more}"


def _said(points: Decimal | None) -> str:
    return "no grade" if points is None else points_text(points)
