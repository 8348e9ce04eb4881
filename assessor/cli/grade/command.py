"""`assessor grade`: the main job."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from assessor.assignment.grading import GradeRequest, share_of
from assessor.assignment.pipeline_result import stopped, write_result
from assessor.cli.grade.grading import grade_class
from assessor.cli.grade.single import grade_one
from assessor.cli.workplace import common_options, leave_out, open_workplace
from assessor.errors import InputError

# Option → the setting it stands above.
FLAGS = {
    "judge": "judge.use",
    "model": "judge.model",
    "base_url": "judge.base_url",
    "strong_model": "judge.strong.model",
    "method": "judge.method",
    "tier": "judge.tier",
    "student": "assignment.student",
    "encoding": "assignment.encoding",
    "answer": "assignment.answer",
    "sheet_name": "assignment.sheet_name",
    "attempt": "assignment.attempt",
    "review_budget": "review.budget",
    "max_cost": "run.max_cost",
    "pii": "run.pii",
    "max_minutes": "run.max_minutes",
    "concurrency": "run.concurrency",
    "rpm": "run.rpm",
    "tpm": "run.tpm",
}
# What is about a class and its files.
_OF_A_CLASS = (
    "answers",
    "student",
    "answer",
    "sheet_name",
    "attempt",
    "review_budget",
    "limit",
    "stability",
    "feedback",
    "out",
)


# What is not there for requests that are handed in, and what is about a host.
_AT_ONCE = ("again", "stability", "answer_file")
_OF_A_HOST = ("base_url", "max_cost", "max_minutes", "concurrency", "rpm", "tpm")


@click.command("grade")
@click.argument("answers", required=False, type=click.Path(path_type=Path))
@click.option("--rubric", "rubrics", multiple=True, help="RUBRIC, or 'QUESTION=RUBRIC', repeated.")
@click.option("--judge", help="openai, recorded[:FILE] or none.")
@click.option("--model", help="The judge's model.")
@click.option("--base-url", help="An OpenAI-compatible endpoint.")
@click.option("--strong-model", help="The model that reads again where the first was unsure.")
@click.option(
    "--method",
    type=click.Choice(["auto", "careful", "quick"]),
    help="careful: a request per key point; quick: one per answer; auto (default): whichever the "
    "first answers, read both ways, show to be enough.",
)
@click.option(
    "--tier",
    type=click.Choice(["standard", "flex", "batch", "file"]),
    help="flex: half price within minutes, where the host has it; batch: half price within a day, "
    "collected by the same command; file: for a machine without a network (default: standard).",
)
@click.option("--wait", is_flag=True, help="With --tier batch: wait until all is collected.")
@click.option("--student", help="The column that names the student.")
@click.option("--answer", help="The column that holds the answer.")
@click.option("--encoding", help="What the file is written in, where that is not sure (cp1250).")
@click.option("--sheet-name", help="The worksheet of a workbook that has several.")
@click.option(
    "--attempt",
    type=click.Choice(["latest", "first", "best", "all"]),
    help="Which attempt counts (default: latest).",
)
@click.option("--review-budget", help="Share of answers a person looks at (default: 20%).")
@click.option("--limit", type=click.IntRange(min=1), help="Ask about the first N answers only.")
@click.option("--only", multiple=True, help="Ask about this student only; may be repeated.")
@click.option("--stability", help="Read this share of the answers again: are totals the same?")
@click.option("--again", is_flag=True, help="Ask again where a reply is stored already.")
@click.option(
    "--feedback",
    type=click.Choice(["rubric", "llm"]),
    default="rubric",
    help="Feedback in the rubric's sentences (default), or put into words by the judge.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be asked and sent; send nothing.")
@click.option(
    "--show-payloads", is_flag=True, help="With --dry-run: every request, whole, one JSON a line."
)
@click.option(
    "--pii",
    type=click.Choice(["mask", "warn", "refuse"]),
    help="Names, ids and addresses of the class in answers (default: warn).",
)
@click.option("--max-cost", help="Stop before this many dollars are spent.")
@click.option("--max-minutes", type=float, help="Stop after this many minutes.")
@click.option("--concurrency", type=int, help="Requests at a time (default: 16).")
@click.option("--rpm", type=int, help="Requests per minute.")
@click.option("--tpm", type=int, help="Tokens per minute.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the files it writes.")
@click.option(
    "--answer-file", type=click.Path(path_type=Path), help="One submission: a file with its text."
)
@click.option(
    "--results", type=click.Path(path_type=Path), help="One submission: where its result goes."
)
@common_options
def command(**options: Any) -> int:
    """Grade ANSWERS (a platform's export, CSV, TSV or JSONL) against a rubric.

    Judges five answers first and shows them, then the rest. Run it again to resume: what was
    answered is not asked twice.
    """
    single = options["answer_file"] is not None
    try:
        leave_out(["run_id"], "here, since each grading is a run of its own")
        if not options["dry_run"]:
            leave_out(["show_payloads"], "without --dry-run")
        if single:
            leave_out(_OF_A_CLASS, "with --answer-file, which is one answer")
        else:
            leave_out(["results"], "without --answer-file")
        _fit_the_tier(options)
        flags = {setting: options.get(name) for name, setting in FLAGS.items()}
        workplace = open_workplace(options, flags, options["answers"])
    except InputError:
        # The runner of a pipeline gets its file even where the settings cannot be read.
        if single:
            student = options["only"][0] if options["only"] else options["answer_file"].stem
            write_result(options["results"], stopped(student, "input", "assessor"))
        raise
    request = GradeRequest(
        answers=_named(options["answers"]),
        rubrics=options["rubrics"],
        limit=options["limit"],
        only=options["only"],
        again=options["again"],
        wait=options["wait"],
        stability=share_of(options["stability"]),
        dry_run=options["dry_run"],
        show_payloads=options["show_payloads"],
        worded=options["feedback"] == "llm",
        out=options["out"],
        answer_file=options["answer_file"],
        results=options["results"],
    )
    if single:
        return asyncio.run(grade_one(workplace, request))  # noqa: TID251  # the door
    if request.answers is None:
        raise InputError("name the answers file: assessor grade ANSWERS --rubric RUBRIC")
    return asyncio.run(grade_class(workplace, request))  # noqa: TID251  # the door


def _fit_the_tier(options: Mapping[str, Any]) -> None:
    """Refuse what a tier cannot do. Raises InputError."""
    tier = str(options["tier"] or "standard")
    if tier != "batch":
        leave_out(["wait"], "without --tier batch")
    if tier in {"batch", "file"}:
        leave_out(_AT_ONCE, f"with --tier {tier}, which asks nothing twice and nothing at once")
    if tier == "file":
        leave_out(_OF_A_HOST, "with --tier file, which sends nothing anywhere")


def _named(path: Path | None) -> Path | None:
    """Return a path that has a name: "." has none, and the files are called after it."""
    return path.resolve() if path is not None and not path.name else path
