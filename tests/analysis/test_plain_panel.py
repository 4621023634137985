"""A plain table becomes a study's panel, or is refused with what was seen and expected."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.estimate import estimate_study
from analysis.plain_panel import PlainPanelError, panel_from_wide
from tests.analysis.conftest import slopes


@pytest.fixture
def wide(made_up_panel) -> pd.DataFrame:
    return made_up_panel.pivot(
        index=["country_iso3", "year"], columns="variable", values="value"
    ).reset_index()


def test_a_plain_table_gives_the_coefficients_that_it_was_made_with(study_of, wide):
    tables = estimate_study(study_of(), panel_from_wide(wide, study_of()))
    found = slopes(tables, "pooled_ols.classical_t.as_it_is")
    assert found["log_income"] == pytest.approx(0.8, abs=1e-6)
    assert found["log_people"] == pytest.approx(0.5, abs=1e-6)


def test_the_panel_is_that_of_the_warehouse_cell_by_cell(study_of, wide, made_up_panel):
    found = panel_from_wide(wide, study_of())
    order = ["fill_set", "variable", "country_iso3", "year"]
    expected = made_up_panel[found.columns].sort_values(order, ignore_index=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_the_order_of_rows_and_columns_does_not_matter(study_of, wide):
    shuffled = wide.sample(frac=1, random_state=5)[sorted(wide.columns, reverse=True)]
    pd.testing.assert_frame_equal(panel_from_wide(shuffled, study_of()), panel_from_wide(wide, study_of()))


def test_a_missing_cell_is_missing_and_marks_of_filled_cells_are_kept(study_of, wide):
    wide.loc[3, "income"] = np.nan
    marks = pd.DataFrame({"people": False, "income": False}, index=wide.index)
    marks.loc[[3, 4], "income"] = True
    found = panel_from_wide(wide, study_of(), filled=marks, later_vintages=["speed"])
    cells = found.set_index(["variable", "country_iso3", "year"])
    missing, kept = (("income", *wide.loc[row, ["country_iso3", "year"]]) for row in (3, 4))
    assert np.isnan(cells.loc[missing, "value"])
    # What is missing was not filled, whatever the marks say.
    assert (bool(cells.loc[missing, "is_filled"]), bool(cells.loc[kept, "is_filled"])) == (False, True)
    assert found["is_filled"].sum() == 1
    assert set(found.loc[found["is_later_vintage"], "variable"]) == {"speed"}


def test_numbers_per_fill_set_go_to_their_fill_set(central_asia):
    sets = [item.fill_set for item in central_asia.fill_sets]
    variables = [item.variable for item in central_asia.variables]
    rows = [
        {"country_iso3": "KAZ", "year": 2015, "fill_set": name, **dict.fromkeys(variables, float(number))}
        for number, name in enumerate(sets)
    ]
    found = panel_from_wide(pd.DataFrame(rows), central_asia)
    assert found.groupby("fill_set")["value"].unique().str[0].to_dict() == {
        name: float(number) for number, name in enumerate(sets)
    }
    with pytest.raises(PlainPanelError, match="seen no row of"):
        panel_from_wide(pd.DataFrame(rows[1:]), central_asia)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda frame: frame.drop(columns="income"), r"seen no \['income'\]"),
        (lambda frame: frame.assign(gdp=1), r"unknown \['gdp'\]"),
        (lambda frame: frame.iloc[:0], "rows: seen none"),
        (lambda frame: pd.concat([frame, frame.iloc[[7]]]), "twice"),
        (lambda frame: pd.concat([frame, frame[["income"]]], axis=1), "more than once"),
        (lambda frame: frame.assign(year=frame["year"] + 0.5), "expected a whole number"),
        (lambda frame: frame.assign(year=frame["year"].astype(str)), "expected a whole number"),
        (lambda frame: frame.assign(year=frame["year"] + 50), "expected 2010 to 2019"),
        (lambda frame: frame.assign(country_iso3="ZZZ"), r"country_iso3: seen \['ZZZ'\]"),
        (lambda frame: frame.assign(country_iso3=None), "a code of three letters"),
        (lambda frame: frame.assign(income="much"), "income: expected numbers"),
        (lambda frame: frame.assign(income=np.inf), "income: seen an infinite number"),
        (lambda frame: frame.assign(fill_set="other"), r"fill_set: seen \['other'\]"),
    ],
)
def test_a_table_that_is_no_panel_is_refused(study_of, wide, broken, said):
    with pytest.raises(PlainPanelError, match=said):
        panel_from_wide(broken(wide), study_of())


def test_marks_of_another_table_are_refused(study_of, wide):
    with pytest.raises(PlainPanelError, match="expected 120"):
        panel_from_wide(wide, study_of(), filled=pd.DataFrame({"income": [True]}))
    with pytest.raises(PlainPanelError, match=r"filled: seen \['gdp'\]"):
        panel_from_wide(wide, study_of(), filled=pd.DataFrame({"gdp": [True] * len(wide)}))
    with pytest.raises(PlainPanelError, match="later_vintages"):
        panel_from_wide(wide, study_of(), later_vintages=["gdp"])


def test_every_public_name_is_there_and_documented():
    for name in analysis.__all__:
        found = getattr(analysis, name)
        assert name in dir(analysis)
        if callable(found):
            assert (found.__doc__ or "").strip(), name
    with pytest.raises(AttributeError, match="no attribute 'estimate_studies'"):
        _ = analysis.estimate_studies


def test_naming_the_package_loads_no_library():
    import subprocess
    import sys

    heavy = "import sys, analysis; print([m for m in ('numpy', 'pandas', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_columns_may_keep_the_names_that_their_owner_gave_them(study_of, wide):
    own = wide.rename(columns={"country_iso3": "Country", "year": "Jahr", "income": "GDP, bn (PPP)"})
    names = {"Country": "country_iso3", "Jahr": "year", "GDP, bn (PPP)": "income"}
    marks = pd.DataFrame({"GDP, bn (PPP)": wide.index == 4})
    found = panel_from_wide(own, study_of(), columns=names, filled=marks)
    expected = panel_from_wide(wide, study_of(), filled=marks.set_axis(["income"], axis=1))
    pd.testing.assert_frame_equal(found, expected)
    pd.testing.assert_frame_equal(
        panel_from_wide(own.set_index(["Country", "Jahr"]), study_of(), columns=names, filled=marks), expected
    )
    with pytest.raises(PlainPanelError, match=r"columns: seen \['GDP'\], expected names out of"):
        panel_from_wide(own, study_of(), columns={"GDP": "income"})


def test_a_category_of_countries_is_sorted_by_its_letters(study_of, wide):
    backwards = pd.Categorical(
        wide["country_iso3"], categories=sorted(wide["country_iso3"].unique(), reverse=True)
    )
    found = panel_from_wide(wide.assign(country_iso3=backwards), study_of())
    pd.testing.assert_frame_equal(found, panel_from_wide(wide, study_of()))


def test_what_is_no_table_or_no_study_is_refused_by_name(study_of, wide):
    with pytest.raises(PlainPanelError, match="frame: seen list, expected a pandas DataFrame"):
        panel_from_wide(wide.to_dict("records"), study_of())
    with pytest.raises(PlainPanelError, match="study: seen str, expected a Study"):
        panel_from_wide(wide, "central_asia")
    with pytest.raises(PlainPanelError, match="year: seen nan, expected a whole number"):
        panel_from_wide(wide.assign(year=wide["year"].where(wide.index != 5)), study_of())


def test_a_table_that_is_no_panel_yet_is_sent_to_where_it_becomes_one(study_of, wide):
    with pytest.raises(ValueError, match=r"seen no column \['study', .*becomes one by panel_from_wide"):
        estimate_study(study_of(), wide)
