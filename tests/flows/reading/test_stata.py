"""Stata data files: values under the names of their variables, missing ones blank."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from expectations.layout import StataLayout
from flows import reading
from flows.reading import Unreadable
from tests.flows.reading.contents import content

LAYOUT = StataLayout.model_validate(
    {
        "name": "dta",
        "reader": "stata",
        "columns": {"iso3": "code", "gdp": "gdp"},
        "optional_columns": {"contig": "contiguous"},
        "unknown_columns": "ignored",
    }
)


def stata(folder: Path, version: int = 118, **columns: object) -> bytes:
    path = folder / "table.dta"
    pd.DataFrame(columns).to_stata(path, write_index=False, version=version)
    return path.read_bytes()


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_values_are_read_by_name_with_their_position_and_missing_ones_are_blank(tmp_path: Path, version: int):
    data = stata(
        tmp_path,
        version,
        gdp=np.array([1428529571.351, np.nan, 3.0]),
        iso3=["AUS", "CHN", ""],
        contig=np.array([0, 1, 1], np.int8),
        other=[1, 2, 3],
    )
    found = reading.read(content(data), LAYOUT)
    assert found.table.to_pydict() == {
        "row_number": [1, 2, 3],
        "code": ["AUS", "CHN", ""],
        "gdp": ["1428529571.351", "", "3"],
        "contiguous": ["0", "1", "1"],
    }
    assert found.record_count == 3
    assert reading.header(content(data), LAYOUT) == ("gdp", "iso3", "contig", "other")


def test_a_number_of_single_precision_is_told_as_the_double_that_it_is(tmp_path: Path):
    data = stata(tmp_path, iso3=["AUS"], gdp=np.array([0.1], np.float32))
    (text,) = reading.read(content(data), LAYOUT).table.column("gdp").to_pylist()
    assert text == "0.10000000149011612"
    assert float(text) == np.float64(np.float32(0.1))


def test_a_cut_file_is_refused(tmp_path: Path):
    data = stata(tmp_path, iso3=["AUS"] * 500, gdp=np.arange(500.0))
    with pytest.raises(Unreadable, match="a Stata data file that can be read"):
        reading.read(content(data[: len(data) // 2]), LAYOUT)


def test_what_is_no_stata_file_has_no_header():
    for data in (b"iso3,gdp\nAUS,1\n", b"", b"<stata_dta> cut"):
        assert reading.header(content(data), LAYOUT) is None
