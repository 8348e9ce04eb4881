"""The list of faults that `make mutants` puts in: each still stands where it is looked for."""

from __future__ import annotations

from collections import Counter

from tests.mutants import MUTANTS, TESTS, misplaced


def test_every_fault_stands_once_in_its_file() -> None:
    """A row that no longer applies would try nothing."""
    assert misplaced() == []


def test_every_part_of_the_heart_has_its_faults() -> None:
    """Each file on the list has some, and tests that are to see them."""
    found = Counter(each.file for each in MUTANTS)

    assert set(found) == set(TESTS)
    assert min(found.values()) >= 5
    assert len({each.name for each in MUTANTS}) == len(MUTANTS) >= 40
