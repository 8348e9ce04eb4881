"""`assessor rulings`: at most five questions to the instructor, and what follows from them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assessor.assignment.class_folder import near
from assessor.assignment.grading import GradeRequest
from assessor.assignment.ruled_class import latest_ruling, undone
from assessor.assignment.standing import load_standing
from assessor.cli.exit_codes import Exit
from assessor.cli.grade.class_run import grade_class
from assessor.cli.rulings.ask_person import rule_class
from assessor.cli.rulings.following import tell_reread, who, write_text
from assessor.cli.screen import console, plain
from assessor.cli.workplace import Workplace, leave_out, open_workplace
from assessor.errors import InputError
from assessor.review.outlets import Files
from assessor.rubric import load_rubric
from assessor.rulings.ruling import said_words

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


async def undo_latest(workplace: Workplace) -> int:
    """Take back the newest ruling that stands; what was read before it is in the store."""
    screen = console(as_json=workplace.common.as_json)
    with workplace.open_store() as store:
        standing = load_standing(workplace, store)
        event = latest_ruling(store)
        ruling = event.ruling if event is not None else None
        if event is None or ruling is None:
            screen.print("There is no ruling to take back.")
            return Exit.DONE
        rubric = standing.rubrics[ruling.question]
        file = Files(place=workplace).find(rubric)
        text, target = undone(ruling, file)
        write_text(target, text)
        store.take_back(event.id, who=who())
        screen.print(plain(f"Taken back: {said_words(ruling)}. Written: {near(Path(target))}"))
        rubrics = {**standing.rubrics, ruling.question: load_rubric(text, target)}
        return await tell_reread(workplace, store, standing, rubrics)
