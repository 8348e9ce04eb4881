"""The sum of what was read, held against the maximum that the source states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.counting import plural
from assessor.intake.source import Group, NotARubric, Reading
from assessor.intake.words import BONUS, QUESTION, SCHEME
from assessor.rubric.write import DraftPoint

_LABEL = re.compile(
    r"^\W*(?:(?:question|q|part|section|note|grade|level|band|step|item|week|task|exercise|row|aufgabe|teil"
    r"|frage|stufe|exercice|partie|niveau|pregunta|parte|nivel|ejercicio|criterion)[\s.:]*)?"
    r"\(?(?:\d{1,3}(?:\.\d+)*|[a-hA-H]|[ivxIVX]{1,4})\)?[a-h]?[+-]?\W*(?:\(?[ivx]{1,4}\)?)?\W*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?i)^\W*(?:(?:question|q|frage|aufgabe)?\W*\d*\W*[a-h]?\W+)?(?:explain|describe|state|give|name|list|outline|suggest|compare|discuss|evaluate|define"
    r"|calculate|identify|justify|show|analy[sz]e|why|how|what|which|when|who|erklär(?:e|en)?|beschreib(?:e|en)"
    r"|nenne|begründe|erläutere|diskutiere|vergleiche|warum|wie|welche|expliquez?|décrivez|donnez|citez|comparez"
    r"|pourquoi|explica|explique|describe|nombra|compara|justifica|por qué)\b"
)
_TITLE = 4  # words of a heading, at most, that alone is taken for the sum of all that follows


def held_against_total(reading: Reading, *, is_nested: bool = False) -> list[Reading]:
    """Return the readings that the stated maximum allows; two where it does not tell which.

    `is_nested` says that the source nests what stands below another: then one line that is the sum
    of those behind it is a coincidence.
    Raises NotARubric where nothing earns.
    """
    if not any(not each.wrong for each in reading.points):
        listed = "; ".join(f"{e.description} (-{e.points})" for e in reading.points)
        raise NotARubric(
            f"only takes points off (negative scoring): {listed}",
            "write the key points that earn (--point '2: …'); these then go into 'misconceptions'",
        )
    reading = replace(reading, notes=tuple(dict.fromkeys((*reading.notes, *_many_levels(reading)))))
    if asks_for_the_rest(reading) and reading.stated in {None, reading.points[0].points}:
        found = replace(without_question(reading), how=f"{reading.how}, the first is the question")
        if reading.stated is not None or is_question(_said(reading, 0)) or _is_unlike(reading):
            return [replace(found, how=reading.how)]
        return [found, replace(reading, how=f"{reading.how}, every line")]
    earned, stated = attainable_of(reading.points, reading.groups), reading.stated
    if stated is None or stated <= 0:
        heads = subtotals(reading.points, least=2)
        if heads == [0] and _is_headline(reading):
            return [replace(without(reading, heads), how=reading.how)]
        parts = [n for n in subtotals(reading.points, least=1) if names_a_part(_said(reading, n))]
        if parts and set(heads) <= set(parts):
            return [replace(without(reading, parts), how=reading.how)]
        numbers = [each.points for each in reading.points]
        sure = len(heads) > 1 or (
            heads == [0]
            and (len(_said(reading, 0).split()) <= _TITLE or "?" in _said(reading, 0))
            and sum(numbers) != 100
            and numbers != [Decimal(n) for n in range(len(numbers), 0, -1)]
        )
        sure = sure and not (is_nested and len(heads) == 1)
        if sure and not reading.groups and _cover(reading.points, heads):
            return [without(reading, heads), replace(reading, how=f"{reading.how}, every line")]
        return [reading]
    if stated == earned:
        return [reading]
    return _above(reading, stated, earned) if stated > earned else _below(reading, stated, earned)


def _above(reading: Reading, stated: Decimal, earned: Decimal) -> list[Reading]:
    said = (
        f"states a maximum of {stated}, but what was read adds up to {earned}: "
        "look whether something is missing"
    )
    doubts = reading.doubts
    if reading.unused or earned * 2 < stated:
        doubts = (*doubts, said)
    return [replace(reading, notes=(*reading.notes, said), doubts=doubts)]


def _below(reading: Reading, stated: Decimal, earned: Decimal) -> list[Reading]:
    heads = subtotals(reading.points, least=2)
    parts = [n for n in subtotals(reading.points, least=1) if names_a_part(_said(reading, n))]
    for each in (heads, parts):
        if any(_is_countdown(reading.points, n) for n in each):
            continue  # 3, 2, 1: levels as likely as a sum and its parts
        if each and not reading.groups and not reading.is_cap:
            rest = without(reading, each)
            if attainable_of(rest.points, ()) == stated:
                return [rest]
    capped = f"adds up to {earned}; the stated maximum of {stated} caps it"
    of_part = any(
        attainable(reading.points, reading.groups, group.of) == stated for group in reading.groups
    )
    if reading.is_cap and of_part:
        said = f"the maximum of {stated} is that of a part and of all: of which is it?"
        reading = replace(reading, doubts=(*reading.doubts, said))
    bonus = any(BONUS.search(each.description) for each in reading.points)
    if reading.is_cap or bonus or reading.groups:
        return [replace(reading, notes=(*reading.notes, capped))]
    said = f"the stated total of {stated} is not what the points add up to, {earned}"
    notes = reading.notes
    return [
        replace(
            reading,
            how=f"{reading.how}, at most {plural(str(stated), 'point')}",
            notes=(*notes, capped),
        ),
        replace(
            reading,
            how=f"{reading.how}, all of {plural(str(earned), 'point')}",
            stated=None,
            notes=(*notes, said),
        ),
    ]


def _is_countdown(points: Sequence[DraftPoint], place: int) -> bool:
    numbers = [each.points for each in points[place : place + 3]]
    step = numbers[-1]
    return numbers == [step * 3, step * 2, step]


def asks_for_the_rest(reading: Reading) -> bool:
    """Say whether the first point is the question itself, with the sum of all below it."""
    first, rest = reading.points[0], range(1, len(reading.points))
    told = " ".join(first.description.split())
    earning = [n for n in rest if not reading.points[n].wrong]
    return (
        (len(earning) > 1 or (bool(earning) and is_question(told)))
        and not (first.levels or first.wrong)
        and bool(_ASKS.match(told) or is_question(told))
        and not any(0 in group.of for group in reading.groups)
        and attainable(reading.points, reading.groups, earning) == first.points
    )


def _is_unlike(reading: Reading) -> bool:
    """Say whether the first point alone is a sentence: it has a full stop, or a capital."""
    first, *rest = (each.description for each in reading.points)
    stops = first.endswith(".") and not any(each.endswith(".") for each in rest)
    return stops or (first[:1].isupper() and not any(each[:1].isupper() for each in rest))


def is_question(text: str) -> bool:
    """Say whether a text is a question itself: it has the number of one, or asks."""
    return bool(QUESTION.match(text)) or text.rstrip().endswith("?")


def _is_headline(reading: Reading) -> bool:
    """Say whether the first point, the sum of all others, is named as a scheme or a question."""
    said = _said(reading, 0)
    named = SCHEME.search(said) or QUESTION.search(said)
    return named is not None and _cover(reading.points, [0]) and not reading.groups


def without_question(reading: Reading) -> Reading:
    """Return a reading whose first point is its question, with the sum of what follows."""
    first = reading.points[0]
    groups = tuple(replace(g, of=tuple(n - 1 for n in g.of)) for g in reading.groups)
    said = f"taken as the question, with the sum of what follows: {first.description[:60]!r}"
    return replace(
        reading,
        points=reading.points[1:],
        groups=groups,
        stated=first.points,
        question=reading.question or first.description,
        notes=(*reading.notes, said),
    )


def subtotals(points: Sequence[DraftPoint], *, least: int) -> list[int]:
    """Return the places of points that are the sum of `least` or more right behind them."""
    found: list[int] = []
    place = 0
    while place < len(points):
        end = _end_of_sum(points, place)
        if end - place - 1 >= least and not points[place].levels and not points[place].wrong:
            found.append(place)
            place = end
        else:
            place += 1
    return found


def _end_of_sum(points: Sequence[DraftPoint], place: int) -> int:
    """Return where the points end that add up to this one; its own place where none do."""
    total, end = Decimal(0), place + 1
    while end < len(points) and total < points[place].points:
        total += Decimal(0) if points[end].wrong else points[end].points
        end += 1
    return end if total == points[place].points else place


def names_a_part(text: str) -> bool:
    """Say whether a text is the name of a part and nothing else: `Part A`, `(c)(ii)`, `Note 1`."""
    return bool(_LABEL.match(text))


def _said(reading: Reading, place: int) -> str:
    return reading.points[place].description


def _cover(points: Sequence[DraftPoint], heads: Sequence[int]) -> bool:
    """Say whether every point is a head or below one: then the heads are no coincidence."""
    covered = {n for head in heads for n in range(head, _end_of_sum(points, head))}
    return all(n in covered or point.wrong for n, point in enumerate(points))


def without(reading: Reading, heads: Sequence[int]) -> Reading:
    """Return a reading without these points, which are headings with the sums of what follows."""
    groups = tuple(
        replace(g, of=tuple(n - sum(h < n for h in heads) for n in g.of)) for g in reading.groups
    )
    listed = ", ".join(repr(reading.points[n].description[:30]) for n in heads)
    return replace(
        reading,
        how=f"{reading.how}, without subtotals",
        points=tuple(each for n, each in enumerate(reading.points) if n not in heads),
        groups=groups,
        notes=(*reading.notes, f"taken as headings with the sums of what follows: {listed}"),
    )


def attainable_of(points: Sequence[DraftPoint], groups: Sequence[Group]) -> Decimal:
    """Return the most that key points can earn together."""
    return attainable(points, groups, [n for n, each in enumerate(points) if not each.wrong])


def attainable(
    points: Sequence[DraftPoint], groups: Sequence[Group], among: Sequence[int]
) -> Decimal:
    """Return the most that these points can earn together."""
    left = {n: points[n].points for n in among}
    for group in groups:
        ranked = sorted((n for n in group.of if n in left), key=lambda n: -left[n])
        for n in ranked[group.count :]:
            left[n] = Decimal(0)
    return sum(left.values(), Decimal(0))


def _many_levels(reading: Reading) -> list[str]:
    return [
        f"{point.description[:60]!r} has {plural(len(point.levels), 'level')} above 0; kept "
        "are the lowest, "
        "a middle and the highest: judges tell no more apart"
        for point in reading.points
        if len(point.levels) > 3
    ]
