"""Which cells the rubric leaves open: what the readings doubt, and what hangs on it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.rubric.model import Effect
from assessor.submission import Submission
from assessor.sureness import UNSURE
from assessor.trust.records import Bound
from assessor.verdict import Finding, ReasonCode

# A reading against itself, readings that part and ways of reading that part are as open as can be.
OPEN = 0.5
AT_ODDS = frozenset({ReasonCode.CONTRADICTION, ReasonCode.EVEN_SPLIT, ReasonCode.READINGS_PART})
# What a judge says where an idea is nowhere near; it tells no border from another.
NOTHING_NEAR = frozenset({"", "not stated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswer:
    """One different answer as it was read; `copies` students gave it.

    `quotes` are each cell's verbatim passages, near misses among them. `parted` holds the lower and
    the higher level (counted from 0) of cells that were read both ways and came out differently.
    """

    submission: Submission
    findings: tuple[Finding, ...]
    quotes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parted: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    copies: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One cell in doubt: between level number `place` (0 is absent) and the next one above it.

    `doubt` is the chance, at most one half, that a person says the other of the two; `points` is
    what lies between them. `level` is the one that is proposed.
    """

    submission: Submission
    cell: str
    place: int
    level: str
    doubt: float
    points: Decimal
    gap: str
    quotes: tuple[str, ...]
    copies: int

    @property
    def weight(self) -> float:
        """The points that may move by it, over all who gave this answer."""
        return self.doubt * float(self.points) * self.copies

    @property
    def bound(self) -> Bound:
        """Which text of whose answer this is."""
        return (*self.submission.key, self.submission.answer_digest)


def cases_of(rubric: Rubric, answers: Sequence[ReadAnswer]) -> tuple[Doubt, ...]:
    """Return every cell in doubt, in the order of the answers and of the rubric."""
    return tuple(case for read in answers for case in _cases(rubric, read))


def _cases(rubric: Rubric, read: ReadAnswer) -> Iterator[Doubt]:
    for finding in read.findings:
        found = _open_at(finding, read.parted.get(finding.cell))
        if found is None:
            continue
        place, doubt = found
        gap = "" if finding.gap.strip(" .").casefold() in NOTHING_NEAR else finding.gap.strip()
        yield Doubt(
            submission=read.submission,
            cell=finding.cell,
            place=place,
            level=finding.level or ABSENT,
            doubt=doubt,
            points=between(rubric, finding.cell, place),
            gap=gap,
            quotes=_quotes(finding, read.quotes.get(finding.cell, ())),
            copies=read.copies,
        )


def _open_at(finding: Finding, parted: tuple[int, int] | None) -> tuple[int, float] | None:
    """Return between which levels a cell is open, and how far; None where it is not."""
    chances = finding.probabilities
    if not chances:
        return None
    nearest = min(range(len(chances)), key=lambda place: (abs(chances[place] - 0.5), place))
    if parted is not None:
        low, high = parted
        within = range(low, max(high, low + 1))
        return min(within, key=lambda place: (abs(chances[place] - 0.5), place)), OPEN
    if AT_ODDS & set(finding.reasons):
        return nearest, OPEN
    if UNSURE[0] <= chances[nearest] <= UNSURE[1]:
        return nearest, min(chances[nearest], 1 - chances[nearest])
    return None


def between(rubric: Rubric, cell: str, place: int) -> Decimal:
    """Return the points between a level of a cell (0 is absent) and the next one above it."""
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        wrong = rubric.misconception(cell)
        if wrong.effect is Effect.DEDUCT:
            return wrong.points
        held = rubric.key_point(wrong.of)
        return held.points - held.points_at(wrong.to or ABSENT)
    points = (Decimal(0), *(each.points for each in rubric.key_point(cell).levels))
    return points[place + 1] - points[place]


def _quotes(finding: Finding, near: Sequence[str]) -> tuple[str, ...]:
    own = [span.text for span in finding.evidence]
    return tuple(dict.fromkeys((*own, *finding.claimed_quotes, *near)))
