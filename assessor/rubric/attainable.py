"""What a rubric can earn, and the defaults that follow from it."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from assessor.rubric.model import BestOf, Choice, KeyPoint


def attainable(
    key_points: tuple[KeyPoint, ...], best_of: tuple[BestOf, ...], choice: Choice | None
) -> Decimal:
    """Return the most that can be earned: the choice, and the best of each either-of group."""
    points = {each.id: each.points for each in key_points}
    for group in best_of:
        # A wrong group may name a key point twice or one that is not there; the check tells it.
        known = (cell for cell in dict.fromkeys(group.of) if cell in points)
        ranked = sorted(known, key=lambda cell: -points[cell])
        for cell in ranked[group.count :]:
            points[cell] = Decimal(0)
    return sum(points.values(), choice.points if choice is not None else Decimal(0))


def default_tolerance(most: Decimal, step: Decimal) -> Decimal:
    """Return a tenth of the maximum rounded up to the step; 0 where that is half of it or more."""
    tenth = (most / 10 / step).to_integral_value(ROUND_CEILING) * step
    return Decimal(0) if tenth * 2 >= most else tenth
