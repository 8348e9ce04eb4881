"""What the judge behind an OpenAI-compatible endpoint needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.config import OPENAI_URL
from assessor.tiers import STANDARD, TIERS, Delivery

CONNECT_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAISettings:
    """What the judge needs to know; `timeout` is in seconds for a whole request."""

    model: str
    base_url: str = OPENAI_URL
    timeout: float = 120.0
    concurrency: int = 16
    rpm: int | None = None
    tpm: int | None = None
    tier: str = STANDARD

    @property
    def delivery(self) -> Delivery:
        """How requests come to the model at this tier."""
        return TIERS[self.tier].delivery

    @property
    def service_tier(self) -> str:
        """What is asked for in each request: batches are another way, not another request."""
        return TIERS[self.tier].service_tier

    @property
    def patience(self) -> float:
        """How long to wait for one reply: a cheaper tier has its own pace."""
        return max(self.timeout, TIERS[self.tier].patience)
