"""Published frames as the report reads them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.report.published import Published


def test_a_published_table_without_a_promised_column_is_refused_by_name(frames) -> None:
    frames["rpt_cbec_index"] = frames["rpt_cbec_index"].drop(columns="index_value")
    with pytest.raises(ValueError, match=r"rpt_cbec_index: missing column index_value; seen: study"):
        Published(frames)


def test_a_naming_table_without_a_column_is_read_all_the_same(frames) -> None:
    frames["dim_indicator"] = frames["dim_indicator"].drop(columns="unit")
    assert Published(frames).indicator("IT.NET.USER.ZS") == "Individuals using the Internet"


def test_studies_come_in_declared_order_and_undeclared_ones_after(frames) -> None:
    extra = frames["rpt_index_adequacy"].assign(study="a_new_one")
    frames["rpt_index_adequacy"] = pd.concat([frames["rpt_index_adequacy"], extra])
    assert Published(frames).studies() == ["central_asia", "pacific", "a_new_one"]


def test_a_declared_study_without_rows_is_left_out(frames) -> None:
    declared = frames["dim_study"]
    frames["dim_study"] = pd.concat([declared, declared.head(1).assign(study="to_come")])
    assert "to_come" not in Published(frames).studies()


def test_a_country_without_a_name_keeps_its_code(frames) -> None:
    assert Published(frames).country("KGZ") == "Kyrgyz Republic"
    assert Published(frames).country("XYZ") == "XYZ"


def test_nullable_columns_of_a_database_become_plain_ones(frames) -> None:
    frames["rpt_trade_potential"] = frames["rpt_trade_potential"].convert_dtypes()
    rows = Published(frames).rows("rpt_trade_potential", "central_asia")
    assert rows["potential_ratio"].dtype == float
    assert rows["is_selected"].dtype == bool
    assert rows["potential_ratio"].isna().sum() == 4
    assert set(rows.loc[rows["potential_ratio"].isna(), "potential_class"]) == {""}


def test_a_study_that_only_declares_classes_is_left_out(frames) -> None:
    declared = frames["dim_potential_class"]
    frames["dim_potential_class"] = pd.concat([declared, declared.head(3).assign(study="to_come")])
    assert "to_come" not in Published(frames).studies()


def test_columns_of_a_later_release_may_be_absent(frames) -> None:
    assert set(Published(frames).rows("rpt_replication")["kind"]) == {""}
    assert set(Published(frames).rows("rpt_index_adequacy")["caveat"]) == {""}
