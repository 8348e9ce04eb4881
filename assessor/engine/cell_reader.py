"""Read one cell once: ask, parse, check the quote, ask again where that can help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from assessor.engine.dispatcher import Dispatcher
from assessor.engine.inquiry import Inquiry, identity_of
from assessor.errors import InvalidReply
from assessor.finding import Cell, cell_of, contradicts, needs_repair
from assessor.judges.base import Judge, form_of
from assessor.plan import Price, about_cell, cell_key
from assessor.prompt import Ask, Asking, isolated_ask
from assessor.reply import parse_reply, with_chances
from assessor.rubric import Rubric
from assessor.submission import Submission
from assessor.sureness import Numbers
from assessor.verdict import Pass, Verdict

# Tries at one reading: the first, and two more after a reply that broke the contract.
TRIES = 3
UNVERIFIED = (
    "Your quotes were not found in the answer. Quote words that stand there exactly, "
    "or say that the idea is not stated."
)
CONTRADICTED = (
    "In your reply a yes or no and the number beside it say opposite things, or a higher level is "
    "reached and a lower one is not. Decide again, so that they agree."
)
# Before the first readings have shown what the judge's numbers mean, none is held against it.
NOT_KNOWN_YET = Numbers(unused="not known yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A judge with what it is asked by; `strong` marks the model of the second look.

    `joint` is how it is asked about all cells of an answer at once, where that is the method.
    """

    judge: Judge
    asking: Asking
    dispatcher: Dispatcher
    price: Price | None = None
    strong: bool = False
    joint: Asking | None = None

    async def read(
        self,
        answer: Submission,
        cell: str,
        asked: Pass,
        numbers: Numbers = NOT_KNOWN_YET,
        doubted: Verdict | None = None,
    ) -> Verdict:
        """Return what one pass says of one cell.

        `doubted` is a reading of it that stands already, and without evidence or against itself.
        For the same pass that is the first try; for another one the judge was told so before, and
        is not asked for better quotes once more.

        A reply that breaks the contract is asked again with the reason; so is, once, a credit
        whose quote is not in the answer, or a reading that contradicts itself. A run that is
        repeated walks the same way through the stored replies; where all of those broke the
        contract, it tries afresh. Raises InvalidReply, JudgeError or Stopped.
        """
        place = _Place(answer=answer, cell=cell, asked=asked, numbers=numbers, doubted=doubted)
        form, fresh = form_of(self.judge), False
        while True:
            walk = await self._walk(place, fresh=fresh)
            if walk.verdict is not None:
                return replace(walk.verdict, strong=self.strong)
            # Once more where nothing was asked, or where another form is tried meanwhile.
            before, form = form, form_of(self.judge)
            if not walk.all_stored and form == before:
                raise walk.problem
            fresh = True

    def inquiry(self, ask: Ask, answer: Submission) -> Inquiry:
        """Return an ask on its way, with the keys of the readings that its reply will hold."""
        keys = () if ask.repair else tuple(self.key(c, ask.asked, answer) for c in ask.cells)
        return Inquiry(ask=ask, judge=self.judge, price=self.price, cell_keys=keys)

    def key(self, cell: str, asked: Pass, answer: Submission) -> str:
        """Return the key of one reading of one cell."""
        about = about_cell(self.asking, cell, answer)
        return cell_key(cell, asked.value, about, identity_of(self.judge))

    async def _walk(self, at: _Place, *, fresh: bool) -> _Walk:
        answer, cell = at.answer, cell_of(self.asking.rubric, at.cell, at.answer.answer)
        again = at.doubted is not None and at.asked is not Pass.NEUTRAL
        doubted = None if again else at.doubted
        repair = _why_again(cell, doubted, at.numbers) if doubted is not None else ""
        all_stored, problem = True, InvalidReply("no reply")
        repairs: list[str] = []
        for _ in range(TRIES):
            async with self.dispatcher.at_hand:
                ask = isolated_ask(self.asking, at.cell, at.asked, answer, repair=repair)
                before = repairs.count(repair)
                inquiry = replace(self.inquiry(ask, answer), before=before, fresh=fresh)
                repairs.append(repair)
                parse = partial(_first_verdict, ask, self.asking.rubric)
                replied = await self.dispatcher.reply(inquiry, parse)
            all_stored = all_stored and replied.stored
            verdict = replied.parsed
            if verdict is None:
                problem = replied.problem or problem
                repair = f"Your reply could not be used: {problem}"
                continue
            verdict = with_chances(verdict, self.asking.rubric, replied.chances)
            if doubted is not None:
                return _Walk(verdict, problem, all_stored)
            repair = _why_again(cell, verdict, at.numbers)
            if not repair or (again and repair == UNVERIFIED):
                return _Walk(verdict, problem, all_stored)
            doubted = verdict
        return _Walk(doubted, problem, all_stored)


def _why_again(cell: Cell, verdict: Verdict, numbers: Numbers) -> str:
    """Return what a judge is told when it is asked again; "" where a reading can stand."""
    if needs_repair(cell, verdict):
        return UNVERIFIED
    return CONTRADICTED if contradicts(verdict, numbers) else ""


def _first_verdict(ask: Ask, rubric: Rubric, text: str) -> Verdict:
    return parse_reply(ask, rubric, text)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What one reading is of, how the judge's numbers are taken, and what stands in doubt."""

    answer: Submission
    cell: str
    asked: Pass
    numbers: Numbers
    doubted: Verdict | None


@dataclass(frozen=True, slots=True)
class _Walk:
    verdict: Verdict | None
    problem: InvalidReply
    all_stored: bool
