"""Small published tables in which there is nothing to object to, with the promised columns in order."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from tests.expectations.suites import (
    digital_tables,
    gravity_tables,
    index_tables,
    monitor_tables,
    pair_tables,
    potential_tables,
    trade_tables,
)

PARTNERS = ("KAZ", "KGZ", "UZB", "TJK", "TKM")
YEARS = range(2013, 2021)
CELLS = list(itertools.product(PARTNERS, YEARS))
EQUATION = {
    "study": "central_asia",
    "model": "own_index",
    "specification": "pooled_ols.classical_t.carry_proxy",
}

INDICATORS = pd.DataFrame(
    [
        ("SP.POP.TOTL", 1_000, 2e9, 1.15),
        ("IT.NET.USER.ZS", 0, 100, 5),
        ("IT.NET.SECR.P6", 0, 5e6, 25),
        ("FP.CPI.TOTL.ZG", -40, 1_000, np.nan),
    ],
    columns=["indicator_code", "min_value", "max_value", "max_yearly_ratio"],
)
FIRST_VALUES = {"population": 5e6, "internet": 20.0, "servers": 8.0, "inflation": 6.0}
GROWTH = {"population": 1.02, "internet": 1.1, "servers": 3.0, "inflation": 1.0}
CODES = dict(zip(FIRST_VALUES, INDICATORS["indicator_code"], strict=True))


def study_panel() -> pd.DataFrame:
    """Turkmenistan publishes no inflation; one of the two fill sets fills it."""
    rows = []
    for fill_set, variable, (country, year) in itertools.product(("complete", "filled"), FIRST_VALUES, CELLS):
        is_hole = variable == "inflation" and country == "TKM"
        is_filled = is_hole and fill_set == "filled"
        value = FIRST_VALUES[variable] * GROWTH[variable] ** (year - 2013)
        rows.append(
            {
                "study": "central_asia",
                "fill_set": fill_set,
                "unit_id": country,
                "variable": variable,
                "year": year,
                "unit_kind": "country",
                "reference_iso3": "CHN",
                "country_iso3": country,
                "indicator_code": CODES[variable],
                "value": np.nan if is_hole and not is_filled else value,
                "value_origin": "proxy" if is_filled else "reported",
                "is_filled": is_filled,
                "fill_method": "group_mean" if is_filled else None,
                "vintage": pd.Timestamp("2024-03-28"),
                "vintage_rule": "latest_allowed",
                "is_later_vintage": False,
                "file_id": "f" * 64,
            }
        )
    return pd.DataFrame(rows)


def cbec_index() -> pd.DataFrame:
    return pd.DataFrame(
        [
            (
                "central_asia",
                country,
                country.title(),
                year,
                0.2 * place + 0.01 * (year - 2013),
                5 - place,
                0.3,
            )
            for place, country in enumerate(PARTNERS)
            for year in YEARS
        ],
        columns=[
            "study",
            "country_iso3",
            "country_name",
            "year",
            "index_value",
            "index_rank",
            "filled_share",
        ],
    )


def index_adequacy() -> pd.DataFrame:
    rows = [("bartlett_chi2", 310.5, 0.0001), ("bartlett_df", 55.0, np.nan), ("kmo", 0.68, np.nan)]
    frame = pd.DataFrame(rows, columns=["statistic", "value", "p_value"])
    frame.insert(0, "study", "central_asia")
    return frame.assign(caveat=None)


def index_loadings() -> pd.DataFrame:
    components = [(1, 2.25, 0.75, 0.75), (2, 0.75, 0.25, 0.25), (3, 0.0, 0.0, 0.0)]
    return pd.DataFrame(
        [
            ("central_asia", component, code, 0.6 - 0.4 * component, weight, eigenvalue, share)
            for component, eigenvalue, weight, share in components
            for code in ("A", "B", "C")
        ],
        columns=[
            "study",
            "component",
            "indicator_code",
            "loading",
            "weight",
            "eigenvalue",
            "explained_share",
        ],
    )


def gravity_coefficients() -> pd.DataFrame:
    rows = [("const", 4.529, 4.580), ("log_population", -0.266, 0.189), ("cbec_index", 1.484, 0.698)]
    frame = pd.DataFrame(rows, columns=["term", "estimate", "std_error"]).assign(
        **EQUATION,
        flow="total",
        estimator="pooled_ols",
        covariance="classical_t",
        p_value=0.1,
        is_selected=True,
        caveat=None,
    )
    frame["statistic"] = frame["estimate"] / frame["std_error"]
    frame["ci_low"] = frame["estimate"] - 1.96 * frame["std_error"]
    frame["ci_high"] = frame["estimate"] + 1.96 * frame["std_error"]
    frame["few_cluster_method"], frame["few_cluster_df"] = "wild_cluster_bootstrap", 2.5
    frame["few_cluster_p_value"], frame["n_clusters"] = 0.2, 5
    frame["few_cluster_ci_low"] = frame["estimate"] - 3 * frame["std_error"]
    frame["few_cluster_ci_high"] = frame["estimate"] + 3 * frame["std_error"]
    not_estimable = frame.iloc[:1].assign(
        specification="random_effects.classical_normal.carry_proxy", estimate=np.nan, std_error=np.nan,
        statistic=np.nan, p_value=np.nan, ci_low=np.nan, ci_high=np.nan, is_selected=False,
    )  # fmt: skip
    columns = (
        "study model specification flow estimator covariance term estimate std_error statistic p_value "
        "ci_low ci_high is_selected caveat few_cluster_method few_cluster_p_value few_cluster_ci_low "
        "few_cluster_ci_high few_cluster_df n_clusters"
    )
    return pd.concat([frame, not_estimable.astype(frame.dtypes)], ignore_index=True)[columns.split()]


def gravity_fit() -> pd.DataFrame:
    return pd.DataFrame(
        {
            **EQUATION,
            "specification": [EQUATION["specification"], "random_effects.classical_normal.carry_proxy"],
            "flow": "total",
            "estimator": ["pooled_ols", "random_effects"],
            "n_obs": [40, 40],
            "n_entities": 5,
            "n_years": 8,
            "r_squared": [0.977, np.nan],
            "r_squared_kind": ["overall", None],
            "log_likelihood": [3.5, np.nan],
            "fill_set": "carry_proxy",
            "is_selected": [True, False],
            "selection_reason": None,
            "caveat": None,
        }
    )


def gravity_tests() -> pd.DataFrame:
    rows = [
        ("f_partner_effects", 5.88, 4.0, 28.0, 0.0015, True),
        ("hausman_default", -3.2, 7.0, np.nan, np.nan, False),
        ("hausman_sigmaless", 23.5, 4.0, np.nan, 0.0001, True),
        ("pesaran_cd", -1.3, np.nan, np.nan, 0.2, True),
        ("vif log_population", 7.7, np.nan, np.nan, np.nan, True),
    ]
    frame = pd.DataFrame(rows, columns=["test", "statistic", "df1", "df2", "p_value", "is_valid"])
    frame = frame.assign(**EQUATION, flow="total", conclusion="partners differ", caveat=None)
    frame["is_measure"] = frame["test"].str.startswith("vif")
    frame["covariance_rank"] = frame["df1"].where(frame["test"].str.startswith("hausman"))
    frame["negative_eigenvalue_count"] = frame["test"].map({"hausman_default": 4, "hausman_sigmaless": 0})
    frame["compared_term_count"] = frame["covariance_rank"].where(frame["covariance_rank"].isna(), 7)
    columns = (
        "study model specification flow test statistic df1 df2 p_value is_valid conclusion caveat is_measure "
        "covariance_rank negative_eigenvalue_count compared_term_count"
    )
    return frame[columns.split()]


def trade_potential() -> pd.DataFrame:
    ratios = np.resize([0.5, 0.9, 1.1, 1.4, np.nan], len(CELLS))
    frame = pd.DataFrame(CELLS, columns=["partner_iso3", "year"]).assign(**EQUATION, flow="total")
    predicted = 5e9
    frame["partner_name"] = frame["partner_iso3"].str.title()
    frame["actual_trade_usd"] = np.where(np.isnan(ratios), 2e9, ratios * predicted)
    frame["predicted_trade_usd"] = np.where(np.isnan(ratios), np.nan, predicted)
    frame["potential_ratio"] = ratios
    classes = np.select(
        [ratios < 0.8, ratios <= 1.2], ["huge potential", "potential expansion"], "potential reshaping"
    )
    frame["potential_class"] = pd.Series(classes, dtype="str").where(~np.isnan(ratios))
    frame["potential_gap_usd"] = frame["predicted_trade_usd"] - frame["actual_trade_usd"]
    frame = frame.assign(filled_share=0.2, is_selected=True, caveat=None, n_estimation=40, n_potential=40)
    frame["potential_ratio_low"], frame["potential_ratio_high"] = ratios / 1.5, ratios * 1.5
    frame["class_probability"] = np.where(np.isnan(ratios), np.nan, 0.6)
    columns = (
        "study model specification flow partner_iso3 partner_name year actual_trade_usd predicted_trade_usd "
        "potential_ratio potential_class potential_gap_usd filled_share is_selected caveat n_estimation "
        "n_potential potential_ratio_low potential_ratio_high class_probability"
    )
    return frame[columns.split()]


def potential_classes() -> pd.DataFrame:
    rows = [
        ("huge potential", 1, np.nan, None, 0.8, False),
        ("potential expansion", 2, 0.8, True, 1.2, True),
        ("potential reshaping", 3, 1.2, False, np.nan, None),
    ]
    columns = ["potential_class", "position", "lower_bound", "is_lower_included", "upper_bound"]
    frame = pd.DataFrame(rows, columns=[*columns, "is_upper_included"])
    frame.insert(0, "study", "central_asia")
    return frame


def replication() -> pd.DataFrame:
    rows = [
        ("regression.lnpop.estimate", -0.266, -0.146, 0.189, "within 1 printed se"),
        ("regression.lncpi.estimate", -0.994, 0.2, 0.569, "differs"),
        ("regression.lnnet.estimate", 0.421, 0.421, 0.144, "equal to printed digits"),
        ("index.kmo", 0.68, np.nan, np.nan, "not reproducible"),
    ]
    names = ["item", "printed_value", "our_value", "printed_std_error", "verdict"]
    frame = pd.DataFrame(rows, columns=names).assign(
        study="central_asia", model=None, term=None, partner_iso3=None, year=np.nan, printed_text=None,
        our_text=None, fill_set="carry_proxy", reason="as said", kind="printed",
    )  # fmt: skip
    frame["difference"] = frame["our_value"] - frame["printed_value"]
    frame["difference_in_se"] = (frame["difference"] / frame["printed_std_error"]).abs()
    columns = (
        "study item model term partner_iso3 year printed_value our_value printed_text our_text difference "
        "printed_std_error difference_in_se fill_set verdict reason kind"
    )
    return frame[columns.split()]


def replication_findings() -> pd.DataFrame:
    rows = [
        ("index_rows", "largest_cell", 0.903, 0.903, "Not scaled to 1.", "printed numbers alone"),
        ("distance_times_a_price", "price_sd_implied", 0.367, np.nan, "Closest to Brent.", "print and panel"),
    ]
    columns = ["finding", "statistic", "value", "printed_value", "conclusion", "evidence"]
    frame = pd.DataFrame(rows, columns=columns).assign(fill_set="none stated")
    frame.insert(0, "study", "central_asia")
    return frame


def source_vintages() -> pd.DataFrame:
    row = (
        "worldbank_wdi",
        "WDICSV.csv",
        "f" * 64,
        pd.Timestamp("2024-03-28"),
        pd.Timestamp("2025-01-01"),
        9,
        "CC BY",
    )
    columns = ["source", "file_name", "file_sha256", "vintage", "loaded_at", "row_count", "licence"]
    return pd.DataFrame([row], columns=columns)


def revisions() -> pd.DataFrame:
    """A country struck nothing off its currency, and no unit changed."""
    rows = [
        ("SP.POP.TOTL", "KAZ", "2013", "changed", 17.0e6, 17.2e6, 0.0118, np.nan),
        ("SP.POP.TOTL", "KAZ", "2014", "appeared", np.nan, 17.5e6, np.nan, np.nan),
        ("PA.NUS.FCRF", "SLE", "2013", "changed", 4.3, 4.4, 0.0233, np.nan),
    ]
    names = ["indicator_code", "series_id", "period", "kind", "value_old", "value_new", "relative_change"]
    frame = pd.DataFrame(rows, columns=[*names, "power_of_ten"])
    return frame.assign(
        previous_vintage=pd.Timestamp("2022-05-25"),
        vintage=pd.Timestamp("2026-07-01"),
        year=2013,
        source="worldbank_wdi",
    )


def revision_summary() -> pd.DataFrame:
    """A usual release, a redefined indicator, a file about one country, and two changes of source."""
    codes = ["SP.POP.TOTL", "NY.GDP.PCAP.PP.CD", "FP.CPI.TOTL", "LP.LPI.OVRL.XQ", "EIA.BRENT"]
    return pd.DataFrame(
        {
            "release_name": codes,
            "indicator_code": codes,
            "reference_iso3": None,
            "previous_vintage": pd.Timestamp("2022-05-25"),
            "vintage": pd.Timestamp("2026-07-01"),
            "compared_count": [6653, 4886, 22, 900, 39],
            "median_absolute_relative_change": [0.015, 0.05, 0.005, 0.001, 0.002],
            "correlation": [0.9999, 0.99, 0.999, 0.999, 0.999],
            "changed_share": [0.8, 1.0, 1.0, 1.0, 1.0],
            "rescaled_share": 0.0,
            "vanished_share": [0.0, 0.01, 0.0, 0.0, 0.6],
            "uncovered_share": 0.0,
            "sign_change_share": 0.0,
            "power_of_ten": np.nan,
            "is_conclusive": [True, True, False, True, False],
            "is_redefined": [False, True, False, False, False],
            "redefinition": [None, "Another price comparison.", None, None, None],
            "file_names_old": "before.csv",
            "file_names_new": "after.csv",
            "previous_source": [*["worldbank_wdi"] * 3, "worldbank_lpi", "worldbank_pinksheet"],
            "source": [*["worldbank_wdi"] * 4, "eia_petroleum"],
            "is_source_changed": [False, False, False, True, True],
        }
    )


def corrections() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "correction_id": ["a_unit_slip"],
            "indicator_code": ["SP.POP.TOTL"],
            "country_iso3": ["KAZ"],
            "state": ["applied"],
            "corrected_count": [3],
            "unexpected_count": [0],
            "unexpected_min_value": [np.nan],
            "unexpected_max_value": [np.nan],
        }
    )


def data_coverage() -> pd.DataFrame:
    frame = pd.DataFrame(
        itertools.product(["central_asia"], CODES.values(), PARTNERS),
        columns=["study", "indicator_code", "country_iso3"],
    ).assign(cells=8, reported=8, filled=0, missing=0, is_asked_for=True)
    is_hole = (frame["indicator_code"] == "FP.CPI.TOTL.ZG") & (frame["country_iso3"] == "TKM")
    frame.loc[is_hole, ["reported", "filled"]] = [0, 8]
    return frame


@pytest.fixture
def good_tables() -> dict[str, pd.DataFrame]:
    """Every table that a suite judges or looks something up in, by published name."""
    return {
        "dim_indicator": INDICATORS.copy(),
        "dim_potential_class": potential_classes(),
        "fct_study_panel": study_panel(),
        "fct_bilateral_trade": trade_tables.bilateral_trade(),
        "fct_trade_report": trade_tables.trade_report(),
        "rpt_mirror_gap": trade_tables.mirror_gap(),
        "rpt_cbec_index": cbec_index(),
        "rpt_index_adequacy": index_adequacy(),
        "rpt_index_loadings": index_loadings(),
        "rpt_index_variants": index_tables.variants(),
        "rpt_index_robustness": index_tables.robustness(),
        "rpt_index_sensitivity": index_tables.sensitivity(),
        "rpt_gravity_coefficients": gravity_coefficients(),
        "rpt_gravity_fit": gravity_fit(),
        "rpt_gravity_tests": gravity_tests(),
        "rpt_gravity_selection": gravity_tables.selection(),
        "rpt_gravity_influence": gravity_tables.influence(),
        "rpt_specification_curve": gravity_tables.curve(),
        "rpt_specification_curve_summary": gravity_tables.curve_summary(),
        "rpt_trade_potential": trade_potential(),
        "rpt_potential_class_probabilities": potential_tables.class_probabilities(),
        "rpt_potential_decomposition": potential_tables.decomposition(),
        "rpt_potential_trajectory": potential_tables.trajectory(),
        "rpt_potential_scenarios": potential_tables.scenarios(),
        "rpt_backtest": potential_tables.backtest(),
        "rpt_replication": replication(),
        "rpt_replication_findings": replication_findings(),
        "rpt_source_vintages": source_vintages(),
        "rpt_data_coverage": data_coverage(),
        "rpt_revisions": revisions(),
        "rpt_revision_summary": revision_summary(),
        "rpt_corrections": corrections(),
        "rpt_china_cbec_monitor": monitor_tables.china_cbec_monitor(),
        "rpt_digital_services": digital_tables.services(),
        "rpt_digital_constraints": digital_tables.constraints(),
        "rpt_digital_rules": digital_tables.rules(),
        "rpt_digital_rules_by_year": digital_tables.rules_by_year(),
        "rpt_index_dimensions": index_tables.dimensions(),
        "rpt_facilitation_gap": index_tables.facilitation_gap(),
        "rpt_trade_potential_by_group": potential_tables.by_group(),
        "rpt_country_profile": potential_tables.country_profile(),
        "rpt_trade_potential_ranking": pair_tables.ranking(),
        "fct_pair_panel": pair_tables.pair_panel(),
        "rpt_pair_gravity_coefficients": pair_tables.pair_coefficients(),
        "rpt_pair_gravity_fit": pair_tables.pair_fit(),
    }
