"""Nothing stands in a draft that does not stand in its source: words and numbers are looked up."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from dataclasses import replace
from decimal import Decimal

from assessor.intake.marks import number_of
from assessor.intake.source import Reading
from assessor.rubric.write import DraftPoint

_MARKUP = re.compile(r"<[^>]{0,400}>|\\[a-zA-Z]+\*?|[*_`#{}|\\$&~^]|&\w{2,8};|&#\d+;")


class Words:
    """A source as its words are compared: case, spacing, quotes and marks of notation folded."""

    def __init__(self, text: str) -> None:
        # Data notations write line ends as escapes; in TeX the same letters begin a command.
        attributes = " ".join(re.findall(r'[\w-]="([^"<>]*)"', text))  # XML keeps texts there
        ways = (text, _unescaped(text), html.unescape(text), attributes, *_columns(text))
        self._folded = " ".join(map(folded, ways))

    def hold(self, phrase: str) -> bool:
        """Say whether a phrase stands in the source, or each part that it was joined of."""
        whole = folded(phrase)
        if not whole or whole in self._folded:
            return True
        parts = [folded(each) for each in re.split(r": |; |\n", phrase)]
        return len(parts) > 1 and all(not each or each in self._folded for each in parts)


def _columns(text: str) -> list[str]:
    """Return the columns of a table whose cells go over several lines, between drawn borders."""
    if len(re.findall(r"(?m)^\s*\+[-=+]+\+\s*$", text)) < 3:
        return []
    rows = [line.split("|") for line in text.split("\n") if line.count("|") > 1]
    return [" ".join(column) for column in itertools.zip_longest(*rows, fillvalue="")]


def folded(text: str) -> str:
    """Return the letters and digits of a text, in order, apart from case and notation."""
    text = unicodedata.normalize("NFKC", _MARKUP.sub(" ", text)).casefold()
    return " ".join(re.findall(r"\w+", text))


def _unescaped(text: str) -> str:
    return text.replace("\\n", " ").replace("\\t", " ").replace('\\"', '"')


def kept_verbatim(reading: Reading, text: str) -> Reading:
    """Return a reading without what its source does not say; each thing left out is named."""
    words = Words(text)
    kept: list[DraftPoint] = []
    missing: list[str] = []
    places: dict[int, int] = {}
    for place, point in enumerate(reading.points):
        if not words.hold(point.description):
            missing.append(point.description)
            continue
        levels = tuple(each for each in point.levels if words.hold(each.when))
        missing += [each.when for each in point.levels if each not in levels]
        places[place] = len(kept)
        kept.append(
            replace(
                point,
                levels=levels,
                accepted=tuple(e for e in point.accepted if words.hold(e)),
                not_enough=tuple(e for e in point.not_enough if words.hold(e)),
            )
        )
    groups = tuple(
        replace(group, of=tuple(places[n] for n in group.of))
        for group in reading.groups
        if all(n in places for n in group.of)
    )
    said = tuple(f"left out, it does not stand in the source: {each[:80]!r}" for each in missing)
    return replace(reading, points=tuple(kept), groups=groups, doubts=(*reading.doubts, *said))


def numbers_in(text: str) -> frozenset[Decimal]:
    """Return the numbers that stand in a text, in digits, as fractions or spelt out."""
    tokens = re.findall(r"\d+(?:[.,]\d+)?|[½¼¾]|[^\W\d_]+(?: a\b)?", text)
    return frozenset(number for each in tokens if (number := number_of(each)) is not None)
