"""How fast a run may ask: one pace for all workers, one shared pause, one breaker."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from assessor.ambient import Ambient
from assessor.counting import plural
from assessor.errors import JudgeUnavailable
from assessor.judges.base import Listener, nobody
from assessor.judges.throttle import Throttle
from assessor.judges.waits import read_duration

# Answers about which asks failed more than once in a row before the breaker opens: one answer may
# itself be at fault, with all that is asked about it.
BREAKER_ANSWERS = 3
# Seconds without a usable reply after which a run stops: an endpoint that was heard before, one
# that never was, and one that keeps saying "later".
OUTAGE_LIMIT = 300.0
NEVER_HEARD_LIMIT = 8.0
LONGEST_PAUSE = 600.0
# Refusals for haste, and nothing else, after which an endpoint is not asked any more; a limit per
# minute has refilled by then.
FIRST_REFUSALS, FIRST_MINUTE = 8, 60.0
# Failures of an endpoint that another address of the same model may be spared.
ELSEWHERE = frozenset({"connection", "reset", "timeout", "server", "unreachable"})
_PROBE_FIRST, _PROBE_LAST, _PROBE_GROWTH = 0.5, 5.0, 1.5
# Requests in flight before the first replies are in: what a refused burst may cost at most.
FIRST_BURST = 64
_LOOK_AGAIN = 0.02
# Everyone sits out the first refusal. Near a known rate only a wait longer than this is for all:
# limiters round a wait of milliseconds up to "1".
_SHORT_WAIT = 2.0
_AFTER_CUT = 0.1
# A late wake-up may be made good by this much.
_SLACK = 0.02
_LONGEST_RESET = 60.0


def _nowhere() -> bool:
    return False


@dataclass(slots=True, kw_only=True)
class Pace:
    """When the next request may go, for all workers together.

    There is no limit until the endpoint refuses a request or `rpm`/`tpm` name one. All times are
    `ambient.monotonic` seconds. `elsewhere`: whether another address can be asked what fails here.
    """

    ambient: Ambient
    where: str
    rpm: int | None = None
    tpm: int | None = None
    throttle: Throttle = field(default_factory=Throttle)
    tell: Listener = nobody
    elsewhere: Callable[[], bool] = _nowhere
    _gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    _next_slot: float = 0.0
    _pause_until: float = 0.0
    _in_flight: int = 0
    _good: int = 0
    _refusals: int = 0
    _failed: Counter[tuple[str, int]] = field(default_factory=Counter)
    _failed_since: float | None = None
    _heard: bool = False
    _open: bool = False
    _last: str = ""
    _probe_delay: float = _PROBE_FIRST

    @property
    def is_open(self) -> bool:
        """Whether the breaker is open: one probe at a time, everyone else waits."""
        return self._open

    @asynccontextmanager
    async def turn(self, tokens: int) -> AsyncIterator[None]:
        """Wait for a turn to send a request of about `tokens` tokens, then hold it.

        Raises JudgeUnavailable (`unreachable`) where waiting on is pointless.
        """
        async with self._gate:
            await self._wait(tokens)
            if self._open:
                yield  # The single probe: the gate stays shut until it is back.
                return
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

    def answered(self) -> None:
        """Take in that the endpoint is there and took the request: the breaker closes."""
        self._good += 1
        if self._open:
            self.tell("breaker", state="closed")
        self._failed.clear()
        self._failed_since = None
        self._heard, self._open, self._probe_delay = True, False, _PROBE_FIRST
        self.throttle.accepted(self.ambient.monotonic())

    def refused(self, sent_at: float, retry_after: float | None) -> None:
        """Take in a refusal for haste: everyone pauses, and the rate falls once per episode."""
        now = self.ambient.monotonic()
        self._heard = True
        self._refusals += 1
        self._failed_since = now if self._failed_since is None else self._failed_since
        known = self.throttle.rate is not None
        cut = self.throttle.refused(sent_at, now)
        pause = retry_after or 0.0
        if known and pause <= _SHORT_WAIT:
            pause /= 10
        elif cut:
            pause = max(pause, _AFTER_CUT)
        self._pause_until = max(self._pause_until, now + pause)
        if cut:
            self.tell("slower", per_second=round(self.throttle.rate or 0.0, 3), pause=pause)

    def failed(self, about: str, ask: int, error: JudgeUnavailable) -> None:
        """Take in a failure of the endpoint itself; `about` tells answers apart, `ask` asks."""
        now = self.ambient.monotonic()
        self._failed_since = now if self._failed_since is None else self._failed_since
        self._heard = self._heard or error.code not in {"connection", "timeout"}
        if self._open:
            self._probe_delay = min(self._probe_delay * _PROBE_GROWTH, _PROBE_LAST)
        self._last = str(error).removeprefix(f"{self.where}: ")
        self._failed[about, ask] += 1
        # A first failure may pass; that nothing listens there is no ask's fault.
        again = {about for (about, _), count in self._failed.items() if count > 1}
        if not self._open and (error.code == "connection" or len(again) >= BREAKER_ANSWERS):
            self._open = True
            self.tell("breaker", state="open", code=error.code)
        named = error.retry_after or 0.0
        if self._open or named > LONGEST_PAUSE:
            self._pause_until = max(self._pause_until, now + max(self._probe_delay, named))

    def observe(self, headers: Mapping[str, str]) -> None:
        """Take in the provider's rate headers: nothing left means a pause until the reset."""
        for kind in ("requests", "tokens"):
            left = headers.get(f"x-ratelimit-remaining-{kind}", "")
            reset = read_duration(headers.get(f"x-ratelimit-reset-{kind}", ""))
            # A longer wait is not taken on a header's word: the refusal that follows will tell.
            if left.strip() == "0" and reset is not None and reset <= _LONGEST_RESET:
                pause = self.ambient.monotonic() + reset
                self._pause_until = max(self._pause_until, pause)

    async def _wait(self, tokens: int) -> None:
        held = False
        while True:
            now = self.ambient.monotonic()
            self.give_up_if_pointless()
            wait = max(self._pause_until, self._next_slot) - now
            if wait <= 0 and self._in_flight >= FIRST_BURST + self._good:
                wait = _LOOK_AGAIN
            if wait <= 0:
                break
            held = held or self._next_slot > now
            await self.ambient.sleep(wait)
        self._next_slot = max(self._next_slot, now - _SLACK) + self._spacing(tokens)
        self.throttle.sent(held)

    def give_up_if_pointless(self) -> None:
        """Raise JudgeUnavailable (`unreachable`) where the wait is or was too long.

        No wait is worth while (`connection`) where another address can be asked.
        """
        now = self.ambient.monotonic()
        if self._open and self.elsewhere():
            raise JudgeUnavailable(f"{self.where}: {self._last}", code="connection")
        pause = self._pause_until - now
        if pause > LONGEST_PAUSE:
            raise self._unreachable(
                f"asks to wait {plural(f'{pause / 60:.0f}', 'minute')}", "run again then"
            )
        if self._failed_since is None:
            return
        silence = now - self._failed_since
        if not self._good and self._refusals >= FIRST_REFUSALS and silence >= FIRST_MINUTE:
            raise self._unreachable(
                f"takes no request, {self._refusals} were refused as too many",
                "its quota may be used up, or others use this key; run again later",
            )
        limit = OUTAGE_LIMIT if self._open else LONGEST_PAUSE
        limit = limit if self._heard else NEVER_HEARD_LIMIT
        if silence > limit:
            if not self._heard:
                raise self._unreachable(
                    self._last, "start the server, or mend --base-url, and run again"
                )
            what = f"no usable reply for {silence:.0f} s"
            raise self._unreachable(what, "see that it is up and run again to go on")

    def _unreachable(self, what: str, hint: str) -> JudgeUnavailable:
        return JudgeUnavailable(f"{self.where}: {what}; {hint}", code="unreachable")

    def _spacing(self, tokens: int) -> float:
        spacing = 1 / self.throttle.rate if self.throttle.rate is not None else 0.0
        if self.rpm is not None:
            spacing = max(spacing, 60 / self.rpm)
        if self.tpm is not None:
            spacing = max(spacing, 60 * tokens / self.tpm)
        return spacing
