"""How a class is read: one request per answer, or one per key point; what both ways agree on. Pure.

Where the two ways part often, the reader itself cannot be relied on. Measured: a strong model gives
the same level either way in .98 of the cells, one of 1.5 billion parameters in .3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assessor.counting import plural
from assessor.finding import said_level
from assessor.manifest import ManifestMethod
from assessor.verdict import Verdict

# Cells that both ways must have read before their agreement is spoken of.
LEAST_CELLS = 15
# From here on one request per answer is as good; below the other the reader is not to be relied on.
QUICK_FROM, RELIABLE_FROM = 0.90, 0.75
# A smaller class is read the careful way: there is little to save.
SMALL_CLASS = 12


class Method(StrEnum):
    """How the first reading of every cell is asked for."""

    AUTO = "auto"
    CAREFUL = "careful"
    QUICK = "quick"


@dataclass(frozen=True, slots=True, kw_only=True)
class BothWays:
    """Cells that were read alone and with all others; `broken` joint replies were not whole.

    `cells` holds (same level, all) by question and cell.
    """

    answers: int = 0
    broken: int = 0
    cells: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    @property
    def same(self) -> int:
        """How many cells got the same level either way."""
        return sum(same for same, _ in self.cells.values())

    @property
    def read(self) -> int:
        """How many cells were read either way."""
        return sum(both for _, both in self.cells.values())

    @property
    def share(self) -> float | None:
        """The share of cells with the same level; None of too few."""
        return self.same / self.read if self.read >= LEAST_CELLS else None

    @property
    def is_unreliable(self) -> bool:
        """Whether the two ways part so often that neither can be relied on."""
        return self.share is not None and self.share < RELIABLE_FROM

    @property
    def worst(self) -> tuple[tuple[str, str], tuple[int, int]] | None:
        """The cell on which the two ways part most, where they part at all."""
        cell = min(self.cells, key=lambda each: _share(self.cells[each]), default=None)
        if cell is None or self.cells[cell][0] == self.cells[cell][1]:
            return None
        return cell, self.cells[cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What one cell of one answer was read as, alone and with the others."""

    question: str
    alone: Verdict
    joint: Verdict


def compare(pairs: Iterable[Pair], answers: int, broken: int) -> BothWays:
    """Return how far the two ways of reading give the same levels."""
    cells: dict[tuple[str, str], tuple[int, int]] = {}
    for pair in pairs:
        name = (pair.question, pair.alone.cell)
        same, both = cells.get(name, (0, 0))
        agrees = said_level(pair.alone) == said_level(pair.joint)
        cells[name] = (same + agrees, both + 1)
    return BothWays(answers=answers, broken=broken, cells=cells)


def together(parts: Iterable[BothWays]) -> BothWays:
    """Return what several questions come to together."""
    found = list(parts)
    cells = {name: counted for each in found for name, counted in each.cells.items()}
    answers = sum(each.answers for each in found)
    return BothWays(answers=answers, broken=sum(each.broken for each in found), cells=cells)


def choose(both: BothWays, class_size: int) -> Method:
    """Return the method that goes on after the first answers were read both ways."""
    if class_size < SMALL_CLASS or both.broken or both.share is None:
        return Method.CAREFUL
    return Method.QUICK if both.share >= QUICK_FROM else Method.CAREFUL


def answers_to_compare(cells: int, answers: int, pilot: int) -> int:
    """Return how many answers of `cells` each are read both ways; 0 where no figure can be had."""
    if not cells or answers * cells < LEAST_CELLS:
        return 0
    return min(answers, max(pilot, math.ceil(LEAST_CELLS / cells)))


def agreement_words(both: BothWays) -> str:
    """Return in words how far the two ways agree."""
    if both.share is None:
        return (
            "Read both ways, alone and together, "
            f"{plural(both.read, 'decision is', 'decisions are')} "
            "too few to say how far the two agree"
        )
    return (
        f"Read both ways, the first {plural(both.answers, 'answer')} got the same level in "
        f"{both.same} of {plural(both.read, 'decision')} ({both.share:.0%})"
    )


def unreliable_words(both: BothWays) -> str:
    """Return what is wrong with a reader whose two ways part, and what would help."""
    worst = both.worst
    named = ""
    if worst is not None:
        (_, cell), (same, of) = worst
        named = f", a clearer key point ({cell!r} has {same} of {of})"
    return (
        f"{agreement_words(both)}: this model cannot be relied on for this rubric. What would "
        f"help: a larger model{named}, or grading by hand (--judge none). "
        "accept_unreliable = true under [judge] goes on all the same"
    )


def accepted_words(kept: ManifestMethod) -> str:
    """Return how a reader stood that was accepted though unreliable; "" of any other.

    `kept` is what a run's record holds of its method.
    """
    if not kept.unreliable:
        return ""
    return (
        f"Read both ways, alone and together, only {kept.same_level} of "
        f"{plural(kept.cells or 0, 'decision')} got the same level: this model cannot be "
        "relied on for this rubric and was accepted all the same (accept_unreliable under "
        "[judge]). Look at these grades before they count"
    )


def method_words(both: BothWays, used: Method, class_size: int) -> str:
    """Return in one line how it goes on, and why."""
    if used is Method.QUICK:
        return f"{agreement_words(both)}: it goes on with one request per answer."
    if both.broken:
        torn = plural(both.broken, "reply was", "replies were")
        why = f"; asked about all key points at once, {torn} not whole"
    elif class_size < SMALL_CLASS:
        why = f"; a class of fewer than {SMALL_CLASS}"
    else:
        why = ""
    return f"{agreement_words(both)}{why}: it goes on with one request per key point."


def as_before_words(used: Method) -> str:
    """Return in one line how a part of a class is read that was read before."""
    per = "answer" if used is Method.QUICK else "key point"
    return f"The class was read with one request per {per} before: so is this part of it."


def _share(counted: tuple[int, int]) -> float:
    return counted[0] / counted[1]
