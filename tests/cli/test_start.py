"""Starting costs little: nothing heavy is imported before it is used; help says what there is."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator

import click
import pytest

from assessor.assignment import class_folder
from assessor.cli import COMMANDS, root
from assessor.cli.export.options import TARGETS
from assessor.cli.options import Grouped
from assessor.cli.rubric.options import PASSES
from assessor.verdict import Pass

HEAVY = (
    "openai",
    "pydantic",
    "numpy",
    "scipy",
    "starlette",
    "uvicorn",
    "sqlite3",
    "jinja2",
    "rich",
)


def loaded_by(*arguments: str) -> list[str]:
    code = (
        "import sys; from assessor.cli import run\n"
        f"run({list(arguments)!r})\n"
        f"print('LOADED', *[m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.rpartition("LOADED")[2].split()


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_loads_nothing_heavy(name: str) -> None:
    """Every page of help is there in a moment because of this."""
    assert loaded_by(*name.split(), "--help") == []


def test_an_option_stands_in_one_part_of_the_help() -> None:
    """And what no part names is what every command takes."""
    common = {"store", "run_id", "yes", "as_json", "verbose", "help"}
    grouped = 0
    for command in commands(root, click.Context(root)):
        if isinstance(command, Grouped):
            grouped += 1
            placed = Counter(name for names in command.parts.values() for name in names)
            options = {each.name for each in command.params if isinstance(each, click.Option)}
            assert set(placed) == options - common, command.name
            assert set(placed.values()) == {1}

    assert grouped >= 5


def test_what_help_knows_by_heart_is_what_there_is() -> None:
    """Names that stand there so that their tables need not be loaded."""
    assert list(TARGETS) == class_folder.TARGETS
    assert tuple(each.value for each in Pass) == PASSES


def commands(group: click.Group, context: click.Context) -> Iterator[click.Command]:
    """Every command and sub-command, a hidden one too."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield command
        if isinstance(command, click.Group):
            yield from commands(command, click.Context(command, parent=context))


def helps() -> Iterator[tuple[str, str]]:
    """Every page of help: the program's, each command's and each sub-command's."""
    # click keeps a command's help option from its first use: this must be as in earnest.
    context = click.Context(root, info_name="assessor", **root.context_settings)
    pages: list[tuple[str, click.Command, click.Context]] = [("assessor", root, context)]
    for name, command, above in pages:
        yield name, command.get_help(_wide(above))
        if isinstance(command, click.Group):
            for each in command.list_commands(above):
                inner = command.get_command(above, each)
                assert inner is not None
                below = click.Context(inner, info_name=each, parent=above)
                pages.append((f"{name}-{each}", inner, below))


def _wide(context: click.Context) -> click.Context:
    context.terminal_width = 90
    return context


def test_help_is_as_it_was_read(golden: Callable[[str, str], None]) -> None:
    """What people read is kept in one file, so that a change of it is seen."""
    golden("help.txt", "\n\n".join(f"=== {name}\n{text}" for name, text in helps()) + "\n")


def test_every_option_and_command_has_help() -> None:
    """An option without a word is one nobody finds."""
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        assert command.help
        inner = command.commands.values() if isinstance(command, click.Group) else []
        for each in (command, *inner):
            for parameter in each.params:
                if isinstance(parameter, click.Option) and not parameter.hidden:
                    assert parameter.help, (each.name, parameter.name)


def test_an_output_that_takes_nothing_is_told_in_one_line() -> None:
    """Behind it a disk may be full: no traceback, and the exit code of a store that is."""
    code = "from assessor.cli import main; main(['rubric', 'list'])"
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 4
    assert done.stderr.splitlines() == [
        "assessor: standard output: No space left on device; mend that and run the same again"
    ]
