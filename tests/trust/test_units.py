"""Which grades can be drawn, frozen and audited."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assessor.distribution import Gap
from assessor.grade import Grade
from assessor.trust.audit_standing import follow, part_of, students_of
from assessor.trust.records import Bound, Unit
from assessor.trust.units import (
    Chances,
    draw_to_tune,
    expected_draws,
    frozen_order,
    number_of_audit,
    plan_audit,
)
from assessor.verdict import State
from tests.trust.build import blind, grade, names, plan, rubric, submission, unit

SURE = Gap({Decimal(0): 0.99, Decimal(-2): 0.01})
UNSURE = Gap({Decimal(0): 0.4, Decimal(-2): 0.6})


def known(grades: list[Grade], unsure: int = 0) -> Chances:
    gaps: dict[Bound, Gap] = {}
    for place, each in enumerate(grades):
        gaps[part_of(each).bound] = UNSURE if place < unsure else SURE
    return Chances(gaps=gaps, tolerance=Decimal(1))


def test_what_a_person_graded_is_not_drawn_to_tune() -> None:
    """Drawn are answers the judge read: those in the queue as well, those decided not."""
    grades = [grade(name) for name in names(6)]
    grades[0] = grade("S000", decided="2")
    grades[1] = replace(grades[1], state=State.NEEDS_REVIEW)
    grades[2] = replace(grades[2], state=State.BLANK)

    got = draw_to_tune(grades, 10, 1, known([*grades[:2], *grades[3:]]))

    assert {each.parts[0].student_id for each in got} == {"S001", "S003", "S004", "S005"}


def test_the_unsure_are_drawn_for_certain() -> None:
    """Half of the sample are the riskiest, with chance 1."""
    grades = [grade(name) for name in names(40)]

    got = draw_to_tune(grades, 10, 1, known(grades, unsure=5))

    certain = {each.parts[0].student_id for each in got if each.chance == 1.0}
    assert (len(got), certain) == (10, set(names(5)))


def test_an_audit_is_of_what_would_go_out_unread() -> None:
    """Neither what a person decided nor what waits for one is in it."""
    grades = [grade(name) for name in names(5)]
    grades[0] = grade("S000", decided="2")
    grades[1] = replace(grades[1], state=State.NEEDS_REVIEW)
    grades[2] = replace(grades[2], state=State.BLANK, proposed=Decimal(0))

    got = plan_audit(grades, known(grades), tuned=False)

    assert [each.parts[0].student_id for each in got.chosen] == ["S003", "S004"]


def test_with_labels_the_uncertain_are_left_to_a_person() -> None:
    """The plan keeps the predicted share of wrong grades well inside what will be claimed."""
    grades = [grade(name) for name in names(50)]

    got = plan_audit(grades, known(grades, unsure=10), tuned=True)

    assert {each.parts[0].student_id for each in got.left} < set(names(10))
    assert got.predicted <= 0.04
    assert len(got.chosen) + len(got.left) == 50


def test_a_student_with_a_question_to_review_cannot_go_out() -> None:
    """With several questions the total is audited, and only complete totals go out."""
    first, second = grade("S1"), grade("S1")
    other = replace(second, submission=submission("S1", question="R"))
    waiting = replace(other, state=State.NEEDS_REVIEW)
    decided = replace(other, released_by="review", grade=Decimal(2))

    assert plan_audit([first, waiting], known([first]), tuned=False).chosen == ()
    (got,) = plan_audit([first, other], known([first]), tuned=False).chosen
    assert [part.question for part in got.parts] == ["Q", "R"]
    (half,) = plan_audit([first, decided], known([first]), tuned=False).chosen
    assert [part.question for part in half.parts] == ["Q"]


def test_attempts_are_units_of_their_own() -> None:
    """Where every attempt is graded, each is released by itself."""
    first = grade("S1")
    second = replace(first, submission=replace(first.submission, attempt=2))

    assert [len(each) for each in students_of([first, second])] == [1, 1]


def test_the_frozen_order_depends_on_the_seed_only() -> None:
    """The same grades in another order come out in the same order."""
    units = [unit(name) for name in names(30)]

    got = frozen_order(units, 7)

    assert got == frozen_order(units[::-1], 7) != frozen_order(units, 8)
    assert sorted(got, key=lambda each: each.parts[0].student_id) == units


def test_only_an_audit_that_began_is_counted() -> None:
    """Preparing spends nothing; another class's audits are not of this one."""
    units = [unit(name) for name in names(5)]
    ours, other = plan(units), plan([unit("X1")])

    got = [
        number_of_audit(earlier, units[2:])
        for earlier in ([], [(ours, 0)], [(ours, 3)], [(ours, 3), (ours, 1)], [(other, 9)])
    ]

    assert got == [1, 1, 2, 3, 1]


@pytest.mark.parametrize(("same", "number"), [(10, 2), (3, 2), (2, 1), (0, 1)])
def test_a_class_called_otherwise_is_known_by_its_answers(same: int, number: int) -> None:
    """Other ids or another question's name give a failed audit's share of the doubt not back."""

    def called(name: str, digest: str) -> Unit:
        found = unit(name)
        parts = (replace(found.parts[0], answer_digest=digest), *found.parts[1:])
        return replace(found, parts=parts)

    before = [called(name, f"a{place}") for place, name in enumerate(names(10))]
    now = [called(f"X{place}", f"a{place + 10 - same}") for place in range(10)]

    assert number_of_audit([(plan(before), 5)], now) == number


def test_an_audit_of_nearly_all_is_no_audit() -> None:
    """The workload names no audit where reading all is no more work."""
    assert expected_draws(10, 0.0, 1) is None
    assert expected_draws(0, 0.0, 1) is None
    clean = expected_draws(100, 0.0, 1)
    assert clean == 25


def test_an_audit_is_of_the_number_that_is_out() -> None:
    """Released at 1 and read as 3 since: a blind 3 says that what is out is wrong."""
    out = replace(grade("S000"), grade=Decimal(1), released_by="unread")

    (one,) = plan_audit([out], known([out]), tuned=False).chosen
    standing = follow(plan([one]), [blind("S000", "3")], {"Q": rubric()})

    assert one.proposed == 1
    assert standing.test.errors == 1


def test_how_far_a_released_number_may_be_off_moves_with_it() -> None:
    """A reading as 3 that is surely right makes a released 1 surely wrong."""
    assert SURE.beyond(Decimal(1)) == pytest.approx(0.01)
    assert SURE.shifted(Decimal(2)).beyond(Decimal(1)) == pytest.approx(0.99)
