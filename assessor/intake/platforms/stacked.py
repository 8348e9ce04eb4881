"""Pages of platforms copied as text, where points and their words stand on lines of their own.

Canvas and Brightspace put the points of a rating above its words and the most of a criterion
below its last; Schoology likewise. Only what fits that form to the last line is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessor.intake.draft import RANGES, level_points
from assessor.intake.lines import is_total
from assessor.intake.marks import Mark, amount_in
from assessor.intake.roles import is_header, is_rating
from assessor.intake.source import Reading, Source
from assessor.intake.words import LEVELISH
from assessor.rubric.write import DraftPoint

HEADS = re.compile(
    r"(?i)^(?:criteria|criterion|ratings?|pts|points|grading scale|criterion score|score"
    r"|(?:level|stufe|niveau|nivel) \w{1,3}|kriteri(?:um|en)|punkte|bewertungen)$"
)
NOISE = re.compile(
    r"(?i)^(?:view longer description|this area will be used by the assessor.*"
    r"|this criterion is linked to a learning outcome|threshold: .*|additional comments|comments?"
    r"|score of .*,|add feedback|feedback)$"
)
# Below the criteria: how many points the levels of the whole begin at.
ENDS = re.compile(r"(?im)^[ \t]*(?:overall score|gesamtbewertung)[ \t]*$")
_LINKED = re.compile(r"(?i)^this criterion is linked to a learning outcome\s*")


@dataclass(slots=True)
class _Criterion:
    words: list[tuple[int, str]] = field(default_factory=list)
    levels: list[tuple[Mark, list[str]]] = field(default_factory=list)
    is_closed: bool = False

    @property
    def most(self) -> Decimal | None:
        return max((mark.points for mark, _ in self.levels), default=None)


def recognise(source: Source) -> bool:
    """Say whether a text has that form from its first line to its last."""
    return bool(read(source))


def read(source: Source) -> list[Reading]:
    """Return the one reading of such a page; none where a line does not fit."""
    if not is_page(source):
        return []
    text = ENDS.split(source.text)[0]
    pieces = _with_totals([e for e in pieces_of(text) if not NOISE.match(e[1])])
    totals = [each for each in pieces if is_total(each[1]) and not HEADS.match(each[1])]
    heads = [words.casefold() for _, words in pieces if HEADS.match(words)]
    title, rest = _titled([e for e in pieces if e not in totals and not is_head(e, pieces)])
    found = _criteria(rest)
    if not found or (len(heads) < 2 and not totals):
        return []
    is_named = "ratings" in heads or "bewertungen" in heads or not heads
    points = tuple(_point(each, is_named=is_named) for each in found)
    stated = max(all_numbers(words for _, words in totals), default=None)
    if stated is not None and stated != sum(each.points for each in points):
        return []
    is_range = any(mark.low is not None for each in found for mark, _ in each.levels)
    return [
        Reading(
            how="a page with the points above each rating",
            points=points,
            title=title,
            stated=stated,
            notes=(RANGES,) if is_range else (),
        )
    ]


def is_page(source: Source) -> bool:
    """Say whether a text may be a page's: not a table whose titles say what levels are worth."""
    widths = {line.count("\t") for line in source.text.split("\n") if line.strip()}
    titles = source.grids[0].rows[0] if source.grids else ()
    is_table = is_header(titles) and sum(map(is_rating, titles)) > 1
    return source.kind == "text" and not is_table and (len(widths) > 1 or widths == {0})


def pieces_of(text: str) -> list[tuple[int, str]]:
    """Return the cells and lines of a pasted page, each with its line."""
    return [
        (number, " ".join(cell.split()).strip('"'))
        for number, line in enumerate(text.split("\n"), start=1)
        for cell in line.split("\t")
        if cell.strip(' "')
    ]


def is_head(piece: tuple[int, str], pieces: Sequence[tuple[int, str]]) -> bool:
    """Say whether a piece belongs to the titles: they stand above the first number."""
    beside = (words for line, words in pieces if line == piece[0])
    if not any(map(HEADS.match, beside)) and not LEVELISH.fullmatch(piece[1]):
        return False
    return piece[0] < next((line for line, words in pieces if amount_in(words) is not None), 0)


def _with_totals(pieces: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Join `Total` with the number that stands behind it in a cell of its own."""
    found: list[tuple[int, str]] = []
    for line, words in pieces:
        before = found[-1][1] if found else ""
        is_bare = is_total(before) and not re.search(r"\d", before) and not HEADS.match(before)
        if is_bare and amount_in(words) is not None:
            found[-1] = (found[-1][0], f"{before} {words}")
        else:
            found.append((line, words))
    return found


def _titled(pieces: list[tuple[int, str]]) -> tuple[str, list[tuple[int, str]]]:
    """Part the title of the page from its criteria: it stands above the titles of the columns."""
    numbers = [n for n, (_, words) in enumerate(pieces) if amount_in(words) is not None]
    if not numbers or numbers[0] < 2:
        return "", pieces
    closing = _criteria(pieces[1:])
    others = [len(each.words) for each in closing[1:]] if closing else []
    if others and numbers[0] > max(others):
        return pieces[0][1], pieces[1:]
    return "", pieces


def _criteria(pieces: Sequence[tuple[int, str]]) -> list[_Criterion]:
    found = [_Criterion()]
    for line, words in pieces:
        last, mark = found[-1], amount_in(words)
        if mark is None and last.is_closed:
            found.append(_Criterion(words=[(line, words)]))
        elif mark is None and last.levels:
            last.levels[-1][1].append(words)
        elif mark is None:
            last.words.append((line, words))
        elif last.is_closed or not last.words:
            return []
        elif last.levels and last.levels[-1][1] and mark.points == last.most:
            last.is_closed = True
        else:
            last.levels.append((mark, []))
    sound = all(each.is_closed and _is_sound(each) for each in found)
    return found if sound else []


def _is_sound(criterion: _Criterion) -> bool:
    numbers = [mark.points for mark, _ in criterion.levels]
    return len(set(numbers)) == len(numbers) and numbers in (
        sorted(numbers),
        sorted(numbers, reverse=True),
    )


def _point(criterion: _Criterion, *, is_named: bool) -> DraftPoint:
    words = [_LINKED.sub("", each) for _, each in criterion.words]
    levels = [
        (mark.points, " ".join(said[1:] if is_named and len(said) > 1 else said))
        for mark, said in criterion.levels
    ]
    if is_named and len(levels) == 2 and all(len(said) < 2 for _, said in criterion.levels):
        levels = [(number, "") for number, _ in levels]
    return level_points(": ".join(dict.fromkeys(words)), levels, criterion.words[0][0])


def all_numbers(texts: Iterator[str]) -> list[Decimal]:
    """Return the numbers that stand in these texts."""
    return [
        Decimal(each.replace(",", "."))
        for text in texts
        for each in re.findall(r"\d+(?:[.,]\d+)?", text)
    ]
