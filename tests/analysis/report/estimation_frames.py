"""Fabricated tables of uncertainty to stand beside the published frames; numbers made up."""

from __future__ import annotations

import itertools

import pandas as pd

EQUATION = ("own_index", "pooled_ols.classical_normal.carry_proxy", "total")
PARTNERS = ("KAZ", "KGZ", "TJK", "TKM", "UZB")


def study_frame(columns: str, rows: list[tuple]) -> pd.DataFrame:
    """Rows of the rich study under these column names."""
    made = pd.DataFrame(rows, columns=columns.split())
    made.insert(0, "study", "central_asia")
    return made


def with_few_clusters(coefficients: pd.DataFrame, p_values: dict[str, float]) -> pd.DataFrame:
    """Coefficients with inference for few clusters, twice as wide as the usual one; p 0.4 unless told."""
    centre, reach = coefficients["estimate"], 2 * (coefficients["ci_high"] - coefficients["estimate"])
    return coefficients.assign(
        few_cluster_method="wild_cluster_bootstrap",
        few_cluster_p_value=[p_values.get(term, 0.4) for term in coefficients["term"]],
        few_cluster_ci_low=centre - reach,
        few_cluster_ci_high=centre + reach,
        few_cluster_df=2.5,
        n_clusters=5,
    )


def with_intervals(potential: pd.DataFrame, probability: float = 0.4) -> pd.DataFrame:
    """K from half to twice itself, every class with this probability."""
    ratio = potential["potential_ratio"].astype(float)
    return potential.assign(
        potential_ratio_low=ratio / 2,
        potential_ratio_high=ratio * 2,
        new_draw_ratio_low=ratio / 3,
        new_draw_ratio_high=ratio * 3,
        class_probability=ratio * 0 + probability,
        interval_level=0.95,
        interval_method="wild cluster bootstrap, 999 draws",
    )


def robustness_rows() -> pd.DataFrame:
    rows = []
    kinds = ("choices", "resampling", "without_indicator")
    for kind, (place, iso3), year in itertools.product(kinds, enumerate(PARTNERS, start=1), (2019, 2020)):
        low, high = (place, place) if place == 1 else (place - 1, min(place + 1, 5))
        driver = {"choices": "weights", "without_indicator": "IT.NET.USER.ZS"}.get(kind)
        driver = None if place == 1 else driver
        rows.append((kind, iso3, year, place, 240, low, high, low, high, 0.7, 0.9, driver, None))
    columns = (
        "perturbation_kind country_iso3 year index_rank variant_count rank_low rank_high rank_best "
        "rank_worst same_rank_share interval_level driver caveat"
    )
    return study_frame(columns, rows)


def sensitivity_rows() -> pd.DataFrame:
    rows = [
        ("index_rank", "aggregation", 2, "arithmetic; geometric", 0.1, 0.3, 240, None),
        ("index_rank", "weights", 3, "variance_share; equal; entropy", 0.3, 0.7, 240, "entropy is odd"),
        ("index_value", "scaling", 2, "z_score; min_max", 0.9, 0.9, 240, None),
    ]
    columns = "outcome factor level_count level_labels first_order_share total_share variant_count caveat"
    return study_frame(columns, rows)


def scenario_rows() -> pd.DataFrame:
    rows = []
    made = (
        ("best_internet", 5.0, -1.0, 12.0, True, None),
        ("more_income", 3.0, 1.0, 5.0, False, "GDP leaves it"),
    )
    for (name, gain, low, high, is_within, caveat), scope in itertools.product(made, ("all", "KAZ")):
        what = (name, scope, 2020, f"Title of {name}", "a change", 1e10)
        amounts = (gain * 1e8, low * 1e8, high * 1e8, gain, low, high)
        rows.append((*EQUATION, *what, *amounts, is_within, 0.95, "a bootstrap", True, caveat))
    columns = (
        "model specification flow scenario scope base_year scenario_title changes actual_trade_usd gain_usd "
        "gain_low_usd gain_high_usd gain_pct gain_low_pct gain_high_pct is_within_range interval_level "
        "interval_method is_selected caveat"
    )
    return study_frame(columns, rows)


def backtest_rows(errors: dict[str, tuple[float, float]] | None = None) -> pd.DataFrame:
    """Mean absolute errors by method, one and two years ahead."""
    errors = errors or {
        "ar1": (0.22, 0.25),
        "gravity_last_drivers": (0.23, 0.30),
        "gravity_observed_drivers": (0.20, 0.21),
        "naive": (0.19, 0.27),
    }
    rows = []
    for (method, by_horizon), scope in itertools.product(errors.items(), ("all", "KAZ")):
        for horizon, error in enumerate(by_horizon, start=1):
            relative = error / errors["naive"][horizon - 1]
            what = (method, horizon, scope, 5, 2, 2015, 2019, 25, error, relative, 0.8, 0.95)
            rows.append((*EQUATION, *what, True, "Trade carried on. More words."))
    columns = (
        "model specification flow method horizon scope n_origins n_origins_failed first_origin last_origin "
        "n_forecasts mean_absolute_error relative_error hit_rate interval_level is_selected caveat"
    )
    return study_frame(columns, rows)


def decomposition_rows() -> pd.DataFrame:
    rows = []
    for iso3, year in itertools.product(PARTNERS, (2019, 2020)):
        for driver, kind, amount in (("ln_cpi", "term", -2e6), ("residual", "residual", 9e6)):
            predicted = amount if kind == "term" else 0.0
            rows.append((*EQUATION, iso3, year, driver, kind, amount * (year - 2018), predicted, True))
    columns = (
        "model specification flow partner_iso3 year driver driver_kind actual_change_usd "
        "predicted_change_usd is_selected"
    )
    return study_frame(columns, rows)


def trajectory_rows() -> pd.DataFrame:
    path = "potential expansion (2013) \N{RIGHTWARDS ARROW} huge potential (2014)"
    rows = [(*EQUATION, iso3, 8, place, path, 1.0, 0.5, True) for place, iso3 in enumerate(PARTNERS)]
    columns = (
        "model specification flow partner_iso3 n_years n_changes class_path first_ratio "
        "last_ratio is_selected"
    )
    return study_frame(columns, rows)


def curve_rows(count: int = 30) -> pd.DataFrame:
    """Estimates from -1 upwards by tenths; the first three and those above 1 are told from 0."""
    rows = []
    for place in range(count):
        estimate = -1.0 + 0.1 * place
        is_told = place < 3 or estimate > 1.05
        what = ("pooled_ols", "cr2_satterthwaite", "trend", "without_partner", "KAZ", "ln_cpi")
        values = (estimate, 0.01 if is_told else 0.4, estimate - 0.5, estimate + 0.5, is_told, place == 4)
        rows.append(("own_index", "total", "cbec_index", place + 1, *what, *values, None))
    columns = (
        "model flow term position estimator covariance fill_set sample left_out terms_left_out estimate "
        "p_value ci_low ci_high is_significant is_reference caveat"
    )
    return study_frame(columns, rows)


def curve_summary_rows() -> pd.DataFrame:
    row = (
        "own_index",
        "total",
        "cbec_index",
        "estimator",
        "pooled_ols",
        40,
        30,
        0.6,
        0.2,
        0.1,
        -1.0,
        0.4,
        1.9,
    )
    columns = (
        "model flow term choice option specification_count estimated_count positive_share "
        "significant_positive_share significant_negative_share estimate_low estimate_median estimate_high"
    )
    return study_frame(columns, [row])


def influence_rows() -> pd.DataFrame:
    rows = [
        (*EQUATION, kind, part, "cbec_index", estimate, 1.4, estimate < 0, None)
        for kind, part, estimate in (("partner", "KAZ", -0.3), ("partner", "UZB", 1.2), ("year", "2013", 1.5))
    ]
    columns = (
        "model specification flow left_out_kind left_out term estimate estimate_whole is_sign_changed caveat"
    )
    return study_frame(columns, rows)


def selection_rows() -> pd.DataFrame:
    rows = [
        (
            "own_index",
            "total",
            "carry_proxy",
            rule,
            estimator,
            True,
            is_chosen,
            is_own,
            "because",
            "F test",
            None,
        )
        for rule, is_own in (("benchmark_across_partners", True), ("hausman_step", False))
        for estimator, is_chosen in (("pooled_ols", is_own), ("fixed_effects", not is_own))
    ]
    columns = (
        "model flow fill_set rule estimator is_estimable is_selected is_rule_of_study reason contradictions "
        "rejected_assumptions"
    )
    return study_frame(columns, rows)


def with_estimation(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Published frames with every table of uncertainty beside them."""
    return {
        **frames,
        "rpt_gravity_coefficients": with_few_clusters(
            frames["rpt_gravity_coefficients"], {"ln_gdp_per_capita_ppp": 0.012, "const": 0.001}
        ),
        "rpt_trade_potential": with_intervals(frames["rpt_trade_potential"]),
        "rpt_index_robustness": robustness_rows(),
        "rpt_index_sensitivity": sensitivity_rows(),
        "rpt_potential_scenarios": scenario_rows(),
        "rpt_backtest": backtest_rows(),
        "rpt_potential_decomposition": decomposition_rows(),
        "rpt_potential_trajectory": trajectory_rows(),
        "rpt_specification_curve": curve_rows(),
        "rpt_specification_curve_summary": curve_summary_rows(),
        "rpt_gravity_influence": influence_rows(),
        "rpt_gravity_selection": selection_rows(),
    }
