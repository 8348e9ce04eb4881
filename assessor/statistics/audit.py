"""The audit: how many of the grades that nobody read can be wrong, valid whenever one stops.

A grade is wrong when the blind human grade differs from it by more than the tolerance. The class
is the population: bounds are over its own grades, drawn without replacement, not over students
in general. Sources: method.md §5.3; Waudby-Smith & Ramdas 2024 (betting, without replacement),
Stark 2022 (ALPHA), Ville's inequality.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from assessor.counting import plural

# Shares of the tolerated errors that the bets reckon with; mixed, so none has to be right.
ALTERNATIVES = (0.05, 0.2, 0.4, 0.6)
# The unread set is planned well inside what will be claimed of it, so that an audit can succeed.
PLAN_SHARE = 0.4


class AuditState(StrEnum):
    """Where an audit stands."""

    CONTINUE = "continue"
    CERTIFIED = "certified"
    CANNOT_CERTIFY = "cannot certify"


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeAudit:
    """A sequential audit of `grades` grades: is it ruled out that more than `alpha` are wrong?

    `alpha` and `delta` are shares in (0, 1); false certification happens with a chance of at most
    `delta` whenever one stops, provided the draws come in an order fixed at random beforehand.
    Raises ValueError for an empty class or shares outside (0, 1).
    """

    grades: int
    alpha: float
    delta: float
    draws: tuple[bool, ...] = ()
    capitals: tuple[float, ...] = field(default=(1.0,) * len(ALTERNATIVES), repr=False)

    def __post_init__(self) -> None:
        if self.grades < 1 or not (0 < self.alpha < 1 and 0 < self.delta < 1):
            raise ValueError(
                f"an audit needs grades and shares in (0, 1), got {self.grades!r}, "
                f"alpha {self.alpha!r}, delta {self.delta!r}"
            )

    @property
    def tolerated(self) -> int:
        """How many of the grades may be wrong: what a certificate says `at most` of."""
        return _tolerated(self.alpha, self.grades)

    @property
    def errors(self) -> int:
        """How many of the drawn grades were wrong."""
        return sum(self.draws)

    @property
    def standing(self) -> AuditState:
        """Where the audit stands; more errors met than tolerated can never be certified.

        When every grade was drawn there is nothing left to bet on: it is known.
        """
        if self.errors > self.tolerated:
            return AuditState.CANNOT_CERTIFY
        all_read = len(self.draws) == self.grades
        certified = all_read or _mean(self.capitals) >= 1 / self.delta
        return AuditState.CERTIFIED if certified else AuditState.CONTINUE

    def add(self, wrong: bool) -> GradeAudit:
        """Return the audit after one more blind grade, in the frozen order.

        Raises ValueError once it is certified (it must stop there) or all grades were drawn.
        """
        if self.standing is AuditState.CERTIFIED or len(self.draws) == self.grades:
            raise ValueError(
                f"the audit has ended after {len(self.draws)} of {plural(self.grades, 'draw')}"
            )
        null = self.tolerated + 1
        capitals = _bet(self.capitals, wrong, self._before(null, self.alpha * self.grades))
        return replace(self, draws=(*self.draws, bool(wrong)), capitals=capitals)

    def bound(self) -> int:
        """Return the most wrong grades among all, audited ones counted, that stay possible.

        The anytime bound K_U: the largest K against which the same draws never won their bet,
        bets scaled to K; the true number exceeds it with a chance of at most `delta`, whenever
        one stops. Between the errors met and all grades not found right.
        """
        greatest = self.grades - (len(self.draws) - self.errors)
        for null in range(greatest, self.errors, -1):
            if not self._rules_out(null):
                return null
        return self.errors

    def _rules_out(self, null: int) -> bool:
        """Return whether the draws ever won against `at least null are wrong`."""
        start = GradeAudit(grades=self.grades, alpha=self.alpha, delta=self.delta)
        expected = self.alpha * self.grades * null / (self.tolerated + 1)
        capitals, met = start.capitals, 0
        for done, wrong in enumerate(self.draws):
            capitals = _bet(capitals, wrong, _Before(self.grades - done, met, null, expected))
            met += wrong
            if _mean(capitals) >= 1 / self.delta:
                return True
        return False

    def _before(self, null: int, expected: float) -> _Before:
        return _Before(self.grades - len(self.draws), self.errors, null, expected)


@dataclass(frozen=True, slots=True)
class _Before:
    """What is known before a draw: grades left, errors met, the null, the scale of the bets."""

    left: int
    met: int
    null: int
    expected: float


def _bet(capitals: Sequence[float], wrong: bool, before: _Before) -> tuple[float, ...]:
    """Return the capitals after one draw: q/mu where wrong, (1-q)/(1-mu) where right."""
    chance = min((before.null - before.met) / before.left, 1 - 1e-9)
    if chance <= 0:  # the null is met already: nothing can be won against what is known
        return tuple(capitals)
    after = []
    for capital, share in zip(capitals, ALTERNATIVES, strict=True):
        assumed = (share * before.expected - before.met) / before.left
        assumed = min(max(assumed, 1e-3), 0.999 * chance)
        after.append(capital * (assumed / chance if wrong else (1 - assumed) / (1 - chance)))
    return tuple(after)


def _mean(capitals: Sequence[float]) -> float:
    return sum(capitals) / len(capitals)


def _tolerated(alpha: float, grades: int) -> int:
    # A hair above, so that 10 % of 30 is 3 whatever the binary fraction says.
    return math.floor(alpha * grades + 1e-9)


def replay(grades: int, alpha: float, delta: float, draws: Sequence[bool]) -> GradeAudit:
    """Return the audit after `draws`, left standing where it was certified.

    Draws beyond the certificate are not looked at: the audit had ended. Raises ValueError for
    more draws than grades and as `GradeAudit` does.
    """
    audit = GradeAudit(grades=grades, alpha=alpha, delta=delta)
    for wrong in draws:
        audit = audit.add(wrong)
        if audit.standing is AuditState.CERTIFIED:
            break
    return audit


def delta_of_audit(number: int, delta: float = 0.10) -> float:
    """Return what audit `number` (1, 2, …) of a class may spend of `delta`: 0.8·0.2^(k-1) of it.

    Over all audits of a class the shares add up to `delta`, so trying again never adds up beyond
    it. Raises ValueError for a number below 1.
    """
    if number < 1:
        raise ValueError(f"audits are counted from 1, got {number!r}")
    return float(delta * 0.8 * 0.2 ** (number - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadPlan:
    """Which answers would go out unread: `chosen` are places in what was given, safest first.

    `predicted` is their predicted share of wrong grades, in 0..1; 0 where none is chosen.
    """

    chosen: tuple[int, ...]
    predicted: float


def plan_unread(risks: Sequence[float], alpha: float) -> UnreadPlan:
    """Return the largest set whose predicted share of wrong grades is at most 0.4 alpha.

    `risks` holds one chance in 0..1 per answer. The set is planned, not certified: that takes an
    audit of fresh draws from it. Empty where even the safest answer is too uncertain.
    """
    order = sorted(range(len(risks)), key=lambda place: (risks[place], place))
    total, count = 0.0, 0
    for place in order:  # safest first, so the mean only rises
        if total + risks[place] > PLAN_SHARE * alpha * (count + 1) + 1e-12:
            break
        total, count = total + risks[place], count + 1
    return UnreadPlan(chosen=tuple(order[:count]), predicted=total / count if count else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSize:
    """How many answers an audit takes to grade; None where it cannot be certified so.

    `clean`: no error met; `one_error`: one met at draw 5; `expected`: the mean over simulated
    audits at the predicted error rate, failed ones counted until they failed; `success`: the
    share of those that were certified.
    """

    clean: int | None
    one_error: int | None
    expected: float
    success: float


def audit_size(
    grades: int, alpha: float, delta: float, rate: float, *, runs: int = 200, seed: int = 0
) -> AuditSize:
    """Return the size of an audit of `grades` grades of which a share `rate` is wrong.

    `rate` is rounded to whole grades; the simulation is seeded. Raises ValueError as `GradeAudit`.
    """
    wrong = round(rate * grades)
    chance = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    taken = []
    for _ in range(runs):
        draws = [place < wrong for place in range(grades)]
        chance.shuffle(draws)
        taken.append(_until_settled(grades, alpha, delta, draws))
    certified = [each for each in taken if each.standing is AuditState.CERTIFIED]
    return AuditSize(
        clean=_certified_at(grades, alpha, delta, [False] * grades),
        one_error=_certified_at(grades, alpha, delta, [place == 4 for place in range(grades)]),
        expected=sum(len(each.draws) for each in taken) / runs,
        success=len(certified) / runs,
    )


def _until_settled(grades: int, alpha: float, delta: float, draws: Sequence[bool]) -> GradeAudit:
    audit = GradeAudit(grades=grades, alpha=alpha, delta=delta)
    for wrong in draws:
        audit = audit.add(wrong)
        if audit.standing is not AuditState.CONTINUE:
            break
    return audit


def _certified_at(grades: int, alpha: float, delta: float, draws: Sequence[bool]) -> int | None:
    audit = _until_settled(grades, alpha, delta, draws)
    return len(audit.draws) if audit.standing is AuditState.CERTIFIED else None


# How what an audit says begins where it certifies nothing.
NOT_PROVEN = "That unread grades may go out is not proven"


def say(audit: GradeAudit, *, tolerance: str, confidence: float = 0.90, number: int = 1) -> str:
    """Return the result of an audit in the words that exports and the report carry.

    `tolerance` is in points, as written ("0.5"; "0": any difference counts). `confidence` is that
    of all audits of the class together, of which this is `number`.
    """
    by = "" if float(tolerance) == 0 else f" by more than {tolerance} {_points(tolerance)}"
    scope = f"{confidence:.0%} confidence; this class, this rubric version, this model".replace(
        "%", " %", 1
    )
    if number > 1:
        scope += f"; audit {number} of this class"
    if audit.standing is AuditState.CERTIFIED:
        return (
            f"Of the {plural(audit.grades, 'grade')} released unread, at most {audit.tolerated} "
            "differ from "
            f"your own blind grade{by} ({scope})."
        )
    return (
        f"{NOT_PROVEN}: of {plural(len(audit.draws), 'grade')} that you "
        "graded blind, "
        f"{audit.errors} {'differs' if audit.errors == 1 else 'differ'} from your own{by}, so up "
        f"to {audit.bound()} of the {audit.grades} may ({scope})."
    )


def _points(tolerance: str) -> str:
    return "point" if float(tolerance) == 1 else "points"
