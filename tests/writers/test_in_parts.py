"""Tables of a large class go to the disk in parts: the same file, never held whole."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assessor.errors import StoreError
from assessor.writers.files import WRITTEN, edited_since, holds, write_over
from assessor.writers.results import grades_csv, key_points_csv
from tests.writers.test_documents import a_grade, rubric

ODD = ("Well.", "a\rb", 'so "quoted", and\nmore', "torn \ud800 pair", "=1+1", "", "ü🎯")
CELLS = {"Q": rubric().graded}


def test_a_table_in_parts_is_the_table_in_one() -> None:
    """Whatever stands in its cells, and wherever a part ends."""
    grades = [a_grade(f"S{n}", feedback=ODD[n % len(ODD)]) for n in range(1203)]

    for table in (lambda some: grades_csv(some, CELLS), key_points_csv):
        whole = list(table(grades))
        alone = [b"".join(table([each])) for each in grades]
        head = next(table([]))
        assert len(whole) > 3
        rows = [each.removeprefix(head) for each in alone]
        assert b"".join(whole) == b"".join([head, *rows])


def test_a_large_table_is_never_held_whole(tmp_path: Path) -> None:
    grade = a_grade(feedback="It is said well. " * 40)
    many = (replace(grade) for _ in range(8000))
    write_over(tmp_path / "small.csv", b"")  # What is made once is made.

    tracemalloc.start()
    try:
        write_over(tmp_path / "grades.csv", grades_csv(many, CELLS))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (tmp_path / "grades.csv").stat().st_size > 5_000_000
    assert peak < 2_500_000


def test_a_persons_edit_is_kept_where_parts_are_written(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    assert write_over(path, iter((b"one\n", b"two\n"))) is None
    assert holds(path, (b"one", b"\ntwo\n"))
    path.write_bytes(b"one\nmine\n")
    assert edited_since(path)

    kept = write_over(path, iter((b"one\n", b"three\n")))

    assert kept is not None
    assert (kept.read_bytes(), path.read_bytes()) == (b"one\nmine\n", b"one\nthree\n")
    assert not edited_since(path)


def test_a_table_that_breaks_off_leaves_all_as_it_was(tmp_path: Path) -> None:
    """Also a person's edit: it is put aside once what comes in its place is whole."""
    path = tmp_path / "grades.csv"
    write_over(path, b"ours\n")
    path.write_bytes(b"mine\n")

    def parts() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left"):
        write_over(path, parts())

    assert path.read_bytes() == b"mine\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == [WRITTEN, "grades.csv"]
