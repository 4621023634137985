"""The tables that estimation returns: their columns, types and keys, and how rows become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

_EQUATION = {"study": "str", "model": "str", "specification": "str", "flow": "str"}

SCHEMAS: dict[str, dict[str, str]] = {
    "cbec_index": {
        "study": "str",
        "country_iso3": "str",
        "year": "Int64",
        "index_value": "float64",
        "index_rank": "Int64",
        "filled_share": "float64",
    },
    "index_adequacy": {
        "study": "str",
        "statistic": "str",
        "value": "float64",
        "p_value": "float64",
        "caveat": "str",
    },
    "index_loadings": {
        "study": "str",
        "component": "Int64",
        "indicator_code": "str",
        "loading": "float64",
        "weight": "float64",
        "eigenvalue": "float64",
        "explained_share": "float64",
    },
    "index_scores": {
        "study": "str",
        "component": "Int64",
        "country_iso3": "str",
        "year": "Int64",
        "score": "float64",
        "weight": "float64",
    },
    "gravity_coefficients": {
        **_EQUATION,
        "estimator": "str",
        "covariance": "str",
        "term": "str",
        "estimate": "float64",
        "std_error": "float64",
        "statistic": "float64",
        "p_value": "float64",
        "ci_low": "float64",
        "ci_high": "float64",
        "is_selected": "boolean",
        "caveat": "str",
    },
    "gravity_fit": {
        **_EQUATION,
        "estimator": "str",
        "n_obs": "Int64",
        "n_entities": "Int64",
        "n_years": "Int64",
        "r_squared": "float64",
        "r_squared_kind": "str",
        "log_likelihood": "float64",
        "fill_set": "str",
        "is_selected": "boolean",
        "selection_reason": "str",
        "caveat": "str",
    },
    "gravity_tests": {
        **_EQUATION,
        "test": "str",
        "statistic": "float64",
        "df1": "float64",
        "df2": "float64",
        "p_value": "float64",
        "is_valid": "boolean",
        "conclusion": "str",
        "caveat": "str",
    },
    "trade_potential": {
        **_EQUATION,
        "partner_iso3": "str",
        "year": "Int64",
        "actual_trade_usd": "float64",
        "predicted_trade_usd": "float64",
        "potential_ratio": "float64",
        "potential_class": "str",
        "potential_gap_usd": "float64",
        "filled_share": "float64",
        "is_selected": "boolean",
        "caveat": "str",
    },
    "replication": {
        "study": "str",
        "item": "str",
        "model": "str",
        "term": "str",
        "partner_iso3": "str",
        "year": "Int64",
        "printed_value": "float64",
        "our_value": "float64",
        "printed_text": "str",
        "our_text": "str",
        "difference": "float64",
        "printed_std_error": "float64",
        "difference_in_se": "float64",
        "fill_set": "str",
        "verdict": "str",
        "reason": "str",
        "kind": "str",
    },
}
"""Columns of each table in order, without `BUILT_FROM`, which come last in all of them."""

BUILT_FROM = ("study_hash", "panel_digest")
"""Text columns that say which study and which panel the rows of a table were estimated from."""

KEYS: dict[str, tuple[str, ...]] = {
    "cbec_index": ("study", "country_iso3", "year"),
    "index_adequacy": ("study", "statistic"),
    "index_loadings": ("study", "component", "indicator_code"),
    "index_scores": ("study", "component", "country_iso3", "year"),
    "gravity_coefficients": (*_EQUATION, "term"),
    "gravity_fit": (*_EQUATION,),
    "gravity_tests": (*_EQUATION, "test"),
    "trade_potential": (*_EQUATION, "partner_iso3", "year"),
    "replication": ("study", "item", "fill_set"),
}
"""Columns that name a row of each table; no two rows share them and none is missing."""


def as_table(
    name: str, rows: Iterable[Mapping[str, Any]], study_hash: str, panel_digest: str
) -> pd.DataFrame:
    """Turn rows into the published table of that name.

    Parameters
    ----------
    name : str
        A key of `SCHEMAS`.
    rows : iterable of mappings
        A column that a row leaves out is missing in it. Empty text is missing text.
    study_hash : str
        Hash of the study that the rows were estimated for.
    panel_digest : str
        Digest of the panel rows that they were estimated from.

    Returns
    -------
    DataFrame
        All columns, typed, in order of the key; text that is not there is missing.

    Raises
    ------
    ValueError
        When a row has a column that the table does not, or two rows share a key.
    """
    records = list(rows)
    unknown = sorted(set().union(*records) - set(SCHEMAS[name]))
    if unknown:
        raise ValueError(f"{name}: seen columns {unknown}, expected {list(SCHEMAS[name])}")
    columns = {}
    for column, dtype in SCHEMAS[name].items():
        values = [record.get(column) for record in records]
        if dtype == "str":
            values = [None if value == "" else value for value in values]
        columns[column] = pd.Series(values, dtype=dtype)
    for column, value in zip(BUILT_FROM, (study_hash, panel_digest), strict=True):
        columns[column] = pd.Series([value] * len(records), dtype="str")
    table = pd.DataFrame(columns)
    key = list(KEYS[name])
    repeated = table[table.duplicated(key) | table[key].isna().any(axis=1)]
    if len(repeated):
        raise ValueError(
            f"{name}: seen key {tuple(repeated[key].iloc[0])} twice or incomplete, expected it once"
        )
    return table.sort_values(key, ignore_index=True)
