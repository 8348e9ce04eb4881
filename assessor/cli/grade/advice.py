"""What the first five answers show about the rest: too slow a method, empty probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click
from rich.console import Console

from assessor.api import JOINT_PROMPT, shipped_prompt
from assessor.cli.check.canary import EMPTY
from assessor.cli.grade.progress import LONG_SECONDS, seconds_left
from assessor.cli.judging import can_ask
from assessor.cli.screen import duration, plain
from assessor.cli.workplace import Workplace
from assessor.engine.session import Job, Session
from assessor.sureness import empty_probabilities
from assessor.verdict import Verdict


def advise(
    workplace: Workplace, screen: Console, job: Job, session: Session, seconds: float
) -> Job:
    """Say what the pilot showed, and return the job as it goes on.

    Where the careful method would take over twenty minutes at the pace of the first answers, a
    person at the terminal may take the quick one for the rest; elsewhere the line says how.
    """
    if session.desk.stop_why or not session.progress.replied:
        return job
    if not job.looks.everything and (why := empty_probabilities(_cells(session))):
        screen.print(plain(EMPTY.format(why=why)), style="yellow")
    left = session.progress.answers - len(session.judged)
    careful = seconds_left(session, job, seconds, left)
    if job.joint is not None or careful <= LONG_SECONDS:
        return job
    # One request per answer; the second looks stay what they are.
    cells = max(len(rubric.cells) for rubric in job.rubrics.values())
    quick = duration(careful / cells * 2)
    if not can_ask(workplace) or workplace.common.yes:
        screen.print(
            plain(f"--method quick asks once per answer and would take about {quick}."),
            style="yellow",
        )
        return job
    question = (
        f"The careful method takes about {duration(careful)} more. Go on with the quick one, "
        f"one request per answer, in about {quick}? It is a little stricter and less exact"
    )
    if not click.confirm(question, default=False, err=True):
        return job
    joint = shipped_prompt(JOINT_PROMPT)
    session.turn_quick(joint)
    return replace(job, joint=joint)


def _cells(session: Session) -> Iterator[list[Verdict]]:
    """Yield the readings of each cell that was read so far."""
    for judged in session.judged.values():
        for cell in dict.fromkeys(each.cell for each in judged.verdicts):
            yield [each for each in judged.verdicts if each.cell == cell]
