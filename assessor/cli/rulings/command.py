"""`assessor rulings`: at most five questions to the instructor, and what follows from them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from assessor.assignment.grading import GradeRequest
from assessor.cli.grade.class_run import grade_class
from assessor.cli.rulings.ask_person import rule_class
from assessor.cli.rulings.undoing import undo_latest
from assessor.cli.workplace import leave_out, open_workplace
from assessor.errors import InputError

# So many answers show most borders, and leave the rest of a class to be read once.
PILOT_ANSWERS = 15
FLAGS = {"judge": "judge.use", "model": "judge.model", "base_url": "judge.base_url"}


def decide(options: Mapping[str, Any]) -> int:
    """Ask what is open, before grading with --pilot; or take the latest ruling back."""
    if options["undo"]:
        leave_out(["answers", "pilot", "rubrics"], "with --undo")
    if not options["pilot"]:
        leave_out(["answers", "rubrics"], "without --pilot")
    flags = {setting: options[name] for name, setting in FLAGS.items()}
    workplace = open_workplace(options, flags, options["answers"])
    if options["undo"]:
        return asyncio.run(undo_latest(workplace))  # noqa: TID251  # the door
    if options["pilot"]:
        if options["answers"] is None:
            raise InputError("name the answers file: assessor rulings --pilot ANSWERS --rubric …")
        request = GradeRequest(
            answers=options["answers"], rubrics=options["rubrics"], limit=PILOT_ANSWERS
        )
        code = asyncio.run(grade_class(workplace, request))  # noqa: TID251  # the door
        if code:
            return code
    return asyncio.run(rule_class(workplace, pilot=options["pilot"]))  # noqa: TID251  # the door
