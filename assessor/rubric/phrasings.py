"""Put a phrasing into a rubric file: one line more, every other character as it was."""

from __future__ import annotations

from enum import StrEnum

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assessor.errors import RubricError
from assessor.rubric.load import load_rubric
from assessor.rubric.model import CellKind, Example, Rubric
from assessor.rubric.write import one_line, quoted


class Phrasings(StrEnum):
    """The lists of a key point or misconception that a phrasing can go into."""

    ACCEPTED = "accepted"
    NOT_ENOUGH = "not_enough"
    NOT_REQUIRED = "not_required"


def add_phrasing(text: str, file: str, cell: str, where: Phrasings, phrase: str) -> str:
    """Return a rubric file's text with `phrase` at the end of a list of `cell`.

    Comments, order and layout stay. A phrasing that is there already leaves the text as it is.
    Raises RubricError for a file that does not load, an unknown cell or an empty phrasing.
    """
    rubric = load_rubric(text, file)
    if cell not in rubric.cells:
        raise RubricError(f"{file}: has no {cell!r}; use one of {', '.join(rubric.cells)}")
    key_point = rubric.kind_of(cell) is CellKind.KEY_POINT
    if where is Phrasings.NOT_REQUIRED and not key_point:
        raise RubricError(f"{file}: {cell} is a misconception, which has no {where.value}")
    words = one_line(phrase)
    if not words:
        raise RubricError(f"{file}: the phrasing for {cell} is empty; give some words")
    if words in phrasings(rubric, cell, where):
        return text
    edited = _inserted(text, entry_node(text, rubric, cell), where.value, quoted(words))
    if words not in phrasings(load_rubric(edited, file), cell, where):
        raise RubricError(
            f"{file}: {where.value} of {cell} is written in a way that cannot be added to; "
            f"add {words!r} by hand"
        )
    return edited


def add_example(text: str, file: str, cell: str, example: Example) -> str:
    """Return a rubric file's text with one more graded example at the end of those of `cell`.

    Comments, order and layout stay. Raises RubricError for what `add_phrasing` does, and for a
    level that the cell does not have.
    """
    rubric = load_rubric(text, file)
    if cell not in rubric.cells:
        raise RubricError(f"{file}: has no {cell!r}; use one of {', '.join(rubric.cells)}")
    known = examples(rubric, cell)
    wanted = example.model_copy(update={"answer": one_line(example.answer)})
    if wanted in known:
        return text
    entry = f"{{answer: {_flow(wanted.answer)}, level: {quoted(wanted.level)}}}"
    edited = _inserted(text, entry_node(text, rubric, cell), "examples", entry)
    if wanted not in examples(load_rubric(edited, file), cell):
        raise RubricError(
            f"{file}: examples of {cell} are written in a way that cannot be added to; "
            f"add {wanted.answer!r} by hand"
        )
    return edited


def remove_entry(text: str, file: str, cell: str, where: str, words: str) -> str:
    """Return a rubric file's text without one phrasing or example of `cell`, where it has it.

    A list that is left empty goes, too; every other character stays. Raises RubricError where it
    is written in a way that cannot be taken out.
    """
    rubric = load_rubric(text, file)
    if cell not in rubric.cells:
        return text
    known = _entries(rubric, cell, where)
    if words not in known:
        return text
    left = tuple(each for each in known if each != words)
    edited = _removed(text, entry_node(text, rubric, cell), where, known.index(words))
    after = load_rubric(edited, file)
    if _entries(after, cell, where) != left:
        raise RubricError(
            f"{file}: {where} of {cell} is written in a way that cannot be taken from; take out "
            f"{words!r} by hand"
        )
    return edited


def examples(rubric: Rubric, cell: str) -> tuple[Example, ...]:
    """Return the graded examples of a cell."""
    if rubric.kind_of(cell) is CellKind.KEY_POINT:
        return rubric.key_point(cell).examples
    return rubric.misconception(cell).examples


def _entries(rubric: Rubric, cell: str, where: str) -> tuple[str, ...]:
    if where == "examples":
        return tuple(each.answer for each in examples(rubric, cell))
    return phrasings(rubric, cell, Phrasings(where))


def _removed(text: str, entry: MappingNode, name: str, place: int) -> str:
    """Cut an item out of a list: its lines, or what stands between the commas around it."""
    items = value_node(entry, name)
    if not isinstance(items, SequenceNode):
        return text
    if len(items.value) == 1:
        return _without_key(text, entry, name)
    item = items.value[place]
    if not items.flow_style:
        return _without_lines(text, item.start_mark.index, _end(text, item))
    if place:
        return text[: _end(text, items.value[place - 1])] + text[_end(text, item) :]
    return text[: item.start_mark.index] + text[items.value[1].start_mark.index :]


def _without_key(text: str, entry: MappingNode, name: str) -> str:
    place = next(number for number, (key, _) in enumerate(entry.value) if key.value == name)
    key, value = entry.value[place]
    if not entry.flow_style:
        return _without_lines(text, key.start_mark.index, _end(text, value))
    return text[: _end(text, entry.value[place - 1][1])] + text[_end(text, value) :]


def _without_lines(text: str, start: int, stop: int) -> str:
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", stop)
    return text[:first] + ("" if last < 0 else text[last + 1 :])


def _flow(words: str) -> str:
    """Return words as they stand between braces, where a comma or a colon would end them."""
    plain = quoted(words)
    return plain if plain.startswith('"') else f'"{plain}"'


def phrasings(rubric: Rubric, cell: str, where: Phrasings) -> tuple[str, ...]:
    """Return the phrasings of one list of a cell."""
    if rubric.kind_of(cell) is CellKind.KEY_POINT:
        of: dict[str, object] = dict(rubric.key_point(cell))
    else:
        of = dict(rubric.misconception(cell))
    found = of.get(where.value, ())
    return tuple(map(str, found)) if isinstance(found, tuple) else ()


def entry_node(text: str, rubric: Rubric, cell: str) -> MappingNode:
    """Return where a cell stands in the file: ids may be derived, so its place is what counts."""
    place = rubric.cells.index(cell)
    name = "key_points"
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        name, place = "misconceptions", place - len(rubric.key_points)
    entries = value_node(YAML(typ="safe", pure=True).compose(text), name)
    entry = entries.value[place] if isinstance(entries, SequenceNode) else None
    if not isinstance(entry, MappingNode):
        raise TypeError(f"{cell} is no mapping in a file that loaded")
    return entry


def value_node(node: Node | None, name: str) -> Node | None:
    """Return the value of a mapping's key; None where there is none."""
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _inserted(text: str, entry: MappingNode, name: str, words: str) -> str:
    phrases = value_node(entry, name)
    if isinstance(phrases, SequenceNode) and phrases.value:
        if phrases.flow_style:
            at = _end(text, phrases.value[-1])
            return f"{text[:at]}, {words}{text[at:]}"
        indent = phrases.value[0].start_mark.column - 2
        first = phrases.value[0].start_mark
        line = text[first.index - first.column : first.index]
        indent = max(line.find("-"), 0) if line.strip(" -") == "" else indent
        return _with_lines(text, _end(text, phrases.value[-1]), [f"{' ' * indent}- {words}"])
    if isinstance(phrases, SequenceNode):
        start, end = phrases.start_mark.index, phrases.end_mark.index
        return f"{text[:start]}[{words}]{text[end:]}"
    if phrases is not None:
        return text
    if entry.flow_style:
        at = _end(text, entry.value[-1][1])
        return f"{text[:at]}, {name}: [{words}]{text[at:]}"
    indent = " " * entry.value[0][0].start_mark.column
    lines = [f"{indent}{name}:", f"{indent}  - {words}"]
    return _with_lines(text, _end(text, entry.value[-1][1]), lines)


def _end(text: str, node: Node) -> int:
    """Return where the last character of a value stands, closing brackets included."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        return _end(text, node.value[-1][1])
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return _end(text, node.value[-1])
    end = int(node.end_mark.index)
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        end = len(text[:end].rstrip())
    return end


def _with_lines(text: str, at: int, lines: list[str]) -> str:
    """Insert lines after the line in which `at` stands, in the file's own line ends."""
    stop = text.find("\n", at)
    line_end = "\r\n" if "\r\n" in text else "\n"
    if stop < 0:
        return text + "".join(f"{line_end}{line}" for line in lines) + line_end
    added = "".join(f"{line}{line_end}" for line in lines)
    return f"{text[: stop + 1]}{added}{text[stop + 1 :]}"
