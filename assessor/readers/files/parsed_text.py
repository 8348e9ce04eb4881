"""What a parser writes on: the text of one file as simple markup, and what was left out of it."""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import dataclass, field

# Far above any hand-in; what is longer is no answer that somebody reads.
MOST_CHARACTERS = 2_000_000


class UnreadableFile(Exception):
    """A file holds no text for us; `code` names the reason, the message says it in words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(slots=True)
class Page:
    """The lines of one file in reading order; hidden text stands in it, marked as hidden.

    `left_out` counts what was not read, by what it is (singular). `shows` and `hides` say whether
    there is text that a person sees, and text that nobody does.
    """

    kind: str
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    plain: bool = False
    shows: bool = False
    hides: bool = False
    _lines: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _length: int = 0

    def text(self, text: str, *, hidden: bool = False) -> None:
        """Add text to the line under way. Raises UnreadableFile where it grows beyond reason."""
        if not text:
            return
        self._length += len(text)
        if self._length > MOST_CHARACTERS:
            raise UnreadableFile("too_large", f"holds over {MOST_CHARACTERS:,} characters of text")
        self.shows = self.shows or (not hidden and any(map(str.isalnum, text)))
        self.hides = self.hides or (hidden and bool(text.strip()))
        escaped = html.escape(text.replace("\0", ""), quote=False)
        self._line.append(
            f'<span style="display:none">{escaped}</span>' if hidden and text.strip() else escaped
        )

    def line(self) -> None:
        """End the line under way."""
        line = "".join(self._line)
        if line.strip():
            self._lines.append(line)
        self._line = []

    @property
    def begun(self) -> bool:
        """Whether the line under way holds anything."""
        return bool(self._line)

    @property
    def markup(self) -> str:
        """The text as markup: a paragraph per line; a plain text stays as it is, escaped."""
        self.line()
        if self.plain:
            return "\n".join(self._lines)
        return "\n".join(f"<p>{line}</p>" for line in self._lines)


def local(tag: str) -> str:
    """Return an XML name without its namespace."""
    return tag.rpartition("}")[2]
