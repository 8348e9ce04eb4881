"""Geometry of the plots: whole numbers for the macros of templates/report/plots.html."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.writers.results import points_text

WIDTH = 360
HEIGHT = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramColumn:
    """One column of a histogram, in the plot's own units; `label` is its lower edge."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Columns from 0 to the maximum; `step` is the width of one; `exact`: it holds one value."""

    columns: tuple[HistogramColumn, ...]
    step: str
    exact: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPiece:
    """One piece of a bar, in percent of its width."""

    kind: str
    x: float
    width: float


def histogram(values: Sequence[Decimal], most: Decimal) -> Histogram:
    """Return the distribution of points in steps of one, or of a tenth of the maximum.

    A person may give more than the maximum: the last column takes what lies above it.
    """
    step = max(Decimal(1), (most / 10).to_integral_value())
    edges = [step * place for place in range(int(most // step) + 1)]
    counts = _counts(values, step, len(edges))
    highest = max(counts, default=0) or 1
    slot = WIDTH / len(edges)
    columns = []
    for place, (edge, count) in enumerate(zip(edges, counts, strict=True)):
        height = HEIGHT * count / highest
        columns.append(
            HistogramColumn(
                label=points_text(edge),
                count=count,
                x=round(place * slot + slot * 0.08, 1),
                y=round(HEIGHT - height, 1),
                width=round(slot * 0.84, 1),
                height=round(height, 1),
            )
        )
    return Histogram(
        columns=tuple(columns),
        step=points_text(step),
        exact=step == 1 and all(value == value.to_integral_value() for value in values),
        words="; ".join(f"{each.label}: {each.count}" for each in columns),
    )


def bar(counts: Sequence[tuple[str, int]]) -> tuple[BarPiece, ...]:
    """Return the pieces of a stacked bar, in the order given; empty ones are left out."""
    whole = sum(count for _, count in counts) or 1
    pieces, x = [], 0.0
    for kind, count in counts:
        if count:
            width = 100 * count / whole
            pieces.append(BarPiece(kind=kind, x=round(x, 2), width=round(width, 2)))
            x += width
    return tuple(pieces)


def _counts(values: Sequence[Decimal], step: Decimal, columns: int) -> list[int]:
    places = Counter(min(max(int(value // step), 0), columns - 1) for value in values)
    return [places[place] for place in range(columns)]
