"""What is said of a class, line by line, for whoever shows it: a terminal, a page, a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a line is meant; whoever shows it chooses the colour."""

    PLAIN = "plain"
    HEADING = "heading"
    ASIDE = "aside"
    NAME = "name"
    WARNING = "warning"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line; `limit` is where it may be cut, 0 for nowhere. An empty one is a gap."""

    text: str = ""
    tone: Tone = Tone.PLAIN
    limit: int = 0


GAP = SpokenLine()
Tell = Callable[[Iterable[SpokenLine]], None]


def warnings(texts: Iterable[str]) -> tuple[SpokenLine, ...]:
    """Return texts as lines that ask for attention."""
    return tuple(SpokenLine(each, Tone.WARNING) for each in texts)
