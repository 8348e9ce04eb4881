"""PrairieLearn: the rubric of manual grading, as JSON or YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from assessor.intake.source import NotARubric, Reading, Source
from assessor.intake.tree import line_in, number_at, points_of, text_of
from assessor.rubric.write import DraftLevel, DraftPoint


def recognise(source: Source) -> bool:
    """Say whether rubric items stand in it."""
    return any(True for _ in _rubrics(source.tree))


def read(source: Source) -> list[Reading]:
    """Return one reading per rubric. Raises NotARubric where its items take points off."""
    return [_reading(source, each) for each in _rubrics(source.tree)]


def _rubrics(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        items = value.get("rubric_items")
        if isinstance(items, list) and any(map(_described, items)):
            yield value
            return
        for each in value.values():
            yield from _rubrics(each)
    elif isinstance(value, list):
        for each in value:
            yield from _rubrics(each)


def _described(item: object) -> bool:
    item = item.get("rubric_item", item) if isinstance(item, Mapping) else {}
    if not isinstance(item, Mapping) or not text_of(item, ("description",)):
        return False
    return number_at(item, "points") is not None or points_of(item) is None


def _reading(source: Source, around: Mapping[str, object]) -> Reading:
    rubric = around.get("rubric")
    settings = rubric if isinstance(rubric, Mapping) else around
    starting = number_at(settings, "starting_points") or Decimal(0)
    points, unused = [], []
    items = around["rubric_items"]
    for item in items if isinstance(items, list) else ():
        item = item.get("rubric_item", item) if isinstance(item, Mapping) else {}
        words, number = text_of(item, ("description",)), number_at(item, "points")
        more = text_of(item, ("explanation", "grader_note"))
        line = line_in(source.text, words)
        if not words or not number:
            unused.append((line, words))
            continue
        kept = (
            (DraftLevel(points=number, when=" ".join(more.split())),) if more and number > 0 else ()
        )
        points.append(
            DraftPoint(
                description=words, points=abs(number), wrong=number < 0, levels=kept, place=line
            )
        )
    if not points:
        raise NotARubric(
            "has rubric items, and none of them has points",
            "give each its points, or paste lines such as '2: names …'",
        )
    if starting > 0 or not any(not each.wrong for each in points):
        listed = "; ".join(f"{e.description} ({'-' if e.wrong else '+'}{e.points})" for e in points)
        raise NotARubric(
            f"scores negatively: it starts at {starting} and its items take points off ({listed})",
            "write the key points yourself (--point '2: …') and add these as 'misconceptions' to "
            "the file",
        )
    stated = number_at(settings, "max_points") or number_at(around, "max_manual_points")
    return Reading(
        how="items of a PrairieLearn rubric",
        points=tuple(points),
        unused=tuple(unused),
        stated=stated or None,
    )
