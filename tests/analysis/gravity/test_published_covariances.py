"""Standard errors and random effects of Grunfeld's panel as plm, fixest and clubSandwich give them."""

from __future__ import annotations

import pytest
import yaml
from scipy import stats

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.inference import infer
from analysis.gravity.panel import fixed_effects
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.random_effects import random_effects
from tests.analysis.gravity.test_published_panels import grunfeld_item, read_panel

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def grunfeld_items(shared_reference):
    folder = shared_reference / "econometrics" / "grunfeld"
    expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    sample = read_panel(folder / expected["data"], "inv", ["value", "capital"], "firm", "year")
    return sample, expected["items"]


@pytest.mark.parametrize(
    ("identifier", "estimator", "rule"),
    [
        ("plm_fe_scc_hc0_lag2", fixed_effects, covariance_rule("driscoll_kraay_t", lag=2)),
        ("plm_pool_scc_hc0_lag2", pooled_ols, covariance_rule("driscoll_kraay_t", lag=2)),
        ("fixest_dk2_default", fixed_effects, covariance_rule("driscoll_kraay_t", "fixest", lag=2)),
        ("plm_fe_arellano_hc0", fixed_effects, covariance_rule("cr0_t")),
        ("plm_fe_dc", fixed_effects, covariance_rule("two_way_t", "none")),
        ("clubsandwich_pooled_cr3", pooled_ols, covariance_rule("cr3_t")),
    ],
)
def test_standard_errors(grunfeld_items, identifier, estimator, rule):
    sample, items = grunfeld_items
    published, tolerance = grunfeld_item(items, identifier, "se")
    fit = estimator(sample, rule)
    ours = dict(zip(fit.terms, fit.std_errors, strict=True))
    assert {term: ours[term] for term in published} == pytest.approx(published, abs=tolerance, rel=0)


@pytest.mark.parametrize(
    ("identifier", "estimator"), [("clubsandwich_pooled", pooled_ols), ("clubsandwich_lsdv", fixed_effects)]
)
def test_cr0_and_cr2_equal_clubsandwich(grunfeld_items, identifier, estimator):
    sample, items = grunfeld_items
    published, tolerance = grunfeld_item(items, identifier, "se")
    ours = {}
    for kind in ("CR0", "CR2"):
        fit = estimator(sample, covariance_rule(f"{kind.lower()}_t"))
        ours |= {f"{kind}_{term}": error for term, error in zip(fit.terms, fit.std_errors, strict=True)}
    assert {name: ours[name] for name in published} == pytest.approx(published, abs=tolerance, rel=0)


@pytest.mark.parametrize(
    ("identifier", "estimator"),
    [
        ("clubsandwich_satterthwaite_pooled", pooled_ols),
        ("clubsandwich_satterthwaite_lsdv", fixed_effects),
    ],
)
def test_degrees_of_freedom_and_p_values_by_satterthwaite(grunfeld_items, identifier, estimator):
    sample, items = grunfeld_items
    published, tolerance = grunfeld_item(items, identifier, "stat")
    fit = estimator(sample, covariance_rule("cr2_satterthwaite"))
    ours = {f"df_{term}": df for term, df in zip(fit.terms, fit.df_inference, strict=True)}
    found = infer(fit, 0.95)
    ours |= {f"p_{term}": p for term, p in zip(fit.terms, found.p_values, strict=True)}
    assert {name: ours[name] for name in published} == pytest.approx(published, abs=tolerance, rel=0)
    reach = stats.t.ppf(0.975, fit.df_inference) * fit.std_errors
    assert found.ci_high - fit.coefficients == pytest.approx(reach)


@pytest.mark.parametrize(
    ("identifier", "method"),
    [
        ("plm_re_amemiya", "amemiya"),
        ("plm_re_walhus", "wallace_hussain"),
        ("plm_re_nerlove", "nerlove"),
    ],
)
def test_random_effects_equal_plm(grunfeld_items, identifier, method):
    sample, items = grunfeld_items
    published, tolerance = grunfeld_item(items, identifier, "coef")
    fit = random_effects(sample, method=method)
    assert dict(zip(fit.terms, fit.coefficients, strict=True)) == pytest.approx(
        published, abs=tolerance, rel=0
    )
