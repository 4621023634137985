"""The published frames as the report reads them: typed, by study, absent tables empty.

Which columns of which published table the report relies on is written here once. What a table is for,
and how it is drawn, is written elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.report import wording

# Column kinds: t text, n number, i whole number, f flag, d date or moment;
# one with a question mark may be absent.
_COLUMNS: dict[str, str] = {
    "rpt_cbec_index": (
        "t:study t:country_iso3 t:country_name i:year n:index_value n:index_rank n:filled_share"
    ),
    "rpt_index_adequacy": "t:study t:statistic n:value n:p_value t?:caveat",
    "rpt_index_loadings": (
        "t:study i:component t:indicator_code n:loading n:weight n:eigenvalue n:explained_share"
    ),
    "rpt_gravity_coefficients": (
        "t:study t:model t:specification t:flow t:estimator t:covariance t:term n:estimate n:std_error "
        "n:statistic n:p_value n:ci_low n:ci_high f:is_selected t:caveat t?:few_cluster_method "
        "n?:few_cluster_p_value n?:few_cluster_ci_low n?:few_cluster_ci_high n?:few_cluster_df n?:n_clusters"
    ),
    "rpt_gravity_fit": (
        "t:study t:model t:specification t:flow t:estimator n:n_obs n:n_entities n:n_years n:r_squared "
        "t:r_squared_kind n:log_likelihood t:fill_set f:is_selected t:selection_reason t:caveat"
    ),
    "rpt_gravity_tests": (
        "t:study t:model t:specification t:flow t:test n:statistic n:df1 n:df2 n:p_value f:is_valid "
        "t:conclusion t:caveat f?:is_measure"
    ),
    "rpt_trade_potential": (
        "t:study t:model t:specification t:flow t:partner_iso3 t:partner_name i:year n:actual_trade_usd "
        "n:predicted_trade_usd n:potential_ratio t:potential_class n:potential_gap_usd n:filled_share "
        "f:is_selected t:caveat n?:potential_ratio_low n?:potential_ratio_high n?:new_draw_ratio_low "
        "n?:new_draw_ratio_high n?:class_probability n?:interval_level t?:interval_method"
    ),
    "rpt_potential_class_probabilities": (
        "t:study t:model t:specification t:flow t:partner_iso3 i:year t:potential_class n:position "
        "n:probability f:is_selected"
    ),
    "rpt_potential_trajectory": (
        "t:study t:model t:specification t:flow t:partner_iso3 n:n_years n:n_changes t:class_path "
        "n:first_ratio n:last_ratio f:is_selected"
    ),
    "rpt_potential_decomposition": (
        "t:study t:model t:specification t:flow t:partner_iso3 i:year t:driver t:driver_kind "
        "n:actual_change_usd n:predicted_change_usd f:is_selected"
    ),
    "rpt_potential_scenarios": (
        "t:study t:model t:specification t:flow t:scenario t:scope n:base_year t:scenario_title t:changes "
        "n:actual_trade_usd n:gain_usd n:gain_low_usd n:gain_high_usd n:gain_pct n:gain_low_pct "
        "n:gain_high_pct f:is_within_range n:interval_level t:interval_method f:is_selected t:caveat"
    ),
    "rpt_backtest": (
        "t:study t:model t:specification t:flow t:method i:horizon t:scope n:n_origins n:n_origins_failed "
        "n:first_origin n:last_origin n:n_forecasts n:mean_absolute_error n:relative_error n:hit_rate "
        "n:interval_level f:is_selected t:caveat"
    ),
    "rpt_index_robustness": (
        "t:study t:perturbation_kind t:country_iso3 i:year n:index_rank n:variant_count n:rank_low "
        "n:rank_high n:rank_best n:rank_worst n:same_rank_share n:interval_level t:driver t:caveat"
    ),
    "rpt_index_sensitivity": (
        "t:study t:outcome t:factor n:level_count t:level_labels n:first_order_share n:total_share "
        "n:variant_count t:caveat"
    ),
    "rpt_specification_curve": (
        "t:study t:model t:flow t:term n:position t:estimator t:covariance t:fill_set t:sample "
        "t:left_out t:terms_left_out n:estimate n:p_value n:ci_low n:ci_high f:is_significant "
        "f:is_reference t:caveat"
    ),
    "rpt_specification_curve_summary": (
        "t:study t:model t:flow t:term t:choice t:option n:specification_count n:estimated_count "
        "n:positive_share n:significant_positive_share n:significant_negative_share n:estimate_low "
        "n:estimate_median n:estimate_high"
    ),
    "rpt_gravity_influence": (
        "t:study t:model t:specification t:flow t:left_out_kind t:left_out t:term n:estimate "
        "n:estimate_whole f:is_sign_changed t:caveat"
    ),
    "rpt_gravity_selection": (
        "t:study t:model t:flow t:fill_set t:rule t:estimator f:is_estimable f:is_selected "
        "f:is_rule_of_study t:reason t:contradictions t:rejected_assumptions"
    ),
    "rpt_replication": (
        "t:study t:item t:model t:term t:partner_iso3 n:year n:printed_value n:our_value t:printed_text "
        "t:our_text n:difference n:printed_std_error n:difference_in_se t:fill_set t:verdict t:reason t?:kind"
    ),
    "rpt_index_dimensions": (
        "t:study t:country_iso3 t:country_name i:year t:dimension n:position f:is_measured n:score "
        "n:dimension_rank n:rank_best n:rank_worst f:is_binding n:binding_share n:gap_to_best "
        "t:best_countries "
        "n:filled_share t:missing_indicators n:way_count t:caveat"
    ),
    "rpt_facilitation_gap": (
        "t:study t:membership_view t:country_iso3 t:country_name i:year t:dimension n:position t:group_code "
        "f:is_member d:joined_date f:is_measured n:score n:rank_in_group n:ranked_member_count "
        "n:rank_best_in_panel n:rank_worst_in_panel f:is_binding n:binding_share n:best_member_score "
        "t:best_members n:filled_share t:missing_indicators t:empty_reason t:scenario t:gain_flow n:gain_usd "
        "n:gain_low_usd n:gain_high_usd n:gain_pct f:is_gain_within_range t:gain_caveat t:caveat"
    ),
    "rpt_trade_potential_ranking": (
        "t:study t:flow i:year t:partner_iso3 n:potential_rank n:rank_low n:rank_high n:ranked_count"
    ),
    "rpt_trade_potential_by_group": (
        "t:study t:model t:specification t:flow t:group_code t:membership_view i:year "
        "t:group_name t:group_kind "
        "n:member_count n:covered_member_count n:actual_trade_usd n:predicted_trade_usd n:potential_ratio "
        "t:potential_class n:potential_gap_usd f:is_selected t:overlaps_with t:caveat"
    ),
    "rpt_digital_services": (
        "t:study t:country_iso3 t:country_name i:year f:is_member f:is_reference f:is_world "
        "n:dds_exports_usd "
        "n:dds_imports_usd t:gap_reason n:dds_exports_growth_pct n:dds_imports_growth_pct "
        "n:dds_exports_share_pct n:dds_exports_world_share_pct n:dds_exports_revealed_advantage "
        "n:dds_exports_rank n:ranked_count f:is_world_incomplete_sum"
    ),
    "rpt_digital_services_summary": (
        "t:study t:country_iso3 t:country_name f:is_member f:is_reference f:is_world "
        "n:dds_exports_first_year "
        "n:dds_exports_last_year n:dds_exports_average_growth_pct t:dds_exports_missing_years "
        "n:dds_imports_first_year n:dds_imports_last_year n:dds_imports_average_growth_pct "
        "t:dds_imports_missing_years"
    ),
    "rpt_digital_rules": (
        "t:study t:partner_iso3 t:partner_name t:agreement_code t:agreement_name t:status f:is_in_force "
        "d:valid_from d:valid_to f:is_date_disputed d:other_valid_from f:is_date_unsettled t:confidence "
        "t:source_url t:digital_provisions f:has_digital_provisions t:digital_provisions_note "
        "t:provisions_source_url"
    ),
    "rpt_digital_constraints": (
        "t:study t:country_iso3 t:country_name i:year f:is_member f:is_reference n:digital_base_score "
        "n:digital_base_rank n:digital_base_ranked_count n:digital_services_score n:digital_services_rank "
        "n:digital_services_ranked_count n:rules_and_governance_score n:rules_and_governance_rank "
        "n:rules_and_governance_ranked_count t:weakest_pillar n:weakest_margin f:is_weakest_by_either_scale "
        "f:is_complete t:unscored_pillars t:missing_measures"
    ),
    "rpt_china_cbec_monitor": (
        "t:study t:concept t:concept_title t:period t:period_type n:year d:period_date t:flow t:breakdown "
        "t:item t:item_name n:rank t:status f:is_main_figure n:value_cny n:value_usd n:item_count "
        "t:item_count_bound n:growth_printed_pct t:growth_bound n:growth_computed_pct t:growth_base_period "
        "f:is_growth_contradicted f:is_growth_circular t:growth_check n:share_of_goods_trade_pct "
        "t:share_of_goods_trade_origin n:share_of_flow_pct t:caveat t:notes t:source_publisher t:source_url"
    ),
    "rpt_china_cbec_concepts": (
        "t:study t:concept n:position t:concept_title t:concept_definition n:row_count t:empty_reason"
    ),
    "rpt_source_vintages": ("t:source t:file_name t:file_sha256 d:vintage d:loaded_at n:row_count t:licence"),
    "rpt_data_coverage": "t:study t:indicator_code t:country_iso3 n:cells n:reported n:filled n:missing",
    "fct_study_panel": (
        "t:study t:fill_set t:unit_id t:variable i:year t:unit_kind t:reference_iso3 t:country_iso3 "
        "t:indicator_code n:value t:value_origin f:is_filled t:fill_method d:vintage f:is_later_vintage"
    ),
}
# What studies declare. A study is not shown for having rows here alone.
_DECLARING_COLUMNS: dict[str, str] = {
    "dim_potential_class": (
        "t:study t:potential_class i:position n:lower_bound f:is_lower_included n:upper_bound "
        "f:is_upper_included t?:label_zh t?:meaning t?:action t?:source_title t?:source_url"
    ),
    "dim_study": (
        "t:study t:title t:question t:reference_iso3 d:as_of_date t:base_fill_set t?:index_role "
        "t?:index_title"
    ),
    "dim_fill_set": "t:study t:fill_set t:title t:description f:is_base",
}
# Tables that are of no study. A study is not shown for being named in them.
_SHARED_COLUMNS: dict[str, str] = {
    "rpt_country_profile": (
        "t:country_iso3 t:country_name i:year t:region t:member_of t:cbec_index_study n:cbec_index_value "
        "n:cbec_index_rank n:cbec_index_ranked_count t:facilitation_index_study n:facilitation_index_value "
        "n:facilitation_index_rank n:facilitation_index_ranked_count t:digital_base_index_study "
        "n:digital_base_index_value n:digital_base_index_rank n:digital_base_index_ranked_count "
        "t:potential_study n:actual_trade_usd n:potential_ratio n:potential_ratio_low n:potential_ratio_high "
        "t:potential_class n:class_probability n:potential_rank n:potential_ranked_count "
        "n:potential_study_count n:lowest_potential_ratio n:highest_potential_ratio t:binding_dimension "
        "n:binding_share t:binding_study t:weakest_digital_pillar f:is_weakest_digital_pillar_robust "
        "t:digital_pillar_study"
    ),
}
# How many rows each table has by study and why it has none: written by the release itself, not a model.
STATUS = "meta.table_status"
_STATUS_COLUMNS = {STATUS: "t:table_name t:study n:row_count t:empty_reason"}
# Tables that only lend names: a column that is not there is simply not used.
_NAMING_COLUMNS: dict[str, str] = {
    "dim_country": "t:country_iso3 t:country_name",
    "dim_indicator": "t:indicator_code t:indicator_name t:unit",
}

TABLES_READ = frozenset({*_COLUMNS, *_DECLARING_COLUMNS, *_SHARED_COLUMNS, *_NAMING_COLUMNS})
"""Every published table that the report reads."""


class Published:
    """Published tables, read by name.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Frames by published name. A table that is not there counts as empty.

    Raises
    ------
    ValueError
        When a published table that is there lacks a column it is promised to have.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        promised = {**_COLUMNS, **_DECLARING_COLUMNS, **_SHARED_COLUMNS, **_STATUS_COLUMNS}
        self._frames = {
            **{name: _typed(name, tables.get(name), kinds) for name, kinds in promised.items()},
            **{
                name: _typed(name, tables.get(name), kinds.replace(":", "?:"))
                for name, kinds in _NAMING_COLUMNS.items()
            },
        }
        self.country_names = self._collect_country_names()
        indicators = self._frames["dim_indicator"]
        self._indicator_names = _mapping(indicators, "indicator_code", "indicator_name")
        self._indicator_units = _mapping(indicators, "indicator_code", "unit")

    def rows(self, name: str, study: str | None = None) -> pd.DataFrame:
        """Rows of a table, of one study when named, in the table's own order."""
        frame = self._frames[name]
        if study is None:
            return frame
        return frame.loc[frame["study"] == study].reset_index(drop=True)

    def studies(self) -> list[str]:
        """Names of the studies that have rows: in the order they are declared, undeclared ones after."""
        declared = list(dict.fromkeys(self._frames["dim_study"]["study"]))
        with_rows = {
            study
            for name in _COLUMNS
            if "study" in self._frames[name].columns
            for study in self._frames[name]["study"].unique()
        }
        return [study for study in declared if study in with_rows] + sorted(with_rows - set(declared))

    def short_title(self, study: str) -> str:
        """A study's name in words, short enough for a line of navigation."""
        return " ".join(
            word if word.isupper() else word.capitalize() for word in wording.label(study).split()
        )

    def country(self, iso3: str) -> str:
        """A country's name, or its code when nothing names it."""
        return self.country_names.get(iso3, iso3)

    def indicator(self, code: str) -> str:
        """An indicator's name, or its code when nothing names it."""
        return self._indicator_names.get(code, code)

    def indicator_unit(self, code: str) -> str:
        """An indicator's unit, or an empty text when nothing states it."""
        return self._indicator_units.get(code, "")

    def _collect_country_names(self) -> dict[str, str]:
        return (
            _mapping(self._frames["rpt_trade_potential"], "partner_iso3", "partner_name")
            | _mapping(self._frames["rpt_cbec_index"], "country_iso3", "country_name")
            | _mapping(self._frames["rpt_country_profile"], "country_iso3", "country_name")
            | _mapping(self._frames["dim_country"], "country_iso3", "country_name")
        )


def _typed(name: str, frame: pd.DataFrame | None, kinds: str) -> pd.DataFrame:
    """A table reduced to the columns the report reads, each of one plain dtype."""
    wanted = [part.split(":") for part in kinds.split()]
    if frame is None:
        frame = pd.DataFrame(columns=[column for _, column in wanted])
    absent = [column for kind, column in wanted if not kind.endswith("?") and column not in frame.columns]
    if absent:
        raise ValueError(
            f"table {name}: missing column {', '.join(absent)}; "
            f"seen: {', '.join(map(str, frame.columns))}; expected: {', '.join(c for _, c in wanted)}"
        )
    typed = {}
    for kind, column in wanted:
        values = frame[column] if column in frame.columns else pd.Series([None] * len(frame), dtype=object)
        typed[column] = _plain(values.reset_index(drop=True), kind[0])
    return pd.DataFrame(typed)


def _plain(values: pd.Series, kind: str) -> pd.Series:
    """One column in a dtype that the rest of the report need not look at again."""
    if kind == "t":
        texts = values.astype(object)
        is_missing = texts.isna()
        # Nearly all columns hold nothing but text, and a release has millions of cells.
        if pd.api.types.infer_dtype(texts[~is_missing]) not in ("string", "empty"):
            texts = texts.map(str)
        return texts.mask(is_missing, "").astype(object)
    if kind == "n":
        return pd.to_numeric(values, errors="coerce").astype("Float64").astype("float64")
    if kind == "i":
        return pd.to_numeric(values).astype("int64")
    if kind == "f":
        return values.astype("boolean").fillna(False).astype(bool)
    return values.map(wording.day).replace(wording.MISSING, "").astype(object)


def _mapping(frame: pd.DataFrame, key: str, value: str) -> dict[str, str]:
    named = frame.loc[(frame[key] != "") & (frame[value] != ""), [key, value]]
    return dict(zip(named[key], named[value], strict=True))
