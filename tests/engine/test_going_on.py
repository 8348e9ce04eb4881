"""The rest of a class is asked while the first answers are shown."""

from __future__ import annotations

import asyncio

from assessor.ambient import real
from assessor.engine.session import Bench, Job, Session, open_session
from assessor.engine.settle import Settled
from assessor.judges.scripted import ScriptedJudge
from tests.engine.build import CELLS, UNSURE, HeldJudge, answers, by_cell, grade, job, memory

SCRIPT = by_cell(samples=UNSURE)


async def played(what: Job, judge: ScriptedJudge, *, shown_for: int) -> tuple[int, Settled]:
    """Run a class whose first answers are looked at for a while; say what was asked by then."""
    with memory() as store:
        bench = Bench(judge=judge, strong=None, store=store, ambient=real())
        async with open_session(what, bench) as session:
            await session.prepare()
            await session.pilot(going_on=True)
            await asyncio.sleep(0.01 * shown_for)
            asked = len(judge.asks)
            await session.rest()
            return asked, await session.settle()


def test_later_answers_are_asked_while_the_first_are_shown() -> None:
    """Once the first five are back nobody waits: what a person looks at holds up no request."""
    what = job(answers(20))

    asked, settled = asyncio.run(played(what, ScriptedJudge(SCRIPT), shown_for=50))

    assert asked > 5 * len(CELLS)
    assert settled == grade(what, ScriptedJudge(SCRIPT)).settled


def test_a_run_that_ends_while_they_are_shown_leaves_nothing_under_way() -> None:
    """Who goes away at the first answers is not followed by requests."""
    judge = HeldJudge(SCRIPT, free=5 * len(CELLS))

    async def leave() -> Session:
        with memory() as store:
            bench = Bench(judge=judge, strong=None, store=store, ambient=real())
            async with open_session(job(answers(20)), bench) as session:
                await session.prepare()
                await session.pilot(going_on=True)
                await judge.held.wait()
                return session

    session = asyncio.run(asyncio.wait_for(leave(), 20))

    assert session.progress.replied == 5 * len(CELLS)
