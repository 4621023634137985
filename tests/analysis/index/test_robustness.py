"""Every combination of choices, the levels that have to go, and indices without an indicator."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.composite import composite_index
from analysis.index.correlation import IndicatorError
from analysis.index.method import PRINCIPAL_COMPONENTS, IndexMethod
from analysis.index.retention import RetentionRule
from analysis.index.robustness import drivers, vary, without_each_indicator
from analysis.index.scaling import Scaling

NAMES = list("abcdef")
YEARS = [2013 + k // 10 for k in range(40)]
KAISER = RetentionRule("eigenvalue_above", 1.0)
LEVELS = {
    "weights": {"variance_share": "variance_share", "equal": "equal", "entropy": "entropy"},
    "aggregation": {"arithmetic": "arithmetic", "geometric": "geometric"},
    "retention": {"eigenvalue_above 1": KAISER, "fixed 1": RetentionRule("fixed", 1)},
}


def varied(values, levels=LEVELS, **samples):
    return vary({"base": values, **samples}, NAMES, YEARS, levels, PRINCIPAL_COMPONENTS, KAISER)


def test_every_combination_is_the_index_made_that_way(random_indicators):
    other = random_indicators + 0.3 * np.random.default_rng(2).normal(size=(40, 6))
    found = varied(random_indicators, trend=other)
    assert list(found.factors) == ["fill_set", "retention", "weights", "aggregation"]
    assert found.count == 2 * 2 * 3 * 2
    values, ranks = found.flat()
    assert values.shape == ranks.shape == (24, 40)
    samples = {"base": random_indicators, "trend": other}
    for combination, row in zip(found.combinations(), values, strict=True):
        method = IndexMethod(weights=combination["weights"], aggregation=combination["aggregation"])
        rule = LEVELS["retention"][combination["retention"]]
        by_itself = composite_index(samples[combination["fill_set"]], NAMES, rule, method=method)
        np.testing.assert_array_equal(row, by_itself.index)
    np.testing.assert_array_equal(values[0], composite_index(random_indicators, NAMES).index)
    np.testing.assert_array_equal(ranks[0], found.reference_ranks)


def test_a_level_that_cannot_be_made_goes_with_its_reason_and_the_rest_stays_whole(random_indicators):
    levels = LEVELS | {
        "retention": LEVELS["retention"] | {"above 50": RetentionRule("eigenvalue_above", 50)},
        "scaling": {
            "z_score pooled": Scaling(),
            "z_score base_year 1990": Scaling("z_score", "base_year", 1990),
        },
    }
    found = varied(random_indicators, levels)
    assert set(found.left_out) == {("retention", "above 50"), ("scaling", "z_score base_year 1990")}
    assert "no component has an eigenvalue above 50" in found.left_out["retention", "above 50"]
    assert "no row of 1990" in found.left_out["scaling", "z_score base_year 1990"]
    assert found.factors["scaling"] == ("z_score pooled",)
    assert found.count == 12
    np.testing.assert_array_equal(found.flat()[0], varied(random_indicators).flat()[0])


def test_the_reference_stays_though_a_level_fails_under_it_alone(random_indicators):
    high = composite_index(random_indicators, NAMES).components.eigenvalues[0] + 0.1
    levels = {
        "retention": {
            "eigenvalue_above 1": KAISER,
            "high": RetentionRule("eigenvalue_above", high),
        }
    }
    # Of this sample the first component holds nearly everything.
    alike = random_indicators[:, [0]] + 0.01 * random_indicators
    found = varied(random_indicators, levels, alike=alike)
    assert set(found.left_out) == {("retention", "high")}
    assert found.factors["fill_set"] == ("base", "alike")


def test_where_the_index_itself_cannot_be_made_there_is_nothing_to_compare():
    with pytest.raises(IndicatorError, match="do not vary"):
        varied(np.ones((40, 6)))


@pytest.mark.parametrize(
    "levels",
    [
        {"colour": {"red": "red"}},
        {"weights": {}},
        {"weights": {"equal": "equal"}},
        {"retention": {"fixed 1": RetentionRule("fixed", 1)}},
    ],
)
def test_levels_that_do_not_start_from_the_index_are_refused(random_indicators, levels):
    with pytest.raises(ValueError, match="robustness: seen"):
        varied(random_indicators, levels)


def test_drivers_are_exact_and_name_who_moves_a_rank(random_indicators):
    found = varied(random_indicators)
    about = drivers(found)
    assert about.factors == ("fill_set", "retention", "weights", "aggregation")
    # One fill set: nothing hangs on it.
    assert about.of_ranks.first_order[0] == about.of_ranks.total[0] == 0
    ranks = found.ranks.astype(float)
    by_hand = ranks.mean(axis=(0, 1, 3)).var(axis=0).sum() / ranks.var(axis=(0, 1, 2, 3)).sum()
    assert about.of_ranks.first_order[2] == pytest.approx(by_hand)
    still = ranks.reshape(-1, 40).std(axis=0) == 0
    assert [name == "" for name in about.leading] == still.tolist()
    assert about.of_shift.variance > 0


def test_a_score_without_a_scale_is_compared_on_one(random_indicators):
    method = IndexMethod(result="none")
    found = vary({"base": random_indicators}, NAMES, YEARS, {}, method, KAISER)
    assert (found.values.min(), found.values.max()) == (0, 1)


def test_each_indicator_is_left_out_in_turn(random_indicators):
    found, failed = without_each_indicator(random_indicators, NAMES, YEARS, PRINCIPAL_COMPONENTS, KAISER)
    assert list(found) == NAMES
    assert failed == {}
    rest = np.delete(random_indicators, 2, axis=1)
    np.testing.assert_array_equal(found["c"], composite_index(rest, list("abdef")).index)


def test_an_index_that_hangs_on_one_indicator_says_so():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(40, 2))
    rule = RetentionRule("eigenvalue_above", 1.0)
    found, failed = without_each_indicator(values, ["a", "b"], YEARS, PRINCIPAL_COMPONENTS, rule)
    assert found == {}
    assert set(failed) == {"a", "b"}
    assert "no component has an eigenvalue above 1" in failed["a"]
