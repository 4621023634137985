"""Each expectation of each suite with the one way to break a table that it is there to find."""

from __future__ import annotations

import math


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
SERVICES, CONSTRAINTS = "rpt_digital_services", "rpt_digital_constraints"
RULES, RULES_BY_YEAR = "rpt_digital_rules", "rpt_digital_rules_by_year"
DIMENSIONS, FACILITATION = "rpt_index_dimensions", "rpt_facilitation_gap"
GROUPS, PROFILE = "rpt_trade_potential_by_group", "rpt_country_profile"
RANKING, PAIRS = "rpt_trade_potential_ranking", "fct_pair_panel"
PAIR_FIT, PAIR_COEFFICIENTS = "rpt_pair_gravity_fit", "rpt_pair_gravity_coefficients"
TRADE, REPORT, GAP = "fct_bilateral_trade", "fct_trade_report", "rpt_mirror_gap"
LOST_YEAR = put(PANEL, "value", math.nan, year=2016)
SELECTED = {"is_selected": True}
SUMMARY, REDEFINED, FEW = "rpt_revision_summary", {"is_redefined": True}, {"is_conclusive": False}
VINTAGES = "rpt_source_vintages"
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
    (TRAJECTORY, "last_ratio_is_believable"): put(TRAJECTORY, "last_ratio", 1001.0),
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
    (VINTAGES, "file_has_rows"): put(VINTAGES, "row_count", 0),
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
    (SERVICES, "exports_are_no_more_than_the_world_could_send"): times(
        SERVICES, "dds_exports_usd", 1e6, country_iso3="SGP"
    ),
    (SERVICES, "balance_is_exports_less_imports"): times(SERVICES, "dds_balance_usd", -1, country_iso3="SGP"),
    (SERVICES, "world_is_the_norm_of_advantage"): put(
        SERVICES, "dds_exports_revealed_advantage", 1.001, is_world=True
    ),
    (SERVICES, "share_is_a_share"): put(SERVICES, "dds_exports_share_pct", 101.0, country_iso3="SGP"),
    (SERVICES, "growth_is_no_jump"): put(
        SERVICES, "dds_exports_growth_pct", 615.0, country_iso3="SGP", year=2023
    ),
    (SERVICES, "gap_has_its_reason"): put(SERVICES, "gap_reason", None, has_exports=False),
    (SERVICES, "world_is_stated_by_its_publisher"): put(
        SERVICES, "is_world_incomplete_sum", True, is_world=True
    ),
    (SERVICES, "most_members_publish"): put(SERVICES, "dds_exports_usd", math.nan, is_member=True, year=2023),
    (CONSTRAINTS, "base_is_scored_within_the_year"): put(CONSTRAINTS, "digital_base_score", 1.1),
    (CONSTRAINTS, "services_are_scored_within_the_year"): put(CONSTRAINTS, "digital_services_score", 1.1),
    (CONSTRAINTS, "rules_are_scored_within_the_year"): put(CONSTRAINTS, "rules_and_governance_score", -0.1),
    (CONSTRAINTS, "what_is_missing_is_said"): put(CONSTRAINTS, "missing_measures", None, is_complete=False),
    (CONSTRAINTS, "both_rules_of_scoring_name_the_same_pillar"): put(
        CONSTRAINTS, "is_weakest_by_either_scale", False
    ),
    (CONSTRAINTS, "a_weakest_pillar_is_named_for_most"): put(
        CONSTRAINTS, "weakest_pillar", None, is_member=True
    ),
    (RULES, "what_is_in_force_has_a_day"): put(RULES, "is_in_force", True, status="signed"),
    (RULES, "fact_has_a_page"): put(RULES, "source_url", None),
    (RULES, "disputed_day_shows_the_other"): put(RULES, "is_date_disputed", True),
    (RULES, "day_is_settled"): put(RULES, "is_date_unsettled", True),
    (RULES_BY_YEAR, "digital_agreements_are_agreements"): put(
        RULES_BY_YEAR, "digital_agreements_in_force_count", 3, year=2022
    ),
    (RULES_BY_YEAR, "list_agrees_with_taped"): put(RULES_BY_YEAR, "is_at_odds_with_taped", True),
    (DIMENSIONS, "score_is_a_share_of_the_way"): put(DIMENSIONS, "score", 4.2),
    (DIMENSIONS, "what_is_measured_has_a_score"): put(DIMENSIONS, "score", math.nan, is_measured=True),
    (DIMENSIONS, "range_of_ranks_starts_at_or_before_the_rank"): put(DIMENSIONS, "rank_best", 2.0),
    (DIMENSIONS, "range_of_ranks_ends_at_or_after_the_rank"): put(
        DIMENSIONS, "rank_worst", 1.0, country_iso3="KGZ", dimension="Logistics"
    ),
    (DIMENSIONS, "scores_are_mostly_published"): together(
        put(DIMENSIONS, "filled_share", 0.6, dimension="Logistics"),
        put(DIMENSIONS, "filled_share", 0.6, dimension="Customs", country_iso3="KAZ"),
    ),
    (FACILITATION, "gap_is_not_negative"): put(FACILITATION, "gap_to_best", -0.1),
    (FACILITATION, "an_empty_row_says_why"): put(FACILITATION, "empty_reason", None, is_measured=False),
    (FACILITATION, "no_rank_beyond_the_members"): put(FACILITATION, "rank_in_group", 3.0),
    (FACILITATION, "a_gain_stands_beside_a_binding_dimension"): put(
        FACILITATION, "is_binding", False, country_iso3="KGZ"
    ),
    (RANKING, "rank_is_not_before_its_interval"): put(RANKING, "rank_low", 2),
    (RANKING, "rank_is_not_behind_its_interval"): put(RANKING, "rank_high", 3, partner_iso3="DDD"),
    (RANKING, "somebody_is_first"): without(RANKING, partner_iso3="AAA"),
    (RANKING, "places_are_told"): together(
        *(put(RANKING, "rank_low", -9, partner_iso3=country) for country in ("BBB", "CCC", "DDD"))
    ),
    (PAIR_FIT, "equation_was_estimated"): put(PAIR_FIT, "n_obs", math.nan),
    (PAIR_FIT, "every_row_is_accounted_for"): put(PAIR_FIT, "n_obs", 801),
    (PAIR_FIT, "most_rows_enter"): together(
        put(PAIR_FIT, "n_obs", 400), put(PAIR_FIT, "n_terms_missing", 430)
    ),
    (PAIR_FIT, "effects_leave_something_to_explain"): put(PAIR_FIT, "n_effect_levels", 500),
    (PAIR_COEFFICIENTS, "term_is_estimated"): put(PAIR_COEFFICIENTS, "is_dropped", True),
    (PAIR_COEFFICIENTS, "standard_error_is_positive"): put(PAIR_COEFFICIENTS, "std_error", 0.0),
    (PAIR_COEFFICIENTS, "interval_begins_below_the_estimate"): put(PAIR_COEFFICIENTS, "ci_low", 0.11),
    (PAIR_COEFFICIENTS, "interval_ends_above_the_estimate"): put(PAIR_COEFFICIENTS, "ci_high", 0.09),
    (PAIR_COEFFICIENTS, "p_value_is_a_probability"): put(PAIR_COEFFICIENTS, "p_value", 1.1),
    (PAIR_COEFFICIENTS, "effect_is_not_extreme"): put(PAIR_COEFFICIENTS, "effect_pct", 1127.0),
    (PAIR_COEFFICIENTS, "clusters_are_enough"): put(PAIR_COEFFICIENTS, "n_clusters", 19),
    (PAIRS, "value_is_not_negative"): put(PAIRS, "value_final_usd", -1.0),
    (PAIRS, "value_that_is_used_is_a_report"): put(PAIRS, "value_origin", "estimated"),
    (PAIRS, "trade_is_mostly_reported"): put(PAIRS, "value_final_usd", math.nan, exporter_iso3="BBB"),
    (PAIRS, "most_pairs_have_a_distance"): put(PAIRS, "distance_km", math.nan, exporter_iso3="BBB"),
    (GROUPS, "no_more_covered_than_members"): put(GROUPS, "covered_member_count", 6),
    (GROUPS, "ratio_is_positive"): put(GROUPS, "potential_ratio", 0.0),
    (GROUPS, "ratio_of_all_partners_is_near_one"): put(GROUPS, "potential_ratio", 2.6),
    (GROUPS, "ratio_of_a_group_is_not_extreme"): put(GROUPS, "potential_ratio", 21.0, group_code="EAEU"),
    (PROFILE, "no_rank_beyond_the_partners"): put(PROFILE, "potential_rank", 6.0),
    (PROFILE, "ratio_is_not_below_the_lowest"): put(PROFILE, "lowest_potential_ratio", 0.95),
    (PROFILE, "ratio_is_not_above_the_highest"): put(PROFILE, "highest_potential_ratio", 0.85),
}  # fmt: skip
