"""The one retry policy: what waiting can mend is waited for, everything else goes straight out."""

from __future__ import annotations

import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from assessor.ambient import Ambient
from assessor.errors import JudgeError, JudgeUnavailable
from assessor.judges.base import Listener, nobody
from assessor.judges.pace import ELSEWHERE, Pace

T = TypeVar("T")

# Tries of one ask. What may have been billed gets fewer, and a timeout takes the longest.
MOST_TRIES = 10
MOST_SERVER_TRIES = 6
MOST_PAID_TRIES = 4
MOST_TIMEOUTS = 3
_THROTTLES = frozenset({"rate_limit", "busy"})
_PATIENT = _THROTTLES | {"capacity"}
_MAYBE_PAID = frozenset({"timeout", "reset", "empty"})
# The first wait and the longest, in seconds; a cheaper tier may be full for minutes.
_WAITS = 0.5, 30.0
_TIER_WAITS = 5.0, 120.0


@dataclass(slots=True, kw_only=True)
class Patience:
    """Sends a request as often as waiting can justify, at the common pace."""

    pace: Pace
    ambient: Ambient
    tell: Listener = nobody
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311  # jitter
    _asks: itertools.count[int] = field(default_factory=itertools.count)

    async def send(self, request: Callable[[], Awaitable[T]], tokens: int, about: str) -> T:
        """Return what `request` returns, tried again while its JudgeError is retryable.

        `about` tells apart what requests are about: an answer's digest.
        """
        ask = about, next(self._asks)
        try:
            return await self._try(request, tokens, ask)
        except JudgeError as error:
            if not _may_help(error):
                raise
            return await self._again(request, tokens, ask, error)

    async def _again(
        self,
        request: Callable[[], Awaitable[T]],
        tokens: int,
        ask: tuple[str, int],
        first: JudgeError,
    ) -> T:
        """Try again after a first failure, which counts as the first try.

        Apart from `send`, since nearly every request needs no retry and to prepare one takes time.
        """
        paid, before = itertools.count(1), [first]

        async def try_once() -> T:
            if before:
                raise before.pop()
            return await self._try(request, tokens, ask)

        retrying = AsyncRetrying(
            sleep=self.ambient.sleep,
            retry=retry_if_exception(_may_help),
            wait=self._wait,
            stop=partial(self._stop, paid),
            reraise=True,
        )
        return await retrying(try_once)

    async def _try(
        self, request: Callable[[], Awaitable[T]], tokens: int, ask: tuple[str, int]
    ) -> T:
        async with self.pace.turn(tokens):
            sent_at = self.ambient.monotonic()
            try:
                reply = await request()
            except JudgeUnavailable as error:
                self._tell_pace(ask, sent_at, error)
                self.pace.give_up_if_pointless()
                raise
            except JudgeError:
                self.pace.answered()  # The endpoint is there and answers.
                raise
            self.pace.answered()
            return reply

    def _tell_pace(self, ask: tuple[str, int], sent_at: float, error: JudgeUnavailable) -> None:
        if error.code in _THROTTLES:
            self.pace.refused(sent_at, error.retry_after)
        elif error.code in {"empty", "capacity"}:
            # A matter of this ask, or of a tier; not of the endpoint, which is there.
            self.pace.answered()
        else:
            self.pace.failed(*ask, error)

    def _wait(self, state: RetryCallState) -> float:
        error = _error_of(state)
        first, longest = _TIER_WAITS if getattr(error, "code", "") == "capacity" else _WAITS
        backoff: float = min(first * 2 ** (state.attempt_number - 1), longest)
        named: float = 0.0
        if isinstance(error, JudgeUnavailable) and error.retry_after:
            named = error.retry_after
        wait = max(backoff, named) + self.chance.uniform(0, backoff / 2)
        code = getattr(error, "code", "")
        self.tell("retry", code=code, attempt=state.attempt_number, wait=round(wait, 3))
        return wait

    def _stop(self, paid: itertools.count[int], state: RetryCallState) -> bool:
        code = getattr(_error_of(state), "code", "")
        if code in ELSEWHERE and self.pace.elsewhere():
            return True
        most_paid = MOST_TIMEOUTS if code == "timeout" else MOST_PAID_TRIES
        if code in _MAYBE_PAID and next(paid) >= most_paid:
            return True
        if self.pace.is_open:
            return False  # The breaker bounds an outage; it must not use up an ask's tries.
        return state.attempt_number >= (MOST_TRIES if code in _PATIENT else MOST_SERVER_TRIES)


def _may_help(error: BaseException) -> bool:
    return isinstance(error, JudgeError) and error.retryable and error.code != "unreachable"


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None
