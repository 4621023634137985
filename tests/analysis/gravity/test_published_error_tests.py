"""Tests of the errors of Grunfeld's panel as R's plm gives them: serial, across partners, one-sided."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from analysis.gravity.panel import fixed_effects
from analysis.gravity.panel_data import panel_data
from analysis.gravity.partner_errors import breusch_pagan_cross_section, pesaran_cd
from analysis.gravity.pooled import pooled_ols
from analysis.gravity.serial_correlation import (
    baltagi_li,
    breusch_godfrey,
    durbin_watson,
    wooldridge_serial_correlation,
)
from analysis.gravity.specification_tests import honda
from tests.analysis.gravity.test_published_panels import grunfeld_item, read_panel

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def grunfeld_items(shared_reference):
    folder = shared_reference / "econometrics" / "grunfeld"
    expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    sample = read_panel(folder / expected["data"], "inv", ["value", "capital"], "firm", "year")
    # What is laid end to end depends on the order of firms: 1, 2, … 10, not 1, 10, 2, as texts are sorted.
    firms = np.array([f"{int(firm):02}" for firm in sample.entities])[sample.entity_index]
    ordered = panel_data(sample.outcome, sample.regressors, sample.terms, firms, sample.periods)
    return ordered, expected["items"]


OURS = {
    "plm_pcd": lambda panel, fixed: {"z": pesaran_cd(panel, fixed, alpha=0.05).statistic},
    "plm_pcd_lm": lambda panel, fixed: named(breusch_pagan_cross_section(panel, fixed, alpha=0.05)),
    "plm_wooldridge_ar": lambda panel, fixed: named(wooldridge_serial_correlation(panel, fixed, alpha=0.05)),
    "plm_bg": lambda panel, fixed: named(
        breusch_godfrey(panel, fixed, order=1, boundary="stacked", alpha=0.05)
    ),
    "plm_dw": lambda panel, fixed: {"DW": durbin_watson(panel, fixed, boundary="stacked")},
    "plm_honda": lambda panel, fixed: {"z": honda(panel, pooled_ols(panel), alpha=0.05).statistic},
    "plm_baltagi_li": lambda panel, fixed: named(baltagi_li(panel, alpha=0.05)),
}


def named(test) -> dict[str, float]:
    """A statistic by the name of its distribution, as the expected values write it."""
    is_chi2 = test.df2 != test.df2
    return {f"chi2_{test.df1:g}" if is_chi2 else f"F_{test.df1:g}_{test.df2:g}": test.statistic}


@pytest.mark.parametrize("identifier", sorted(OURS))
def test_of_the_errors_equals_plm(grunfeld_items, identifier):
    panel, items = grunfeld_items
    published, tolerance = grunfeld_item(items, identifier, "stat")
    assert OURS[identifier](panel, fixed_effects(panel)) == pytest.approx(published, abs=tolerance, rel=0)
