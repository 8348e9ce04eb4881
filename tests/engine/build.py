"""Small builders for the engine's tests: a rubric of three cells, a class, a judge, a run."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assessor.ambient import Ambient, real
from assessor.assignment.run_job import job_for
from assessor.assignment.run_manifest import manifest_of
from assessor.assignment.single_answer import make_submission
from assessor.config import Config
from assessor.engine.session import Bench, Job, Session, open_session
from assessor.engine.settle import Settled
from assessor.errors import JudgeError
from assessor.grade import Proposal
from assessor.judges.base import Identity, Judge, JudgeReply
from assessor.judges.scripted import Script, ScriptedJudge, fill
from assessor.method_choice import Method
from assessor.prompt import Ask
from assessor.rubric import Rubric, load_rubric
from assessor.store import Store, open_store
from assessor.submission import Submission
from assessor.verdict import Finding, Pass

RUBRIC = """\
title: Labels
id: labels
question: Why will twice as many marked replies not make the robot polite?
key_points:
  - id: samples
    description: a finite set never covers all that may come up
    points: 2
    levels:
      - {id: partial, points: 1, when: says that something is left uncovered}
      - {id: full, points: 2, when: says that no finite set covers everything}
    feedback: {full: "Yes, a set is finite.", absent: "What does a finite set leave out?"}
  - id: proxy
    description: a mark of approval is not the quality itself
    points: 1
    feedback: {absent: "What does the mark stand for?"}
misconceptions:
  - id: more_data
    description: claims that more marks would be enough
    effect: deduct
    points: 1
"""
CELLS = ("samples", "proxy", "more_data")
SYLLABLES = [f"{first}{second}" for first in "bdfgklmnprst" for second in "aeiou"]


def rubric(text: str = RUBRIC) -> Rubric:
    return load_rubric(text, "labels.yaml")


def sentence(number: int) -> str:
    """A sentence unlike all others."""
    chance = random.Random(number)
    words = ["".join(chance.sample(SYLLABLES, 3)) for _ in range(9)]
    return f"{' '.join(words[:5])} because {' '.join(words[5:])} {number}."


def answers(count: int, start: int = 0) -> tuple[Submission, ...]:
    return tuple(make_submission(f"S{n:03}", sentence(n)) for n in range(start, start + count))


@dataclass(frozen=True, slots=True)
class Said:
    """What a judge says of a cell; without quotes of its own it quotes the whole answer."""

    level: str = "absent"
    probability: float = 0.95
    quotes: tuple[str, ...] | None = None

    def to(self, ask: Ask) -> str:
        own = (ask.answer,) if self.level != "absent" else ()
        quotes = own if self.quotes is None else self.quotes
        cell = ask.cells[0]
        return fill(ask, {cell: self.level}, {cell: quotes}, self.probability)


FULL = Said("full")
UNSURE = Said("full", 0.6)
MADE_UP = Said("full", quotes=("words that stand nowhere in it",))


def by_cell(**said: Said) -> Script:
    """The same of every answer; a cell that is not named is absent."""
    return lambda ask: said.get(ask.cells[0], Said()).to(ask)


def by_answer(table: Mapping[str, Mapping[str, Said]]) -> Script:
    return lambda ask: table.get(ask.answer, {}).get(ask.cells[0], Said()).to(ask)


class JumbledJudge:
    """Like a scripted judge, but replies overtake each other by chance."""

    def __init__(self, script: Script, seed: int) -> None:
        self.inner = ScriptedJudge(script)
        self._chance = random.Random(seed)

    @property
    def identity(self) -> Identity:
        return self.inner.identity

    async def prepare(self) -> None:
        await self.inner.prepare()

    async def ask(self, ask: Ask) -> JudgeReply:
        for _ in range(self._chance.randrange(12)):
            await asyncio.sleep(0)
        return await self.inner.ask(ask)

    async def close(self) -> None:
        await self.inner.close()


class HeldJudge(ScriptedJudge):
    """Replies to the first `free` asks; every later one waits for ever."""

    def __init__(self, script: Script, free: int) -> None:
        super().__init__(script)
        self.free = free
        self.held = asyncio.Event()

    async def ask(self, ask: Ask) -> JudgeReply:
        if len(self.asks) >= self.free:
            self.held.set()
            await asyncio.Event().wait()
        return await super().ask(ask)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of a run."""

    settled: Settled
    session: Session
    status: str
    manifest: dict[str, Any] = field(repr=False)

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        return self.settled.outcomes

    def of(self, student: str) -> Proposal:
        return next(p for p in self.proposals if p.submission.student_id == student)

    def finding(self, student: str, cell: str) -> Finding:
        return next(each for each in self.of(student).findings if each.cell == cell)

    @property
    def why(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """State and reasons by student."""
        return {
            each.submission.student_id: (each.state.value, each.reasons) for each in self.proposals
        }


def memory() -> Store:
    return open_store(None, real())


def job(submissions: Sequence[Submission], **changes: Any) -> Job:
    given = tuple(submissions)
    asked = dict.fromkeys([each.question for each in given] or ["answer"], rubric())
    method = Method.QUICK if changes.get("joint") else Method.CAREFUL
    plain = replace(job_for(Config(), asked, given), method=method, joint=None)
    return replace(plain, **changes)


def grade(
    what: Job,
    judge: Judge,
    store: Store | None = None,
    *,
    strong: Judge | None = None,
    ambient: Ambient | None = None,
    meanwhile: Callable[[Session], Any] | None = None,
) -> Ran:
    """Run it to its end; `meanwhile` is an async function that plays along during the rest."""

    async def play(opened: Store) -> Ran:
        bench = Bench(judge=judge, strong=strong, store=opened, ambient=ambient or real())
        async with open_session(what, bench) as session:
            company = asyncio.ensure_future(meanwhile(session)) if meanwhile else None
            await session.prepare()
            await session.pilot()
            await session.rest()
            settled = await session.settle()
            if company is not None:
                await company
            manifest = manifest_of(what, bench, session)
            record = await session.finish(manifest)
            return Ran(
                settled=settled,
                session=session,
                status=record.status.value,
                manifest=manifest.facts,
            )

    if store is not None:
        return asyncio.run(play(store))
    with memory() as opened:
        return asyncio.run(play(opened))


def passes(judge: ScriptedJudge, cell: str = "") -> list[Pass]:
    """The passes that were asked for, of one cell or of all."""
    return [each.asked for each in judge.asks if not cell or cell in each.cells]


def failing(error: JudgeError, *, when: Callable[[Ask], bool], otherwise: Script) -> Script:
    return lambda ask: error if when(ask) else otherwise(ask)
