"""What `assessor rulings` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import common_options, work


@click.command("rulings")
@click.argument("answers", required=False, type=click.Path(path_type=Path))
@click.option("--pilot", is_flag=True, help="Before grading: read the first 15 of ANSWERS and ask.")
@click.option("--rubric", "rubrics", multiple=True, help="With --pilot: as for grade.")
@click.option("--undo", is_flag=True, help="Take the latest ruling back, in rubric and grades.")
@click.option("--judge", help="The judge that read the class, as for grade.")
@click.option("--model", help="Its model.")
@click.option("--base-url", help="An OpenAI-compatible endpoint.")
@common_options
def command(**options: Any) -> int:
    """Decide where the rubric does not say: the judge's border cases as at most five questions.

    What follows for the rubric is shown before anything changes; on yes only the key points that
    were ruled on are read again.
    """
    return work("rulings.command:decide", options)
