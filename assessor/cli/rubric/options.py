"""What `assessor rubric` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import Grouped, Listed, common_options, work

# As assessor.verdict.Pass has them, which help is not to load; a test holds the two together.
PASSES = ("neutral", "charitable", "strict")
PARTS = {
    "Where the key points come from": (
        "files",
        "reading",
        "lines",
        "points",
    ),
    "What the file does not say": (
        "title",
        "question",
        "reference",
    ),
    "Have a judge propose them": (
        "draft",
        "judge",
        "model",
        "base_url",
    ),
    "Where it goes": (
        "page",
        "out",
    ),
}


@click.group("rubric", cls=Listed)
def command() -> None:
    """List, show and compare rubrics, and find their next edit."""


@command.command("list")
@common_options
def list_rubrics(**options: Any) -> int:
    """List the shipped rubrics and those of this folder."""
    return work("rubric.command:list_rubrics", options)


@command.command("show")
@click.argument("rubric", required=False)
@click.option("--prompt", is_flag=True, help="Show the exact messages a judge gets.")
@click.option("--answer", default="", help="The answer that --prompt asks about.")
@click.option("--cell", default="", help="--prompt: only this key point or misconception.")
@click.option(
    "--pass",
    "asked",
    type=click.Choice(PASSES),
    default=PASSES[0],
    help="Which pass --prompt shows.",
)
@click.option("--schema", is_flag=True, help="The JSON Schema of rubric files, for editors.")
@click.option("--diagnose", is_flag=True, help="What your hand grades say is wrong with it.")
@click.option(
    "--take", type=click.IntRange(min=1), help="Put the phrasing of this number into the file."
)
@common_options
def show_rubric(**options: Any) -> int:
    """Show a RUBRIC (file or shipped id) as it was understood."""
    return work("rubric.command:show_rubric", options)


@command.command("new", cls=Grouped, parts=PARTS)
@click.option("--from", "files", multiple=True, help="A file with key points, or '-' for stdin.")
@click.option("--point", "points", multiple=True, help="A key point: '2 points: mentions …'.")
@click.option(
    "--reading",
    type=click.IntRange(min=1),
    help="Which way to read a file that can be read in several.",
)
@click.option("--lines", is_flag=True, help="Make each line of the file a key point worth 1.")
@click.option("--page", is_flag=True, help="Mend the draft in the browser before it is saved.")
@click.option("--title", default="", help="What the rubric is called.")
@click.option("--question", default="", help="What the student was asked.")
@click.option("--reference", default="", help="One good answer.")
@click.option("--draft", is_flag=True, help="Have a judge propose key points.")
@click.option("--judge", help="The judge that --draft asks.")
@click.option("--model", help="Its model.")
@click.option("--base-url", help="An OpenAI-compatible endpoint.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write.")
@common_options
def make_rubric(**options: Any) -> int:
    """Make a rubric of what you have: a table, a mark scheme, a platform's rubric, a list.

    From text, CSV, Excel, Word, HTML, Markdown, TeX, JSON, YAML or XML: lines such as "2 points:
    mentions …", tables with points or levels, rubrics of Canvas, Gradescope, Moodle and others.
    What was read stands beside its source; a file that is no rubric is refused. The question is
    also taken from the header of an answers export.
    """
    return work("rubric.command:make_rubric", options)


@command.command("diff")
@click.argument("versions", nargs=-1, required=True, metavar="[OLD] NEW")
@common_options
def diff_rubric(**options: Any) -> int:
    """Show what changed between two versions, what it asks and costs, and who changes.

    With NEW alone, OLD is the version that graded here last. Nothing is asked and nothing changes.
    """
    return work("rubric.command:diff_rubric", options)
