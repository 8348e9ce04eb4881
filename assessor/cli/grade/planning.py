"""What a run will ask and cost, said before anything is sent."""

from __future__ import annotations

from decimal import Decimal

from assessor.cli import Exit
from assessor.cli.judging import Choice
from assessor.cli.screen import console, money, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.engine.session import Job
from assessor.plan import BYTES_PER_TOKEN, Tokens, cost_of, estimate_tokens
from assessor.prompt import Ask, Asking, isolated_ask, joint_ask
from assessor.verdict import Pass


def estimate(job: Job) -> tuple[int, Tokens, Decimal | None]:
    """Return requests, tokens and dollars of the first readings; None where no price is known.

    Prompts of one cell differ by the answer alone, so one cell's prefix is measured once.
    """
    requests, tokens = 0, Tokens()
    for question in job.rubrics:
        lengths = [
            len(each.answer.encode(errors="replace"))
            for each in job.distinct()
            if each.question == question
        ]
        for ask in first_asks(job, question):
            one = estimate_tokens(ask)
            own = len(ask.answer.encode(errors="replace"))
            requests += len(lengths)
            for length in lengths:
                read = one.input + (length - own) // BYTES_PER_TOKEN
                tokens += Tokens(input=read, output=one.output)
    cost = cost_of(tokens, job.price) if job.price is not None else None
    return requests, tokens, cost


def plan_words(choice: Choice, job: Job) -> str:
    """Return in one line what a run will ask of whom, and what that costs."""
    requests, tokens, cost = estimate(job)
    price = "cost unknown" if cost is None else f"about ${money(cost)} without caching"
    where = f"to {choice.host}, model {choice.model}" if choice.host else "nothing leaves here"
    return (
        f"{len(job.distinct())} different answers, {requests} requests, about "
        f"{tokens.input:,} tokens in and {tokens.output:,} out, {price}; {where}. "
        "A second look at unsure cells comes on top."
    )


def first_asks(job: Job, question: str) -> tuple[Ask, ...]:
    """Return the requests about the first answer to a question as they would go out.

    They are one per cell, or one for all with the quick method.
    """
    answer = next((each for each in job.distinct() if each.question == question), None)
    if answer is None:
        return ()
    rubric = job.rubrics[question]
    if job.joint is not None:
        asking = Asking(prompt=job.joint, rubric=rubric, secret=bytes(32))
        return (joint_ask(asking, rubric.cells, Pass.NEUTRAL, answer),)
    asking = Asking(prompt=job.prompt, rubric=rubric, secret=bytes(32))
    return tuple(isolated_ask(asking, cell, Pass.NEUTRAL, answer) for cell in rubric.cells)


def show_plan(workplace: Workplace, choice: Choice, job: Job) -> int:
    """Say what would be asked and sent, with the first messages; nothing is sent."""
    requests, tokens, cost = estimate(job)
    asks = [ask for question in job.rubrics for ask in first_asks(job, question)]
    messages = [
        {"role": role, "content": content}
        for ask in asks[:1]
        for role, content in (("system", ask.system), ("user", ask.user))
    ]
    if workplace.common.as_json:
        print_json(
            {
                "answers": len(job.distinct()),
                "requests": requests,
                "tokens": {"input": tokens.input, "output": tokens.output},
                "cost": None if cost is None else float(round(cost, 4)),
                "host": choice.host,
                "model": choice.model,
                "first_messages": messages,
            }
        )
        return Exit.DONE
    screen = console()
    screen.print(plain(plan_words(choice, job)))
    for message in messages:
        screen.print(f"\n[{message['role']} message of the first request]", style="bold")
        for line in message["content"].splitlines():
            screen.print(plain(line))
    screen.print("\nNothing was sent.")
    return Exit.DONE
