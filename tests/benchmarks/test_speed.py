"""The benchmark of speed measures what it says: the whole command twice, and a class at once."""

from __future__ import annotations

import pytest

from benchmarks import whole
from benchmarks.speed import LARGE, WHOLE, answer, large_class, rubric_text, says_nothing, serving


def test_the_command_is_typed_twice_and_comes_to_the_same() -> None:
    """Both runs end, the second finds all in the store, and both have figures."""
    texts = [answer(number) for number in range(8)]
    with serving(0.0) as url:
        first, again = whole.twice(texts, rubric_text(), url, "careful", 8)

    assert all(each.wall > 0 and each.cpu > 0 and each.memory > 20 for each in (first, again))
    assert 0 < first.store < again.store


def test_a_large_class_is_run_without_a_server() -> None:
    """Every answer is judged, once and again, with a store on disk."""
    texts = [answer(number) for number in range(60)]

    found = whole.large(texts, rubric_text(), says_nothing)

    assert found.answers == 60
    assert found.store > 0


@pytest.mark.parametrize(("method", "most"), [("quick", 3_000), ("careful", 6_000)])
def test_an_answer_takes_little_room(method: str, most: int) -> None:
    """What the store grows by with each answer: fifty words, one request or five, one outcome."""
    texts = [answer(number) for number in range(100)]

    few, many = (
        whole.large(texts[:count], rubric_text(), says_nothing, method) for count in (20, 100)
    )

    assert (many.store - few.store) / 80 < most


def test_rows_fit_their_heads() -> None:
    """A figure stands below its name."""
    assert large_class(10).count("|") == LARGE.count("|")
    assert WHOLE.count("|") == 11
