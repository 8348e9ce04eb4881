"""promptfoo: assertions that a model judges, with their weights; code checks are left out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from assessor.intake.source import Reading, Source
from assessor.intake.tree import line_in, number_at, text_of
from assessor.rubric.write import DraftPoint

_JUDGED = frozenset(
    {
        "llm-rubric",
        "g-eval",
        "model-graded-closedqa",
        "search-rubric",
        "factuality",
        "not-llm-rubric",
    }
)


def recognise(source: Source) -> bool:
    """Say whether tests with assertions stand in it."""
    return any(isinstance(each.get("assert"), list) for each in _tests(source.tree))


def read(source: Source) -> list[Reading]:
    """Return one reading per test that a model judges; one test's assertions are its key points."""
    tests = [each for each in _tests(source.tree) if isinstance(each.get("assert"), list)]
    readings = [_reading(source, each, number) for number, each in enumerate(tests, start=1)]
    return [each for each in readings if each.points] or readings[:1]


def _tests(value: object) -> list[Mapping[str, object]]:
    if isinstance(value, list):
        return [each for item in value for each in _tests(item)]
    if not isinstance(value, Mapping):
        return []
    if "assert" in value:
        return [value]
    return [
        each for key in ("defaultTest", "tests", "scenarios") for each in _tests(value.get(key))
    ]


def _reading(source: Source, test: Mapping[str, object], number: int) -> Reading:
    points, left, weighed = [], [], False
    for item in _flat(test["assert"]):
        kind = text_of(item, ("type",))
        value = item.get("value")
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        weight = number_at(item, "weight")
        weighed = weighed or weight is not None
        if kind not in _JUDGED or not texts or weight == 0:
            left.append(f"{kind}{' ' + str(value)[:40] if value else ''}")
            continue
        for text in texts:
            words = " ".join(str(text).split())
            points.append(
                DraftPoint(
                    description=words,
                    points=weight or Decimal(1),
                    wrong=kind.startswith("not-"),
                    place=line_in(source.text, words),
                )
            )
    notes = (
        [
            "weights were taken as points; an assertion without one weighs 1"
            if weighed
            else "assertions weigh 1 each in promptfoo: taken as 1 point each"
        ]
        if points
        else []
    )
    if left:
        notes.append(f"left out, for code checks them: {'; '.join(left)}")
    return Reading(
        how=f"test {number}: {text_of(test, ('description',)) or 'its assertions'}",
        points=tuple(points),
        notes=tuple(notes),
        title=text_of(test, ("description",)),
    )


def _flat(items: object) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = []
    for each in items if isinstance(items, list) else ():
        if isinstance(each, Mapping):
            found += _flat(each["assert"]) if isinstance(each.get("assert"), list) else [each]
    return found
