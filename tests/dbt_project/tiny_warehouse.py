"""A build database of a handful of rows, made up so that every number can be worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.study.rows import COLUMNS
from analysis.tables.schema import SCHEMAS, as_table
from expectations.contract import load_contracts
from flows.loading.load import prepare
from flows.warehouse import qualified, write_frame, writing

EARLY, LATE, OLD_MAP = "early-file", "late-file", "map-file"
VINTAGES = {EARLY: date(2022, 5, 25), LATE: date(2026, 7, 1), OLD_MAP: date(2004, 10, 15)}
ARRIVAL = datetime(2026, 11, 1, 12)


def _observations() -> list[dict[str, Any]]:
    stated = [
        (EARLY, "KAZ", "SP.POP.TOTL", {2013: 100, 2014: 110, 2015: 120}),
        (EARLY, "KGZ", "SP.POP.TOTL", {2013: 50, 2014: 60}),
        (LATE, "KAZ", "SP.POP.TOTL", {2013: 101, 2014: 111, 2015: 121}),
        # CEPII and older World Bank files write TMP for Timor-Leste; WLD is no country.
        (LATE, "TMP", "SP.POP.TOTL", {2014: 7}),
        (LATE, "WLD", "SP.POP.TOTL", {2014: 9000}),
        (EARLY, "KAZ", "FP.CPI.TOTL.ZG", {2013: 25, 2014: 100, 2015: 0}),
    ]
    return [
        {
            "file_id": file_id,
            "row_number": line,
            "country_name": code,
            "country_code": code,
            "indicator_name": indicator,
            "indicator_code": indicator,
            "year": year,
            "value": str(value),
        }
        for line, (file_id, code, indicator, values) in enumerate(stated, 2)
        for year, value in values.items()
    ]


def _flows() -> list[dict[str, Any]]:
    stated = [
        ("CHN", "KAZ", "exports_fob", 2013, "1.5", False),
        ("CHN", "KAZ", "exports_fob", 2014, "2", True),
        ("KAZ", "CHN", "imports_cif", 2013, "2", False),
        ("KGZ", "KAZ", "exports_fob", 2013, "10", False),
        ("KAZ", "KGZ", "imports_cif", 2013, "10.6", False),
    ]
    return [
        {
            "file_id": EARLY,
            "row_number": line,
            "reporter_name": reporter,
            "reporter_iso3": reporter,
            "partner_name": partner,
            "partner_iso3": partner,
            "partner_type": "country",
            "flow": flow,
            "year": year,
            "value_usd_million": value,
            "is_estimated": is_estimated,
        }
        for line, (reporter, partner, flow, year, value, is_estimated) in enumerate(stated, 2)
    ]


def _comtrade() -> list[dict[str, Any]]:
    # One commodity alone: the totals that trade of countries is made of are Direction of Trade's.
    stated = [("0", "W00", 100), ("398", "KAZ", 40), ("417", "KGZ", 35), ("842", "USA", 25)]
    return [
        {
            "file_id": LATE,
            "row_number": line,
            "type_code": "C",
            "frequency_code": "A",
            "year": 2013,
            "period": "2013",
            "reporter_code": "156",
            "partner_code": code,
            "reporter_iso": "CHN",
            "partner_iso": iso,
            "flow_code": "X",
            "classification_code": "H4",
            "commodity_code": "854231",
            "value_usd": str(value),
        }
        for line, (code, iso, value) in enumerate(stated, 2)
    ]


LANDED: dict[str, list[dict[str, Any]]] = {
    "un_comtrade__flows": _comtrade(),
    "baci__flows": [
        {
            "file_id": LATE,
            "row_number": 2,
            "hs_edition": "HS92",
            "year": 2013,
            "exporter_code": "156",
            "importer_code": "398",
            "product_code": "854231",
            "value_usd_thousand": "0.040",
        }
    ],
    "worldbank_wdi__observations": _observations(),
    "imf_dots__flows": _flows(),
    "cepii_geodist__distances": [
        {"file_id": OLD_MAP, "row_number": 2, "iso_o": "CHN", "iso_d": "KAZ", "dist": "3277.169"}
    ],
    "eia_petroleum__spot_prices": [
        {
            "file_id": LATE,
            "row_number": line,
            "crude_oil": "brent",
            "price_date": date(year, 6, 30),
            "price_usd_per_bbl": price,
        }
        for line, (year, price) in enumerate([(2013, "108.5"), (2014, "99"), (2015, "52.25")], 2)
    ],
    "cited_facts__group_memberships": [
        {
            "file_id": LATE,
            "row_number": line,
            "group_code": "EAEU",
            "country_iso3": code,
            "valid_from": day,
            "status": "member",
            "confidence": "B",
        }
        for line, (code, day) in enumerate(
            [(code, date(2015, 1, 1)) for code in ("RUS", "KAZ", "BLR", "ARM")] + [("KGZ", date(2015, 8, 6))],
            2,
        )
    ],
}

STUDY: dict[str, list[dict[str, Any]]] = {
    "serai__studies": [
        {
            "study": "tiny",
            "reference_iso3": "CHN",
            "as_of": "2022-12-31",
            "year_from": 2013,
            "year_to": 2015,
            "base_fill_set": "filled",
            "profile_priority": 1,
            **dict.fromkeys(
                ("has_panel", "has_index", "has_gravity", "has_potential", "has_printed_numbers"), True
            ),
        }
    ],
    "serai__study_partners": [
        {"study": "tiny", "partner_iso3": code, "is_reference_included": False, "is_every_country": False}
        for code in ("KAZ", "KGZ")
    ],
    "serai__study_variables": [
        {
            "study": "tiny",
            "variable": variable,
            "indicator_code": code,
            "is_later_vintage_allowed": is_allowed,
        }
        for variable, code, is_allowed in [
            ("population", "SP.POP.TOTL", False),
            ("exports_usd", "IMF_DOTS.EXPORTS_FOB", False),
            ("inflation_pct", "FP.CPI.TOTL.ZG", False),
            ("distance_km", "CEPII_GEODIST.DIST", False),
            ("brent_usd_per_bbl", "EIA.BRENT", True),
        ]
    ]
    + [
        {
            "study": "tiny",
            "variable": "prices",
            "indicator_code": "SERAI.CPI_CHAINED",
            "is_later_vintage_allowed": False,
            "chain_rate_variable": "inflation_pct",
            "chain_base_year": 2012,
            "chain_base_value": 100.0,
        }
    ],
    "serai__study_fill_sets": [
        {"study": "tiny", "fill_set": name, "is_base": name == "filled"} for name in ("none", "filled")
    ],
    "serai__study_fill_rules": [
        {"study": "tiny", "fill_set": "filled", "variable": "population", "step": 1, "method": "carry"},
        {
            "study": "tiny",
            "fill_set": "filled",
            "variable": "inflation_pct",
            "step": 1,
            "method": "group_mean",
        },
    ],
    "serai__study_potential_classes": [
        {
            "study": "tiny",
            "potential_class": "below the norm",
            "position": 1,
            "upper_bound": 1.0,
            "is_upper_included": False,
        },
        {
            "study": "tiny",
            "potential_class": "at or above the norm",
            "position": 2,
            "lower_bound": 1.0,
            "is_lower_included": True,
        },
    ],
}


_EQUATION = {"study": "tiny", "model": "m", "specification": "a", "flow": "exports"}
_POTENTIAL = {
    "partner_iso3": "KAZ",
    "year": 2013,
    "actual_trade_usd": 1_500_000.0,
    "predicted_trade_usd": 3_000_000.0,
    "potential_ratio": 0.5,
    "potential_class": "below the norm",
    "potential_gap_usd": 1_500_000.0,
}

ESTIMATES: dict[str, list[dict[str, Any]]] = {
    "cbec_index": [
        {"study": "tiny", "country_iso3": code, "year": year, "index_value": value, "index_rank": rank}
        for code, year, value, rank in [
            ("KAZ", 2013, 0.75, 1),
            ("KGZ", 2013, 0.25, 2),
            ("KAZ", 2014, 0.5, 1),
            ("KGZ", 2014, 0.5, 1),
            ("KGZ", 2015, None, None),
        ]
    ],
    "index_adequacy": [
        {"study": "tiny", "statistic": "kmo", "value": 0.5, "caveat": "Two indicators are few."}
    ],
    "index_loadings": [
        {"study": "tiny", "component": component, "indicator_code": code, "loading": 0.5, "weight": weight}
        for component, weight in [(1, 0.75), (2, 0.25)]
        for code in ("IT.NET.USER.ZS", "SP.POP.TOTL")
    ],
    "gravity_coefficients": [
        {
            **_EQUATION,
            "term": term,
            "estimate": estimate,
            "std_error": 0.25,
            "statistic": 4 * estimate,
            "ci_low": estimate - 0.5,
            "ci_high": estimate + 0.5,
        }
        for term, estimate in [("const", 4.5), ("log_population", -0.25)]
    ],
    "index_dimensions": [
        {
            "study": "tiny",
            "country_iso3": code,
            "year": 2013,
            "dimension": "Access",
            "position": 1,
            "is_measured": True,
            "score": score,
            "dimension_rank": rank,
            "rank_best": rank,
            "rank_worst": rank,
            "is_binding": False,
            "best_score": 1.0,
            "best_countries": "KAZ",
            "gap_to_best": 1 - score,
        }
        for code, score, rank in [("KAZ", 1.0, 1), ("KGZ", 0.0, 2)]
    ],
    "pair_gravity_coefficients": [
        {
            **_EQUATION,
            "term": "log_distance",
            "estimate": -1.0,
            "std_error": 0.25,
            "statistic": -4.0,
            "ci_low": -1.5,
            "ci_high": -0.5,
            "is_dropped": False,
        }
    ],
    "pair_gravity_fit": [{**_EQUATION, "n_pair_years": 5, "n_obs": 4}],
    "gravity_fit": [{**_EQUATION, "estimator": "pooled_ols", "n_obs": 4, "is_selected": True}],
    "trade_potential": [
        {**_EQUATION, **_POTENTIAL, "is_selected": True},
        # The one year in which both partners are members of the group.
        {**_EQUATION, **_POTENTIAL, "year": 2015, "is_selected": True},
        {**_EQUATION, **_POTENTIAL, "specification": "b", "is_selected": False},
        # A prediction that is not positive leaves the ratio undefined and the gap as it is.
        {
            **_EQUATION,
            "partner_iso3": "KAZ",
            "year": 2014,
            "actual_trade_usd": 2_000_000.0,
            "predicted_trade_usd": -1.0,
            "potential_gap_usd": -2_000_001.0,
            "is_selected": True,
        },
        {
            **_EQUATION,
            **_POTENTIAL,
            "specification": "b",
            "year": 2014,
            "actual_trade_usd": 1_700_000.0,
            "predicted_trade_usd": 3_400_000.0,
            "potential_gap_usd": 1_700_000.0,
            "is_selected": False,
        },
    ],
    "potential_decomposition": [
        {
            **_EQUATION,
            "specification": "b",
            "partner_iso3": "KAZ",
            "year": 2014,
            "driver": driver,
            "driver_kind": kind,
            "actual_change_usd": actual,
            "predicted_change_usd": predicted,
            "is_selected": False,
        }
        for driver, kind, actual, predicted in [
            ("log_population", "term", 400_000.0, 400_000.0),
            ("residual", "residual", -200_000.0, 0.0),
        ]
    ],
    "replication": [
        {
            "study": "tiny",
            "item": item,
            "fill_set": "filled",
            "printed_value": printed,
            "our_value": ours,
            "difference": None if ours is None else ours - printed,
            "printed_std_error": 0.25,
            "difference_in_se": None if ours is None else abs(ours - printed) / 0.25,
        }
        for item, printed, ours in [("lnpop", -0.25, -0.125), ("lncpi", 1.0, 2.0), ("kmo", 0.68, None)]
    ],
}


def write_tiny_warehouse(database: Path) -> None:
    """Write the landed rows, the study's rows and the estimates into a new build database."""
    with writing(database) as connection:
        prepare(connection, load_contracts())
        for table, rows in LANDED.items():
            frame = pd.DataFrame(rows)
            frame["vintage"] = frame["file_id"].map(VINTAGES)
            frame["loaded_at"] = ARRIVAL
            connection.register("landed_rows", frame)
            connection.execute(f"insert into {qualified('raw', table)} by name select * from landed_rows")
            connection.unregister("landed_rows")
        for file_id, vintage in VINTAGES.items():
            connection.execute(
                "insert into meta.files by name select ? as file_id, ? as file_name, 'made_up' as source,"
                " 'loaded' as status, ? as vintage, ? as loaded_at, 1 as row_count, 'free' as licence",
                [file_id, f"{file_id}.csv", vintage, ARRIVAL],
            )
        for table, types in COLUMNS.items():
            frame = pd.DataFrame(STUDY.get(table, []), columns=list(types), dtype=object).astype(types)
            write_frame(connection, "raw", table, frame)
        for table in SCHEMAS:
            frame = as_table(table, ESTIMATES.get(table, []), "study", "panel")
            write_frame(connection, "estimates", table, frame)
