"""What `assessor trust` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import Listed, common_options, work

_SUBCOMMANDS = ("sample", "audit")
_DEFAULT = "grades"


class _Trust(Listed):
    """The first word decides: a subcommand's name wins, all else are sheets."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in {*_SUBCOMMANDS, "-h", "--help"}:
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        return super().get_command(ctx, cmd_name) or _grades

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_SUBCOMMANDS)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[SHEET]... | sample | audit [SHEET]")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _grades.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group("trust", cls=_Trust)
def command() -> None:
    """How far the grades can be trusted, and what to do next.

    With SHEETs (student_id, then points per key point or a total) people's grades are taken in
    first: of the answers that were drawn with 'trust sample', or of all of them with --all. Two
    SHEETs also measure two people against each other. Every answer that a person graded counts as
    read, and that grade is the one that is released.
    """


@command.command(_DEFAULT, hidden=True)
@click.argument("sheets", nargs=-1, type=click.Path(path_type=Path))
@click.option("--all", "take_all", is_flag=True, help="Take every row, not only those drawn.")
@common_options
def _grades(**options: Any) -> int:
    """Take in people's grades, measure, and say what to do next."""
    return work("trust.command:trust", options)


@command.command("sample")
@click.option("-n", "size", type=click.IntRange(min=1), default=30, help="How many (default: 30).")
@click.option("--out", type=click.Path(path_type=Path), help="A sheet to grade on: .csv or .xlsx.")
@common_options
def _sample(**options: Any) -> int:
    """Draw answers to grade blind, to tune with.

    Half are those the judge is least sure of, half are spread over the points proposed. Grade
    them on the sheet (--out), or on the review page: assessor review --blind.
    """
    return work("trust.command:sample", options)


@command.command("audit")
@click.argument("sheet", required=False, type=click.Path(path_type=Path))
@click.option("-n", "size", type=click.IntRange(min=1), help="Rows of the sheet to write.")
@click.option("--out", type=click.Path(path_type=Path), help="A sheet to grade on: .csv or .xlsx.")
@common_options
def _audit(**options: Any) -> int:
    """Grade blind, in a fixed order, some of what would go out unread, until enough is known.

    The result says how many of the grades that nobody read can differ from your own. It stops by
    itself. Grade here, on a sheet (--out, then give it back as SHEET), or on the review page:
    assessor review --blind.
    """
    return work("trust.command:audit", options)
