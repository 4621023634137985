"""Small published tables about potential in which there is nothing to object to."""

from __future__ import annotations

import pandas as pd

NAMES = {
    "study": "central_asia",
    "model": "own_index",
    "specification": "pooled_ols.classical_t.carry_proxy",
    "flow": "total",
    "is_selected": True,
}


def class_probabilities() -> pd.DataFrame:
    """One cell, three classes."""
    shares = {"huge potential": 0.2, "potential expansion": 0.5, "potential reshaping": 0.3}
    return pd.DataFrame(
        [
            {**NAMES, "partner_iso3": "KAZ", "year": 2020, "potential_class": name, "probability": share}
            for name, share in shares.items()
        ]
    )


def decomposition() -> pd.DataFrame:
    """A year in which income and the rest each added to trade."""
    parts = [("log_income", "term", 0.1, 1e9, 1.1e9), ("residual", "residual", 0.05, 5e8, 0.0)]
    columns = ["driver", "driver_kind", "log_contribution", "actual_change_usd", "predicted_change_usd"]
    return pd.DataFrame(parts, columns=columns).assign(**NAMES, partner_iso3="KAZ", year=2020)


def trajectory() -> pd.DataFrame:
    """One partner that changed its class once."""
    row = {
        "partner_iso3": "KAZ",
        "class_path": "huge potential (2013-2016) → potential expansion (2017-2020)",
        "n_years": 8,
        "n_changes": 1,
        "first_ratio": 0.7,
        "last_ratio": 1.1,
    }
    return pd.DataFrame([{**NAMES, **row}])


def scenarios() -> pd.DataFrame:
    """One scenario of one partner."""
    row = {
        "scenario": "income_up_a_tenth",
        "scope": "KAZ",
        "base_year": 2020,
        "changes": "gdp_per_capita_ppp_usd +10 %",
        "actual_trade_usd": 2e10,
        "scenario_trade_usd": 2.2e10,
        "gain_usd": 2e9,
        "gain_low_usd": 1e9,
        "gain_high_usd": 3e9,
        "gain_pct": 10.0,
        "is_within_range": True,
    }
    return pd.DataFrame([{**NAMES, **row}])


def backtest() -> pd.DataFrame:
    """One method that holds."""
    row = {
        "method": "naive",
        "horizon": 1,
        "scope": "all",
        "n_origins": 5,
        "n_forecasts": 25,
        "root_mean_squared_error": 0.26,
        "relative_error": 1.0,
        "hit_rate": 0.92,
    }
    return pd.DataFrame([{**NAMES, **row}])


def by_group() -> pd.DataFrame:
    """Two groups that share members, the second beside another specification."""
    rows = [("ALL", True, 1.0, 5, 5), ("EAEU", True, 1.25, 2, 1), ("EAEU", False, 0.8, 2, 2)]
    columns = ["group_code", "is_selected", "potential_ratio", "member_count", "covered_member_count"]
    frame = pd.DataFrame(rows, columns=columns).assign(
        **{**NAMES, "specification": [NAMES["specification"]] * 2 + ["ppml.cr1_t.carry_proxy"]},
        membership_view="members_then",
        year=2020,
        predicted_trade_usd=1e10,
    )
    return frame.assign(actual_trade_usd=frame["potential_ratio"] * 1e10)


def country_profile() -> pd.DataFrame:
    """A partner that two studies tell of, and one that has an index alone."""
    rows = [("KAZ", 0.9, 0.7, 0.9, 1, 5, 2), ("TLS", None, None, None, None, None, 0)]
    columns = ["country_iso3", "potential_ratio", "lowest_potential_ratio", "highest_potential_ratio"]
    counts = ["potential_rank", "potential_ranked_count", "potential_study_count"]
    return pd.DataFrame(rows, columns=[*columns, *counts]).assign(year=2020)
