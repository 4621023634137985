"""Intervals of an index by resampling: what is drawn, how components are matched, and the same bytes."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.bootstrap import _match, bootstrap_index
from analysis.index.composite import composite_index
from analysis.index.correlation import IndicatorError
from analysis.index.method import PRINCIPAL_COMPONENTS, IndexMethod
from analysis.index.pca import Components
from analysis.index.retention import RetentionRule
from analysis.index.scaling import Scaling

TWO = RetentionRule("fixed", 2)


def panel(countries, years, seed=5, noise=0.5):
    """Two factors behind six indicators, the first stronger; by country and year."""
    rng = np.random.default_rng(seed)
    rows = [(f"C{c:02d}", 2010 + y) for c in range(countries) for y in range(years)]
    factors = rng.normal(size=(len(rows), 2)) * [2.0, 1.0]
    loadings = np.array([[1, 1, 1, 1, 0.2, 0.2], [0.1, -0.1, 0, 0, 1, 1]])
    values = factors @ loadings + noise * rng.normal(size=(len(rows), 6))
    names, when = zip(*rows, strict=True)
    return values, np.array(names), np.array(when)


def drawn(values, countries, years, rule=TWO, method=PRINCIPAL_COMPONENTS, draws=99, **keys):
    return bootstrap_index(values, list("abcdef"), countries, years, rule, method, draws=draws, **keys)


@pytest.mark.parametrize(
    ("countries", "years", "resampled", "units"),
    [(20, 3, "countries", 20), (5, 8, "years", 8), (12, 1, "rows", 12)],
)
def test_countries_are_drawn_where_there_are_enough_else_years_else_rows(countries, years, resampled, units):
    found = drawn(*panel(countries, years))
    assert (found.resampled, found.units) == (resampled, units)
    assert found.values.shape == (99 - found.failed, countries * years)


def test_the_order_of_rows_and_the_clock_change_no_byte():
    values, countries, years = panel(5, 8)
    first, again = drawn(values, countries, years), drawn(values, countries, years)
    assert first.values.tobytes() == again.values.tobytes()
    order = np.random.default_rng(0).permutation(len(values))
    for method in (PRINCIPAL_COMPONENTS, IndexMethod(scaling=Scaling("z_score", "per_year"))):
        straight = drawn(values, countries, years, method=method)
        shuffled = drawn(values[order], countries[order], years[order], method=method)
        assert straight.values[:, order].tobytes() == shuffled.values.tobytes()
        assert straight.loadings.tobytes() == shuffled.loadings.tobytes()
    assert drawn(values, countries, years, seed=2).values.tobytes() != first.values.tobytes()


def test_intervals_hold_the_loadings_and_scores_of_the_sample_and_shrink_with_it():
    widths = []
    for countries in (20, 200):
        values, names, years = panel(countries, 4)
        found = drawn(values, names, years)
        index = composite_index(values, list("abcdef"), TWO)
        low, high = found.loading_interval(0.95)
        assert ((low <= index.components.loadings[:, :2]) & (index.components.loadings[:, :2] <= high)).all()
        low, high = found.score_interval(0.95)
        inside = (low <= index.scores[:, :2]) & (index.scores[:, :2] <= high)
        assert inside.mean() > 0.95
        widths.append((high - low).mean())
    assert widths[1] < widths[0] / 2


def test_components_of_draws_are_brought_to_the_order_and_sign_of_the_sample():
    # Two factors of nearly the same size swap places from draw to draw.
    rng = np.random.default_rng(11)
    factors = rng.normal(size=(120, 2)) * [1.05, 1.0]
    values = np.repeat(factors, 3, axis=1) * [1, 1, 1, 1, 1, -1] + 0.3 * rng.normal(size=(120, 6))
    found = drawn(values, [f"C{k // 4:02d}" for k in range(120)], [2010 + k % 4 for k in range(120)])
    reference = composite_index(values, list("abcdef"), TWO).components.loadings[:, :2]
    products = np.einsum("dpm,pm->dm", found.loadings, reference)
    lengths = np.linalg.norm(found.loadings, axis=1) * np.linalg.norm(reference, axis=0)
    assert (products / lengths > 0.6).all()


def test_two_components_of_the_sample_never_share_one_of_a_draw():
    def of(columns):
        ones, columns = np.ones(3), np.array(columns, dtype=float).T
        return Components(tuple("abc"), ones, ones / 3, np.cumsum(ones / 3), columns, columns, 3)

    # The first of the draw is the nearest to both; the second has to make do with the draw's second.
    draw = of([[0.7, 0.7, 0.14], [0.52, -0.64, 0.57], [-0.49, 0.33, 0.81]])
    found = _match(draw, of(np.eye(3)), 2)
    assert sorted(found.places.tolist()) == [0, 1]
    assert found.sides[found.places.tolist().index(0)] == 1


def test_a_sign_that_hangs_on_little_is_counted():
    rng = np.random.default_rng(3)
    factor = rng.normal(size=(100, 1))
    # Loadings 1 1 1 -1 -1 -1: the sign of the component is a coin's.
    values = factor * [1, 1, 1, -1, -1, -1] + 0.4 * rng.normal(size=(100, 6))
    found = drawn(
        values,
        [f"C{k // 4:02d}" for k in range(100)],
        [2010 + k % 4 for k in range(100)],
        RetentionRule("fixed", 1),
    )
    assert 0.1 < found.turned[0] < 0.9
    # Aligned, the draws agree all the same.
    assert np.corrcoef(found.values)[0].min() > 0.99
    assert drawn(*panel(20, 3)).turned[0] == 0


def test_component_scores_follow_from_coefficients():
    values, countries, years = panel(5, 8)
    found = drawn(values, countries, years, draws=1)
    low, high = found.score_interval(0.9)
    np.testing.assert_allclose(low, high)
    np.testing.assert_allclose(low, values @ found.coefficients[0] + found.constants[0])


@pytest.mark.parametrize(
    "keys", [{"weights": "equal"}, {"rotation": "varimax"}, {"aggregation": "geometric"}]
)
def test_other_methods_are_drawn_too(keys):
    values, countries, years = panel(5, 8)
    method = IndexMethod(**keys)
    found = drawn(values, countries, years, method=method)
    index = composite_index(values, list("abcdef"), TWO, method=method).index
    assert found.failed == 0
    assert np.corrcoef(np.median(found.values, axis=0), index)[0, 1] > 0.98


def test_draws_without_variation_are_left_out_and_too_many_are_refused():
    values, countries, years = panel(5, 8)
    rare = values.copy()
    rare[:, 5] = 0.0
    rare[years == 2012, 5] = np.arange(1, 6)
    found = drawn(rare, countries, years, draws=200)
    # The one year in which it varies is missing from (7/8)^8 = 34 % of draws.
    assert 40 < found.failed < 100
    assert len(found.values) == 200 - found.failed
    # Three indicators that vary in one row each: few draws hold all three rows.
    rarer, names, _ = panel(8, 1)
    rarer[:, 3:] = 0.0
    rarer[[0, 1, 2], [3, 4, 5]] = 1.0
    with pytest.raises(IndicatorError, match=r"seen \d+ of 50 draws of 8 rows that no index"):
        drawn(rarer, names, [2010] * 8, draws=50)


def test_no_draws_are_no_bootstrap():
    with pytest.raises(ValueError, match="seen 0 draws"):
        drawn(*panel(5, 8), draws=0)
