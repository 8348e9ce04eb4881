"""Which grades can be drawn: to tune, to audit; and how much work lies ahead."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.distribution import NO_GAP, Gap, gap_of_all
from assessor.grade import Grade
from assessor.statistics.audit import audit_size, delta_of_audit, plan_unread
from assessor.statistics.calibration import FEWEST, Platt
from assessor.statistics.sampling import Scored, audit_order, tuning_sample
from assessor.submission import key_name
from assessor.trust.audit_standing import can_go_out, is_unread, part_of, students_of
from assessor.trust.records import AuditPlan, Bound, DrawnAnswer, Unit
from assessor.verdict import ReleasedBy, State

ALPHA, DELTA = 0.10, 0.10
# Below this many answers a person grades them all, with the judge as the second reader.
SMALL_CLASS = 40
# How many to tune with; in a class below the second number the fewest that calibrate.
TO_TUNE, OF_AT_LEAST = 30, 80
# Without any labels: the share of wrong grades that a plan reckons with.
ASSUMED_WRONG = 0.03
LEAST_RISK = 1e-3
AS_IT_IS = Platt(0.0, 1.0)
# A class is the one of before where so large a share of its answers was in that.
SAME_CLASS = 0.2
# An audit that would take more than this share of what it is about is no shorter than reading it.
WORTH_AN_AUDIT = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """By how much each answer's points may differ, by what it is bound to.

    `curve` leads from a risk to how often such totals were off.
    """

    gaps: Mapping[Bound, Gap]
    tolerance: Decimal
    curve: Platt = AS_IT_IS

    def risk(self, parts: Iterable[DrawnAnswer]) -> float:
        """Return the chance that a person's points for these parts differ beyond the tolerance."""
        known = [self.gaps.get(part.bound, NO_GAP) for part in parts]
        risk = gap_of_all(known).beyond(self.tolerance)
        return self.curve.probability(log_odds_of(risk))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """The grades that would go out unread: `chosen` to be audited, `left` better looked at."""

    chosen: tuple[Unit, ...]
    left: tuple[Unit, ...]
    predicted: float


def to_tune(students: int) -> int:
    """Return how many answers are best graded by hand to tune with, in a class of so many."""
    return min(students, TO_TUNE if students >= OF_AT_LEAST else FEWEST)


def log_odds_of(risk: float) -> float:
    """Return the log-odds of a risk; what is nearly certain is not taken for certain."""
    clipped = min(max(risk, LEAST_RISK), 1 - LEAST_RISK)
    return math.log(clipped / (1 - clipped))


def draw_to_tune(grades: Sequence[Grade], size: int, seed: int, known: Chances) -> tuple[Unit, ...]:
    """Return `size` students to grade by hand, of those whom the judge read and no person did."""
    units: dict[str, Unit] = {}
    scored = []
    for place, student in enumerate(students_of(grades)):
        parts = tuple(part_of(each) for each in student if _can_tune(each, known))
        if parts:
            unit = Unit(parts=parts)
            name = key_name(parts[0].student_id, parts[0].attempt, place)
            units[name] = unit
            doubt = known.risk(parts)
            scored.append(Scored(id=name, score=float(unit.proposed), doubt=doubt))
    drawn = tuning_sample(scored, size, seed)
    return tuple(Unit(parts=units[each.id].parts, chance=each.chance) for each in drawn)


def unshown(grades: Sequence[Grade], shown: Collection[Bound]) -> tuple[Grade, ...]:
    """Return the grades of students of whom no answer was shown to rule by.

    The rubric was made to fit those: they say nothing of the others, and an audit leaves them out.
    """
    seen = {part_of(each).bound for each in grades} & set(shown)
    return tuple(
        each
        for student in students_of(grades)
        if not any(part_of(grade).bound in seen for grade in student)
        for each in student
    )


def plan_audit(grades: Sequence[Grade], known: Chances, *, tuned: bool) -> Unread:
    """Return the grades that would go out unread, the surest first.

    With labels to tell by, those too uncertain to release unread are left out of it. A grade can
    go out only when all of its student's answers have one.
    """
    units = []
    for student in students_of(grades):
        parts = tuple(part_of(each) for each in student if is_unread(each))
        if parts and all(map(can_go_out, student)):
            units.append(Unit(parts=parts))
    risks = [known.risk(unit.parts) for unit in units]
    if not tuned:
        return Unread(chosen=tuple(units), left=(), predicted=ASSUMED_WRONG)
    plan = plan_unread(risks, ALPHA)
    chosen = set(plan.chosen)
    return Unread(
        chosen=tuple(units[place] for place in plan.chosen),
        left=tuple(unit for place, unit in enumerate(units) if place not in chosen),
        predicted=plan.predicted,
    )


def frozen_order(units: Sequence[Unit], seed: int) -> tuple[Unit, ...]:
    """Return the units in the random order in which they are graded blind."""
    by_name = {key_name(*unit.parts[0].key): unit for unit in units}
    return tuple(by_name[name] for name in audit_order(list(by_name), seed))


def number_of_audit(earlier: Iterable[tuple[AuditPlan, int]], units: Sequence[Unit]) -> int:
    """Return which audit of its class one of these units is; earlier ones come with their draws.

    An audit in which nothing was graded has spent nothing. A class whose students or questions
    are called otherwise now is known by its answers.
    """
    now = [part for unit in units for part in unit.parts]
    keys, answers = {part.key for part in now}, {part.answer_digest for part in now}

    def is_of_this_class(plan: AuditPlan) -> bool:
        before = [part for unit in plan.order for part in unit.parts]
        known = {part.answer_digest for part in before} & answers
        return any(part.key in keys for part in before) or len(known) > SAME_CLASS * len(answers)

    return 1 + sum(draws > 0 and is_of_this_class(plan) for plan, draws in earlier)


def is_drawn_as_ours(plan: AuditPlan) -> bool:
    """Return whether an audit's order comes of its seed, and its share of the doubt of its number.

    One that was made by hand may claim any.
    """
    try:
        order, delta = frozen_order(plan.order, plan.seed), delta_of_audit(plan.number, DELTA)
    except (ValueError, IndexError):
        return False
    made = (order, ALPHA, delta, 1 - DELTA)
    return made == (plan.order, plan.alpha, plan.delta, plan.confidence)


def expected_draws(grades: int, predicted: float, number: int) -> int | None:
    """Return about how many blind grades an audit takes; None where it would take nearly all."""
    if grades < 1:
        return None
    size = audit_size(grades, ALPHA, delta_of_audit(number, DELTA), predicted, runs=60)
    if size.clean is None or size.clean > WORTH_AN_AUDIT * grades:
        return None
    return round(size.expected)


def _can_tune(grade: Grade, known: Chances) -> bool:
    judged = grade.state in {State.GRADED, State.NEEDS_REVIEW} and grade.proposed is not None
    return judged and grade.released_by != ReleasedBy.REVIEW and part_of(grade).bound in known.gaps
