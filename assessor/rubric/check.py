"""What makes a well-formed rubric wrong: ids, levels and references that do not fit together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from assessor.rubric.form import WrittenRubric
from assessor.rubric.model import ABSENT, PRESENT, Effect, KeyPoint, Misconception, Rubric
from assessor.rubric.tree import Path

ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
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
    """Yield what is wrong, each with its path in the file."""
    yield from _ids(rubric)
    for place, key_point in enumerate(rubric.key_points):
        path: Path = ("key_points", place)
        yield from _levels(key_point, path)
        yield from _references(rubric, key_point, path)
    for place, misconception in enumerate(rubric.misconceptions):
        yield from _effect(rubric, misconception, ("misconceptions", place))
    yield from _best_of(rubric)
    yield from _cycles(rubric)
    if rubric.choice is not None:
        wrong = [each for each in rubric.choice.correct if each not in rubric.choice.options]
        if wrong or not rubric.choice.correct:
            yield ("choice", "correct"), f"must name one of the options (got {wrong!r})"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", rubric.id):
        what = f"must be letters, digits, '-' or '_' (got {rubric.id!r}); rename it"
        yield (("id",) if written.id else ()), what


def _ids(rubric: Rubric) -> Iterator[Problem]:
    count = Counter(rubric.cells)
    first = len(rubric.key_points)
    for number, cell in enumerate(rubric.cells):
        path: Path = ("key_points", number, "id")
        if number >= first:
            path = ("misconceptions", number - first, "id")
        if not ID.fullmatch(cell):
            yield path, f"must be lower-case letters, digits and '_' (got {cell!r})"
        elif cell in COLUMNS:
            yield path, f"{cell!r} is the name of a column; choose another"
        if count[cell] > 1:
            yield path, f"{cell!r} is used {count[cell]} times; ids must differ"


def _levels(key_point: KeyPoint, path: Path) -> Iterator[Problem]:
    before = None
    seen: set[str] = set()
    for place, level in enumerate(key_point.levels):
        where: Path = (*path, "levels", place)
        if not ID.fullmatch(level.id) or level.id in REPLY_FIELDS:
            yield (*where, "id"), f"cannot be {level.id!r}; use a word such as partial or full"
        elif level.id.startswith(("p_", "at_least_")):
            yield (*where, "id"), f"cannot start so (got {level.id!r}); choose another"
        if level.id in seen:
            yield (*where, "id"), f"{level.id!r} is used twice; levels must differ"
        seen.add(level.id)
        if before is not None and level.points <= before:
            what = f"must be more than the level below it ({before}; got {level.points})"
            yield (*where, "points"), f"{what}; put the levels in order"
        elif before is None and level.points <= 0:
            yield (*where, "points"), f"must be greater than 0 (got {level.points})"
        before = level.points
    if key_point.levels[-1].points != key_point.points:
        what = f"must be the points of the last level, {key_point.levels[-1].points}"
        yield (*path, "points"), f"{what} (got {key_point.points}); make them equal"
    if len(key_point.levels) > 3:
        what = f"has {len(key_point.levels)} levels above absent; three at most, or split it"
        yield (*path, "levels"), what


def _references(rubric: Rubric, key_point: KeyPoint, path: Path) -> Iterator[Problem]:
    others = {each.id for each in rubric.key_points} - {key_point.id}
    for place, needed in enumerate(key_point.requires):
        if needed not in others:
            what = f"{needed!r} is no other key point; use one of {', '.join(sorted(others))}"
            yield (*path, "requires", place), what
    levels = {ABSENT, *(each.id for each in key_point.levels)}
    yield from _level_names(key_point, levels, path)


def _level_names(cell: KeyPoint | Misconception, levels: set[str], path: Path) -> Iterator[Problem]:
    for place, example in enumerate(cell.examples):
        if example.level not in levels:
            what = f"{example.level!r} is no level; use one of {', '.join(sorted(levels))}"
            yield (*path, "examples", place, "level"), what
    for level in cell.feedback:
        if level not in levels:
            what = f"{level!r} is no level; use one of {', '.join(sorted(levels))}"
            yield (*path, "feedback", level), what


def _effect(rubric: Rubric, each: Misconception, path: Path) -> Iterator[Problem]:
    yield from _level_names(each, {ABSENT, PRESENT}, path)
    if each.effect is Effect.DEDUCT:
        if each.points <= 0:
            yield (*path, "points"), f"must be greater than 0 (got {each.points})"
        if each.of or each.to:
            yield path, "deducts, so 'of' and 'to' mean nothing; remove them or say 'effect: cap'"
        return
    if each.points:
        yield (*path, "points"), "mean nothing for a cap; remove them"
    key_points = {key_point.id: key_point for key_point in rubric.key_points}
    if each.of not in key_points:
        what = f"must be a key point, one of {', '.join(key_points)} (got {each.of!r})"
        yield (*path, "of"), what
        return
    lower = [ABSENT, *(level.id for level in key_points[each.of].levels[:-1])]
    if each.to not in lower:
        what = f"must be a level below the top of {each.of}, one of {', '.join(lower)}"
        yield (*path, "to"), f"{what} (got {each.to!r})"


def _best_of(rubric: Rubric) -> Iterator[Problem]:
    known = {each.id for each in rubric.key_points}
    for place, group in enumerate(rubric.scoring.best_of):
        path: Path = ("scoring", "best_of", place)
        wrong = [cell for cell in group.of if cell not in known]
        if wrong:
            yield (*path, "of"), f"names no key point: {', '.join(map(repr, wrong))}; correct it"
        if group.count >= len(group.of):
            what = f"must be less than the {len(group.of)} it chooses from (got {group.count})"
            yield (*path, "count"), what


def _cycles(rubric: Rubric) -> Iterator[Problem]:
    needs = {each.id: set(each.requires) for each in rubric.key_points}
    for place, each in enumerate(rubric.key_points):
        reached, ahead = set[str](), set(each.requires)
        while ahead:
            cell = ahead.pop()
            if cell not in reached:
                reached.add(cell)
                ahead |= needs.get(cell, set())
        if each.id in reached:
            yield ("key_points", place, "requires"), "leads back to itself; break the circle"
