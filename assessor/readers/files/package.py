"""Zipped documents (docx, odt): their parts, as XML that declares nothing and fetches nothing."""

from __future__ import annotations

import io
import zipfile
import zlib
from xml.etree import ElementTree

from assessor.readers.files.parsed_text import UnreadableFile

# A part of a long thesis has a tenth of it; parsed, a part takes ten to twenty times as much.
MOST_PART = 24 * 1024 * 1024


def open_package(data: bytes) -> zipfile.ZipFile:
    """Return an opened zip. Raises UnreadableFile where it is torn."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        raise UnreadableFile("torn", "is damaged or was not uploaded whole") from None


def part(package: zipfile.ZipFile, name: str) -> bytes:
    """Return a member's bytes. Raises UnreadableFile where it is locked, torn or too large."""
    info = package.getinfo(name)
    if info.flag_bits & 1:
        raise UnreadableFile("locked", "is locked with a password")
    if info.file_size > MOST_PART:
        raise UnreadableFile("too_large", f"unpacks to over {MOST_PART >> 20} MB in one part")
    try:
        with package.open(info) as member:
            content = member.read(MOST_PART + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise UnreadableFile("torn", "is damaged or was not uploaded whole") from None
    if len(content) > MOST_PART:
        raise UnreadableFile("too_large", f"unpacks to over {MOST_PART >> 20} MB in one part")
    return content


def tree(package: zipfile.ZipFile, name: str) -> ElementTree.Element | None:
    """Return a part's XML, or None where there is no such part. Raises UnreadableFile.

    No document declares a document type; one that does wants entities or files of ours.
    """
    if name not in package.namelist():
        return None
    content = part(package, name)
    head = content[:4096].replace(b"\0", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in content.replace(b"\0", b""):
        raise UnreadableFile("bomb", "declares entities, which no document does: not opened")
    try:
        return ElementTree.fromstring(content)  # noqa: S314  # declares nothing: looked at above
    except ElementTree.ParseError:
        raise UnreadableFile("torn", "is damaged: its text cannot be parsed") from None
