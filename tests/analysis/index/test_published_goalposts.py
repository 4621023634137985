"""Published indices between fixed goalposts: human development 2021 and technology achievement 2001.

Figures: United Nations Development Programme, Human Development Report 2021/22, table 1 with technical
note 1, and 2001, annex table A2.1 with its technical note. Inputs are printed with fewer digits than the
reports computed with, so the last printed digit of an index may be off by one or two.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis.index.composite import composite_index
from analysis.index.correlation import IndicatorError
from analysis.index.hierarchy import Member
from analysis.index.method import IndexMethod
from analysis.index.retention import RetentionRule
from analysis.index.scaling import Scaling
from analysis.index.stages import staged_index

DATA = Path(__file__).resolve().parent / "data"
HDI_STRUCTURE = [
    Member("life", "hdi"),
    Member("expected", "education"),
    Member("mean", "education"),
    Member("income", "hdi"),
    Member("education", "hdi", mean="arithmetic"),
    Member("hdi"),
]
HDI_GOALPOSTS = Scaling(
    "goalposts",
    goalposts={
        "life": (20, 85),
        "expected": (0, 18),
        "mean": (0, 15),
        "income": (np.log(100), np.log(75_000)),
    },
)
HDI_INDICATORS = ["life", "expected", "mean", "income"]


def table(name: str) -> tuple[list[str], list[str], np.ndarray]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file, delimiter=";"))
    return header[1:], [row[0] for row in rows], np.array([[float(cell) for cell in row[1:]] for row in rows])


@pytest.fixture(scope="module")
def human_development() -> tuple[list[str], np.ndarray, np.ndarray]:
    _, countries, values = table("human_development_2021.csv")
    indicators = values[:, :4].copy()
    indicators[:, 3] = np.log(indicators[:, 3])
    return countries, indicators, values[:, 4]


def test_human_development_is_a_geometric_mean_over_an_arithmetic_one_between_goalposts(human_development):
    countries, indicators, printed = human_development
    found = staged_index(indicators, HDI_INDICATORS, HDI_STRUCTURE, scaling=HDI_GOALPOSTS, means="geometric")
    np.testing.assert_allclose(found.index, printed, atol=0.0011)
    assert found.index[countries.index("Norway")].round(3) == 0.961
    # Hong Kong lives longer than the upper goalpost, Australia learns longer: both are held there.
    assert found.normalised[countries.index("Hong Kong, China (SAR)"), 0] == 1
    assert found.normalised[countries.index("Australia"), 1] == 1


def test_one_country_alone_has_the_index_that_it_has_among_others(human_development):
    countries, indicators, _ = human_development
    among = staged_index(
        indicators, HDI_INDICATORS, HDI_STRUCTURE, scaling=HDI_GOALPOSTS, means=["arithmetic", "geometric"]
    )
    norway = countries.index("Norway")
    alone = staged_index(
        indicators[[norway]], HDI_INDICATORS, HDI_STRUCTURE, scaling=HDI_GOALPOSTS, means="geometric"
    )
    assert alone.index.tolist() == [among.index[norway]]


def test_an_index_of_a_study_keeps_its_goalposts_under_a_geometric_mean(human_development):
    _, indicators, _ = human_development
    health_and_income = indicators[:, [0, 3]]
    ends = {name: HDI_GOALPOSTS.goalposts[name] for name in ("life", "income")}
    method = IndexMethod(
        scaling=Scaling("goalposts", goalposts=ends),
        weights="expert",
        expert={"life": 2.0, "income": 1.0},
        aggregation="geometric",
        result="none",
    )
    found = composite_index(health_and_income, ["life", "income"], RetentionRule("fixed", 1), method=method)
    first, last = np.array([ends["life"], ends["income"]], dtype=float).T
    unit = ((health_and_income - first) / (last - first)).clip(0, 1)
    np.testing.assert_allclose(found.index, np.cbrt(unit[:, 0] ** 2 * unit[:, 1]), rtol=1e-12)
    low = np.vstack([health_and_income, [[20.0, 8.0]]])
    with pytest.raises(IndicatorError, match="expected a number above 0 for a geometric mean"):
        composite_index(low, ["life", "income"], RetentionRule("fixed", 1), method=method)


def test_technology_achievement_is_a_mean_of_four_dimensions_between_observed_ends():
    names, countries, values = table("technology_achievement_2001.csv")
    values = values.copy()
    # The report has no royalties of Singapore and counts none; the Handbook's table fills them in.
    values[countries.index("Singapore"), 1] = 0.0
    ends = [
        (0, 994),
        (0, 272.6),
        (0, 232.4),
        (0, 80.8),
        (0, np.log10(901)),
        (np.log10(22), np.log10(6969)),
        (0.8, 12.0),
        (0.1, 27.4),
    ]
    dimensions = ["creation", "recent", "old", "skills"]
    structure = [
        *(Member(name, dimensions[at // 2]) for at, name in enumerate(names)),
        *(Member(name, "technology") for name in dimensions),
        Member("technology"),
    ]
    found = staged_index(
        values, names, structure, scaling=Scaling("goalposts", goalposts=dict(zip(names, ends, strict=True)))
    )
    printed = [
        *(0.744, 0.733, 0.703, 0.698, 0.666, 0.630, 0.606, 0.589, 0.587, 0.585, 0.583, 0.579),
        *(0.566, 0.553, 0.548, 0.544, 0.535, 0.514, 0.481, 0.471, 0.465, 0.464, 0.458),
    ]
    np.testing.assert_allclose(found.index, printed, atol=0.0016)
    assert found.index.argsort()[::-1].tolist()[:9] == list(range(9))
