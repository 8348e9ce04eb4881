"""Moodle: `grading.xml` of a backup, with a rubric or a marking guide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assessor.intake.draft import level_points
from assessor.intake.source import Reading, Source
from assessor.intake.tree import line_in, number_at, text_of
from assessor.rubric.write import DraftLevel, DraftPoint


def recognise(source: Source) -> bool:
    """Say whether this is a definition of advanced grading."""
    return source.kind == "xml" and any(True for _ in _definitions(source.tree, "definition"))


def read(source: Source) -> list[Reading]:
    """Return one reading per definition."""
    return [
        each
        for found in _definitions(source.tree, "definition")
        if (each := _reading(source, found)).points
    ]


def _definitions(value: object, name: str) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        if any(str(key).startswith(("plugin_gradingform", "gradingform_")) for key in value):
            yield value
            return
        for each in value.values():
            yield from _definitions(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _definitions(each, name)


def _criteria(value: object, depth: int = 0) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key in {"criterion", "guidecriterion", "guide_criterion"}:
                yield from (
                    e
                    for e in (each if isinstance(each, list) else [each])
                    if isinstance(e, Mapping)
                )
            elif depth < 6:
                yield from _criteria(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _criteria(each, depth + 1)


def _reading(source: Source, found: Mapping[str, object]) -> Reading:
    points: list[DraftPoint] = []
    for item in _criteria(found):
        name, text = (_shown(text_of(item, (key,))) for key in ("shortname", "description"))
        words = ": ".join(dict.fromkeys(e for e in (name, text) if e))
        line = line_in(source.text, text or name)
        levels = [
            (number, _shown(text_of(level, ("definition",))))
            for level in _levels(item.get("levels"))
            if (number := number_at(level, "score")) is not None
        ]
        if levels:
            points.append(level_points(words, levels, line))
        elif (number := number_at(item, "maxscore")) and words:
            markers = _shown(text_of(item, ("descriptionmarkers",)))
            kept = (DraftLevel(points=number, when=markers),) if markers and markers != text else ()
            points.append(DraftPoint(description=words, points=number, levels=kept, place=line))
    name = _shown(text_of(found, ("name",)))
    return Reading(
        how=f"the rubric {name!r}" if name else "a Moodle rubric",
        title=name,
        points=tuple(points),
    )


def _levels(value: object) -> Iterator[Mapping[str, object]]:
    value = value.get("level", value.get("rubric_level")) if isinstance(value, Mapping) else value
    yield from (
        e for e in (value if isinstance(value, list) else [value]) if isinstance(e, Mapping)
    )


def _shown(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())
