"""The judge puts the feedback into words, after the grades: `--feedback llm`."""

from __future__ import annotations

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.run_job import shipped_prompt
from assessor.assignment.run_words import cost_words
from assessor.assignment.spoken_lines import SpokenLine, warnings
from assessor.assignment.standing import load_standing
from assessor.counting import plural
from assessor.engine.feedback import word_feedback
from assessor.engine.session import Bench, Job, open_trial
from assessor.prompt import FEEDBACK

FEEDBACK_PROMPT = "feedback.v1"


async def put_into_words(place: ClassFolder, job: Job, bench: Bench) -> tuple[SpokenLine, ...]:
    """Have feedback written for the latest run's grades; return what came of it, in words."""
    grades = [
        each
        for each in load_standing(place, bench.store).grades
        if job.selected is None or each.submission.key in job.selected
    ]
    prompt = shipped_prompt(FEEDBACK_PROMPT, FEEDBACK)
    async with open_trial(job, bench) as session:
        done = await word_feedback(session, job, bench, prompt, grades)
    cost = cost_words(session.progress, job.price is not None)
    lines = [SpokenLine(f"Feedback: {plural(done.written, 'text')} written by the judge; {cost}.")]
    if done.gave_away:
        lines += warnings(
            [
                f"{plural(done.gave_away, 'text')} would have given away what the student did "
                f"not say; "
                "the rubric's sentences stand there instead."
            ]
        )
    if done.failed:
        lines += warnings(
            [
                f"Not to be had: {plural(done.failed, 'text')}; the rubric's sentences stand "
                f"there. "
                "Run the same command again to try once more."
            ]
        )
    return tuple(lines)
