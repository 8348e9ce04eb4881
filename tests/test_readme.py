"""What the documentation says is there, and runs."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard, get_args

import click
import pytest
from pydantic import BaseModel

from assessor.cli import COMMANDS, root
from assessor.config import ENVIRONMENT, Config, load_config

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


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
    example = blocks((ROOT / "docs" / "python.md").read_text(encoding="utf-8"), "python")[0]
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(compile(example, "python.md", "exec"), {"__name__": "__readme__"})  # noqa: S102  # it is ours

    assert "S1 graded 2.0 of 8" in printed.getvalue()
    assert "they cannot cover every case" in printed.getvalue()
    assert len(example.strip().splitlines()) <= 30


def test_the_commands_to_try_are_there_and_the_first_names_the_next() -> None:
    """Whoever follows the first lines, and then what they print, gets on."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    tried = re.findall(r"^make (\w+)", "\n".join(blocks(README, "")), re.MULTILINE)
    (demo,) = re.findall(r"^demo:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    (review,) = re.findall(r"^review:.*\n\t(.+)\n", makefile, re.MULTILINE)

    assert tried[:2] == ["demo", "review"]
    assert {*tried, *re.findall(r"make (\w+)", demo)} <= targets
    assert "make review" in demo.splitlines()[-1]
    assert review == "cd demo && ../$(BIN)/assessor review"


def test_the_readme_is_read_in_five_minutes() -> None:
    """What it is, how to start, where to go: the rest stands on pages of its own."""
    assert len(README.split()) < 1400


def settings(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every setting by its dotted name; an entry of a table by TARGET, a list's by nothing."""
    for name, field in model.model_fields.items():
        inner = [each for each in get_args(field.annotation) if isinstance(each, type)]
        section = next(
            (each for each in (field.annotation, *inner) if _is_section(each)),
            None,
        )
        if section is None:
            yield f"{above}{name}"
        else:
            yield from settings(section, f"{above}{name}.{'TARGET.' if name == 'export' else ''}")


def _is_section(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def test_every_setting_and_variable_stands_on_its_page() -> None:
    """And the page names none that there is not."""
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = set(
        re.findall(r"`((?:assignment|question|judge|run|review|pipeline|export)\.[\w.]+)`", page)
    )
    there = set(settings(Config)) - {"sources", "export.TARGET.sentence"}

    assert named - {"export.feedback.sentence", "run.json"} == there  # one is a file
    keys = {"ASSESSOR_API_KEY", "ASSESSOR_STRONG_API_KEY"}
    assert set(re.findall(r"ASSESSOR_[A-Z]\w+", page)) == {*ENVIRONMENT, *keys}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_settings_that_are_shown_can_be_set(page: Path) -> None:
    """A block that is copied works."""
    for block in blocks(page.read_text(encoding="utf-8"), "toml"):
        load_config(block, {}, {})
