"""Ours beside the print: fill sets side by side, verdicts counted from agreement to disagreement."""

from __future__ import annotations

import pandas as pd

from analysis.report import replication
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames


def test_verdicts_are_counted_from_agreement_to_disagreement(central_asia) -> None:
    counts = replication.verdict_counts(central_asia.rows("rpt_replication"))
    assert [count.name for count in counts] == [
        "equal to printed digits",
        "within 1 printed se",
        "differs",
        "not reproducible",
    ]
    assert sum(count.count for count in counts) == 73
    assert sum(count.share for count in counts) > 99.9


def test_a_verdict_of_another_name_comes_last_under_its_own_name() -> None:
    rows = pd.DataFrame({"verdict": ["odd", "differs", ""]})
    assert [count.name for count in replication.verdict_counts(rows)] == ["differs", "no verdict", "odd"]


def test_one_row_per_item_with_ours_under_each_fill_set_beside_the_printed_number(central_asia) -> None:
    summary, table = replication.part_tables(central_asia)[0]
    assert summary.startswith("regression: ")
    assert [column.heading for column in table.columns][:3] == ["Item", "Printed", "Ours: carry proxy (base)"]
    assert len(table.columns) == 6
    assert len(table.rows) == 8
    population = next(row for row in table.rows if row[0].text.startswith("ln population"))
    assert (population[1].text, population[1].lines) == ("−0.204", ("se 0.2",))


def test_printed_digits_are_shown_as_printed(frames) -> None:
    rows = frames["rpt_replication"]
    rows.loc[rows["item"] == "regression.ln_cpi.estimate", ["printed_text", "our_text"]] = [
        "-0.910",
        "-0.870",
    ]
    tables = dict(replication.part_tables(StudyFrames(Published(frames), "central_asia")))
    table = next(table for summary, table in tables.items() if summary.startswith("regression"))
    prices = next(row for row in table.rows if row[0].text.startswith("ln CPI"))
    assert (prices[1].text, prices[2].text) == ("−0.910", "−0.870")


def test_statements_are_shown_as_text_with_their_verdict(central_asia) -> None:
    summary, table = replication.part_tables(central_asia)[-1]
    assert summary == "abstract: 1 equal to printed digits"
    (row,) = table.rows
    assert row[2].text == "Uzbekistan ranks first in 2020"
    assert row[2].style == "verdict slot-0"
    assert table.columns[1].kind == "long"


def test_a_reason_shared_by_a_whole_part_is_said_once_beneath(central_asia) -> None:
    _, table = replication.part_tables(central_asia)[1]
    assert table.notes == ("the eleven indicators are not named",)


def with_kinds(frames, kind_of: dict[str, str]) -> StudyFrames:
    rows = frames["rpt_replication"]
    rows["kind"] = rows["item"].map(lambda item: kind_of.get(item.split(".")[0], "printed"))
    return StudyFrames(Published(frames), "central_asia")


def test_the_headline_counts_each_printed_item_once_under_the_base_fill_set(frames) -> None:
    study = with_kinds(frames, {"abstract": "claim"})
    rows = replication.headline_rows(study)
    assert set(rows["fill_set"]) == {"carry_proxy", "none stated"}
    assert rows["item"].is_unique
    assert replication.headline_scope(study) == (
        "48 distinct printed numbers under carry proxy, the base fill set (or where no fill set enters)"
    )


def test_without_kinds_every_row_counts_as_printed(central_asia) -> None:
    assert replication.headline_scope(central_asia).startswith(
        "48 distinct printed numbers and 1 printed entry in words under carry proxy"
    )


def test_other_kinds_have_labelled_tables_of_their_own_after_the_printed_ones(frames) -> None:
    study = with_kinds(frames, {"regression": "implied", "abstract": "claim"})
    summaries = [summary.partition(": ")[0] for summary, _ in replication.part_tables(study)]
    assert summaries[0] == "index table"
    assert "regression (implied" in summaries[1]
    assert "abstract (claim" in summaries[2]
    assert all("not counted above" in summary for summary, _ in replication.part_tables(study)[1:])


def test_a_part_is_summarised_under_the_base_fill_set(central_asia) -> None:
    summary, table = replication.part_tables(central_asia)[0]
    counted = [int(part.split()[0]) for part in summary.partition(": ")[2].split(", ")]
    assert sum(counted) == len(table.rows) == 8
