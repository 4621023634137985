"""Columns made of fits, and of published frames, which must say the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.gravity.covariance import covariance_rule
from analysis.gravity.frontier import frontier_regression
from analysis.gravity.inference import FewClusters, infer, leading_inference
from analysis.gravity.panel import fixed_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.poisson import poisson_regression
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.row_regression import row_regression
from analysis.gravity.specification_tests import f_test_of_partner_effects
from analysis.regression_tables.columns import column_of
from analysis.regression_tables.published import NothingPublished, published_columns
from analysis.regression_tables.table import regression_table
from analysis.regression_tables.wording import title_of
from tests.analysis.conftest import rows


def sample(n_partners: int = 30, n_years: int = 6):
    random = np.random.Generator(np.random.PCG64(2))
    x = random.normal(size=(n_partners * n_years, 2))
    y = 1 + x @ [0.5, -0.25] + random.normal(size=len(x)) - abs(random.normal(size=len(x)))
    partner = np.repeat([f"P{number:02}" for number in range(n_partners)], n_years)
    return panel_data(y, x, ["a", "b"], partner, np.tile(np.arange(n_years), n_partners))


def test_a_fit_with_many_partners_shows_its_own_inference():
    panel = sample()
    fit = fixed_effects(panel, covariance_rule("cr1_t", "stata_regress"))
    pooled = pooled_ols(panel)
    test = f_test_of_partner_effects(pooled, fixed_effects(panel), alpha=0.05)
    column = column_of(fit, tests=[test])
    own = infer(fit, 0.95)
    frame = column.to_frame()
    for name, values in (("estimate", own.estimates), ("p_value", own.p_values), ("ci_low", own.ci_low)):
        np.testing.assert_array_equal(frame[name], values)
    assert column.footer["Observations"] == "180"
    assert column.footer["Effects"] == "partner"
    assert column.footer["Standard errors"] == "clustered, CR1"
    assert column.footer["Small-sample rule"] == "stata regress"
    assert column.footer["p-values and intervals"] == "t distribution"
    assert column.footer["F test of partner effects"] == test.summary
    assert column.remarks == ("Stata regress: G/(G-1) * (n-1)/(n-k), partner effects counted in k",)


def test_a_fit_with_few_partners_leads_with_what_holds_for_few():
    fit = pooled_ols(sample(n_partners=5), covariance_rule("cr1_t"))
    column = column_of(fit, few_clusters=FewClusters(method="cr2_satterthwaite"))
    leading = leading_inference(fit, 0.95, FewClusters(method="cr2_satterthwaite"))
    frame = column.to_frame()
    np.testing.assert_array_equal(frame["p_value"], leading.p_values)
    np.testing.assert_array_equal(frame["std_error"], fit.std_errors)
    assert column.footer["p-values and intervals"] == "CR2, Satterthwaite"


def test_every_kind_of_fit_becomes_a_column():
    panel = sample()
    names = ["a", "b"]
    fits = [
        pooled_ols(panel),
        row_regression(panel.outcome, panel.regressors, names, covariance_rule("hc1_t")),
        poisson_regression(np.exp(panel.outcome), panel.regressors, names),
        frontier_regression(panel.outcome, panel.regressors, names, alpha=0.05),
    ]
    table = regression_table(fits)
    assert [column.footer["Observations"] for column in table.columns] == ["180"] * 4
    assert all("Standard errors" in column.footer for column in table.columns)
    assert len(table.to_frame()) == 12


@pytest.fixture(scope="module")
def published(real_tables):
    return real_tables["gravity_coefficients"], real_tables["gravity_fit"], real_tables["gravity_tests"]


def test_a_release_shows_the_selected_fit_first_without_estimating(published):
    coefficients, fits, _ = published
    columns = published_columns(*published, study="central_asia")
    selected = rows(fits, is_selected=True, flow="total").iloc[0]
    own = rows(coefficients, specification=selected["specification"], model=selected["model"], flow="total")
    shown = columns[0].to_frame().set_index("term")
    own = own.set_index("term")
    pd.testing.assert_series_equal(shown["estimate"], own["estimate"].reindex(shown.index))
    pd.testing.assert_series_equal(
        shown["p_value"], own["few_cluster_p_value"].reindex(shown.index), check_names=False
    )
    assert columns[0].footer["Selected by the rule"] == "yes"
    assert all("Selected by the rule" not in column.footer for column in columns[1:])
    assert columns[0].footer["p-values and intervals"] == "wild cluster bootstrap"


def test_columns_are_the_specifications_that_are_asked_for_in_that_order(published):
    ways = ["fixed_effects.classical_t", "pooled_ols.classical_t"]
    columns = published_columns(
        *published, study="central_asia", model="paper_rebuild", flow="imports", fill_set="trend",
        specifications=ways,
    )  # fmt: skip
    assert [column.title for column in columns] == ["Fixed effects", "Pooled OLS"]
    assert {column.outcome for column in columns} == {"Imports"}
    assert {column.footer["Fills"] for column in columns} == {"trend"}


def test_rows_in_another_order_give_the_same_table(published):
    shuffled = [frame.sample(frac=1, random_state=4) for frame in published]
    first, second = (
        regression_table(published_columns(*frames, study="central_asia")) for frames in (published, shuffled)
    )
    assert set(first.to_latex().splitlines()) == set(second.to_latex().splitlines())
    assert first.to_latex() == second.to_latex()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"study": "nowhere"}, "study 'nowhere' is not published: expected one of \\['central_asia'\\]"),
        ({"study": "central_asia", "model": "m"}, "model 'm'"),
        ({"study": "central_asia", "flow": "transit"}, "flow 'transit'"),
        ({"study": "central_asia", "fill_set": "none"}, "fill_set 'none'"),
        ({"study": "central_asia", "specifications": ["ols"]}, "specification 'ols'"),
        ({"study": "central_asia", "fill_set": "complete_cases"}, "none of"),
    ],
)
def test_what_is_not_published_is_told_with_what_is(published, asked, said):
    with pytest.raises(NothingPublished, match=said):
        published_columns(*published, **asked)


def test_a_paper_shows_the_estimators_that_some_rule_would_choose(published, real_tables):
    selection = real_tables["gravity_selection"]
    columns = published_columns(*published, study="central_asia", selection=selection)
    own = rows(selection, model="own_index", flow="total", fill_set="carry_proxy", is_selected=True)
    assert {column.title for column in columns} == {title_of(name) for name in own["estimator"]}
    assert columns[0].footer["Selected by the rule"] == "yes"
    everything = published_columns(*published, study="central_asia")
    assert 1 < len(columns) < len(everything) / 2
    nobody = selection.assign(is_selected=False)
    unchosen = published_columns(*published, study="central_asia", selection=nobody)
    assert [column.title for column in unchosen] == [column.title for column in everything]
    asked = ["ppml.cr1_t"]
    given = published_columns(*published, study="central_asia", selection=selection, specifications=asked)
    assert [column.title for column in given] == ["PPML, levels"]


def test_variance_inflation_is_named_with_its_term(published):
    footer = published_columns(*published, study="central_asia")[0].footer
    assert "VIF of log_population" in footer
    assert not [label for label in footer if label.startswith("Vif")]
