"""From panel rows to the columns of an equation, and the fingerprint of those rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.design import (
    READ,
    actual_trade,
    equation_levels,
    equation_variables,
    logged_columns,
    of_partners,
    panel_digest,
    panel_inputs,
    take_logarithms,
)
from tests.analysis.conftest import as_panel


@pytest.fixture
def inputs(study_of, made_up_panel):
    return panel_inputs(study_of(), made_up_panel, "as_it_is")


def test_inputs_have_a_row_per_partner_and_year_in_sorted_order(study_of, made_up_panel):
    inputs = panel_inputs(study_of(), made_up_panel.sample(frac=1, random_state=2), "as_it_is")
    assert inputs.values.index.is_monotonic_increasing
    assert inputs.values.shape == (120, 7)
    cell = made_up_panel.query("country_iso3 == 'ABA' and year == 2012 and variable == 'people'")
    assert inputs.values.loc[("ABA", 2012), "people"] == cell["value"].iloc[0]


def test_a_filled_cell_counts_in_the_share_of_its_row_only(study_of, made_up_panel):
    is_filled = made_up_panel.eval("country_iso3 == 'ABA' and year == 2012 and variable == 'people'")
    inputs = panel_inputs(study_of(), made_up_panel.assign(is_filled=is_filled), "as_it_is")
    shares = inputs.filled_share(["people", "income"])
    assert shares[("ABA", 2012)] == 0.5
    assert shares.sum() == 0.5
    assert inputs.filled_share([]).eq(0).all()


def test_variables_of_a_later_vintage_are_named(study_of, made_up_panel):
    is_later = made_up_panel["variable"].isin(["speed", "paper"])
    inputs = panel_inputs(study_of(), made_up_panel.assign(is_later_vintage=is_later), "as_it_is")
    assert inputs.later_vintages == ("paper", "speed")


def test_the_reference_country_is_no_partner_of_itself(study_of, made_up_panel):
    study = study_of()
    own = made_up_panel[made_up_panel["country_iso3"] == "AAA"].assign(country_iso3="CHN")
    inputs = panel_inputs(study, pd.concat([made_up_panel, own]), "as_it_is")
    assert len(inputs.values) == 130
    kept = of_partners(study, inputs)
    assert len(kept.values) == len(kept.is_filled) == 120
    assert "CHN" not in kept.values.index.get_level_values("country_iso3")


def test_a_panel_without_any_row_gives_inputs_without_rows(study_of, made_up_panel):
    inputs = panel_inputs(study_of(), made_up_panel.head(0), "as_it_is")
    assert inputs.values.shape == inputs.is_filled.shape == (0, 7)
    assert inputs.later_vintages == ()


def test_trade_is_missing_where_a_part_of_the_sum_is(study_of):
    study = study_of()
    rows = [("AAA", 2010, "exports_usd", 3.0), ("AAA", 2010, "imports_usd", 4.0)]
    rows += [("AAA", 2011, "exports_usd", 3.0), ("AAA", 2011, "imports_usd", np.nan)]
    trade = actual_trade(panel_inputs(study, as_panel(rows), "as_it_is"), study.gravity.flows[0])
    assert trade[("AAA", 2010)] == 7.0
    assert np.isnan(trade[("AAA", 2011)])


def test_an_equation_on_the_own_index_uses_its_indicators(study_of):
    study = study_of()
    total = study.gravity.flows[0]
    plain, developed = study.gravity.models
    assert equation_variables(study, plain, total) == ["exports_usd", "imports_usd", "income", "people"]
    assert equation_variables(study, developed, total)[-3:] == ["speed", "paper", "port"]


def test_levels_are_in_the_units_of_the_study_and_logarithms_follow(study_of, inputs):
    study = study_of()
    total, developed = study.gravity.flows[0], study.gravity.models[1]
    own = pd.Series(0.5, index=inputs.values.index[:1])
    levels = equation_levels(study, developed, total, inputs, own)
    row = inputs.values.iloc[0]
    expected = [(row["exports_usd"] + row["imports_usd"]) / 1e4, row["income"], row["people"] / 1e4, 0.5]
    assert levels.iloc[0].tolist() == pytest.approx(expected)
    assert levels["development"].isna().sum() == 119
    logged = logged_columns(study, developed, total)
    assert logged == ["trade_total", "log_income", "log_people"]
    entered = take_logarithms(levels, logged).iloc[0]
    assert entered.tolist() == pytest.approx([*np.log(expected[:3]), 0.5])


def test_the_digest_is_blind_to_order_integer_width_and_columns_that_estimation_does_not_read(made_up_panel):
    digest = panel_digest(made_up_panel)
    assert len(digest) == 16
    assert int(digest, 16) >= 0
    shuffled = made_up_panel.sample(frac=1, random_state=3)
    assert panel_digest(shuffled) == digest
    typed = shuffled.astype(
        {"year": "int32", "is_filled": "boolean", "value": "Float64", "variable": "object"}
    )
    assert panel_digest(typed.assign(file_id="another file")[list(reversed([*READ, "file_id"]))]) == digest


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("country_iso3", "ZZZ"),
        ("fill_set", "another"),
        ("variable", "another"),
        ("year", 2031),
        ("is_filled", True),
        ("is_later_vintage", True),
        ("value", np.nan),
    ],
)
def test_the_digest_changes_with_any_cell_that_estimation_reads(made_up_panel, column, value):
    changed = made_up_panel.copy()
    changed.loc[changed.index[17], column] = value
    assert panel_digest(changed) != panel_digest(made_up_panel)


def test_the_digest_sees_the_last_bit_of_a_value_and_a_row_that_is_gone(made_up_panel):
    changed = made_up_panel.copy()
    changed.loc[changed.index[5], "value"] = np.nextafter(changed["value"].iloc[5], np.inf)
    assert panel_digest(changed) != panel_digest(made_up_panel)
    assert panel_digest(made_up_panel.iloc[1:]) != panel_digest(made_up_panel)


def test_the_digest_takes_a_panel_without_rows_and_missing_marks(made_up_panel):
    assert panel_digest(made_up_panel.head(0)) != panel_digest(made_up_panel)
    unmarked = made_up_panel.assign(is_later_vintage=pd.array([pd.NA] * len(made_up_panel), dtype="boolean"))
    assert panel_digest(unmarked) == panel_digest(made_up_panel)
