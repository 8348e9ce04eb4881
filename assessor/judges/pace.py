"""How fast a run may ask: one pace for all workers, one shared pause, one breaker."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from assessor.ambient import Ambient
from assessor.errors import JudgeUnavailable

# Asks with a failure in a row before the breaker opens; one alone may be at fault itself.
BREAKER_ASKS = 3
# Seconds without a single good reply after which a run stops: an endpoint that was heard before,
# one that never was, and one that keeps saying "later".
OUTAGE_LIMIT = 300.0
NEVER_HEARD_LIMIT = 8.0
LONGEST_PAUSE = 600.0
_PROBE_FIRST = 1.0
_PROBE_LAST = 30.0

_CUT = 0.7
_SETTLED_CUT = 0.9
_RISE = 0.02


@dataclass(slots=True, kw_only=True)
class Pace:
    """Additive increase, multiplicative decrease of the request rate, shared by all workers.

    There is no limit until the endpoint refuses a request or `rpm`/`tpm` name one. All times are
    `ambient.monotonic` seconds.
    """

    ambient: Ambient
    where: str
    rpm: int | None = None
    tpm: int | None = None
    rate: float | None = None
    _gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    _sent: deque[float] = field(default_factory=lambda: deque(maxlen=512))
    _next_slot: float = 0.0
    _pause_until: float = 0.0
    _cut_at: float = float("-inf")
    _cuts: int = 0
    _failed: set[int] = field(default_factory=set)
    _failed_since: float | None = None
    _heard: bool = False
    _open: bool = False
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
            self._sent.append(self.ambient.monotonic())
            if self._open:
                yield  # The single probe: the gate stays shut until it is back.
                return
        yield

    def succeeded(self) -> None:
        """Take in a good reply: the breaker closes, the rate rises a little."""
        self._failed.clear()
        self._failed_since = None
        self._heard, self._open, self._probe_delay = True, False, _PROBE_FIRST
        if self.rate is not None:
            self.rate += _RISE * self.rate / max(self.rate, 1.0)

    def throttled(self, sent_at: float, retry_after: float | None) -> None:
        """Take in a refusal for haste: everyone pauses, and the rate falls once per episode."""
        now = self.ambient.monotonic()
        self._heard = True
        if self._failed_since is None:
            self._failed_since = now
        self._pause_until = max(self._pause_until, now + (retry_after or 0.0))
        if sent_at <= self._cut_at:
            return
        if self.rate is None:
            self.rate = max(self._recent_rate(now), 1.0) * _CUT
        else:
            self.rate = max(self.rate * _CUT, 1 / 60)
        self._cut_at = now

    def failed(self, ask: int, error: JudgeUnavailable) -> None:
        """Take in a failure of the endpoint itself; `ask` tells asks apart."""
        now = self.ambient.monotonic()
        if self._failed_since is None:
            self._failed_since = now
        self._heard = self._heard or error.code not in {"connection", "timeout"}
        if self._open:
            self._probe_delay = min(self._probe_delay * 2, _PROBE_LAST)
        self._failed.add(ask)
        # That nothing listens there is no ask's fault.
        if error.code == "connection" or len(self._failed) >= BREAKER_ASKS:
            self._open = True
        if self._open:
            wait = max(self._probe_delay, error.retry_after or 0.0)
            self._pause_until = max(self._pause_until, now + wait)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Take in the provider's rate headers: nothing left means a pause until the reset."""
        for kind in ("requests", "tokens"):
            left = headers.get(f"x-ratelimit-remaining-{kind}", "")
            reset = read_duration(headers.get(f"x-ratelimit-reset-{kind}", ""))
            if left.strip() == "0" and reset is not None:
                pause = self.ambient.monotonic() + min(reset, 60.0)
                self._pause_until = max(self._pause_until, pause)

    async def _wait(self, tokens: int) -> None:
        while True:
            now = self.ambient.monotonic()
            self._give_up_if_pointless(now)
            wait = max(self._pause_until, self._next_slot) - now
            if wait <= 0:
                break
            await self.ambient.sleep(wait)
        self._next_slot = now + self._spacing(tokens)

    def _give_up_if_pointless(self, now: float) -> None:
        pause = self._pause_until - now
        if pause > LONGEST_PAUSE:
            raise self._unreachable(f"asks to wait {pause / 60:.0f} minutes")
        if self._failed_since is None:
            return
        limit = OUTAGE_LIMIT if self._open else LONGEST_PAUSE
        limit = limit if self._heard else NEVER_HEARD_LIMIT
        silence = now - self._failed_since
        if silence > limit:
            raise self._unreachable(f"no usable reply for {silence:.0f} s")

    def _unreachable(self, what: str) -> JudgeUnavailable:
        hint = "see that it is up and run again to go on"
        return JudgeUnavailable(f"{self.where}: {what}; {hint}", code="unreachable")

    def _spacing(self, tokens: int) -> float:
        spacing = 0.0
        if self.rate is not None:
            spacing = 1 / self.rate
        if self.rpm is not None:
            spacing = max(spacing, 60 / self.rpm)
        if self.tpm is not None:
            spacing = max(spacing, 60 * tokens / self.tpm)
        return spacing

    def _recent_rate(self, now: float) -> float:
        recent = [sent for sent in self._sent if now - sent <= 1.0]
        return len(recent) / max(now - recent[0], 0.05) if recent else 1.0


def read_duration(text: str) -> float | None:
    """Return a duration such as `6m0s`, `1.5s`, `20ms` or `7` in seconds, None for garbage."""
    seconds, rest = 0.0, text.strip()
    for unit, factor in (("h", 3600.0), ("m", 60.0), ("s", 1.0), ("ms", 0.001), ("", 1.0)):
        head, found, tail = rest.partition(unit) if unit else (rest, "", "")
        if unit and (not found or (unit == "m" and tail.startswith("s"))):
            continue
        if not head:
            continue
        try:
            seconds += float(head) * factor
        except ValueError:
            return None
        rest = tail
    return seconds if text.strip() else None
