"""The same cells graded by two raters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """Grades of the same cells (or totals) by two raters: equally long, one entry per cell.

    `human` and `judge` hold points or level numbers, `students` whose cell it is. `levels` are
    all that could be given, ascending (default: those that occur); the lowest is `not met`, all
    above are `met`. `tolerance` is in points. `weights` are 1 / (chance of being drawn), default
    equal; only their ratios matter (Hájek). Raises ValueError for unlike lengths, weights that
    are not above 0 and values that are not levels.
    """

    students: tuple[str, ...]
    human: tuple[float, ...]
    judge: tuple[float, ...]
    levels: tuple[float, ...] = ()
    tolerance: float = 0.0
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        lengths = {len(self.students), len(self.human), len(self.judge)}
        if self.weights:
            lengths.add(len(self.weights))
        if len(lengths) > 1 or any(weight <= 0 for weight in self.weights):
            raise ValueError("ratings need one student, human, judge and weight above 0 per cell")
        seen = {*self.human, *self.judge}
        if not self.levels:
            object.__setattr__(self, "levels", tuple(sorted(seen)))
        if strange := seen - {*self.levels}:
            raise ValueError(f"not among the levels {self.levels!r}: {sorted(strange)!r}")
