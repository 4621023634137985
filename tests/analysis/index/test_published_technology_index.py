"""The worked example of the Handbook on Constructing Composite Indicators: 23 countries, eight indicators.

Figures: United Nations Development Programme, Human Development Report 2001, as the Handbook of OECD and JRC
(2008) prints them in its annex; results are those of its tables 16 to 18. The data printed are rounded
(logarithms to two decimals), so rotated loadings agree to a unit or two of the second decimal.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis.index.correlation import correlation_matrix, standardise
from analysis.index.pca import principal_components
from analysis.index.rotation import rotate
from analysis.index.weights import squared_loading_weights

DATA = Path(__file__).resolve().parent / "data" / "technology_achievement_2001.csv"
# Table 17, columns in descending order of explained variance.
PRINTED_LOADINGS = np.array(
    [
        [0.07, 0.06, 0.97, 0.06],
        [0.13, 0.93, 0.07, -0.07],
        [0.79, 0.42, -0.21, 0.21],
        [-0.64, 0.36, 0.56, -0.04],
        [0.37, 0.68, 0.17, 0.38],
        [0.82, 0.35, -0.04, 0.25],
        [0.88, 0.09, 0.23, -0.09],
        [0.08, 0.04, 0.04, 0.96],
    ]
)


@pytest.fixture(scope="module")
def components():
    with DATA.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file, delimiter=";"))
    values = np.array([[float(cell) for cell in row[1:]] for row in rows])
    assert values.shape == (23, 8)
    return principal_components(correlation_matrix(standardise(values, header[1:])), header[1:])


def test_eigenvalues_are_those_of_table_16(components):
    np.testing.assert_allclose(components.eigenvalues, [3.3, 1.7, 1.0, 0.9, 0.5, 0.3, 0.2, 0.1], atol=0.06)
    np.testing.assert_allclose(100 * components.cumulative_share[:4], [41.9, 63.7, 76.0, 87.2], atol=0.1)


def test_rotated_loadings_are_those_of_table_17(components):
    rotated = rotate(components, 4)
    np.testing.assert_allclose(rotated.loadings, PRINTED_LOADINGS, atol=0.021)
    np.testing.assert_allclose(rotated.eigenvalues, [2.64, 1.76, 1.39, 1.19], atol=0.03)
    share = rotated.eigenvalues / rotated.eigenvalues.sum()
    np.testing.assert_allclose(share, [0.38, 0.25, 0.20, 0.17], atol=0.006)


def test_weights_are_those_of_table_18(components):
    printed = [0.17, 0.15, 0.11, 0.07, 0.08, 0.12, 0.14, 0.16]
    np.testing.assert_allclose(squared_loading_weights(PRINTED_LOADINGS).round(2), printed, atol=1e-9)
    np.testing.assert_allclose(squared_loading_weights(rotate(components, 4).loadings), printed, atol=0.0061)
