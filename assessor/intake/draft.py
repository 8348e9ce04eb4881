"""From what was read to the parts of a draft: levels in order, what is worth nothing, sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assessor.rubric.write import DraftLevel, DraftPoint

ONE_SCALE = (
    "one scale for the whole answer: it became a single key point with levels; split it if you can"
)
RANGES = "the levels are ranges of points: the upper end of each was taken"
Levels = Sequence[tuple[Decimal, str]]
NOTHING = re.compile(
    r"^\W*(?:none|nothing|no|not|n/?a|absent|missing|keine?[rs]?|nicht|nichts|fehlt|aucun[e]?|pas|non|rien"
    r"|nada|no|ningun[oa]|sin|blank|neither|zero|off topic|0)\b",
    re.IGNORECASE,
)


def level_points(
    text: str,
    levels: Levels,
    line: int,
    phrases: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> DraftPoint:
    """Return a key point with these levels; what earns nothing says what is not enough."""
    above = sorted((each for each in levels if each[0] > 0), key=lambda each: each[0])
    nothing = [words for number, words in levels if number <= 0 and words and _says(words)]
    top = above[-1][0] if above else Decimal(0)
    kept = tuple(DraftLevel(points=number, when=words) for number, words in above)
    alone = len(kept) == 1 and (not kept[0].when or _is_label(kept[0].when) or kept[0].when == text)
    accepted, refused = phrases
    return DraftPoint(
        description=text,
        points=top,
        levels=() if alone else kept,
        place=line,
        accepted=accepted,
        not_enough=(*nothing, *refused),
    )


def spread(levels: Levels, most: Decimal, of: Decimal) -> list[tuple[Decimal, str]]:
    """Return levels scaled so that `of` becomes `most`, in hundredths."""
    if not of:
        return list(levels)
    return [
        ((number * most / of).quantize(Decimal("0.01")).normalize() + 0, words)
        for number, words in levels
    ]


def _says(words: str) -> bool:
    """Say whether a text of no points is more than "none": it names what comes near."""
    return not NOTHING.match(words) and len(words.split()) > 1


def _is_label(words: str) -> bool:
    return bool(
        re.fullmatch(
            r"(?i)\W*(?:full(?: marks| "
            r"credit)?|yes|met|present|complete|voll|ja|oui|sí|correct|awarded)\W*",
            words,
        )
    )
