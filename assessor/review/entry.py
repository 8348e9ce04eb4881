"""One answer as a reviewer meets it: the proposal, what was said of it, what this seat sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.digest import digest
from assessor.grade import Grade, Proposal, grade_of
from assessor.rubric import Rubric
from assessor.store import Event, OutcomeRecord
from assessor.submission import InputState, Key
from assessor.verdict import DecisionSource, Override, ReasonCode, Release, State, unlike

# Six bytes name an answer in addresses: no student id stands in a browser's history.
_ID_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who sits at the page, and how.

    `login` is the name of the machine's user, for the trail where nobody gave a name.
    `apart`: several graders, each for themselves; a seat then shows its own words only. `blind`:
    nothing of the judge is shown.
    """

    name: str = ""
    login: str = ""
    apart: bool = False
    blind: bool = False

    @property
    def who(self) -> str:
        """The name under which this seat's deeds are kept."""
        return self.name or self.login


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEntry:
    """One answer. `grade` is what stands for everybody, `shown` what this seat sees.

    `mine` is the newest word that this seat sees, decided or begun; `seen` is the id of the newest
    event that it sees, `newest` of anybody's.
    `rivals` are other graders' decisions that stand beside or against it.
    """

    id: str
    number: int
    outcome: OutcomeRecord
    rubric: Rubric
    grade: Grade
    shown: Grade
    mine: Override | None
    seen: str
    newest: str
    rivals: tuple[Override, ...]
    by_hand: bool

    @property
    def proposal(self) -> Proposal:
        """What was proposed, as far as this seat sees it: blind, nothing of the judge."""
        return _without_judge(self.outcome) if self.by_hand else self.outcome

    @property
    def is_done(self) -> bool:
        """Whether this seat has decided."""
        return self.mine is not None and self.mine.source != DecisionSource.DRAFT

    @property
    def is_begun(self) -> bool:
        """Whether some points are given and others are missing."""
        return (
            self.mine is not None
            and self.mine.source == DecisionSource.DRAFT
            and bool(self.mine.points)
        )

    @property
    def state(self) -> State:
        """The state as this seat sees it: what is begun by hand is not graded yet."""
        begun = self.by_hand and self.is_begun
        return State.NEEDS_REVIEW if begun else self.shown.state

    @property
    def standing(self) -> Decimal | None:
        """The points that count for this seat; None of what is only begun by hand."""
        return None if self.by_hand and self.is_begun else self.shown.standing

    @property
    def is_flagged(self) -> bool:
        """Whether the reviewer wants to come back to it."""
        return self.mine is not None and self.mine.unsure

    @property
    def is_queued(self) -> bool:
        """Whether it must be looked at."""
        return self.outcome.needs_review

    @property
    def mark(self) -> str:
        """What a page of it is known again by: the newest word, and levels and points as shown."""
        cells = [[each.cell, each.level, str(each.points)] for each in self.shown.cells]
        shown = digest("shown", [cells, str(self.shown.standing)])
        return f"{self.seen} {shown.rpartition(':')[2][:_ID_LENGTH]}"

    @property
    def is_readable(self) -> bool:
        """Whether there is an answer to read."""
        return self.outcome.submission.state is InputState.ANSWERED

    @property
    def answer(self) -> str:
        """The answer's text."""
        return self.outcome.submission.answer

    @property
    def key(self) -> Key:
        """Which submission this is."""
        return self.outcome.submission.key


def entry_id(key: Key) -> str:
    """Return what names an answer in addresses."""
    return digest("entry", list(key)).rpartition(":")[2][:_ID_LENGTH]


def entry_of(
    outcome: OutcomeRecord,
    rubric: Rubric,
    words: Sequence[Event],
    release: Release | None,
    seat: Seat,
    *,
    drawn: bool = False,
) -> ReviewEntry:
    """Return an answer as it stands; `words` is all that was said of it, oldest first.

    `drawn`: an audit waits for a blind grade of it, so that no other word is shown or is one.
    """
    submission = outcome.submission
    fitting = [
        each
        for each in words
        if each.new is not None and each.new.answer_digest == submission.answer_digest
    ]
    own = [each for each in words if not seat.apart or each.who == seat.name]
    standing = _standing(fitting)
    mine = _mine(_said_blind(fitting) if drawn else fitting, seat)
    proposal = outcome
    by_hand = seat.blind or ReasonCode.HAND_GRADING in outcome.reasons
    seen_proposal = _without_judge(proposal) if by_hand else proposal
    return ReviewEntry(
        id=entry_id(submission.key),
        number=0,
        outcome=outcome,
        rubric=rubric,
        grade=grade_of(rubric, proposal, standing, release),
        shown=grade_of(rubric, seen_proposal, mine, None),
        mine=mine,
        seen=own[-1].id if own else "",
        newest=words[-1].id if words else "",
        rivals=_rivals(fitting, mine) if not seat.blind else (),
        by_hand=by_hand,
    )


def _without_judge(proposal: Proposal) -> Proposal:
    """Return a proposal with nothing in it that a judge said or led to."""
    state = proposal.state
    if proposal.submission.state is InputState.ANSWERED:
        state = State.NEEDS_REVIEW
    return replace(proposal, state=state, proposed=None, findings=(), reasons=())


def _said_blind(fitting: Sequence[Event]) -> Sequence[Event]:
    """Return what was said of a drawn answer since anybody decided on it otherwise."""
    blind = {DecisionSource.AUDIT, DecisionSource.DRAFT}
    others = [place for place, each in enumerate(fitting) if each.source not in blind]
    return fitting[others[-1] + 1 if others else 0 :]


def _mine(fitting: Sequence[Event], seat: Seat) -> Override | None:
    if seat.apart:
        return next((each.new for each in reversed(fitting) if each.who == seat.name), None)
    first = [each for each in fitting if each.source != DecisionSource.SECOND] or fitting
    return first[-1].new if first else None


def _standing(fitting: Sequence[Event]) -> Override | None:
    """Return the decision that stands, by the store's rule (`DecisionRecords.decisions`)."""
    decided = [
        each.new for each in fitting if each.new is not None and each.source != DecisionSource.DRAFT
    ]
    first = [each for each in decided if each.source != DecisionSource.SECOND] or decided
    return first[-1] if first else None


def _rivals(fitting: Sequence[Event], mine: Override | None) -> tuple[Override, ...]:
    """Return other graders' words that still stand against this one.

    A word that was settled is none: the newest decision that knew of it stands above it.
    """
    if mine is None or mine.source == DecisionSource.DRAFT:
        return ()
    settled = [place for place, each in enumerate(fitting) if each.source == DecisionSource.SETTLED]
    newest: dict[str, Override] = {}
    for each in fitting[settled[-1] if settled else 0 :]:
        if each.new is not None and each.source != DecisionSource.DRAFT:
            newest[each.who] = each.new
    if all(each.source != DecisionSource.SECOND for each in newest.values()):
        return ()
    return tuple(each for who, each in newest.items() if who != mine.grader and unlike(each, mine))
