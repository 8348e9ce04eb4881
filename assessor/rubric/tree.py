"""YAML to plain values with the line of each: no aliases, no tags, no duplicate keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str | int, ...]
DEEPEST = 12
LONGEST = 1_000_000


@dataclass(slots=True)
class Tree:
    """The values of a file, the line (from 1) at which each path stands, and what is wrong."""

    value: object = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """Return the line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_tree(text: str) -> Tree:
    """Return the values of a YAML 1.2 document; `problems` says what is refused, by line."""
    tree = Tree()
    if len(text) > LONGEST:
        tree.problems.append((1, f"is longer than {LONGEST:,} characters; a rubric is a page"))
        return tree
    yaml = YAML(typ="rt", pure=True)
    try:
        tree.problems += _refused_marks(yaml, text)
        node = None if tree.problems else YAML(typ="rt", pure=True).compose(text)
    except YAMLError as error:
        tree.problems.append(_yaml_problem(error))
        return tree
    except (RecursionError, ValueError):
        tree.problems.append((1, "is no YAML that can be read; check its nesting"))
        return tree
    if node is not None:
        tree.value = _value(node, (), tree)
    return tree


def _refused_marks(yaml: YAML, text: str) -> Iterator[tuple[int, str]]:
    """Aliases and tags are refused: one can blow a file up, the other can run things."""
    depth = 0
    for event in yaml.parse(text):
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        line = event.start_mark.line + 1
        if depth > DEEPEST + 2:
            yield line, f"is nested deeper than {DEEPEST} levels; a rubric needs five"
            return
        if name == "AliasEvent" or getattr(event, "anchor", None):
            yield line, "has an alias or anchor (& or *); write the text out"
        elif getattr(event, "tag", None) is not None:
            yield line, f"has a tag ({event.tag}); leave it out"


def _yaml_problem(error: YAMLError) -> tuple[int, str]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or "cannot be read"
    return (mark.line + 1 if mark else 1), f"is not valid YAML: {what}; mend that line"


def _value(node: Node, path: Path, tree: Tree) -> object:
    tree.lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        return _mapping(node, path, tree)
    if isinstance(node, SequenceNode):
        return [_value(each, (*path, place), tree) for place, each in enumerate(node.value)]
    return _scalar(node, path, tree)


def _mapping(node: MappingNode, path: Path, tree: Tree) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            tree.problems.append((line, "has a key that is no plain word; write 'key: value'"))
            continue
        key = str(key_node.value)
        if key in found:
            tree.problems.append((line, f"has the key {key!r} twice; keep one of them"))
            continue
        found[key] = _value(value_node, (*path, key), tree)
        tree.lines[(*path, key)] = line
    return found


def _scalar(node: Any, path: Path, tree: Tree) -> object:
    """Resolve the plain scalars of YAML 1.2: `no` stays text, numbers stay exact through JSON."""
    text = str(node.value)
    kind = str(node.tag).rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind in {"int", "float"}:
        try:
            number = float(text)
        except ValueError:
            return text
        if number != number or number in (float("inf"), float("-inf")):
            where = ".".join(map(str, path))
            tree.problems.append(
                (node.start_mark.line + 1, f"{where} must be a finite number (got {text!r})")
            )
            return 0
        return int(text) if text.lstrip("+-").isdigit() else number
    return text
