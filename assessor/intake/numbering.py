"""Numbers in front of lines that only count them, and earn nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.intake.marks import Mark, deduction_in, mark_in
from assessor.intake.source import Line
from assessor.intake.words import UNIT

_BARE = re.compile(rf"^(\d{{1,2}})\s+(?!(?i:{UNIT})|[x\u00d7*]\s*\d)(?=[^\W\d_])")


def uncounted(lines: Sequence[Line]) -> list[Line]:
    """Take numbers without a dot off lines that they count: `1 by active transport`, `2 …`."""
    found = [
        (place, match)
        for place, each in enumerate(lines)
        if not each.mark and (match := _BARE.match(each.text)) and not deduction_in(each.text)
    ]
    if len(found) < 2 or [int(match[1]) for _, match in found] != list(range(1, len(found) + 1)):
        return list(lines)
    marked = {
        place: replace(lines[place], mark=f"{match[1]}.", text=lines[place].text[match.end() :])
        for place, match in found
    }
    return [marked.get(place, each) for place, each in enumerate(lines)]


def is_count(mark: Mark) -> bool:
    """Say whether a number in front may count its line: `1: …` or `(1) …`, without a unit."""
    bare = mark.how == "bare" or re.fullmatch(r"\(\d+\)", mark.given) is not None
    # "M2 … (1)": the second marking point, worth 1.
    bare = bare or bool(re.match(r"[MPE]\d", mark.given) and mark_in(mark.text) is not None)
    return (
        bare
        and mark.given[:1] != "+"
        and "=" not in mark.given
        and mark.place == "front"
        and mark.low is None
        and mark.points >= 0
    )


def is_numbering(lines: Sequence[tuple[Line, Mark | None]]) -> bool:
    """Say whether bare numbers in front of lines count them: 1, 2, 3, …, each once."""
    numbers = [
        m.points
        for line, own in lines
        if own is None and (m := mark_in(line.text)) is not None and is_count(m)
    ]
    return len(numbers) >= 2 and numbers == [Decimal(n) for n in range(1, len(numbers) + 1)]
