"""What the judge behind an OpenAI-compatible endpoint needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.config import OPENAI_URL

CONNECT_TIMEOUT = 10.0
# What OpenAI advises for its flex tier, in seconds.
TIER_TIMEOUT = 900.0
# Tiers that are not the full price: within minutes, by a batch endpoint, by a file.
FLEX, BATCH, FILE = "flex", "batch", "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAISettings:
    """What the judge needs to know; `timeout` is in seconds for a whole request."""

    model: str
    base_url: str = OPENAI_URL
    timeout: float = 120.0
    concurrency: int = 16
    rpm: int | None = None
    tpm: int | None = None
    tier: str = ""

    @property
    def service_tier(self) -> str:
        """What is asked for in each request: batches are another way, not another request."""
        return self.tier if self.tier == FLEX else ""

    @property
    def patience(self) -> float:
        """How long to wait for one reply: a cheaper tier has its own pace."""
        return max(self.timeout, TIER_TIMEOUT) if self.service_tier else self.timeout
