"""Where a command works, and the options that every command takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from assessor.ambient import real as real_ambient
from assessor.assignment.class_folder import ClassFolder, settings_of
from assessor.assignment.find_folder import assignment_folder, folder_of, others_settings
from assessor.assignment.person import chosen
from assessor.cli.screen import console, spoken
from assessor.disk import foreign
from assessor.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """How a command speaks: as JSON, and how much it says."""

    as_json: bool = False
    verbose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace(ClassFolder):
    """An assignment's folder as a command works in it."""

    common: Common = field(default_factory=Common)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """The person who typed the command, where there is a terminal to ask them at."""

    as_json: bool = False
    said_yes: bool = False

    @property
    def is_there(self) -> bool:
        """Whether there is a person at a terminal to answer a question."""
        return is_terminal() and not self.as_json

    def agrees(self, question: str, *, usually: bool = False) -> bool:
        """Ask on stderr, so that stdout stays what the command writes."""
        return click.confirm(_printable(question), default=usually, err=True)

    def goes_on(self, question: str) -> None:
        """Ask, and end the command with a no."""
        click.confirm(_printable(question), abort=True, err=True)

    def picks(self, question: str, choices: Sequence[str]) -> str:
        """Return the one that was typed."""
        picked: str = click.prompt(question, type=click.Choice(choices), err=True)
        return picked

    def points_at(self, heading: str, choices: Sequence[str]) -> int:
        """Show a numbered list, and return the place of what was chosen in it."""
        click.echo(heading, err=True)
        for number, text in enumerate(choices, start=1):
            click.echo(f"  {number}  {_printable(text)}", err=True)
        while True:
            typed = click.prompt("Number", default="", show_default=False, err=True)
            if typed.strip().casefold() in {"q", "quit", "exit"}:
                raise click.Abort
            place = chosen(typed, choices)
            if isinstance(place, int):
                return place
            click.echo(f"  {_printable(place)}", err=True)

    def hears(self, text: str, *, warned: bool = False) -> None:
        """Say it on stderr."""
        if warned:
            console(as_json=True).print(spoken(text), style="yellow")
        else:
            click.echo(_printable(text), err=True)


def _printable(text: str) -> str:
    """Return text of a file or a platform so that it cannot drive the terminal."""
    return "\n".join(str(spoken(line)) for line in text.split("\n"))


def is_terminal() -> bool:
    """Return whether somebody reads stderr and types on stdin."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def open_workplace(
    options: Mapping[str, Any], flags: Mapping[str, object], answers: Path | None = None
) -> Workplace:
    """Return the workplace of an answers file, or of the current folder where none is named.

    `flags` stand above all other settings.
    """
    folder = assignment_folder(Path.cwd(), _home(), answers)
    for each in others_settings(Path.cwd() if answers is None else folder_of(answers), folder):
        click.echo(f"assessor: {each}: {foreign(each)}: it is not read", err=True)
    environ = dict(os.environ)  # noqa: TID251  # the door reads the environment
    common = Common(as_json=bool(options.get("as_json")), verbose=bool(options.get("verbose")))
    return Workplace(
        folder=folder,
        config=settings_of(folder, environ, flags),
        ambient=real_ambient(),
        environ=environ,
        store_named=str(options.get("store") or ""),
        run_named=str(options.get("run_id") or ""),
        person=Terminal(as_json=common.as_json, said_yes=bool(options.get("yes"))),
        echo=_on_stderr if common.verbose else None,
        common=common,
    )


def _home() -> Path:
    """Return the user's home folder. Raises InputError where the system knows of none."""
    try:
        return Path.home()
    except RuntimeError as error:
        raise InputError(
            "no home folder is known for this user, and what is agreed to is kept there: set HOME "
            "to a folder of yours"
        ) from error


def _on_stderr(line: str) -> None:
    click.echo(line, err=True)


def leave_out(names: Collection[str], where: str) -> None:
    """Refuse those options of the command under way that were given and do nothing `where`.

    `names` are their parameters' names. Raises InputError.
    """
    context = click.get_current_context()
    idle = [
        max(each.opts, key=len)
        for each in context.command.params
        if each.name in names
        and context.get_parameter_source(each.name) is ParameterSource.COMMANDLINE
    ]
    if idle:
        means, them = ("means", "it") if len(idle) == 1 else ("mean", "them")
        raise InputError(f"{', '.join(idle)} {means} nothing {where}; leave {them} out")


def as_typed(names: Collection[str]) -> list[str]:
    """Return those options of the command under way that were given, as they can be typed again."""
    context = click.get_current_context()
    return [
        word
        for each in context.command.params
        if each.name in names
        and context.get_parameter_source(each.name) is ParameterSource.COMMANDLINE
        for word in (max(each.opts, key=len), str(context.params[each.name]))
    ]
