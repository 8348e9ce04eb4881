"""Does the judge's error follow length, language or section? The report checks itself.

Source: method.md §6.4; permutation in regression after Freedman & Lane 1983.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.statistics.comparison import holm

FEWEST_IN_GROUP = 15
FEWEST_FOR_LENGTH = 20
PERMUTATIONS = 1_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: by how many points the judge's error moves, and whether chance could do it.

    `effect` and `p` are None where it cannot be checked; `reason` then says why.
    """

    name: str
    effect: float | None
    p: float | None
    n: int
    reason: str = ""


def length_check(
    words: Sequence[int], human: Sequence[float], judge: Sequence[float], *, seed: int = 0
) -> Check:
    """Return by how many points the judge's error grows when an answer is twice as long.

    One entry per answer: its words, the human's and the judge's points. The error (judge less
    human) is regressed on log2 of the words (at least 1) and on the human's points, as good answers
    are longer; p is from permuted residuals. Not below 20 answers, nor where all are equally long.
    Raises ValueError for unlike lengths.
    """
    import numpy as np  # noqa: PLC0415 - loaded only when statistics are asked for

    cells = list(zip(words, human, judge, strict=True))
    n = len(cells)
    if n < FEWEST_FOR_LENGTH:
        return _not_checked("length", n, f"fewer than {FEWEST_FOR_LENGTH} hand-graded answers")
    error = np.asarray([j - h for _, h, j in cells])
    length = np.asarray([math.log2(max(count, 1)) for count, _, _ in cells])
    base = np.column_stack([np.ones(n), [h for _, h, _ in cells]])
    # What the human's points do not say already of the length and of the error.
    rest = length - base @ np.linalg.lstsq(base, length, rcond=None)[0]
    if rest @ rest < 1e-9:
        return _not_checked("length", n, "length says nothing beyond the points")
    fitted = base @ np.linalg.lstsq(base, error, rcond=None)[0]
    left = error - fitted
    effect = float(rest @ left / (rest @ rest))
    chance = np.random.default_rng(seed)
    found = [rest @ chance.permutation(left) for _ in range(PERMUTATIONS)]
    reached = int((np.abs(found) >= abs(rest @ left) - 1e-9).sum())
    return Check(name="length", effect=effect, p=(1 + reached) / (PERMUTATIONS + 1), n=n)


def group_checks(
    groups: Sequence[str], human: Sequence[float], judge: Sequence[float], *, seed: int = 0
) -> tuple[Check, ...]:
    """Return per group by how many points the judge leans to it, beside all others.

    One entry per answer. p is from permuted groups, corrected for their number (Holm). A group
    with fewer than 15 answers, or without 15 others, is named and not checked. Sorted by name.
    Raises ValueError for unlike lengths.
    """
    errors = [j - h for h, j in zip(human, judge, strict=True)]
    found: list[Check] = []
    for name in sorted(set(groups)):
        inside = [label == name for label in groups]
        found.append(_group_check(name, inside, errors, seed))
    corrected = holm({each.name: each.p for each in found if each.p is not None})
    return tuple(
        Check(
            name=each.name,
            effect=each.effect,
            p=corrected.get(each.name),
            n=each.n,
            reason=each.reason,
        )
        for each in found
    )


def _group_check(name: str, inside: Sequence[bool], errors: Sequence[float], seed: int) -> Check:
    import numpy as np  # noqa: PLC0415 - loaded only when statistics are asked for

    n = sum(inside)
    if min(n, len(inside) - n) < FEWEST_IN_GROUP:
        return _not_checked(name, n, f"fewer than {FEWEST_IN_GROUP} answers in it or beside it")
    pick, values = np.asarray(inside, dtype=bool), np.asarray(errors, dtype=float)
    effect = float(values[pick].mean() - values[~pick].mean())
    chance = np.random.default_rng(seed)
    whole, rest = values.sum(), len(values) - n
    reached = 0
    for _ in range(PERMUTATIONS):
        part = chance.permutation(values)[:n].sum()
        reached += abs(part / n - (whole - part) / rest) >= abs(effect) - 1e-9
    return Check(name=name, effect=effect, p=(1 + reached) / (PERMUTATIONS + 1), n=n)


def _not_checked(name: str, n: int, reason: str) -> Check:
    return Check(name=name, effect=None, p=None, n=n, reason=reason)
