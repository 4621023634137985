from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import NotEstimable
from analysis.gravity.panel_data import panel_data
from analysis.gravity.poisson import poisson_regression
from analysis.gravity.reset import reset_of_ols, reset_of_ppml


def sample(n=400, seed=2):
    random = np.random.Generator(np.random.PCG64(seed))
    return random.normal(size=(n, 2)), random


def as_panel(outcome, regressors):
    return panel_data(outcome, regressors, ["x1", "x2"], np.arange(outcome.size), np.zeros(outcome.size))


@pytest.mark.parametrize("highest_power", [2, 3])
@pytest.mark.parametrize(("cov_type", "kind"), [("nonrobust", "classical"), ("HC1", "hc1")])
def test_of_least_squares_equals_statsmodels(highest_power, cov_type, kind):
    import statsmodels.api as sm
    from statsmodels.stats.diagnostic import linear_reset

    regressors, random = sample()
    outcome = regressors @ [1.0, -0.5] + 0.1 * regressors[:, 0] ** 2 + random.normal(size=400)
    ours = reset_of_ols(
        as_panel(outcome, regressors), CovarianceRule(kind, "t"), highest_power=highest_power, alpha=0.05
    )
    fitted = sm.OLS(outcome, sm.add_constant(regressors)).fit()
    theirs = linear_reset(fitted, power=highest_power, test_type="fitted", use_f=True, cov_type=cov_type)
    assert ours.statistic == pytest.approx(float(theirs.statistic), rel=1e-7)
    assert ours.p_value == pytest.approx(float(theirs.pvalue), rel=1e-6)
    assert (ours.df1, ours.df2) == (highest_power - 1, 400 - 3 - highest_power + 1)


def test_of_a_poisson_fit_is_the_wald_test_of_the_square_that_is_added():
    import statsmodels.api as sm

    regressors, random = sample()
    outcome = random.poisson(np.exp(0.5 * regressors[:, 0] + 0.2 * regressors[:, 1] ** 2)).astype(float)
    fit = poisson_regression(outcome, regressors, ["x1", "x2"], rule=CovarianceRule("hc0", "normal"))
    ours = reset_of_ppml(fit, outcome, regressors, ["x1", "x2"], alpha=0.05)
    design = sm.add_constant(regressors)
    first = sm.GLM(outcome, design, family=sm.families.Poisson()).fit()
    wider = np.column_stack([design, (design @ first.params) ** 2])
    second = sm.GLM(outcome, wider, family=sm.families.Poisson()).fit(cov_type="HC0")
    assert ours.statistic == pytest.approx((second.params[-1] / second.bse[-1]) ** 2, rel=1e-5)
    assert ours.df1 == 1
    assert math.isnan(ours.df2)


def test_the_right_form_is_kept_and_the_wrong_one_rejected():
    regressors, random = sample(2_000)
    right = random.poisson(np.exp(regressors @ [0.5, 0.3])).astype(float)
    wrong = random.poisson(3 + 2 * np.abs(regressors).sum(axis=1)).astype(float)
    for outcome, rejects in ((right, False), (wrong + 5 * np.exp(regressors @ [0.5, 0.3]) ** 2, True)):
        fit = poisson_regression(outcome, regressors, ["x1", "x2"])
        test = reset_of_ppml(fit, outcome, regressors, ["x1", "x2"], alpha=0.01)
        assert test.is_valid
        assert test.rejects is rejects
        assert ("is rejected" in test.conclusion) is rejects


def test_separated_rows_and_effects_are_taken_as_the_fit_took_them():
    regressors, random = sample(300)
    groups = np.arange(300) % 10
    outcome = random.poisson(np.exp(regressors @ [0.5, 0.3])) * (groups != 4) * 1.0
    effects = {"group": groups}
    fit = poisson_regression(outcome, regressors, ["x1", "x2"], effects=effects, clusters=groups)
    test = reset_of_ppml(fit, outcome, regressors, ["x1", "x2"], effects=effects, clusters=groups, alpha=0.05)
    assert fit.n_obs == 270
    assert test.is_valid
    assert "separated" not in test.caveat


def test_fitted_values_of_two_kinds_have_no_square_of_their_own():
    dummy = np.tile([0.0, 1.0], 20)
    random = np.random.Generator(np.random.PCG64(1))
    panel = panel_data(dummy + random.normal(size=40), dummy[:, None], ["d"], np.arange(40), np.zeros(40))
    with pytest.raises(NotEstimable, match="cannot be told from the terms"):
        reset_of_ols(panel, alpha=0.05)
    with pytest.raises(ValueError, match="expected 2 or more"):
        reset_of_ols(panel, highest_power=1, alpha=0.05)


@pytest.mark.real_data
@pytest.mark.parametrize("identifier", ["t3_ols_lnT", "t3_ppml_pos", "t3_ppml"])
def test_the_log_of_gravity(shared_reference, identifier):
    folder = shared_reference / "econometrics" / "log_of_gravity"
    expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    item = next(item for item in expected["items"] if item["id"] == identifier)
    frame = pd.read_stata(folder / expected["data"])
    frame = frame if identifier == "t3_ppml" else frame[frame["trade"] > 0]
    names = expected["regressors"]
    outcome, regressors = frame["trade"].to_numpy(dtype=float), frame[names].to_numpy(dtype=float)
    if identifier == "t3_ols_lnT":
        exporter, importer = frame["s2_ex"].to_numpy(), frame["s1_im"].to_numpy()
        test = reset_of_ols(panel_data(np.log(outcome), regressors, names, exporter, importer), alpha=0.05)
    else:
        test = reset_of_ppml(
            poisson_regression(outcome, regressors, names), outcome, regressors, names, alpha=0.05
        )
    # Published to three digits and, for one, cut instead of rounded (.3319).
    assert test.p_value == pytest.approx(item["reset_p"], abs=0.001)
