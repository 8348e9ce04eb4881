"""A whole run over a scenario: what was lost, wrong, asked too often, paid twice."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from assessor.ambient import Ambient, real
from assessor.assignment.run_job import job_for
from assessor.assignment.run_manifest import manifest_of
from assessor.assignment.single_answer import make_submission
from assessor.config import Config, JudgeSettings
from assessor.engine.budget import Budget
from assessor.engine.session import Bench, Job, open_session
from assessor.judges.endpoints import open_openai
from assessor.judges.openai_settings import OpenAISettings
from assessor.plan import Price
from assessor.rubric import Rubric, load_rubric
from assessor.store import open_store
from assessor.submission import Submission
from assessor.tiers import STANDARD
from assessor.verdict import State
from tests.engine.build import RUBRIC, sentence
from tests.servers.openai_server import FaultServer, Question, Received, Said
from tests.servers.scenario import Scenario

# A clock that runs so many times too fast, so that waits are short.
HASTE = 60
# The second look that every deduction is given: a charitable and a strict reading.
LOOKS = 2
# One price for every token, and what of it the cheaper tier costs.
PRICE = Price(input=Decimal(1), cached=Decimal(1), cache_written=Decimal(1), output=Decimal(1))
SHARE = Decimal("0.5")
MORE = ("coverage", "feedback_loop")
LEVELS = {
    "samples": ("absent", "partial", "full"),
    **dict.fromkeys(("proxy", *MORE), ("absent", "full")),
}
_NUMBER = re.compile(r" (\d+)\.")
_CELL = re.compile(r"Decide (\w+) only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of it: `lost` and `wrong` name submissions, `paid_twice` counts completions.

    `asks` are the requests of a good day: the first readings, and the second looks at deductions.
    `full_price` counts completions that came at another tier than was asked for; `cost` is what the
    run says that it cost, `charged` what the server would charge, without the small first request.
    """

    states: Counter[str]
    reasons: Counter[str]
    lost: tuple[str, ...]
    wrong: tuple[str, ...]
    stopped: str
    asks: int
    requests: int
    billed: int
    paid_twice: int
    seconds: float
    capabilities: dict[str, str]
    usage_unknown: int
    models: tuple[str, ...]
    full_price: int
    cost: Decimal
    charged: Decimal


def hasty(haste: float = HASTE) -> Ambient:
    """The facts of the moment on a clock that is in haste."""
    facts = real()

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / haste)

    return replace(facts, monotonic=lambda: time.monotonic() * haste, sleep=sleep)


def rubric() -> Rubric:
    """A rubric of five cells, as long as real ones are."""
    stimulus = "The robot was shown replies that people had marked. " * 80
    question = "question: Why will twice as many marked replies not make the robot polite?"
    longer = f"question:\n  prompt: Why?\n  stimulus: {stimulus.strip()}"
    more = "".join(
        f"  - {{id: {cell}, description: says that {cell} matters, points: 1}}\n" for cell in MORE
    )
    text = RUBRIC.replace(question, longer).replace("misconceptions:", more + "misconceptions:")
    return load_rubric(text, "labels.yaml")


def answers(count: int) -> tuple[Submission, ...]:
    return tuple(make_submission(f"S{number:04}", sentence(number)) for number in range(count))


def level_of(number: int, cell: str) -> str:
    """The right level of a cell of the answer with this number."""
    if cell == "more_data":
        return "present" if number % 7 == 3 else "absent"
    levels = LEVELS[cell]
    return levels[(number * 5 + len(cell)) % len(levels)]


def truth(question: Question) -> dict[str, Said]:
    """The right verdicts; a credit quotes the whole answer."""
    found = _NUMBER.findall(question.user)
    if not found:
        return {}
    number = int(found[-1])
    named = _CELL.search(question.user)
    cells = (named[1],) if named else (*LEVELS, "more_data")
    return {cell: _said(number, level_of(number, cell)) for cell in cells}


def points_of(number: int) -> Decimal:
    """The right points, by a plain sum of its own."""
    samples = {"absent": 0, "partial": 1, "full": 2}[level_of(number, "samples")]
    others = sum(level_of(number, cell) == "full" for cell in ("proxy", *MORE))
    lost = 1 if level_of(number, "more_data") == "present" else 0
    return Decimal(max(0, samples + others - lost))


def play(
    scenario: Scenario,
    count: int = 200,
    *,
    method: str = "careful",
    store: Path | None = None,
    ambient: Ambient | None = None,
) -> Played:
    """Grade `count` answers at a server that plays `scenario`."""
    config = Config(judge=JudgeSettings(method=method))  # type: ignore[arg-type]  # a literal
    job = replace(
        job_for(config, {"answer": rubric()}, answers(count)),
        limits=Budget(concurrency=scenario.concurrency),
        price=replace(PRICE, share=SHARE if scenario.tier else Decimal(1)),
    )
    return asyncio.run(_play(scenario, job, ambient or hasty(), store))


async def _play(scenario: Scenario, job: Job, ambient: Ambient, folder: Path | None) -> Played:
    began = time.monotonic()
    async with FaultServer(scenario, truth) as server:
        settings = OpenAISettings(
            model="test-model",
            base_url=server.url,
            timeout=scenario.timeout,
            concurrency=scenario.concurrency,
            tier=scenario.tier or STANDARD,
        )
        judge = open_openai(settings, "key", ambient)
        with open_store(folder, real()) as store:
            bench = Bench(judge=judge, strong=None, store=store, ambient=ambient)
            async with open_session(job, bench) as session:
                await session.prepare()
                await session.pilot()
                await session.rest()
                settled = await session.settle()
                await session.finish(manifest_of(job, bench, session))
            await judge.close()
        seconds = time.monotonic() - began
        by_student = {each.submission.student_id: each for each in settled.outcomes}
        cells = len(rubric().cells) if job.joint is None else 1
        numbers = range(len(job.submissions))
        deductions = sum(level_of(number, "more_data") == "present" for number in numbers)
        paid = Counter(str(each.body["messages"]) for each in server.chats if each.billed)
        ungraded = [each for each in settled.outcomes if each.state is State.UNGRADED]
        return Played(
            states=Counter(each.state.value for each in settled.outcomes),
            reasons=Counter(reason for each in ungraded for reason in each.reasons),
            lost=tuple(
                each.student_id for each in job.submissions if not by_student.get(each.student_id)
            ),
            wrong=tuple(
                student
                for student, each in by_student.items()
                if each.state is not State.UNGRADED and each.proposed != points_of(int(student[1:]))
            ),
            stopped=session.dispatcher.stop_why,
            asks=len(job.submissions) * cells + LOOKS * deductions,
            requests=len(server.chats),
            billed=server.billed,
            paid_twice=sum(times - 1 for times in paid.values()),
            seconds=seconds,
            capabilities=judge.capabilities,
            usage_unknown=session.progress.usage_unknown,
            models=tuple(sorted(session.progress.models)),
            full_price=sum(_is_full(each, scenario) for each in server.chats),
            cost=session.progress.cost,
            charged=sum((_charged(each, scenario) for each in server.chats), Decimal(0)),
        )


def faults_of(scenario: Scenario, got: Played) -> list[str]:
    """Return what is not as the scenario expects, one line each; none is good."""
    expect, wrong = scenario.expect, []
    if got.lost or got.wrong:
        wrong.append(f"lost {got.lost[:5]}, wrong {got.wrong[:5]} (of {len(got.wrong)})")
    if got.stopped not in (expect.stops or ("",)):
        wrong.append(f"stopped for {got.stopped!r}, expected {expect.stops}")
    allowed = {*expect.reasons, *(f"stopped:{why}" for why in expect.stops)}
    if strange := set(got.reasons) - allowed:
        wrong.append(f"ungraded for {sorted(strange)}")
    slack = scenario.concurrency + 8
    most = expect.requests or expect.requests_per_ask * got.asks + slack
    if got.requests > most:
        wrong.append(f"{got.requests} requests, at most {most:.0f} are due")
    wrong += _overpaid(scenario, got, slack)
    if got.seconds > expect.seconds:
        wrong.append(f"took {got.seconds:.1f} s, at most {expect.seconds} are due")
    for name, value in expect.finds.items():
        if got.capabilities.get(name) != value:
            wrong.append(f"found {name} {got.capabilities.get(name)!r}, expected {value!r}")
    return wrong


def _overpaid(scenario: Scenario, got: Played, slack: int) -> list[str]:
    expect, wrong = scenario.expect, []
    twice = expect.paid_twice_per_ask
    if got.paid_twice > twice * got.asks + slack * (twice > 0):
        wrong.append(f"{got.paid_twice} completions paid twice")
    if got.full_price > expect.full_price:
        wrong.append(f"{got.full_price} at the full price, at most {expect.full_price} are due")
    if scenario.tier and got.cost != got.charged:
        wrong.append(f"says that it cost ${got.cost}, charged were ${got.charged}")
    return wrong


def _is_full(received: Received, scenario: Scenario) -> bool:
    return bool(scenario.tier) and received.billed and received.tier != scenario.tier


def _charged(received: Received, scenario: Scenario) -> Decimal:
    if not received.billed or "answer nonce" not in str(received.body["messages"]):
        return Decimal(0)
    share = SHARE if scenario.tier and received.tier == scenario.tier else Decimal(1)
    return PRICE.input * received.tokens * share / 1_000_000


def _said(number: int, level: str) -> Said:
    return Said(level=level, quotes=(sentence(number),) if level != "absent" else ())
