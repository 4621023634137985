"""Composite indices made in other ways than the usual one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from analysis.index.composite import composite_index
from analysis.index.correlation import IndicatorError
from analysis.index.method import RESULTS, WEIGHT_KINDS, IndexMethod
from analysis.index.retention import RetentionRule
from analysis.index.scaling import Scaling
from analysis.index.treatment import TreatmentRule

NAMES = list("abcdef")
YEARS = [2013 + k // 10 for k in range(40)]
TWO = RetentionRule("fixed", 2)


@pytest.fixture
def built(random_indicators):
    def build(rule=TWO, values=random_indicators, names=NAMES, **keys):
        return composite_index(values, names, rule, method=IndexMethod(**keys), years=YEARS[: len(values)])

    return build


def test_equal_weights_of_min_max_scaled_indicators_are_worked_out_by_hand(built):
    values = np.array([[0.0, 10], [1, 30], [4, 20]])
    found = built(RetentionRule("fixed", 1), values, ["a", "b"], scaling=Scaling("min_max"), weights="equal")
    np.testing.assert_allclose(found.score, [0, 0.625, 0.75])
    np.testing.assert_allclose(found.index, [0, 5 / 6, 1])
    np.testing.assert_allclose(found.indicator_weights, [0.5, 0.5])
    assert np.isnan(found.weights).all()


def test_a_scale_that_does_not_start_at_zero_reaches_the_score(built):
    values = np.array([[0.0, 10], [1, 30], [4, 20]])
    found = built(
        RetentionRule("fixed", 1),
        values,
        ["a", "b"],
        scaling=Scaling("min_max", low=1, high=100),
        weights="equal",
        result="none",
    )
    np.testing.assert_allclose(found.index, [1, 1 + 99 * 0.625, 1 + 99 * 0.75])


def test_a_geometric_mean_lets_strength_make_up_less_for_weakness(built):
    values = np.array([[0.0, 1], [0.5, 0.5], [1, 0], [0.2, 0.2]])
    keys = {"scaling": Scaling("min_max"), "weights": "equal", "floor": 0.01}
    rule = RetentionRule("fixed", 1)
    arithmetic = built(rule, values, ["a", "b"], **keys).score
    geometric = built(rule, values, ["a", "b"], aggregation="geometric", **keys).score
    assert arithmetic[0] == pytest.approx(arithmetic[1])
    np.testing.assert_allclose(geometric[:2], [0.1, 0.505])


def test_dimensions_and_experts_weigh_as_they_say(built):
    dimensions = dict(zip(NAMES, ["x", "x", "x", "x", "y", "y"], strict=True))
    found = built(weights="equal_by_dimension", dimensions=dimensions)
    np.testing.assert_allclose(found.indicator_weights, [1 / 8] * 4 + [1 / 4] * 2)
    expert = dict(zip(NAMES, [1, 0, 0, 0, 0, 3], strict=True))
    found = built(weights="expert", expert=expert)
    np.testing.assert_allclose(
        found.score, found.standardised.z[:, 0] / 4 + found.standardised.z[:, 5] * 0.75
    )


def test_covariances_of_z_scores_are_correlations(built):
    np.testing.assert_allclose(built(matrix="covariance").index, built().index, atol=1e-12)
    of_ranges = built(matrix="covariance", scaling=Scaling("min_max"))
    assert np.abs(of_ranges.index - built().index).max() > 1e-3
    # Correlations do not care about the scale.
    np.testing.assert_allclose(built(scaling=Scaling("min_max")).index, built().index, atol=1e-12)


def test_loadings_are_told_as_correlations_whatever_the_matrix(built, random_indicators):
    for keys in ({}, {"matrix": "covariance", "scaling": Scaling("min_max")}, {"rotation": "varimax"}):
        found = built(**keys)
        both = np.corrcoef(random_indicators, found.scores, rowvar=False)[:6, 6:]
        np.testing.assert_allclose(found.loading_correlations, both, atol=1e-9)
    np.testing.assert_array_equal(built().loading_correlations, built().components.loadings)


def test_scaling_by_year_removes_what_all_rows_of_a_year_share(built, random_indicators):
    lifted = random_indicators + np.array(YEARS)[:, None] * 3
    by_year = Scaling("z_score", "per_year")
    np.testing.assert_allclose(built(values=lifted, scaling=by_year).index, built(scaling=by_year).index)
    assert np.corrcoef(built(values=lifted).index, YEARS)[0, 1] > 0.9


def test_scaling_on_a_base_year_keeps_movements(built, random_indicators):
    lifted = random_indicators + (np.array(YEARS)[:, None] - 2013) * 3
    found = built(values=lifted, scaling=Scaling("z_score", "base_year", 2013), weights="equal")
    assert (found.score[30:] > found.score[:10].max()).all()


def test_rotated_components_share_out_the_same_variance(built):
    plain, rotated = built(), built(rotation="varimax")
    assert rotated.scores.shape == (40, 2)
    assert rotated.components.eigenvalues.sum() == pytest.approx(plain.components.eigenvalues[:2].sum())
    by_hand = rotated.scores @ rotated.weights
    np.testing.assert_allclose(rotated.score, by_hand)
    np.testing.assert_allclose(rotated.standardised.z @ rotated.indicator_weights, rotated.score, atol=1e-12)


def test_the_result_is_scaled_as_asked(built):
    unit, hundred, none = (built(result=result) for result in RESULTS)
    np.testing.assert_allclose(hundred.index, 100 * unit.index)
    np.testing.assert_array_equal(none.index, none.score)
    assert list(unit.to_frame().columns) == ["index", "score"]


def test_outliers_are_treated_and_told(built, random_indicators):
    values = random_indicators.copy()
    values[3, 2] = 500.0
    found = built(values=values, treatment=TreatmentRule())
    assert [item.method for item in found.treatment] == ["none", "none", "winsorised", "none", "none", "none"]
    assert built(values=values).treatment == ()
    assert np.abs(found.index - built(values=values).index).max() > 0.01


def test_every_way_gives_an_index_that_better_indicators_raise(built, random_indicators):
    """A row that is best in everything ranks first, whatever the way."""
    best = np.vstack([random_indicators[:-1], random_indicators.max(axis=0) + 1])
    # All load the same way, so that no weight is negative.
    best = best + 3 * best.mean(axis=1, keepdims=True)
    assert (best[-1] >= best).all()
    for scaling, weights, aggregation in product(
        (Scaling(), Scaling("min_max"), Scaling("z_score", "base_year", 2014)),
        [kind for kind in WEIGHT_KINDS if kind not in ("expert", "equal_by_dimension")],
        ("arithmetic", "geometric", "harmonic"),
    ):
        found = built(
            RetentionRule("fixed", 1), best, scaling=scaling, weights=weights, aggregation=aggregation
        )
        assert found.index[-1] == 1


def test_what_is_missing_for_a_method_is_named(built):
    with pytest.raises(IndicatorError, match=r"weights by dimension: seen none for \['a'"):
        built(weights="equal_by_dimension")
    with pytest.raises(IndicatorError, match=r"expert weights: seen none for \['a'"):
        built(weights="expert")


@pytest.mark.parametrize(
    "keys",
    [
        {"matrix": "distance"},
        {"rotation": "oblimin"},
        {"weights": "taste"},
        {"aggregation": "median"},
        {"result": "ranks"},
        {"floor": 1.0},
    ],
)
def test_methods_that_nobody_knows_are_refused(keys):
    with pytest.raises(ValueError, match="expected one"):
        IndexMethod(**keys)
