"""Canvas: the rubric CSV, and the JSON of its API; ratings are levels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assessor.intake.draft import level_points
from assessor.intake.marks import amount_in
from assessor.intake.source import Grid, Reading, Source
from assessor.intake.tree import line_in, number_at, text_of
from assessor.rubric.write import DraftPoint
from assessor.sheet import fold_header

_RANGE = "Canvas gives each rating a range of points: only the upper ends were kept"


def recognise(source: Source) -> bool:
    """Say whether this is a rubric of Canvas."""
    if source.grids:
        titles = {_plain(each) for each in source.grids[0].rows[0]}
        return "criteria name" in titles and "rating points" in titles
    return any(True for _ in _rubrics(_snaked(source.tree)))


def read(source: Source) -> list[Reading]:
    """Return one reading per rubric in the file."""
    if source.grids:
        return _table(source.grids[0])
    return [_from_json(source, *each) for each in _rubrics(_snaked(source.tree))]


def _plain(title: str) -> str:
    return re.sub(r"\s*\d+$", "", fold_header(title))


def _table(grid: Grid) -> list[Reading]:
    titles = [_plain(each) for each in grid.rows[0]]
    spots = {
        name: titles.index(name) if name in titles else None
        for name in (
            "rubric name",
            "criteria name",
            "criteria description",
            "criteria enable range",
        )
    }
    rubrics: dict[str, list[DraftPoint]] = {}
    notes: dict[str, list[str]] = {}
    name = ""
    for line, cells in zip(grid.lines[1:], grid.rows[1:], strict=True):
        at = {
            key: cells[p].strip() if p is not None and p < len(cells) else ""
            for key, p in spots.items()
        }
        name = at["rubric name"] or name
        levels = []
        for place in [p for p, title in enumerate(titles) if title == "rating name"]:
            rating = [
                cells[p].strip() if p < len(cells) else "" for p in (place, place + 1, place + 2)
            ]
            mark = amount_in(rating[2])
            if mark is not None:
                levels.append((mark.points, rating[1] or rating[0]))
        text = ": ".join(
            dict.fromkeys(e for e in (at["criteria name"], at["criteria description"]) if e)
        )
        if not text or not any(n > 0 for n, _ in levels):
            if text:
                notes.setdefault(name, []).append(
                    f"line {line}: {text!r} has no rating above 0 points; left out"
                )
            continue
        if (
            not any(
                cells[p + 1 : p + 2] and cells[p + 1].strip()
                for p, t in enumerate(titles)
                if t == "rating name"
            )
            and len(levels) == 2
        ):
            levels = [(n, "") for n, _ in levels]
        rubrics.setdefault(name, []).append(level_points(text, levels, line))
        if at["criteria enable range"].casefold() in {"true", "1", "yes"}:
            notes.setdefault(name, []).append(_RANGE)
    return [
        Reading(
            how=f"the rubric {each!r}" if each else "a Canvas rubric",
            title=each,
            points=tuple(points),
            notes=tuple(dict.fromkeys(notes.get(each, []))),
        )
        for each, points in rubrics.items()
    ]


def _snaked(value: object) -> object:
    """Return values whose names are written as REST writes them, where GraphQL joins words."""
    if isinstance(value, list):
        return [_snaked(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(k)).lower(): _snaked(v) for k, v in value.items()
    }


def _rubrics(value: object) -> list[tuple[Mapping[str, object], list[object]]]:
    """Return what holds criteria with ratings, and those criteria."""
    if isinstance(value, list):
        if value and all(
            isinstance(e, Mapping) and isinstance(e.get("ratings"), list) for e in value
        ):
            return [({}, value)]
        return [each for item in value for each in _rubrics(item)]
    if not isinstance(value, Mapping):
        return []
    for key in ("data", "criteria", "rubric"):
        items = value.get(key)
        if (
            isinstance(items, list)
            and items
            and all(isinstance(e, Mapping) and isinstance(e.get("ratings"), list) for e in items)
        ):
            return [(value, items)]
    return [each for item in value.values() for each in _rubrics(item)]


def _from_json(source: Source, around: Mapping[str, object], items: list[object]) -> Reading:
    points, notes = [], []
    for item in items:
        if not isinstance(item, Mapping):
            continue
        name, more = (text_of(item, (key,)) for key in ("description", "long_description"))
        levels = []
        for rating in item["ratings"] if isinstance(item.get("ratings"), list) else ():
            number = number_at(rating, "points") if isinstance(rating, Mapping) else None
            if number is not None:
                levels.append((number, text_of(rating, ("long_description", "description"))))
        if (
            not any(
                text_of(r, ("long_description",)) for r in item["ratings"] if isinstance(r, Mapping)
            )
            and len(levels) == 2
        ):
            levels = [(number, "") for number, _ in levels]
        words = ": ".join(e for e in (name, " ".join(_untagged(more).split())) if e)
        point = level_points(words, levels, line_in(source.text, name))
        if not levels and (number := number_at(item, "points")):
            point = replace(point, points=number)
        if item.get("ignore_for_scoring") is True:
            notes.append(f"{name!r} does not count in Canvas; left out")
        elif point.points and words:
            points.append(point)
        if item.get("criterion_use_range") is True:
            notes.append(_RANGE)
    settings = around.get("rubric_settings")
    settings = settings if isinstance(settings, Mapping) else around
    stated = next(
        (n for key in ("points_possible",) if (n := number_at(settings, key)) is not None), None
    )
    title = text_of(settings, ("title",)) or text_of(around, ("title", "name"))
    return Reading(
        how=f"the rubric {title!r}" if title else "a Canvas rubric",
        title=title,
        points=tuple(points),
        stated=stated,
        notes=tuple(dict.fromkeys(notes)),
    )


def _untagged(text: str) -> str:
    return re.sub(r"<[^>]+>", " ", text)
