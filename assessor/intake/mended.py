"""A draft as a person mended it in a form: what was typed, read back into a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.intake.marks import number_of
from assessor.rubric.write import Draft, DraftGroup, DraftLevel, DraftPoint

# Rows that a form has below those of the draft, for what the source does not say.
SPARE = 2
BY_HAND = "looked through and mended by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A mended draft, and what in the form is no draft yet, in words."""

    draft: Draft
    problems: tuple[str, ...] = ()


def form_of(draft: Draft, unused: Sequence[tuple[int, str]] = ()) -> dict[str, str]:
    """Return the fields that show a draft; rows of unused lines and spare ones have no points."""
    form = {
        "title": draft.title,
        "question": draft.question,
        "max": "" if draft.max_points is None else _plain(draft.max_points),
    }
    for row, point in enumerate(draft.points):
        form |= {
            f"text{row}": point.description,
            f"points{row}": _plain(point.points),
            f"wrong{row}": "on" if point.wrong else "",
            f"accepted{row}": "\n".join(point.accepted),
            f"refused{row}": "\n".join(point.not_enough),
        }
        for place, level in enumerate(point.levels):
            form[f"points{row}-{place}"] = _plain(level.points)
            form[f"when{row}-{place}"] = level.when
    first = len(draft.points)
    for row in range(first, first + len(unused) + SPARE):
        text = unused[row - first][1] if row - first < len(unused) else ""
        form |= {f"text{row}": " ".join(text.split()), f"points{row}": ""}
    return form


def rows_in(form: Mapping[str, str]) -> int:
    """Return how many rows a form has."""
    return next(row for row in range(len(form) + 1) if f"text{row}" not in form)


def levels_in_row(form: Mapping[str, str], row: int) -> int:
    """Return how many levels a row of a form has."""
    return next(n for n in range(len(form) + 1) if f"when{row}-{n}" not in form)


def mended(draft: Draft, form: Mapping[str, str]) -> Mended:
    """Return what a form says; groups and notes are those of `draft`.

    A row that is ticked to be dropped goes, and one without points that the draft does not have.
    """
    points: list[DraftPoint] = []
    problems: list[str] = []
    kept: dict[int, int] = {}
    for row in range(rows_in(form)):
        text, given = (form.get(f"{name}{row}", "").strip() for name in ("text", "points"))
        is_new = row >= len(draft.points)
        if form.get(f"drop{row}") or (is_new and not given):
            continue
        old = DraftPoint(description="", points=Decimal(0)) if is_new else draft.points[row]
        point, wrong = _row(form, row, replace(old, description=" ".join(text.split())))
        problems += [f"row {row + 1}: {each}" for each in wrong]
        kept[row] = len(points)
        points.append(point)
    most, why = _maximum(form.get("max", ""))
    problems += why
    question = form.get("question", "").replace("\r\n", "\n").strip()
    if not question:
        problems.append("what was asked is missing: fill in the question")
    if not any(not each.wrong for each in points):
        problems.append("no key point is left that earns points")
    changed = replace(
        draft,
        title=" ".join(form.get("title", "").split()),
        question=question,
        points=tuple(points),
        groups=_kept_groups(draft.groups, kept),
        max_points=most,
    )
    if changed != draft:
        changed = replace(changed, notes=(*draft.notes, BY_HAND))
    return Mended(draft=changed, problems=tuple(problems))


def _row(form: Mapping[str, str], row: int, old: DraftPoint) -> tuple[DraftPoint, list[str]]:
    problems: list[str] = []
    if not old.description:
        problems.append("has no description")
    number = _points(form.get(f"points{row}", ""), problems)
    levels = []
    for place in range(levels_in_row(form, row)):
        given, when = (form.get(f"{n}{row}-{place}", "").strip() for n in ("points", "when"))
        if given:  # a level without points is taken out
            levels.append(DraftLevel(points=_points(given, problems), when=" ".join(when.split())))
    levels.sort(key=lambda each: each.points)
    if levels and levels[-1].points != number:
        problems.append(
            f"earns {_plain(number)}, its highest level {_plain(levels[-1].points)}: "
            "make them the same"
        )
    if len({each.points for each in levels}) < len(levels):
        problems.append("has two levels with the same points")
    point = replace(
        old,
        points=number,
        levels=tuple(levels),
        wrong=bool(form.get(f"wrong{row}")),
        accepted=_phrases(form.get(f"accepted{row}", "")),
        not_enough=_phrases(form.get(f"refused{row}", "")),
    )
    return point, problems


def _points(given: str, problems: list[str]) -> Decimal:
    number = number_of(given)
    if number is None or number <= 0:
        problems.append(f"{given!r} is no number of points above 0")
        return Decimal(0)
    return number


def _maximum(given: str) -> tuple[Decimal | None, list[str]]:
    if not given.strip():
        return None, []
    number = number_of(given)
    if number is None or number <= 0:
        return None, [f"the maximum {given!r} is no number above 0 (leave it empty for the sum)"]
    return number, []


def _kept_groups(groups: Sequence[DraftGroup], kept: Mapping[int, int]) -> tuple[DraftGroup, ...]:
    """Return the groups of the rows that are left; one of which all can earn is none any more."""
    found = [replace(g, of=tuple(kept[n] for n in g.of if n in kept)) for g in groups]
    return tuple(each for each in found if len(each.of) > each.count)


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(words for each in text.splitlines() if (words := " ".join(each.split())))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
