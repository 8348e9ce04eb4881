"""Read a rubric file: all problems at once, each with its line and what to do."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from pydantic import BaseModel, ValidationError

from assessor.errors import RubricError
from assessor.rubric.check import problems_of
from assessor.rubric.form import (
    WrittenKeyPoint,
    WrittenMisconception,
    WrittenRubric,
    WrittenScoring,
)
from assessor.rubric.model import (
    BestOf,
    Effect,
    KeyPoint,
    Level,
    Misconception,
    Question,
    Rubric,
    Scoring,
)
from assessor.rubric.tree import Path, Tree, read_tree

ID_WORDS = 4


def load_rubric(text: str, file: str) -> Rubric:
    """Return the rubric that `text` holds; `file` names it in messages and gives the default id.

    Raises RubricError with one line per problem.
    """
    tree = read_tree(text)
    problems = list(tree.problems)
    if not isinstance(tree.value, dict):
        empty = (1, "is empty or no mapping; start with 'title:' and 'question:'")
        raise _refused(file, problems or [empty])
    written, formal = _read_form(tree.value)
    problems += [_form_problem(tree, each) for each in formal]
    if written is not None:
        rubric, found = _fill_in(written, file)
        found += problems_of(rubric, written)
        reported = [_path(each) for each in formal]
        problems += [
            (tree.line_of(path), f"{_dotted(path)} {what}")
            for path, what in found
            if not any(path[: len(each)] == each or each[:-1] == path for each in reported)
        ]
    if written is None or problems:
        raise _refused(file, problems)
    return rubric


def _refused(file: str, problems: list[tuple[int, str]]) -> RubricError:
    return RubricError(*(f"{file}:{line}: {what}" for line, what in sorted(set(problems))))


_Formal = list[Mapping[str, Any]]
# What stands in for a part that is wrong, so that the rest can be checked in the same go.
_STAND_INS = {"title": "-", "question": "-", "description": "-", "points": 1, "level": "absent"}


def _read_form(value: object) -> tuple[WrittenRubric | None, _Formal]:
    """Return the file's form and what is wrong with it.

    The wrong parts are left out and the rest is read again: all problems are told at once.
    """
    found: _Formal = []
    mended = json.loads(json.dumps(value))
    for _ in range(3):
        try:
            return WrittenRubric.model_validate_json(json.dumps(mended)), found
        except ValidationError as error:
            wrong: _Formal = [dict(each) for each in error.errors()]
        found += wrong
        for each in wrong:
            _leave_out(mended, _path(each), missing=each["type"] == "missing")
    return None, found


def _leave_out(value: Any, path: Path, *, missing: bool) -> None:
    for part in path[:-1]:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return
    if not path or not isinstance(value, dict):
        return
    name = str(path[-1])
    stands_in = _STAND_INS.get(name, "-" if missing else None)
    if stands_in is None:
        value.pop(name, None)
    else:
        value[name] = stands_in


def _path(error: Mapping[str, Any]) -> Path:
    """A union's branches ("str", "Question") stand in the location; the file has no such keys."""
    return tuple(part for part in error["loc"] if part not in {"str", "Question"})


def _form_problem(tree: Tree, error: Mapping[str, Any]) -> tuple[int, str]:
    path = _path(error)
    line = tree.line_of(path)
    where = _dotted(path)
    if error["type"] == "extra_forbidden":
        return line, f"{where} is not known here; {_suggestion(path)}"
    if error["type"] == "missing":
        return line, f"{where} is missing; add it"
    got = "" if isinstance(error.get("input"), dict | list) else f" (got {error.get('input')!r})"
    message = str(error["msg"]).removeprefix("Input ").removeprefix("Value error, ")
    return line, f"{where} {message[:1].lower() + message[1:]}{got}; correct it"


def _suggestion(path: Path) -> str:
    models: tuple[type[BaseModel], ...] = (
        WrittenRubric,
        WrittenKeyPoint,
        WrittenMisconception,
        WrittenScoring,
        Question,
        Level,
    )
    names = {field.alias or name for model in models for name, field in model.model_fields.items()}
    close = difflib.get_close_matches(str(path[-1]), sorted(names), n=1)
    return f"did you mean {close[0]!r}?" if close else "remove it"


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "the file"


_Problems = list[tuple[Path, str]]


def _fill_in(written: WrittenRubric, file: str) -> tuple[Rubric, _Problems]:
    problems: _Problems = []
    taken = {each.id for each in written.key_points}
    taken |= {each.id for each in written.misconceptions}
    key_points = []
    for place, each in enumerate(written.key_points):
        key_point, wrong = _key_point(each, taken)
        problems += [(("key_points", place, *path), what) for path, what in wrong]
        key_points.append(key_point)
    misconceptions = tuple(_misconception(each, taken) for each in written.misconceptions)
    question = written.question
    best_of = tuple(BestOf(of=each.of, count=each.count) for each in written.scoring.best_of)
    attainable = _attainable(written, tuple(key_points))
    most = written.scoring.max_points or attainable
    step = written.scoring.rounding
    tolerance = written.scoring.tolerance
    rubric = Rubric(
        id=written.id or _stem(file),
        title=written.title,
        language=written.language,
        question=Question(prompt=question) if isinstance(question, str) else question,
        choice=written.choice,
        key_points=tuple(key_points),
        misconceptions=misconceptions,
        scoring=Scoring(
            max_points=most,
            rounding=step,
            best_of=best_of,
            tolerance=default_tolerance(most, step) if tolerance is None else tolerance,
        ),
    )
    if most > attainable:
        what = f"must be at most what can be earned, {attainable} (got {most}); lower it"
        problems.append((("scoring", "max_points"), what))
    return rubric, problems


def default_tolerance(most: Decimal, step: Decimal) -> Decimal:
    """Return a tenth of the maximum rounded up to the step; 0 where that is half of it or more."""
    tenth = (most / 10 / step).to_integral_value(ROUND_CEILING) * step
    return Decimal(0) if tenth * 2 >= most else tenth


def _key_point(written: WrittenKeyPoint, taken: set[str]) -> tuple[KeyPoint, _Problems]:
    problems: _Problems = []
    points, levels = written.points, written.levels
    if points is None and levels:
        points = levels[-1].points
    if points is None or points <= 0:
        problems.append((("points",), "is missing; say what the key point is worth"))
        points = Decimal(1)
    if not levels:
        levels = (Level(id="full", points=points),)
    filled = KeyPoint(
        id=written.id or _id_from(written.description, taken),
        description=written.description,
        points=points,
        levels=levels,
        accepted=written.accepted,
        not_enough=written.not_enough,
        not_required=written.not_required,
        examples=written.examples,
        requires=written.requires,
        feedback=written.feedback,
    )
    return filled, problems


def _misconception(written: WrittenMisconception, taken: set[str]) -> Misconception:
    effect = Effect(written.effect)
    default = Decimal(1) if effect is Effect.DEDUCT else Decimal(0)
    return Misconception(
        id=written.id or _id_from(written.description, taken),
        description=written.description,
        when=written.when,
        effect=effect,
        points=default if written.points is None else written.points,
        of=written.of,
        to=written.to,
        accepted=written.accepted,
        not_enough=written.not_enough,
        examples=written.examples,
        feedback=written.feedback,
    )


def _id_from(description: str, taken: set[str]) -> str:
    """Return an id of the description's first words that no other cell has."""
    words = re.findall(r"[a-z0-9]+", description.casefold())
    base = "_".join(words[:ID_WORDS]) or "point"
    base = base if base[0].isalpha() else f"point_{base}"
    for name in _numbered(base[:50]):
        if name not in taken:
            taken.add(name)
            return name
    return base


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}_{number}"
        number += 1


def _stem(file: str) -> str:
    return re.split(r"[/\\]", file)[-1].rsplit(".", 1)[0] or "rubric"


def _attainable(written: WrittenRubric, key_points: tuple[KeyPoint, ...]) -> Decimal:
    points = {each.id: each.points for each in key_points}
    for group in written.scoring.best_of:
        ranked = sorted((cell for cell in group.of if cell in points), key=lambda c: -points[c])
        for cell in ranked[group.count :]:
            points[cell] = Decimal(0)
    choice = written.choice.points if written.choice is not None else Decimal(0)
    return sum(points.values(), choice)
