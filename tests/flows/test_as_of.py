"""What a rebuild of an earlier day's knowledge left out."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from flows.as_of import described, left_out

COLUMNS = ["source", "item", "vintage", "is_upper_bound", "variables_without_vintage"]


@pytest.fixture
def exclusions() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("worldbank_wdi", "SP.POP.TOTL", pd.Timestamp(2026, 7, 1), False, None),
            ("worldbank_wdi", "FP.CPI.TOTL.ZG", pd.Timestamp(2026, 7, 1), False, "asia.cpi, asia.prices"),
            ("worldbank_wdi", "SP.POP.TOTL", pd.Timestamp(2024, 3, 28), False, None),
            ("eia_petroleum", "EIA.BRENT", pd.Timestamp(2026, 11, 1), True, "asia.brent"),
        ],
        columns=COLUMNS,
    )


def test_each_source_and_vintage_is_named_with_its_indicators(exclusions):
    found = left_out(exclusions)
    assert found["vintages"] == [
        {"source": "eia_petroleum", "vintage": "2026-11-01", "is_upper_bound": True, "items": ["EIA.BRENT"]},
        {
            "source": "worldbank_wdi",
            "vintage": "2024-03-28",
            "is_upper_bound": False,
            "items": ["SP.POP.TOTL"],
        },
        {
            "source": "worldbank_wdi",
            "vintage": "2026-07-01",
            "is_upper_bound": False,
            "items": ["FP.CPI.TOTL.ZG", "SP.POP.TOTL"],
        },
    ]
    assert found["variables_without_vintage"] == ["asia.brent", "asia.cpi", "asia.prices"]
    assert json.loads(json.dumps(found)) == found


def test_the_lines_say_where_a_day_of_arrival_stands_for_an_unknown_release(exclusions):
    lines = described("2022-12-31", left_out(exclusions))
    assert lines == [
        "- not known on 2022-12-31: eia_petroleum 2026-11-01 (day of arrival: released then or before):"
        " EIA.BRENT",
        "- not known on 2022-12-31: worldbank_wdi 2024-03-28: SP.POP.TOTL",
        "- not known on 2022-12-31: worldbank_wdi 2026-07-01: FP.CPI.TOTL.ZG, SP.POP.TOTL",
        "- without any vintage on 2022-12-31: asia.brent, asia.cpi, asia.prices",
    ]


def test_a_day_after_all_releases_leaves_nothing_out():
    empty = pd.DataFrame(columns=COLUMNS)
    assert left_out(empty) == {"vintages": [], "variables_without_vintage": []}
    assert described(str(date(2030, 1, 1)), left_out(empty)) == [
        "- nothing that has landed was released after 2030-01-01"
    ]
