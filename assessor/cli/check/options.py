"""What `assessor check` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import Grouped, common_options, work
from assessor.tiers import asked_at_once

PARTS = {
    "An answers file": (
        "student",
        "answer",
        "encoding",
        "sheet_name",
    ),
    "A rubric, or the word judge": (
        "judge",
        "model",
        "base_url",
        "tier",
    ),
    "The word judge": (
        "rubrics",
        "answers",
        "canary",
    ),
}


@click.command("check", cls=Grouped, parts=PARTS)
@click.argument("file")
@click.option("--student", help="The column that names the student.")
@click.option("--answer", help="The column that holds the answer.")
@click.option("--encoding", help="What the file is written in, where that is not sure (cp1250).")
@click.option("--sheet-name", help="The worksheet of a workbook that has several.")
@click.option("--judge", help="A rubric: have this judge read its reference answer.")
@click.option("--model", help="The judge's model.")
@click.option("--base-url", help="An OpenAI-compatible endpoint.")
@click.option(
    "--tier",
    type=click.Choice(asked_at_once()),
    help="What is paid for (default: standard).",
)
@click.option(
    "--canary", type=click.Path(path_type=Path), help="judge: answers to try known tricks on."
)
@click.option(
    "--answers", type=click.Path(path_type=Path), help="judge: say what this class would cost."
)
@click.option("--rubric", "rubrics", multiple=True, help="judge: the rubric it is tried with.")
@common_options
def command(**options: Any) -> int:
    """Show what was understood of FILE: an answers file, or a rubric (.yaml or a shipped id).

    With the word `judge` for FILE: whether the endpoint can be used, how, and at what cost an
    answer of --rubric, or the class of --answers; with --canary, how far known tricks sway it.
    """
    return work("check.command:check", options)
