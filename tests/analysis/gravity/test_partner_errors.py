"""Errors across partners, normality, collinearity, influence and Mundlak's test."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.outliers_influence import variance_inflation_factor

from analysis.gravity import mundlak as mundlak_module
from analysis.gravity import partner_errors
from analysis.gravity.collinearity import collinearity
from analysis.gravity.errors import NotEstimable
from analysis.gravity.influence import leave_out
from analysis.gravity.panel import fixed_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from tests.analysis.gravity.at_five_percent import hausman

modified_wald = partial(partner_errors.modified_wald, alpha=0.05)
pesaran_cd = partial(partner_errors.pesaran_cd, alpha=0.05)
cross_section = partial(partner_errors.breusch_pagan_cross_section, alpha=0.05)
jarque_bera = partial(partner_errors.jarque_bera, alpha=0.05)
mundlak = partial(mundlak_module.mundlak, alpha=0.05)


def with_errors(errors: np.ndarray, seed: int = 3):
    """A panel of one regressor with the given errors, partners by years."""
    n_partners, n_years = errors.shape
    regressor = np.random.default_rng(seed).normal(size=errors.shape)
    return panel_data(
        (1 + 2 * regressor + errors).ravel(),
        regressor.reshape(-1, 1),
        ["x"],
        np.repeat([f"P{number:02}" for number in range(n_partners)], n_years),
        np.tile(np.arange(2000, 2000 + n_years), n_partners),
    )


def test_partners_with_errors_of_different_size_are_told():
    random = np.random.default_rng(5)
    size = np.linspace(0.5, 3, 8)[:, None]
    unequal, equal = random.normal(size=(8, 60)) * size, random.normal(size=(8, 60))
    for errors, differ in ((unequal, True), (equal, False)):
        panel = with_errors(errors)
        assert modified_wald(panel, fixed_effects(panel)).rejects == differ
    short = with_errors(random.normal(size=(8, 6)))
    assert "rejects far too often" in modified_wald(short, fixed_effects(short)).caveat


def test_errors_that_move_together_are_told():
    random = np.random.default_rng(6)
    alone = random.normal(size=(10, 40))
    together = alone + random.normal(size=(1, 40))
    for errors, is_common in ((together, True), (alone, False)):
        panel = with_errors(errors)
        pooled = pooled_ols(panel)
        assert pesaran_cd(panel, pooled).rejects == is_common
        assert cross_section(panel, pooled).rejects == is_common


def test_the_correlation_of_two_partners_is_that_of_their_common_years():
    random = np.random.default_rng(8)
    panel = with_errors(random.normal(size=(2, 12)))
    kept = ~((panel.entity_index == 0) & (panel.periods < 2003))
    kept &= ~((panel.entity_index == 1) & (panel.periods > 2009))
    short = panel_data(
        panel.outcome[kept],
        panel.regressors[kept],
        ["x"],
        panel.entities[panel.entity_index][kept],
        panel.periods[kept],
    )
    pooled = pooled_ols(short)
    residual = {
        (int(partner), int(year)): value
        for partner, year, value in zip(short.entity_index, short.periods, pooled.residuals, strict=True)
    }
    years = range(2003, 2010)
    r = np.corrcoef([residual[0, year] for year in years], [residual[1, year] for year in years])[0, 1]
    assert pesaran_cd(short, pooled).statistic == pytest.approx(np.sqrt(7) * r, rel=1e-10)
    assert cross_section(short, pooled).statistic == pytest.approx(7 * r**2, rel=1e-10)


def test_partners_without_common_years_and_with_one_row_are_refused():
    panel = with_errors(np.random.default_rng(1).normal(size=(2, 8)))
    apart = (panel.entity_index == 0) == (panel.periods < 2004)
    rows = panel_data(
        panel.outcome[apart],
        panel.regressors[apart],
        ["x"],
        panel.entities[panel.entity_index][apart],
        panel.periods[apart],
    )
    with pytest.raises(NotEstimable, match="no two of 2 partners have 3 common years"):
        pesaran_cd(rows, pooled_ols(rows))
    single = (panel.entity_index == 0) | (panel.periods == 2000)
    rows = panel_data(
        panel.outcome[single],
        panel.regressors[single],
        ["x"],
        panel.entities[panel.entity_index][single],
        panel.periods[single],
    )
    with pytest.raises(NotEstimable, match="one row only for P01"):
        modified_wald(rows, fixed_effects(rows))


def test_normality_is_scipys_statistic():
    panel = with_errors(np.random.default_rng(2).standard_t(3, size=(10, 30)))
    pooled = pooled_ols(panel)
    expected = stats.jarque_bera(pooled.residuals)
    found = jarque_bera(pooled)
    assert (found.statistic, found.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-10)
    assert found.rejects


def test_variance_inflation_is_statsmodels_and_the_condition_number_that_of_unit_columns(grunfeld):
    found = collinearity(grunfeld)
    expected = [variance_inflation_factor(grunfeld.design, column) for column in (1, 2)]
    assert found.variance_inflation == pytest.approx(expected, rel=1e-10)
    unit = grunfeld.design / np.linalg.norm(grunfeld.design, axis=0)
    assert found.condition_number == pytest.approx(np.linalg.cond(unit), rel=1e-10)
    assert list(found.to_frame()["term"]) == ["value", "capital"]


def test_leaving_a_partner_or_a_year_out_is_estimating_the_rest(grunfeld):
    found = leave_out(grunfeld, pooled_ols, "partner")
    kept = grunfeld.entities[grunfeld.entity_index] != "Chrysler"
    rest = pooled_ols(
        panel_data(
            grunfeld.outcome[kept],
            grunfeld.regressors[kept],
            grunfeld.terms,
            grunfeld.entities[grunfeld.entity_index][kept],
            grunfeld.periods[kept],
        )
    )
    place = found.left_out.index("Chrysler")
    assert found.coefficients[place] == pytest.approx(rest.coefficients, rel=1e-12)
    whole = pooled_ols(grunfeld)
    assert found.change_in_se[place] == pytest.approx(
        (rest.coefficients - whole.coefficients) / whole.std_errors, rel=1e-10
    )
    assert leave_out(grunfeld, fixed_effects, "year").left_out == tuple(range(1935, 1955))


def test_a_part_without_which_nothing_can_be_estimated_is_there_with_the_reason():
    panel = with_errors(np.random.default_rng(4).normal(size=(2, 5)))
    tiny = panel_data(
        panel.outcome[:5],
        panel.regressors[:5],
        ["x"],
        panel.entities[panel.entity_index][:5],
        panel.periods[:5],
    )
    frame = leave_out(tiny, pooled_ols, "partner").to_frame()
    assert frame["estimate"].isna().all()
    assert frame["refused"].str.contains("0 observations").all()


def test_mundlaks_test_is_hausmans_where_both_hold(grunfeld, make_panel):
    # Effects related to the first regressor: both reject; without any effect neither does.
    related = make_panel(n_entities=60, n_periods=8, effect_size=1.5)
    unrelated = make_panel(n_entities=60, n_periods=8, effect_size=0.0)
    assert mundlak(related).rejects
    assert hausman(fixed_effects(related), pooled_ols(related), "sigmamore").rejects
    assert not mundlak(unrelated).rejects
    assert mundlak(grunfeld, clustered=False).df1 == 2


def test_mundlaks_means_that_partners_cannot_carry_are_left_out_and_said_so(make_panel):
    few = mundlak(make_panel(n_entities=3, n_periods=12, n_terms=4), clustered=False)
    assert (few.df1, few.is_valid) == (2, True)
    assert "2 of 4 partner means cannot be told apart" in few.caveat


def test_mundlaks_joint_test_of_more_means_than_clusters_is_void(make_panel):
    panel = make_panel(n_entities=4, n_periods=12, n_terms=3)
    found = mundlak(panel)
    assert not found.is_valid
    assert "4 partners cannot carry a joint test of 3 means" in found.caveat


def test_pesarans_test_of_a_variable_by_itself_is_what_plm_prints(grunfeld):
    # R's plm, pcdtest(value ~ 1, data = Grunfeld): z = 13.843.
    bare = panel_data(
        grunfeld.regressors[:, 0],
        np.empty((grunfeld.n_obs, 0)),
        [],
        grunfeld.entities[grunfeld.entity_index],
        grunfeld.periods,
    )
    assert partner_errors.pesaran_cd(bare, pooled_ols(bare), alpha=0.05).statistic == pytest.approx(
        13.843, abs=5.1e-4
    )
