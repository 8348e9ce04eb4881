"""One model behind several addresses: its requests are spread over them, and one may fail.

Each replica has a judge of its own, with its own limits. An ask goes to the replica of its answer,
as long as that has a place; what fails there is asked of another. A replica that fails is left out
and tried again later, but for the last one, whose outage is sat through as that of a single one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from assessor.ambient import Ambient
from assessor.errors import JudgeError, JudgeRejected
from assessor.judges.base import (
    ClosedAfterUse,
    Identity,
    JudgeReply,
    Listener,
    Usage,
    nobody,
    waste_of,
)
from assessor.judges.bill import NO_LEAVE, Leave, always
from assessor.judges.openai import OpenAIJudge
from assessor.judges.pace import BREAKER_ANSWERS, ELSEWHERE
from assessor.prompt import Ask

# Seconds until a replica that failed is tried again: at first, and at the most.
_AGAIN_FIRST, _AGAIN_LAST = 5.0, 60.0


@dataclass(slots=True, eq=False)
class _Replica:
    """One address. `failed` are the answers on which it failed since its last reply."""

    address: str
    open: Callable[[], OpenAIJudge]
    judge: OpenAIJudge
    places: asyncio.Semaphore
    is_in: bool = True
    replied: int = 0
    failed: set[str] = field(default_factory=set)


class ReplicatedJudge(ClosedAfterUse):
    """Asks one model at several addresses, of which the first gives the judge its identity.

    `openers` opens a judge by its address; `places` is how many requests each may have at a time.
    """

    def __init__(
        self, openers: Mapping[str, Callable[[], OpenAIJudge]], places: int, ambient: Ambient
    ) -> None:
        self._ambient = ambient
        self._tell: Listener = nobody
        self.leave: Leave = always
        self._model = ""
        self._spent: dict[int, list[Usage]] = {}
        self._returning: set[asyncio.Task[None]] = set()
        self._former: list[OpenAIJudge] = []
        self._replicas = [
            _Replica(address, opener, opener(), asyncio.Semaphore(places))
            for address, opener in openers.items()
        ]
        self._identity = self._replicas[0].judge.identity
        for each in self._replicas:
            self._take_on(each, each.judge)

    def _take_on(self, replica: _Replica, judge: OpenAIJudge) -> None:
        judge.leave = self._leave
        judge.pace.elsewhere = partial(self._has_other, replica)

    @property
    def identity(self) -> Identity:
        """Which judge this is: the model at the first address, whichever replica answers."""
        return self._identity

    @property
    def used(self) -> dict[str, int]:
        """How many replies came from each address."""
        return {each.address: each.replied for each in self._replicas}

    @property
    def capabilities(self) -> dict[str, str]:
        """What the endpoint was found to take so far."""
        return self._first.capabilities

    @property
    def form(self) -> str:
        """The form in which replies are asked for just now."""
        return self._first.form

    @property
    def learnt(self) -> str:
        """What was found out of the endpoint; "" before any reply came."""
        return self._first.learnt

    def take_up(self, learnt: str) -> None:
        """Go on with what was found out before."""
        for each in self._replicas:
            each.judge.take_up(learnt)

    def learn(self, ask: Ask, reply: JudgeReply, *, usable: bool) -> None:
        """Take in whether a reply could be used: what one replica cannot do, none of them can."""
        for each in self._replicas:
            each.judge.learn(ask, reply, usable=usable)

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of retries, pauses, what is found, and which replica is left out."""
        self._tell = listener
        for each in self._replicas:
            each.judge.listen(listener)

    async def prepare(self) -> None:
        """Try each replica; one that is not there is left out, one that is another model refused.

        Raises JudgeRejected.
        """
        prepared = (each.judge.prepare() for each in self._replicas)
        for problem in await asyncio.gather(*prepared, return_exceptions=True):
            if isinstance(problem, BaseException):
                raise problem
        for each in self._replicas:
            if each.judge.pace.is_open:
                self._leave_out(each, "connection")
        for each in self._replicas:
            if each.judge.answered_as:
                self._check_model(each, each.judge.answered_as)

    async def ask(self, ask: Ask) -> JudgeReply:
        """Return the reply to `ask`. Raises JudgeError and nothing else."""
        spent: list[Usage] = []
        tried: list[_Replica] = []
        self._spent[id(ask)] = spent
        try:
            while True:
                if spent and not self.leave(ask, tuple(spent)):
                    raise JudgeError("not sent once more: the limit is reached", code=NO_LEAVE)
                replica = self._choose(ask, tried)
                async with replica.places:
                    if not replica.is_in:
                        continue  # It failed while this ask waited for its place.
                    try:
                        reply = await replica.judge.ask(ask)
                    except JudgeError as error:
                        spent += waste_of(error)
                        tried.append(replica)
                        if not self._goes_elsewhere(replica, error, ask, tried):
                            raise
                        continue
                return self._taken(replica, reply, spent)
        except JudgeError as error:
            error.waste = tuple(spent)
            raise
        finally:
            del self._spent[id(ask)]

    async def close(self) -> None:
        """Let go of all connections."""
        for task in self._returning:
            task.cancel()
        await asyncio.gather(*self._returning, return_exceptions=True)
        for judge in (*self._former, *(each.judge for each in self._replicas)):
            await judge.close()

    @property
    def _first(self) -> OpenAIJudge:
        """The judge of a replica that is there, and that answered before where one did."""
        there = [each.judge for each in self._replicas if each.is_in]
        return next((each for each in there if each.learnt), there[0])

    def _has_other(self, replica: _Replica) -> bool:
        return any(each.is_in for each in self._replicas if each is not replica)

    def _choose(self, ask: Ask, tried: Sequence[_Replica]) -> _Replica:
        """Return the replica of this ask's answer, or the next one that has a place.

        Each answer ranks the replicas in its own way, so that one that is left out moves its own
        answers only.
        """
        able = [each for each in self._replicas if each.is_in]
        able = [each for each in able if each not in tried] or able
        ranked = sorted(able, key=lambda each: _rank(ask.answer_digest, each.address))
        return next((each for each in ranked if not each.places.locked()), ranked[0])

    def _taken(self, replica: _Replica, reply: JudgeReply, spent: list[Usage]) -> JudgeReply:
        try:
            self._check_model(replica, reply.model)
        except JudgeRejected:
            spent += [*reply.waste, reply.usage]
            raise
        replica.failed.clear()
        replica.replied += 1
        return replace(reply, waste=(*spent, *reply.waste))

    def _check_model(self, replica: _Replica, model: str) -> None:
        """Refuse a reply of another model than the first one came from. Raises JudgeRejected."""
        self._model = self._model or model
        if model != self._model:
            raise JudgeRejected(
                f"{replica.address}: answers as {model!r}, and the other addresses of "
                f"judge.base_urls as {self._model!r}; serve the same model at each, or leave it "
                "out",
                code="model",
            )

    def _goes_elsewhere(
        self, replica: _Replica, error: JudgeError, ask: Ask, tried: Sequence[_Replica]
    ) -> bool:
        """Take in that a replica failed, and return whether another one is asked now."""
        if not isinstance(error, JudgeRejected) and error.code not in ELSEWHERE:
            return False
        replica.failed.add(ask.answer_digest)
        for_good = isinstance(error, JudgeRejected) or error.code in {"connection", "unreachable"}
        if for_good or len(replica.failed) >= BREAKER_ANSWERS:
            self._leave_out(replica, error.code)
        return any(each.is_in and each not in tried for each in self._replicas)

    def _leave_out(self, replica: _Replica, code: str) -> None:
        """Send nothing more to a replica until it was tried again; the last one stays."""
        if not replica.is_in or not self._has_other(replica):
            return
        replica.is_in = False
        self._tell("replica", address=replica.address, state="out", code=code)
        task = asyncio.create_task(self._try_again(replica))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)

    async def _try_again(self, replica: _Replica) -> None:
        wait = _AGAIN_FIRST
        while True:
            await self._ambient.sleep(wait)
            wait = min(wait * 2, _AGAIN_LAST)
            judge = replica.open()
            self._take_on(replica, judge)
            try:
                # By the small request without an answer in it: it also says which model is there.
                await judge.prepare()
                if judge.answered_as and self._model:
                    self._check_model(replica, judge.answered_as)
            except JudgeError as error:
                self._tell("replica", address=replica.address, state="out", code=error.code)
            else:
                if judge.answered_as:
                    break
            await judge.close()
        judge.listen(self._tell)
        # What is still under way there keeps its connections until the end.
        self._former.append(replica.judge)
        replica.judge, replica.is_in = judge, True
        replica.failed.clear()
        self._tell("replica", address=replica.address, state="in", code="")

    def _leave(self, ask: Ask, tries: Sequence[Usage]) -> bool:
        return self.leave(ask, (*self._spent.get(id(ask), ()), *tries))


def _rank(answer: str, address: str) -> bytes:
    return hashlib.blake2b(f"{answer} {address}".encode(), digest_size=8).digest()
