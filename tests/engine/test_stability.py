"""A share of the answers is read again, and how many totals stay the same is told."""

from __future__ import annotations

import asyncio

from assessor.ambient import real
from assessor.engine.session import Bench, open_session
from assessor.engine.stability import Stability, read_again, stability_words
from assessor.judges.scripted import ScriptedJudge
from assessor.prompt import Ask
from tests.engine.build import FULL, Said, answers, by_cell, job, memory


def repeated(judge: ScriptedJudge, share: float) -> tuple[Stability, int]:
    """What reading a share of twenty answers again came to, and what the store then holds."""
    what = job(answers(20))

    async def play() -> tuple[Stability, int]:
        with memory() as store:
            bench = Bench(judge=judge, strong=None, store=store, ambient=real())
            async with open_session(what, bench) as session:
                await session.rest()
                await session.settle()
                found = await read_again(session, what, bench, share)
            return found, store.usage_of().replies

    return asyncio.run(play())


def test_a_judge_that_repeats_itself_gives_the_same_totals() -> None:
    """A quarter of twenty answers is read once more; the store keeps what the grades came from."""
    judge = ScriptedJudge(by_cell(samples=FULL, proxy=FULL))

    found, kept = repeated(judge, 0.25)

    assert (found.asked, found.answers, found.same, found.cells) == (5, 5, 5, 15)
    assert (len(judge.asks), kept) == (25 * 3, 20 * 3)
    assert stability_words(found) == (
        "Read again: 5 of 5 totals the same (55% to 100%), 15 of 15 levels."
    )


def test_a_judge_that_wavers_is_told() -> None:
    """One that credits a key point the first time only has another total for every answer."""
    seen: set[str] = set()

    def script(ask: Ask) -> str:
        key = f"{ask.cells} {ask.answer}"
        first = key not in seen
        seen.add(key)
        return (FULL if first and ask.cells == ("proxy",) else Said()).to(ask)

    found, _ = repeated(ScriptedJudge(script), 1.0)

    assert (found.answers, found.same, found.same_cells, found.cells) == (20, 0, 40, 60)
    assert found.low == 0 and found.high < 0.2
