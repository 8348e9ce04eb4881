"""What `assessor pull` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import common_options, work


@click.command("pull")
@click.argument("url")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write (a zip).")
@click.option("--key-file", type=click.Path(path_type=Path), help="A file with the token alone.")
@common_options
def command(**options: Any) -> int:
    """Fetch the submissions of the assignment whose page has the address URL (Canvas, Moodle).

    The token stands in ASSESSOR_CANVAS_TOKEN or ASSESSOR_MOODLE_TOKEN, or in --key-file. It goes
    to the host in URL and to no other. Nothing is changed on the platform.
    """
    return work("pull.command:pull", options)
