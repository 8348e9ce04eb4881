"""Change points in a rubric file: the numbers and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assessor.errors import RubricError
from assessor.rubric.attainable import attainable
from assessor.rubric.load import load_rubric
from assessor.rubric.model import CellKind, Rubric
from assessor.rubric.phrasings import entry_node, value_node


def with_points(text: str, file: str, points: Mapping[tuple[str, str], Decimal]) -> str:
    """Return a rubric file's text with new points for levels of cells, by (cell, level).

    Of a misconception that deducts, `present` is what it takes off. A maximum that was just what
    can be reached follows. Raises RubricError where the result is no rubric, with the file's
    line, or where the points are written in a way that cannot be changed.
    """
    rubric = load_rubric(text, file)
    edits: dict[tuple[int, int], str] = {}
    for (cell, level), number in points.items():
        for node in _nodes(text, rubric, cell, level):
            edits[node.start_mark.index, node.end_mark.index] = _written(number)
    edits |= _maximum(text, rubric, points)
    edited = text
    for (start, end), words in sorted(edits.items(), reverse=True):
        edited = f"{edited[:start]}{words}{edited[end:]}"
    changed = load_rubric(edited, file)
    for (cell, level), number in points.items():
        if _points(changed, cell, level) != number:
            raise RubricError(
                f"{file}: the points of {cell} are written in a way that cannot be changed here; "
                "change them in the file"
            )
    return edited


def _maximum(
    text: str, rubric: Rubric, points: Mapping[tuple[str, str], Decimal]
) -> dict[tuple[int, int], str]:
    """Return the edit of a maximum that is written down and follows the points."""
    scoring = rubric.scoring
    if scoring.max_points != attainable(rubric.key_points, scoring.best_of, rubric.choice):
        return {}
    root = YAML(typ="safe", pure=True).compose(text)
    node = value_node(value_node(root, "scoring"), "max_points")
    if not isinstance(node, ScalarNode):
        return {}
    key_points = tuple(
        each.model_copy(update={"points": points.get((each.id, each.levels[-1].id), each.points)})
        for each in rubric.key_points
    )
    most = attainable(key_points, scoring.best_of, rubric.choice)
    return {(node.start_mark.index, node.end_mark.index): _written(most)}


def _nodes(text: str, rubric: Rubric, cell: str, level: str) -> list[ScalarNode]:
    """Return where the points of one level stand: with the level, and the highest above, too."""
    entry = entry_node(text, rubric, cell)
    own, levels = value_node(entry, "points"), value_node(entry, "levels")
    if not isinstance(levels, SequenceNode):
        return _scalars(own)
    ids = rubric.levels_of(cell)
    here = levels.value[ids.index(level)]
    found = _scalars(value_node(here, "points") if isinstance(here, MappingNode) else None)
    return [*found, *(_scalars(own) if level == ids[-1] else [])]


def _scalars(node: Node | None) -> list[ScalarNode]:
    return [node] if isinstance(node, ScalarNode) else []


def _points(rubric: Rubric, cell: str, level: str) -> Decimal:
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        return rubric.misconception(cell).points
    return rubric.key_point(cell).points_at(level)


def _written(number: Decimal) -> str:
    return format(number.normalize(), "f")
