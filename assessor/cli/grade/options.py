"""What `assessor grade` can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assessor.cli.options import Grouped, common_options, work
from assessor.tiers import STANDARD, TIERS

PARTS = {
    "What is graded": (
        "rubrics",
        "student",
        "answer",
        "sheet_name",
        "encoding",
        "attempt",
        "limit",
        "only",
    ),
    "Who reads it": (
        "judge",
        "model",
        "base_url",
        "strong_model",
        "method",
        "tier",
        "wait",
    ),
    "Before anything is sent": (
        "dry_run",
        "show_payloads",
        "pii",
    ),
    "How far and how fast": (
        "max_cost",
        "max_minutes",
        "concurrency",
        "engine",
        "ray_address",
        "rpm",
        "tpm",
    ),
    "Reading again": (
        "again",
        "stability",
    ),
    "What comes of it": (
        "review_budget",
        "feedback",
        "out",
    ),
    "One submission, in a pipeline": (
        "answer_file",
        "results",
    ),
}


@click.command("grade", cls=Grouped, parts=PARTS)
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
    type=click.Choice(list(TIERS)),
    help="; ".join(f"{name}: {tier.words}" for name, tier in TIERS.items() if tier.words)
    + f" (default: {STANDARD}).",
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
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    help="Who sends the requests: this process (default), or Ray's workers (extra ray).",
)
@click.option("--ray-address", help="With --engine ray: the cluster's address (default: here).")
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
    return work("grade.command:grade", options)
