"""The tables of gravity between pairs: their columns, types and keys."""

from __future__ import annotations

PAIR_EQUATION = ("study", "model", "flow", "specification")

PAIR_SCHEMAS: dict[str, dict[str, str]] = {
    "pair_gravity_coefficients": {
        **dict.fromkeys(PAIR_EQUATION, "str"),
        "term": "str",
        "estimator": "str",
        "covariance": "str",
        "estimate": "float64",
        "std_error": "float64",
        "statistic": "float64",
        "p_value": "float64",
        "ci_low": "float64",
        "ci_high": "float64",
        "effect_pct": "float64",
        "effect_low_pct": "float64",
        "effect_high_pct": "float64",
        "n_clusters": "Int64",
        "is_dropped": "boolean",
        "caveat": "str",
    },
    "pair_gravity_fit": {
        **dict.fromkeys(PAIR_EQUATION, "str"),
        "estimator": "str",
        "effects": "str",
        "covariance": "str",
        "engine": "str",
        "engine_reason": "str",
        "n_pair_years": "Int64",
        "n_outside": "Int64",
        "n_domestic": "Int64",
        "n_trade_missing": "Int64",
        "n_terms_missing": "Int64",
        "n_singletons": "Int64",
        "n_separated": "Int64",
        "n_obs": "Int64",
        "n_zeros": "Int64",
        "n_exporters": "Int64",
        "n_importers": "Int64",
        "n_pairs": "Int64",
        "n_years": "Int64",
        "n_effect_levels": "Int64",
        "r_squared": "float64",
        "pseudo_r_squared": "float64",
        "log_likelihood": "float64",
        "caveat": "str",
    },
}
"""Columns in order. Rows: n_pair_years = n_outside + n_domestic + n_trade_missing + n_terms_missing +
n_singletons + n_separated + n_obs."""

PAIR_KEYS: dict[str, tuple[str, ...]] = {
    "pair_gravity_coefficients": (*PAIR_EQUATION, "term"),
    "pair_gravity_fit": PAIR_EQUATION,
}
"""Columns that name a row of each table."""
