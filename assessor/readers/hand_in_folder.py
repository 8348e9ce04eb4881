"""A folder of files (or a zip of one): a file or a folder per student, whatever its platform."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path, PurePosixPath

from assessor.counting import plural
from assessor.errors import SubmissionError
from assessor.readers.archive import Archive
from assessor.readers.base import Answers, QuestionKind, ReadOptions
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.readers.hand_in import Work, read_works
from assessor.readers.tables import read_tables
from assessor.sheet import columns_of

# What people hand in, whether or not it can be read here.
DOCUMENTS = frozenset(
    {".docx", ".docm", ".doc", ".odt", ".rtf", ".pdf", ".md", ".html", ".htm", ".ipynb", ".pages"}
    | {".jpg", ".jpeg", ".png", ".heic", ".pptx", ".tex"}
)
_MOST_BYTES = 1024 * 1024 * 1024
_SINGLE = frozenset({".md", ".html", ".htm", ".ipynb", ".rtf", ".pdf", ".docx", ".odt", ".doc"})
# Beside the hand-ins, and nobody's.
_RUBRICS = frozenset({".yaml", ".yml", ".toml"})
_OURS = frozenset({"graded", "assessor.toml"})
# Sheets that we write have these columns, and so has grades.csv.
_OUR_COLUMNS = (
    frozenset({"student_id", "answer", "total", "unsure", "feedback"}),
    frozenset({"student_id", "proposed_grade", "released_by"}),
)
_TABLES = frozenset({".csv", ".xlsx"})
_LARGEST_SHEET = 64 * 1024 * 1024


def is_archive(archive: Archive) -> bool:
    """Return whether an archive holds documents, or texts and nothing else."""
    suffixes = {PurePosixPath(name).suffix.lower() for name in archive.names}
    return bool(suffixes & DOCUMENTS) or (suffixes == {".txt"} and len(archive.names) > 1)


def read_archive(archive: Archive, options: ReadOptions) -> Answers:
    """Return what each student handed in; the key is the name of the folder, or of the file."""
    found = EntriesFound(
        file=archive.file,
        format="files",
        why=f"{plural(len(archive.names), 'file')}: a file or a folder for each student",
    )
    works: dict[str, Work] = {}
    top = _top(archive)
    for name in archive.names:
        parts = PurePosixPath(name).parts[top:]
        key = parts[0] if len(parts) > 1 else PurePosixPath(parts[0]).stem
        works.setdefault(key, Work()).members.append(name)
    read = read_works(archive, works, found)
    for row, key in enumerate(sorted(works), start=1):
        entry = ArchiveEntry(
            student=key,
            question="submission",
            raw="",
            row=row,
            attempt=1,
            kind=QuestionKind.WRITTEN,
        )
        found.entries.append(read[key].fill(entry))
    return assemble(found, options)


def _top(archive: Archive) -> int:
    """Return how many folders all files share: a zip of one folder, and not one student's work."""
    folders = [PurePosixPath(name).parts[:-1] for name in archive.names]
    shared = 0
    while all(len(each) > shared and each[shared] == folders[0][shared] for each in folders):
        shared += 1
    return shared


def is_document(archive: Archive) -> bool:
    """Return whether a zip is itself a document (docx, odt)."""
    if any(name.endswith("word/document.xml") for name in archive.names):
        return True
    if "mimetype" not in archive.names or "content.xml" not in archive.names:
        return False
    return archive.read("mimetype").startswith(b"application/vnd.oasis.opendocument.text")


def is_single(data: bytes, file: str) -> bool:
    """Return whether a file is one hand-in and no table: by its first bytes, else by its name."""
    if b"%PDF-" in data[:1024] or data.lstrip()[:5] == b"{\\rtf":
        return True
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        return True
    return PurePosixPath(file).suffix.lower() in _SINGLE


def read_single(data: bytes, file: str, options: ReadOptions) -> Answers:
    """Return one hand-in as a class of one; the key is its name without the ending."""
    packed_alone = io.BytesIO()
    with zipfile.ZipFile(packed_alone, "w", zipfile.ZIP_STORED) as opened:
        opened.writestr(zipfile.ZipInfo(PurePosixPath(file).name), data)
    with zipfile.ZipFile(packed_alone) as opened:
        archive = Archive(file=file, names=(PurePosixPath(file).name,), opened=opened)
        read = read_archive(archive, options)
    return replace(read, format="file", why="one hand-in, not a class")


def our_sheets(folder: Path) -> tuple[Path, ...]:
    """Return the sheets to fill in and the tables of grades that lie beside the hand-ins.

    Whatever they are called and whoever filled them in: they are known by their columns.
    """
    tables = (each for each in sorted(folder.iterdir()) if each.suffix.lower() in _TABLES)
    return tuple(each for each in tables if each.is_file() and _is_our_sheet(each))


def packed(folder: Path, aside: Collection[Path] = ()) -> bytes:
    """Return a folder as the zip that it would be: the same bytes for the same files.

    Hidden files, links, rubrics, what assessor itself wrote and what is named in `aside` stay out.
    Raises SubmissionError.
    """
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and path not in aside
        and not _is_aside(path.relative_to(folder))
    )
    if not files:
        raise SubmissionError(f"{folder}: holds no files; name the folder that holds the hand-ins")
    total = sum(path.stat().st_size for path in files)
    if total > _MOST_BYTES:
        raise SubmissionError(f"{folder}: holds {total:,} bytes; take films and the like out of it")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as opened:
        for path in files:
            name = "/".join(map(_in_letters, path.relative_to(folder).parts))
            opened.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return data.getvalue()


def _in_letters(name: str) -> str:
    """Return a file's name; one whose bytes are no UTF-8 was written by an older Windows."""
    data = os.fsencode(name)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _is_our_sheet(path: Path) -> bool:
    if path.stat().st_size > _LARGEST_SHEET:
        return False
    try:
        tables = read_tables(path.read_bytes(), str(path))
    except (SubmissionError, OSError):
        return False
    columns = [frozenset(columns_of(each.header)) for each in tables]
    return any(ours <= each for each in columns for ours in _OUR_COLUMNS)


def _is_aside(path: Path) -> bool:
    if len(path.parts) == 1 and path.suffix.lower() in _RUBRICS:
        return True
    return path.parts[0] in _OURS or any(part.startswith((".", "~$")) for part in path.parts)
