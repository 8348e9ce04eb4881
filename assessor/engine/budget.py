"""What a run may use, and what it has done and used so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assessor.judges.base import JudgeReply, Usage
from assessor.plan import Price, Tokens, cost_of

# No text has so many times fewer tokens than its length makes.
_FAR = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a run may use: requests at a time, dollars, seconds."""

    concurrency: int = 16
    max_cost: Decimal | None = None
    max_seconds: float | None = None


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a run has done so far; a display may read it at any time.

    `spoiled` counts answers for which the judge could not fill in the form for all cells at once.
    `failed` counts asks that brought no reply, `wasted` the tries that were billed and came to
    nothing. `cost` is what endpoints counted for all of it, `estimated` what the replies that told
    no tokens may cost.
    """

    answers: int = 0
    answers_done: int = 0
    asked: int = 0
    replied: int = 0
    from_store: int = 0
    invalid: int = 0
    failed: int = 0
    wasted: int = 0
    failed_codes: Counter[str] = field(default_factory=Counter)
    spoiled: int = 0
    tokens: Tokens = field(default_factory=Tokens)
    usage_unknown: int = 0
    cost: Decimal = Decimal(0)
    estimated: Decimal = Decimal(0)
    latencies: list[float] = field(default_factory=list)
    models: set[str] = field(default_factory=set)

    def add(self, other: Progress) -> None:
        """Take in what another part of the same command did and used, but for its answers."""
        self.asked += other.asked
        self.replied += other.replied
        self.invalid += other.invalid
        self.failed += other.failed
        self.wasted += other.wasted
        self.failed_codes += other.failed_codes
        self.tokens += other.tokens
        self.usage_unknown += other.usage_unknown
        self.cost += other.cost
        self.estimated += other.estimated
        self.models |= other.models

    @property
    def has_sent(self) -> bool:
        """Whether any request went out, whatever came of it."""
        return bool(self.replied or self.failed or self.wasted)

    def count(self, reply: JudgeReply, price: Price | None, guess: Tokens) -> None:
        """Take in what a reply used and took; `guess` is what it was thought to use."""
        usage = replace(reply.usage, full_price=reply.full_price)
        self.count_waste(reply.waste, price, guess)
        self.replied += 1
        self.latencies.append(reply.latency)
        self.models.add(reply.model)
        if usage.input is None or usage.output is None:
            self.usage_unknown += 1
        self._bill(usage, price, guess)

    def count_waste(self, waste: Sequence[Usage], price: Price | None, guess: Tokens) -> None:
        """Take in what was billed for tries that came to nothing."""
        self.wasted += len(waste)
        for usage in waste:
            self._bill(usage, price, guess)

    def _bill(self, usage: Usage, price: Price | None, guess: Tokens) -> None:
        self.tokens += _tokens(usage)
        if price and usage.full_price:
            price = replace(price, share=Decimal(1))
        if price:
            told, untold = billed(usage, price, guess)
            self.cost += told
            self.estimated += untold


def billed(usage: Usage, price: Price, guess: Tokens) -> tuple[Decimal, Decimal]:
    """Return what a try costs by what was told of it, and what the rest may cost by `guess`.

    A count of the request that no tokenizer gives its length tells nothing: a limit would not hold.
    """
    counted = usage.input is not None and not 0 < usage.input * _FAR < guess.input
    unknown = Tokens(
        input=0 if counted else guess.input,
        output=guess.output if usage.output is None else 0,
    )
    return cost_of(_tokens(usage), price), cost_of(unknown, price)


def _tokens(usage: Usage) -> Tokens:
    return Tokens(
        input=usage.input or 0,
        cached=usage.cached or 0,
        cache_written=usage.cache_written or 0,
        output=usage.output or 0,
    )
