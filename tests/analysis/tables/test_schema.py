"""How rows become a published table."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.tables.schema import BUILT_FROM, KEYS, SCHEMAS, as_table

BUILT = ("a" * 16, "b" * 16)


def adequacy(statistic: str, **columns: object) -> dict[str, object]:
    return {"study": "small", "statistic": statistic, **columns}


def test_every_table_has_a_key_out_of_its_columns():
    assert SCHEMAS.keys() == KEYS.keys()
    for name, key in KEYS.items():
        assert set(key) <= set(SCHEMAS[name])


def test_a_table_says_last_what_it_was_built_from():
    table = as_table("index_adequacy", [adequacy("kmo", value=0.7)], *BUILT)
    assert list(table.columns) == ["study", "statistic", "value", "p_value", "caveat", *BUILT_FROM]
    assert (table.loc[0, "study_hash"], table.loc[0, "panel_digest"]) == BUILT
    assert list(as_table("index_adequacy", [], *BUILT).columns[-2:]) == list(BUILT_FROM)


def test_rows_come_in_order_of_the_key_and_empty_text_is_missing():
    table = as_table("index_adequacy", [adequacy("kmo", caveat=""), adequacy("bartlett_df")], *BUILT)
    assert list(table["statistic"]) == ["bartlett_df", "kmo"]
    assert table["caveat"].isna().all()
    assert table["value"].isna().all()
    assert isinstance(table["caveat"].dtype, pd.StringDtype)


def test_a_column_that_the_table_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"index_adequacy: seen columns \['note'\]"):
        as_table("index_adequacy", [adequacy("kmo", note="")], *BUILT)


@pytest.mark.parametrize("second", ["kmo", None])
def test_a_key_that_is_there_twice_or_incomplete_is_refused(second):
    with pytest.raises(ValueError, match="twice or incomplete"):
        as_table("index_adequacy", [adequacy("kmo"), adequacy(second)], *BUILT)
