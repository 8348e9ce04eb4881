"""The second look on the shipped class stays within what was promised, and the queue its budget."""

from __future__ import annotations

import math
from collections import Counter

from assessor.api import grade_class, load_rubric, read_submissions, recorded_judge
from assessor.assets import folder
from assessor.judges.base import Identity, JudgeReply
from assessor.prompt import Ask
from assessor.submission import InputState
from assessor.verdict import Pass, State


class Counting:
    """The recorded judge, with its asks counted by pass."""

    def __init__(self) -> None:
        self.inner = recorded_judge()
        self.passes: Counter[Pass] = Counter()

    @property
    def identity(self) -> Identity:
        return self.inner.identity

    async def prepare(self) -> None:
        await self.inner.prepare()

    async def ask(self, ask: Ask) -> JudgeReply:
        self.passes[ask.asked] += 1
        return await self.inner.ask(ask)

    async def close(self) -> None:
        await self.inner.close()


def test_few_cells_are_read_again_and_the_queue_stays_within_its_budget() -> None:
    """At most 15 % of the cells, and a fifth of the readable answers."""
    rubric, judge = load_rubric("critique-of-an-ai-alignment-strategy"), Counting()
    answers = read_submissions(folder("examples") / "critique" / "answers.csv")

    grades = grade_class(rubric, answers, judge)

    readable = sum(each.state is InputState.ANSWERED for each in answers)
    queued = sum(each.state is State.NEEDS_REVIEW for each in grades)
    assert 0 < judge.passes[Pass.STRICT] <= 0.15 * len(answers) * len(rubric.cells)
    assert 0 < queued <= math.floor(0.2 * readable)
