"""Word documents as HTML; mammoth reads them, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from assessor.errors import SubmissionError
from assessor.readers.archive import open_archive
from assessor.readers.spreadsheet import look_at

_CHILD = Path(__file__).with_name("document_child.py")
_SECONDS = 60


def is_document(data: bytes) -> bool:
    """Return whether a zip holds a Word document."""
    try:
        return "word/document.xml" in open_archive(data, "").names
    except SubmissionError:
        return False


def read_document(data: bytes, file: str) -> str:
    """Return a Word document as HTML: its paragraphs, lists and tables. Raises SubmissionError."""
    archive = open_archive(data, file)
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            look_at(archive, name)
    try:
        done = subprocess.run(  # noqa: S603  # our own script, the file goes in as data
            [sys.executable, "-P", str(_CHILD)], input=data, capture_output=True, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise SubmissionError(f"{file}: takes too long to open; save it as HTML or text") from error
    if done.returncode:
        raise SubmissionError(
            f"{file}: cannot be read as a Word document; save it anew, or as HTML"
        )
    return done.stdout.decode("utf-8", "replace")
