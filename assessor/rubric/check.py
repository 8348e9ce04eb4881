"""What makes a well-formed rubric wrong: ids, levels and references that do not fit together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from assessor.rubric.attainable import attainable
from assessor.rubric.form import WrittenRubric
from assessor.rubric.model import ABSENT, PRESENT, Effect, KeyPoint, Misconception, Rubric
from assessor.rubric.yaml_tree import Path

ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
RUBRIC_ID = re.compile(r"[^\W_][\w.-]{0,99}")
MOST_LEVELS = 3
# Columns of the files that are written: a cell of that name would stand there twice.
COLUMNS = frozenset(
    {"student_id", "name", "question", "attempt", "state", "proposed_grade", "grade"}
    | {"released_by", "max_points", "reasons", "feedback", "total", "answer", "unsure", "grader"}
    | {"key_point", "level", "points", "probability", "quotes", "gap", "note", "choice"}
)
# Fields of a judge's reply, beside which the levels stand.
REPLY_FIELDS = frozenset({"quotes", "gap", "withdrawn", "note", ABSENT, PRESENT})

Problem = tuple[Path, str]


def problems_of(rubric: Rubric, written: WrittenRubric) -> Iterator[Problem]:
    """Yield what is wrong with a filled-in rubric, each with its path in the file."""
    if not RUBRIC_ID.fullmatch(rubric.id):
        yield ("id",), f"must be letters, digits, '-', '_' or '.' (got {rubric.id!r}); rename it"
    yield from _cell_ids(rubric)
    for place, key_point in enumerate(rubric.key_points):
        path: Path = ("key_points", place)
        stated = written.key_points[place]
        if stated.points is None and not stated.levels:
            yield (*path, "points"), "is missing; say what the key point is worth"
        yield from _levels(key_point, path)
        yield from _requires(rubric, key_point, path)
        yield from _level_names(key_point, tuple(level.id for level in key_point.levels), path)
    for place, each in enumerate(rubric.misconceptions):
        path = ("misconceptions", place)
        yield from _level_names(each, (PRESENT,), path)
        if each.effect is Effect.DEDUCT:
            yield from _deduction(each, written.misconceptions[place].points, path)
        else:
            yield from _cap(rubric, each, written.misconceptions[place].points, path)
    yield from _choice(rubric)
    yield from _best_of(rubric)
    yield from _circles(rubric)
    most = attainable(rubric.key_points, rubric.scoring.best_of, rubric.choice)
    if rubric.scoring.max_points > most:
        what = f"must be at most what can be earned, {most} (got {rubric.scoring.max_points})"
        yield ("scoring", "max_points"), f"{what}; lower it or add points"


def _cell_ids(rubric: Rubric) -> Iterator[Problem]:
    count = Counter(rubric.cells)
    first = len(rubric.key_points)
    for number, cell in enumerate(rubric.cells):
        path: Path = ("key_points", number, "id")
        if number >= first:
            path = ("misconceptions", number - first, "id")
        if not ID.fullmatch(cell):
            what = "must be at most 60 lower-case letters, digits and '_', a letter first"
            yield path, f"{what} (got {cell!r}); rename it"
        elif cell in COLUMNS:
            yield path, f"cannot be {cell!r}, the name of a column; choose another"
        if count[cell] > 1:
            yield path, f"must be used once (got {cell!r} {count[cell]} times); rename one"


def _levels(key_point: KeyPoint, path: Path) -> Iterator[Problem]:
    before = Decimal(0)
    seen: set[str] = set()
    for place, level in enumerate(key_point.levels):
        where: Path = (*path, "levels", place)
        name = level.id
        if not ID.fullmatch(name) or name in REPLY_FIELDS or name.startswith(("p_", "at_least_")):
            yield (*where, "id"), f"cannot be {name!r}; use a word such as 'partial' or 'full'"
        if name in seen:
            yield (*where, "id"), f"must be used once (got {name!r} twice); rename one"
        seen.add(name)
        if level.points <= before:
            below = f"the level below it, {before}" if place else "absent, 0"
            what = f"must be more than {below} (got {level.points}); put the levels in order"
            yield (*where, "points"), what
        before = level.points
    if before != key_point.points:
        what = f"must be the points of the last level, {before} (got {key_point.points})"
        yield (*path, "points"), f"{what}; make them equal"
    if len(key_point.levels) > MOST_LEVELS:
        what = f"must be at most {MOST_LEVELS} above absent (got {len(key_point.levels)})"
        yield (*path, "levels"), f"{what}; split the key point"


def _requires(rubric: Rubric, key_point: KeyPoint, path: Path) -> Iterator[Problem]:
    others = [each.id for each in rubric.key_points if each.id != key_point.id]
    for place, needed in enumerate(key_point.requires):
        if needed not in others:
            yield (*path, "requires", place), f"must be another key point {_of(others, needed)}"


def _level_names(
    cell: KeyPoint | Misconception, above: tuple[str, ...], path: Path
) -> Iterator[Problem]:
    levels = (ABSENT, *above)
    for place, example in enumerate(cell.examples):
        if example.level not in levels:
            yield (
                (*path, "examples", place, "level"),
                f"must be a level {_of(levels, example.level)}",
            )
    for level in cell.feedback:
        if level not in levels:
            yield (*path, "feedback", level), f"must be a level {_of(levels, level)}"


def _deduction(each: Misconception, points: Decimal | None, path: Path) -> Iterator[Problem]:
    if points is not None and points <= 0:
        what = f"must be greater than 0 (got {points}); say what it takes, without a minus"
        yield (*path, "points"), what
    if each.of or each.to:
        yield (*path, "effect"), "deducts, so 'of' and 'to' do nothing; remove them or write cap"


def _cap(
    rubric: Rubric, each: Misconception, points: Decimal | None, path: Path
) -> Iterator[Problem]:
    if points is not None:
        yield (*path, "points"), "do nothing in a cap; remove them or write 'effect: deduct'"
    known = {key_point.id: key_point for key_point in rubric.key_points}
    if each.of not in known:
        yield (*path, "of"), f"must be a key point {_of(known, each.of)}"
        return
    lower = (ABSENT, *(level.id for level in known[each.of].levels[:-1]))
    if each.to not in lower:
        yield (*path, "to"), f"must be below the top level of {each.of} {_of(lower, each.to)}"


def _choice(rubric: Rubric) -> Iterator[Problem]:
    if rubric.choice is None:
        return
    options = rubric.choice.options
    for name, given in (("options", options), ("correct", rubric.choice.correct)):
        if len({each.casefold() for each in given}) < len(given):
            yield ("choice", name), "must differ from each other; remove the double one"
    for place, each in enumerate(rubric.choice.correct):
        if each not in options:
            yield ("choice", "correct", place), f"must be an option {_of(options, each)}"


def _best_of(rubric: Rubric) -> Iterator[Problem]:
    known = [each.id for each in rubric.key_points]
    seen: set[str] = set()
    for place, group in enumerate(rubric.scoring.best_of):
        path: Path = ("scoring", "best_of", place)
        for number, cell in enumerate(group.of):
            if cell not in known:
                yield (*path, "of", number), f"must be a key point {_of(known, cell)}"
            elif cell in seen:
                yield (*path, "of", number), f"must be in one group only (got {cell!r}); remove it"
            seen.add(cell)
        if group.count >= len(group.of):
            what = f"must be less than the {len(group.of)} it chooses from (got {group.count})"
            yield (*path, "count"), f"{what}; lower it or remove the group"


def _circles(rubric: Rubric) -> Iterator[Problem]:
    needs = {each.id: each.requires for each in rubric.key_points}
    for place, each in enumerate(rubric.key_points):
        reached, ahead = set[str](), [cell for cell in each.requires if cell != each.id]
        while ahead:
            cell = ahead.pop()
            if cell not in reached:
                reached.add(cell)
                ahead += needs.get(cell, ())
        if each.id in reached:
            yield ("key_points", place, "requires"), "leads back to itself; break the circle"


def _of(names: Iterable[str], got: str) -> str:
    known = ", ".join(dict.fromkeys(names))
    return f"(got {got!r}); use one of {known}" if known else f"(got {got!r}); there is none"
