"""What is wrong with a key point, and which one edit would mend it."""

from __future__ import annotations

import itertools

import pytest

from assessor.statistics.diagnosis import (
    REMEDIES,
    Diagnosis,
    Fault,
    Graded,
    Link,
    Overlap,
    diagnose,
    overlaps,
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


def pattern(**met: str) -> list[Graded]:
    """Who met which key point, as rows of 0 and 1."""
    return list(
        itertools.chain.from_iterable(
            graded(*[(int(each), 0, True) for each in row], key_point=name)
            for name, row in met.items()
        )
    )


def test_key_points_that_exclude_each_other_are_levels() -> None:
    """Partial and full as separate key points are never both given."""
    got = overlaps(pattern(partial="1111100000000", full="0000011111000"))

    assert got == (Overlap(first="full", second="partial", link=Link.EXCLUSIVE),)


def test_a_key_point_that_never_comes_alone_is_a_level() -> None:
    """What is only ever given with another is its higher level."""
    got = overlaps(pattern(deep="1111100000000", shallow="1111111100000"))

    assert got == (Overlap(first="deep", second="shallow", link=Link.IMPLIED),)


def test_what_everyone_meets_is_implied_by_nothing() -> None:
    """A key point that all meet, or hardly anyone, ties nothing together."""
    assert overlaps(pattern(a="1111100000000", all="1111111111111", few="1100000000000")) == ()
