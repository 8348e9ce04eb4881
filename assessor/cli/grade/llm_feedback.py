"""`assessor grade --feedback llm`: the judge puts the feedback into words, after the grades."""

from __future__ import annotations

from rich.console import Console

from assessor.assignment.run_job import shipped_prompt
from assessor.assignment.run_words import cost_words
from assessor.assignment.standing import load_standing
from assessor.cli.screen import plain
from assessor.cli.workplace import Workplace
from assessor.engine.feedback import word_feedback
from assessor.engine.session import Bench, Job, open_trial
from assessor.prompt import FEEDBACK

FEEDBACK_PROMPT = "feedback.v1"


async def put_into_words(workplace: Workplace, screen: Console, job: Job, bench: Bench) -> None:
    """Have feedback written for the latest run's grades, and say what came of it."""
    grades = [
        each
        for each in load_standing(workplace, bench.store).grades
        if job.selected is None or each.submission.key in job.selected
    ]
    prompt = shipped_prompt(FEEDBACK_PROMPT, FEEDBACK)
    async with open_trial(job, bench) as session:
        done = await word_feedback(session, job, bench, prompt, grades)
    cost = cost_words(session.progress, job.price is not None)
    screen.print(plain(f"Feedback: {done.written} texts written by the judge; {cost}."))
    if done.gave_away:
        screen.print(
            plain(
                f"{done.gave_away} texts would have given away what the student did not say; "
                "the rubric's sentences stand there instead."
            ),
            style="yellow",
        )
    if done.failed:
        screen.print(
            plain(
                f"{done.failed} texts could not be had; the rubric's sentences stand there. "
                "Run the same command again to try once more."
            ),
            style="yellow",
        )
