"""A small table of national figures in which there is nothing to object to."""

from __future__ import annotations

import pandas as pd


def china_cbec_monitor() -> pd.DataFrame:
    """Two years of the survey, one of goods trade and the shares of two partners."""
    columns = [
        *("concept", "period", "period_type", "flow", "breakdown", "item", "status"),
        *("is_main_figure", "value_cny", "value_usd_origin", "is_implied_rate_unusual", "growth_printed_pct"),
        *("growth_computed_pct", "growth_difference", "growth_check", "share_of_goods_trade_pct"),
        "share_of_flow_pct",
    ]
    total = ("total", "all", "all", "reported", True)
    survey, none = "cbec_survey_total", None
    rows = [
        (survey, "2022", "year", *total, 2.1e12, none, none, 7.1, 7.1, 0.0, "agrees", 4.9, none),
        (survey, "2023", "year", *total, 2.38e12, none, none, 13.3, 13.3, 0.0, "agrees", 5.7, none),
        (
            "goods_trade",
            "2022",
            "year",
            *total,
            4.2e13,
            "reported",
            False,
            7.7,
            7.7,
            0.0,
            "agrees",
            none,
            none,
        ),
    ]
    for iso3, share in (("USA", 34.3), ("GBR", 6.5)):
        item = ("exports", "partner", iso3, "reported", True)
        empty = (none, none, none, none, none, none, "nothing printed", none)
        rows.append((survey, "2022", "year", *item, *empty, share))
    return pd.DataFrame(rows, columns=columns).assign(
        study="china_monitor", source_url="https://page.example"
    )
