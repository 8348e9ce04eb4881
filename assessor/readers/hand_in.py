"""What a student handed in as files, as one answer: several files in a stable order.

Names of files order them and tell texts apart; they go no further.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from assessor.readers.archive import Archive
from assessor.readers.entries import ArchiveEntry, EntriesFound
from assessor.readers.files import ReadFile, read_files
from assessor.readers.files.limits import MOST_BYTES
from assessor.submission import InputState


@dataclass(slots=True, kw_only=True)
class Work:
    """One student's hand-in: texts typed on the platform (markup), and the names of files."""

    texts: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    links: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWork:
    """A hand-in as one answer in markup, and what is said of it; `unread`: why there is none."""

    raw: str
    reading: str = ""
    unread: str = ""

    def fill(self, entry: ArchiveEntry) -> ArchiveEntry:
        """Put the answer into an entry and return it."""
        entry.raw, entry.markup = self.raw, True
        entry.reading, entry.unread = self.reading, self.unread
        if self.unread:
            entry.state = InputState.UNREADABLE
        return entry


def read_works(
    archive: Archive, works: Mapping[str, Work], found: EntriesFound
) -> dict[str, ReadWork]:
    """Return each hand-in as one answer, and note in `found` what could not be read."""
    names = {key: sorted(work.members, key=natural) for key, work in works.items()}
    flat = [name for key in works for name in names[key]]
    suffixes = [PurePosixPath(name).suffix.lower() for name in flat]
    sources: list[tuple[Callable[[], bytes], str]] = [
        (partial(_bytes, archive, name), suffix)
        for name, suffix in zip(flat, suffixes, strict=True)
    ]
    read = iter(read_files(sources))
    done = {
        key: one_answer(work.texts, [each for _ in names[key] for each in next(read)], work.links)
        for key, work in works.items()
    }
    found.warnings += _warnings(done)
    return done


def one_answer(texts: Sequence[str], files: Sequence[ReadFile], links: int = 0) -> ReadWork:
    """Return typed texts and files as one answer: the texts first, the files in their order."""
    typed = [text for text in texts if text.strip()]
    good = [each for each in files if not each.problem]
    if not typed and all(each.plain for each in good):
        raw = "\n\n".join(each.markup for each in good)
    else:
        raw = "\n".join(
            [*(f"<div>{text}</div>" for text in typed), *(_block(each) for each in good)]
        )
    problems = [each for each in files if each.problem]
    unread = ""
    if not raw.strip() and (problems or links):
        unread = problems[0].code if problems else "link"
    return ReadWork(raw=raw, reading=_told(files, links), unread=unread)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return what sorts names as people do: page 2 before page 10."""
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece.casefold())
        for piece in re.findall(r"[0-9]{1,15}|[^0-9]+", name)
    )


def _bytes(archive: Archive, name: str) -> bytes:
    if archive.size(name) > MOST_BYTES:
        # One byte more than is read: the reason is told by the one place that knows it.
        return bytes(MOST_BYTES + 1)
    return archive.read(name)


def _block(file: ReadFile) -> str:
    return f"<pre>{file.markup}</pre>" if file.plain else f"<div>{file.markup}</div>"


def _told(files: Sequence[ReadFile], links: int) -> str:
    told = []
    for number, each in enumerate(files, start=1):
        said = each.problem or each.kind
        if each.left_out:
            said += f", left out: {', '.join(each.left_out)}"
        if each.notes:
            said += f" ({'; '.join(each.notes)})"
        told.append(f"file {number}: {said}" if len(files) > 1 else f"file: {said}")
    if links:
        told.append("a link, which was not followed")
    return "; ".join(told)


def _warnings(done: Mapping[str, ReadWork]) -> list[str]:
    """Return in a line each what was not read, and of how many students."""
    unread = {key: each for key, each in done.items() if each.unread}
    lines = []
    for reading, number in Counter(each.reading for each in unread.values()).items():
        who = [key for key, each in unread.items() if each.reading == reading]
        listed = ", ".join(who[:5]) + (f" and {number - 5} more" if number > 5 else "")
        lines.append(f"unreadable, {reading}: {listed}")
    partly = [key for key, each in done.items() if not each.unread and _is_partly(each.reading)]
    if partly:
        listed = ", ".join(partly[:5]) + (f" and {len(partly) - 5} more" if len(partly) > 5 else "")
        lines.append(
            f"{len(partly)} hand-in{'s were' if len(partly) > 1 else ' was'} read in part "
            f"(pictures, comments and the like are left out): {listed}"
        )
    return lines


def _is_partly(reading: str) -> bool:
    return "left out" in reading or " is " in reading or "link" in reading
