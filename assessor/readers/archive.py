"""Zip archives, opened with care: sizes first, names that stay inside, text that is text."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from assessor.bodies import TORN
from assessor.counting import plural
from assessor.errors import SubmissionError

# The sum of what a zip's directory says its members unpack to; a class's texts are far below.
_MOST_BYTES = 300 * 1024 * 1024
_MOST_MEMBERS = 50_000
_MOST_RATIO = 250
_SMALL = 20 * 1024 * 1024
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini)(?:/|$)|(?:^|/)\._")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An opened zip: the names of its files, and their content on demand."""

    file: str
    names: tuple[str, ...]
    opened: zipfile.ZipFile

    def find(self, name: str) -> str | None:
        """Return the member of that file name, in whatever folder; the outermost first."""
        fitting = [each for each in self.names if PurePosixPath(each).name == name]
        return min(fitting, key=lambda each: each.count("/"), default=None)

    def read(self, name: str) -> bytes:
        """Return a member's bytes. Raises SubmissionError where it is torn or locked."""
        try:
            with self.opened.open(name) as member:
                size = self.opened.getinfo(name).file_size
                data = member.read(size + 1)
        except (*TORN, zipfile.BadZipFile, OSError, RuntimeError, ValueError) as error:
            raise SubmissionError(
                f"{self.file}: {name!r} cannot be unpacked ({error}); download it again"
            ) from error
        except NotImplementedError as error:
            raise SubmissionError(
                f"{self.file}: {name!r} is packed in an unusual way; zip it anew"
            ) from error
        if len(data) > size:
            raise SubmissionError(f"{self.file}: {name!r} is larger than the archive says")
        return data

    def size(self, name: str) -> int:
        """Return how many bytes a member says it unpacks to."""
        return self.opened.getinfo(name).file_size


def open_archive(data: bytes, file: str) -> Archive:
    """Open a zip after its directory was found harmless. Raises SubmissionError."""
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
        # `is_dir` of older Pythons fails on a member without a name.
        _straighten(opened)
        members = [each for each in opened.infolist() if not each.filename.endswith("/")]
    except (*TORN, zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SubmissionError(f"{file}: is a torn zip archive; download it again") from error
    if len(members) > _MOST_MEMBERS:
        raise SubmissionError(f"{file}: holds {plural(len(members), 'file')}; a class has fewer")
    total = sum(each.file_size for each in members)
    packed = sum(each.compress_size for each in members)
    if total > _MOST_BYTES or (total > _SMALL and total > _MOST_RATIO * max(packed, len(data), 1)):
        raise SubmissionError(
            f"{file}: would unpack to {total:,} bytes from {len(data):,}; "
            "no export does that, it is not opened"
        )
    for each in members:
        parts = re.split(r"[\\/]", each.filename)
        if (
            each.filename.startswith(("/", "\\"))
            or ".." in parts
            or re.match(r"[A-Za-z]:", parts[0])
        ):
            raise SubmissionError(
                f"{file}: holds {each.filename!r}, a name that leads out of the archive; "
                "no export does that, it is not opened"
            )
    names = tuple(each.filename for each in members if not _JUNK.search(each.filename))
    if twice := next((name for name, times in Counter(names).items() if times > 1), ""):
        raise SubmissionError(
            f"{file}: holds {twice!r} twice, and nobody can tell which of the two counts; "
            "download it again, or unpack it and pack the folder"
        )
    return Archive(file=file, names=names, opened=opened)


def _straighten(opened: zipfile.ZipFile) -> None:
    """Give members the slashes that the format asks for; old programs wrote backslashes."""
    for each in opened.infolist():
        if "\\" in each.filename and "/" not in each.filename:
            each.filename = each.filename.replace("\\", "/")
            opened.NameToInfo[each.filename] = each


def most_are(found: Sequence[object]) -> bool:
    """Return whether two of three files are a platform's: a note beside them changes nothing."""
    return bool(found) and 3 * sum(map(bool, found)) >= 2 * len(found)
