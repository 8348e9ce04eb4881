"""Lists whose points go down step by step: key points, or the levels of one scale?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assessor.intake.source import Line, Reading
from assessor.intake.sums import attainable_of
from assessor.intake.words import COMMON
from assessor.rubric.write import DraftPoint

_UP_TO = re.compile(r"(?i)^\W*(?:up to|bis zu|jusqu'à|hasta)\b")


def of_steps(reading: Reading, lines: Sequence[Line]) -> Iterator[str]:
    """Name lists between other lines whose points go down step by step: are they levels?"""
    points = [e for e in reading.points if e.place and not e.wrong]
    total = attainable_of(reading.points, reading.groups)
    if not lines or reading.groups or total == 100 or reading.stated == total:
        return
    adding = {e.number for e in lines if e.text.startswith("+") or e.mark == "+"}
    if all(each.place in adding for each in points):
        return  # "+5 …", "+2.5 …" add up
    up_to = {each.number for each in lines if _UP_TO.match(each.text)}
    points = [each for each in points if each.place not in up_to]
    between = {e.number for e in lines} - {e.place for e in reading.points}
    runs: list[list[DraftPoint]] = []
    for point in points:
        last = runs[-1][-1].place if runs else 0
        parted = not runs or any(last < n < point.place for n in between)
        runs += [[point]] if parted else []
        if not parted:
            runs[-1].append(point)
    heads = [run[n] for run in runs for n in range(len(run)) if _heads_steps(run, n)]
    sure = any(_heads_steps(run, n, least=3) for run in runs for n in range(len(run)))
    if len(heads) > 1 or sure:
        yield f"{short(heads[0].description)!r} is worth what the most of those below is"
    steps = [run for run in runs if _are_steps(run)]
    is_most = reading.stated == max((e.points for e in points), default=None)
    pair = points if len(points) == 2 and _are_steps(points) and between else []
    if pair and set.intersection(*(stems_of(each.description) for each in pair)):
        steps, is_most = [pair], True
    is_all = len(steps) == len(runs) and (len(runs) > 1 or is_most)
    if steps and (is_all or any(len(run) > 2 for run in steps)):
        said = ", ".join(repr(short(each.description)) for each in steps[0][:3])
        yield f"{said} go down step by step: are they levels of one scale?"


def _heads_steps(points: Sequence[DraftPoint], place: int, *, least: int = 2) -> bool:
    """Say whether a point is worth what the highest of the steps right below it is."""
    below = points[place + 1 : place + 6]
    return any(
        _are_steps(below[:n]) and max(e.points for e in below[:n]) == points[place].points
        for n in range(least, len(below) + 1)
    )


def _are_steps(run: Sequence[DraftPoint]) -> bool:
    """Say whether points are 3, 2, 1 or 2, 4, 6: so many steps, each as high as the lowest."""
    numbers = sorted(each.points for each in run)
    in_order = [each.points for each in run] in (numbers, numbers[::-1])
    even = numbers == [numbers[0] * n for n in range(1, len(numbers) + 1)]
    return len(run) > 1 and in_order and even and not any(each.levels for each in run)


def stems_of(text: str) -> set[str]:
    """Return the beginnings of the words by which texts of one scale are alike."""
    words = re.findall(r"\w{4,}", text.casefold())
    return {word[:4] for word in words if word not in COMMON}


def short(text: str) -> str:
    """Return the beginning of a text, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 50 else f"{text[:49]}…"
