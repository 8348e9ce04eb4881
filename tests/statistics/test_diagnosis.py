"""What is wrong with a key point, and which one edit would mend it."""

from __future__ import annotations

import pytest

from assessor.statistics.diagnosis import (
    REMEDIES,
    Diagnosis,
    Fault,
    Graded,
    diagnose,
)

Row = tuple[int, int, bool]
YES, NO, MISS, EXTRA = (1, 1, True), (0, 0, True), (1, 0, True), (0, 1, True)
MISS_UNSURE, EXTRA_UNSURE, YES_UNSURE = (1, 0, False), (0, 1, False), (1, 1, False)


def graded(*rows: Row, key_point: str = "k") -> list[Graded]:
    return [
        Graded(student=f"s{place}", key_point=key_point, human=human, judge=judge, sure=sure)
        for place, (human, judge, sure) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([YES] * 8 + [NO] * 8, Fault.FINE),
        ([YES] * 8 + [NO] * 6 + [MISS] * 2, Fault.FINE),
        ([YES] * 2 + [MISS] * 5, Fault.TOO_FEW),
        ([NO] * 8 + [YES_UNSURE] * 8, Fault.BORDERLINE),
        ([YES] * 8 + [NO] * 6 + [MISS] * 4, Fault.TOO_STRICT),
        ([YES] * 8 + [NO] * 6 + [EXTRA] * 4 + [MISS], Fault.TOO_GENEROUS),
        ([YES] * 8 + [NO] * 6 + [MISS_UNSURE] * 2 + [EXTRA_UNSURE] * 2, Fault.AMBIGUOUS),
        ([YES] * 4 + [NO] * 6 + [MISS_UNSURE] * 8, Fault.LENIENCY),
    ],
)
def test_each_field_has_its_fault(rows: list[Row], fault: Fault) -> None:
    """Sure misses lack a rule, unsure ones a boundary; which way says what to add."""
    (got,) = diagnose(graded(*rows))

    assert (got.fault, got.remedy) == (fault, REMEDIES[fault])


def test_a_diagnosis_counts_its_fields() -> None:
    """Agreeing or not, sure or not, and which way the judge erred."""
    rows = [YES] * 5 + [YES_UNSURE] * 2 + [MISS] * 3 + [EXTRA_UNSURE]

    assert diagnose(graded(*rows)) == (
        Diagnosis(
            key_point="k",
            agree_sure=5,
            agree_unsure=2,
            part_sure=3,
            part_unsure=1,
            misses=3,
            extras=1,
            fault=Fault.TOO_STRICT,
        ),
    )


def test_what_is_unclear_to_people_is_told_first() -> None:
    """Where the human parts from itself no edit of the rubric will help."""
    (got,) = diagnose(graded(*[YES] * 8, *[MISS] * 8), {"k": 0.3})

    assert got.fault is Fault.UNCLEAR


def test_the_worst_key_point_stands_first() -> None:
    """What parts most often is mended first."""
    fine = graded(*[YES] * 12, key_point="a")
    bad = graded(*[YES] * 8, *[MISS] * 4, key_point="b")

    assert [each.key_point for each in diagnose(fine + bad)] == ["b", "a"]


def test_every_fault_has_a_remedy() -> None:
    """No diagnosis leaves the instructor without a next step."""
    assert set(REMEDIES) == set(Fault)
