"""Change the words of a key point in a rubric file: these words and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from assessor.errors import RubricError
from assessor.rubric.load import load_rubric
from assessor.rubric.model import CellKind, Rubric
from assessor.rubric.phrasings import entry_node, value_node
from assessor.rubric.write import one_line, quoted

DESCRIPTION = "description"
WHEN = "when"


def wording_of(rubric: Rubric, cell: str) -> dict[str, str]:
    """Return the words of a cell that a judge goes by: by field, a level's `when` by its id."""
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        wrong = rubric.misconception(cell)
        return {DESCRIPTION: wrong.description, WHEN: wrong.when}
    key_point = rubric.key_point(cell)
    levels = {f"{WHEN} {each.id}": each.when for each in key_point.levels}
    # Without levels of its own a key point is made or not, and its description says when.
    written = len(levels) > 1 or any(levels.values())
    return {DESCRIPTION: key_point.description, **(levels if written else {})}


def with_wording(text: str, file: str, cell: str, words: Mapping[str, str]) -> str:
    """Return a rubric file's text with other words for a cell, by the fields of `wording_of`.

    Comments, order and layout stay, and so does the cell's id, which may have come from its words.
    Raises RubricError where that makes no rubric, or the words stand where they cannot be changed.
    """
    rubric = load_rubric(text, file)
    now = wording_of(rubric, cell)
    asked = {field: one_line(each) for field, each in words.items() if field in now}
    changed = {field: each for field, each in asked.items() if each != one_line(now[field])}
    if not changed.get(DESCRIPTION, "some"):
        raise RubricError(f"{file}: {cell} needs words that say what it is about; give some")
    edited = text
    for field, each in changed.items():
        edited = _replaced(edited, load_rubric(edited, file), cell, field, each)
    after = load_rubric(edited, file) if changed else rubric
    kept = after.cells == rubric.cells
    if not kept or any(one_line(wording_of(after, cell)[f]) != each for f, each in changed.items()):
        raise RubricError(
            f"{file}: the words of {cell} are written in a way that cannot be changed here; "
            "change them in the file"
        )
    return edited


def _replaced(text: str, rubric: Rubric, cell: str, field: str, words: str) -> str:
    entry = entry_node(text, rubric, cell)
    if field == DESCRIPTION and value_node(entry, "id") is None:
        # Its id came from its words; what was judged and decided goes by it.
        text = _put_first(text, entry, f"id: {quoted(cell)}")
        entry = entry_node(text, rubric, cell)
    name, _, level = field.partition(" ")
    place: Node | None = entry
    levels = value_node(entry, "levels")
    if level and isinstance(levels, SequenceNode):
        place = levels.value[rubric.levels_of(cell).index(level)]
    value = value_node(place, name)
    if isinstance(value, ScalarNode):
        start, end = value.start_mark.index, value.end_mark.index
        if value.style in ("|", ">"):
            end = start + len(text[start:end].rstrip())
        return f"{text[:start]}{quoted(words)}{text[end:]}"
    if isinstance(place, MappingNode):
        return _put_first(text, place, f"{name}: {quoted(words)}")
    return text


def _put_first(text: str, entry: MappingNode, line: str) -> str:
    """Return the text with one more key at the head of a mapping."""
    first = entry.value[0][0].start_mark
    line_end = "\r\n" if "\r\n" in text else "\n"
    after = ", " if entry.flow_style else f"{line_end}{' ' * first.column}"
    return f"{text[: first.index]}{line}{after}{text[first.index :]}"
