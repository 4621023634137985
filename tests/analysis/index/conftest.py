"""Indicators that several test modules decompose."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

US_ARRESTS = Path(__file__).resolve().parent / "data" / "us_arrests_1973.csv"
# The order in which published results list the variables.
US_ARRESTS_COLUMNS = ("murder_per_100k", "assault_per_100k", "urban_pct", "rape_per_100k")


@pytest.fixture(scope="session")
def us_arrests() -> tuple[np.ndarray, tuple[str, ...]]:
    """Violent crime in the 50 states of the USA, 1973: values (50, 4) and names.

    Figures: World Almanac and Book of Facts 1975 (crime rates) and Statistical Abstracts of the United States
    1975 (urban share), as given by McNeil (1977), Interactive Data Analysis.
    """
    with US_ARRESTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return np.array([[float(row[name]) for name in US_ARRESTS_COLUMNS] for row in rows]), US_ARRESTS_COLUMNS


@pytest.fixture(scope="session")
def random_indicators() -> np.ndarray:
    """Forty rows of six indicators that share two factors, shape (40, 6)."""
    random = np.random.default_rng(7)
    factors = random.normal(size=(40, 2))
    return factors @ random.normal(size=(2, 6)) + 0.6 * random.normal(size=(40, 6))
