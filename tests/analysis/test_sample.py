"""Which rows enter, and whether the ledger accounts for every row that does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.sample import MISSING, NOT_POSITIVE, is_usable, select_rows


def levels(rows: dict[tuple[str, int], tuple[float, ...]]) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples(rows, names=["country_iso3", "year"])
    return pd.DataFrame(list(rows.values()), index=index, columns=["trade", "income", "index"])


def test_rows_with_everything_enter_and_the_ledger_is_empty():
    sample = select_rows(levels({("KAZ", 2013): (1.0, 2.0, 0.0), ("KAZ", 2014): (1.0, 2.0, 0.5)}), ["trade"])
    assert len(sample.rows) == 2
    assert sample.ledger.empty
    assert sample.sentence == ""


def test_the_ledger_adds_up_and_names_the_terms_at_fault():
    sample = select_rows(
        levels(
            {
                ("KAZ", 2013): (1.0, 2.0, 0.0),
                ("KAZ", 2014): (1.0, np.nan, np.nan),
                ("TKM", 2013): (1.0, np.nan, 0.1),
                ("TKM", 2014): (0.0, 2.0, 0.1),
                ("TKM", 2015): (-1.0, np.nan, 0.1),
            }
        ),
        ["trade", "income"],
    )
    assert list(sample.rows) == [("KAZ", 2013)]
    assert len(sample.rows) + len(sample.ledger) == sample.n_candidates == 5
    assert sample.ledger.values.tolist() == [
        ["KAZ", 2014, MISSING, "income, index"],
        ["TKM", 2013, MISSING, "income"],
        ["TKM", 2014, NOT_POSITIVE, "trade"],
        ["TKM", 2015, MISSING, "income"],
    ]
    assert "1 of 5 rows enter" in sample.sentence
    assert "2 for income (missing)" in sample.sentence


def test_a_zero_stays_where_no_logarithm_is_taken():
    sample = select_rows(levels({("KAZ", 2013): (1.0, 2.0, 0.0)}), ["trade", "income"])
    assert len(sample.rows) == 1


def test_an_infinite_value_is_an_error_and_not_a_missing_one():
    with pytest.raises(ValueError, match=r"seen inf in income of KAZ 2013"):
        select_rows(levels({("KAZ", 2013): (1.0, np.inf, 0.0)}), ["trade"])


def test_a_row_that_is_there_twice_is_refused():
    twice = pd.concat([levels({("KAZ", 2013): (1.0, 1.0, 0.0)})] * 2)
    with pytest.raises(ValueError, match=r"seen KAZ 2013 more than once"):
        select_rows(twice, ["trade"])


def test_rows_are_usable_exactly_where_they_are_chosen():
    rng = np.random.default_rng(5)
    values = rng.choice([np.nan, -1.0, 0.0, 0.5, 2.0, 7.0], size=(200, 3), p=[0.1, 0.1, 0.1, 0.2, 0.2, 0.3])
    table = levels({("KAZ", year): tuple(row) for year, row in enumerate(values)})
    for logged in ([], ["trade"], ["income", "trade"]):
        usable = is_usable(table, logged)
        assert 0 < usable.sum() < len(table)
        assert usable.tolist() == select_rows(table, logged).is_in.tolist()


def test_rows_that_may_not_be_dropped_are_refused_without_a_ledger_too():
    with pytest.raises(ValueError, match=r"seen inf in income of KAZ 2013"):
        is_usable(levels({("KAZ", 2013): (1.0, np.inf, 0.0)}), ["trade"])
    with pytest.raises(ValueError, match=r"seen KAZ 2013 more than once"):
        is_usable(pd.concat([levels({("KAZ", 2013): (1.0, 1.0, 0.0)})] * 2), ["trade"])
