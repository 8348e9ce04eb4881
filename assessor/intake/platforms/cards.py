"""Pages of Classroom and Schoology copied as text: ratings one below the other, like cards.

Points stand on lines of their own, above the words of a rating or below its name, and nothing
closes a criterion. What parts them is that the points begin anew, and that each rating has as many
lines as every other; only where that holds to the last line is it read here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from decimal import Decimal

from assessor.intake.draft import RANGES, level_points
from assessor.intake.lines import is_total
from assessor.intake.marks import Mark, amount_in
from assessor.intake.platforms.stacked import HEADS, NOISE, all_numbers, is_page, pieces_of
from assessor.intake.source import Reading, Source

_OF = re.compile(r"^[_\s]*/\s*(?P<n>\d{1,3})(?:\s*[^\W\d_]+\.?)?$")
Piece = tuple[int, str]


def recognise(source: Source) -> bool:
    """Say whether a text has that form from its first line to its last."""
    return bool(read(source))


def read(source: Source) -> list[Reading]:
    """Return the one reading of such a page; none where a line does not fit."""
    if not is_page(source):
        return []
    pieces = [e for e in pieces_of(source.text) if not NOISE.match(e[1])]
    totals = [e for e in pieces if is_total(e[1]) and not HEADS.match(e[1]) and not _OF.match(e[1])]
    heads = {line for line, words in pieces if HEADS.match(words)}
    pieces = [e for e in pieces if e not in totals and e[0] not in heads]
    title, pieces, most = _titled(pieces)
    maxima = [Decimal(of["n"]) for _, words in pieces if (of := _OF.match(words))]
    pieces = [each for each in pieces if not _OF.match(each[1])]
    criteria = _criteria(pieces)
    if not criteria and not title:
        title, criteria = pieces[0][1] if pieces else "", _criteria(pieces[1:])
    points = tuple(level_points(words, levels, line) for line, words, levels in criteria)
    stated = max([*all_numbers(words for _, words in totals), *most], default=None)
    if len(maxima) == len(points) + 1:
        most = [*most, maxima.pop()]
    if len(points) < 2 or (maxima and maxima != [each.points for each in points]):
        return []
    if stated is not None and stated != sum(each.points for each in points):
        return []
    is_range = any(m.low is not None for _, words in pieces if (m := amount_in(words)))
    how = "a page with a card for each rating"
    notes = (RANGES,) if is_range else ()
    return [Reading(how=how, points=points, title=title, stated=stated, notes=notes)]


def _titled(pieces: list[Piece]) -> tuple[str, list[Piece], list[Decimal]]:
    """Part the title of the page, and the maximum of all below it, from the criteria."""
    most = [n for n, (_, words) in enumerate(pieces[:4]) if _OF.match(words)]
    if len(most) > 1 and most[0] == 1:
        return pieces[0][1], pieces[2:], [Decimal(re.sub(r"\D", "", pieces[1][1]))]
    return "", pieces, []


def _criteria(
    pieces: Sequence[Piece],
) -> list[tuple[int, str, list[tuple[Decimal, str]]]]:
    """Return the criteria with their levels; [] where the lines are not alike."""
    places = [n for n, (_, words) in enumerate(pieces) if amount_in(words) is not None]
    marks: list[Mark] = [m for _, words in pieces if (m := amount_in(words)) is not None]
    if len(places) < 4:
        return []
    falls = marks[0].points > marks[1].points
    begins = [0] + [
        n
        for n, (a, b) in enumerate(itertools.pairwise(marks), start=1)
        if a.points == b.points or (a.points > b.points) is not falls
    ]
    bounds = [*places, len(pieces)]
    gaps = [b - a - 1 for a, b in itertools.pairwise(bounds)]
    head, inner = places[0], {gap for n, gap in enumerate(gaps[:-1]) if n + 1 not in begins}
    within = next(iter(inner)) if len(inner) == 1 else 0
    anew = {gap for n, gap in enumerate(gaps[:-1]) if n + 1 in begins}
    is_alike = within in {1, 2} and anew == {within + 1} and gaps[-1] == within + 1 - head
    if head not in {1, 2} or head > within or not is_alike:
        return []
    found = []
    for start, end in itertools.pairwise([*begins, len(marks)]):
        levels = [
            (marks[n].points, pieces[places[n] + within + 1 - head][1]) for n in range(start, end)
        ]
        at = places[start] - head
        found.append((pieces[at][0], pieces[at][1], levels))
    return found if all(len(levels) > 1 for _, _, levels in found) else []
