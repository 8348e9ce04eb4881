"""What is gained by letting a person see the riskiest answers first: risk against coverage.

Sources: method.md §6.1; El-Yaniv & Wiener 2010 (risk-coverage), Fawcett 2006 (area under ROC).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHARES = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of the safest `share` of the answers, `n` of them, the share `wrong` is wrong; in 0..1."""

    share: float
    n: int
    wrong: float


def risk_coverage(
    risks: Sequence[float],
    wrong: Sequence[bool],
    weights: Sequence[float] = (),
    shares: Sequence[float] = SHARES,
) -> tuple[Coverage, ...]:
    """Return how often the safest answers are wrong, for growing shares of them.

    One risk and one truth per hand-graded answer; `weights` are 1 / (chance of being drawn),
    default equal. Shares are of the weight, so of the class that the sample stands for. Equal
    risks go by their place. Nothing for no answers. Raises ValueError for unlike lengths.
    """
    each = list(zip(risks, wrong, weights or (1.0,) * len(risks), strict=True))
    order = sorted(range(len(each)), key=lambda place: (each[place][0], place))
    whole = sum(weight for _, _, weight in each)
    found = []
    for share in shares if each else ():
        taken, bad, n = 0.0, 0.0, 0
        for place in order:
            _, is_wrong, weight = each[place]
            if taken + weight > share * whole + 1e-9 and n:
                break
            taken, bad, n = taken + weight, bad + weight * is_wrong, n + 1
        found.append(Coverage(share=share, n=n, wrong=bad / taken))
    return tuple(found)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Return the chance that a positive scores above a negative, ties counting half.

    None where there is only one class. Raises ValueError for unlike lengths.
    """
    pairs = list(zip(scores, positive, strict=True))
    yes = [score for score, is_positive in pairs if is_positive]
    no = [score for score, is_positive in pairs if not is_positive]
    if not yes or not no:
        return None
    above = sum((a > b) + 0.5 * (a == b) for a in yes for b in no)
    return above / (len(yes) * len(no))
