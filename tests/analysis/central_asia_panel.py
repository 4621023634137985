"""The Central Asia study panel put together from the sample's files with pandas, without the warehouse.

A second, slower hand at what the warehouse does in SQL: vintages are chosen and gaps filled by the rows of
the study, so that estimates can be checked against published numbers before any database exists.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from analysis.study import Study
from analysis.study.panel import FillRule, FillSet, Variable

FIRST_YEAR = 2000

Series = dict[tuple[str, int], float]


def central_asia_panel(study: Study, sample: Path) -> pd.DataFrame:
    """Rows as ``fct_study_panel`` has them, for every fill set of the study."""
    series = {
        variable.variable: _chosen(study, variable, sample)
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


def _chosen(study: Study, variable: Variable, sample: Path) -> tuple[date, Series]:
    """The pinned edition, or the latest that the study's day allows, or the earliest after it."""
    editions = _editions(variable.indicator_code, study, sample)
    if variable.vintage_pin:
        return variable.vintage_pin, editions[variable.vintage_pin]
    allowed = [vintage for vintage in editions if vintage <= study.as_of]
    if not allowed and variable.is_later_vintage_allowed:
        return min(editions), editions[min(editions)]
    return max(allowed), editions[max(allowed)]


def _editions(code: str, study: Study, sample: Path) -> dict[date, Series]:
    """Every edition that holds a value of the indicator, by the vintage that its side-car states."""
    countries = study.partners.countries
    years = range(FIRST_YEAR, study.years.last + 1)
    if code.startswith("IMF_DOTS"):
        path = sample / "imf/DOTS_CHN_by_partner_2000-2020.csv"
        flows = _read(path)
        flows = flows[flows["flow"] == code.removeprefix("IMF_DOTS.").lower()]
        # An " e" after the number marks the source's own estimates.
        millions = flows["value_usd_million"].astype(str).str.removesuffix(" e").str.replace(",", "")
        keys = zip(flows["partner_iso3"], flows["year"], strict=True)
        return {_vintage(path): dict(zip(keys, 1e6 * millions.astype(float), strict=True))}
    if code == "CEPII_GEODIST.DIST":
        path = sample / "cepii/dist_cepii_from_22_economies.csv"
        pairs = _read(path)
        pairs = pairs[pairs["iso_o"] == study.reference_iso3].set_index("iso_d")["dist"].astype(float)
        cells = {(country, year): pairs[country] for country in countries for year in years}
        return {_vintage(path): cells}
    if code == "EIA.BRENT":
        path = sample / "eia/europe_brent_spot_price_annual.csv"
        day, price = _read(path).columns
        by_year = dict(zip(_read(path)[day].str[:4].astype(int), _read(path)[price], strict=True))
        return {_vintage(path): {(country, year): by_year[year] for country in countries for year in years}}
    editions = {
        _vintage(path): _wdi(path, code, countries, years)
        for path in sorted((sample / "worldbank").glob("WDICSV_*.csv"))
    }
    return {vintage: values for vintage, values in editions.items() if values}


def _vintage(path: Path) -> date:
    return yaml.safe_load(path.with_name(f"{path.name}.origin.yml").read_text(encoding="utf-8"))["vintage"]


def _wdi(path: Path, code: str, countries, years) -> Series:
    table = _read(path)
    table = table[(table["Indicator Code"] == code) & table["Country Code"].isin(countries)]
    return {
        (row["Country Code"], year): float(row[str(year)])
        for _, row in table.iterrows()
        for year in years
        if str(year) in table.columns and not pd.isna(row[str(year)])
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
