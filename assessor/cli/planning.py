"""What a run will ask and cost, said before anything is sent."""

from __future__ import annotations

from decimal import Decimal

from assessor.cli import Exit
from assessor.cli.judging import Choice
from assessor.cli.screen import console, money, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.engine.session import Job
from assessor.plan import Tokens, cost_of, estimate_tokens
from assessor.prompt import Ask, Asking, isolated_ask
from assessor.verdict import Pass


def estimate(job: Job) -> tuple[int, Tokens, Decimal | None]:
    """Return requests, tokens and dollars of the first readings; None where no price is known.

    Prompts of one cell differ by the answer alone, so one cell's prefix is measured once.
    """
    answers = job.distinct()
    asks = first_asks(job)
    tokens = Tokens()
    for ask in asks:
        one = estimate_tokens(ask)
        own = len(ask.answer.encode(errors="replace"))
        for answer in answers:
            other = len(answer.answer.encode(errors="replace"))
            tokens += Tokens(input=one.input + (other - own) // 4, output=one.output)
    cost = cost_of(tokens, job.price) if job.price is not None else None
    return len(answers) * len(asks), tokens, cost


def first_asks(job: Job) -> tuple[Ask, ...]:
    """Return the requests about the first answer, one per cell, as they would go out."""
    answers = job.distinct()
    if not answers:
        return ()
    asking = Asking(prompt=job.prompt, rubric=job.rubric, secret=bytes(32))
    return tuple(isolated_ask(asking, cell, Pass.NEUTRAL, answers[0]) for cell in job.rubric.cells)


def show_plan(workplace: Workplace, choice: Choice, job: Job) -> int:
    """Say what would be asked and sent, with the first messages; nothing is sent."""
    requests, tokens, cost = estimate(job)
    asks = first_asks(job)
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
    price = "cost unknown" if cost is None else f"about ${money(cost)} without caching"
    where = f"to {choice.host}, model {choice.model}" if choice.host else "nothing leaves here"
    screen.print(
        f"{len(job.distinct())} different answers, {requests} requests, about "
        f"{tokens.input:,} tokens in and {tokens.output:,} out, {price}; {where}. "
        "A second look at unsure cells comes on top."
    )
    for message in messages:
        screen.print(f"\n[{message['role']} message of the first request]", style="bold")
        for line in message["content"].splitlines():
            screen.print(plain(line))
    screen.print("\nNothing was sent.")
    return Exit.DONE
