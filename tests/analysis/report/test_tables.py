"""Tables beneath the charts."""

from __future__ import annotations

from analysis.report import tables, wording
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames
from analysis.report.table import MOST_ROWS, Cell, Column, table


def test_the_index_runs_from_first_to_last_of_the_latest_year(central_asia) -> None:
    rows = tables.index_table(central_asia).rows
    latest = [float(row[-1].text) for row in rows]
    assert latest == sorted(latest, reverse=True)


def test_a_missing_index_value_is_a_dash(frames) -> None:
    frames["rpt_cbec_index"].loc[0, "index_value"] = None
    shown = tables.index_table(StudyFrames(Published(frames), "central_asia")).rows
    assert next(row for row in shown if row[0].text == "Kazakhstan")[1].text == "–"


def test_components_that_are_not_retained_are_counted_not_shown(frames) -> None:
    loadings = frames["rpt_index_loadings"]
    loadings.loc[loadings["component"] == 2, "weight"] = 0.0
    shown = tables.loadings_table(StudyFrames(Published(frames), "central_asia"))
    assert [column.heading for column in shown.columns] == ["Indicator", "Component 1"]
    assert shown.notes == ("1 component not retained, weight 0.",)


def test_a_specification_that_could_not_be_estimated_says_so(frames) -> None:
    fit = frames["rpt_gravity_fit"]
    fit.loc[0, ["r_squared", "log_likelihood"]] = None
    fit.loc[0, "caveat"] = "not estimated: too few partners"
    rows = tables.fit_table(StudyFrames(Published(frames), "central_asia")).rows
    row = rows[1]  # the selected specification comes first
    assert rows[0][2].text == "selected"
    assert (row[2].text, row[6].text) == ("not estimated", "Not estimated: too few partners.")


def test_slopes_under_fill_sets_name_those_that_change_sign_and_the_printed_ones(central_asia) -> None:
    shown = tables.fill_set_table(central_asia, "paper_rebuild")
    assert [column.heading for column in shown.columns][-1] == "Printed"
    index = next(row for row in shown.rows if row[0].text == "CBEC index")
    assert index[0].lines == ("changes sign",)
    assert index[2].text == "−0.800"
    assert index[-1].text == "1.428"


def test_the_whole_checksum_of_a_source_is_at_hand_though_its_beginning_is_shown(central_asia) -> None:
    (row,) = tables.sources_table(central_asia.published).rows
    assert (row[-1].text, row[-1].tooltip) == ("ab" * 6, "ab" * 32)
    assert row[2].text == "2024-03-28"


def test_a_table_too_long_to_read_says_where_the_rest_is() -> None:
    shown = table("many", [Column("n")], [[Cell(str(n))] for n in range(MOST_ROWS + 1)], source="rpt_many")
    assert len(shown.rows) == MOST_ROWS
    assert shown.notes == (f"The first {MOST_ROWS} of {MOST_ROWS + 1} rows; all of them are in rpt_many.",)


def test_caveats_of_adequacy_have_a_column_only_where_there_are_any(frames) -> None:
    headings = [
        column.heading
        for column in tables.adequacy_table(StudyFrames(Published(frames), "central_asia")).columns
    ]
    assert headings == ["Statistic", "Value", "p"]
    frames["rpt_index_adequacy"]["caveat"] = ["mediocre", None]
    table = tables.adequacy_table(StudyFrames(Published(frames), "central_asia"))
    assert [row[-1].text for row in table.rows] == ["mediocre", wording.MISSING]
