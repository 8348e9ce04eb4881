"""Patterns that are looked for only where a piece stands that they cannot do without."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.flags")


class Sought:
    """A pattern, and pieces of text: whatever the pattern matches has one of them in it.

    A piece is found, or not, tens of times faster than a pattern, and most answers have none. The
    pieces of a pattern that ignores case are small, and looked for in `small_of` the text.
    """

    __slots__ = ("_pieces", "pattern")

    def __init__(self, pattern: str, *pieces: str) -> None:
        self.pattern = re.compile(pattern)
        self._pieces = pieces

    def may_be_in(self, text: str) -> bool:
        """Return whether `text` has one of the pieces."""
        return any(map(text.__contains__, self._pieces))

    def search(self, text: str, small: str | None = None) -> re.Match[str] | None:
        """Return the first match in `text`; `small` is it in small, for one that ignores case."""
        if self.may_be_in(text if small is None else small):
            return self.pattern.search(text)
        return None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return the matches in `text` one after another."""
        return self.pattern.finditer(text) if self.may_be_in(text) else iter(())


def pattern_of(parts: Sequence[str]) -> str:
    """Return the pattern that is told in `parts`, with what `@name@` stands for in its place."""
    pattern = "".join(parts)
    for name, meant in _LISTS["stands_for"].items():
        pattern = pattern.replace(f"@{name}@", "".join(meant))
    return pattern


def sought_in(table: str) -> tuple[Sought, ...]:
    """Return the patterns of one table of `words.toml`, in its order."""
    return tuple(Sought(pattern_of(row["pattern"]), *row["pieces"]) for row in _LISTS[table])


# What is no ASCII and yet matches an ASCII letter where a pattern ignores case.
_AS_ASCII = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k"}


def small_of(text: str) -> str:
    """Return `text` with each letter that a pattern without case takes for an ASCII one as that."""
    return text.lower() if text.isascii() else text.translate(_AS_ASCII).lower()
