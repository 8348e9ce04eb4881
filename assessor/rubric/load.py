"""Read a rubric file: all problems at once, each with its line and what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from assessor.errors import RubricError
from assessor.rubric.attainable import attainable, default_tolerance
from assessor.rubric.check import COLUMNS, problems_of
from assessor.rubric.form import WrittenKeyPoint, WrittenMisconception, WrittenRubric
from assessor.rubric.model import (
    BestOf,
    Choice,
    Effect,
    Example,
    KeyPoint,
    Level,
    Misconception,
    Question,
    Rubric,
    Scoring,
)
from assessor.rubric.written import read_form
from assessor.rubric.yaml_tree import dotted, read_tree

ID_WORDS = 4
ID_LONGEST = 50


def load_rubric(text: str, file: str) -> Rubric:
    """Return the rubric that `text` holds; `file` names it in messages and gives the default id.

    Raises RubricError with one line per problem.
    """
    tree = read_tree(text)
    problems = list(tree.problems)
    if not isinstance(tree.value, dict):
        what = "is empty or no mapping; begin with 'title:', 'question:' and 'key_points:'"
        raise _refused(file, problems or [(1, what)])
    reading = read_form(tree.value)
    found = list(reading.problems)
    if reading.written is not None:
        rubric = _filled_in(reading.written, file)
        wrong = problems_of(rubric, reading.written)
        found += [each for each in wrong if not reading.is_doubtful(each[0])]
    problems += [(tree.line_of(path), f"{dotted(path)} {what}") for path, what in found]
    if problems or reading.written is None:
        raise _refused(file, problems)
    return rubric


def _refused(file: str, problems: list[tuple[int, str]]) -> RubricError:
    return RubricError(*(f"{file}:{line}: {what}" for line, what in sorted(set(problems))))


def _filled_in(written: WrittenRubric, file: str) -> Rubric:
    taken = {"", *COLUMNS, *(each.id for each in written.key_points)}
    taken |= {each.id for each in written.misconceptions}
    key_points = tuple(_key_point(each, taken) for each in written.key_points)
    misconceptions = tuple(_misconception(each, taken) for each in written.misconceptions)
    choice = None if written.choice is None else Choice(**written.choice.model_dump())
    scoring = written.scoring
    best_of = tuple(BestOf(of=each.of, count=each.count) for each in scoring.best_of)
    most, step, tolerance = scoring.max_points, scoring.rounding, scoring.tolerance
    if most is None:
        most = attainable(key_points, best_of, choice)
    return Rubric(
        id=written.id or _id_from_file(file),
        title=written.title,
        language=written.language,
        guidelines=written.guidelines,
        question=Question(**written.question.model_dump()),
        choice=choice,
        key_points=key_points,
        misconceptions=misconceptions,
        scoring=Scoring(
            max_points=most,
            rounding=step,
            best_of=best_of,
            tolerance=default_tolerance(most, step) if tolerance is None else tolerance,
        ),
    )


def _key_point(written: WrittenKeyPoint, taken: set[str]) -> KeyPoint:
    points = written.points
    levels = tuple(Level(**each.model_dump()) for each in written.levels)
    if points is None:
        # Missing altogether is told by the check; until then any number will do.
        points = next((each.points for each in reversed(levels) if each.points > 0), Decimal(1))
    return KeyPoint(
        id=written.id or id_from(written.description, taken),
        description=written.description,
        points=points,
        levels=levels or (Level(id="full", points=points),),
        accepted=written.accepted,
        not_enough=written.not_enough,
        not_required=written.not_required,
        examples=tuple(Example(**each.model_dump()) for each in written.examples),
        requires=written.requires,
        feedback=written.feedback,
    )


def _misconception(written: WrittenMisconception, taken: set[str]) -> Misconception:
    effect = Effect(written.effect)
    default = Decimal(1) if effect is Effect.DEDUCT else Decimal(0)
    return Misconception(
        id=written.id or id_from(written.description, taken),
        description=written.description,
        when=written.when,
        effect=effect,
        points=default if written.points is None else max(written.points, Decimal(0)),
        of=written.of,
        to=written.to,
        accepted=written.accepted,
        not_enough=written.not_enough,
        examples=tuple(Example(**each.model_dump()) for each in written.examples),
        feedback=written.feedback,
    )


def id_from(description: str, taken: set[str]) -> str:
    """Return an id of the description's first words that no other cell has, and take it."""
    plain = unicodedata.normalize("NFKD", description.lower()).encode("ascii", "ignore").decode()
    base = "_".join(re.findall(r"[a-z0-9]+", plain)[:ID_WORDS])[:ID_LONGEST].strip("_")
    if not base[:1].isalpha():
        base = f"point_{base}".strip("_")
    name = next(each for each in _numbered(base) if each not in taken)
    taken.add(name)
    return name


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}_{number}"
        number += 1


def _id_from_file(file: str) -> str:
    stem = re.split(r"[/\\]", file)[-1].rsplit(".", 1)[0]
    return re.sub(r"[^\w.-]+", "-", stem).strip("-._")[:100] or "rubric"
