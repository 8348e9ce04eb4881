"""What a run will ask and cost, said before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from assessor.cli import Exit
from assessor.cli.judging import Choice
from assessor.cli.screen import console, money, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.engine.session import Job
from assessor.plan import BYTES_PER_TOKEN, Tokens, cost_of, estimate_tokens
from assessor.prompt import Ask, Asking, isolated_ask, joint_ask
from assessor.submission import Submission
from assessor.verdict import Pass


def estimate(job: Job, choice: Choice) -> tuple[int, Tokens, Decimal | None]:
    """Return requests, tokens and dollars of what is certainly asked; None: no price is known.

    That is the first readings, or all three where everything is read three times. Prompts of one
    cell differ by the answer alone, so one cell's prefix is measured once.
    """
    if choice.backend == "none":
        return 0, Tokens(), None
    first, second = _of_asks(job, first_asks), (0, Tokens())
    if job.looks.everything:
        second = _of_asks(job, later_asks)
    cost = None
    if job.price is not None:
        later = choice.strong_price or job.price
        cost = cost_of(first[1], job.price) + cost_of(second[1], later)
    return first[0] + second[0], first[1] + second[1], cost


def _of_asks(job: Job, asks_of: Callable[[Job, str], tuple[Ask, ...]]) -> tuple[int, Tokens]:
    """Return how many requests and tokens the asks of one answer come to over the class."""
    requests, tokens = 0, Tokens()
    for question in job.rubrics:
        lengths = [
            len(each.answer.encode(errors="replace"))
            for each in job.distinct()
            if each.question == question
        ]
        for ask in asks_of(job, question):
            one = estimate_tokens(ask)
            own = len(ask.answer.encode(errors="replace"))
            requests += len(lengths)
            for length in lengths:
                read = one.input + (length - own) // BYTES_PER_TOKEN
                tokens += Tokens(input=read, output=one.output)
    return requests, tokens


def plan_words(choice: Choice, job: Job) -> str:
    """Return in one line what a run will ask of whom, and what that costs."""
    requests, tokens, cost = estimate(job, choice)
    price = "cost unknown" if cost is None else f"about ${money(cost)} without caching"
    where = f"{price}; to {choice.readers}"
    if not choice.host:
        where = "for nothing, and nothing leaves here"
    if choice.backend == "none":
        return (
            f"{len(job.distinct())} different answers to grade by hand; nothing is asked or sent."
        )
    second = "A second look at unsure cells comes on top."
    if job.looks.everything:
        second = 'Everything is read three times (passes = "all").'
    return (
        f"{len(job.distinct())} different answers, {requests} requests, about "
        f"{tokens.input:,} tokens in and {tokens.output:,} out, {where}. {second}"
    )


def first_asks(job: Job, question: str) -> tuple[Ask, ...]:
    """Return the requests about the first answer to a question as they would go out.

    They are one per cell, or one for all with the quick method.
    """
    answer = next((each for each in job.distinct() if each.question == question), None)
    return () if answer is None else asks_about(job, answer)


def asks_about(job: Job, answer: Submission) -> tuple[Ask, ...]:
    """Return the first requests about an answer, as they would go out but for their nonces."""
    rubric = job.rubrics[answer.question]
    if job.joint is not None:
        asking = Asking(prompt=job.joint, rubric=rubric, secret=bytes(32))
        return (joint_ask(asking, rubric.cells, Pass.NEUTRAL, answer),)
    asking = Asking(prompt=job.prompt, rubric=rubric, secret=bytes(32))
    return tuple(isolated_ask(asking, cell, Pass.NEUTRAL, answer) for cell in rubric.cells)


def later_asks(job: Job, question: str) -> tuple[Ask, ...]:
    """Return the requests of the second and third reading of the first answer to a question."""
    answer = next((each for each in job.distinct() if each.question == question), None)
    if answer is None:
        return ()
    asking = Asking(prompt=job.prompt, rubric=job.rubrics[question], secret=bytes(32))
    return tuple(
        isolated_ask(asking, cell, each, answer)
        for cell in job.rubrics[question].cells
        for each in (Pass.CHARITABLE, Pass.STRICT)
    )


def show_plan(workplace: Workplace, choice: Choice, job: Job) -> int:
    """Say what would be asked and sent, with the first messages; nothing is sent."""
    requests, tokens, cost = estimate(job, choice)
    asks = [ask for question in job.rubrics for ask in first_asks(job, question)]
    if choice.backend == "none":
        asks = []
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
