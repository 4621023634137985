"""Separation as its authors show it: the examples of the guide to ppmlhdfe on non-existing Poisson estimates.

Correia, Guimaraes and Zylkin, ppmlhdfe, guides/nonexistence_benchmarks.md and guides/csv (public repository);
what is separated and what is estimated is as printed there, but for one row that its own proof contradicts.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import NotEstimable
from analysis.gravity.poisson import poisson_regression
from analysis.gravity.separation import find_separation

CLASSICAL = CovarianceRule("classical", "normal")

SIMPLE = """
0 0 1 0; 0 0 0 0; 0 0 0 0; 0 0 0 0; 0 1 9 0; 2 21 21 21; 3 0 0 0; 5 0 0 0; 7 0 0 0; 10 -18 -18 0
"""
EXAMPLE_1 = """
0 0 0 2 10; 0 0 0 0 -2; 0 0 0 0 6; 0 0 0 4 5; 0 1 0 0 3; 2 0 0 0 3; 2 0 0 0 4; 2 0 0 -2 15; 2 0 0 0 -7;
4 0 0 -3 15; 6 -3 -3 0 4; 6 0 0 0 4
"""
EXAMPLE_2 = """
0 14 4 0 -12; 0 0 35 34 12; 0 0 3 0 17; 0 0 0 0 1; 0 0 0 -2 7; 0 0 25 0 12; 0 0 13 0 60; 0 0 15 0 7;
0 1 0 7 -24; 9 0 0 0 18; 4 2 0 6 -1; 2 1 0 0 -7
"""
FE_1 = """
2 0 0 2 1; 0 0 0 4 2; 0 0 0 1 1; 1 1 0 4 3; 0 0 1 2 2; 0 0 0 2 2; 1 0 0 5 4; 0 1 2 2 3; 1 0 0 1 1; 0 0 0 2 2;
0 2 0 1 3; 0 0 0 1 3; 0 1 0 2 2; 0 0 1 5 2; 0 0 1 2 4; 0 0 0 1 2; 0 0 0 1 1; 2 0 0 1 2
"""
FE_2 = "0 -3 1 2; 0 0 1 8; 0 0 1 10; 0 10 1 10; 0 5 2 2; 1 3 3 9; 2 2 3 9; 3 2 2 8"
FE_3 = """
0 0 1 1; 0 3 1 1; 0 -2 1 1; 0 2 1 3; 0 2 1 5; 0 0 1 6; 0 7 4 1; 0 1 4 4; 0 2 4 5; 0 1 6 1; 0 -2 8 4; 0 3 8 6;
1 -5 1 1; 1 1 1 3; 5 -2 6 3; 7 2 1 3
"""


def read(text: str, n_terms: int):
    """Outcome, terms and, where two columns are left, the effects i and j."""
    rows = np.array([[float(cell) for cell in row.split()] for row in text.split(";")])
    names = [f"x{at}" for at in range(1, n_terms + 1)]
    left = rows[:, 1 + n_terms :].T
    effects = dict(zip("ij", left, strict=True)) if len(left) else {}
    return rows[:, 0], rows[:, 1 : 1 + n_terms], names, effects


def test_two_rows_by_a_difference_of_regressors():
    outcome, regressors, names, _ = read(SIMPLE, 3)
    found = find_separation(outcome, regressors, names)
    assert list(np.flatnonzero(found.is_separated) + 1) == [1, 5]
    slopes = dict(found.combination)
    assert slopes["x2"] == pytest.approx(-slopes["x1"])
    fit = poisson_regression(outcome, regressors, names)
    assert dict(zip(fit.terms, fit.coefficients, strict=True))["x3"] == pytest.approx(0.066, abs=5e-4)


def test_the_example_that_other_programs_estimate_wrongly():
    outcome, regressors, names, _ = read(EXAMPLE_1, 4)
    fit = poisson_regression(outcome, regressors, names, rule=CLASSICAL)
    assert list(fit.separated_rows + 1) == [5]
    assert fit.dropped == ("x2",)
    found = dict(zip(fit.terms, zip(fit.coefficients, fit.std_errors, strict=True), strict=True))
    assert found["const"] == pytest.approx((0.59095, 0.30291), abs=5e-6)
    assert found["x3"] == pytest.approx((-0.47085, 0.23117), abs=5e-6)
    assert found["x4"] == pytest.approx((-0.03779, 0.04375), abs=5e-6)
    assert fit.deviance == pytest.approx(15.956, abs=5e-4)


def test_the_example_on_which_iterations_do_not_end():
    outcome, regressors, names, _ = read(EXAMPLE_2, 4)
    found = find_separation(outcome, regressors, names)
    # A perfect fit of all zeros: nothing but the positive rows is left, as many as coefficients.
    assert list(np.flatnonzero(found.is_separated)) == list(np.flatnonzero(outcome == 0))
    with pytest.raises(NotEstimable, match="3 observations for 3 coefficients"):
        poisson_regression(outcome, regressors, names, collinear="drop")


def test_effects_and_a_regressor_together():
    outcome, regressors, names, effects = read(FE_1, 2)
    fit = poisson_regression(outcome, regressors, names, effects=effects, rule=CLASSICAL)
    assert fit.separation.n_separated == 4
    assert (regressors[fit.separated_rows, 1] > 0).all()
    assert fit.dropped == ("x2",)
    assert fit.coefficients == pytest.approx([-0.4845], abs=5e-5)
    assert fit.std_errors == pytest.approx([1.2439], abs=5e-5)
    assert fit.deviance == pytest.approx(13.3644, abs=5e-5)


def test_effects_on_which_another_program_breaks_off():
    outcome, regressors, names, effects = read(FE_2, 1)
    found = find_separation(outcome, regressors, names, effects)
    assert list(np.flatnonzero(found.is_separated)) == list(np.flatnonzero(outcome == 0))


def test_the_rows_that_the_guide_proves_separated_and_not_the_one_it_only_counts():
    """The guide counts 8 rows, the tenth among them, but its own combination z is 0 there: 7 are proven."""
    outcome, regressors, names, effects = read(FE_3, 1)
    i, j = effects["i"], effects["j"]
    proof = (
        2.0 * (i == 4)
        - 2 * (i == 1)
        - 2 * (i == 6)
        - 6 * (j == 1)
        - 6 * (j == 3)
        - 2 * (j == 4)
        - (j == 5)
        + 8
    )
    assert (proof[outcome > 0] == 0).all()
    assert proof[9] == 0
    found = find_separation(outcome, regressors, names, effects)
    np.testing.assert_array_equal(found.is_separated, proof > 0)
    assert found.n_separated == 7
    dummies = [(labels[:, None] == np.unique(labels)).astype(float) for labels in (i, j)]
    design = np.hstack([regressors, *dummies])
    is_zero = outcome == 0
    for row in np.flatnonzero(is_zero):
        # A programme of its own for each row: how far can z rise there, 0 on positive rows, nowhere below 0?
        best = linprog(
            -design[row],
            A_eq=design[~is_zero],
            b_eq=np.zeros((~is_zero).sum()),
            A_ub=-design[is_zero],
            b_ub=np.zeros(is_zero.sum()),
            bounds=[(-1, 1)] * design.shape[1],
        )
        assert (-best.fun > 1e-9) == found.is_separated[row]
