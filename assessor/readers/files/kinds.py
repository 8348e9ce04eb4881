"""What a file is, by its content and never by its name; and why most kinds cannot be read."""

from __future__ import annotations

import json
import re
import zipfile

from assessor.errors import SubmissionError
from assessor.readers.files.package import open_package, part
from assessor.readers.files.parsed_text import UnreadableFile
from assessor.sheet import decode

_PICTURE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PACKED = (b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PROGRAM = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_SOUND = (b"ID3", b"OggS", b"fLaC", b"\xff\xfb", b"\x1aE\xdf\xa3")
_LINK = re.compile(
    r"\s*(?:\[InternetShortcut\].*|\{\s*\"url\"\s*:.*\}|<\?xml.*<plist.*<key>URL</key>.*)",
    re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def kind_of(data: bytes, suffix: str) -> str:
    """Return the parser for a file; `suffix` (".md") only tells texts apart.

    Raises UnreadableFile with the reason where there is none.
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile("empty", "is empty")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _old_office(data)
    _refuse_binary(data)
    return _written(data, suffix)


def text_of(data: bytes) -> str:
    """Return a text file's text. Raises UnreadableFile where it is none."""
    try:
        text, _, _ = decode(data, "file")
    except SubmissionError:
        raise UnreadableFile(
            "other_kind", "is no text (or in an encoding that is not known)"
        ) from None
    if len(_CONTROL.findall(text)) > max(2, len(text) // 200):
        raise UnreadableFile("other_kind", "is no text")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _written(data: bytes, suffix: str) -> str:
    text = text_of(data)
    head = text[:4000].lstrip().lower()
    if _LINK.fullmatch(text[:20000].strip()):
        raise UnreadableFile("link", "is only a link to a file")
    if head.startswith("mime-version:") and "multipart" in head:
        raise UnreadableFile("other_kind", "is a web archive (mht): needed is docx or PDF")
    if suffix == ".ipynb" or (head.startswith("{") and '"nbformat"' in text and '"cells"' in text):
        return "ipynb" if suffix == ".ipynb" or _is_json(text) else "text"
    if head.startswith(("<!doctype html", "<html")) or suffix in {".html", ".htm", ".xhtml"}:
        return "html"
    return "text"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _zipped(data: bytes) -> str:
    package = open_package(data)
    names = package.namelist()
    if any(name.endswith("word/document.xml") for name in names):
        return "docx"
    if "content.xml" in names:
        kind = _mimetype(package)
        if "presentation" in kind or "spreadsheet" in kind or "graphics" in kind:
            raise UnreadableFile("other_kind", "is a presentation, table or drawing, not a text")
        return "odt"
    for start, words in (
        ("ppt/", "is a presentation (pptx): needed is docx or PDF"),
        ("xl/", "is a spreadsheet (xlsx): needed is docx or PDF"),
        ("Index/", "is a Pages, Keynote or Numbers file: needed is docx or PDF"),
        ("OEBPS/", "is an e-book: needed is docx or PDF"),
    ):
        if any(name.startswith(start) for name in names):
            raise UnreadableFile("other_kind", words)
    return "zip"


def _mimetype(package: zipfile.ZipFile) -> str:
    if "mimetype" not in package.namelist():
        return ""
    return part(package, "mimetype").decode("ascii", "replace")


def _old_office(data: bytes) -> UnreadableFile:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UnreadableFile("locked", "is locked with a password")
    if "WordDocument".encode("utf-16-le") in data:
        return UnreadableFile("other_kind", "is an old Word file (doc): needed is docx or PDF")
    return UnreadableFile("other_kind", "is an old Office file: needed is docx or PDF")


def _refuse_binary(data: bytes) -> None:
    head = data[:32]
    if head.startswith(_PICTURE) or head[4:12] in {
        b"ftypheic",
        b"ftypheix",
        b"ftypmif1",
        b"ftypavif",
    }:
        raise UnreadableFile("picture", "is a picture")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise UnreadableFile("picture", "is a picture")
    if head.startswith(_SOUND) or head[4:8] == b"ftyp" or head[:4] == b"RIFF":
        raise UnreadableFile("other_kind", "is a recording (sound or film)")
    if head.startswith(_PACKED):
        raise UnreadableFile("other_kind", "is an archive of another kind than zip")
    if head.startswith(_PROGRAM):
        raise UnreadableFile("other_kind", "is a program")
