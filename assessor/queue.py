"""Who must be looked at, who next: the mandatory ones, then the riskiest within the budget.

The one place that decides whether an answer is in the queue, and what that makes of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assessor.digest import digest
from assessor.distribution import Gap
from assessor.finding import Basis
from assessor.grade import Proposal
from assessor.sureness import UNSURE
from assessor.verdict import Finding, ReasonCode, State, is_mandatory

# Risks that are equal but for the order in which they were summed up are equal.
_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What ranks an answer: the chance that a person's total `differs`, then by how much."""

    differs: float
    expected: float = 0.0


def risk_of(gap: Gap) -> Risk:
    """Return what ranks an answer whose total may differ so."""
    return Risk(differs=gap.differs, expected=gap.expected)


def lot_of(findings: Sequence[Finding]) -> Risk:
    """Return what ranks an answer where the judge's numbers say nothing: alike, the unsure first.

    Unsure is what the readings themselves left open; among equals the digest draws the lot.
    """
    is_open = any(
        ReasonCode.LEFT_OUT in each.reasons
        or any(UNSURE[0] <= p <= UNSURE[1] for p in each.probabilities)
        for each in findings
    )
    return Risk(differs=1.0 if is_open else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCandidate:
    """One graded answer. `decided`: a person's word stands on it.

    `outside`: graded to tune or to audit, so never in the queue. `for_risk`: it may take a place
    for its risk; not while an audit speaks of it, nor when it was decided without a place.
    """

    key: str
    reasons: tuple[str, ...]
    risk: Risk
    decided: bool = False
    outside: bool = False
    for_risk: bool = True

    @property
    def mandatory(self) -> bool:
        """Whether it is looked at whatever the budget."""
        return any(map(is_mandatory, self.reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlace:
    """What the queue makes of an answer; `rank` counts from 1, None outside the queue."""

    state: State
    reasons: tuple[str, ...]
    rank: int | None


def waiting_at(rank: int, reasons: Sequence[str]) -> QueuePlace:
    """Return the place of an answer that waits for a person: it says why, or that it is risky."""
    if not any(map(is_mandatory, reasons)):
        reasons = (*reasons, ReasonCode.RISK)
    return QueuePlace(state=State.NEEDS_REVIEW, reasons=tuple(dict.fromkeys(reasons)), rank=rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecord(Proposal):
    """What a run proposes for one submission, with its place in the queue, before people's words.

    `queue_rank` counts from 1, None outside the queue; `risk` is what ranked it. `basis` is None
    where the findings are to be worked out anew each time.
    """

    queue_rank: int | None = None
    risk: float | None = None
    basis: Basis | None = field(default=None, compare=False)

    @property
    def needs_review(self) -> bool:
        """Whether a person must look at it: it has a place in the queue, or could not be graded."""
        waits = self.state in {State.NEEDS_REVIEW, State.UNGRADED}
        return waits or self.queue_rank is not None

    def placed(self, place: QueuePlace, risk: float | None) -> OutcomeRecord:
        """Return it where the queue has it now."""
        return replace(
            self, state=place.state, reasons=place.reasons, queue_rank=place.rank, risk=risk
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The answers to look at, mandatory first; `over_budget` when those alone exceed it."""

    order: tuple[str, ...] = ()
    mandatory: int = 0
    places: int = 0
    ranks: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ranks = {key: rank for rank, key in enumerate(self.order, start=1)}
        object.__setattr__(self, "ranks", ranks)

    @property
    def over_budget(self) -> bool:
        """Whether the mandatory ones alone are more than the budget."""
        return self.mandatory > self.places

    def place(self, candidate: QueueCandidate) -> QueuePlace:
        """Return what becomes of an answer: it waits for a person, or it does not."""
        rank = self.ranks.get(candidate.key)
        reasons = tuple(each for each in candidate.reasons if each != ReasonCode.RISK)
        if rank is None or candidate.decided:
            return QueuePlace(state=State.GRADED, reasons=reasons, rank=rank)
        return waiting_at(rank, reasons)


def draw_queue(candidates: Sequence[QueueCandidate], budget: float, readable: int) -> Queue:
    """Return the queue: mandatory ones, then by risk until `budget` of `readable` is full.

    The budget is rounded down and counts the mandatory ones. Answers that a person decided keep
    their place. Equal risks go by the expected difference, then by a digest: stable, and unrelated
    to names and to the order in the file. So where no number says anything, it is a random draw.
    """
    places = math.floor(budget * readable + 1e-9)
    inside = sorted((each for each in candidates if not each.outside), key=_order)
    mandatory = [each for each in inside if each.mandatory]
    others = [each for each in inside if not each.mandatory and each.for_risk]
    free = max(0, places - len(mandatory))
    decided = [each for each in others if each.decided][:free]
    kept = {each.key for each in decided}
    by_risk = [each for each in others if each.key not in kept][: free - len(decided)]
    chosen = sorted([*decided, *by_risk], key=_order)
    return Queue(
        order=tuple(each.key for each in (*mandatory, *chosen)),
        mandatory=len(mandatory),
        places=places,
    )


def _order(candidate: QueueCandidate) -> tuple[float, float, str]:
    risk = candidate.risk
    return (
        -round(risk.differs, _DIGITS),
        -round(risk.expected, _DIGITS),
        digest("place", candidate.key),
    )
