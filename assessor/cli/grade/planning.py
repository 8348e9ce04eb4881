"""What a run will ask and cost, said before anything is sent."""

from __future__ import annotations

import json

import click

from assessor.assignment.cost_estimate import payloads, plan_of
from assessor.assignment.judge_choice import JudgeChoice
from assessor.assignment.run_words import plan_words
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, spoken
from assessor.cli.workplace import Workplace
from assessor.engine.session import Job


def show_plan(workplace: Workplace, choice: JudgeChoice, job: Job, *, whole: bool = False) -> int:
    """Say what would be asked and sent, with the first messages; nothing is sent.

    `whole`: every first request of every answer, as it would go out but for its nonce.
    """
    plan = plan_of(job, choice)
    if workplace.common.as_json:
        told = {"payloads": list(payloads(choice, job))} if whole else {}
        print_json({**plan.as_json(), **told})
        return Exit.DONE
    screen = console()
    for payload in payloads(choice, job) if whole else ():
        click.echo(json.dumps(payload))
    for message in () if whole else plan.first_messages:
        screen.print(f"\n[{message['role']} message of the first request]", style="bold")
        for line in message["content"].splitlines():
            screen.print(plain(line))
    # What it costs stands last, where one looks, and not above a page of prompt.
    screen.print(spoken(f"\n{plan_words(choice, job)}"))
    screen.print("Nothing was sent.")
    return Exit.DONE
