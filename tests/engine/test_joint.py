"""The quick method: one request for all cells, and what is asked where that form stays unfilled."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

from assessor.assignment.run_job import JOINT_PROMPT, shipped_prompt
from assessor.engine.judged import Looks
from assessor.engine.session import Job
from assessor.judges.base import JudgeReply
from assessor.judges.scripted import ScriptedJudge, fill
from assessor.prompt import Ask
from assessor.verdict import Pass
from tests.engine.build import CELLS, answers, grade, job

USELESS = "I would say that this is a good answer."


def quick(count: int) -> Job:
    return job(answers(count), joint=shipped_prompt(JOINT_PROMPT))


def forms(judge: ScriptedJudge) -> Counter[int]:
    """How many requests went out, by the number of cells they asked about."""
    return Counter(len(ask.cells) for ask in judge.asks)


def absent(ask: Ask) -> str:
    return fill(ask, dict.fromkeys(ask.cells, "absent"), {}, 0.95)


def test_an_answer_costs_one_request() -> None:
    """All cells come back in one form."""
    judge = ScriptedJudge(absent)

    ran = grade(quick(9), judge)

    assert forms(judge) == {3: 9}
    assert {each.proposed for each in ran.proposals} == {0}
    assert ran.session.progress.spoiled == 0


def test_a_judge_that_cannot_fill_the_form_is_not_asked_to_for_ever() -> None:
    """After three answers, three tries each, the rest is asked cell by cell from the start."""
    judge = ScriptedJudge(lambda ask: USELESS if len(ask.cells) > 1 else absent(ask))

    ran = grade(quick(60), judge)

    # Those that set out together have learned nothing from each other: the pilot's five.
    assert forms(judge) == {3: 3 * 5, 1: 60 * len(CELLS)}
    assert {each.proposed for each in ran.proposals} == {0}
    assert ran.session.progress.spoiled == 5


def test_a_form_that_is_spoiled_now_and_then_is_asked_for_all_the_same() -> None:
    """A judge that has filled it once can: an answer it fails at is asked about cell by cell."""
    hard = {each.answer for each in answers(60)[::2]}
    judge = ScriptedJudge(
        lambda ask: USELESS if len(ask.cells) > 1 and ask.answer in hard else absent(ask)
    )

    ran = grade(quick(60), judge)

    assert forms(judge) == {3: 30 + 3 * 30, 1: 30 * len(CELLS)}
    assert ran.session.progress.spoiled == 30


class _OneHeld(ScriptedJudge):
    """Holds its first reply back until so many others were asked for."""

    def __init__(self, others: int) -> None:
        super().__init__(absent)
        self.others = others
        self.enough = asyncio.Event()

    async def ask(self, ask: Ask) -> JudgeReply:
        number = len(self.asks)
        if number >= self.others:
            self.enough.set()
        reply = await super().ask(ask)
        if number == LATER:
            await asyncio.wait_for(self.enough.wait(), 60)
        return reply


LATER = 10


def test_an_answer_that_has_to_wait_leaves_enough_others_to_ask() -> None:
    """With 16 places a hundred more are at hand: a retry must not let places stand empty."""
    judge = _OneHeld(120)

    ran = grade(quick(200), judge)

    assert forms(judge) == {3: 200}
    assert {each.state.value for each in ran.proposals} <= {"graded", "needs_review"}


def test_a_quote_that_is_not_there_costs_three_requests_of_one_cell() -> None:
    """Asked once more, told why, then a charitable and a strict reading; nothing is asked twice."""

    def made_up(ask: Ask) -> str:
        return fill(ask, {"proxy": "full"}, {"proxy": ("words that stand nowhere",)})

    judge = ScriptedJudge(made_up)

    ran = grade(replace(quick(4), looks=Looks(cap=1)), judge)

    alone = Counter((ask.asked, bool(ask.repair)) for ask in judge.asks if len(ask.cells) == 1)
    told, looked = (Pass.NEUTRAL, True), ((Pass.CHARITABLE, False), (Pass.STRICT, False))
    assert alone == dict.fromkeys((told, *looked), 4)
    assert set(ran.why.values()) == {("needs_review", ("unverified_quote",))}
    assert {each.proposed for each in ran.proposals} == {0}
