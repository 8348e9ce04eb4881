"""Counted nouns in what a person reads: 1 answer, 2 answers, 1 point, 0.5 points."""

from __future__ import annotations


def plural(count: int | str, one: str, many: str = "") -> str:
    """Return a count with its noun, and with the verb where it bends too.

    `count` is a number, or one in words already (points as they are written: "1", "0.5").
    `many` is the form that a mere s does not make: "answer waits", "answers wait".
    """
    said = count if isinstance(count, str) else f"{count:,}"
    return f"{said} {one if said == '1' else many or one + 's'}"
