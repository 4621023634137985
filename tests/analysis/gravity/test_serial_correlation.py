"""Serial correlation: found where it is, not found where it is not, and free of the order of rows."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from analysis.gravity import serial_correlation
from analysis.gravity.errors import NotEstimable
from analysis.gravity.panel import between, fixed_effects
from analysis.gravity.panel_data import PanelData, panel_data
from analysis.gravity.pooled import pooled_ols

wooldridge = partial(serial_correlation.wooldridge_serial_correlation, alpha=0.05)
breusch_godfrey = partial(serial_correlation.breusch_godfrey, alpha=0.05)
baltagi_li = partial(serial_correlation.baltagi_li, alpha=0.05)


def simulated(rho: float, *, n_partners: int = 40, n_years: int = 12, seed: int = 7) -> PanelData:
    random = np.random.default_rng(seed)
    errors = random.normal(size=(n_partners, n_years))
    for year in range(1, n_years):
        errors[:, year] = rho * errors[:, year - 1] + np.sqrt(1 - rho**2) * errors[:, year]
    regressor = random.normal(size=(n_partners, n_years))
    outcome = 1 + regressor + random.normal(size=(n_partners, 1)) + errors
    partner = np.repeat([f"P{number:02}" for number in range(n_partners)], n_years)
    year = np.tile(np.arange(2000, 2000 + n_years), n_partners)
    return panel_data(outcome.ravel(), regressor.reshape(-1, 1), ["x"], partner, year)


def shuffled(panel: PanelData, seed: int = 1) -> PanelData:
    order = np.random.default_rng(seed).permutation(panel.n_obs)
    return panel_data(
        panel.outcome[order],
        panel.regressors[order],
        panel.terms,
        panel.entities[panel.entity_index][order],
        panel.periods[order],
    )


def every_test(panel: PanelData):
    fixed = fixed_effects(panel)
    return wooldridge(panel, fixed), breusch_godfrey(panel, fixed), baltagi_li(panel)


def test_correlated_errors_are_found_and_a_partner_effect_is_not_taken_for_them():
    assert [test.rejects for test in every_test(simulated(0.6))] == [True, True, True]
    unrelated = [test.rejects for test in every_test(simulated(0.0))]
    # Removing a mean makes residuals correlate by -1/(T - 1), which Breusch-Godfrey does not know.
    assert (unrelated[0], unrelated[2]) == (False, False)


def test_the_order_of_rows_does_not_matter():
    panel = simulated(0.3)
    for here, there in zip(every_test(panel), every_test(shuffled(panel)), strict=True):
        assert here.statistic == pytest.approx(there.statistic, rel=1e-12)


def test_the_durbin_watson_statistic_is_that_of_its_definition():
    panel = shuffled(simulated(0.3, n_partners=3, n_years=5))
    fixed = fixed_effects(panel)
    residuals = np.full((3, 5), np.nan)
    residuals[panel.entity_index, panel.periods - 2000] = fixed.residuals
    expected = (np.diff(residuals, axis=1) ** 2).sum() / (residuals**2).sum()
    assert serial_correlation.durbin_watson(panel, fixed) == pytest.approx(expected, rel=1e-12)


def test_a_year_that_is_missing_parts_the_years_around_it():
    panel = simulated(0.5, n_partners=6, n_years=9)
    kept = panel.periods != 2004
    gap = panel_data(
        panel.outcome[kept],
        panel.regressors[kept],
        panel.terms,
        panel.entities[panel.entity_index][kept],
        panel.periods[kept],
    )
    # 8 years in two runs of 4: 6 pairs of consecutive years per partner, less two coefficients.
    assert wooldridge(gap, fixed_effects(gap)).df2 == 6 * 6 - 2
    with pytest.raises(NotEstimable, match="same 3 or more consecutive years"):
        baltagi_li(gap)


def test_more_lags_than_rows_and_other_estimators_are_refused():
    panel = simulated(0.0, n_partners=2, n_years=4)
    with pytest.raises(NotEstimable, match="8 observations for 9 columns"):
        breusch_godfrey(panel, fixed_effects(panel), order=8)
    with pytest.raises(ValueError, match="order 0"):
        breusch_godfrey(panel, pooled_ols(panel), order=0)
    wide = simulated(0.0, n_partners=6)
    with pytest.raises(ValueError, match="expected fixed effects or pooled OLS"):
        breusch_godfrey(wide, between(wide))


def test_residuals_that_are_nought_give_no_number():
    panel = simulated(0.0, n_partners=3, n_years=5)
    exact = panel_data(
        panel.regressors[:, 0] * 2, panel.regressors, ["x"], panel.entities[panel.entity_index], panel.periods
    )
    fixed = fixed_effects(exact)
    nought = type(fixed)(**{**vars(fixed), "residuals": np.zeros(exact.n_obs)})
    assert not breusch_godfrey(exact, nought).is_valid
    assert np.isnan(serial_correlation.durbin_watson(exact, nought))
    assert not wooldridge(exact, nought).is_valid


def test_wooldridges_test_of_an_unbalanced_panel_is_what_plm_prints_for_rows(grunfeld):
    # R's plm, pwartest on rows 1 to 20 of Grunfeld without the third, the last ten called firm 2.
    firms = grunfeld.entities[grunfeld.entity_index]
    kept = (firms == "General Motors") & (grunfeld.periods != 1937)
    sample = panel_data(
        grunfeld.outcome[kept],
        grunfeld.regressors[kept],
        grunfeld.terms,
        np.where(grunfeld.periods[kept] < 1945, 1, 2),
        grunfeld.periods[kept],
    )
    fixed = fixed_effects(sample)
    found = wooldridge(sample, fixed, pairs="rows")
    assert (found.df1, found.df2) == (1, 15)
    assert found.statistic == pytest.approx(8.3544, abs=5.1e-5)
    assert found.p_value == pytest.approx(0.01121, abs=5.1e-6)
    assert "T = 19" in found.caveat
    assert wooldridge(sample, fixed).df2 == 14
