"""What the first five answers show: a method that is too slow, probabilities that say nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from assessor.ambient import real
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.pilot_advice import advise
from assessor.assignment.run_job import JOINT_PROMPT, shipped_prompt
from assessor.assignment.spoken_lines import SpokenLine
from assessor.config import Config
from assessor.engine.session import Bench, Job, open_session
from assessor.judges.base import JudgeReply
from assessor.judges.scripted import ScriptedJudge
from assessor.prompt import Ask
from tests.engine.build import FULL, Said, answers, by_cell, job, memory


def slow(seconds: float, said: Said = FULL) -> ScriptedJudge:
    """A judge each of whose replies says that it took so long."""
    script = by_cell(samples=said)

    def reply(ask: Ask) -> JudgeReply:
        return JudgeReply(text=str(script(ask)), model="scripted", latency=seconds)

    return ScriptedJudge(reply)


def advised(what: Job, judge: ScriptedJudge) -> tuple[str, Job]:
    """What is said after the pilot, and the job as it goes on."""
    place = ClassFolder(folder=Path(), config=Config(), ambient=real(), environ={})
    said: list[SpokenLine] = []

    async def play() -> Job:
        with memory() as store:
            bench = Bench(judge=judge, strong=None, store=store, ambient=real())
            async with open_session(what, bench) as session:
                await session.pilot()
                return advise(place, said.extend, what, session, 1.0)

    after = asyncio.run(play())
    return "\n".join(each.text for each in said), after


def test_a_slow_class_is_told_of_the_quick_method() -> None:
    """Twenty minutes at the pace of the first five; nobody at a terminal, so it only says so."""
    said, after = advised(job(answers(60)), slow(200))

    assert "--method quick asks once per answer and would take about" in said
    assert after.joint is None


def test_a_fast_class_is_told_nothing() -> None:
    """No line where there is nothing to say."""
    assert advised(job(answers(60)), slow(0.2))[0] == ""


def test_the_rest_is_read_in_one_request_each_after_a_turn_to_quick() -> None:
    """What the pilot read stays; each answer left takes one request."""
    judge = slow(0.2)
    what = job(answers(12))

    async def play() -> None:
        with memory() as store:
            bench = Bench(judge=judge, strong=None, store=store, ambient=real())
            async with open_session(what, bench) as session:
                await session.pilot()
                session.turn_quick(shipped_prompt(JOINT_PROMPT))
                await session.rest()

    asyncio.run(play())
    assert Counter(len(each.cells) for each in judge.asks) == {1: 15, 3: 7}
