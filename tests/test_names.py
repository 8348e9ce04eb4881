"""A name says one thing: no class stands twice, and no file is called after nothing in it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from tests.test_floors import ROOT, files, tree_of

EMPTY = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "manager", "core", "stuff", "types"}
)
# A command's folder has its options and its work, a room of adapters its common part.
PATTERNS = frozenset({"__init__", "command", "options", "base"})
# A platform's files, its interface and its rubrics, a form of files: one file in each room.
PLATFORMS = frozenset(
    {"blackboard", "canvas", "gradescope", "moodle", "openai", "parquet", "prairielearn", "sakai"}
)
GUESSES = tomllib.loads((Path(__file__).parent / "guess.toml").read_text(encoding="utf-8"))


def test_no_class_name_stands_twice() -> None:
    """Private and inner ones count, too: who searches for a name finds one place."""
    places = defaultdict(list)
    for path in files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(ROOT)))

    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_a_file_name_stands_once_but_where_it_is_a_pattern() -> None:
    """Who opens a file by its name alone finds the one that was meant."""
    places = defaultdict(list)
    for path in files():
        if path.stem not in PATTERNS | PLATFORMS:
            places[path.stem].append(str(path.relative_to(ROOT)))

    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_file_is_named_after_nothing() -> None:
    """A thing that fits nowhere is missing its name."""
    assert [path for path in files() if path.stem in EMPTY] == []


@pytest.mark.parametrize("question", GUESSES, ids=lambda text: re.sub(r"\W+", "-", text)[:40])
def test_where_one_would_look_is_there(question: str) -> None:
    """The list of guesses names files that exist."""
    answers = GUESSES[question]

    assert answers
    assert all((ROOT.parent / each).exists() for each in answers), answers
