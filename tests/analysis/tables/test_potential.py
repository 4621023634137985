"""Potential as rows: which specifications have it, and what stands beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.design import panel_inputs
from analysis.equation import estimate_equation, select
from analysis.tables.potential import MOSTLY_FILLED, potential_rows, predicted_usd
from tests.analysis.test_estimate import noisy

POOLED = ("pooled_ols", "classical_t")


@pytest.fixture
def potential(study_of, made_up_panel):
    def rows_of(panel=None):
        study = study_of()
        cells = noisy(made_up_panel, effect=1.0) if panel is None else panel
        inputs = panel_inputs(study, cells, "as_it_is")
        model, flow = study.gravity.models[0], study.gravity.flows[0]
        equation = estimate_equation(study, model, flow, "as_it_is", inputs, None)
        return study, equation, pd.DataFrame(potential_rows(study, equation, select(study, [equation])))

    return rows_of


def test_the_selected_specification_has_potential_though_it_does_not_ask_for_it(potential):
    _, _, table = potential()
    found = table.groupby("specification")["is_selected"].all()
    assert list(found.index.str.split(".").str[0]) == ["fixed_effects", "pooled_ols", "random_effects"]
    assert list(found) == [False, False, True]


def test_the_gap_is_predicted_less_actual_and_classes_are_the_studys(potential):
    study, equation, table = potential()
    pooled = table[table["specification"] == "pooled_ols.classical_t.as_it_is"]
    predicted = predicted_usd(study, equation, POOLED)
    np.testing.assert_array_equal(pooled["predicted_trade_usd"], predicted)
    np.testing.assert_allclose(
        pooled["potential_gap_usd"], pooled["predicted_trade_usd"] - pooled["actual_trade_usd"]
    )
    assert set(pooled["potential_class"]) <= {item.label for item in study.potential.classes}
    assert (pooled.loc[pooled["potential_ratio"] < 0.8, "potential_class"] == "low").all()


def test_what_k_compares_is_said(potential):
    _, _, table = potential()
    caveat = table.drop_duplicates("specification").set_index("specification")["caveat"]
    assert caveat["fixed_effects.classical_t.as_it_is"].startswith(
        "Compares the year with the partner's own mean"
    )
    assert caveat["pooled_ols.classical_t.as_it_is"].startswith("Partners differ lastingly")


def test_a_row_of_mostly_filled_cells_says_so(potential, made_up_panel):
    mostly = (made_up_panel["country_iso3"] == "ABA") & made_up_panel["variable"].isin(
        ["income", "people", "exports_usd"]
    )
    _, _, table = potential(noisy(made_up_panel).assign(is_filled=mostly))
    says = table["caveat"].str.contains(MOSTLY_FILLED[1:], regex=False)
    assert set(table.loc[says, "partner_iso3"]) == {"ABA"}
    assert says.sum() == 10 * table["specification"].nunique()
