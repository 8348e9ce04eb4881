"""Names, ids and addresses of the class in its answers: told before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from assessor.assignment.judge_choice import Choice
from assessor.cli.screen import plain
from assessor.cli.workplace import Workplace
from assessor.engine.session import Job
from assessor.errors import ConfigError, InputError
from assessor.privacy import counted, people_of
from assessor.submission import Submission

SHOWN = 8


def heed_names(
    workplace: Workplace, screen: Console, choice: Choice, job: Job, everybody: Sequence[Submission]
) -> Job:
    """Say how many answers hold them, and cover or refuse them where --pii says so.

    `everybody` is the whole class. Where nothing is sent there is nothing to heed. Raises
    InputError for `refuse`.
    """
    if not choice.host:
        return job
    wish = workplace.config.run.pii
    if wish == "mask" and job.worded:
        raise ConfigError(
            "--feedback llm sends quotes of the answers as they are, and --pii mask covers names "
            "in what is sent: leave one of them out"
        )
    people = people_of(everybody, " ".join(map(str, job.rubrics.values())))
    found = counted(people, job.distinct())
    if found:
        answers, places = len(found), sum(found.values())
        hold = "answer holds" if answers == 1 else "answers hold"
        what = (
            f"{answers} {hold} names, ids or e-mail addresses of the class "
            f"({places} place{'s' * (places > 1)})"
        )
        if wish == "refuse":
            listed = ", ".join(list(found)[:SHOWN]) + (" …" if answers > SHOWN else "")
            raise InputError(
                f"{what}, and nothing was sent (--pii refuse): {listed}; take them out of the "
                "file, or use --pii mask"
            )
        done = "covered in what is sent; the files keep the student's own words"
        if wish == "warn":
            done = "sent as they are written (--pii mask covers them, --pii refuse stops)"
        screen.print(plain(f"{what}: {done}."), style="yellow")
    return replace(job, conceal=people.conceal) if wish == "mask" else job
