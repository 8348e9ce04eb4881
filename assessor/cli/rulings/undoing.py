"""The latest ruling taken back: out of the rubric's file, and the grades as they were."""

from __future__ import annotations

from pathlib import Path

from assessor.assignment.class_folder import near
from assessor.assignment.ruled_class import latest_ruling, undone
from assessor.assignment.standing import load_standing
from assessor.cli.exit_codes import Exit
from assessor.cli.rulings.following import tell_reread, who, write_text
from assessor.cli.screen import console, plain
from assessor.cli.workplace import Workplace
from assessor.review.outlets import Files
from assessor.rubric import load_rubric
from assessor.rulings.ruling import said_words


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
