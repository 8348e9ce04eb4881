"""Find a judge's quote in the visible answer: a verified quote is an exact span, nothing less."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A verified quote: `answer[start:end]` (code points) is `text`."""

    start: int
    end: int
    text: str
