"""The shipped prices: dated, whole, and never one that is not known."""

from __future__ import annotations

from decimal import Decimal

from assessor.assets import prices, shipped_price
from assessor.plan import Tokens, cost_of


def test_a_dozen_hosts_are_listed_with_a_day() -> None:
    """Each price is above nothing, a cached token costs no more than a fresh one."""
    listed = prices()

    assert len(listed) >= 12
    for models in listed.values():
        for price in models.values():
            assert price.checked >= "2026-11-30"
            assert 0 < price.cached <= price.input < 100
            assert 0 < price.output < 1000


def test_a_cheaper_tier_costs_its_share() -> None:
    """Half, where it is known to be had; unknown elsewhere, never the full price by mistake."""
    million = Tokens(input=1_000_000, output=1_000_000)
    full = shipped_price("gpt-5-mini", "api.openai.com")
    flex = shipped_price("gpt-5-mini", "api.openai.com", "flex")
    assert full is not None
    assert flex is not None

    assert (cost_of(million, full), cost_of(million, flex)) == (Decimal("2.25"), Decimal("1.125"))
    assert shipped_price("openai/gpt-oss-120b", "api.groq.com", "flex") is None


def test_a_batch_costs_half_where_the_host_says_so() -> None:
    """Where no host's own word is known of batches, the cost is unknown."""
    million = Tokens(input=1_000_000, output=1_000_000)
    batch = shipped_price("gpt-5-mini", "api.openai.com", "batch")
    assert batch is not None

    assert cost_of(million, batch) == Decimal("1.125")
    assert shipped_price("openai/gpt-oss-120b", "api.together.xyz", "batch") is None


def test_a_price_is_of_its_host() -> None:
    """The same model costs something else elsewhere, and what is not listed is not known."""
    here = shipped_price("openai/gpt-oss-120b", "api.groq.com")
    there = shipped_price("openai/gpt-oss-120b", "api.together.xyz")

    assert here is not None
    assert there is not None
    assert shipped_price("gpt-5-mini", "api.groq.com") is None
    assert shipped_price("no-such-model", "127.0.0.1:8000") is None
