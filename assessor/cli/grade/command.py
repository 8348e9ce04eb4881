"""`assessor grade`: the main job."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assessor.assignment.grading import GradeRequest, share_of
from assessor.assignment.pipeline_result import stopped, why_stopped, write_result
from assessor.cli.grade.class_run import grade_class
from assessor.cli.grade.single import grade_one
from assessor.cli.workplace import leave_out, open_workplace
from assessor.config import JudgeSettings
from assessor.errors import InputError
from assessor.tiers import STANDARD, TIERS, Delivery

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
    "engine": "run.engine",
    "ray_address": "run.ray_address",
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
    "engine",
    "ray_address",
    "out",
)


# What is not there for requests that are handed in, and what is about a host.
_AT_ONCE = ("again", "stability", "answer_file")
_OF_A_HOST = ("base_url", "max_cost", "max_minutes", "concurrency", "rpm", "tpm")


def grade(options: Mapping[str, Any]) -> int:
    """Grade ANSWERS (a platform's export, CSV, TSV or JSONL) against a rubric."""
    single = options["answer_file"] is not None
    try:
        leave_out(["run_id"], "here, since each grading is a run of its own")
        if not options["dry_run"]:
            leave_out(["show_payloads"], "without --dry-run")
        if single:
            leave_out(_OF_A_CLASS, "with --answer-file, which is one answer")
        else:
            leave_out(["results"], "without --answer-file")
        flags = {setting: options.get(name) for name, setting in FLAGS.items()}
        workplace = open_workplace(options, flags, options["answers"])
        _fit_the_tier(workplace.config.judge, worded=options["feedback"] == "llm")
    except InputError as error:
        # The runner of a pipeline gets its file even where the settings cannot be read.
        if single:
            student = options["only"][0] if options["only"] else options["answer_file"].stem
            result = stopped(student, why_stopped(error), str(error), "assessor")
            write_result(options["results"], result)
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


def _fit_the_tier(judge: JudgeSettings, *, worded: bool) -> None:
    """Refuse what a tier cannot do, wherever it was set. Raises InputError."""
    tier = judge.tier if judge.use in {"", "openai"} else STANDARD
    delivery = TIERS[tier].delivery
    if delivery is not Delivery.BY_BATCH:
        leave_out(["wait"], "without --tier batch")
    if delivery is not Delivery.AT_ONCE:
        leave_out(_AT_ONCE, f"with --tier {tier}, which asks nothing twice and nothing at once")
    if delivery is Delivery.BY_FILE:
        leave_out(_OF_A_HOST, f"with --tier {tier}, which sends nothing anywhere")
        if worded:
            raise InputError(f"--feedback llm asks at once; --tier {tier} sends nothing")


def _named(path: Path | None) -> Path | None:
    """Return a path that has a name: "." has none, and the files are called after it."""
    return path.resolve() if path is not None and not path.name else path
