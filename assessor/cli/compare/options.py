"""What `assessor compare` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import common_options, work


@click.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--grades",
    type=click.Path(path_type=Path),
    help="A hand-graded sheet to measure both against; default: what was graded blind before.",
)
@common_options
def command(**options: Any) -> int:
    """Compare A and B on the same answers: two rubrics, prompts, models or graders.

    A and B are each a run (its id from 'assessor runs list'), a rubric's file (the newest run
    graded by it), or a hand-graded sheet. Nothing is asked of a judge and nothing is changed.
    """
    return work("compare.command:compare_arms", options)
