"""A student's text cut into pieces: what was quoted, what was flagged, what cannot be seen."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assessor.counting import plural
from assessor.submission import is_invisible

# More than this is read in full on a page of its own.
SHOWN = 20_000
PIECES = 1_200
_NAMED = 6
# Joiners and variation selectors belong to many scripts and emoji: named only inside a flag.
_HARMLESS = frozenset("\u200c\u200d\u00ad\ufe0e\ufe0f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """`answer[start:end]` is quoted for cell number `cell` (from 1), nearly quoted, or flagged.

    A flag has cell 0.
    """

    start: int
    end: int
    cell: int = 0
    near: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPiece:
    """A stretch of text under the same marks; `starts` are the cells whose quote begins here.

    `hidden` says that `text` names characters which leave no mark on a page.
    """

    text: str
    cells: tuple[int, ...] = ()
    nears: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    flagged: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HighlightedText:
    """What of an answer is shown; `left` counts the characters that are not."""

    pieces: tuple[TextPiece, ...]
    left: int = 0


def mark_up(answer: str, marks: Sequence[Highlight]) -> HighlightedText:
    """Return `answer` in pieces, overlapping marks told apart."""
    pieces: list[TextPiece] = []
    end = 0
    for start, end in itertools.pairwise(_edges(answer, marks)):
        over = [each for each in marks if each.start <= start and each.end >= end]
        whole = TextPiece(
            text=answer[start:end],
            cells=_numbers(each for each in over if each.cell and not each.near),
            nears=_numbers(each for each in over if each.cell and each.near),
            starts=_numbers(each for each in over if each.cell and each.start == start),
            flagged=any(not each.cell for each in over),
        )
        pieces += _seen_and_unseen(whole)
        if len(pieces) > PIECES:
            break
    return HighlightedText(pieces=tuple(pieces), left=len(answer) - end)


def _edges(answer: str, marks: Sequence[Highlight]) -> list[int]:
    most = min(len(answer), SHOWN)
    edges = {0, most}
    for mark in marks:
        edges |= {min(mark.start, most), min(mark.end, most)}
    # Cut at hidden runs too, so that a text of nothing else stays within its share of pieces.
    for hidden, run in itertools.groupby(range(most), key=lambda at: is_invisible(answer[at])):
        if hidden:
            edges.add(next(iter(run)))
        if len(edges) > PIECES:
            break
    return sorted(edges)


def _numbers(marks: Iterator[Highlight]) -> tuple[int, ...]:
    return tuple(sorted({each.cell for each in marks}))


def _seen_and_unseen(whole: TextPiece) -> Iterator[TextPiece]:
    starts = whole.starts
    for hidden, run in itertools.groupby(whole.text, key=lambda c: _is_named(c, whole.flagged)):
        text = "".join(run)
        yield TextPiece(
            text=_name(text) if hidden else text,
            cells=whole.cells,
            nears=whole.nears,
            starts=starts,
            flagged=whole.flagged,
            hidden=hidden,
        )
        starts = ()


def _is_named(character: str, flagged: bool) -> bool:
    return is_invisible(character) and (flagged or character not in _HARMLESS)


def _name(hidden: str) -> str:
    """Return hidden characters by their numbers; a long run says how long it is."""
    runs = [(each, len(list(same))) for each, same in itertools.groupby(hidden)]
    named = [
        f"U+{ord(each):04X}{f' ×{count}' if count > 1 else ''}"  # noqa: RUF001  # a times sign
        for each, count in runs[:_NAMED]
    ]
    if len(runs) == 1:
        named[0] += f" {unicodedata.name(hidden[0], '').title()}".rstrip()
    if len(runs) > _NAMED:
        named.append(
            f"and {plural(sum(count for _, count in runs[_NAMED:]), 'more hidden character')}"
        )
    return " ".join(named)
