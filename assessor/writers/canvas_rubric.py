"""The Canvas rubric import: one criterion per key point, one rating per level, from our rubric.

Follows the importer's own test file: `Rubric Name,Criteria Name,Criteria Description,Criteria
Enable Range`, then `Rating Name,Rating Description,Rating Points` repeated; rows may be ragged. It
holds nobody's grade. Students see a Canvas rubric, so phrasings and examples stay out of it;
deductions and caps have no place there. Not tried on a live site.
"""

from __future__ import annotations

from decimal import Decimal

from assessor.rubric import KeyPoint, Rubric
from assessor.sheet import csv_text
from assessor.writers.base import ClassGrades, shown
from assessor.writers.results import points_text

_FIXED = ("Rubric Name", "Criteria Name", "Criteria Description", "Criteria Enable Range")
_RATING = ("Rating Name", "Rating Description", "Rating Points")
# Canvas keeps names in columns of 255 characters.
_LONGEST = 255


def document(material: ClassGrades) -> bytes:
    """Return the CSV of all questions' rubrics, one after the other."""
    rows = [row for rubric in material.rubrics.values() for row in _rows(rubric)]
    widest = max((len(row) - len(_FIXED)) // len(_RATING) for row in rows)
    return csv_text([[*_FIXED, *_RATING * widest], *rows]).encode("utf-8", "replace")


def notes(material: ClassGrades) -> tuple[str, ...]:
    """Return what of the rubrics has no place in Canvas."""
    return tuple(
        f"{rubric.id}: {words}" for rubric in material.rubrics.values() for words in _lost(rubric)
    )


def _lost(rubric: Rubric) -> tuple[str, ...]:
    words = []
    if rubric.misconceptions:
        listed = ", ".join(each.id for each in rubric.misconceptions)
        words.append(f"deductions and caps are left out ({listed})")
    whole = sum((each.points for each in rubric.key_points), Decimal(0))
    if rubric.choice is not None:
        whole += rubric.choice.points
    if whole != rubric.scoring.max_points:
        words.append(
            f"the criteria add up to {points_text(whole)}, "
            f"the rubric's maximum is {points_text(rubric.scoring.max_points)}"
        )
    return tuple(words)


def _rows(rubric: Rubric) -> list[list[str]]:
    name = _cut(rubric.title or rubric.id)
    rows = [[name, *_criterion(key_point)] for key_point in rubric.key_points]
    if rubric.choice is not None:
        points = points_text(rubric.choice.points)
        rows.insert(0, [name, "Choice", "", "false", "Right", "", points, "Wrong", "", "0"])
    return rows


def _criterion(key_point: KeyPoint) -> list[str]:
    cells = [_cut(key_point.description), _long(key_point.description), "false"]
    for level in reversed(key_point.levels):
        cells += [level.id.replace("_", " ").capitalize(), shown(level.when), ""]
        cells[-1] = points_text(level.points)
    return [*cells, "Absent", "", "0"]


def _cut(text: str) -> str:
    line = " ".join(shown(text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _long(description: str) -> str:
    """The whole description, where the name had to be cut."""
    return shown(description) if len(description) > _LONGEST else ""
