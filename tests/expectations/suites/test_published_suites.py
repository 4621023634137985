"""Each expectation of each suite file passes on good tables and fails on tables broken in just its way."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from expectations.suite import load_suites, validate
from expectations.verdict import gate

SUITES = {suite.table: suite for suite in load_suites()}
ALL = [(suite.table, expectation.name) for suite in SUITES.values() for expectation in suite.expectations]


def put(table, column, value, **where):
    """A way to break a table: this value in this column, in the rows that `where` names, or the first."""

    def breaking(tables):
        frame = tables[table]
        rows = frame[list(where)].eq(list(where.values())).all(axis=1) if where else frame.index == 0
        assert rows.any()
        dtype = object if isinstance(value, str) else frame[column].dtype
        frame[column] = frame[column].astype(float if isinstance(value, float) else dtype)
        frame.loc[rows, column] = value

    return breaking


def times(table, column, factor, **where):
    """A way to break a table: a column multiplied in the rows that `where` names."""

    def breaking(tables):
        frame = tables[table]
        rows = frame[list(where)].eq(list(where.values())).all(axis=1)
        assert rows.any()
        frame[column] = frame[column].astype(float)
        frame.loc[rows, column] *= factor

    return breaking


def without(table, **where):
    """A way to break a table: the rows that `where` names are gone."""

    def breaking(tables):
        frame = tables[table]
        tables[table] = frame[~frame[list(where)].eq(list(where.values())).all(axis=1)]

    return breaking


def together(*breakings):
    def breaking(tables):
        for part in breakings:
            part(tables)

    return breaking


def limit_of(code, column, value):
    return put("dim_indicator", column, value, indicator_code=code)


PANEL, INDEX, LOADINGS = "fct_study_panel", "rpt_cbec_index", "rpt_index_loadings"
VARIANTS, ROBUSTNESS, SENSITIVITY = "rpt_index_variants", "rpt_index_robustness", "rpt_index_sensitivity"
COEFFICIENTS, FIT, TESTS = "rpt_gravity_coefficients", "rpt_gravity_fit", "rpt_gravity_tests"
POTENTIAL, REPLICATION, COVERAGE = "rpt_trade_potential", "rpt_replication", "rpt_data_coverage"
FINDINGS = "rpt_replication_findings"
PROBABILITIES, CHANGES = "rpt_potential_class_probabilities", "rpt_potential_decomposition"
CHOICE, INFLUENCE = "rpt_gravity_selection", "rpt_gravity_influence"
CURVE, CURVE_SHARES = "rpt_specification_curve", "rpt_specification_curve_summary"
SCENARIOS, BACKTEST = "rpt_potential_scenarios", "rpt_backtest"
TRAJECTORY = "rpt_potential_trajectory"
MONITOR = "rpt_china_cbec_monitor"
TRADE, REPORT, GAP = "fct_bilateral_trade", "fct_trade_report", "rpt_mirror_gap"
LOST_YEAR = put(PANEL, "value", math.nan, year=2016)
SELECTED = {"is_selected": True}
SUMMARY, REDEFINED, FEW = "rpt_revision_summary", {"is_redefined": True}, {"is_conclusive": False}
ANOTHER_SOURCE = {"is_source_changed": True}
MEDIAN = "median_absolute_relative_change"

BREAKINGS = {
    (PANEL, "indicator_has_a_plausible_range"): limit_of("SP.POP.TOTL", "max_value", math.nan),
    (PANEL, "reported_value_is_not_below_range"): put(PANEL, "value", -1.0, variable="internet", year=2014),
    (PANEL, "reported_value_is_not_above_range"): put(PANEL, "value", 101.0, variable="internet", year=2014),
    (PANEL, "filled_value_is_not_below_range"): put(PANEL, "value", -41.0, value_origin="proxy"),
    (PANEL, "filled_value_is_not_above_range"): put(PANEL, "value", 1001.0, value_origin="proxy"),
    (PANEL, "country_does_not_jump"): times(
        PANEL, "value", 1.2, variable="population", year=2016, unit_id="UZB"
    ),
    (PANEL, "country_does_not_change_unit"): times(
        PANEL, "value", 1000, variable="servers", year=2014, unit_id="UZB"
    ),
    (PANEL, "indicator_does_not_change_unit"): times(PANEL, "value", 0.01, variable="servers", year=2020),
    (PANEL, "year_is_no_hole"): LOST_YEAR,
    (PANEL, "year_is_covered"): put(PANEL, "value", math.nan, year=2020),
    (PANEL, "variable_is_not_mostly_filled"): put(PANEL, "is_filled", True, variable="internet"),
    (INDEX, "index_is_scaled"): put(INDEX, "index_value", 1.01),
    (INDEX, "study_is_complete"): without(INDEX, country_iso3="KAZ", year=2013),
    (INDEX, "study_is_half_complete"): together(
        *(put(INDEX, "index_value", math.nan, country_iso3=country) for country in ("KAZ", "KGZ", "UZB"))
    ),
    (INDEX, "index_does_not_jump"): put(INDEX, "index_value", 0.9, country_iso3="KAZ", year=2016),
    (INDEX, "filled_share_is_a_share"): put(INDEX, "filled_share", -0.1),
    (INDEX, "index_rests_on_reported_cells"): put(INDEX, "filled_share", 0.71),
    ("rpt_index_adequacy", "kmo_is_a_share"): put("rpt_index_adequacy", "value", 1.2, statistic="kmo"),
    ("rpt_index_adequacy", "kmo_is_acceptable"): put("rpt_index_adequacy", "value", 0.49, statistic="kmo"),
    ("rpt_index_adequacy", "p_value_is_a_probability"): put("rpt_index_adequacy", "p_value", 1.1),
    ("rpt_index_adequacy", "indicators_are_correlated"): put("rpt_index_adequacy", "p_value", 0.06),
    (LOADINGS, "loading_is_a_correlation"): put(LOADINGS, "loading", -1.1),
    (LOADINGS, "eigenvalue_is_not_negative"): put(LOADINGS, "eigenvalue", -0.1),
    (LOADINGS, "explained_share_is_a_share"): put(LOADINGS, "explained_share", 75.0),
    (LOADINGS, "retained_components_explain_enough"): put(LOADINGS, "weight", 0.0, component=1),
    (VARIANTS, "index_is_scaled"): put(VARIANTS, "index_value", 1.2),
    (VARIANTS, "index_is_there"): put(VARIANTS, "index_value", math.nan, variant=2),
    (VARIANTS, "rank_is_a_rank"): put(VARIANTS, "index_rank", 0),
    (VARIANTS, "variant_one_is_published"): put(VARIANTS, "weights", None),
    (ROBUSTNESS, "lower_end_is_on_the_scale"): put(ROBUSTNESS, "index_low", -0.1),
    (ROBUSTNESS, "upper_end_is_on_the_scale"): put(ROBUSTNESS, "index_high", 1.1),
    (ROBUSTNESS, "best_rank_is_a_rank"): put(ROBUSTNESS, "rank_best", 0),
    (ROBUSTNESS, "worst_rank_is_a_rank"): put(ROBUSTNESS, "rank_worst", 301),
    (ROBUSTNESS, "same_rank_share_is_a_share"): put(
        ROBUSTNESS, "same_rank_share", 1.1, perturbation_kind="resampling"
    ),
    (ROBUSTNESS, "enough_variants"): put(ROBUSTNESS, "variant_count", 7, perturbation_kind="choices"),
    (ROBUSTNESS, "published_rank_is_not_arbitrary"): put(
        ROBUSTNESS, "same_rank_share", 0.05, perturbation_kind="choices", country_iso3="KGZ"
    ),
    (ROBUSTNESS, "all_kinds_are_there"): without(ROBUSTNESS, perturbation_kind="resampling"),
    (SENSITIVITY, "first_order_share_is_a_share"): put(SENSITIVITY, "first_order_share", -0.1),
    (SENSITIVITY, "total_share_is_a_share"): put(SENSITIVITY, "total_share", 1.1, factor="weights"),
    (SENSITIVITY, "first_order_shares_add_up_to_one_at_most"): put(SENSITIVITY, "first_order_share", 0.4),
    (SENSITIVITY, "fills_do_not_decide_the_ranks"): put(SENSITIVITY, "total_share", 0.6),
    (COEFFICIENTS, "selected_equation_is_estimated"): put(COEFFICIENTS, "estimate", math.nan, **SELECTED),
    (COEFFICIENTS, "std_error_is_positive"): put(COEFFICIENTS, "std_error", 0.0),
    (COEFFICIENTS, "selected_equation_has_std_errors"): put(COEFFICIENTS, "std_error", math.nan, **SELECTED),
    (COEFFICIENTS, "p_value_is_a_probability"): put(COEFFICIENTS, "p_value", -0.1),
    (COEFFICIENTS, "few_cluster_p_value_is_a_probability"): put(COEFFICIENTS, "few_cluster_p_value", 1.1),
    (COEFFICIENTS, "few_clusters_have_their_own_inference"): put(
        COEFFICIENTS, "few_cluster_p_value", math.nan, **SELECTED
    ),
    (COEFFICIENTS, "elasticity_is_believable"): put(COEFFICIENTS, "estimate", -10.1, term="log_population"),
    (FIT, "r_squared_is_a_share"): put(FIT, "r_squared", -0.2),
    (FIT, "r_squared_is_not_perfect"): put(FIT, "r_squared", 0.9995),
    (FIT, "observations_fit_the_panel"): put(FIT, "n_obs", 41),
    (FIT, "selected_equation_has_a_sample"): put(FIT, "n_obs", 9, **SELECTED),
    (FIT, "selected_equation_has_a_full_sample"): put(FIT, "n_obs", 29, **SELECTED),
    (FIT, "selected_equation_was_estimated"): put(FIT, "r_squared", math.nan, **SELECTED),
    (TESTS, "p_value_is_a_probability"): put(TESTS, "p_value", 1.5),
    (TESTS, "valid_test_has_a_p_value"): put(TESTS, "p_value", math.nan, is_valid=True),
    (TESTS, "valid_test_has_a_statistic"): put(TESTS, "is_valid", True, test="hausman_default"),
    (TESTS, "valid_test_has_degrees_of_freedom"): put(TESTS, "df1", 0.0, is_valid=True),
    (TESTS, "valid_hausman_test_rests_on_a_covariance"): put(
        TESTS, "negative_eigenvalue_count", 1, test="hausman_sigmaless"
    ),
    (TESTS, "measure_is_not_negative"): put(TESTS, "statistic", -1.0, is_measure=True),
    (CHOICE, "study_selects_one_estimator"): put(CHOICE, "is_selected", False, is_rule_of_study=True),
    (CHOICE, "selected_estimator_is_estimable"): put(CHOICE, "is_estimable", False, is_selected=True),
    (CHOICE, "selection_has_a_reason"): put(CHOICE, "reason", None),
    (CHOICE, "selection_of_study_is_not_contradicted"): put(CHOICE, "contradiction_count", 2.0, **SELECTED),
    (INFLUENCE, "part_is_of_a_known_kind"): put(INFLUENCE, "left_out_kind", "row"),
    (INFLUENCE, "no_part_carries_the_result"): put(
        INFLUENCE, "change_in_se", 3.3, left_out="KAZ", term="log_population"
    ),
    (INFLUENCE, "change_is_believable"): put(INFLUENCE, "change_in_se", -1e4, term="log_population"),
    (CURVE, "p_value_is_a_probability"): put(CURVE, "p_value", 1.1),
    (CURVE, "estimate_lies_in_its_interval"): put(CURVE, "ci_high", -9.0),
    (CURVE, "std_error_is_not_negative"): put(CURVE, "std_error", -0.1),
    (CURVE, "most_specifications_can_be_estimated"): together(
        *(put(CURVE, "estimate", math.nan, position=place) for place in range(1, 7))
    ),
    (CURVE_SHARES, "share_is_a_share"): put(CURVE_SHARES, "positive_share", 1.1),
    (CURVE_SHARES, "significant_share_is_a_share"): put(CURVE_SHARES, "significant_share", -0.1),
    (CURVE_SHARES, "curve_was_drawn"): put(CURVE_SHARES, "estimated_count", 0, choice="all"),
    (CURVE_SHARES, "estimates_are_in_order"): put(CURVE_SHARES, "estimate_high", -2.0),
    (POTENTIAL, "ratio_is_positive"): put(POTENTIAL, "potential_ratio", -4.688),
    (POTENTIAL, "prediction_is_positive_where_ratio_is_defined"): put(POTENTIAL, "predicted_trade_usd", 0.0),
    (POTENTIAL, "defined_ratio_is_classified"): put(POTENTIAL, "potential_class", None),
    (POTENTIAL, "class_belongs_to_a_ratio"): put(POTENTIAL, "potential_ratio", math.nan),
    (POTENTIAL, "class_is_one_of_the_study"): put(POTENTIAL, "potential_class", "Huge Potential"),
    (POTENTIAL, "ratio_lies_within_its_class"): put(
        "dim_potential_class", "upper_bound", 1.0, potential_class="potential expansion"
    ),
    (POTENTIAL, "selected_ratio_is_mostly_defined"): put(POTENTIAL, "potential_ratio", math.nan, year=2016),
    (POTENTIAL, "selected_ratio_is_defined_for_half"): put(
        POTENTIAL, "potential_ratio", math.nan, potential_class="potential expansion"
    ),
    (POTENTIAL, "selected_ratio_is_centred"): times(POTENTIAL, "potential_ratio", 1e-4, **SELECTED),
    (POTENTIAL, "selected_ratio_is_not_extreme"): put(POTENTIAL, "potential_ratio", 20.1),
    (POTENTIAL, "filled_share_is_a_share"): put(POTENTIAL, "filled_share", 1.1),
    (POTENTIAL, "interval_holds_the_ratio"): put(POTENTIAL, "potential_ratio_low", 9.0),
    (POTENTIAL, "class_probability_is_a_share"): put(POTENTIAL, "class_probability", 60.0),
    (POTENTIAL, "class_is_more_likely_than_not"): times(POTENTIAL, "class_probability", 0.5, **SELECTED),
    (POTENTIAL, "potential_is_told_of_the_estimation_sample"): put(POTENTIAL, "n_potential", 34),
    (PROBABILITIES, "probability_is_a_share"): put(PROBABILITIES, "probability", -0.1),
    (PROBABILITIES, "classes_hold_all_draws"): put(PROBABILITIES, "probability", 0.9),
    (CHANGES, "driver_moves_trade_by_a_believable_amount"): put(CHANGES, "log_contribution", -2.1),
    (CHANGES, "part_of_actual_trade_is_finite"): put(CHANGES, "actual_change_usd", 1e14),
    (TRAJECTORY, "first_ratio_is_believable"): put(TRAJECTORY, "first_ratio", -0.1),
    (TRAJECTORY, "last_ratio_is_believable"): put(TRAJECTORY, "last_ratio", 101.0),
    (TRAJECTORY, "class_does_not_change_every_other_year"): put(TRAJECTORY, "n_changes", 7),
    (TRAJECTORY, "more_than_one_year_has_a_class"): put(TRAJECTORY, "n_years", 1),
    (SCENARIOS, "interval_has_a_width"): put(SCENARIOS, "gain_low_usd", 9e9),
    (SCENARIOS, "no_trade_is_lost_beyond_all_of_it"): put(SCENARIOS, "scenario_trade_usd", -1.0),
    (SCENARIOS, "gain_is_believable"): put(SCENARIOS, "gain_pct", 401.0),
    (SCENARIOS, "drivers_stay_within_what_was_observed"): put(SCENARIOS, "is_within_range", False),
    (BACKTEST, "selected_equation_can_be_tested"): put(BACKTEST, "n_forecasts", 0),
    (BACKTEST, "error_is_believable"): put(BACKTEST, "root_mean_squared_error", 9.2),
    (BACKTEST, "intervals_hold_outcomes"): put(BACKTEST, "hit_rate", 0.5),
    (FINDINGS, "every_statistic_has_a_conclusion"): put(FINDINGS, "conclusion", None),
    (FINDINGS, "every_statistic_says_what_it_rests_on"): put(FINDINGS, "evidence", None),
    (REPLICATION, "verdict_is_one_of_five"): put(REPLICATION, "verdict", "almost"),
    (REPLICATION, "kind_is_one_of_six"): put(REPLICATION, "kind", "sentence"),
    (REPLICATION, "most_items_do_not_differ"): put(REPLICATION, "verdict", "differs", fill_set="carry_proxy"),
    (COVERAGE, "indicator_is_there"): put(COVERAGE, "reported", 0, indicator_code="SP.POP.TOTL"),
    (COVERAGE, "indicator_is_covered"): put(COVERAGE, "reported", 6, indicator_code="SP.POP.TOTL"),
    (COVERAGE, "indicator_is_reported"): put(COVERAGE, "reported", 2, indicator_code="SP.POP.TOTL"),
    (COVERAGE, "country_is_covered"): put(COVERAGE, "reported", 3, country_iso3="UZB"),
    (COVERAGE, "country_is_there"): put(COVERAGE, "reported", 0, country_iso3="UZB"),
    ("rpt_revisions", "kind_is_one_of_four"): put("rpt_revisions", "kind", "extended"),
    ("rpt_revisions", "no_value_is_rescaled"): together(
        put("rpt_revisions", "kind", "rescaled"), put("rpt_revisions", "power_of_ten", -3.0)
    ),
    (SUMMARY, "release_tells_of_the_same_thing"): put(SUMMARY, MEDIAN, 0.31),
    (SUMMARY, "release_moves_with_the_one_before"): put(SUMMARY, "correlation", 0.49),
    (SUMMARY, "release_follows_the_one_before_closely"): put(SUMMARY, "correlation", 0.89),
    (SUMMARY, "release_is_revised_as_usual"): put(SUMMARY, MEDIAN, 0.11),
    (SUMMARY, "release_is_in_the_same_unit"): put(SUMMARY, "rescaled_share", 0.11),
    (SUMMARY, "release_has_not_lost_half"): put(SUMMARY, "vanished_share", 0.51),
    (SUMMARY, "release_keeps_what_it_had"): put(SUMMARY, "vanished_share", 0.11),
    (SUMMARY, "release_covers_the_years_before"): put(SUMMARY, "uncovered_share", 0.11),
    (SUMMARY, "release_keeps_its_signs"): put(SUMMARY, "sign_change_share", 0.03),
    (SUMMARY, "redefined_series_are_not_joined"): put(SUMMARY, MEDIAN, 0.55, **REDEFINED),
    (SUMMARY, "redefined_series_keep_their_years"): put(SUMMARY, "vanished_share", 0.49, **REDEFINED),
    (SUMMARY, "a_few_series_are_revised_as_usual"): put(SUMMARY, MEDIAN, 0.85, **FEW),
    (SUMMARY, "a_few_series_keep_what_they_had"): put(SUMMARY, "vanished_share", 0.92, **FEW),
    (SUMMARY, "another_source_tells_of_the_same_thing"): put(SUMMARY, MEDIAN, 0.31, **ANOTHER_SOURCE),
    (SUMMARY, "another_source_is_in_the_same_unit"): put(SUMMARY, "rescaled_share", 0.11, **ANOTHER_SOURCE),
    (SUMMARY, "a_few_series_of_another_source_tell_of_the_same_thing"): put(
        SUMMARY, MEDIAN, 0.11, **ANOTHER_SOURCE
    ),
    ("rpt_corrections", "condition_still_holds"): put("rpt_corrections", "unexpected_count", 1),
    ("rpt_corrections", "correction_finds_something"): put(
        "rpt_corrections", "state", "nothing to correct"
    ),
    ("rpt_source_vintages", "file_has_rows"): put("rpt_source_vintages", "row_count", 0),
    (TRADE, "value_is_there"): put(TRADE, "value_final_usd", math.nan),
    (TRADE, "value_is_not_negative"): put(TRADE, "value_final_usd", -1.0),
    (TRADE, "exporters_report_is_used_as_it_stands"): times(
        TRADE, "value_final_usd", 1.06, report_used="exporter"
    ),
    (TRADE, "importers_report_is_brought_free_on_board"): times(
        TRADE, "value_final_usd", 1.06 * 1.06, report_used="importer"
    ),
    (TRADE, "trade_is_mostly_reported"): put(TRADE, "value_origin", "estimated", exporter_iso3="CHN"),
    (REPORT, "report_is_not_negative"): put(REPORT, "trade_value_usd", -1.0),
    (REPORT, "one_report_is_used_at_most"): put(REPORT, "is_used", True, importer_iso3="KGZ"),
    (REPORT, "part_of_a_year_is_not_used"): put(REPORT, "is_used", True, source="gacc"),
    (REPORT, "estimate_says_how_it_is_known"): put(REPORT, "value_origin", "estimated", year=2014),
    (GAP, "exporter_reports_no_negative_trade"): put(GAP, "x_reported_fob_usd", -1.0),
    (GAP, "importer_reports_no_negative_trade"): put(GAP, "m_fob_at_factor_usd", -1.0),
    (GAP, "comparable_reports_have_a_gap"): put(GAP, "gap_usd", math.nan, importer_iso3="KAZ"),
    (GAP, "reports_that_are_not_comparable_have_no_gap"): put(GAP, "gap_usd", 0.0, importer_iso3="TKM"),
    (GAP, "reports_that_are_not_comparable_say_why"): put(
        GAP, "incomparable_reason", None, importer_iso3="TKM"
    ),
    (GAP, "gap_is_the_difference_of_the_two"): times(GAP, "gap_usd", -1, importer_iso3="KGZ"),
    (GAP, "factor_is_a_freight_factor"): put(GAP, "cif_fob_factor", 0.9, importer_iso3="KGZ"),
    (GAP, "typical_gap_is_small"): times(GAP, "gap_ratio", 2, year=2014),
    (GAP, "both_sides_are_in_one_unit"): times(GAP, "gap_ratio", 1000, year=2014),
    (GAP, "known_gap_is_there"): put(GAP, "gap_ratio", 1.0, importer_iso3="KGZ"),
    (MONITOR, "survey_value_is_in_yuan"): times(MONITOR, "value_cny", 1e-9, period="2023"),
    (MONITOR, "share_of_goods_trade_is_a_small_part"): put(MONITOR, "share_of_goods_trade_pct", 49.0),
    (MONITOR, "growth_is_plausible"): put(MONITOR, "growth_printed_pct", 710.0),
    (MONITOR, "printed_growth_is_not_far_from_the_levels"): put(MONITOR, "growth_difference", 5.1),
    (MONITOR, "printed_growth_is_what_the_levels_give"): put(MONITOR, "growth_check", "contradicted"),
    (MONITOR, "dollars_are_of_the_year"): put(
        MONITOR, "is_implied_rate_unusual", True, concept="goods_trade"
    ),
    (MONITOR, "shares_of_partners_leave_room"): put(MONITOR, "share_of_flow_pct", 93.6, item="USA"),
}  # fmt: skip


def only(table, name):
    """The suite of a table with one of its expectations, and the frames that it needs."""
    suite = SUITES[table]
    return suite.model_copy(update={"expectations": tuple(e for e in suite.expectations if e.name == name)})


def test_good_tables_pass_every_suite(good_tables):
    verdicts = validate(tuple(SUITES.values()), good_tables)
    assert [(v.suite, v.expectation, v.observed) for v in verdicts if not v.is_passed] == []
    assert len(verdicts) == len(SUITES) + len(ALL)
    assert gate(verdicts)


def test_every_expectation_has_a_way_to_break_it():
    assert sorted(BREAKINGS) == sorted(ALL)


@pytest.mark.parametrize(("table", "name"), ALL)
def test_an_expectation_fails_on_a_table_broken_in_its_way(table, name, good_tables):
    BREAKINGS[table, name](good_tables)
    _, verdict = validate([only(table, name)], good_tables)
    declared = next(e.severity for e in SUITES[table].expectations if e.name == name)
    assert not verdict.is_passed
    assert verdict.failing_count >= 1, verdict.observed
    assert verdict.severity == declared
    assert gate([verdict]) == (declared != "critical")
    assert verdict.rows


def test_a_reported_cell_out_of_range_is_shown_once_though_two_fill_sets_share_it(good_tables):
    BREAKINGS[PANEL, "reported_value_is_not_above_range"](good_tables)
    panel = good_tables[PANEL]
    good_tables[PANEL] = panel[(panel["unit_id"] == "UZB") | (panel["year"] != 2014)]
    _, verdict = validate([only(PANEL, "reported_value_is_not_above_range")], good_tables)
    assert verdict.failing_count == 1
    (row,) = verdict.rows
    assert (row["unit_id"], row["year"], row["value"], row["max_value"]) == ("UZB", 2014, 101.0, 100.0)


def test_a_fill_beyond_the_range_does_not_stop_the_release(good_tables):
    BREAKINGS[PANEL, "filled_value_is_not_above_range"](good_tables)
    verdicts = validate([SUITES[PANEL]], good_tables)
    assert [v.expectation for v in verdicts if not v.is_passed] == ["filled_value_is_not_above_range"]
    assert gate(verdicts)


def test_a_lost_last_year_is_a_remark_and_a_lost_year_between_others_stops_the_release(good_tables):
    last, between = dict(good_tables), dict(good_tables)
    last[PANEL], between[PANEL] = good_tables[PANEL].copy(), good_tables[PANEL].copy()
    BREAKINGS[PANEL, "year_is_covered"](last)
    LOST_YEAR(between)
    assert gate(validate([SUITES[PANEL]], last))
    assert not gate(validate([SUITES[PANEL]], between))


def test_an_absent_indicator_table_fails_the_ranges_and_says_so(good_tables):
    del good_tables["dim_indicator"]
    verdicts = {v.expectation: v for v in validate([SUITES[PANEL]], good_tables)}
    verdict = verdicts["reported_value_is_not_above_range"]
    assert not verdict.is_passed
    assert "dim_indicator" in verdict.observed
    assert verdicts["variable_is_not_mostly_filled"].is_passed


def test_only_printed_numbers_count_as_items_that_differ(good_tables):
    differing = good_tables[REPLICATION].head(1).assign(verdict="differs")
    many = [differing.assign(item=f"{n}", kind="derived") for n in range(20)]
    good_tables[REPLICATION] = pd.concat([good_tables[REPLICATION], *many], ignore_index=True)
    assert all(v.is_passed for v in validate([SUITES[REPLICATION]], good_tables))
    good_tables[REPLICATION]["kind"] = "printed"
    failed = {v.expectation for v in validate([SUITES[REPLICATION]], good_tables) if not v.is_passed}
    assert failed == {"most_items_do_not_differ"}


def test_a_study_that_rebuilds_no_printed_work_may_leave_the_replication_empty(good_tables):
    good_tables[REPLICATION] = good_tables[REPLICATION].iloc[:0]
    good_tables[FIT] = good_tables[FIT].iloc[:0]
    verdicts = {v.suite: v for v in validate([SUITES[REPLICATION], SUITES[FIT]], good_tables)}
    assert verdicts[REPLICATION].is_passed
    assert not verdicts[FIT].is_passed
    assert not gate(list(verdicts.values()))


def test_a_known_redefinition_is_told_and_stops_nothing(good_tables):
    BREAKINGS[SUMMARY, "redefined_series_are_not_joined"](good_tables)
    verdicts = validate([SUITES[SUMMARY]], good_tables)
    (failed,) = (v for v in verdicts if not v.is_passed)
    assert (failed.expectation, failed.severity) == ("redefined_series_are_not_joined", "warning")
    assert failed.rows[0]["indicator_code"] == "NY.GDP.PCAP.PP.CD"
    assert failed.rows[0]["redefinition"] == "Another price comparison."
    assert gate(verdicts)


def test_an_unknown_redefinition_stops_the_release_and_names_indicator_and_files(good_tables):
    BREAKINGS[SUMMARY, "release_tells_of_the_same_thing"](good_tables)
    verdicts = validate([SUITES[SUMMARY]], good_tables)
    (failed,) = (v for v in verdicts if not v.is_passed and v.severity == "critical")
    assert (failed.rows[0]["indicator_code"], failed.rows[0]["file_names_new"]) == (
        "SP.POP.TOTL",
        "after.csv",
    )
    assert not gate(verdicts)


def test_a_house_without_a_second_vintage_has_nothing_to_compare(good_tables):
    for name in ("rpt_revisions", SUMMARY, "rpt_corrections"):
        good_tables[name] = good_tables[name].iloc[:0]
        assert gate(validate([SUITES[name]], good_tables))
