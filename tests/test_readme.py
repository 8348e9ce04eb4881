"""What the documentation says is there, and runs."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from assessor.cli import COMMANDS, root

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> Iterator[list[str]]:
    """Every `assessor …` command line in code blocks and in backquotes."""
    lines = [
        line.strip()
        for block in blocks(text, r"\w*")
        for line in block.replace("\\\n", " ").splitlines()
    ]
    for line in [*lines, *re.findall(r"`(assessor [^`]+)`", text)]:
        if line.startswith("assessor "):
            yield shlex.split(re.sub(r"\[|\]", " ", line.split("  #")[0]))[1:]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_in_the_documentation_exists_with_its_options(page: Path) -> None:
    """A command or option that was renamed is found here."""
    context = click.Context(root)
    for words in commands(page.read_text(encoding="utf-8")):
        if words[0].startswith("-"):
            continue
        command = root.get_command(context, words[0])
        assert command is not None, words
        if isinstance(command, click.Group) and len(words) > 1:
            inner = command.get_command(context, words[1])
            command = inner if inner is not None else command
        known = {name for each in command.params for name in each.opts} | {"--help", "-h"}
        used = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert used <= known, (words, used - known)


def test_every_command_stands_in_the_readme() -> None:
    """With what it does."""
    for name in COMMANDS:
        assert f"`assessor {name}`" in README


def test_the_python_example_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Twenty lines or so, from rubric to grades."""
    (example,) = blocks(README, "python")
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {"__name__": "__readme__"})  # noqa: S102  # it is ours

    assert "S1 graded 2.0 of 8" in printed.getvalue()
    assert "they cannot cover every case" in printed.getvalue()
    assert len(example.strip().splitlines()) <= 30
