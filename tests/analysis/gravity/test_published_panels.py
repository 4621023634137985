"""Published panels: Grunfeld, Gasoline and Produc, numbers and tolerances as recorded with the files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import yaml

from analysis.gravity.panel import between, fixed_effects, random_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.pooled import pooled_ols
from tests.analysis.gravity.at_five_percent import breusch_pagan_lm, f_test_of_partner_effects, hausman

pytestmark = pytest.mark.real_data


def read_panel(path: Path, outcome: str, terms: list[str], entity: str, period: str):
    """Read a panel; a column written as log(name) is taken in logarithms."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def column(name: str) -> np.ndarray:
        bare = name.removeprefix("log(").removesuffix(")")
        values = np.array([float(row[bare]) for row in rows])
        return values if bare == name else np.log(values)

    return panel_data(
        column(outcome),
        np.column_stack([column(name) for name in terms]),
        terms,
        np.array([row[entity] for row in rows]),
        np.array([int(row[period]) for row in rows]),
    )


@pytest.fixture(scope="module")
def grunfeld_items(shared_reference):
    folder = shared_reference / "econometrics" / "grunfeld"
    expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    sample = read_panel(folder / expected["data"], "inv", ["value", "capital"], "firm", "year")
    return sample, expected["items"]


def grunfeld_item(items, identifier: str, what: str) -> tuple[dict[str, float], float]:
    item = next(item for item in items if item["id"] == identifier and item["what"] == what)
    return item["published"], item["tol"]


@pytest.mark.parametrize(
    ("identifier", "what", "estimator"),
    [
        ("ols", "coef", pooled_ols),
        ("fe", "coef", fixed_effects),
        ("fe", "se", fixed_effects),
        ("re_swar", "coef", random_effects),
        ("re_swar", "se", random_effects),
    ],
)
def test_grunfeld_coefficients_and_standard_errors(grunfeld_items, identifier, what, estimator):
    sample, items = grunfeld_items
    published, tolerance = grunfeld_item(items, identifier, what)
    fit = estimator(sample)
    ours = dict(zip(fit.terms, fit.coefficients if what == "coef" else fit.std_errors, strict=True))
    assert ours == pytest.approx(published, abs=tolerance, rel=0)


def test_grunfeld_variance_components(grunfeld_items):
    sample, items = grunfeld_items
    published, tolerance = grunfeld_item(items, "re_components", "stat")
    parts = random_effects(sample).components
    ours = {"sigma_u": parts.sigma_u, "sigma_e": parts.sigma_e, "rho": parts.rho}
    assert ours == pytest.approx(published, abs=tolerance, rel=0)


def test_grunfeld_tests(grunfeld_items):
    sample, items = grunfeld_items
    pooled, fixed, random = pooled_ols(sample), fixed_effects(sample), random_effects(sample)
    f_test, h_test = f_test_of_partner_effects(pooled, fixed), hausman(fixed, random)
    ours = {
        "fe_f": {f"F_{f_test.df1:g}_{f_test.df2:g}": f_test.statistic},
        "hausman": {f"chi2_{h_test.df1:g}": h_test.statistic, "p": h_test.p_value},
        "bp_lm": {"chi2_1": breusch_pagan_lm(sample, pooled).statistic},
    }
    for identifier, values in ours.items():
        published, tolerance = grunfeld_item(items, identifier, "stat")
        assert values == pytest.approx(published, abs=tolerance, rel=0), identifier


def test_grunfeld_clustered_standard_errors_equal_clubsandwich_and_plm_without_a_small_sample_factor(
    grunfeld_items,
):
    from analysis.gravity.covariance import covariance_rule

    sample, items = grunfeld_items
    bare = covariance_rule("cr1_normal", "none")
    published, tolerance = grunfeld_item(items, "clubsandwich_pooled", "se")
    pooled = pooled_ols(sample, bare)
    ours = {f"CR0_{term}": error for term, error in zip(pooled.terms, pooled.std_errors, strict=True)}
    assert ours == pytest.approx({name: published[name] for name in ours}, abs=tolerance, rel=0)
    published, tolerance = grunfeld_item(items, "plm_fe_arellano_hc0", "se")
    fixed = fixed_effects(sample, bare)
    ours = dict(zip(fixed.terms[1:], fixed.std_errors[1:], strict=True))
    assert ours == pytest.approx(published, abs=tolerance, rel=0)


@pytest.fixture(scope="module", params=["gasoline", "produc"])
def plm_example(request, shared_reference):
    folder = shared_reference / "econometrics" / "plm_examples"
    items = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))["items"]
    item = next(item for item in items if item["id"] == request.param)
    return read_panel(folder / item["data"], item["y"], item["x"], *item["index"]), item


@pytest.mark.parametrize(
    ("key", "estimator"),
    [("pool", pooled_ols), ("between", between), ("within", fixed_effects), ("swar", random_effects)],
)
def test_slopes_of_the_plm_examples(plm_example, key, estimator):
    sample, item = plm_example
    np.testing.assert_allclose(estimator(sample).coefficients[1:], item[key], rtol=0, atol=item["tol"])


def test_within_standard_errors_of_the_plm_examples(plm_example):
    sample, item = plm_example
    np.testing.assert_allclose(
        fixed_effects(sample).std_errors[1:], item["within_se"], rtol=0, atol=item["tol"]
    )


def test_tests_of_the_plm_examples(plm_example):
    sample, item = plm_example
    pooled, fixed = pooled_ols(sample), fixed_effects(sample)
    assert f_test_of_partner_effects(pooled, fixed).statistic == pytest.approx(item["F"], rel=item["tol"])
    assert breusch_pagan_lm(sample, pooled).statistic == pytest.approx(item["bp_lm"], rel=item["tol"])
    random = random_effects(sample)
    assert hausman(fixed, random).statistic == pytest.approx(item["hausman"], rel=item["tol"])


def test_the_published_hausman_statistics_of_the_plm_examples_rest_on_an_indefinite_matrix(plm_example):
    sample, _ = plm_example
    fixed, random = fixed_effects(sample), random_effects(sample)
    default, sigmamore = hausman(fixed, random), hausman(fixed, random, "sigmamore")
    assert np.linalg.eigvalsh(fixed.covariance[1:, 1:] - random.covariance[1:, 1:]).min() < 0
    assert not default.is_valid
    assert "1 of" in default.caveat
    assert sigmamore.is_valid
    assert sigmamore.rejects
