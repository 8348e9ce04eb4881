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
# Fewer taken requests than this, within a second, say nothing of a ceiling.
_TELLING = 5


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

    def sent(self, held: bool) -> None:
        """Take in that a request goes out, and whether the rate held it back."""
        self._taken += 1
        self._held = self._held or held

    def accepted(self, now: float) -> None:
        """Take in a good reply: the rate grows, where it is what holds requests back."""
        if self.rate is None:
            return
        if self._held:
            self.rate *= 1 + self._growth(now) * min(now - self._grown_at, 1.0)
        self._grown_at, self._held = now, False

    def refused(self, sent_at: float, now: float) -> bool:
        """Take in a refusal; True when it cuts the rate, once for all requests of an episode."""
        self._taken -= 1
        if sent_at <= self._cut_at:
            return False
        if self.rate is None:
            self.rate = _FIRST_RATE
        else:
            since = max(now - self._cut_at, 0.001)
            if self._taken >= (1 if since >= 1 else _TELLING):
                self._ceiling = self.rate
            left = max(self._taken / since, self.rate * _LEAST_LEFT)
            self.rate = max(min(left, self.rate * _MOST_LEFT), _SLOWEST)
        self._cut_at = self._grown_at = now
        self._taken = 0
        return True

    def _growth(self, now: float) -> float:
        if self._ceiling is None or self.rate is None:
            return _SEEK
        if self.rate < 0.9 * self._ceiling:
            return _RECOVER
        return _NEAR * (1 + (now - self._cut_at) / 10)
