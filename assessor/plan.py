"""What will be asked, under which keys, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assessor.digest import canonical_json, digest, digest_of
from assessor.prompt import Ask, Asking
from assessor.submission import Submission

# Four bytes a token is the usual rule of thumb for English; the first replies correct it.
BYTES_PER_TOKEN = 4
# Measured for a short verdict with two quotes; an estimate before the first reply only.
TYPICAL_OUTPUT_TOKENS = 190


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars per million tokens and the day (ISO) on which that was checked.

    `share` is what is paid of them at the tier that is asked for, `shares` what it is at the
    cheaper ones of which that is known.
    """

    input: Decimal
    cached: Decimal
    cache_written: Decimal
    output: Decimal
    checked: str = ""
    share: Decimal = Decimal(1)
    shares: Mapping[str, Decimal] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens used so far; `input` includes `cached` and `cache_written`."""

    input: int = 0
    cached: int = 0
    cache_written: int = 0
    output: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            input=self.input + other.input,
            cached=self.cached + other.cached,
            cache_written=self.cache_written + other.cache_written,
            output=self.output + other.output,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CellAbout:
    """What a reading is about: the rubric's parts shown, the answer, the family of prompts.

    `answer_digest` is that of what is sent, where something of the answer is covered.
    """

    shown: str
    answer_digest: str
    family: str


def about_cell(asking: Asking, cell: str, answer: Submission) -> CellAbout:
    """Return what a reading of one cell of an answer is about."""
    sent = asking.sent(answer.answer)
    return CellAbout(
        shown=asking.prefix((cell,), joint=False).shown_digest,
        answer_digest=answer.answer_digest if sent == answer.answer else digest("sent", sent),
        family=asking.prompt.family,
    )


def cost_of(tokens: Tokens, price: Price) -> Decimal:
    """Return what `tokens` cost in dollars, exactly."""
    fresh = max(0, tokens.input - tokens.cached - tokens.cache_written)
    millionths = (
        fresh * price.input
        + tokens.cached * price.cached
        + tokens.cache_written * price.cache_written
        + tokens.output * price.output
    )
    return millionths * price.share / 1_000_000


def estimate_tokens(ask: Ask) -> Tokens:
    """Return what one ask will probably use, from its length alone and without a cache."""
    characters = len(ask.system.encode(errors="replace")) + len(ask.user.encode(errors="replace"))
    output = TYPICAL_OUTPUT_TOKENS if len(ask.cells) == 1 else 81 * len(ask.cells)
    return Tokens(input=characters // BYTES_PER_TOKEN, output=output)


def request_key(ask: Ask, judge: Mapping[str, object]) -> str:
    """Return the digest of all that decides a reply: what is asked, of whom, and how.

    `judge` is the judge's identity (backend, model, endpoint, parameters). The nonce is left
    out, so that the key is the same in every store.
    """
    return digest("request", _request(ask, judge))


# Stands where an answer's digest will; nothing else of a request can say this.
_ANSWER = "answer:sha256:\x00"


class Keys:
    """Names requests that differ in their answer alone: they need not be written for that."""

    def __init__(self, ask: Ask, judge: Mapping[str, object]) -> None:
        """Take one of them; what is said of `request_key` holds here."""
        whole = canonical_json(_request(replace(ask, answer_digest=_ANSWER), judge))
        self._before, self._after = whole.split(canonical_json(_ANSWER))

    def about(self, answer_digest: str) -> str:
        """Return the key of the one about this answer."""
        whole = f"{self._before}{canonical_json(answer_digest)}{self._after}"
        return digest_of("request", whole)


def cell_key(cell: str, asked: str, about: CellAbout, judge: Mapping[str, object]) -> str:
    """Return the digest that names one reading of one cell, in whatever layout it was asked.

    An isolated and a joint request that show the same of a cell give readings of one key; which
    of them may serve which is the reader's rule.
    """
    return digest(
        "cell",
        {
            "cell": cell,
            "pass": asked,
            "shown": about.shown,
            "answer": about.answer_digest,
            "family": about.family,
            "judge": dict(judge),
        },
    )


def _request(ask: Ask, judge: Mapping[str, object]) -> dict[str, object]:
    about = {
        "pass": ask.asked.value,
        "answer": ask.answer_digest,
        "prompt": ask.prompt,
        "shown": ask.shown,
        "cells": ask.cells,
        "schema": ask.schema,
        "repair": ask.repair,
    }
    return {"about": about, "judge": dict(judge)}
