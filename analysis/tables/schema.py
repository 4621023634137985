"""The tables that estimation returns: their columns, types and keys, and how rows become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.tables.pair_gravity import PAIR_KEYS, PAIR_SCHEMAS
from analysis.tables.potential_schema import EQUATION, POTENTIAL_KEYS, POTENTIAL_SCHEMAS

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
        "indicator_weight": "float64",
        "loading_low": "float64",
        "loading_high": "float64",
    },
    "index_scores": {
        "study": "str",
        "component": "Int64",
        "country_iso3": "str",
        "year": "Int64",
        "score": "float64",
        "weight": "float64",
        "score_low": "float64",
        "score_high": "float64",
    },
    "index_variants": {
        "study": "str",
        "variant": "Int64",
        "country_iso3": "str",
        "year": "Int64",
        "variant_kind": "str",
        "is_reference": "boolean",
        "fill_set": "str",
        "treatment": "str",
        "scaling": "str",
        "matrix": "str",
        "rotation": "str",
        "retention": "str",
        "weights": "str",
        "aggregation": "str",
        "left_out_indicator": "str",
        "index_value": "float64",
        "index_rank": "Int64",
    },
    "index_robustness": {
        "study": "str",
        "perturbation_kind": "str",
        "country_iso3": "str",
        "year": "Int64",
        "index_value": "float64",
        "index_rank": "Int64",
        "variant_count": "Int64",
        "index_low": "float64",
        "index_median": "float64",
        "index_high": "float64",
        "rank_low": "Int64",
        "rank_median": "Int64",
        "rank_high": "Int64",
        "rank_best": "Int64",
        "rank_worst": "Int64",
        "same_rank_share": "float64",
        "interval_level": "float64",
        "driver": "str",
        "caveat": "str",
    },
    "index_sensitivity": {
        "study": "str",
        "outcome": "str",
        "factor": "str",
        "level_count": "Int64",
        "level_labels": "str",
        "first_order_share": "float64",
        "total_share": "float64",
        "outcome_variance": "float64",
        "variant_count": "Int64",
        "caveat": "str",
    },
    "index_dimensions": {
        "study": "str",
        "country_iso3": "str",
        "year": "Int64",
        "dimension": "str",
        "position": "Int64",
        "is_measured": "boolean",
        "score": "float64",
        "dimension_rank": "Int64",
        "rank_best": "Int64",
        "rank_worst": "Int64",
        "is_binding": "boolean",
        "binding_share": "float64",
        "best_score": "float64",
        "best_countries": "str",
        "gap_to_best": "float64",
        "indicator_count": "Int64",
        "scored_indicator_count": "Int64",
        "missing_indicators": "str",
        "filled_share": "float64",
        "way_count": "Int64",
        "caveat": "str",
    },
    "gravity_coefficients": {
        **EQUATION,
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
        "few_cluster_method": "str",
        "few_cluster_p_value": "float64",
        "few_cluster_ci_low": "float64",
        "few_cluster_ci_high": "float64",
        "few_cluster_df": "float64",
        "n_clusters": "Int64",
    },
    "gravity_fit": {
        **EQUATION,
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
        **EQUATION,
        "test": "str",
        "statistic": "float64",
        "df1": "float64",
        "df2": "float64",
        "p_value": "float64",
        "is_valid": "boolean",
        "conclusion": "str",
        "caveat": "str",
        "is_measure": "boolean",
        "covariance_rank": "Int64",
        "negative_eigenvalue_count": "Int64",
        "compared_term_count": "Int64",
    },
    "gravity_selection": {
        "study": "str",
        "model": "str",
        "flow": "str",
        "fill_set": "str",
        "rule": "str",
        "estimator": "str",
        "is_estimable": "boolean",
        "is_selected": "boolean",
        "is_rule_of_study": "boolean",
        "reason": "str",
        "contradictions": "str",
        "contradiction_count": "Int64",
        "rejected_assumptions": "str",
    },
    "gravity_influence": {
        **EQUATION,
        "left_out_kind": "str",
        "left_out": "str",
        "term": "str",
        "estimate": "float64",
        "estimate_whole": "float64",
        "change": "float64",
        "change_in_se": "float64",
        "is_sign_changed": "boolean",
        "caveat": "str",
    },
    "specification_curve": {
        "study": "str",
        "model": "str",
        "flow": "str",
        "term": "str",
        "specification_id": "str",
        "position": "Int64",
        "estimator": "str",
        "covariance": "str",
        "fill_set": "str",
        "sample": "str",
        "left_out": "str",
        "optional_terms": "str",
        "terms_left_out": "str",
        "n_obs": "Int64",
        "n_entities": "Int64",
        "estimate": "float64",
        "std_error": "float64",
        "p_value": "float64",
        "ci_low": "float64",
        "ci_high": "float64",
        "is_significant": "boolean",
        "is_reference": "boolean",
        "caveat": "str",
    },
    "specification_curve_summary": {
        "study": "str",
        "model": "str",
        "flow": "str",
        "term": "str",
        "choice": "str",
        "option": "str",
        "specification_count": "Int64",
        "estimated_count": "Int64",
        "positive_share": "float64",
        "significant_share": "float64",
        "significant_positive_share": "float64",
        "significant_negative_share": "float64",
        "estimate_low": "float64",
        "estimate_median": "float64",
        "estimate_high": "float64",
        "reference_estimate": "float64",
        "reference_rank": "Int64",
        "caveat": "str",
    },
    **POTENTIAL_SCHEMAS,
    **PAIR_SCHEMAS,
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
    "replication_findings": {
        "study": "str",
        "finding": "str",
        "statistic": "str",
        "value": "float64",
        "printed_value": "float64",
        "conclusion": "str",
        "evidence": "str",
        "fill_set": "str",
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
    "index_variants": ("study", "variant", "country_iso3", "year"),
    "index_robustness": ("study", "perturbation_kind", "country_iso3", "year"),
    "index_sensitivity": ("study", "outcome", "factor"),
    "index_dimensions": ("study", "country_iso3", "year", "dimension"),
    "gravity_coefficients": (*EQUATION, "term"),
    "gravity_fit": (*EQUATION,),
    "gravity_tests": (*EQUATION, "test"),
    "gravity_selection": ("study", "model", "flow", "fill_set", "rule", "estimator"),
    "gravity_influence": (*EQUATION, "left_out_kind", "left_out", "term"),
    "specification_curve": ("study", "model", "flow", "term", "specification_id"),
    "specification_curve_summary": ("study", "model", "flow", "term", "choice", "option"),
    **POTENTIAL_KEYS,
    **PAIR_KEYS,
    "replication": ("study", "item", "fill_set"),
    "replication_findings": ("study", "finding", "statistic"),
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
    return typed_table(name, rows, SCHEMAS[name], KEYS[name], study_hash, panel_digest)


def typed_table(
    name: str,
    rows: Iterable[Mapping[str, Any]],
    schema: Mapping[str, str],
    keys: Sequence[str],
    study_hash: str,
    panel_digest: str,
) -> pd.DataFrame:
    """Turn rows into a table of this schema and key, as :func:`as_table` does for those of `SCHEMAS`."""
    records = list(rows)
    unknown = sorted(set().union(*records) - set(schema))
    if unknown:
        raise ValueError(f"{name}: seen columns {unknown}, expected {list(schema)}")
    columns = {}
    for column, dtype in schema.items():
        values = [record.get(column) for record in records]
        if dtype == "str":
            values = [None if value == "" else value for value in values]
        columns[column] = pd.Series(values, dtype=dtype)
    for column, value in zip(BUILT_FROM, (study_hash, panel_digest), strict=True):
        columns[column] = pd.Series([value] * len(records), dtype="str")
    table = pd.DataFrame(columns)
    key = list(keys)
    repeated = table[table.duplicated(key) | table[key].isna().any(axis=1)]
    if len(repeated):
        raise ValueError(
            f"{name}: seen key {tuple(repeated[key].iloc[0])} twice or incomplete, expected it once"
        )
    return table.sort_values(key, ignore_index=True)
