"""How many requests a second an endpoint takes, learned from what it refuses."""

from __future__ import annotations

import math
from dataclasses import dataclass

# What a first refusal leaves, requests per second, and the shares that a later one leaves.
_FIRST_RATE, _SLOWEST = 16.0, 1 / 60
_LEAST_LEFT, _MOST_LEFT = 0.6, 0.95
# Growth per second: while no ceiling is known, well below it, near it. Tuned on a simulated token
# bucket of 100/s under a demand of 320/s: at most 1.2 of the best time and 70 refusals of 1,000.
_SEEK, _RECOVER, _NEAR = 8.0, 0.1, 0.005
# Fewer taken requests than this, within a second, say nothing of a ceiling; what came through in
# a second of so many cuts does, or the rate would swing around a low limit for ever.
_TELLING = 5
_CUTS, _OFTEN, _ABOVE = 3, 0.15, 1.5
# Replies over which the share of refusals is taken. A limit of rates that refuses a share s of the
# requests refuses 4 - 3/s of it, at most half, when a quarter of them comes (s under 0.86). Where
# that share stays as it was, refusals have another reason, and slowing down is no help.
_WINDOW, _PLAINLY = 40, 16
_QUARTER, _HALF, _MOSTLY = 0.25, 0.5, 0.86
_REGAIN = 1.0


@dataclass(slots=True)
class Throttle:
    """Additive increase, multiplicative decrease; `rate` is None until a first refusal.

    From one refusal to the next a limiter lets through just what it refills: that estimate bounds
    how far the rate falls. All times are monotonic seconds.
    """

    rate: float | None = None
    _ceiling: float | None = None
    _cut_at: float = -math.inf
    _grown_at: float = 0.0
    _taken: int = 0
    _held: bool = False
    _through_since: float = 0.0
    _through: int = 0
    _cuts: int = 0
    _replies: int = 0
    _refusals: int = 0
    _began: float = 0.0
    _whole: tuple[float, float] | None = None
    _noise: float | None = None

    def sent(self, held: bool) -> None:
        """Take in that a request goes out, and whether the rate held it back."""
        self._taken += 1
        self._held = self._held or held

    def accepted(self, now: float) -> None:
        """Take in a good reply: the rate grows, where it is what holds requests back."""
        if self.rate is None:
            return
        self._count(refused=False)
        if not self._through:
            self._through_since = now
        self._through += 1
        if self._held:
            self.rate *= 1 + self._growth(now) * min(now - self._grown_at, 1.0)
        self._grown_at, self._held = now, False

    def refused(self, sent_at: float, now: float) -> bool:
        """Take in a refusal; True when it cuts the rate, once for all requests of an episode."""
        self._taken -= 1
        self._count(refused=True)
        if sent_at <= self._cut_at or self._noise is not None:
            return False
        if self.rate is None:
            self.rate = self._began = _FIRST_RATE
        else:
            since = max(now - self._cut_at, 0.001)
            left = max(self._taken / since, self.rate * _LEAST_LEFT)
            self._cuts += 1
            if (ceiling := self._ceiling_told(since, now)) is not None:
                self._ceiling = ceiling
                left = min(left, ceiling)
                self._through = self._cuts = 0
            # Not below a quarter before it is known whether that is refused any less.
            slowest = _QUARTER * (self._whole[0] if self._whole else self._began)
            self.rate = max(min(left, self.rate * _MOST_LEFT), slowest, _SLOWEST)
        self._cut_at = self._grown_at = now
        self._taken = 0
        return True

    def _ceiling_told(self, since: float, now: float) -> float | None:
        """Return what a cut says of the limit, `since` seconds after the one before it."""
        assert self.rate is not None  # noqa: S101  # for the type checker
        if self._taken >= (1 if since >= 1 else _TELLING):
            return self.rate
        span = now - self._through_since if self._through else 0.0
        if span >= 1 and self._cuts >= max(_CUTS, _OFTEN * self._through):
            return min(self.rate, _ABOVE * self._through / span)
        return None

    def _count(self, *, refused: bool) -> None:
        """Learn from each window of replies whether slowing down makes refusals rarer."""
        if self.rate is None:
            return
        self._replies += 1
        self._refusals += refused
        plain = self._refusals >= _PLAINLY and self._refusals > 0.75 * self._replies
        if self._replies < _WINDOW and not plain:
            return
        share, began = 1.0 if plain else self._refusals / self._replies, self._began
        self._replies = self._refusals = 0
        self._began = self.rate
        if self._noise is not None:
            if share > 1.5 * self._noise + 0.1:
                self._noise = self._whole = None
        elif self._whole is None or began > self._whole[0]:
            self._whole = began, share
        elif began <= 1.01 * _QUARTER * self._whole[0]:
            before = self._whole[1]
            if before <= _MOSTLY and _HALF * before <= share <= 2 * before and share:
                self._noise = share
            self._whole = began, share

    def _growth(self, now: float) -> float:
        if self._noise is not None:
            return _REGAIN
        if self._ceiling is None or self.rate is None:
            return _SEEK
        if self.rate < 0.9 * self._ceiling:
            return _RECOVER
        return _NEAR * (1 + (now - self._cut_at) / 10)
