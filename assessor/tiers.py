"""Tiers of payment: what is paid for, how it is asked for, and what a host must answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Delivery(StrEnum):
    """How requests come to a model."""

    AT_ONCE = "at_once"
    BY_BATCH = "by_batch"  # the host's batch endpoint, collected later
    BY_FILE = "by_file"  # a file that a person carries to a machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One tier as `--tier` names it, and all that follows for whoever chooses it.

    `words` tell it in the help. `service_tier` is what each request asks for and each reply must
    name again, "" for neither; `patience` is how many seconds one may take at least. `share` is
    what is paid of the full price; None: what the price list says, if it says anything.
    """

    words: str = ""
    delivery: Delivery = Delivery.AT_ONCE
    service_tier: str = ""
    patience: float = 0.0
    share: Decimal | None = None


# One row for each; nothing else asks which one it is. In prices.toml the share that a model costs
# at a tier stands under the tier's name, or in a table of that name by host.
STANDARD = "standard"
TIERS: dict[str, Tier] = {
    STANDARD: Tier(share=Decimal(1)),
    "flex": Tier(
        words="half price within minutes, where the host has it",
        service_tier="flex",
        patience=900.0,  # what OpenAI advises
    ),
    "batch": Tier(
        words="half price within a day, collected by the same command", delivery=Delivery.BY_BATCH
    ),
    "file": Tier(words="for a machine without a network", delivery=Delivery.BY_FILE),
}


def asked_at_once() -> list[str]:
    """Return the names of the tiers whose requests are answered while one waits."""
    return [name for name, tier in TIERS.items() if tier.delivery is Delivery.AT_ONCE]


def known_tier(name: object) -> object:
    """Return `name` where a tier has it. Raises ValueError."""
    if name in TIERS:
        return name
    *others, last = map(repr, TIERS)
    raise ValueError(f"must be {', '.join(others)} or {last}")
