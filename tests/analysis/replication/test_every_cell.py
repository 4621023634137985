"""Walking the file of printed numbers cell by cell: each has its row, under every fill set that enters it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from analysis.replication.comparison import NO_FILL_SET, VERDICTS
from analysis.study.printed import Printed, PrintedTable


@pytest.fixture(scope="module")
def rows(real_tables) -> pd.DataFrame:
    return real_tables["replication"]


def table_cells(name: str, table: PrintedTable) -> Iterator[tuple[str, object]]:
    for term, cells in table.rows.items():
        for column, cell in zip(table.columns, cells, strict=True):
            yield f"{name}.{term}.{column}", cell


def printed_cells(printed: Printed) -> Iterator[tuple[str, object]]:
    """Name of the item and printed cell, read off the file's own structure."""
    for name in ("partners", "periods", "observations"):
        yield f"sample.{name}", getattr(printed.sample, name)
    for name in ("indicators", "components", "cumulative_variance_pct", "kmo", "bartlett_p"):
        yield f"index_method.{name}", getattr(printed.index, name)
    for number, weight in enumerate(printed.index.weights, start=1):
        yield f"index_method.weight_{number}", weight
    for name, table in (("index", printed.index.rows), ("potential", printed.potential.rows)):
        for partner, cells in table.items():
            for year, cell in zip(printed.years, cells, strict=True):
                yield f"{name}.{partner}.{year}", cell
    yield from table_cells("descriptive", printed.descriptive_statistics)
    yield from table_cells("hausman", printed.hausman)
    yield from table_cells("regression", printed.regression)
    yield "regression.r_squared", printed.regression.r_squared
    for term, cell in printed.regression.effect_in_text.items():
        yield f"regression.{term}.effect_in_text", cell
    for name in ("df1", "df2", "statistic", "p_value"):
        yield f"f_test.{name}", getattr(printed.f_test, name)


def test_no_printed_cell_is_missing(central_asia, rows):
    value = rows.drop_duplicates("item").set_index("item")["printed_value"]
    cells = dict(printed_cells(central_asia.printed))
    assert len(cells) > 200
    assert sorted(set(cells) - set(value.index)) == []
    for item, cell in cells.items():
        if cell is None:
            assert pd.isna(value[item]), item
        else:
            assert value[item] == float(cell), item


def test_texts_that_are_printed_have_a_row_each(central_asia, rows):
    printed = central_asia.printed
    texts = [printed.hausman.decision, *printed.potential.rules]
    texts += [item.text for item in (*printed.claims, *printed.unplaced)]
    assert sorted(set(texts) - set(rows["printed_text"])) == []


def test_a_class_stands_beside_every_printed_ratio(central_asia, rows):
    printed = central_asia.printed
    wanted = {
        f"potential_class.{partner}.{year}"
        for partner, cells in printed.potential.rows.items()
        for year, cell in zip(printed.years, cells, strict=True)
        if cell is not None
    }
    assert wanted <= set(rows["item"])


def test_a_cell_has_one_row_per_fill_set_or_one_alone(central_asia, rows):
    every = {item.fill_set for item in central_asia.fill_sets}
    for item, own in rows.groupby("item"):
        found = set(own["fill_set"])
        assert len(own) == len(found), item
        assert found == every or len(found) == 1, item
        assert found <= every | {NO_FILL_SET}, item


def test_every_row_has_a_verdict_out_of_five_and_says_why(rows):
    assert set(rows["verdict"]) == set(VERDICTS)
    assert rows["reason"].str.len().min() > 3
