"""What the first five answers show about the rest: too slow a method, empty probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rich.console import Console

from assessor.assignment.run_job import JOINT_PROMPT, judging_prompt
from assessor.assignment.run_words import duration
from assessor.cli.run_progress import LONG_SECONDS, seconds_left
from assessor.cli.screen import plain
from assessor.cli.workplace import Workplace
from assessor.engine.session import Job, Session
from assessor.method import Method, method_words, unreliable_words
from assessor.sureness import numbers_words
from assessor.verdict import StopWhy


def may_ask(workplace: Workplace, job: Job) -> bool:
    """Return whether a person may be asked for another method once the first answers are read."""
    person = workplace.person
    return job.method is Method.CAREFUL and person.is_there and not person.said_yes


def advise(
    workplace: Workplace, screen: Console, job: Job, session: Session, seconds: float
) -> Job:
    """Say what the pilot showed, and return the job as it goes on.

    Where the careful method would take over twenty minutes at the pace of the first answers, a
    person at the terminal may take the quick one for the rest; elsewhere the line says how.
    """
    for line, style in said_of_the_judge(job, session):
        screen.print(plain(line), style=style)
    if session.dispatcher.stop_why or not session.progress.replied or job.by_batch:
        return job
    left = session.progress.answers - len(session.judged)
    careful = seconds_left(session, job, seconds, left)
    if job.method is not Method.CAREFUL or careful <= LONG_SECONDS:
        return job
    # One request per answer; the second looks stay what they are.
    cells = max(len(rubric.cells) for rubric in job.rubrics.values())
    quick = duration(careful / cells * 2)
    if not may_ask(workplace, job):
        screen.print(
            plain(f"--method quick asks once per answer and would take about {quick}."),
            style="yellow",
        )
        return job
    question = (
        f"The careful method takes about {duration(careful)} more. Go on with the quick one, "
        f"one request per answer, in about {quick}? It is a little stricter and less exact"
    )
    if not workplace.person.agrees(question):
        return job
    joint = judging_prompt(workplace.config, workplace.folder, JOINT_PROMPT)
    session.turn_quick(joint)
    return replace(job, joint=joint, method=Method.QUICK)


def said_of_the_judge(job: Job, session: Session) -> Iterator[tuple[str, str]]:
    """Yield what the first answers show of the judge and how it goes on, each with its style."""
    both = session.both_ways
    if session.dispatcher.stop_why == StopWhy.UNRELIABLE and both is not None:
        yield f"{unreliable_words(both)}.", "red"
        return
    if both is not None and both.is_unreliable:
        yield f"{unreliable_words(both)}; so it does.", "red"
    elif both is not None:
        yield method_words(both, session.method, len(job.answered())), ""
    if said := numbers_words(session.numbers):
        yield said, "yellow"
