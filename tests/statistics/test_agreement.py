"""Agreement: values against scikit-learn, intervals, and what happens at the edges."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from sklearn import metrics as oracle  # type: ignore[import-untyped] # it ships no types

from assessor.statistics import formulas
from assessor.statistics.agreement import (
    METRICS,
    MetricKind,
    agreement,
    measure,
    say_bias,
)
from assessor.statistics.intervals import Ends, Estimate, Interval, resampled
from assessor.statistics.ratings import Ratings

HUMAN = (1, 1, 1, 0, 0, 1, 1, 0, 1, 1)
JUDGE = (1, 1, 0, 0, 0, 1, 1, 1, 1, 1)


def rated(
    human: Sequence[float],
    judge: Sequence[float],
    levels: Sequence[float] = (),
    *,
    cells: int = 1,
    tolerance: float = 0.0,
) -> Ratings:
    """`cells` of each student one after another."""
    return Ratings(
        students=tuple(f"s{place // cells}" for place in range(len(human))),
        human=tuple(human),
        judge=tuple(judge),
        levels=tuple(levels),
        tolerance=tolerance,
    )


def sample(levels: int, count: int, seed: int) -> Ratings:
    """A judge that mostly says what the human says."""
    chance = random.Random(seed)
    human = [float(chance.randrange(levels)) for _ in range(count)]
    judge = [h if chance.random() < 0.7 else float(chance.randrange(levels)) for h in human]
    return rated(human, judge, range(levels))


def value(name: str, ratings: Ratings) -> float:
    got = measure(name, ratings).value
    assert got is not None
    return got


BINARY: dict[str, Callable[[list[int], list[int]], float]] = {
    "exact": oracle.accuracy_score,
    "cohen_kappa": oracle.cohen_kappa_score,
    "phi": oracle.matthews_corrcoef,
    "tpr": oracle.recall_score,
    "tnr": lambda h, j: float(oracle.recall_score(h, j, pos_label=0)),
    "balanced_accuracy": oracle.balanced_accuracy_score,
    "f1": oracle.f1_score,
}
GRADED: dict[str, Callable[[list[int], list[int]], float]] = {
    "exact": oracle.accuracy_score,
    "cohen_kappa": oracle.cohen_kappa_score,
    "qwk": lambda h, j: float(oracle.cohen_kappa_score(h, j, weights="quadratic")),
    "mae": oracle.mean_absolute_error,
    "rmse": oracle.root_mean_squared_error,
}


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_yes_no_figures_equal_scikit_learn(name: str, seed: int) -> None:
    """On met and not met every figure that scikit-learn has comes out the same."""
    ratings = sample(2, 60, seed)

    expected = BINARY[name]([int(h) for h in ratings.human], [int(j) for j in ratings.judge])
    assert value(name, ratings) == pytest.approx(expected)


@pytest.mark.parametrize("name", GRADED)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_graded_figures_equal_scikit_learn(name: str, seed: int) -> None:
    """On several levels every figure that scikit-learn has comes out the same."""
    ratings = sample(4, 60, seed)

    expected = GRADED[name]([int(h) for h in ratings.human], [int(j) for j in ratings.judge])
    assert value(name, ratings) == pytest.approx(expected)


def test_the_vectors_of_the_method_hold() -> None:
    """Kappa, AC1 and QWK have their published values."""
    binary = rated(HUMAN, JUDGE)
    graded = rated([0, 1, 2, 2, 1, 0], [0, 1, 1, 2, 2, 0], [0, 1, 2])

    got = [value("cohen_kappa", binary), value("ac1", binary), value("qwk", graded)]
    assert got == pytest.approx([0.5238, 0.6552, 0.75], abs=5e-5)


@pytest.mark.parametrize(
    ("prevalence", "kappa", "ac1"),
    [(50, 0.80, 0.80), (70, 0.77, 0.82), (90, 0.44, 0.88)],
)
def test_kappa_falls_with_lopsided_rates_where_ac1_does_not(
    prevalence: int, kappa: float, ac1: float
) -> None:
    """At the same 90 % agreement the two part as the method's table says."""
    human = [1] * prevalence + [0] * (100 - prevalence)
    judge = [1] * (prevalence - 5) + [0] * 5 + [1] * 5 + [0] * (95 - prevalence)
    ratings = rated(human, judge)

    assert value("cohen_kappa", ratings) == pytest.approx(kappa, abs=0.01)
    assert value("ac1", ratings) == pytest.approx(ac1, abs=0.01)


def test_levels_that_never_occur_count_for_ac1() -> None:
    """AC1 is told all levels of the rubric; a level nobody used lowers chance agreement."""
    seen = value("ac1", rated(HUMAN, JUDGE))
    told = value("ac1", rated(HUMAN, JUDGE, [0, 1, 2]))

    assert told > seen


def test_bias_and_its_limits() -> None:
    """Bias is judge less human with a t interval; the limits are mean ± 1.96 s."""
    ratings = rated([3, 5, 2, 6], [4, 5, 2, 7])
    bias, limits = measure("bias", ratings), measure("limits_of_agreement", ratings)

    error = 2.353363 * math.sqrt(1 / 3 / 4)
    spread = 1.96 * math.sqrt(1 / 3)
    assert (bias.value, bias.interval) == (0.5, Interval.CLUSTER_T)
    assert (bias.low, bias.high) == pytest.approx((0.5 - error, 0.5 + error))
    assert (limits.low, limits.high) == pytest.approx((0.5 - spread, 0.5 + spread))


@pytest.mark.parametrize(
    ("bias", "words"),
    [
        (-0.42, "on average 0.4 points harsher than you"),
        (0.98, "on average 1.0 point more generous than you"),
        (0.01, "on average as strict as you"),
        (None, "there are no cells"),
    ],
)
def test_bias_is_said_in_words(bias: float | None, words: str) -> None:
    """An instructor reads which way the judge leans, and by how much."""
    assert say_bias(Estimate(name="bias", value=bias, n=9, reason="there are no cells")) == words


def test_within_tolerance_forgives_binary_fractions() -> None:
    """A difference of exactly the tolerance is within it, whatever floats make of it."""
    ratings = rated([0.3, 1.0, 0.0], [0.1, 0.5, 0.0], [0.0, 0.1, 0.3, 0.5, 1.0], tolerance=0.2)

    assert value("within_tolerance", ratings) == pytest.approx(2 / 3)


def test_one_key_point_has_an_exact_interval() -> None:
    """With one cell per student agreement has the Clopper-Pearson interval."""
    got = measure("exact", rated(HUMAN, JUDGE))

    assert (got.value, got.n, got.interval) == (0.8, 10, Interval.CLOPPER_PEARSON)
    assert (got.low, got.high) == pytest.approx((0.4931, 0.9632), abs=5e-5)


def test_pooled_cells_have_a_t_interval_over_students() -> None:
    """Cells of one student are not independent: n is the number of students."""
    got = measure("exact", rated(HUMAN, JUDGE, cells=2))

    means = np.array([1, 0.5, 1, 0.5, 1])
    reach = 2.131847 * means.std(ddof=1) / math.sqrt(5)
    assert (got.value, got.n, got.interval) == (0.8, 5, Interval.CLUSTER_T)
    assert (got.low, got.high) == pytest.approx((0.8 - reach, min(0.8 + reach, 1.0)))


def test_full_agreement_over_many_cells_is_no_certainty() -> None:
    """Where every cell agrees the students still bound what was not seen."""
    got = measure("exact", rated([1, 0] * 10, [1, 0] * 10, cells=2))

    assert (got.value, got.high, got.interval) == (1.0, 1.0, Interval.CLOPPER_PEARSON)
    assert got.low == pytest.approx(0.05 ** (1 / 10))


def test_weights_undo_an_unequal_draw() -> None:
    """A student drawn with a quarter of the chance counts four times, whatever the scale."""
    plain = Ratings(students=tuple("abcd"), human=(1, 1, 0, 0), judge=(1, 0, 0, 0))
    weighted = Ratings(
        students=tuple("abcd"), human=(1, 1, 0, 0), judge=(1, 0, 0, 0), weights=(8, 2, 2, 2)
    )

    assert (value("exact", plain), value("exact", weighted)) == pytest.approx((0.75, 12 / 14))
    assert measure("exact", weighted).interval is Interval.CLUSTER_T


def test_repeating_a_measurement_gives_the_same_interval() -> None:
    """Resampling is seeded: two readings of one table are the same."""
    ratings = sample(3, 30, 4)

    assert agreement(ratings) == agreement(ratings)


@pytest.mark.parametrize("name", METRICS)
def test_nothing_graded_has_no_value(name: str) -> None:
    """Without cells no figure has a value, and says so."""
    assert measure(name, rated([], [])) == Estimate(
        name=name, value=None, n=0, reason="there are no cells"
    )


@pytest.mark.parametrize("name", [name for name in METRICS if name != "limits_of_agreement"])
def test_a_single_student_has_no_interval(name: str) -> None:
    """One student's cells may have a value, but say nothing of other students."""
    got = measure(name, rated([1, 0, 1], [1, 0, 0], cells=3))

    assert (got.n, got.low, got.high) == (1, None, None)
    assert got.value is not None
    assert got.reason == "no likely range: a single student"


@pytest.mark.parametrize(
    ("name", "human", "judge", "reason"),
    [
        ("cohen_kappa", (1, 1), (1, 1), "one class only: nothing to tell apart"),
        ("qwk", (1, 1), (1, 1), "one class only: nothing to tell apart"),
        ("krippendorff_alpha", (1, 1), (1, 1), "one class only: nothing to tell apart"),
        ("phi", (1, 0), (1, 1), "one class only: nothing to tell apart"),
        ("balanced_accuracy", (1, 1), (1, 0), "one class only: nothing to tell apart"),
        ("tpr", (0, 0), (1, 0), "the human credited nothing"),
        ("tnr", (1, 1), (1, 0), "the human credited everything"),
        ("f1", (0, 0), (0, 0), "neither credited anything"),
    ],
)
def test_one_class_only_is_told(
    name: str, human: tuple[float, ...], judge: tuple[float, ...], reason: str
) -> None:
    """Where a figure is not defined it has no value and says why; never NaN, never 0."""
    got = measure(name, rated(human, judge, [0, 1]))

    assert got == Estimate(name=name, value=None, n=2, reason=reason)


def test_perfect_agreement_has_no_made_up_interval() -> None:
    """Where every resample gives 1 an interval of width 0 would claim to know."""
    got = measure("cohen_kappa", rated([1, 0] * 5, [1, 0] * 5))

    assert (got.value, got.low, got.high) == (1.0, None, None)
    assert got.reason == "no likely range: the students differ too little to tell"


def test_kinds_choose_the_figures() -> None:
    """Totals have no met and not met: their figures can be left out."""
    got = agreement(sample(3, 12, 2), kinds=[MetricKind.POINTS])

    assert list(got) == ["within_tolerance", "mae", "rmse", "bias", "limits_of_agreement"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"judge": (1.0,)}, "one student"),
        ({"weights": (1.0, 0.0)}, "above 0"),
        ({"levels": (0.0, 2.0)}, "not among the levels"),
    ],
)
def test_ratings_that_do_not_fit_are_refused(
    change: dict[str, tuple[float, ...]], problem: str
) -> None:
    """Unlike lengths, weights of nothing and unknown levels are mistakes of the caller."""
    parts: dict[str, tuple[float, ...]] = {"human": (1.0, 0.0), "judge": (1.0, 0.0), **change}

    with pytest.raises(ValueError, match=problem):
        Ratings(students=("a", "b"), **parts)  # type: ignore[arg-type] # keys are the fields'


def test_krippendorff_takes_three_raters_and_gaps() -> None:
    """Interval alpha of Krippendorff's own example (2011, four raters, gaps) is 0.849."""
    raters = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[each for each in unit if each is not None] for unit in zip(*raters, strict=True)]
    parts = [formulas.unit_parts(unit) for unit in units if len(unit) > 1]

    got = formulas.alpha([sum(each) for each in zip(*parts, strict=True)])

    assert got == pytest.approx(0.849, abs=5e-4)


CELLS = 7


def classes(count: int, make: np.random.Generator) -> tuple[list[float], list[float]]:
    """Students differ in how well they are read, and their cells with them."""
    ease = make.normal(1.1, 0.8, size=(count, 1))
    human = (make.random((count, CELLS)) < 0.5).astype(float)
    right = make.random((count, CELLS)) < 1 / (1 + np.exp(-ease))
    return human.ravel().tolist(), np.where(right, human, 1 - human).ravel().tolist()


def covered(
    interval: Callable[[Ratings], Ends | Estimate | None], truth: float, students: int, runs: int
) -> float:
    """The share of 90 % intervals that hold the figure of the whole population."""
    make = np.random.default_rng(17)
    found = [interval(rated(*classes(students, make), [0, 1], cells=CELLS)) for _ in range(runs)]
    return sum(
        each is not None
        and each.low is not None
        and each.high is not None
        and each.low <= truth <= each.high
        for each in found
    ) / len(found)


def truth() -> float:
    """Agreement in the whole population; kappa is twice that less one, both rates being half."""
    return float((1 / (1 + np.exp(-np.random.default_rng(1).normal(1.1, 0.8, 10**6)))).mean())


@pytest.mark.slow
@pytest.mark.parametrize("students", [15, 30, 50])
def test_pooled_agreement_covers_what_it_promises(students: int) -> None:
    """The t interval over students covers 90 ± 3 % for 15 to 50 students, seven cells each."""
    got = covered(lambda ratings: measure("exact", ratings), truth(), students, runs=800)

    assert got == pytest.approx(0.90, abs=0.03)


def kappa_interval(ratings: Ratings) -> Ends | None:
    """As `measure` does it, with fewer resamples to keep the test short."""
    rows = []
    for place in range(0, len(ratings.human), CELLS):
        cells = slice(place, place + CELLS)
        pairs = zip(ratings.human[cells], ratings.judge[cells], strict=True)
        parts = [formulas.marginals(h, j, ratings) for h, j in pairs]
        rows.append([sum(column) for column in zip(*parts, strict=True)])
    return resampled(rows, formulas.kappa, resamples=300)


@pytest.mark.slow
@pytest.mark.parametrize("students", [15, 30, 50])
def test_kappa_covers_what_it_promises(students: int) -> None:
    """Resampled students cover 90 ± 3 % for kappa too."""
    got = covered(kappa_interval, 2 * truth() - 1, students, runs=400)

    assert got == pytest.approx(0.90, abs=0.03)


def test_no_interval_reaches_beyond_what_the_figure_can_be() -> None:
    """No share is above one, no distance below nought, however few and unlike the students."""
    few = rated((0, 0, 1, 1, 1, 0), (1, 1, 1, 1, 0, 1), (0, 1), cells=2)
    found = agreement(few)

    assert found["met_rate_shift"].high == 1.0
    assert found["mae"].low == 0.0
    for each in found.values():
        if each.low is not None and each.high is not None and each.value is not None:
            assert each.low <= each.value <= each.high
            assert each.name in {"bias", "limits_of_agreement", "mae", "rmse"} or each.high <= 1
