"""Run as a process of its own: files on stdin, their text as JSON lines on stdout.

A damaged or hostile file may ask for any amount of memory or time, or make a library fail. Here
that ends this process and nobody else's. It opens no connection, starts no program and writes no
file, whatever a file would have a library do.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from pathlib import PurePosixPath

from assessor.counting import plural
from assessor.readers.files.kinds import kind_of, text_of
from assessor.readers.files.limits import MOST_BYTES, MOST_MEMORY, MOST_SECONDS
from assessor.readers.files.package import open_package, part
from assessor.readers.files.parsed_text import Page, UnreadableFile

if sys.platform != "win32":  # which has no such limits
    import resource

_MOST_MEMBERS = 60
_JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn")
_WRITES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate")
_SUFFIXES = {
    "docx": {".docx", ".docm", ".dotx"},
    "odt": {".odt", ".ott"},
    "html": {".html", ".htm", ".xhtml"},
    "zip": {".zip"},
}


def _limit() -> None:
    if sys.platform == "win32":
        return
    limits = [(resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_FSIZE, 0)]
    for what, most in limits:
        _, hard = resource.getrlimit(what)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (soft, hard))
        except (ValueError, OSError):  # macOS refuses to limit the address space
            continue


def _limit_time() -> None:
    """Give this process some seconds more of the processor than it has used."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + MOST_SECONDS + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what no reading of a file needs."""
    if event.startswith((*_FORBIDDEN, *_WRITES)):
        raise PermissionError(f"{event} while a file is read")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise PermissionError("a file opened for writing while a file is read")


def _parsed(data: bytes, suffix: str) -> Page:
    kind = kind_of(data, suffix)
    if kind == "text":
        page = Page(kind=suffix.lstrip(".") if suffix in {".md", ".tex", ".py"} else "txt")
        page.plain = True
        page.text(text_of(data))
        return page
    parser = importlib.import_module(f"assessor.readers.files.{_MODULES.get(kind, kind)}")
    page = parser.read(text_of(data) if kind == "html" else data)
    assert isinstance(page, Page)  # noqa: S101  # what all parsers give
    if suffix and suffix not in _SUFFIXES.get(kind, {f".{kind}"}):
        page.notes.append(f"is {kind}, whatever its name ends in")
    return page


_MODULES = {"html": "web", "ipynb": "notebook"}


def _answers(data: bytes, suffix: str, depth: int = 0) -> list[dict[str, object]]:
    """Return what there is to say of a file: one entry, or one per file in a zip."""
    try:
        if len(data) > MOST_BYTES:
            raise UnreadableFile("too_large", f"is larger than {MOST_BYTES >> 20} MB")
        if data.startswith(b"PK") and kind_of(data, suffix) == "zip":
            return _unpacked(data, depth)
        page = _parsed(data, suffix)
        return [_told(page) if page.shows else _nothing_in(page)]
    except UnreadableFile as error:
        return [_refused(error.code, str(error))]
    except RecursionError:
        return [_refused("bomb", "is nested far deeper than any document")]
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # a library's own failure on a damaged file
        return [_refused("torn", f"is damaged ({type(error).__name__})")]


def _unpacked(data: bytes, depth: int) -> list[dict[str, object]]:
    if depth:
        raise UnreadableFile("other_kind", "is a zip inside a zip: unpack it once more")
    package = open_package(data)
    members = [
        each
        for each in package.infolist()
        if not each.filename.endswith("/")
        and not any(
            part in _JUNK or part.startswith("._") for part in PurePosixPath(each.filename).parts
        )
    ]
    if not members:
        raise UnreadableFile("empty", "is an empty archive")
    total = sum(each.file_size for each in members)
    if len(members) > _MOST_MEMBERS or total > 4 * MOST_BYTES:
        words = f"is an archive of {plural(len(members), 'file')} that unpack to {total:,} bytes"
        raise UnreadableFile("bomb", words)
    found: list[dict[str, object]] = []
    for each in sorted(members, key=lambda one: one.filename):
        suffix = PurePosixPath(each.filename).suffix.lower()
        try:
            found += _answers(part(package, each.filename), suffix, depth + 1)
        except UnreadableFile as error:
            found.append(_refused(error.code, str(error)))
    return found


def _told(page: Page) -> dict[str, object]:
    if page.hides:
        page.notes.append("text that nobody sees was left out")
    return {
        "kind": page.kind,
        "markup": page.markup,
        "plain": page.plain,
        "left_out": {what: number for what, number in Counter(page.left_out).items() if number},
        "notes": list(dict.fromkeys(page.notes)),
        "code": "",
        "problem": "",
    }


def _nothing_in(page: Page) -> dict[str, object]:
    """Say why a document that could be opened holds no text that a person sees."""
    if page.left_out["page that is a picture"]:
        return _refused("scan", f"is a scan ({page.kind}): pictures of pages, no text that is seen")
    if page.hides:
        return _refused("hidden", f"holds only text that nobody sees ({page.kind})")
    if page.left_out["picture"] or page.left_out["embedded object"]:
        return _refused("picture", f"holds pictures and no text ({page.kind})")
    return _refused("empty", f"holds no text ({page.kind})")


def _refused(code: str, words: str) -> dict[str, object]:
    return {
        "kind": "file",
        "markup": "",
        "plain": True,
        "left_out": {},
        "notes": [],
        "code": code,
        "problem": words,
    }


def _main() -> None:
    sys.setrecursionlimit(2000)
    _limit()
    source, answers = sys.stdin.buffer, sys.stdout
    # The libraries read their own parts before nothing may be opened any more.
    sys.addaudithook(_guard)
    while line := source.readline():
        asked = json.loads(line)
        data = source.read(asked["size"])
        _limit_time()
        try:
            told = _answers(data, asked["suffix"])
        except MemoryError:
            del data
            told = [_refused("too_much_memory", "asks for more memory than any hand-in")]
        print(json.dumps(told), file=answers, flush=True)  # stdout is the answer


if __name__ == "__main__":
    _main()
