"""The rubric's points and phrasings as the page shows and takes them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from assessor.counting import plural
from assessor.errors import InputError
from assessor.review.reweigh import Reweighed
from assessor.review.view import letter_of, points_text
from assessor.rubric import CellKind, Rubric
from assessor.rubric.model import Effect
from assessor.store import PointsChange

SHOWN = 40
LONGEST_PHRASE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricFile:
    """A rubric's file: `target` is where a change is written, another place for a shipped one."""

    text: str
    target: str
    is_own: bool


def asked_points(form: Mapping[str, str], rubric: Rubric) -> dict[tuple[str, str], Decimal]:
    """Return the points that differ from the rubric's. Raises InputError for what is no number."""
    asked = {}
    for cell, level, now in _weights(rubric):
        text = form.get(f"points {cell} {level}", "").strip().replace(",", ".")
        if not text:
            continue
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise InputError(f"{cell} {level}: {text!r} is no number of points") from error
        if not number.is_finite() or number != now:
            asked[cell, level] = number
    return asked


def points_of(rubric: Rubric) -> dict[tuple[str, str], Decimal]:
    """Return what can be weighed by cell and level."""
    return {(cell, level): points for cell, level, points in _weights(rubric)}


def changed_points(old: Rubric, new: Rubric) -> tuple[tuple[str, str, Decimal, Decimal], ...]:
    """Return cell, level, points before and after of each level that earns other points."""
    after = points_of(new)
    return tuple(
        (cell, level, before, after[cell, level])
        for cell, level, before in _weights(old)
        if after[cell, level] != before
    )


def points_before(change: PointsChange, rubric: Rubric) -> dict[tuple[str, str], Decimal]:
    """Return the points to go back to. Raises InputError where they were changed again since."""
    now = points_of(rubric)
    for cell, level, before, after in change.points:
        if now.get((cell, level)) not in {before, after}:
            raise InputError(
                f"Not taken back: the points of {cell} {level} were changed again since; "
                "set them here to what they should be"
            )
    return {(cell, level): before for cell, level, before, _ in change.points}


def change_text(change: PointsChange) -> str:
    """Return a change of points in words."""
    return ", ".join(
        f"{cell} {level} {points_text(before)} → {points_text(after)}"
        for cell, level, before, after in change.points
    )


def _weights(rubric: Rubric) -> list[tuple[str, str, Decimal]]:
    """Return what can be weighed: each level's points, and what each misconception takes off."""
    found = [
        (each.id, level.id, level.points) for each in rubric.key_points for level in each.levels
    ]
    for misconception in rubric.misconceptions:
        if misconception.effect is Effect.DEDUCT:
            found.append((misconception.id, "present", misconception.points))
    return found


def point_fields(rubric: Rubric, typed: Mapping[str, str]) -> list[dict[str, object]]:
    """Return each cell with a field per level, holding what was typed or what stands."""
    weights = _weights(rubric)
    fields = []
    for number, cell in enumerate(rubric.cells, start=1):
        is_wrong = rubric.kind_of(cell) is CellKind.MISCONCEPTION
        about = rubric.misconception(cell) if is_wrong else rubric.key_point(cell)
        fields.append(
            {
                "letter": letter_of(number),
                "cell": cell,
                "number": number,
                "title": about.description,
                "effect": "takes off" if is_wrong else "",
                "fields": [
                    {
                        "name": f"points {cell} {level}",
                        "level": level,
                        "value": typed.get(f"points {cell} {level}", points_text(now)),
                    }
                    for each, level, now in weights
                    if each == cell
                ],
            }
        )
    return fields


def preview(weighed: Reweighed, total: int) -> dict[str, object]:
    """Return who would change under other points, in words and as a list."""
    up = sum(each.after > each.before for each in weighed.moved)
    down = len(weighed.moved) - up
    lines = [f"{up} rise, {down} fall. Nothing is asked of a judge."] if weighed.moved else []
    if weighed.decisions:
        lines.append(
            f"{plural(len(weighed.decisions), 'answer was', 'answers were')} decided by a "
            "person: the points follow the levels that were given, and the old ones stay in "
            "the trail."
        )
    if weighed.kept:
        kept = plural(weighed.kept, "decision holds", "decisions hold")
        lines.append(f"{kept} to points of a person's own, which stay as they are.")
    return {
        "head": f"{len(weighed.moved)} of {plural(total, 'grade')} would change",
        "lines": lines,
        "moved": [
            {
                "id": each.entry.id,
                "number": each.entry.number,
                "before": points_text(each.before),
                "after": points_text(each.after),
                "change": ("+" if each.after > each.before else "")
                + points_text(each.after - each.before),
            }
            for each in weighed.moved[:SHOWN]
        ],
        "more": max(0, len(weighed.moved) - SHOWN),
        "may_apply": True,
    }


def offer(form: Mapping[str, str], rubric: Rubric, file: RubricFile | None) -> dict[str, object]:
    """Return what is asked before a phrasing goes into the rubric."""
    cell = form["cell"]
    is_wrong = rubric.kind_of(cell) is CellKind.MISCONCEPTION
    about = rubric.misconception(cell) if is_wrong else rubric.key_point(cell)
    back = form.get("back", "/go")
    return {
        "words": " ".join(form["phrase"].split())[:LONGEST_PHRASE],
        "letter": letter_of(rubric.cells.index(cell) + 1),
        "title": about.description,
        "cell": cell,
        "question": form["question"],
        "back": back if back.startswith("/answer/") else "/go",
        "file": file.target if file is not None else "",
        "why_not": why_not(file, apart=False),
    }


def where_text(file: RubricFile | None) -> str:
    """Return where a change of points is written."""
    if file is None:
        return ""
    if file.is_own:
        return f"Its file is {file.target}."
    return (
        f"This rubric ships with assessor. A change is written as a copy of your own, "
        f"{file.target}: name that with --rubric from then on."
    )


def why_not(file: RubricFile | None, *, apart: bool) -> str:
    """Return why points cannot be changed here; "" where they can."""
    if apart:
        return "Points are changed by whoever owns the class: assessor review without --as."
    if file is None:
        return (
            "No file here holds the rubric that this class was graded by: it lies elsewhere, or "
            "its key points or levels were changed since. Put it beside the answers, or change "
            "it in the file and grade again."
        )
    return ""
