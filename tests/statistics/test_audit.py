"""The audit's vectors, bounds and promised error rates."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.statistics.audit import (
    AuditSize,
    AuditState,
    GradeAudit,
    UnreadPlan,
    audit_size,
    delta_of_audit,
    plan_unread,
    replay,
    say,
)


def clean(grades: int, alpha: float, delta: float = 0.1, error_at: int = 0) -> int:
    """How many draws it takes, all right but one."""
    draws = [place == error_at for place in range(1, grades + 1)]
    return len(replay(grades, alpha, delta, draws).draws)


def shuffled(chance: random.Random, grades: int, wrong: int) -> list[bool]:
    draws = [place < wrong for place in range(grades)]
    chance.shuffle(draws)
    return draws


def false_results(grades: int, alpha: float, delta: float, runs: int, seed: int) -> float:
    """The share certified at the worst null: one error more than is tolerated."""
    chance = random.Random(seed)
    wrong = int(alpha * grades + 1e-9) + 1
    certified = (
        replay(grades, alpha, delta, shuffled(chance, grades, wrong)).standing for _ in range(runs)
    )
    return sum(each is AuditState.CERTIFIED for each in certified) / runs


@pytest.mark.parametrize(
    ("alpha", "delta", "error_at", "expected"),
    [
        (0.10, 0.1, 0, 23),
        (0.05, 0.1, 0, 38),
        (0.10, 0.1, 5, 38),
        (0.05, 0.1, 5, 59),
        (0.10, 0.08, 0, 25),
        (0.10, 0.08, 5, 40),
        (0.10, 0.016, 0, 36),
    ],
)
def test_a_clean_audit_ends_where_it_should(
    alpha: float, delta: float, error_at: int, expected: int
) -> None:
    """In a class of 100 the certificate comes at the published draw, also for later audits."""
    assert clean(100, alpha, delta, error_at) == expected


def test_an_audit_ends_for_good_when_certified() -> None:
    """Nothing is added to a certified audit; draws beyond it are not looked at."""
    audit = replay(100, 0.1, 0.1, [False] * 23 + [True] * 20)

    assert (len(audit.draws), audit.errors, audit.standing) == (23, 0, AuditState.CERTIFIED)
    with pytest.raises(ValueError, match="ended after 23 of 100"):
        audit.add(True)


def test_more_errors_than_tolerated_cannot_be_certified() -> None:
    """Once more errors are met than may be, no later draw helps."""
    audit = replay(20, 0.1, 0.1, [True] * 3 + [False] * 17)

    assert (audit.standing, len(audit.draws), audit.bound()) == (AuditState.CANNOT_CERTIFY, 20, 3)


@pytest.mark.parametrize(("grades", "alpha"), [(0, 0.1), (10, 0.0), (10, 1.0)])
def test_an_audit_of_nothing_is_refused(grades: int, alpha: float) -> None:
    """An empty class or a share outside (0, 1) is a mistake of the caller."""
    with pytest.raises(ValueError, match="an audit needs"):
        GradeAudit(grades=grades, alpha=alpha, delta=0.1)


@given(st.integers(2, 60), st.lists(st.booleans(), max_size=60), st.sampled_from([0.05, 0.1, 0.2]))
def test_the_anytime_bound_agrees_with_the_certificate(
    grades: int, draws: list[bool], alpha: float
) -> None:
    """What is certified is what the bound says, and it stays between what the draws allow."""
    audit = replay(grades, alpha, 0.1, draws[:grades])

    right = len(audit.draws) - audit.errors
    assert audit.errors <= audit.bound() <= grades - right
    assert (audit.bound() <= audit.tolerated) is (audit.standing is AuditState.CERTIFIED)


@pytest.mark.slow
@pytest.mark.parametrize(("grades", "alpha"), [(60, 0.05), (100, 0.1), (40, 0.2)])
def test_false_certificates_stay_below_delta(grades: int, alpha: float) -> None:
    """At the worst null, stopping at the first certificate, at most delta are false."""
    rate = false_results(grades, alpha, 0.1, runs=2000, seed=5)

    assert 0.05 < rate <= 0.1 + 2.6 * (0.1 * 0.9 / 2000) ** 0.5


@pytest.mark.slow
def test_repeated_audits_share_one_delta() -> None:
    """Auditing a class again and again until one succeeds stays below delta."""
    chance = random.Random(11)
    runs, false = 1500, 0
    for _ in range(runs):
        for number in (1, 2, 3, 4):
            draws = shuffled(chance, 60, 7)
            audit = replay(60, 0.1, delta_of_audit(number), draws)
            if audit.standing is AuditState.CERTIFIED:
                false += 1
                break

    assert 0.05 < false / runs <= 0.1 + 2.6 * (0.1 * 0.9 / runs) ** 0.5


@pytest.mark.slow
def test_the_anytime_bound_holds_however_one_stops() -> None:
    """Stopping where the bound looks best of all, it is too low in at most delta of the audits."""
    chance = random.Random(3)
    runs, grades, wrong = 300, 40, 4
    missed = 0
    for _ in range(runs):
        draws = shuffled(chance, grades, wrong)
        stops = range(4, grades, 4)
        bounds = [replay(grades, 0.02, 0.1, draws[:stop]).bound() for stop in stops]
        missed += min(bounds) < wrong

    assert missed / runs <= 0.1 + 2.6 * (0.1 * 0.9 / runs) ** 0.5


def test_the_schedule_spends_delta_once() -> None:
    """Audit k gets 0.8·0.2^(k-1) of delta: together they never spend more."""
    assert [delta_of_audit(number) for number in (1, 2, 3)] == pytest.approx([0.08, 0.016, 0.0032])
    assert sum(delta_of_audit(number) for number in range(1, 40)) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="from 1"):
        delta_of_audit(0)


def test_the_unread_set_is_the_largest_within_the_plan() -> None:
    """The safest answers go out unread as long as their mean risk is at most 0.4 alpha."""
    got = plan_unread([0.5, 0.0, 0.06, 0.02, 0.3], alpha=0.1)

    assert got == UnreadPlan(chosen=(1, 3, 2), predicted=0.08 / 3)


def test_nothing_goes_out_unread_where_all_is_uncertain() -> None:
    """Where even the safest answer is too risky the plan is empty, never everything."""
    assert plan_unread([0.3, 0.2], alpha=0.1) == UnreadPlan(chosen=(), predicted=0.0)
    assert plan_unread([], alpha=0.1) == UnreadPlan(chosen=(), predicted=0.0)


def test_the_size_of_an_audit_is_told_beforehand() -> None:
    """A clean audit, one early error, and the mean at the predicted error rate."""
    got = audit_size(100, 0.1, 0.1, 0.03, runs=400, seed=1)

    assert (got.clean, got.one_error) == (23, 38)
    assert got.expected == pytest.approx(36, abs=2.5)
    assert got.success > 0.95


def test_a_hopeless_audit_is_told_beforehand() -> None:
    """Where most grades are wrong no audit succeeds."""
    got = audit_size(20, 0.05, 0.1, 0.9, runs=20)

    assert got == AuditSize(clean=15, one_error=20, expected=got.expected, success=0.0)


def test_a_certificate_is_said_in_plain_words() -> None:
    """The result names the class, the bound, the tolerance, the confidence and its reach."""
    got = say(replay(100, 0.1, 0.08, [False] * 40), tolerance="1")

    assert got == (
        "Of the 100 grades released unread, at most 10 differ from your own blind grade by more "
        "than 1 point (90 % confidence; this class, this rubric version, this model)."
    )


def test_a_second_audit_and_a_tolerance_of_zero_are_said() -> None:
    """A later audit says which it is; without tolerance any difference counts."""
    got = say(replay(100, 0.1, 0.016, [False] * 40), tolerance="0", number=2)

    assert got == (
        "Of the 100 grades released unread, at most 10 differ from your own blind grade "
        "(90 % confidence; this class, this rubric version, this model; audit 2 of this class)."
    )


def test_a_failed_audit_says_that_it_cannot() -> None:
    """Without a certificate no statement is made, and the bound that does hold is told."""
    audit = replay(100, 0.1, 0.08, [True, False, True, False, False])

    assert say(audit, tolerance="0.5") == (
        "That unread grades may go out is not proven: of 5 grades that you graded blind, 2 differ "
        f"from your own by more than 0.5 points, so up to {audit.bound()} of the 100 may "
        "(90 % confidence; this class, this rubric version, this model)."
    )


def test_a_class_read_whole_is_known() -> None:
    """When every grade was drawn the audit has ended, whatever the bets had won."""
    audit = replay(5, 0.4, 0.001, [True, False, False, False, True])

    clean = replay(5, 0.4, 1e-9, [False] * 5)

    assert (audit.standing, audit.bound()) == (AuditState.CERTIFIED, 2)
    assert clean.standing is AuditState.CERTIFIED


def test_when_every_grade_was_drawn_it_is_known() -> None:
    """No bet is needed: with as many errors as are tolerated, and none left to draw, it holds."""
    audit = GradeAudit(grades=10, alpha=0.1, delta=1e-9)
    for wrong in (True, *[False] * 9):
        if audit.standing is AuditState.CONTINUE:
            audit = audit.add(wrong)

    assert len(audit.draws) == 10
    assert audit.standing is AuditState.CERTIFIED
