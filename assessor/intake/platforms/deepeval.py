"""DeepEval: G-Eval metrics, whose rubric is one scale of score ranges; as data or as its Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from assessor.intake.draft import RANGES, level_points
from assessor.intake.marks import amount_in
from assessor.intake.source import NotARubric, Reading, Source
from assessor.intake.tree import line_in, text_of


def recognise(source: Source) -> bool:
    """Say whether a G-Eval metric stands in it."""
    return bool(re.search(r"\bGEval\s*\(", source.text)) or any(True for _ in _metrics(source.tree))


def read(source: Source) -> list[Reading]:
    """Return one reading per metric. Raises NotARubric for a metric without a rubric."""
    metrics = list(_metrics(source.tree)) if source.tree is not None else list(_calls(source.text))
    readings = [_reading(source, each) for each in metrics if each.get("rubric")]
    if not readings:
        raise NotARubric(
            "is a G-Eval metric without a rubric: its steps say how to judge, and nothing has "
            "points",
            "write the key points yourself (--point '2: …')",
        )
    return readings


def _metrics(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        if (
            "evaluation_steps" in value
            or "evaluation_params" in value
            or _ranged(value.get("rubric"))
        ):
            yield value
            return
        for each in value.values():
            yield from _metrics(each)
    elif isinstance(value, list):
        for each in value:
            yield from _metrics(each)


def _ranged(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(e, Mapping) and "score_range" in e for e in value)
    )


def _reading(source: Source, metric: Mapping[str, object]) -> Reading:
    levels = []
    rubric = metric["rubric"]
    for each in rubric if isinstance(rubric, list) else ():
        span = each.get("score_range") if isinstance(each, Mapping) else None
        ends = (
            [mark.points for e in span if (mark := amount_in(str(e)))]
            if isinstance(span, list | tuple)
            else []
        )
        if ends:
            levels.append((max(ends), " ".join(text_of(each, ("expected_outcome",)).split())))
    name = text_of(metric, ("criteria", "name"))
    words = " ".join(name.split())
    notes = (
        RANGES,
        "one scale for the whole answer: it became a single key point with levels; split it if "
        "you can",
    )
    steps = metric.get("evaluation_steps")
    unused = (
        tuple((line_in(source.text, str(each)), str(each)) for each in steps)
        if isinstance(steps, list)
        else ()
    )
    point = level_points(words, levels, line_in(source.text, name))
    return Reading(
        how=f"the metric {text_of(metric, ('name',))!r}",
        title=text_of(metric, ("name",)),
        points=(point,) if levels else (),
        notes=notes,
        unused=unused,
    )


def _calls(text: str) -> Iterator[Mapping[str, object]]:
    """Yield the arguments of GEval(…) calls that are plain values; nothing is run."""
    try:
        module = ast.parse(text)
    except SyntaxError as error:
        raise NotARubric(
            f"is Python that is broken at line {error.lineno}", "mend it there"
        ) from error
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "GEval"
        ):
            yield {each.arg: _plain(each.value) for each in node.keywords if each.arg}


def _plain(node: ast.expr) -> object:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.List | ast.Tuple):
        return [_plain(each) for each in node.elts]
    if isinstance(node, ast.Call):
        return {each.arg: _plain(each.value) for each in node.keywords if each.arg}
    return ""
