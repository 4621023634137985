"""What the print and the panel say of how the paper made its numbers, and that other print says otherwise."""

from __future__ import annotations

import dataclasses
import math

import pandas as pd
import pytest
import yaml

from analysis.replication.evidence import Evidence
from analysis.replication.findings import (
    hausman_from_f,
    index_rows,
    level_equation,
    oil_price_in_distance,
    pooled_in_disguise,
    three_components,
)
from analysis.replication.findings.all_findings import finding_rows
from analysis.study import Study

KEY = ["finding", "statistic"]


def frame_of(rows) -> pd.DataFrame:
    return pd.DataFrame(rows).set_index(KEY)


@pytest.fixture(scope="module")
def found(evidence) -> pd.DataFrame:
    return frame_of(finding_rows(evidence))


def value(found: pd.DataFrame, module, statistic: str) -> float:
    return found.loc[(module.FINDING, statistic), "value"]


def reprinted(evidence: Evidence, **changes) -> Evidence:
    """The same evidence with other printed numbers: each change is a path of keys and the new content."""
    content = evidence.study.model_dump()
    for path, cell in changes.items():
        *parents, last = path.split("__")
        place = content["printed"]
        for key in parents:
            place = place[key]
        place[last] = cell
    return dataclasses.replace(evidence, study=Study.model_validate(content))


def test_every_row_is_named_once_and_says_what_follows_and_from_what(found):
    assert found.index.is_unique
    assert (found["conclusion"].str[-1] == ".").all()
    assert (found["evidence"].str.len() > 0).all()
    assert (found["study"] == "central_asia").all()


@pytest.mark.real_data
def test_the_figures_are_those_of_the_reference(found, shared_reference):
    text = (shared_reference / "central_asia_2024.yaml").read_text(encoding="utf-8")
    derived = yaml.safe_load(text)["derived"]
    arithmetic, hausman, levels = derived["arithmetic"], derived["hausman"], derived["k_table"]
    assert value(found, hausman_from_f, "rss_pooled_over_rss_fe") == pytest.approx(
        arithmetic["rss_pooled_over_rss_fe"], abs=5e-4
    )
    assert value(found, hausman_from_f, "s2_pooled_over_s2_fe") == pytest.approx(
        arithmetic["s2_pooled_over_s2_fe"], abs=5e-4
    )
    for form in ("sigmaless", "sigmamore"):
        expected = hausman[f"H_{form}"]
        assert value(found, hausman_from_f, f"hausman_{form}") == pytest.approx(expected["chi2"], abs=5e-3)
        assert value(found, hausman_from_f, f"hausman_{form}_p") == pytest.approx(expected["p"], abs=5e-5)
    assert value(found, hausman_from_f, "default_lower_bound") == pytest.approx(
        hausman["lower_bound_default_H"], abs=5e-4
    )
    assert value(found, level_equation, "residual_fit_correlation") == pytest.approx(
        levels["corr_residual_fitted"], abs=5e-5
    )
    assert value(found, level_equation, "r_squared_levels") == pytest.approx(levels["r2_levels"], abs=5e-4)
    residuals = value(found, level_equation, "residual_share") * levels["trade_sum_34_cells_bn_usd"]
    assert residuals == pytest.approx(levels["residual_sum_bn_usd"], abs=5e-3)
    negative = min(value for row in levels["predicted_levels_bn_usd"].values() for value in row if value)
    assert value(found, level_equation, "smallest_prediction_usd") / 1e9 == pytest.approx(negative, abs=5e-3)


def test_the_printed_random_effects_are_pooled_least_squares(found):
    assert value(found, pooled_in_disguise, "p_values_of_the_normal") == 8
    assert value(found, pooled_in_disguise, "p_values_that_rule_out_t") == 7
    assert value(found, pooled_in_disguise, "between_degrees_of_freedom") == -3
    rows = found.loc[pooled_in_disguise.FINDING]
    distances = rows["value"][rows.index.str.startswith("distance_")]
    assert distances.idxmin() == "distance_pooled_ols"
    assert distances.min() < 1 < distances.drop("distance_pooled_ols").min()
    assert pd.isna(distances["distance_random_effects_swamy_arora"])
    assert "at least 9 partners" in rows.loc["distance_random_effects_swamy_arora", "conclusion"]


def test_p_values_of_t_would_be_seen(evidence):
    # The p-values that t(32) gives the printed estimates and standard errors.
    of_t = {"lnpop": 0.169, "cbec": 0.041, "lnnet": 0.006, "lncpi": 0.090, "lnopen": 0.076, "lndist": 0.016}
    table = {term: list(cells) for term, cells in evidence.printed.regression.rows.items()}
    for term, p_value in of_t.items():
        table[term][3] = p_value
    other = frame_of(pooled_in_disguise.finding(reprinted(evidence, regression__rows=table)))
    assert value(other, pooled_in_disguise, "p_values_that_rule_out_t") == 1
    assert value(other, pooled_in_disguise, "p_values_of_the_normal") < 8


def test_the_f_test_rejects_what_the_hausman_step_selects(found):
    conclusion = found.loc[(hausman_from_f.FINDING, "hausman_sigmamore"), "conclusion"]
    assert "rejects random effects" in conclusion
    assert value(found, hausman_from_f, "sigmaless_over_multiple_of_f") == 1
    assert value(found, hausman_from_f, "rank_of_the_difference") == 4
    assert value(found, hausman_from_f, "negative_eigenvalues_default") == 4


def test_a_small_f_would_not_reject(evidence):
    other = frame_of(hausman_from_f.finding(reprinted(evidence, f_test__statistic="1.20")))
    for form in ("sigmaless", "sigmamore"):
        assert "does not reject" in other.loc[(hausman_from_f.FINDING, f"hausman_{form}"), "conclusion"]


def test_the_printed_ratios_come_from_an_equation_in_levels(found):
    assert value(found, level_equation, "cells_not_positive") == 3
    assert value(found, level_equation, "cells") == 34
    assert value(found, level_equation, "rank_of_the_order_used") == 1
    assert value(found, level_equation, "runner_up_ratio") > 4
    assert abs(value(found, level_equation, "residual_share")) < 1e-3


def test_rows_of_the_ratios_in_another_order_are_noticed(evidence):
    rows = dict(evidence.printed.potential.rows)
    rows["KAZ"], rows["UZB"] = rows["UZB"], rows["KAZ"]
    other = frame_of(level_equation.finding(reprinted(evidence, potential__rows=rows)))
    assert value(other, level_equation, "rank_of_the_order_used") > 1
    conclusion = other.loc[(level_equation.FINDING, "residual_share"), "conclusion"]
    assert "UZB KGZ KAZ TJK TKM fits best" in conclusion


def test_two_rows_of_the_index_are_straight_lines_and_none_is_scaled_to_one(found):
    rows = found.loc[index_rows.FINDING]
    straight = rows["conclusion"].str.contains("a straight line")
    assert sorted(rows.index[straight]) == ["straightness_TJK", "straightness_TKM"]
    assert value(found, index_rows, "largest_cell") == 0.903
    assert "not scaled to 1" in rows.loc["largest_cell", "conclusion"]
    assert value(found, index_rows, "rank_of_the_order_used") <= 2


def test_the_printed_distance_moves_as_the_oil_price_does(found):
    module = oil_price_in_distance
    assert value(found, module, "within_variation_apart") == 0
    assert value(found, module, "sd_with_brent_usd_per_bbl") == pytest.approx(0.376, abs=0.02)
    implied = value(found, module, "price_sd_implied")
    assert value(found, module, "price_sd_brent_usd_per_bbl") == pytest.approx(implied, abs=0.02)


def test_a_spread_smaller_than_that_of_the_distances_fits_no_price(evidence):
    rows = {term: list(cells) for term, cells in evidence.printed.descriptive_statistics.rows.items()}
    rows["lndist"][2] = 0.05
    other = frame_of(oil_price_in_distance.finding(reprinted(evidence, descriptive_statistics__rows=rows)))
    assert "no price fits" in other.loc[(oil_price_in_distance.FINDING, "price_sd_implied"), "conclusion"]


def test_three_variables_give_the_printed_adequacy(found):
    eigenvalues = [value(found, three_components, f"eigenvalue_{number}") for number in (1, 2, 3)]
    assert eigenvalues == pytest.approx([2.238, 0.498, 0.264])
    assert value(found, three_components, "kmo_low") == pytest.approx(0.674, abs=5e-4)
    assert value(found, three_components, "kmo_high") == pytest.approx(0.692, abs=5e-4)
    assert value(found, three_components, "bartlett_chi2") == pytest.approx(45.5, abs=0.05)
    assert "lies inside" in found.loc[(three_components.FINDING, "kmo_low"), "conclusion"]


def test_another_adequacy_would_rule_three_variables_out(evidence):
    other = frame_of(three_components.finding(reprinted(evidence, index__kmo=0.75)))
    assert "ruled out" in other.loc[(three_components.FINDING, "kmo_low"), "conclusion"]


def test_without_a_panel_only_what_print_alone_says_is_found(evidence):
    alone = frame_of(finding_rows(dataclasses.replace(evidence, inputs={}, equations=())))
    assert set(alone["fill_set"]) == {"none stated"}
    assert ("f_test_is_hausman_test", "hausman_sigmaless") in alone.index
    assert oil_price_in_distance.FINDING not in alone.index.get_level_values("finding")


@pytest.mark.parametrize("cell", [1.0, 0.5, 0.0, -1.0, None])
def test_ratios_that_are_all_alike_stop_nothing(evidence, cell):
    flat = dict.fromkeys(evidence.printed.potential.rows, (cell,) * 8)
    rows = list(level_equation.finding(reprinted(evidence, potential__rows=flat)))
    assert all(row["value"] is None or math.isfinite(row["value"]) for row in rows)
    assert [row["statistic"] for row in rows][:1] == ([] if cell is None else ["cells_not_positive"])
