"""What `assessor review` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import Grouped, common_options, work

PARTS = {
    "The page": (
        "blind",
        "name",
    ),
    "On a sheet instead": (
        "sheet_out",
        "blind_sheet",
        "sheet",
    ),
    "Where the page is served": (
        "host",
        "port",
        "open_to_network",
    ),
}


@click.command("review", cls=Grouped, parts=PARTS)
@click.option("--blind", is_flag=True, help="Show no verdicts: to tune and to audit.")
@click.option("--as", "name", default="", help="Your name, where several people grade.")
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    help="Take in a CSV: student_id, then points per key point (misconceptions 1 or 0), or total.",
)
@click.option(
    "--sheet-out",
    type=click.Path(path_type=Path),
    help="Write a sheet to fill in (.csv, .xlsx): what waits for you, and what the judge gives.",
)
@click.option(
    "--blind-sheet",
    type=click.Path(path_type=Path),
    help="Write a sheet to grade on without anything of the judge.",
)
@click.option("--host", default="127.0.0.1", help="The address to serve on (default: 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Its port; default: any.")
@click.option("--open-to-network", is_flag=True, help="Allow a --host that others can reach.")
@common_options
def command(**options: Any) -> int:
    """Review a class in the browser with the keyboard, or take in a hand-graded sheet.

    Prints an address that works on this machine only; open it in a browser. Every change is saved
    at once. Ctrl-C ends the page and writes the files.
    """
    return work("review.command:review", options)
