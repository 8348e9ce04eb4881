"""What is left of a source when all that a reading took is struck out: each number has a reason.

Descriptions, levels, phrases, titles and the lines named as not used are struck out of the
source, word for word. A number that is still there then is the points of what stands beside it,
a sum, a share, the low end of a range, or the count of a heading; else something was overlooked.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessor.intake.draft import NOTHING
from assessor.intake.frame import Row, frame_of, holds_codes
from assessor.intake.marks import mark_in, number_of
from assessor.intake.roles import Role
from assessor.intake.source import Grid, Line, Reading, Source
from assessor.intake.sums import attainable, attainable_of
from assessor.intake.words import FORMAL, UNIT

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[½¼¾]|[^\W\d_]+")
_NUM = r"(?<![^\W\d_])\d+(?:[.,]\d+)?(?:\s?[½¼¾])?|[½¼¾]"
_GAP = "\0"
_COUNT = re.compile(r"^\s*(\d{1,2})\s*\0")
_ASIDE = frozenset({"min", "min.", "minimum", "mindestens", "mínimo", "from"})
_KEYS = re.compile(
    r"(?i)(?:^|_|[a-z](?=I))ids?$|(?:time|date|_at|(?-i:At))$|^(?:\$?schema|version|order|index|position|sort\w*|weight\w*|model|tags?"
    r"|date|created\w*|updated\w*|language|threshold|temperature|provider)$"
)
# "Level 3", "Question 2", "AO1", "4a": names with numbers, which nothing is worth.
NAMED = re.compile(
    r"(?i)\b(?:page|seite|página)\s*\d+\s*(?:of|von|de|sur|/)\s*\d+"
    r"|\b(?:level|band|stufe|niveau|nivel|rating|question|q|frage|aufgabe|aufg\.|pregunta|exercice"
    r"|ejercicio|vraag|part|teil|partie|parte|section|row|criteri(?:on|a|um)|item|step|ao|afb|paper|task"
    r"|problem|version|unit|week|pages?|pp?\.|seiten?|chapter|kapitel|lecture|slide|figure|fig\.|table|§|essay|quiz|exam|test|sheet|blatt|assignment|rubric|saq|leq|dbq|frq)"
    r"s?\W{0,2}(?:no\.?|nr\.?|n°|#)?\s*\d+(?:[.,]\d+)?(?:\s?\(?[a-h]\)?(?![^\W\d_]))?"
    r"|\b(?:19|20)\d\d\b"
    r"|\b\d{1,2}\.?\s?(?!mark)(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zäû]*\b"
)
_SHARE = r"\s*(?:\([\d.,]+\s*%\))?\s*"
_RANGE = re.compile(
    rf"({_NUM}){_SHARE}(?:-|–|—|−|to|bis|à|a|\.\.\.?|<|>|/)\s*({_NUM})(?:{_SHARE})(?!\s*%)",
    re.IGNORECASE,
)
_PERCENT = re.compile(rf"({_NUM})\s*(?:%|percent\b|prozent\b)", re.IGNORECASE)
_PRODUCT = re.compile(
    rf"({_NUM})\s*(?:{UNIT}\s*)?(?:[x\u00d7*+])\s*(\d+(?:[.,]\d+)?(?:\s?[½¼¾])?|[½¼¾])",
    re.IGNORECASE,
)
_EACH = re.compile(
    rf"(?:\b(?:each|every|je|jeweils|pro|chacune?|cada)\s+)({_NUM})|({_NUM})[^\d\0]{{0,12}}"
    r"\b(?:each|jeweils|chacune?|cada una?)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Piece:
    """A line or a cell; `struck` says which of its words were used."""

    line: int
    text: str
    spans: list[tuple[int, int]] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)


def overlooked(reading: Reading, source: Source) -> Iterator[str]:
    """Yield the lines of which a number, or a phrase below the first key point, was not used."""
    first = min((each.place for each in reading.points), default=0)
    sums = _sums(reading)
    for line, text in _uncounted(list(left_of(reading, source))):
        at = f"line {line}: " if line else ""
        said = " ".join(text.replace(_GAP, " … ").split())
        above = 0 < line < first and mark_in(text) is None and source.grids == ()
        if not above and (number := next(_unexplained(text, _near(reading, line) | sums), "")):
            yield f"{at}nothing was made of {number} in {said[:50]!r}"
        elif (line > first or not line) and not _heads(reading, line, text) and _says_more(text):
            yield f"{at}its words were not used: {said[:50]!r}"


def _uncounted(left: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield what is left without the numbers that count the lines: `1 …`, `2 …`, `3 …`."""
    counts = [int(m[1]) for _, text in left if (m := _COUNT.match(text))]
    is_count = len(counts) > 1 and all(b - a == 1 for a, b in itertools.pairwise(counts))
    for line, text in left:
        yield line, _COUNT.sub(_GAP, text) if is_count else text


def _heads(reading: Reading, line: int, text: str) -> bool:
    """Say whether a line states the sum of the points right below it, or of all."""
    numbers = [n for each in re.findall(_NUM, NAMED.sub(" ", text)) if (n := number_of(each))]
    below = [each.points for each in reading.points if each.place > line and not each.wrong]
    sums = {*itertools.accumulate(below), reading.stated}
    is_place = any(each.place == line for each in reading.points)
    return not is_place and bool(numbers) and numbers[-1] in sums


def _says_more(text: str) -> bool:
    """Say whether three words in a row are left that belong to no mark, sum, or worthless level."""
    if re.search(r"(?<![\d.,])0(?![\d.,]*[1-9])", text) or NOTHING.match(
        re.sub(r"^\W*[^\W\d_]+(?: [^\W\d_]+)?: ", "", text.replace(_GAP, " "))
    ):
        return False
    for run in NAMED.sub(" ", text).split(_GAP):
        words = re.findall(r"[^\W\d_]{2,}", re.sub(UNIT, " ", run, flags=re.IGNORECASE).casefold())
        if sum(each not in FORMAL for each in words) > 2:
            return True
    return False


def left_of(reading: Reading, source: Source) -> Iterator[tuple[int, str]]:
    """Yield each line or cell with a gap for all that was used of it; none that was used whole."""
    pieces = list(_pieces(source, " ".join(e for e in reading.notes if "was not used" in e)))
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    words: list[str] = []
    owner: list[tuple[int, int]] = []
    for n, piece in enumerate(pieces):
        for found in _TOKEN.finditer(piece.text):
            owner.append((n, len(piece.spans)))
            piece.spans.append(found.span())
            words.append(_folded(found[0]))
    for place, word in enumerate(words):
        places[word].append((place, 0))
    for phrase in _used(reading):
        _strike(phrase, words, places, owner, pieces)
    for piece in pieces:
        if len(piece.struck) < len(piece.spans):
            yield piece.line, _gapped(piece)


def _pieces(source: Source, told: str) -> Iterator[_Piece]:
    if source.tree is not None:
        yield from (_Piece(0, text) for text in _leaves(source.tree))
    for block in source.blocks:
        if isinstance(block, Line):
            yield _Piece(block.number, unicodedata.normalize("NFC", block.text))
            continue
        beside = _columns_aside(block, told)
        for number, row in zip(block.lines, block.rows, strict=True):
            for place, cell in enumerate(row):
                if cell and place not in beside:
                    yield _Piece(number, unicodedata.normalize("NFC", cell))


def _columns_aside(grid: Grid, told: str) -> set[int]:
    """Return the columns that count or name the rows, hold what was earned, or are told of."""
    rows = [Row(line=n, cells=c) for n, c in zip(grid.lines, grid.rows, strict=True) if any(c)]
    if not rows:
        return set()
    frame = frame_of(rows)
    found = set(frame.places(Role.NUMBER, Role.ASIDE, Role.LEVEL))
    found |= {each.place for each in frame.heads if each.title and repr(each.title) in told}
    found |= {each.place for each in frame.heads if holds_codes(frame, each)}
    for place in range(len(frame.heads)):
        given = [number_of(each.at(place)) for each in frame.rows if each.at(place)]
        steps = [
            b - a for a, b in itertools.pairwise([Decimal(0), *(e or Decimal(-9) for e in given)])
        ]
        if frame.heads[place].title.casefold() in _ASIDE or (
            place == 0 and given and set(steps) == {1}
        ):
            found.add(place)
    return found


def _leaves(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, str(name))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, key)
    elif value is not None and not isinstance(value, bool) and not _KEYS.search(key):
        text = str(value)
        if not re.fullmatch(r"[A-Za-z]\w*(?:[_./:-]\w+)+", text):  # a name, not words
            yield text


def _used(reading: Reading) -> Iterator[str]:
    for point in reading.points:
        yield from (point.description, *point.accepted, *point.not_enough)
        yield from (each.when for each in point.levels)
    yield from (reading.title, reading.question, reading.reference)
    yield from (text for _, text in reading.unused)
    for note in reading.notes:
        yield from re.findall(r"['\"](.+)['\"]$", note)


def _folded(word: str) -> str:
    return word.casefold()


def _strike(
    phrase: str,
    words: Sequence[str],
    places: Mapping[str, Sequence[tuple[int, int]]],
    owner: Sequence[tuple[int, int]],
    pieces: Sequence[_Piece],
) -> None:
    """Strike a phrase out wherever it stands; else each of the parts that it was joined of."""
    for part in (phrase, *re.split(r": |; |\n| \| ", phrase)):
        said = [_folded(each) for each in _TOKEN.findall(unicodedata.normalize("NFC", part))]
        hit = False
        for start, _ in places.get(said[0], ()) if said else ():
            if list(words[start : start + len(said)]) == said:
                hit = True
                for n, at in owner[start : start + len(said)]:
                    pieces[n].struck.add(at)
        if hit and part == phrase:
            return


def _gapped(piece: _Piece) -> str:
    text, end = "", 0
    for place, (start, stop) in enumerate(piece.spans):
        text += piece.text[end:start]
        text += _GAP if place in piece.struck else piece.text[start:stop]
        end = stop
    return re.sub(r"\0(?:\W*\0)*", _GAP, text + piece.text[end:])


def _near(reading: Reading, line: int) -> set[Decimal]:
    """Return the numbers that may stand on a line: its own points, or the nearest ones'."""
    places = sorted({each.place for each in reading.points})
    near = {*[e for e in places if e <= line][-1:], *[e for e in places if e >= line][:1]}
    near = {line} if line in places else near
    if not line or not any(0 < each <= line for each in places):
        near = set(places)
    beside = [each for each in reading.points if each.place in near]
    known = {
        Decimal(0),
        reading.stated or Decimal(0),
        attainable_of(reading.points, reading.groups),
    }
    known |= {number for e in beside for number in (e.points, *(v.points for v in e.levels))}
    if any("doubled" in note for note in reading.notes):
        known |= {each / 2 for each in known}
    return known


def _sums(reading: Reading) -> set[Decimal]:
    """Return the sums that may stand on any line: of points in a row, and of groups."""
    known = set[Decimal]()
    tied = {n for group in reading.groups for n in group.of}
    free = [e.points for n, e in enumerate(reading.points) if n not in tied and not e.wrong]
    for start in range(len(free)):
        known.update(list(itertools.accumulate(free[start:]))[1:])
    for group in reading.groups:
        known.update({Decimal(group.count), attainable(reading.points, reading.groups, group.of)})
        known.update(reading.points[n].points for n in group.of)
        known.update(reading.points[n].points * group.count for n in group.of)
    return known


def _unexplained(text: str, known: set[Decimal]) -> Iterator[str]:
    def spent(match: re.Match[str]) -> str:
        numbers = [n for e in match.groups() if e and (n := number_of(e)) is not None]
        ways = {max(numbers), numbers[0] * numbers[-1], sum(numbers, Decimal(0))}
        return " " if ways & known else match[0]

    def shared(match: re.Match[str]) -> str:
        number = number_of(match[1]) or Decimal(0)
        worth = {a / b * 100 for a in known for b in known if b} | known
        off = Decimal("0.5") if number == int(number) else Decimal("0.006")
        is_share = any(abs(each - number) < off for each in worth)
        return " " if is_share or number == 100 else match[0]

    text = NAMED.sub(" ", text)

    def each_one(match: re.Match[str]) -> str:
        number = number_of(match[1] or match[2]) or Decimal(0)
        return " " if any(n and number and n % number == 0 for n in known) else match[0]

    for pattern, way in ((_RANGE, spent), (_PERCENT, shared), (_PRODUCT, spent), (_EACH, each_one)):
        text = pattern.sub(way, text)
    for each in re.findall(_NUM, text):
        number = number_of(each)
        if number is not None and number not in known:
            yield each
