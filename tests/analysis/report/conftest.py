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
RATIOS = {"KAZ": 1.15, "KGZ": 0.95, "TJK": 0.55, "TKM": 1.9, "UZB": 0.86}
YEARS = range(2013, 2021)
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
TESTS = (
    ("f_partner_effects", 9.4, 4, 28, 0.00005, True, "partner effects differ: pooled OLS is rejected", None),
    ("hausman_default", 6.1, 7, None, 0.53, False, "no conclusion: indefinite", "4 negative eigenvalues"),
)
FEW_CLUSTERS = "5 clusters: asymptotic standard errors are too small, read p-values as lower bounds"
RUN = {"run_id": "20250102T030405", "as_of": None, "published_at": "2025-01-02 03:10", "inputs": 14}


def wave(*parts: float) -> float:
    """A repeatable number in [-1, 1] without any pattern that matters."""
    return math.sin(12.9898 * sum(part * (position + 1) for position, part in enumerate(parts)))


def potential_class(ratio: float) -> str:
    """The class a fabricated K is published under."""
    if ratio < 0.8:
        return "huge potential"
    return "potential expansion" if ratio <= 1.2 else "potential reshaping"


def potential_classes() -> pd.DataFrame:
    """Classes as both made-up studies declare them, the highest first: order is told by position alone."""
    rows = [
        ("potential reshaping", 3, 1.2, False, None, False),
        ("huge potential", 1, None, False, 0.8, False),
        ("potential expansion", 2, 0.8, True, 1.2, True),
    ]
    columns = "potential_class position lower_bound is_lower_included upper_bound is_upper_included"
    made = pd.concat(
        [frame(columns, rows, study) for study in ("central_asia", "pacific")], ignore_index=True
    )
    return made.assign(
        label_zh="潜力型",
        meaning="Trade is somewhere beside what the equation expects",
        action="look closer",
        source_title="A study of classes",
        source_url="https://example.org/classes",
    )


def frame(columns: str, rows: list[tuple], study: str = "central_asia") -> pd.DataFrame:
    """Rows of one study under these column names."""
    made = pd.DataFrame(rows, columns=columns.split())
    made.insert(0, "study", study)
    return made


def index_rows(study: str, values: dict[tuple[str, int], float]) -> pd.DataFrame:
    rows = [
        (iso3, NAMES[iso3], year, value, 3 / 11 if iso3 in ("TJK", "TKM") and year > 2017 else 0.0)
        for (iso3, year), value in values.items()
    ]
    made = frame("country_iso3 country_name year index_value filled_share", rows, study)
    made["index_rank"] = made.groupby("year")["index_value"].rank(ascending=False).astype("Int64")
    return made


def potential_rows(
    study: str, key: tuple, cells: dict[tuple[str, int], tuple], is_selected: bool
) -> pd.DataFrame:
    """K, actual trade and filled share by partner and year; a K of None is undefined."""
    rows = []
    for (iso3, year), (ratio, actual, filled) in cells.items():
        predicted = None if ratio is None else actual / ratio
        gap = None if ratio is None else predicted - actual
        name = None if ratio is None else potential_class(ratio)
        caveat = "input missing: ln_cpi" if ratio is None else None
        what = (
            *key,
            iso3,
            NAMES[iso3],
            year,
            actual,
            predicted,
            ratio,
            name,
            gap,
            filled,
            is_selected,
            caveat,
        )
        rows.append(what)
    columns = (
        "model specification flow partner_iso3 partner_name year actual_trade_usd predicted_trade_usd "
        "potential_ratio potential_class potential_gap_usd filled_share is_selected caveat"
    )
    return frame(columns, rows, study)


def central_asian_cells() -> dict[tuple[str, int], tuple]:
    cells = {}
    for (place, iso3), year in itertools.product(enumerate(RATIOS), YEARS):
        actual = (12.0 if iso3 == "KAZ" else 2.5 + place) * 1e9 * (1 + 0.05 * (year - 2013))
        is_undefined = iso3 == "TKM" and year >= 2019
        ratio = None if is_undefined else RATIOS[iso3] * (1 + 0.25 * wave(place, year))
        cells[iso3, year] = (ratio, actual, 1 / 7 if iso3 in ("TJK", "TKM") else 0.0)
    return cells


def gravity_frames() -> dict[str, pd.DataFrame]:
    fits, estimates, tests = [], [], []
    ways = (("pooled_ols", "classical_normal"), ("fixed_effects", "classical_t"))
    combinations = itertools.product(
        enumerate(("paper_rebuild", "own_index")), enumerate(ways), enumerate(FILL_SETS)
    )
    for (m, model), (w, (estimator, covariance)), (f, fill_set) in combinations:
        chosen = (model, estimator, fill_set) == ("own_index", "pooled_ols", "carry_proxy")
        caveat, reason = (FEW_CLUSTERS, "a benchmark across partners") if chosen else (None, None)
        key = (model, f"{estimator}.{covariance}.{fill_set}", "total")
        n_obs = 22 if fill_set == "complete_cases" else 40
        fits.append((*key, estimator, n_obs, 5, 8, 0.94, "overall", -12.5, fill_set, chosen, reason, caveat))
        for t, (term, centre) in enumerate(TERMS.items()):
            turns = term == "cbec_index" and fill_set == "complete_cases"
            estimate = -0.8 if turns else centre + (0.3 + w) * wave(m, w, f, t)
            error = 0.12 + 0.1 * abs(wave(t, f))
            z = estimate / error
            p_value = math.erfc(abs(z) / math.sqrt(2))
            low, high = estimate - 1.96 * error, estimate + 1.96 * error
            what = (*key, estimator, covariance, term, estimate, error, z, p_value, low, high, chosen, caveat)
            estimates.append(what)
        tests += [(*key, *test) for test in TESTS]
    key = "model specification flow"
    return {
        "rpt_gravity_fit": frame(
            f"{key} estimator n_obs n_entities n_years r_squared r_squared_kind log_likelihood fill_set "
            "is_selected selection_reason caveat",
            fits,
        ),
        "rpt_gravity_coefficients": frame(
            f"{key} estimator covariance term estimate std_error statistic p_value ci_low ci_high "
            "is_selected caveat",
            estimates,
        ),
        "rpt_gravity_tests": frame(f"{key} test statistic df1 df2 p_value is_valid conclusion caveat", tests),
    }


def replication_rows() -> pd.DataFrame:
    rows = []
    for (t, (term, centre)), (f, fill_set) in itertools.product(
        enumerate(TERMS.items()), enumerate(FILL_SETS)
    ):
        difference = centre + 0.3 * wave(0, 0, f, t) - 1.02 * centre
        verdict = "within 1 printed se" if abs(difference) < 0.2 else "differs"
        values = (1.02 * centre, 1.02 * centre + difference, None, None, difference, 0.2, difference / 0.2)
        item = (f"regression.{term}.estimate", "paper_rebuild", term, None, None)
        rows.append((*item, *values, fill_set, verdict, "rebuilt from public data"))
    for iso3, year in itertools.product(RATIOS, YEARS):
        item, values = (f"index_table.{iso3}.{year}", None, None, iso3, year), (0.3, 0.35, None, None, 0.05)
        reason = "the eleven indicators are not named"
        rows.append((*item, *values, None, None, "none stated", "not reproducible", reason))
    texts = (None, None, "Uzbekistan ranks first", "Uzbekistan ranks first in 2020", None, None, None)
    verdict = ("none stated", "equal to printed digits", "same leader in 2020")
    rows.append(("abstract.first", None, None, None, None, *texts, *verdict))
    columns = (
        "item model term partner_iso3 year printed_value our_value printed_text our_text difference "
        "printed_std_error difference_in_se fill_set verdict reason"
    )
    return frame(columns, rows)


def coverage_rows() -> pd.DataFrame:
    rows = []
    gaps_of = {"NY.GDP.PCAP.PP.CD": 0, "SP.POP.TOTL": 0, "FP.CPI.TOTL.ZG": 3}
    gaps_of |= {"IT.NET.USER.ZS": 2, "LP.LPI.CUST.XQ": 4}
    for (indicator, gaps), iso3 in itertools.product(gaps_of.items(), RATIOS):
        filled = gaps if iso3 in ("TJK", "TKM") else 0
        missing = 2 if (indicator, iso3) == ("FP.CPI.TOTL.ZG", "TKM") else 0
        rows.append((indicator, iso3, 8, 8 - filled - missing, filled, missing))
    return frame("indicator_code country_iso3 cells reported filled missing", rows)


def panel_rows() -> pd.DataFrame:
    rows = []
    variables = {"cpi": "SERAI.CPI_CHAINED", "internet_users": "IT.NET.USER.ZS"}
    for iso3, year, (variable, indicator) in itertools.product(RATIOS, YEARS, variables.items()):
        is_filled = iso3 in ("TJK", "TKM") and year > 2017
        origin, method = ("carried", "carry") if is_filled else ("reported", None)
        key = ("carry_proxy", iso3, variable, year, "country", "CHN", iso3, indicator)
        rows.append((*key, 1.0, origin, is_filled, method, pd.Timestamp("2024-03-28"), variable == "cpi"))
    columns = (
        "fill_set unit_id variable year unit_kind reference_iso3 country_iso3 indicator_code value "
        "value_origin is_filled fill_method vintage is_later_vintage"
    )
    return frame(columns, rows)


def published_frames() -> dict[str, pd.DataFrame]:
    """Two studies: one like Central Asia with every table, a tiny one on both sides of the 180th meridian."""
    index = {
        (iso3, year): min(1.0, max(0.0, 0.09 * place + 0.04 * (year - 2013) + 0.03 * wave(place, year)))
        for (place, iso3), year in itertools.product(enumerate(RATIOS), YEARS)
    }
    pooled = ("pooled_ols.classical_normal.carry_proxy", "total")
    islands = {("FJI", 2019): 1.0, ("FJI", 2020): 1.0, ("WSM", 2019): 0.5, ("WSM", 2020): 0.5}
    loadings = [
        (component, indicator, wave(component, place), 0.8 / component, 4.1 / component, 0.5 / component)
        for component in (1, 2)
        for place, indicator in enumerate(("IT.NET.USER.ZS", "LP.LPI.CUST.XQ", "GB.XPD.RSDV.GD.ZS"))
    ]
    checks = [
        (
            "rpt_trade_potential",
            f"range_{n}",
            "potential_ratio",
            "warning",
            n > 0,
            "6.2",
            "0.1 to 5",
            "a wrong unit",
        )
        for n in range(4)
    ]
    check_columns = "suite expectation column_name severity is_passed observed expected description"
    source = (
        "wdi",
        "wdi.csv",
        "ab" * 32,
        pd.Timestamp("2024-03-28"),
        pd.Timestamp("2025-01-02 03:04:05"),
        12,
        "CC BY",
    )
    source_columns = "source file_name file_sha256 vintage loaded_at row_count licence"
    studies = [
        (
            "central_asia",
            "China and Central Asia",
            "How much is unused?",
            "CHN",
            pd.Timestamp("2024-03-31"),
            "carry_proxy",
        ),
        ("pacific", "New Zealand and the islands", None, "NZL", None, None),
    ]
    return {
        "rpt_cbec_index": pd.concat(
            [index_rows("central_asia", index), index_rows("pacific", islands)], ignore_index=True
        ),
        "rpt_index_adequacy": frame(
            "statistic value p_value", [("kmo", 0.71, None), ("bartlett_chi2", 312.4, 1e-12)]
        ),
        "rpt_index_loadings": frame(
            "component indicator_code loading weight eigenvalue explained_share", loadings
        ),
        **gravity_frames(),
        "rpt_trade_potential": pd.concat(
            [
                potential_rows("central_asia", ("own_index", *pooled), central_asian_cells(), True),
                potential_rows("central_asia", ("paper_rebuild", *pooled), central_asian_cells(), False),
                potential_rows(
                    "pacific",
                    ("plain", "pooled_ols.classical_t.none", "exports"),
                    {cell: (ratio, 4e8 * ratio, 0.0) for cell, ratio in islands.items()},
                    True,
                ),
            ],
            ignore_index=True,
        ),
        "rpt_replication": replication_rows(),
        "rpt_data_coverage": coverage_rows(),
        "rpt_source_vintages": pd.DataFrame([source], columns=source_columns.split()),
        "fct_study_panel": panel_rows(),
        "dim_country": pd.DataFrame({"country_iso3": NAMES.keys(), "country_name": NAMES.values()}),
        "dim_indicator": pd.DataFrame(
            {
                "indicator_code": ["IT.NET.USER.ZS"],
                "indicator_name": ["Individuals using the Internet"],
                "unit": ["%"],
            }
        ),
        "meta.verdicts": pd.DataFrame(checks, columns=check_columns.split()),
        "dim_study": pd.DataFrame(
            studies, columns=["study", "title", "question", "reference_iso3", "as_of_date", "base_fill_set"]
        ),
        "dim_potential_class": potential_classes(),
        "dim_fill_set": frame(
            "fill_set title description is_base",
            [("carry_proxy", "Carried, then the group's mean", "", True)],
        ),
    }


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
