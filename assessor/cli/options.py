"""How a command's options stand in its file: grouped by job, the common ones, its work loaded late.

`--help` must be fast: a command's `options` know click and nothing else, and what the command does
is loaded when it is done.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from assessor.called import as_called

Function = TypeVar("Function", bound=Callable[..., Any])
COMMON = "Every command"
ENDLESS = 10_000


class Grouped(click.Command):
    """A command whose help lists its options by what they are for.

    `parts` is heading → names of parameters, in the order in which they are shown; an option in
    none of them stands below the rest, under the heading of what every command takes.
    """

    def __init__(self, *args: Any, parts: Mapping[str, Sequence[str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.parts = parts

    def get_help(self, ctx: click.Context) -> str:
        """Return the help, its commands named as this one was called."""
        return as_called(super().get_help(ctx))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, one section for each part."""
        shown = {
            each.name: record
            for each in self.get_params(ctx)
            if isinstance(each, click.Option) and (record := each.get_help_record(ctx)) is not None
        }
        placed = {name for names in self.parts.values() for name in names}
        rest = [name for name in shown if name not in placed]
        for heading, names in {**self.parts, COMMON: rest}.items():
            with formatter.section(heading):
                formatter.write_dl([shown[name] for name in names])


class Listed(click.Group):
    """A group whose help says of each command its whole first sentence."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, each with what it does; nothing is cut to one line."""
        known = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, each.get_short_help_str(limit=ENDLESS)) for name, each in known if each]
            )


def common_options(function: Function) -> Function:
    """Add the options that every command takes; they arrive as keyword arguments."""
    options = (
        click.option("--store", default="", help="Another place for .assessor/, or 'memory'."),
        click.option("--run", "run_id", default="", help="Which run; default: the latest."),
        click.option("--yes", is_flag=True, help="Answer yes to questions of going on."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout."),
        click.option("-v", "--verbose", is_flag=True, help="Say more on stderr."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def work(place: str, options: Mapping[str, Any]) -> int:
    """Do what `place` ("room.module:function", below this one) does, and return the exit code."""
    module, _, name = place.partition(":")
    code: int = getattr(importlib.import_module(f"assessor.cli.{module}"), name)(options)
    return code
