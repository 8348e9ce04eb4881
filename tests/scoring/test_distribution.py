"""By how much a person's total may differ: the method's vectors, and every case gone through."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.distribution import MOST_COMBINATIONS, MOST_SUMS, Gap, Totals, gap_of_all
from assessor.rubric import ABSENT, BestOf, KeyPoint, Level, Question, Rubric, Scoring
from assessor.scoring import score
from assessor.verdict import Finding
from tests.scoring.build import LEVELS_DRAWN, findings, rubric, rubrics


def points_of(worth: tuple[str, ...], **scoring: object) -> Rubric:
    """A rubric of key points with one level each."""
    most = sum(map(Decimal, worth), Decimal(0))
    values = {"max_points": most, "tolerance": Decimal(0)} | scoring
    return Rubric(
        id="r",
        title="R",
        question=Question(prompt="Why?"),
        key_points=tuple(
            KeyPoint(
                id=f"k{place}",
                description=f"says {place}",
                points=Decimal(each),
                levels=(Level(id="full", points=Decimal(each)),),
            )
            for place, each in enumerate(worth)
        ),
        scoring=Scoring.model_validate(values),
    )


def said(which: Rubric, *cells: tuple[str, float]) -> tuple[Finding, ...]:
    """One finding per cell: its level, and the chance of at least `full`."""
    return tuple(
        Finding(cell=cell, kind=which.kind_of(cell), level=level, probabilities=(chance,))
        for cell, (level, chance) in zip(which.cells, cells, strict=True)
    )


def test_two_sure_cells_are_wrong_together_one_time_in_five() -> None:
    """The method's vector: P(D = 0) .81, P(D = -1) .18, P(D = -2) .01."""
    which = points_of(("1", "1"))

    got = Totals(which).gap(said(which, ("full", 0.9), ("full", 0.9)))

    assert dict(got.chances) == pytest.approx({Decimal(0): 0.81, Decimal(-1): 0.18, -2: 0.01})
    assert (got.differs, got.expected) == pytest.approx((0.19, 0.20))
    assert got.beyond(Decimal(1)) == pytest.approx(0.01)


def test_one_unsure_cell_is_wrong_as_often_as_it_says() -> None:
    """The method's vector: credited at .6, risk .4; not credited at .6, risk .6."""
    which = points_of(("1",))

    got = [Totals(which).gap(said(which, (level, 0.6))).differs for level in ("full", ABSENT)]

    assert got == pytest.approx([0.4, 0.6])


def test_what_the_choice_earns_counts_towards_the_maximum() -> None:
    """At the maximum by the choice alone, no key point can raise or lower the total."""
    which = points_of(("1",), max_points=Decimal(3))

    got = [Totals(which).gap(said(which, ("full", 0.6)), Decimal(each)).differs for each in (0, 3)]

    assert got == pytest.approx([0.4, 0.0])


@pytest.mark.parametrize(
    ("scoring", "levels", "chances", "differs", "why"),
    [
        ({"max_points": Decimal(1)}, ("full", "full"), (0.9, 0.9), 0.01, "clipped at the maximum"),
        ({"rounding": Decimal(1)}, ("full", ABSENT), (1.0, 0.4), 0.4, "rounded up to a point"),
        ({"rounding": Decimal(2)}, ("full", ABSENT), (1.0, 0.4), 0.0, "rounded away"),
        (
            {"best_of": (BestOf(of=("k0", "k1"), count=1),)},
            ("full", "full"),
            (0.9, 0.9),
            0.01,
            "one of two is enough",
        ),
    ],
)
def test_the_scoring_rules_stand_between_cells_and_total(
    scoring: dict[str, object],
    levels: tuple[str, str],
    chances: tuple[float, float],
    differs: float,
    why: str,
) -> None:
    """A doubt that cannot change the total is no risk."""
    which = points_of(("1", "1"), **scoring)

    got = Totals(which).gap(said(which, *zip(levels, chances, strict=True))).differs

    assert got == pytest.approx(differs), why


def test_a_required_cell_carries_those_that_require_it() -> None:
    """Three points hang on the first cell's doubt."""
    which = rubric(requires={"b": ("a",), "c": ("b",)})
    sure = {**findings(which, a="full", b="full", c="full")}
    doubt = {"a": (0.7, 0.7), "b": (1.0,), "c": (1.0,), "wrong": (0.0,), "caps": (0.0,)}
    given = [replace(each, probabilities=doubt[cell]) for cell, each in sure.items()]

    got = Totals(which).gap(given)

    assert dict(got.chances) == pytest.approx({Decimal(0): 0.7, Decimal(-4): 0.3})


def brute_force(
    which: Rubric, given: Mapping[str, Finding], chosen: Decimal
) -> dict[Decimal, float]:
    """Go through every combination of levels of all cells, by the scoring itself."""
    ours = score(which, given, chosen).total
    cells = list(which.cells)
    steps = []
    for cell in cells:
        at_least = (1.0, *given[cell].probabilities, 0.0)
        levels = (ABSENT, *which.levels_of(cell))
        steps.append(
            [(level, at_least[n] - at_least[n + 1]) for n, level in enumerate(levels)],
        )
    found: dict[Decimal, float] = {}
    for way in itertools.product(*steps):
        held = {
            cell: replace(given[cell], level=level)
            for cell, (level, _) in zip(cells, way, strict=True)
        }
        gap = score(which, held, chosen).total - ours
        found[gap] = found.get(gap, 0.0) + math.prod(chance for _, chance in way)
    return found


CHANCE = st.sampled_from([0.0, 0.1, 0.35, 0.5, 0.8, 1.0])


@given(rubrics(), LEVELS_DRAWN, st.lists(CHANCE, min_size=6, max_size=6), st.integers(0, 2))
def test_it_is_the_sum_over_all_ways_to_read_the_answer(
    which: Rubric, levels: dict[str, str], chances: list[float], chosen: int
) -> None:
    """Groups and convolution give what going through every combination gives."""
    first, second, *rest = chances
    likely = {"a": (max(first, second), min(first, second))} | {
        cell: (chance,) for cell, chance in zip(("b", "c", "wrong", "caps"), rest, strict=True)
    }
    given_ = {
        cell: replace(each, probabilities=likely[cell])
        for cell, each in findings(which, **levels).items()
    }

    got = Totals(which).gap(list(given_.values()), Decimal(chosen))

    wanted = {gap: p for gap, p in brute_force(which, given_, Decimal(chosen)).items() if p > 1e-12}
    assert dict(got.chances) == pytest.approx(wanted, abs=1e-9)
    assert math.fsum(got.chances.values()) == pytest.approx(1.0)


def test_a_rising_chance_is_read_as_the_lower_one() -> None:
    """P(full) cannot exceed P(partial): the chances of the levels still add up to one."""
    which = rubric()
    given_ = [
        replace(each, probabilities=(0.2, 0.9) if each.cell == "a" else (0.0,))
        for each in findings(which).values()
    ]

    got = Totals(which).gap(given_)

    assert dict(got.chances) == pytest.approx({Decimal(0): 0.8, Decimal(2): 0.2})


def test_a_huge_group_is_bounded_and_holds_its_surest_cells() -> None:
    """Thirty cells of which the best one counts: the open ones decide, the sure ones are held."""
    worth = ("1",) * 30
    of = tuple(f"k{place}" for place in range(30))
    which = points_of(worth, max_points=Decimal(1), best_of=(BestOf(of=of, count=1),))
    unsure = [(ABSENT, 0.3)] * 3

    got = Totals(which).gap(said(which, *unsure, *[(ABSENT, 0.001)] * 27))

    exact = 1 - 0.7**3 * 0.999**27
    assert MOST_COMBINATIONS < 2**30
    assert got.differs <= exact
    assert got.differs == pytest.approx(exact, abs=0.01)


def test_a_grid_without_end_is_merged_and_stays_near() -> None:
    """Sixteen cells of odd points make 65,536 sums: neighbours are merged, the rest stays."""
    worth = tuple(f"1.{2**place:05}" for place in range(16))
    which = points_of(worth, rounding=Decimal("0.5"))

    got = Totals(which).gap(said(which, *[("full", 0.9)] * 16))

    assert MOST_SUMS < 2**16
    assert math.fsum(got.chances.values()) == pytest.approx(1.0)
    assert got.differs == pytest.approx(1 - 0.9**16, abs=0.01)


def test_several_questions_add_up() -> None:
    """What one gains another may lose."""
    up, down = Gap({Decimal(0): 0.5, Decimal(1): 0.5}), Gap({Decimal(0): 0.5, Decimal(-1): 0.5})

    got = gap_of_all((up, down))

    assert dict(got.chances) == {Decimal(0): 0.5, Decimal(1): 0.25, Decimal(-1): 0.25}
    assert gap_of_all(()).differs == 0.0
