"""What `assessor runs` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import Listed, common_options, work


@click.group("runs", cls=Listed)
def command() -> None:
    """List, show, verify and forget what is in the store."""


@command.command("list")
@common_options
def list_runs(**options: Any) -> int:
    """List the runs, oldest first."""
    return work("runs.command:list_runs", options)


@command.command("log")
@common_options
def log_versions(**options: Any) -> int:
    """Tell which versions of the rubrics graded here, and how far each agreed with you."""
    return work("runs.command:log_versions", options)


@command.command("show")
@common_options
def show_run(**options: Any) -> int:
    """Show a run as it stands now (--run; default: the latest)."""
    return work("runs.command:show_run", options)


@command.command("verify")
@click.option("--head", "printed", help="A head that was printed earlier, to compare with.")
@common_options
def verify(**options: Any) -> int:
    """Check the audit chain, decisions.jsonl and the files, and add every proposal up again."""
    return work("runs.command:verify", options)


@command.command("merge")
@click.argument("others", nargs=-1, required=True, type=click.Path(path_type=Path))
@common_options
def merge(**options: Any) -> int:
    """Take in what the stores of OTHERS (folders) hold: one class graded by several drivers."""
    return work("runs.command:merge", options)


@command.command("drop")
@click.argument("batch", default="")
@common_options
def drop(**options: Any) -> int:
    """Give up a batch of --tier file, or one that came with the folder; it is asked anew."""
    return work("runs.command:drop", options)


@command.command("purge")
@common_options
def purge(**options: Any) -> int:
    """Forget the run that --run names, else all that is stored of this class; asks first."""
    return work("runs.command:purge", options)
