"""Two rubrics, prompts or models on the same answers: is the difference more than luck?

Paired by student throughout, because the cells of one student go together. Sources: method.md
§6.3; McNemar 1947; Holm 1979.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.counting import plural
from assessor.statistics.intervals import CONFIDENCE, Ends, resampled

FLIPS = 9_999
_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair:
    """One hand-graded cell under both arms: was each right?"""

    student: str
    key_point: str
    a: bool
    b: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPointChange:
    """One key point: cells that only A or only B had right, and exact McNemar after Holm."""

    key_point: str
    only_a: int
    only_b: int
    cells: int
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """B against A: `difference` is the share of cells right under B less that under A.

    `low` and `high` are None where no interval can be given; `p` is that of the sign-flip test
    over students; `detectable` is the difference that so many students and changed cells would
    show in four of five cases.
    """

    difference: float | None
    low: float | None
    high: float | None
    p: float
    students: int
    cells: int
    changed: float
    detectable: float | None
    key_points: tuple[KeyPointChange, ...]


def compare(
    pairs: Sequence[ComparedPair], *, confidence: float = CONFIDENCE, seed: int = 0
) -> Comparison:
    """Return how B differs from A over the same cells; no difference and p = 1 without cells."""
    rows: dict[str, list[float]] = {}
    for pair in pairs:
        row = rows.setdefault(pair.student, [0.0, 0.0])
        row[0] += pair.b - pair.a
        row[1] += 1
    cells = len(pairs)
    changed = flip_rate([pair.a for pair in pairs], [pair.b for pair in pairs])
    ends = _interval(list(rows.values()), confidence, seed)
    found = None
    if changed:
        each = cells / len(rows)
        found = detectable_difference(changed, len(rows), each, 1.5 if each > 1 else 1.0)
    return Comparison(
        difference=sum(row[0] for row in rows.values()) / cells if cells else None,
        low=ends.low if ends else None,
        high=ends.high if ends else None,
        p=sign_flip([row[0] for row in rows.values()], seed=seed),
        students=len(rows),
        cells=cells,
        changed=changed or 0.0,
        detectable=found,
        key_points=_by_key_point(pairs),
    )


def say(comparison: Comparison, noise: float | None = None) -> str:
    """Return a comparison in words; `noise` is the share of cells that equal runs change."""
    if comparison.difference is None:
        return "there are no hand-graded answers to compare on"
    points = 100 * comparison.difference
    better = "A and B are right equally often"
    if abs(points) >= 0.05:
        side = "more" if points > 0 else "fewer"
        better = f"B is right on {abs(points):.1f} % {side} of the cells"
    if noise is not None and comparison.changed <= noise:
        return (
            f"{better}: no more than two runs of the same differ by, so consistent with no change"
        )
    if comparison.p > 1 - CONFIDENCE:
        return f"{better}: consistent with no change (p = {comparison.p:.2f})"
    return f"{better} (p = {comparison.p:.3f}, {plural(comparison.students, 'student')})"


def sign_flip(differences: Sequence[float], *, flips: int = FLIPS, seed: int = 0) -> float:
    """Return the two-sided p-value of `no difference`, one difference per student, in (0, 1].

    Signs are flipped at random; students without a difference say nothing; 1 where none has one.
    """
    import numpy as np  # noqa: PLC0415 - loaded only when statistics are asked for

    moved = np.asarray([each for each in differences if each != 0], dtype=float)
    if len(moved) == 0:
        return 1.0
    chance = np.random.default_rng(seed)
    seen, left = 0, flips
    while left > 0:  # in batches: a class of thousands must not take gigabytes
        signs = chance.choice([-1, 1], size=(min(left, _BATCH), len(moved)))
        seen += int((np.abs((signs * moved).sum(axis=1)) >= abs(moved.sum()) - 1e-12).sum())
        left -= len(signs)
    return (1 + seen) / (flips + 1)


def mcnemar(only_a: int, only_b: int) -> float:
    """Return the exact two-sided p-value that two counts of changed cells are alike; 1 if none."""
    changed = only_a + only_b
    tail = sum(math.comb(changed, k) for k in range(min(only_a, only_b) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def holm(p_values: Mapping[str, float]) -> Mapping[str, float]:
    """Return the p-values corrected for being several, in the order given."""
    order = sorted(p_values, key=lambda name: p_values[name])
    corrected: dict[str, float] = {}
    most = 0.0
    for place, name in enumerate(order):
        most = max(most, min(1.0, (len(order) - place) * p_values[name]))
        corrected[name] = most
    return {name: corrected[name] for name in p_values}


def flip_rate(first: Sequence[object], second: Sequence[object]) -> float | None:
    """Return the share of cells that two runs decide differently; None if empty.

    Raises ValueError for unlike lengths.
    """
    apart = [a != b for a, b in zip(first, second, strict=True)]
    return sum(apart) / len(apart) if apart else None


def detectable_difference(
    changed: float, students: int, key_points: float = 1, design_effect: float = 1.0
) -> float:
    """Return the smallest difference in the share right that shows with 80 % power.

    `changed` is the share of cells that the arms decide differently; `design_effect` is how much
    the cells of one student go together (1 for one key point, about 1.5 for seven). Raises
    ValueError without students or key points.
    """
    if students < 1 or key_points <= 0:
        raise ValueError(f"needs students and key points, got {students!r} and {key_points!r}")
    return 2.8 * math.sqrt(changed * design_effect / (students * key_points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overfit:
    """How much better the best of several useless edits looks: on average, and at most."""

    expected: float
    most: float


def best_of(edits: int, changed: float, students: int) -> Overfit:
    """Return the gain in the share right that picking the best of useless edits shows by luck.

    `expected` is the mean of the largest of that many normals, `most` the bound √(2 ln m), both
    times √(changed / students). Nothing for a single edit. Raises ValueError below one.
    """
    import numpy as np  # noqa: PLC0415 - loaded only when statistics are asked for
    from scipy.stats import norm  # noqa: PLC0415 - loaded only when statistics are asked for

    if edits < 1 or students < 1:
        raise ValueError(f"needs edits and students, got {edits!r} and {students!r}")
    spread = math.sqrt(changed / students)
    grid = np.linspace(-9, 9, 4001)
    density = edits * norm.pdf(grid) * norm.cdf(grid) ** (edits - 1)
    mean = float(np.trapezoid(grid * density, grid))
    return Overfit(expected=max(mean, 0.0) * spread, most=math.sqrt(2 * math.log(edits)) * spread)


def _interval(rows: Sequence[Sequence[float]], confidence: float, seed: int) -> Ends | None:
    return resampled(rows, lambda sums: sums[0] / sums[1], confidence, seed)


def _by_key_point(pairs: Sequence[ComparedPair]) -> tuple[KeyPointChange, ...]:
    counts: dict[str, list[int]] = {}
    for pair in pairs:
        row = counts.setdefault(pair.key_point, [0, 0, 0])
        row[0] += pair.a and not pair.b
        row[1] += pair.b and not pair.a
        row[2] += 1
    corrected = holm({name: mcnemar(row[0], row[1]) for name, row in counts.items()})
    return tuple(
        KeyPointChange(
            key_point=name, only_a=row[0], only_b=row[1], cells=row[2], p=corrected[name]
        )
        for name, row in counts.items()
    )
