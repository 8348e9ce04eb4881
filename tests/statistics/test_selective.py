"""What ranking by risk is worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as oracle  # type: ignore[import-untyped] # it ships no types

from assessor.statistics.selective import Coverage, auroc, risk_coverage


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.4, 0.4, 0.9]), st.booleans()), max_size=40))
def test_the_area_equals_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    """Ties count half; with one class only there is no area."""
    risks, wrong = [risk for risk, _ in pairs], [is_wrong for _, is_wrong in pairs]
    expected = None
    if len(set(wrong)) == 2:
        expected = pytest.approx(oracle.roc_auc_score(wrong, risks))

    assert auroc(risks, wrong) == expected


def test_the_safest_come_first() -> None:
    """Half of the class holds none of the wrong ones where these are the riskiest."""
    got = risk_coverage([0.9, 0.1, 0.2, 0.8], [True, False, False, False], shares=(0.5, 1.0))

    assert got == (Coverage(share=0.5, n=2, wrong=0.0), Coverage(share=1.0, n=4, wrong=0.25))


def test_weights_stand_for_the_class() -> None:
    """An answer drawn with a chance of a third stands for three."""
    got = risk_coverage([0.1, 0.9], [False, True], weights=[3.0, 1.0], shares=(0.75, 1.0))

    assert got == (Coverage(share=0.75, n=1, wrong=0.0), Coverage(share=1.0, n=2, wrong=0.25))


def test_nothing_graded_has_no_coverage() -> None:
    """Without answers there is nothing to say, and unlike lengths are refused."""
    assert risk_coverage([], []) == ()
    with pytest.raises(ValueError):
        risk_coverage([0.1], [])
