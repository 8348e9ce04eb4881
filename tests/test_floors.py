"""The house stands as style.md §3 draws it: who may import whom, and how big a room may be."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "assessor"

FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "digest", "counting", "version", "wordlists"),
    (
        "rubric",
        "submission",
        "choice",
        "evidence",
        "privacy",
        "candidates",
        "verdict",
        "flags",
        "reasons",
        "scoring",
        "distribution",
        "grade",
    ),
    (
        "tiers",
        "config",
        "bodies",
        "hosts",
        "questions",
        "assist",
        "sheet",
        "intake",
        "prompt",
        "drafting",
        "json_in_prose",
        "reply",
        "statistics",
        "sureness",
        "finding",
        "manifest",
        "method_choice",
        "wording",
        "queue",
        "trust",
        "tuning",
        "rulings",
        "plan",
        "canary",
    ),
    ("ambient", "called", "disk", "assets", "judges", "readers", "writers", "platforms", "store"),
    ("engine", "distributed"),
    ("report",),
    ("assignment",),
    ("review",),
    ("api", "cli"),
)
ADAPTERS = 3
# Lines of the command line, options and words together.
DOOR = 4_600
SHARED = frozenset({"ambient", "called", "disk"})
OUTSIDE = {
    0: frozenset[str](),
    1: frozenset({"pydantic", "ruamel", "rapidfuzz", "snowballstemmer"}),
    2: frozenset({"pydantic", "jinja2", "tomllib", "numpy", "scipy", "rapidfuzz"}),
    3: frozenset(
        {
            "openai",
            "httpx2",
            "ray",
            "pyarrow",
            "tenacity",
            "mammoth",
            "python_calamine",
            "xlsxwriter",
        }
        | {"platformdirs", "ruamel", "pypdfium2", "striprtf"}
    ),
    4: frozenset[str](),
    5: frozenset({"jinja2", "markupsafe"}),
    6: frozenset[str](),
    7: frozenset({"starlette", "uvicorn"}),
    8: frozenset({"click", "rich", "openai"}),
}
WORLD = frozenset(
    {"os", "io", "pathlib", "socket", "ssl", "subprocess", "sqlite3", "tempfile", "shutil", "csv"}
    | {"threading", "multiprocessing", "signal", "time", "datetime", "random", "secrets", "uuid"}
    | {"urllib.request", "http", "asyncio", "logging", "getpass", "platform", "glob"}
)
PURE_EXTRA = {
    "sheet": frozenset({"csv", "io"}),
    "intake": frozenset({"csv", "io"}),
    "statistics": frozenset({"random"}),
    "queue": frozenset({"random"}),
}
ASYNC_ROOMS = frozenset(
    {"judges", "engine", "distributed", "assignment", "review", "api", "cli", "ambient"}
)
LATE = frozenset({"openai", "ray", "pyarrow", "uvicorn", "numpy", "scipy", "httpx2", "xlsxwriter"})
ORDER = {
    room: (floor, place) for floor, rooms in enumerate(FLOORS) for place, room in enumerate(rooms)
}


def files() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Return a file as Python reads it; each is read once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            if node.module == "assessor":
                yield from ((f"assessor.{alias.name}", node.lineno) for alias in node.names)


FILES = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in files()]
INNER = [p for p in FILES if room_of(p.values[0]) not in {"__init__", "__main__", "_data"}]  # type: ignore[arg-type] # a Path


@pytest.mark.parametrize("path", INNER)
def test_a_room_imports_only_rooms_before_it(path: Path) -> None:
    """Imports go left and down; adapters share `ambient` and `disk` and know no other."""
    room = room_of(path)
    bad = []
    for name, line in imports(tree_of(path)):
        if name == "assessor":
            bad.append(f"{line}: imports the front door")
        if not name.startswith("assessor."):
            continue
        other = name.split(".")[1]
        if other == room:
            continue
        floor = ORDER[room][0]
        adapters = floor == ADAPTERS and ORDER[other][0] == ADAPTERS and other not in SHARED
        if ORDER[other] >= ORDER[room] or adapters:
            bad.append(f"{line}: {room} may not import {other}")

    assert not bad


@pytest.mark.parametrize("path", INNER)
def test_a_floor_uses_only_its_outside_modules(path: Path) -> None:
    """Below floor 3 nothing touches the world, and each library stays on its floors."""
    room = room_of(path)
    floor = ORDER[room][0]
    allowed = frozenset().union(*(OUTSIDE[below] for below in range(floor + 1)))
    bad = []
    for name, line in imports(tree_of(path)):
        top = name.split(".")[0]
        if top in {"assessor", "__future__"}:
            continue
        if top in sys.stdlib_module_names:
            if (
                floor < ADAPTERS
                and (top in WORLD or name in WORLD)
                and top not in PURE_EXTRA.get(room, ())
            ):
                bad.append(f"{line}: {top} touches the world")
        elif top not in allowed:
            bad.append(f"{line}: {top} is not for floor {floor}")

    assert not bad


@pytest.mark.parametrize("path", FILES)
def test_late_imports_are_the_listed_ones(path: Path) -> None:
    """Imports stand at the top; the few late ones are libraries that `--help` must not pay for."""
    tree = tree_of(path)
    bad = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for name, line in imports(function):
                if name.split(".")[0] not in LATE:
                    bad.append(f"{line}: {name}")

    assert not bad
    assert "TYPE_CHECKING" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", INNER)
def test_async_lives_where_there_is_waiting(path: Path) -> None:
    """Coroutines are for judges, engine, review and the door."""
    tree = tree_of(path)
    has_async = any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree))

    assert not has_async or room_of(path) in ASYNC_ROOMS


@pytest.mark.parametrize("path", FILES)
def test_files_and_functions_stay_small(path: Path) -> None:
    """No file over 500 lines and no function over 60."""
    text = path.read_text(encoding="utf-8")
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > 60
    ]

    assert len(text.splitlines()) <= 500
    assert not long


def test_the_command_line_is_options_and_words() -> None:
    """What does not ask or print belongs below the door: a page and a program need it, too."""
    lines = sum(
        len(path.read_text(encoding="utf-8").splitlines())
        for path in files()
        if room_of(path) == "cli"
    )

    assert lines < DOOR, lines
