"""YAML to plain values with the line of each: no aliases, no tags, no duplicate keys.

Nothing in a rubric is a yes/no, so every scalar stays the text it is: `0.1` exact, `no` and
`1984` words. Types are the form's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str | int, ...]
DEEPEST = 12
LONGEST = 250_000
NULL = "tag:yaml.org,2002:null"


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
        tree.problems.append((1, f"is longer than {LONGEST:,} characters; a rubric is a few pages"))
        return tree
    try:
        tree.problems += _refused_marks(text)
        node = None if tree.problems else _yaml().compose(text)
    except YAMLError as error:
        tree.problems.append(_yaml_problem(error, text))
        return tree
    except (ArithmeticError, LookupError, ValueError) as error:
        # The scanner trips over a few impossible escapes without an error of its own.
        tree.problems.append((1, f"is not valid YAML ({error}); look for a stray '\\' or '%'"))
        return tree
    if node is not None:
        tree.value = _value(node, (), tree)
    return tree


def dotted(path: Path) -> str:
    """Return a path as messages write it: `key_points[2].points`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def _yaml() -> YAML:
    return YAML(typ="safe", pure=True)


def _refused_marks(text: str) -> Iterator[tuple[int, str]]:
    """Aliases, tags and depth are refused while reading: an alias can blow a small file up."""
    depth = 0
    for event in _yaml().parse(text):
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        line = event.start_mark.line + 1
        if depth > DEEPEST + 2:
            yield line, f"is nested deeper than {DEEPEST} levels; a rubric needs five"
            return
        if name == "AliasEvent" or getattr(event, "anchor", None) is not None:
            yield line, "has an anchor or alias (& or *); write it out, or put the text in quotes"
        elif (tag := getattr(event, "tag", None)) is not None:
            yield line, f"has a tag ({tag!r}); leave it out, or put the text in quotes"


def _yaml_problem(error: YAMLError, text: str) -> tuple[int, str]:
    """Return the line and what is really wrong there; the parser tells what it stumbled over."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    begun = getattr(error, "context_mark", None) or mark
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    what = " ".join(str(what).split())
    number = mark.line + 1 if mark else 1
    lines = text.split("\n")
    tabbed = [n for n, line in enumerate(lines[:number], start=1) if re.match(r" *\t", line)]
    if tabbed and ("\\t" in what or "tab" in what or tabbed[-1] in {number, number - 1}):
        return tabbed[-1], "begins with a tab: use spaces"
    if "mapping values are not allowed" in what:
        return number, "has a colon in a text: put the text in quotes"
    if "could not find expected ':'" in what:
        return begun.line + 1 if begun else number, "has no colon behind its key: write 'key: text'"
    if "unexpected end of stream" in what or "quoted scalar" in str(getattr(error, "context", "")):
        return begun.line + 1 if begun else number, "opens a quote that is not closed: close it"
    return number, f"is not valid YAML: {what}; mend that line"


def _value(node: Node, path: Path, tree: Tree) -> object:
    tree.lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        return _mapping(node, path, tree)
    if isinstance(node, SequenceNode):
        return [_value(each, (*path, place), tree) for place, each in enumerate(node.value)]
    if str(node.tag) == NULL:
        return None
    text = str(node.value)
    if not text.isprintable() and _UNWRITABLE.intersection(text):
        what = "has a character that is no text; remove its escape"
        tree.problems.append((tree.lines[path], f"{dotted(path)} {what}"))
        return "-"
    return text


# Half a character or a NUL can come in by escape only; neither can be stored or sent.
_UNWRITABLE = frozenset(map(chr, (0, *range(0xD800, 0xE000))))


def _mapping(node: MappingNode, path: Path, tree: Tree) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            tree.problems.append((line, "has a key that is no plain word; write 'key: value'"))
            continue
        key = str(key_node.value)
        where = dotted((*path, key))
        if key == "<<":
            tree.problems.append((line, f"{where} merges mappings; write the keys out"))
        elif key in found:
            tree.problems.append((line, f"{where} stands there twice; keep one of them"))
        elif _UNWRITABLE.intersection(key):
            tree.problems.append((line, "has a key with a character that is no text; remove it"))
        else:
            found[key] = _value(value_node, (*path, key), tree)
            tree.lines[(*path, key)] = line
    return found
