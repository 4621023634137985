"""Studies and panels that the tests of estimation share: the published study, and small ones made up here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate import estimate_study
from analysis.study import STUDIES, Study, load_study
from tests.analysis.central_asia_panel import central_asia_panel

COUNTRIES = [f"A{letter}A" for letter in "ABCDEFGHIJKL"]
YEARS = range(2010, 2020)


@pytest.fixture(scope="session")
def central_asia() -> Study:
    """The study that comes with the package."""
    return load_study(STUDIES / "central_asia.yml")


@pytest.fixture(scope="session")
def real_panel(central_asia: Study, repository: Path) -> pd.DataFrame:
    """The study panel of Central Asia from the publishers' figures that the sample carries."""
    return central_asia_panel(central_asia, repository / "sample")


@pytest.fixture(scope="session")
def real_tables(central_asia: Study, real_panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Everything that is estimated from the real panel."""
    return estimate_study(central_asia, real_panel)


@pytest.fixture(scope="session")
def lean_study(central_asia: Study) -> Study:
    """The study without what only tries its choices again: index variants, curves, scenarios, backtest."""
    return central_asia.model_copy(
        update={
            "index": central_asia.index.model_copy(update={"robustness": None}),
            "gravity": central_asia.gravity.model_copy(update={"specification_curves": ()}),
            "potential": central_asia.potential.model_copy(update={"scenarios": (), "backtest": None}),
        }
    )


def small_study(**changes: object) -> dict:
    """Content of a study with two regressors and twelve partners, complete and valid."""
    return {
        "study": "small",
        "title": "A small study",
        "question": "Does the code find the coefficients that the panel was made with?",
        "reference_iso3": "CHN",
        "partners": {"countries": COUNTRIES},
        "years": {"first": 2010, "last": 2019},
        "variables": [
            {"variable": name, "indicator_code": f"TEST.{name.upper()}"}
            for name in ("exports_usd", "imports_usd", "income", "people", "speed", "paper", "port")
        ],
        "fill_sets": [{"fill_set": "as_it_is", "title": "As it is", "description": "Nothing is filled."}],
        "base_fill_set": "as_it_is",
        "base_fill_set_reason": "There is no other.",
        "index": {
            "title": "An index of three indicators",
            "dimensions": [
                {
                    "dimension": "all",
                    "indicators": [
                        {"variable": "speed"},
                        {"variable": "paper", "direction": "lower_is_better"},
                        {"variable": "port", "transform": "log", "reason": "It is skewed."},
                    ],
                }
            ],
            "retention": {"rule": "eigenvalue_above", "value": 1, "reason": "Kaiser."},
        },
        "gravity": {
            "flows": [
                {"flow": "total", "sum_of": ["exports_usd", "imports_usd"]},
                {"flow": "exports", "sum_of": ["exports_usd"]},
            ],
            "dependent": {"unit_usd": 10000, "is_log": True},
            "terms": [
                {"term": "log_income", "product_of": ["income"], "is_log": True},
                {"term": "log_people", "product_of": ["people"], "unit": 10000, "is_log": True},
                {"term": "development", "index": "own"},
            ],
            "models": [
                {"model": "plain", "title": "Without index", "terms": ["log_income", "log_people"]},
                {
                    "model": "developed",
                    "title": "With index",
                    "terms": ["log_income", "log_people", "development"],
                },
            ],
            "specifications": [
                {
                    "estimator": estimator,
                    "covariance": covariance,
                    "fill_sets": ["as_it_is"],
                    "has_potential": estimator in ("pooled_ols", "fixed_effects"),
                }
                for estimator, covariance in (
                    ("pooled_ols", "classical_t"),
                    ("fixed_effects", "classical_t"),
                    ("random_effects", "classical_normal"),
                    ("random_effects_sigma_u_zero", "classical_normal"),
                )
            ],
            "selection": {
                "model": "plain",
                "rule": "benchmark_across_partners",
                "reason": "Potential compares partners.",
            },
        },
        "potential": {
            "smearing": "duan",
            "smearing_reason": "A mean is wanted, not a median.",
            "boundary_reason": "Both bounds belong to the middle.",
            "classes": [
                {"label": "low", "upper": 0.8},
                {"label": "middle", "upper": 1.2, "is_upper_included": True},
                {"label": "high"},
            ],
        },
        **changes,
    }


@pytest.fixture
def study_of() -> Callable[..., Study]:
    """A function that makes the small study with some of its keys changed."""
    return lambda **changes: Study.model_validate(small_study(**changes))


@pytest.fixture
def made_up_panel() -> pd.DataFrame:
    """The panel of `small_panel`, to change at will."""
    return small_panel()


def small_panel() -> pd.DataFrame:
    """Make a panel of the small study in which ln trade is exactly 2 + 0.8 ln income + 0.5 ln people.

    Exports are a quarter of trade. Indicators follow one hidden factor closely.
    """
    rng = np.random.default_rng(7)
    rows = []
    for country in COUNTRIES:
        size, wealth = rng.normal(4, 1), rng.normal(9, 0.8)
        for year in YEARS:
            income = np.exp(wealth + 0.03 * (year - 2010) + rng.normal(0, 0.2))
            people = 1e4 * np.exp(size + 0.01 * (year - 2010) + rng.normal(0, 0.05))
            trade = 1e4 * np.exp(2 + 0.8 * np.log(income) + 0.5 * np.log(people / 1e4))
            factor = wealth - 9 + 0.1 * (year - 2010)
            cells = {
                "exports_usd": 0.25 * trade,
                "imports_usd": 0.75 * trade,
                "income": income,
                "people": people,
                "speed": 50 + 10 * factor + rng.normal(0, 2),
                "paper": 20 - 3 * factor + rng.normal(0, 1),
                "port": np.exp(factor + rng.normal(0, 0.3)),
            }
            rows += [(country, year, variable, value) for variable, value in cells.items()]
    return as_panel(rows)


def as_panel(rows: list[tuple[str, int, str, float]], study: str = "small") -> pd.DataFrame:
    """Panel rows of one fill set from (country, year, variable, value)."""
    panel = pd.DataFrame(rows, columns=["country_iso3", "year", "variable", "value"])
    return panel.assign(study=study, fill_set="as_it_is", is_filled=False, is_later_vintage=False)


@pytest.fixture(scope="session")
def invented_panel(central_asia: Study) -> pd.DataFrame:
    """A full panel of the Central Asia study with numbers drawn at random: nothing in it is a fact."""
    rng = np.random.default_rng(11)
    rows = [
        (country, year, variable.variable, float(np.exp(rng.normal(level, 0.4))))
        for level, variable in enumerate(central_asia.variables)
        for country in central_asia.partners.countries
        for year in range(central_asia.years.first, central_asia.years.last + 1)
    ]
    one = as_panel(rows, study=central_asia.study)
    return pd.concat([one.assign(fill_set=fill_set.fill_set) for fill_set in central_asia.fill_sets])


def rows(table: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    """Rows of a table whose columns have these values."""
    keep = pd.Series(True, index=table.index)
    for column, value in wanted.items():
        keep &= table[column] == value
    return table[keep]


def slopes(
    tables: dict[str, pd.DataFrame], specification: str, model: str = "plain", flow: str = "total"
) -> pd.Series:
    """Estimates of one specification by term."""
    table = rows(tables["gravity_coefficients"], specification=specification, model=model, flow=flow)
    return table.set_index("term")["estimate"]
