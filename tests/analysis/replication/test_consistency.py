"""The print held against itself, and shown to notice when a printed number is changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.replication.consistency import consistency_items
from analysis.replication.evidence import Evidence
from analysis.study import STUDIES, Study, load_study


def checked(study: Study) -> pd.DataFrame:
    """The print of a study against itself: neither a panel nor an estimate is at hand."""
    return pd.DataFrame(consistency_items(Evidence(study, {}, {}, ()))).set_index("item")


@pytest.fixture(scope="module")
def items(central_asia) -> pd.DataFrame:
    return checked(central_asia)


@pytest.mark.parametrize("kind", ["z", "p_value", "ci_low", "ci_high", "difference"])
def test_all_eight_rows_agree_within_what_rounding_allows(items, kind):
    rows = items[items.index.str.startswith(f"consistency.{kind}.")]
    assert len(rows) == 8
    assert set(rows["verdict"]) <= {"equal to printed digits", "same sign"}


def test_what_only_rounding_explains_is_not_called_equal(items):
    for item in ("ci_high.lnPgdp", "z.lnpop", "p_value.lnpop", "f_test.p_value", "index.min"):
        row = items.loc[f"consistency.{item}"]
        assert row["verdict"] == "same sign", item
        assert "within what the rounding of the printed inputs allows: [" in row["reason"]
    assert items.loc["consistency.ci_high.cbec", "verdict"] == "equal to printed digits"
    is_equal = items["verdict"] == "equal to printed digits"
    same_digits = items["our_text"].astype(str) == items["printed_text"]
    assert (is_equal == same_digits).all()


def test_a_column_whose_last_digits_are_all_zero_says_in_which_unit_it_is(items):
    assert "(-1.400 is printed in units of 0.01)" in items.loc["consistency.z.lnpop", "reason"]
    assert "units" not in items.loc["consistency.ci_low.lnpop", "reason"]


def test_p_values_rule_out_the_t_distribution(items):
    assert (
        "The t distribution with 32 degrees of freedom is ruled out"
        in items.loc["consistency.p_value.lnpop", "reason"]
    )
    # p(t = 5.2) rounds to 0.000 under both: that row says nothing.
    assert "ruled out" not in items.loc["consistency.p_value.lnPgdp", "reason"]


def test_the_f_test_has_its_printed_p_and_degrees_of_freedom(items):
    assert items.loc["consistency.f_test.p_value", "our_value"] == pytest.approx(0.00145, abs=5e-6)
    assert items.loc["consistency.f_test.df1", "our_value"] == 4
    assert items.loc["consistency.f_test.df2", "our_value"] == 28
    assert items.loc["consistency.f_test.df2", "verdict"] == "equal to printed digits"


def test_the_index_table_has_the_mean_and_spread_of_its_descriptive_row(items):
    assert items.loc["consistency.index.mean", "our_value"] == pytest.approx(0.2302, abs=5e-5)
    assert items.loc["consistency.index.sd", "our_value"] == pytest.approx(0.2509, abs=5e-5)
    assert items.loc["consistency.index.mean", "verdict"] == "equal to printed digits"


def test_the_printed_f_rejects_the_model_that_the_paper_chooses(items):
    sigmaless, sigmamore = (items.loc[f"consistency.hausman.{form}"] for form in ("sigmaless", "sigmamore"))
    assert sigmaless["our_value"] == pytest.approx(23.52, abs=1e-9)
    assert sigmamore["our_value"] == pytest.approx(14.61, abs=5e-3)
    assert "p = 0.0001" in sigmaless["our_text"]
    assert "p = 0.0056" in sigmamore["our_text"]
    assert sigmaless["verdict"] == sigmamore["verdict"] == "differs"
    assert "rejects the model" in sigmaless["reason"]


@pytest.mark.parametrize(
    ("old", "new", "item"),
    [
        ("cbec: [1.484, 0.698, 2.130,", "cbec: [1.484, 0.698, 2.230,", "z.cbec"),
        ("0.033, 0.116, 2.852]", "0.053, 0.116, 2.852]", "p_value.cbec"),
        ("0.033, 0.116, 2.852]", "0.033, 0.126, 2.852]", "ci_low.cbec"),
        ("cbec: [0.849, 1.484, -0.635,", "cbec: [0.849, 1.484, -0.645,", "difference.cbec"),
        ('p_value: "0.0015"', 'p_value: "0.0025"', "f_test.p_value"),
        ("df2: 28", "df2: 32", "f_test.df2"),
        ("cbec: [40, 0.230,", "cbec: [40, 0.250,", "index.mean"),
    ],
)
def test_a_printed_number_that_contradicts_the_others_is_found(tmp_path: Path, old, new, item):
    shutil.copytree(STUDIES, tmp_path / "studies")
    printed = tmp_path / "studies" / "printed" / "central_asia.yml"
    text = printed.read_text()
    assert old in text
    printed.write_text(text.replace(old, new))
    table = checked(load_study(tmp_path / "studies" / "central_asia.yml"))
    assert table.loc[f"consistency.{item}", "verdict"] == "differs"
