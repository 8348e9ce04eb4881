"""What a run will ask and cost, known before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.assignment.judge_choice import JudgeChoice
from assessor.engine.session import Job, answers_to_compare_in
from assessor.method_choice import SMALL_CLASS, Method
from assessor.plan import BYTES_PER_TOKEN, Tokens, cost_of, estimate_tokens
from assessor.prompt import Ask, Asking, isolated_ask, joint_ask
from assessor.submission import Submission
from assessor.verdict import Pass

_FREE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What a run would ask: `cost` in dollars without caching, None where no price is known.

    Where the first answers settle how the rest is read, `requests_least` is what it may come to.
    `first_messages` are those of the first request, each with its `role` and `content`.
    """

    answers: int
    requests: int
    requests_least: int
    tokens_in: int
    tokens_out: int
    cost: Decimal | None
    host: str
    model: str
    method: str = ""
    first_messages: tuple[Mapping[str, str], ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        return {
            "answers": self.answers,
            "method": self.method,
            "requests": self.requests,
            "requests_least": self.requests_least,
            "tokens": {"input": self.tokens_in, "output": self.tokens_out},
            "cost": None if self.cost is None else float(round(self.cost, 4)),
            "host": self.host,
            "model": self.model,
            "first_messages": list(self.first_messages),
        }


def plan_of(job: Job, choice: JudgeChoice) -> RunPlan:
    """Return what a run would ask and cost, with the messages of its first request."""
    requests, tokens, cost = estimate(job, choice)
    asks = [ask for question in job.rubrics for ask in first_asks(job, question)]
    return RunPlan(
        answers=len(job.distinct()),
        requests=requests,
        requests_least=estimate_least(job, choice)[0],
        tokens_in=tokens.input,
        tokens_out=tokens.output,
        cost=cost,
        host=choice.host,
        model=choice.model,
        method=job.method.value,
        first_messages=tuple(
            {"role": role, "content": content}
            for ask in (asks[:1] if choice.facts.reads else ())
            for role, content in (("system", ask.system), ("user", ask.user))
        ),
    )


def estimate(job: Job, choice: JudgeChoice) -> tuple[int, Tokens, Decimal | None]:
    """Return requests, tokens and dollars of what may be asked; None: no price is known.

    That is the first readings, or all three where everything is read three times; where the first
    answers settle the method, those both ways and all others one key point at a time. Prompts of
    one cell differ by the answer alone, so one cell's prefix is measured once.
    """
    if not choice.facts.reads:
        return 0, Tokens(), None
    return _priced(job, choice, [*_first_readings(job), *_later_readings(job)])


def estimate_least(job: Job, choice: JudgeChoice) -> tuple[int, Tokens, Decimal | None]:
    """Return the same where one request per answer turns out to be enough for the others."""
    both = answers_to_compare_in(job)
    if not both or len(job.answered()) < SMALL_CLASS:
        return estimate(job, choice)
    waiting = job.distinct()
    first = [
        _PricedPart(_of_asks(job, alone_asks, waiting[:both])),
        _PricedPart(_of_asks(job, joint_asks, waiting)),
    ]
    return _priced(job, choice, [*first, *_later_readings(job)])


@dataclass(frozen=True, slots=True)
class _PricedPart:
    """Requests and tokens; `later` ones go to the model of the second look."""

    asks: tuple[int, Tokens]
    later: bool = False


def _first_readings(job: Job) -> list[_PricedPart]:
    waiting, both = job.distinct(), answers_to_compare_in(job)
    if job.method is Method.QUICK:
        return [_PricedPart(_of_asks(job, joint_asks, waiting))]
    alone = _PricedPart(_of_asks(job, alone_asks, waiting))
    return [alone, _PricedPart(_of_asks(job, joint_asks, waiting[:both]))] if both else [alone]


def _later_readings(job: Job) -> list[_PricedPart]:
    if not job.looks.everything:
        return []
    return [_PricedPart(_of_asks(job, later_asks, job.distinct()), later=True)]


def _priced(
    job: Job, choice: JudgeChoice, parts: Sequence[_PricedPart]
) -> tuple[int, Tokens, Decimal | None]:
    requests = sum(each.asks[0] for each in parts)
    tokens = sum((each.asks[1] for each in parts), Tokens())
    if job.price is None:
        return requests, tokens, None
    later = choice.strong_price or job.price
    cost = sum((cost_of(each.asks[1], later if each.later else job.price) for each in parts), _FREE)
    return requests, tokens, cost


def _of_asks(
    job: Job, asks_of: Callable[[Job, str], tuple[Ask, ...]], answers: Sequence[Submission]
) -> tuple[int, Tokens]:
    """Return how many requests and tokens the asks of one answer come to over these answers."""
    requests, tokens = 0, Tokens()
    for question in job.rubrics:
        lengths = [
            len(each.answer.encode(errors="replace"))
            for each in answers
            if each.question == question
        ]
        for ask in asks_of(job, question):
            one = estimate_tokens(ask)
            own = len(ask.answer.encode(errors="replace"))
            count = len(lengths)
            requests += count
            read = sum((length - own) // BYTES_PER_TOKEN for length in lengths)
            tokens += Tokens(input=count * one.input + read, output=count * one.output)
    return requests, tokens


def first_asks(job: Job, question: str) -> tuple[Ask, ...]:
    """Return the requests about the first answer to a question as they would go out.

    They are one per cell, or one for all with the quick method, or both.
    """
    answer = _first_answer(job, question)
    return () if answer is None else asks_about(job, answer)


def asks_about(job: Job, answer: Submission) -> tuple[Ask, ...]:
    """Return the first requests about an answer, as they would go out but for their nonces."""
    if job.method is Method.QUICK:
        return _joint_about(job, answer)
    both = _joint_about(job, answer) if answers_to_compare_in(job) else ()
    return (*_alone_about(job, answer), *both)


def alone_asks(job: Job, question: str) -> tuple[Ask, ...]:
    """Return the requests about each key point alone of the first answer to a question."""
    answer = _first_answer(job, question)
    return () if answer is None else _alone_about(job, answer)


def joint_asks(job: Job, question: str) -> tuple[Ask, ...]:
    """Return the request about all key points of the first answer to a question."""
    answer = _first_answer(job, question)
    return () if answer is None else _joint_about(job, answer)


def _first_answer(job: Job, question: str) -> Submission | None:
    return next((each for each in job.distinct() if each.question == question), None)


def _alone_about(job: Job, answer: Submission) -> tuple[Ask, ...]:
    rubric = job.rubrics[answer.question]
    asking = Asking(prompt=job.prompt, rubric=rubric, secret=bytes(32), conceal=job.conceal)
    return tuple(isolated_ask(asking, cell, Pass.NEUTRAL, answer) for cell in rubric.cells)


def _joint_about(job: Job, answer: Submission) -> tuple[Ask, ...]:
    rubric = job.rubrics[answer.question]
    asking = Asking(
        prompt=job.joint or job.prompt, rubric=rubric, secret=bytes(32), conceal=job.conceal
    )
    return (joint_ask(asking, rubric.cells, Pass.NEUTRAL, answer),)


def later_asks(job: Job, question: str) -> tuple[Ask, ...]:
    """Return the requests of the second and third reading of the first answer to a question."""
    answer = _first_answer(job, question)
    if answer is None:
        return ()
    asking = Asking(
        prompt=job.prompt, rubric=job.rubrics[question], secret=bytes(32), conceal=job.conceal
    )
    return tuple(
        isolated_ask(asking, cell, each, answer)
        for cell in job.rubrics[question].cells
        for each in (Pass.CHARITABLE, Pass.STRICT)
    )


def payloads(choice: JudgeChoice, job: Job) -> Iterator[dict[str, object]]:
    """Yield each first request: model, messages and the schema of the reply."""
    for answer in job.distinct():
        for ask in asks_about(job, answer):
            messages = [
                {"role": "system", "content": ask.system},
                {"role": "user", "content": ask.user},
            ]
            yield {"model": choice.model, "messages": messages, "schema": ask.schema}
