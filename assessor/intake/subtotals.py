"""Lines and rows that state the sum of those above them: held against it, and left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.intake.lines import is_total
from assessor.intake.source import Reading, Sum
from assessor.intake.sums import attainable, attainable_of
from assessor.intake.words import SUM_OF, TOTAL
from assessor.rubric.write import DraftPoint

_MANY = 5  # points whose last is the sum of all others hardly by chance
_LABEL = 4  # words that the name of a part has at most
_POINTS = "what stands above"


def without_sums(reading: Reading) -> list[Reading]:
    """Return a reading without the points that only sum up those above them.

    Two readings where such a line may as well earn. What calls itself a subtotal and is none, or a
    total that nothing adds up to, is doubtful.
    """
    reading = _held(reading)
    reading = replace(reading, doubts=(*reading.doubts, *_ends_in_sum(reading)))
    named = [n for n, each in enumerate(reading.points) if _is_named(each)]
    found = _fitting(reading, named)
    if not named:
        return _unnamed(reading)
    doubts = [
        f"{_at(point.place)}{point.description[:40]!r} says {point.points}, and {_POINTS} it does "
        "not add up to that"
        for n in named
        if n not in found and _is_sure(point := reading.points[n])
    ]
    doubts += [
        f"{_at(point.place)}{point.description[:40]!r} is the sum of lines above it: does it earn?"
        for n in named
        if n not in found and not _is_sure(point := reading.points[n])
        if any(_sum_of(reading, range(a, n)) == point.points for a in range(n - 1))
    ]
    reading = replace(reading, doubts=(*reading.doubts, *doubts))
    if not found:
        return [reading]
    more = _of_short_name(reading, found)
    if more:
        return _both(reading, _without(reading, sorted((*found, *more))))
    rest = _without(reading, found)
    earned = attainable_of(rest.points, rest.groups)
    covered = found[-1] == len(reading.points) - 1 and len(found) > 1
    is_sure = all(_is_sure(reading.points[n]) for n in found) or covered or reading.stated == earned
    is_sure = is_sure or all(is_total(reading.points[n].description) for n in found)
    return [rest] if is_sure else _both(reading, rest)


def _ends_in_sum(reading: Reading) -> list[str]:
    """Ask about a last point that begins as a total does: `Maximum of all parts`."""
    last = reading.points[-1]
    if last.wrong or last.levels or SUM_OF.match(last.description) or len(reading.points) < 2:
        return []
    is_so = TOTAL.match(last.description) and len(last.description.split()) <= _LABEL + 2
    return [f"{_at(last.place)}{last.description[:40]!r}: is it a total?"] if is_so else []


def _is_named(point: DraftPoint) -> bool:
    is_plain = not (point.wrong or point.levels or point.accepted or point.not_enough)
    return is_plain and SUM_OF.match(point.description) is not None


def _is_sure(point: DraftPoint) -> bool:
    """Say whether a point calls itself a subtotal, which nothing that earns is called."""
    match = SUM_OF.match(point.description)
    return match is not None and any(match.groups())


def _fitting(reading: Reading, named: Sequence[int]) -> list[int]:
    """Return which of these points are the sum of those above, back to another sum or the first."""
    found: list[int] = []
    for n in named:
        starts = [0, *(each + 1 for each in found)]
        runs = [[k for k in range(a, n) if k not in found] for a in starts]
        if any(run and _sum_of(reading, run) == reading.points[n].points for run in runs):
            found.append(n)
    return found


def _of_short_name(reading: Reading, found: Sequence[int]) -> list[int]:
    """Return what sums up a part by its short name alone, where others are named as sums."""
    points = reading.points
    starts = [0, *(each + 1 for each in found)]
    ends = [*found, max((n + 1 for n, each in enumerate(points) if not each.wrong), default=0)]
    return [
        end - 1
        for start, end in zip(starts, ends, strict=True)
        if end - start > 2
        and len(points[end - 1].description.split()) <= 2
        and not points[end - 1].levels
        and _sum_of(reading, range(start, end - 1)) == points[end - 1].points
    ]


def _unnamed(reading: Reading) -> list[Reading]:
    """Show both ways where lines of short names are the sums of all those above them."""
    points = reading.points
    earning = [n for n, each in enumerate(points) if not each.wrong]
    words = {n: len(points[n].description.split()) for n in earning}
    found = (_heads_below(reading, [n for n in earning if words[n] <= k]) for k in range(1, 5))
    heads = next((each for each in found if each), [])
    if not heads or reading.groups:
        return [reading]
    least = min(words[n] for n in earning if n not in heads)
    most = max(words[n] for n in heads)
    is_long = most >= least and (len(heads) > 1 or len(earning) < _MANY)
    if is_long or most > (_LABEL if len(heads) > 1 else 2):
        return [reading]
    rest = _without(reading, heads)
    if reading.stated == attainable_of(points, ()):
        return [reading]
    return [rest] if reading.stated == attainable_of(rest.points, ()) else _both(reading, rest)


def _heads_below(reading: Reading, short: Sequence[int]) -> list[int]:
    """Return those of these points that are sums of all above, if every point is summed up so."""
    heads, run = list[int](), list[int]()
    for n, point in enumerate(reading.points):
        is_short = n in short and len(run) > 1 and not point.levels
        if is_short and _sum_of(reading, run) == point.points:
            heads.append(n)
            run = []
        elif not point.wrong:
            run.append(n)
    return [] if run else heads


def _both(reading: Reading, rest: Reading) -> list[Reading]:
    return [
        replace(rest, how=f"{reading.how}, without subtotals"),
        replace(reading, how=f"{reading.how}, every line"),
    ]


def _without(reading: Reading, sums: Sequence[int]) -> Reading:
    kept = [n for n in range(len(reading.points)) if n not in sums]
    groups = (replace(g, of=tuple(n for n in g.of if n in kept)) for g in reading.groups)
    notes = tuple(
        f"{_at(point.place)}is the sum of {_POINTS} it and was left out: {point.description!r}"
        for point in (reading.points[n] for n in sums)
    )
    return replace(
        reading,
        points=tuple(reading.points[n] for n in kept),
        groups=tuple(replace(g, of=tuple(kept.index(n) for n in g.of)) for g in groups),
        notes=(*reading.notes, *notes),
    )


def _sum_of(reading: Reading, places: Sequence[int]) -> Decimal:
    earning = [n for n in places if not reading.points[n].wrong]
    return attainable(reading.points, reading.groups, earning)


def _held(reading: Reading) -> Reading:
    """Hold the sums that a source states against what stands above or below each."""
    earned, stated = attainable_of(reading.points, reading.groups), reading.stated
    if not reading.sums:
        return reading
    places = [sum(0 < e.place <= each.line for e in reading.points) for each in reading.sums]
    fits = [
        set(each.numbers) & set(_around(reading, place, places))
        for each, place in zip(reading.sums, places, strict=True)
    ]
    whole = any(earned in each.numbers for each in reading.sums)
    doubts = [
        f"{_at(each.line)}{_said(each)} says {each.numbers[-1]}, and {_POINTS} it does not add up "
        "to that"
        for each, fit in zip(reading.sums, fits, strict=True)
        if not fit and (whole or stated not in each.numbers or not is_total(each.text))
    ]
    partial = all(fits) and places[-1] == len(reading.points) and len(reading.sums) > 1
    lone = all(fits) and len(fits) == 1 and places[0] and SUM_OF.match(reading.sums[0].text)
    if stated != earned and (whole or partial):
        stated = earned
    elif stated != earned and lone and any(SUM_OF.match(reading.sums[0].text).groups()):  # type: ignore[union-attr]  # just matched
        stated = None
    return replace(reading, stated=stated, doubts=(*reading.doubts, *doubts))


def _around(reading: Reading, place: int, places: Sequence[int]) -> Iterator[Decimal]:
    """Yield the sums of the points before a place, and of those behind it, up to another sum's."""
    last = len(reading.points)
    yield from (_sum_of(reading, range(a, place)) for a in {0, *places} if a < place)
    yield from (_sum_of(reading, range(place, b)) for b in {last, *places} if b > place)


def _said(each: Sum) -> str:
    return repr(each.text[:40]) if each.text else "a number without words"


def _at(line: int) -> str:
    return f"line {line}: " if line else ""
