"""The Central Asia study panel put together from the publishers' files with pandas, without the warehouse.

A second, slower hand at what the warehouse does in SQL: vintages are chosen and gaps filled by the rows of
the study, so that estimates can be checked against published numbers before any database exists.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.panel_specification import FillRule, FillSet, Variable
from analysis.study import Study

LATEST = date(2026, 7, 1)
FIRST_YEAR = 2005
# Which file holds which edition; the file of 2021-2024 mixes editions by indicator.
WDI_FILES = {
    date(2018, 8, 1): "wdi/WDICSV_extract_2018-08.csv",
    LATEST: "wdi/WDICSV_extract.csv",
    date(2018, 12, 31): "wdi/WDICSV_extract_LPI_2007-2018.csv",
}
MIXED_FILE = "wdi/WDICSV_extract_2021-2024.csv"
MIXED_VINTAGES = {
    "GB.XPD.RSDV.GD.ZS": date(2021, 9, 15),
    "IT.NET.USER.ZS": date(2022, 5, 25),
    "SP.POP.TOTL": date(2022, 5, 25),
    "NY.GDP.PCAP.PP.CD": date(2024, 3, 28),
}

Series = dict[tuple[str, int], float]


def central_asia_panel(study: Study, data: Path) -> pd.DataFrame:
    """Rows as ``fct_study_panel`` has them, for every fill set of the study."""
    series = {
        variable.variable: _chosen(study, variable, data)
        for variable in study.variables
        if variable.chain is None
    }
    rows = []
    for fill_set in study.fill_sets:
        for variable in study.variables:
            if variable.chain:
                rate_name = variable.chain.rate_variable
                vintage, reported = series[rate_name]
                rates, methods = _filled(study, fill_set, rate_name, reported, series)
                values, methods = _chained(study, variable, rates, methods)
            else:
                vintage, reported = series[variable.variable]
                values, methods = _filled(study, fill_set, variable.variable, reported, series)
            for country in study.partners.countries:
                for year in range(study.years.first, study.years.last + 1):
                    method = methods.get((country, year))
                    rows.append(
                        {
                            "study": study.study,
                            "fill_set": fill_set.fill_set,
                            "variable": variable.variable,
                            "year": year,
                            "country_iso3": country,
                            "value": values.get((country, year), np.nan),
                            "is_filled": method is not None,
                            "fill_method": method,
                            "vintage": vintage,
                            "is_later_vintage": vintage > study.as_of,
                        }
                    )
    return pd.DataFrame(rows)


def _chosen(study: Study, variable: Variable, data: Path) -> tuple[date, Series]:
    """The pinned edition, or the latest that the study's day allows, or the earliest after it."""
    editions = _editions(variable.indicator_code, study, data)
    if variable.vintage_pin:
        return variable.vintage_pin, editions[variable.vintage_pin]
    allowed = [vintage for vintage in editions if vintage <= study.as_of]
    if not allowed and variable.is_later_vintage_allowed:
        return min(editions), editions[min(editions)]
    return max(allowed), editions[max(allowed)]


def _editions(code: str, study: Study, data: Path) -> dict[date, Series]:
    countries = study.partners.countries
    years = range(FIRST_YEAR, study.years.last + 1)
    if code.startswith("IMF_DOTS"):
        flows = pd.read_csv(data / "trade/central_asia_china_trade_2010_2020.csv")
        column = f"{code.removeprefix('IMF_DOTS.').lower()}_usd_million"
        return {date(2022, 2, 2): dict((1e6 * flows.set_index(["partner_iso3", "year"])[column]).items())}
    if code == "CEPII_GEODIST.DIST":
        pairs = pd.read_csv(data / "geo/dist_cepii_CHN.csv").set_index("iso_d")["dist"].astype(float)
        cells = {(country, year): pairs[country] for country in countries for year in years}
        return {date(2004, 10, 15): cells}
    if code == "EIA.BRENT":
        prices = pd.read_csv(data / "trade/oil_brent_year.csv")
        by_year = dict(zip(prices["Date"].str[:4].astype(int), prices["Price"], strict=True))
        return {LATEST: {(country, year): by_year[year] for country in countries for year in years}}
    editions = {vintage: _wdi(data / name, code, countries, years) for vintage, name in WDI_FILES.items()}
    if code in MIXED_VINTAGES:
        editions[MIXED_VINTAGES[code]] = _wdi(data / MIXED_FILE, code, countries, years)
    return {vintage: values for vintage, values in editions.items() if values}


def _wdi(path: Path, code: str, countries, years) -> Series:
    table = _read(path)
    table = table[(table["Indicator Code"] == code) & table["Country Code"].isin(countries)]
    return {
        (row["Country Code"], year): float(row[str(year)])
        for _, row in table.iterrows()
        for year in years
        if not pd.isna(row[str(year)])
    }


@cache
def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def _filled(
    study: Study, fill_set: FillSet, variable: str, reported: Series, series: dict[str, tuple[date, Series]]
) -> tuple[Series, dict[tuple[str, int], str]]:
    rules = [rule for name, _, rule in fill_set.steps() if name == variable]
    values, methods = dict(reported), {}
    for country in study.partners.countries:
        for year in range(FIRST_YEAR, study.years.last + 1):
            for rule in rules:
                if (country, year) in values:
                    break
                filled = _apply(rule, country, year, reported, series, study.partners.countries)
                if filled is not None:
                    values[country, year] = filled
                    methods[country, year] = rule.method
    return values, methods


def _apply(rule: FillRule, country, year, reported: Series, series, countries) -> float | None:
    own = {y: value for (c, y), value in reported.items() if c == country}
    before, after = [y for y in own if y < year], [y for y in own if y > year]
    if rule.method == "linear" and before and after:
        low, high = max(before), min(after)
        return own[low] + (own[high] - own[low]) * (year - low) / (high - low)
    if rule.method == "carry" and own:
        return own[max(before)] if before else own[min(after)]
    if rule.method == "trend":
        points = {y: v for y, v in own.items() if (rule.from_year or y) <= y <= (rule.to_year or y)}
        if len(points) >= 3:
            y = np.log(list(points.values())) if rule.is_in_logs else list(points.values())
            line = np.polyval(np.polyfit(list(points), y, 1), year)
            return float(np.exp(line)) if rule.is_in_logs else float(line)
    if rule.method == "proxy":
        return series[rule.proxy_variable][1].get((country, year))
    if rule.method == "group_mean":
        others = [reported[c, year] for c in countries if c != country and (c, year) in reported]
        return float(np.mean(others)) if others else None
    return None


def _chained(study: Study, variable: Variable, rates: Series, methods) -> tuple[Series, dict]:
    chain = variable.chain
    values: Series = {}
    filled: dict[tuple[str, int], str] = {}
    for country in study.partners.countries:
        level, is_filled = chain.base_value, False
        for year in range(chain.base_year + 1, study.years.last + 1):
            if (country, year) not in rates:
                break
            level *= 1 + rates[country, year] / 100
            is_filled = is_filled or (country, year) in methods
            values[country, year] = level
            if is_filled:
                filled[country, year] = "chained"
    return values, filled
