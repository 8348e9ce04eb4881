"""What judges and people said of one cell, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assessor.evidence import Span
from assessor.rubric.model import ABSENT, CellKind
from assessor.submission import Key


class Pass(StrEnum):
    """One way of asking about a cell."""

    NEUTRAL = "neutral"
    CHARITABLE = "charitable"
    STRICT = "strict"


class State(StrEnum):
    """The one state in which each submission ends; the states add up to the input."""

    GRADED = "graded"
    NEEDS_REVIEW = "needs_review"
    BLANK = "blank"
    NOT_SUBMITTED = "not_submitted"
    NOT_ASKED = "not_asked"
    UNREADABLE = "unreadable"
    UNGRADED = "ungraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One ordered question of a verdict: is it at least `level`?

    `probability`, in 0..1, is the number spoken beside the yes or no, taken for a percentage; None
    where none was spoken. `token` is the chance of a yes by the endpoint's log-probabilities.
    """

    level: str
    met: bool
    probability: float | None
    token: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one pass said of one cell, as the judge gave it and before its quotes were checked.

    `thresholds` stand in the rubric's order, lowest level above absent first; for a misconception
    there is one, `present`. `withdrawn`: stated, then taken back or denied.
    """

    cell: str
    asked: Pass
    thresholds: tuple[Threshold, ...]
    quotes: tuple[str, ...] = ()
    gap: str = ""
    withdrawn: bool = False
    note: str = ""
    strong: bool = False
    model: str = ""

    @property
    def level(self) -> str:
        """The highest level whose yes stands on an unbroken row of yeses, else `absent`."""
        level = ABSENT
        for threshold in self.thresholds:
            if not threshold.met:
                break
            level = threshold.level
        return level


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The decision on one cell after all its verdicts.

    `probabilities` holds the chance in 0..1 that a person would give at least that level, one per
    level above absent in the rubric's order, never rising: P(exactly level k) is the difference of
    two neighbours. As the judge's readings have it, or calibrated where that is no worse.
    `claimed` is what a judge wanted to credit where its quote did not hold. `reasons` are the
    stable codes of `grades.csv`. `scores` holds the mean log-odds behind each probability, before
    any calibration.
    """

    cell: str
    kind: CellKind
    level: str
    probabilities: tuple[float, ...]
    evidence: tuple[Span, ...] = ()
    claimed: str = ""
    claimed_quotes: tuple[str, ...] = ()
    gap: str = ""
    note: str = ""
    reasons: tuple[str, ...] = ()
    scores: tuple[float, ...] = ()


class DecisionSource(StrEnum):
    """Where a person's word came in.

    On the page, on a sheet handed out to grade blind, on one whose grader may have seen the judge's
    points, blind to tune or in an audit. Two decide nothing: a draft (begun, cells are missing) and
    a second grader's word, which stands beside the first one's. `settled` ends a difference between
    graders.
    """

    REVIEW = "review"
    SHEET = "sheet"
    SEEN = "seen"
    TUNING = "trust"
    AUDIT = "audit"
    DRAFT = "draft"
    SECOND = "second"
    SETTLED = "settled"


class ReleasedBy(StrEnum):
    """What let a grade go out: a person's look at this one, or a release together with others."""

    REVIEW = "review"
    AUDIT = "audit"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's decision on one submission; it stands above every finding.

    `points` holds the decided cells (a misconception: 1 or 0); `total` is given where a person
    graded without cells. Bound to the answer by its digest.
    """

    student_id: str
    question: str
    attempt: int
    answer_digest: str
    points: tuple[tuple[str, Decimal], ...] = ()
    total: Decimal | None = None
    feedback: str = ""
    grader: str = ""
    source: DecisionSource = DecisionSource.REVIEW
    reason: str = ""
    unsure: bool = False

    @property
    def key(self) -> Key:
        """Which submission this is about."""
        return (self.student_id, self.question, self.attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A person's word that a grade may go out."""

    student_id: str
    question: str
    attempt: int
    answer_digest: str
    grade: Decimal
    by: ReleasedBy

    @property
    def key(self) -> Key:
        """Which submission this is about."""
        return (self.student_id, self.question, self.attempt)


class ReasonCode(StrEnum):
    """What sends an answer to a person, or ranks it."""

    UNVERIFIED_QUOTE = "unverified_quote"
    NEAR_QUOTE = "near_quote"
    READINGS_PART = "readings_part"
    EVEN_SPLIT = "even_split"
    CONTRADICTION = "contradiction"
    NEAR_EQUAL_UNLIKE = "near_equal_unlike"
    SAME_ANSWER = "same_answer"
    CHANGED = "changed_after_decision"
    LEFT_OUT = "second_look_left_out"
    ASKED_ALONE = "asked_alone"
    EARLIER = "earlier_reading"
    RISK = "risk"
    HAND_GRADING = "hand_grading"
    CHOICE_MISSING = "choice_missing"


class ReasonKind(StrEnum):
    """What a reason of many is about: its code is `kind:word`."""

    FLAG = "flag"
    FILE = "file"
    JUDGE = "judge"
    STOPPED = "stopped"

    def of(self, word: str) -> str:
        """Return the code of a reason of this kind."""
        return f"{self}:{word}"


class StopWhy(StrEnum):
    """Why a run ends early, where it is no judge's refusal: the word after `stopped:`."""

    LIMIT = "limit"
    COST = "cost"
    TIME = "time"
    STORE = "store"
    BATCH = "batch"
    UNRELIABLE = "unreliable"
    UNUSABLE = "unusable"
    INTERRUPTED = "interrupted"


# What sends an answer to review whatever the budget; risk and missing looks only rank it.
_OPTIONAL = frozenset(
    {
        ReasonCode.RISK,
        ReasonCode.LEFT_OUT,
        ReasonCode.ASKED_ALONE,
        ReasonCode.SAME_ANSWER,
        ReasonCode.EARLIER,
    }
)


def is_mandatory(reason: str) -> bool:
    """Return whether a reason sends an answer to review whatever the budget."""
    return reason not in _OPTIONAL


def unlike(one: Override, other: Override) -> bool:
    """Return whether two decisions give different points."""
    return (dict(one.points), one.total) != (dict(other.points), other.total)
