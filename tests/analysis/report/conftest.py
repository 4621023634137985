"""Fabricated published frames: shaped like a release, numbers made up. They test the drawing alone."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest

from analysis.report import render_report
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames

NAMES = {
    "CHN": "China",
    "KAZ": "Kazakhstan",
    "KGZ": "Kyrgyz Republic",
    "TJK": "Tajikistan",
    "TKM": "Turkmenistan",
    "UZB": "Uzbekistan",
    "NZL": "New Zealand",
    "FJI": "Fiji",
    "WSM": "Samoa",
}
PARTNERS = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
YEARS = tuple(range(2013, 2021))
FILL_SETS = ("carry_proxy", "complete_cases", "trend", "deflator_proxy")
TERMS = {
    "ln_gdp_per_capita_ppp": 0.8,
    "ln_population": -0.2,
    "cbec_index": 1.4,
    "ln_internet_users": 0.3,
    "ln_cpi": -0.9,
    "ln_openness": 0.4,
    "ln_distance_brent": 0.45,
    "const": 4.5,
}
BASE_RATIOS = {"KAZ": 1.15, "KGZ": 0.95, "TJK": 0.55, "TKM": 1.9, "UZB": 0.86}
FEW_CLUSTERS = "5 clusters: asymptotic standard errors are too small, read p-values as lower bounds"


def wave(*parts: float) -> float:
    """A repeatable number in [-1, 1] without any pattern that matters."""
    return math.sin(12.9898 * sum(part * (position + 1) for position, part in enumerate(parts)))


def potential_class(ratio: float) -> str:
    """The class a fabricated K is published under."""
    if ratio < 0.8:
        return "huge potential"
    return "potential expansion" if ratio <= 1.2 else "potential reshaping"


def index_rows() -> list[dict]:
    rows = []
    for (place, iso3), year in itertools.product(enumerate(PARTNERS), YEARS):
        value = min(1.0, max(0.0, 0.09 * place + 0.04 * (year - 2013) + 0.03 * wave(place, year)))
        filled = 3 / 11 if iso3 in ("TJK", "TKM") and year > 2017 else 0.0
        rows.append(
            {
                "study": "central_asia",
                "country_iso3": iso3,
                "country_name": NAMES[iso3],
                "year": year,
                "index_value": value,
                "filled_share": filled,
            }
        )
    frame = pd.DataFrame(rows)
    frame["index_rank"] = frame.groupby("year")["index_value"].rank(ascending=False).astype("Int64")
    return frame.to_dict("records")


def potential_rows() -> list[dict]:
    rows = []
    for (place, iso3), year in itertools.product(enumerate(PARTNERS), YEARS):
        actual = (12.0 if iso3 == "KAZ" else 2.5 + place) * 1e9 * (1 + 0.05 * (year - 2013))
        ratio: float | None = BASE_RATIOS[iso3] * (1 + 0.25 * wave(place, year))
        is_undefined = iso3 == "TKM" and year >= 2019
        if is_undefined:
            ratio = None
        for model, is_selected in (("own_index", True), ("paper_rebuild", False)):
            rows.append(
                {
                    "study": "central_asia",
                    "model": model,
                    "specification": "pooled_ols.classical_normal.carry_proxy",
                    "flow": "total",
                    "partner_iso3": iso3,
                    "partner_name": NAMES[iso3],
                    "year": year,
                    "actual_trade_usd": actual,
                    "predicted_trade_usd": None if ratio is None else actual / ratio,
                    "potential_ratio": ratio,
                    "potential_class": None if ratio is None else potential_class(ratio),
                    "potential_gap_usd": None if ratio is None else actual / ratio - actual,
                    "filled_share": None if is_undefined else (1 / 7 if iso3 in ("TJK", "TKM") else 0.0),
                    "is_selected": is_selected,
                    "caveat": "input missing: ln_cpi" if is_undefined else None,
                }
            )
    return rows


def gravity_rows() -> tuple[list[dict], list[dict], list[dict]]:
    fits, estimates, tests = [], [], []
    ways = (("pooled_ols", "classical_normal"), ("fixed_effects", "classical_t"))
    for (m, model), (w, way), (f, fill_set) in itertools.product(
        enumerate(("paper_rebuild", "own_index")), enumerate(ways), enumerate(FILL_SETS)
    ):
        is_selected = (model, way[0], fill_set) == ("own_index", "pooled_ols", "carry_proxy")
        key = {
            "study": "central_asia",
            "model": model,
            "specification": f"{way[0]}.{way[1]}.{fill_set}",
            "flow": "total",
        }
        fits.append(
            {
                **key,
                "estimator": way[0],
                "n_obs": 22 if fill_set == "complete_cases" else 40,
                "n_entities": 5,
                "n_years": 8,
                "r_squared": 0.94,
                "r_squared_kind": "overall",
                "log_likelihood": -12.5,
                "fill_set": fill_set,
                "is_selected": is_selected,
                "selection_reason": "benchmark across partners needs the between variation"
                if is_selected
                else None,
                "caveat": FEW_CLUSTERS if is_selected else None,
            }
        )
        for t, (term, centre) in enumerate(TERMS.items()):
            estimate = centre + (0.3 + w) * wave(m, w, f, t)
            if term == "cbec_index" and fill_set == "complete_cases":
                estimate = -0.8
            error = 0.12 + 0.1 * abs(wave(t, f))
            estimates.append(
                {
                    **key,
                    "estimator": way[0],
                    "covariance": way[1],
                    "term": term,
                    "estimate": estimate,
                    "std_error": error,
                    "statistic": estimate / error,
                    "p_value": math.erfc(abs(estimate / error) / math.sqrt(2)),
                    "ci_low": estimate - 1.96 * error,
                    "ci_high": estimate + 1.96 * error,
                    "is_selected": is_selected,
                    "caveat": FEW_CLUSTERS if is_selected else None,
                }
            )
        for test, statistic, degrees, p_value, is_valid, conclusion in (
            (
                "f_partner_effects",
                9.4,
                (4, 28),
                0.00005,
                True,
                "partner effects differ: pooled OLS is rejected",
            ),
            (
                "hausman_default",
                6.1,
                (7, None),
                0.53,
                False,
                "no conclusion: the matrix of differences is indefinite",
            ),
        ):
            tests.append(
                {
                    **key,
                    "test": test,
                    "statistic": statistic,
                    "df1": degrees[0],
                    "df2": degrees[1],
                    "p_value": p_value,
                    "is_valid": is_valid,
                    "conclusion": conclusion,
                    "caveat": None if is_valid else "rank 4 of 7, 4 negative eigenvalues",
                }
            )
    return fits, estimates, tests


def replication_rows() -> list[dict]:
    rows = []
    for t, (term, centre) in enumerate(TERMS.items()):
        for f, fill_set in enumerate(FILL_SETS):
            ours = centre + 0.3 * wave(0, 0, f, t)
            gap = (ours - centre * 1.02) / 0.2
            verdict = "within 1 printed se" if abs(gap) < 1 else "differs"
            rows.append(
                _replication(
                    item=f"regression.{term}.estimate",
                    model="paper_rebuild",
                    term=term,
                    printed_value=centre * 1.02,
                    our_value=ours,
                    difference=ours - centre * 1.02,
                    printed_std_error=0.2,
                    difference_in_se=gap,
                    fill_set=fill_set,
                    verdict=verdict,
                    reason="rebuilt from public data",
                )
            )
    for iso3, year in itertools.product(PARTNERS, YEARS):
        rows.append(
            _replication(
                item=f"index_table.{iso3}.{year}",
                partner_iso3=iso3,
                year=year,
                printed_value=0.3,
                our_value=0.35,
                difference=0.05,
                verdict="not reproducible",
                reason="the eleven indicators are not named",
            )
        )
    rows.append(
        _replication(
            item="abstract.first",
            printed_text="Uzbekistan ranks first",
            our_text="Uzbekistan ranks first in 2020",
            verdict="equal to printed digits",
            reason="same leader in 2020",
        )
    )
    return rows


def _replication(**values: object) -> dict:
    empty = dict.fromkeys(
        [
            "model",
            "term",
            "partner_iso3",
            "year",
            "printed_value",
            "our_value",
            "printed_text",
            "our_text",
            "difference",
            "printed_std_error",
            "difference_in_se",
        ]
    )
    return {"study": "central_asia", "fill_set": "none stated", **empty, **values}


def coverage_rows() -> list[dict]:
    rows = []
    for (i, indicator), (c, iso3) in itertools.product(
        enumerate(("NY.GDP.PCAP.PP.CD", "SP.POP.TOTL", "FP.CPI.TOTL.ZG", "IT.NET.USER.ZS", "LP.LPI.CUST.XQ")),
        enumerate(PARTNERS),
    ):
        filled = (0, 0, 3, 2, 4)[i] * (c in (2, 3))
        missing = 2 if (i, c) == (2, 3) else 0
        rows.append(
            {
                "study": "central_asia",
                "indicator_code": indicator,
                "country_iso3": iso3,
                "cells": 8,
                "reported": 8 - filled - missing,
                "filled": filled,
                "missing": missing,
            }
        )
    return rows


def panel_rows() -> list[dict]:
    rows = []
    for iso3, year, (variable, indicator) in itertools.product(
        PARTNERS, YEARS, (("cpi", "SERAI.CPI_CHAINED"), ("internet_users", "IT.NET.USER.ZS"))
    ):
        is_filled = iso3 in ("TJK", "TKM") and year > 2017
        rows.append(
            {
                "study": "central_asia",
                "fill_set": "carry_proxy",
                "unit_id": iso3,
                "variable": variable,
                "year": year,
                "unit_kind": "country",
                "reference_iso3": "CHN",
                "country_iso3": iso3,
                "indicator_code": indicator,
                "value": 100.0,
                "value_origin": "carried" if is_filled else "reported",
                "is_filled": is_filled,
                "fill_method": "carry" if is_filled else None,
                "vintage": pd.Timestamp("2024-03-28"),
                "vintage_rule": "latest_allowed",
                "is_later_vintage": variable == "cpi",
                "file_id": "ab" * 32,
            }
        )
    return rows


def pacific_rows() -> tuple[list[dict], list[dict]]:
    """A tiny second study on both sides of the 180th meridian, with two tables only."""
    index, potential = [], []
    for rank, iso3 in enumerate(("FJI", "WSM"), start=1):
        for year in (2019, 2020):
            ratio = 1.0 / rank
            index.append(
                {
                    "study": "pacific",
                    "country_iso3": iso3,
                    "country_name": NAMES[iso3],
                    "year": year,
                    "index_value": 0.8 / rank,
                    "index_rank": rank,
                    "filled_share": 0.0,
                }
            )
            potential.append(
                {
                    "study": "pacific",
                    "model": "plain",
                    "specification": "pooled_ols.classical_t.none",
                    "flow": "exports",
                    "partner_iso3": iso3,
                    "partner_name": NAMES[iso3],
                    "year": year,
                    "actual_trade_usd": 4e8 / rank,
                    "predicted_trade_usd": 4e8,
                    "potential_ratio": ratio,
                    "potential_class": potential_class(ratio),
                    "potential_gap_usd": 4e8 - 4e8 / rank,
                    "filled_share": 0.0,
                    "is_selected": True,
                    "caveat": None,
                }
            )
    return index, potential


def published_frames() -> dict[str, pd.DataFrame]:
    fits, estimates, tests = gravity_rows()
    pacific_index, pacific_potential = pacific_rows()
    return {
        "rpt_cbec_index": pd.DataFrame(index_rows() + pacific_index).astype({"index_rank": "Int64"}),
        "rpt_index_adequacy": pd.DataFrame(
            [
                {"study": "central_asia", "statistic": "kmo", "value": 0.71, "p_value": None},
                {"study": "central_asia", "statistic": "bartlett_chi2", "value": 312.4, "p_value": 1e-12},
            ]
        ),
        "rpt_index_loadings": pd.DataFrame(
            [
                {
                    "study": "central_asia",
                    "component": component,
                    "indicator_code": indicator,
                    "loading": wave(component, position),
                    "weight": 0.8 / component,
                    "eigenvalue": 4.1 / component,
                    "explained_share": 0.5 / component,
                }
                for component in (1, 2)
                for position, indicator in enumerate(
                    ("IT.NET.USER.ZS", "LP.LPI.CUST.XQ", "GB.XPD.RSDV.GD.ZS")
                )
            ]
        ),
        "rpt_gravity_fit": pd.DataFrame(fits),
        "rpt_gravity_coefficients": pd.DataFrame(estimates),
        "rpt_gravity_tests": pd.DataFrame(tests),
        "rpt_trade_potential": pd.DataFrame(potential_rows() + pacific_potential),
        "rpt_replication": pd.DataFrame(replication_rows()),
        "rpt_source_vintages": pd.DataFrame(
            [
                {
                    "source": "worldbank_wdi",
                    "file_name": "wdi_2024-03-28.csv",
                    "file_sha256": "ab" * 32,
                    "vintage": pd.Timestamp("2024-03-28"),
                    "loaded_at": pd.Timestamp("2025-01-02 03:04:05"),
                    "row_count": 1234,
                    "licence": "CC BY 4.0",
                }
            ]
        ),
        "rpt_data_coverage": pd.DataFrame(coverage_rows()),
        "fct_study_panel": pd.DataFrame(panel_rows()),
        "dim_country": pd.DataFrame(
            [{"country_iso3": iso3, "country_name": name} for iso3, name in NAMES.items()]
        ),
        "dim_indicator": pd.DataFrame(
            [
                {
                    "indicator_code": "IT.NET.USER.ZS",
                    "indicator_name": "Individuals using the Internet",
                    "unit": "%",
                }
            ]
        ),
        "meta.verdicts": pd.DataFrame(
            [
                {
                    "suite": "rpt_trade_potential",
                    "expectation": f"expectation_{number}",
                    "column": "potential_ratio",
                    "severity": "warning",
                    "is_passed": number > 0,
                    "observed": "6.2",
                    "expected": "0.1 to 5",
                    "description": "a ratio beyond this range is a sign of a wrong unit",
                }
                for number in range(4)
            ]
        ),
        "serai__studies": pd.DataFrame(
            [
                {
                    "study": "central_asia",
                    "title": "China and Central Asia",
                    "question": "How developed is cross-border e-commerce, and how much trade is unused?",
                    "reference_iso3": "CHN",
                    "as_of": pd.Timestamp("2024-03-31"),
                    "base_fill_set": "carry_proxy",
                },
                {
                    "study": "pacific",
                    "title": "New Zealand and the islands",
                    "question": None,
                    "reference_iso3": "NZL",
                    "as_of": None,
                    "base_fill_set": None,
                },
            ]
        ),
        "serai__study_fill_sets": pd.DataFrame(
            [
                {
                    "study": "central_asia",
                    "fill_set": "carry_proxy",
                    "title": "carried, then the group's mean",
                    "description": "",
                    "is_base": True,
                }
            ]
        ),
    }


RUN = {"run_id": "20250102T030405", "as_of": None, "published_at": "2025-01-02 03:10", "inputs": 14}


@pytest.fixture
def frames() -> dict[str, pd.DataFrame]:
    """Published frames of two made-up studies."""
    return published_frames()


@pytest.fixture
def central_asia(frames: dict[str, pd.DataFrame]) -> StudyFrames:
    """The rich one of the two studies."""
    return StudyFrames(Published(frames), "central_asia")


@pytest.fixture
def run() -> dict[str, object]:
    """What a run record says of the release."""
    return dict(RUN)


@pytest.fixture(scope="session")
def page() -> str:
    """The report on the made-up frames, rendered once for all tests that only read it."""
    return render_report(published_frames(), RUN)
