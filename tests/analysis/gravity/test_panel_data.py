"""What a sample refuses, and how it says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.gravity.errors import CollinearTerms, NonFiniteInput, NotEstimable, UnusableInput
from analysis.gravity.panel_data import panel_data

ENTITY = np.array(["KAZ", "KAZ", "KGZ", "KGZ", "UZB", "UZB"])
PERIOD = np.array([2013, 2014, 2013, 2014, 2013, 2014])
OUTCOME = np.array([1.0, 3.0, 2.0, 5.0, 4.0, 7.0])
REGRESSORS = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [4.0, 3.0], [5.0, 9.0], [7.0, 4.0]])


def test_a_missing_cell_is_named_by_column_row_partner_and_period():
    regressors = REGRESSORS.copy()
    regressors[3, 1] = np.nan
    with pytest.raises(NonFiniteInput, match=r"'log_cpi', row 3 \(KGZ, 2014\): seen nan, expected a finite"):
        panel_data(OUTCOME, regressors, ["log_gdp", "log_cpi"], ENTITY, PERIOD)


def test_an_infinite_outcome_is_named_and_further_cells_are_counted():
    outcome = OUTCOME.copy()
    outcome[[1, 4]] = -np.inf
    with pytest.raises(NonFiniteInput, match=r"'log_trade', row 1 \(KAZ, 2014\): seen -inf.*1 more cells"):
        panel_data(outcome, REGRESSORS, ["a", "b"], ENTITY, PERIOD, outcome_name="log_trade")


def test_terms_in_a_linear_dependence_are_named_and_no_others(make_panel):
    panel = make_panel()
    tied = np.column_stack([panel.regressors, panel.regressors[:, 0] - 2 * panel.regressors[:, 2] + 7])
    with pytest.raises(CollinearTerms) as refusal:
        panel_data(panel.outcome, tied, ["x1", "x2", "x3", "x4"], panel.entity_index, panel.periods)
    assert refusal.value.terms == ("x1", "x3", "x4")
    assert "x1, x3, x4" in str(refusal.value)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e12])
def test_a_term_that_never_varies_is_named_whatever_its_unit(make_panel, unit):
    panel = make_panel()
    flat = np.column_stack([panel.regressors, np.full(panel.n_obs, 0.1 * unit)])
    with pytest.raises(CollinearTerms, match="constant stands for them: flat") as refusal:
        panel_data(panel.outcome, flat, ["x1", "x2", "x3", "flat"], panel.entity_index, panel.periods)
    assert refusal.value.terms == ("flat",)


def test_strongly_but_not_perfectly_related_terms_are_accepted(make_panel):
    panel = make_panel()
    near = panel.regressors[:, :1] + 1e-6 * panel.regressors[:, 1:2]
    columns = np.column_stack([panel.regressors, near + 1e-6 * np.sin(np.arange(panel.n_obs))[:, None]])
    assert panel_data(panel.outcome, columns, list("abcd"), panel.entity_index, panel.periods).n_obs == 108


def test_too_few_rows_are_counted_against_the_coefficients():
    with pytest.raises(NotEstimable, match=r"3 observations for K = 3 coefficients.*at least 4"):
        panel_data(OUTCOME[:3], REGRESSORS[:3], ["a", "b"], ENTITY[:3], PERIOD[:3])


def test_a_partner_with_two_rows_for_a_year_is_refused():
    period = PERIOD.copy()
    period[3] = 2013
    with pytest.raises(UnusableInput, match="KGZ, 2013 occurs twice"):
        panel_data(OUTCOME, REGRESSORS, ["a", "b"], ENTITY, period)


@pytest.mark.parametrize(
    ("terms", "message"),
    [(["const", "b"], "reserved"), (["a", "a"], "more than once"), (["a"], "2 columns of regressors, but 1")],
)
def test_names_of_terms_are_checked(terms, message):
    with pytest.raises(ValueError, match=message):
        panel_data(OUTCOME, REGRESSORS, terms, ENTITY, PERIOD)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="entity has 5 rows, expected 6"):
        panel_data(OUTCOME, REGRESSORS, ["a", "b"], ENTITY[:5], PERIOD)


def test_means_per_partner_are_those_worked_out_by_hand():
    sample = panel_data(OUTCOME, REGRESSORS, ["a", "b"], ENTITY, PERIOD)
    np.testing.assert_allclose(sample.entity_means(OUTCOME), [2.0, 3.5, 5.5])
    np.testing.assert_allclose(sample.demeaned(OUTCOME), [-1, 1, -1.5, 1.5, -1.5, 1.5])
    assert (sample.n_entities, sample.n_periods) == (3, 2)


def test_rows_are_counted_per_partner():
    panel = panel_data(OUTCOME[1:], REGRESSORS[1:], ["a", "b"], ENTITY[1:], PERIOD[1:])
    assert panel.counts.tolist() == [1, 2, 2]


def test_text_in_place_of_a_number_is_named_by_column_and_row():
    outcome = np.array(["1", "3", "n.a.", "5", "4", "7"])
    with pytest.raises(UnusableInput, match=r"column 'ln_trade', row 2: seen 'n\.a\.', expected a number"):
        panel_data(outcome, REGRESSORS, ["a", "b"], ENTITY, PERIOD, outcome_name="ln_trade")
    regressors = REGRESSORS.astype(object)
    regressors[4, 1] = "much"
    with pytest.raises(UnusableInput, match="column 'b', row 4: seen 'much'"):
        panel_data(OUTCOME, regressors, ["a", "b"], ENTITY, PERIOD)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_a_missing_partner_is_no_partner_of_its_own(missing):
    partner = ENTITY.astype(object)
    partner[2] = missing
    with pytest.raises(NonFiniteInput, match=r"partner, row 2: seen .*, expected a label"):
        panel_data(OUTCOME, REGRESSORS, ["a", "b"], partner, PERIOD)


def test_a_missing_period_is_no_period_of_its_own():
    period = PERIOD.astype(float)
    period[5] = np.nan
    with pytest.raises(NonFiniteInput, match=r"period, row 5: seen .*nan.*, expected a label"):
        panel_data(OUTCOME, REGRESSORS, ["a", "b"], ENTITY, period)


def test_labels_of_two_kinds_are_refused_and_numbers_held_as_objects_are_numbers():
    mixed = ENTITY.astype(object)
    mixed[0] = 7
    with pytest.raises(UnusableInput, match=r"labels of partners are of types \['int', 'str'\]"):
        panel_data(OUTCOME, REGRESSORS, ["a", "b"], mixed, PERIOD)
    panel = panel_data(OUTCOME, REGRESSORS, ["a", "b"], ENTITY, PERIOD.astype(object))
    assert panel.periods.dtype.kind == "i"
