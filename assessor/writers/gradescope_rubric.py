"""A rubric as Gradescope shows it, to be typed in there: signed points, an item below them.

Gradescope takes no rubric from a file; its editor takes one item after the other. A key point with
levels is a group of which one item is given, a misconception that deducts an item below zero. The
same text is read back by `assessor rubric new --from`.
"""

from __future__ import annotations

from decimal import Decimal

from assessor.counting import plural
from assessor.rubric import Effect, KeyPoint, Rubric
from assessor.writers.base import ClassGrades, shown
from assessor.writers.results import points_text

NONE = "None of these"


def document(material: ClassGrades) -> bytes:
    """Return the text of all questions' rubrics, one below the other."""
    rubrics = material.rubrics.values()
    parts = [_question(number, each) for number, each in enumerate(rubrics, start=1)]
    return "\n".join(parts).encode("utf-8", "replace")


def notes(material: ClassGrades) -> tuple[str, ...]:
    """Return what of the rubrics has no place in it."""
    return tuple(
        f"{rubric.id}: {words}" for rubric in material.rubrics.values() for words in _lost(rubric)
    )


def _lost(rubric: Rubric) -> tuple[str, ...]:
    words = []
    if caps := [each.id for each in rubric.misconceptions if each.effect is not Effect.DEDUCT]:
        words.append(f"caps are left out ({', '.join(caps)})")
    if rubric.scoring.best_of:
        words.append("that only some of its key points count is left out; the maximum still holds")
    if any(each.accepted or each.not_enough for each in rubric.key_points):
        words.append("phrases (accepted, not_enough) are left out")
    return tuple(words)


def _question(number: int, rubric: Rubric) -> str:
    lines = [f"{number}: {_line(rubric.title or rubric.id)}"]
    lines.append(plural(points_text(rubric.scoring.max_points), "point"))
    if rubric.choice is not None:
        lines += ["", *_item(rubric.choice.points, "Choice: right")]
    for key_point in rubric.key_points:
        lines += ["", *_key_point(key_point)]
    for each in rubric.misconceptions:
        if each.effect is Effect.DEDUCT:
            lines += ["", *_item(-(each.points or Decimal(0)), each.description)]
    return "\n".join(lines) + "\n"


def _key_point(key_point: KeyPoint) -> list[str]:
    told = [each for each in key_point.levels if each.when]
    if not told:
        return _item(key_point.points, key_point.description)
    lines = [f"{_line(key_point.description)} (select one)"]
    for level in reversed(key_point.levels):
        lines += _item(level.points, level.when or level.id)
    return [*lines, *_item(Decimal(0), NONE)]


def _item(points: Decimal, text: str) -> list[str]:
    sign = "-" if points < 0 else "+"
    return [f"{sign} {points_text(abs(points))}", _line(text)]


def _line(text: str) -> str:
    return " ".join(shown(text).split())
