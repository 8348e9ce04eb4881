"""Whatever text a file holds, it is a rubric or is refused: never a traceback."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assessor.errors import RubricError
from assessor.rubric import Rubric, load_rubric
from assessor.rubric.yaml_tree import read_tree
from tests.rubric.build import FULL, SHORT

MARKS = "[]{}:,-?|>&*!%@`'\"#\n\t \\~=<"
WORDS = ["null", ".inf", "-1", "1e999", "9" * 5000, "0", "id", "levels", "of", "<<: ", "---"]
ESCAPES = ["\\x", "\\uD800", "\\U00110000", ": ", "- ", "\n  ", "%YAML 9.9\n"]
PIECES = st.sampled_from([*MARKS, *WORDS, *ESCAPES])


def outcome(text: str, file: str = "r.yaml") -> Rubric | RubricError:
    try:
        return load_rubric(text, file)
    except RubricError as error:
        return error


@given(st.text() | st.lists(PIECES, max_size=30).map("".join), st.text(max_size=30))
def test_any_text_is_a_rubric_or_refused(text: str, file: str) -> None:
    """Each problem of a refused text is one line that begins with the file's name."""
    got = outcome(text, file)

    assert isinstance(got, Rubric) or all(each.startswith(f"{file}:") for each in got.problems)


@given(
    st.sampled_from([SHORT, FULL]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=4),
)
def test_a_mangled_rubric_is_a_rubric_or_refused(
    text: str, edits: list[tuple[float, int, str]]
) -> None:
    """Pieces cut out of a good file and others put in leave a rubric or a list of problems."""
    for share, cut, piece in edits:
        place = int(share * len(text))
        text = text[:place] + piece + text[place + cut :]

    got = outcome(text)

    assert isinstance(got, Rubric) or got.problems


LINES = FULL.splitlines(keepends=True)


@given(st.permutations(range(len(LINES))).map(lambda order: order[:12]), st.booleans())
def test_dropped_and_doubled_lines_are_told(places: list[int], double: bool) -> None:
    """Lines lost or pasted twice leave a rubric or a list of problems."""
    chosen = set(places)
    kept = [line * (1 + double) for n, line in enumerate(LINES) if double or n not in chosen]

    got = outcome("".join(kept))

    assert isinstance(got, Rubric) or got.problems


@given(st.lists(st.decimals("0.000001", 999, places=6), min_size=1, max_size=5))
def test_points_add_up_exactly(points: list[Decimal]) -> None:
    """The derived maximum is the exact sum of what the file says."""
    lines = "".join(f"  - {{points: {each}, description: d}}\n" for each in points)

    got = load_rubric(f"title: t\nquestion: q\nkey_points:\n{lines}", "r.yaml")

    assert got.scoring.max_points == sum(points)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | PIECES,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(PIECES, each, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.tuples(st.integers(0, 99), ANYTHING), min_size=1, max_size=5))
def test_any_value_in_any_place_is_told(edits: list[tuple[int, object]]) -> None:
    """A place that holds something else than it should leaves a rubric or a list of problems."""
    tree = read_tree(FULL)
    paths = [path for path in tree.lines if path]
    for place, value in edits:
        *path, last = paths[place % len(paths)]
        around: Any = tree.value
        try:
            for part in path:
                around = around[part]
            around[last] = value
        except (KeyError, IndexError, TypeError):
            continue

    got = outcome(json.dumps(tree.value))

    assert isinstance(got, Rubric) or got.problems
