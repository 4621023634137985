"""Small published tables of bilateral trade in which there is nothing to object to."""

from __future__ import annotations

import numpy as np
import pandas as pd

YEARS = range(2013, 2021)
FACTOR = 1.06
REPORTS = {
    # exporter, importer: what each says, US dollars; Turkmenistan's is a copy, Taiwan has none.
    ("CHN", "KGZ"): (5e9, 1.5e9),
    ("CHN", "KAZ"): (8e9, 8.2e9),
    ("KAZ", "CHN"): (9e9, 10e9),
    ("CHN", "TKM"): (1e9, 1.06e9),
    ("TWN", "CHN"): (np.nan, 4e9),
}


def _reports() -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            ("imf_dots", exporter, importer, year, *values)
            for (exporter, importer), values in REPORTS.items()
            for year in YEARS
        ],
        columns=["source", "exporter_iso3", "importer_iso3", "year", "exporter", "importer"],
    )
    frame["is_copy"] = frame["importer_iso3"] == "TKM"
    return frame


def bilateral_trade() -> pd.DataFrame:
    """China's side is the preferred one."""
    frame = _reports()
    frame = frame.rename(columns={"exporter": "value_exporter_usd", "importer": "value_importer_usd"})
    is_exporter = frame["exporter_iso3"] == "CHN"
    frame["cif_fob_factor"] = FACTOR
    frame["report_used"] = np.where(is_exporter, "exporter", "importer")
    frame["value_final_usd"] = np.where(
        is_exporter, frame["value_exporter_usd"], frame["value_importer_usd"] / FACTOR
    )
    frame["value_origin"] = np.where(is_exporter, "reported", "converted")
    return frame.drop(columns="is_copy")


def trade_report() -> pd.DataFrame:
    """All reports of one source, and the beginning of a year in another."""
    frame = _reports().melt(
        ["source", "exporter_iso3", "importer_iso3", "year", "is_copy"],
        var_name="reported_by",
        value_name="trade_value_usd",
    )
    frame = frame.dropna(subset="trade_value_usd", ignore_index=True)
    is_estimate = frame["is_copy"] & (frame["reported_by"] == "importer")
    frame["cif_fob_factor"] = FACTOR
    frame["trade_value_fob_usd"] = frame["trade_value_usd"].where(
        frame["reported_by"] == "exporter", frame["trade_value_usd"] / FACTOR
    )
    frame["value_origin"] = np.where(is_estimate, "estimated", "reported")
    frame["estimate_evidence"] = pd.Series(np.where(is_estimate, "pair_at_1.06", ""), dtype=object)
    frame.loc[~is_estimate, "estimate_evidence"] = None
    frame["months_reported"] = np.nan
    frame["is_full_year"] = True
    frame["is_used"] = (frame["exporter_iso3"] == "CHN") == (frame["reported_by"] == "exporter")
    months = frame.iloc[:1].assign(source="gacc", months_reported=5.0, is_full_year=False, is_used=False)
    return pd.concat([frame, months], ignore_index=True).drop(columns="is_copy")


def mirror_gap() -> pd.DataFrame:
    """Comparable but for the copy and the missing report."""
    frame = _reports().rename(columns={"exporter": "x_reported_fob_usd", "importer": "m_reported_cif_usd"})
    is_missing = frame["x_reported_fob_usd"].isna()
    frame["cif_fob_factor"] = FACTOR
    frame["m_fob_at_factor_usd"] = frame["m_reported_cif_usd"] / FACTOR
    frame["is_comparable"] = ~is_missing & ~frame["is_copy"]
    frame["incomparable_reason"] = np.select(
        [is_missing, frame["is_copy"]],
        ["exporter's report is missing", "importer's report is an estimate"],
        None,
    )
    gap = frame["m_fob_at_factor_usd"] - frame["x_reported_fob_usd"]
    ratio = frame["m_fob_at_factor_usd"] / frame["x_reported_fob_usd"]
    frame["gap_usd"] = gap.where(frame["is_comparable"])
    frame["gap_ratio"] = ratio.where(frame["is_comparable"])
    return frame.drop(columns="is_copy")
