"""What `assessor export` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import Grouped, common_options, work

# Whom a file can be for. A test holds it against the writers, which help is not to load.
TARGETS = (
    "blackboard",
    "brightspace",
    "canvas",
    "canvas-rubric",
    "feedback",
    "gradescope",
    "gradescope-rubric",
    "moodle",
    "moodle-gradebook",
    "parquet",
    "parquet-key-points",
    "prairielearn",
    "report",
    "sakai",
    "xlsx",
)
# The languages that there are words for students in; the same test holds them together.
LANGUAGES = ("de", "en", "es", "fr", "it", "nl")
# What --push means without an address: the one that the pulled file or the settings know.
NAMED = "-"


class _Target(click.Choice[str]):
    """Whom a file is for; who asks for a kind of file is told where that is."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the target as it is written in the table. Fails with what was meant."""
        if str(value).casefold() in {"csv", "excel", "xls", "ods"}:
            self.fail(
                f"{value!r} is no target: grades.csv stands beside the report in the results "
                "folder, --to xlsx makes a workbook, and --to moodle, canvas, … what a platform "
                "takes back",
                param,
                ctx,
            )
        if any(name in str(value).casefold() for name in ("google", "form", "qualtrics", "edx")):
            self.fail(
                f"{value!r} takes no file of grades back: --to xlsx makes a workbook, --to "
                "feedback a page for each student",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


PARTS = {
    "The file": (
        "target",
        "template",
        "column",
        "out",
    ),
    "What may happen to grades": (
        "release_unread",
        "allow_lower",
        "add_to_existing",
        "scale",
    ),
    "Pages for students (--to feedback)": (
        "language",
        "as_zip",
    ),
    "Straight to Canvas or Moodle": (
        "push_url",
        "undo",
        "key_file",
    ),
}


@click.command("export", cls=Grouped, parts=PARTS)
@click.option(
    "--to",
    "target",
    required=True,
    type=_Target(TARGETS, case_sensitive=False),
    metavar="TARGET",
    help=f"For whom: {', '.join(TARGETS)}.",
)
@click.option("--template", type=click.Path(path_type=Path), help="The platform's own file.")
@click.option("--column", default="", help="The grade column, where there are several.")
@click.option("--out", type=click.Path(path_type=Path), help="The file (or folder) to write.")
@click.option("--release-unread", is_flag=True, help="Release what nobody has read, too.")
@click.option("--allow-lower", is_flag=True, help="Lower grades that are there already.")
@click.option("--add-to-existing", is_flag=True, help="Add to the points that are there.")
@click.option("--scale", is_flag=True, help="Stretch the points to the column's maximum.")
@click.option(
    "--push",
    "push_url",
    is_flag=False,
    flag_value=NAMED,
    default="",
    metavar="[URL]",
    help="Send to the assignment whose page has this address (Canvas, Moodle), and read back.",
)
@click.option("--undo", type=click.Path(path_type=Path), help="Take a push back: its receipt.csv.")
@click.option("--key-file", type=click.Path(path_type=Path), help="A file with the token alone.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="The language of the pages for students (default: the rubric's).",
)
@click.option("--zip", "as_zip", is_flag=True, help="One zip of them for each section.")
@common_options
def command(**options: Any) -> int:
    """Write the file that the platform takes back, after a preview; or the pages for people.

    Only released grades go out: those a person decided on, and with --release-unread those that
    nobody has read. A grade that is there is never blanked, and not lowered without --allow-lower.
    """
    return work("export.command:export", options)
