"""Published components: USArrests and Thurstone's nine tests, numbers as recorded with the files."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import yaml

from analysis.index.adequacy import bartlett, kmo
from analysis.index.correlation import correlation_matrix, standardise
from analysis.index.pca import principal_components

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def published(shared_reference):
    folder = shared_reference / "econometrics" / "pca"
    items = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))["items"]

    def read(identifier: str):
        item = next(item for item in items if item["id"] == identifier)
        with (folder / item["data"]).open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        return np.array([[float(cell) for cell in row[1:]] for row in rows]), header[1:], item

    return read


def test_us_arrests(published):
    values, names, item = published("usarrests")
    correlation = correlation_matrix(standardise(values, names))
    components = principal_components(correlation, names)
    close = {"rtol": 0, "atol": item["tol"]}
    np.testing.assert_allclose(components.eigenvalues, item["eigenvalues"], **close)
    np.testing.assert_allclose(components.eigenvectors[:, 0], item["pc1_abs"], **close)
    adequate, test = kmo(correlation, names), bartlett(correlation, len(values))
    np.testing.assert_allclose(adequate.overall, item["kmo"], **close)
    np.testing.assert_allclose(adequate.msa, item["msa"], **close)
    np.testing.assert_allclose(test.statistic, item["bartlett_chi2"], **close)
    np.testing.assert_allclose(test.p_value, item["bartlett_p"], rtol=1e-10)
    assert test.df == item["bartlett_df"]


def test_thurstone(published):
    correlation, names, item = published("thurstone")
    close = {"rtol": 0, "atol": item["tol"]}
    components = principal_components(correlation, names)
    np.testing.assert_allclose(components.eigenvalues[:3], item["eigenvalues_first3"], **close)
    np.testing.assert_allclose(kmo(correlation, names).overall, item["kmo"], **close)
    test = bartlett(correlation, item["n"])
    np.testing.assert_allclose(test.statistic, item["bartlett_chi2"], rtol=item["tol"])
    assert test.df == item["bartlett_df"]


def test_the_figures_carried_in_our_tests_are_those_of_the_reference(published, us_arrests):
    values, _, _ = published("usarrests")
    np.testing.assert_array_equal(us_arrests[0], values)
