"""Recognition: the one contract whose layout the header fulfils, or the nearest one with what is amiss."""

from __future__ import annotations

from typing import Any

import pytest

from expectations.contract import Contract
from expectations.recognition import Unclaimed, recognise


def contract(table: str, headers: list[str], **layout: Any) -> Contract:
    """A contract whose landed columns are a, b, c … for the given headers."""
    names = [chr(ord("a") + index) for index in range(len(headers))]
    more = list(layout.get("optional_columns", {}).values())
    wide = {"year": "integer", "value": "number"} if "values" in layout else {}
    return Contract.model_validate(
        {
            "version": 1,
            "source": "shop",
            "table": table,
            "each_row_is": "a row",
            "publisher": "The shop",
            "licence": {"name": "free", "redistribution": "allowed"},
            "vintage": {"order": ["landing_date"]},
            "grain": [names[0]],
            "layouts": [
                {
                    "name": "csv",
                    "reader": "wide_csv" if wide else "long_csv",
                    "columns": dict(zip(headers, names, strict=True)),
                    **layout,
                }
            ],
            "columns": [
                *({"name": name, "type": "text", "description": "Text."} for name in [*names, *more]),
                *({"name": name, "type": kind, "description": "Value."} for name, kind in wide.items()),
            ],
        }
    )


WIDE = {"values": {"header_pattern": r"\d{4}", "name_column": "year", "value_column": "value"}}
SALES = contract("sales", ["Code", "Price"])
VISITS = contract("visits", ["Day", "Visitors", "Weather"])


def named(contracts: list[Contract], header: list[str]) -> str:
    """Name of the contract that claims the header."""
    return recognise(contracts, lambda _: header)[0].name


def test_the_order_of_the_columns_does_not_matter():
    assert named([SALES, VISITS], ["Price", "Code"]) == "shop__sales"


def test_a_lacking_column_is_named_with_the_nearest_contract():
    message = r"nearest is shop__visits \(layout csv\): lacks column 'Visitors', 'Weather'$"
    with pytest.raises(Unclaimed, match=message):
        named([SALES, VISITS], ["Day"])


def test_of_two_contracts_that_know_as_many_columns_the_one_that_lacks_fewer_is_nearest():
    longer = contract("returns", ["Code", "Price", "Reason", "Day"])
    with pytest.raises(Unclaimed, match=r"nearest is shop__sales .*: has extra column 'Colour'$"):
        named([longer, SALES], ["Code", "Price", "Colour"])


def test_an_extra_column_is_named():
    with pytest.raises(Unclaimed, match=r"nearest is shop__sales .*: has extra column 'Colour'$"):
        named([SALES, VISITS], ["Code", "Price", "Colour"])


def test_a_renamed_column_is_both_lacking_and_extra():
    with pytest.raises(Unclaimed, match=r"lacks column 'Price'; has extra column 'price'"):
        named([SALES, VISITS], ["Code", "price"])


def test_extra_columns_are_ignored_where_the_layout_says_so():
    loose = contract("sales", ["Code", "Price"], unknown_columns="ignored")
    assert named([loose], ["Code", "Colour", "Price"]) == "shop__sales"


def test_columns_that_may_be_there_are_no_extra_columns():
    known = contract("sales", ["Code"], ignored_columns=["Note"])
    assert named([known], ["Code", "Note"]) == "shop__sales"


def test_two_claims_are_refused_and_both_named():
    twin = contract("returns", ["Code", "Price"])
    message = r"2 layouts claim this file: shop__sales \(layout csv\) and shop__returns \(layout csv\)"
    with pytest.raises(Unclaimed, match=message):
        named([SALES, twin, VISITS], ["Code", "Price"])


def test_a_header_of_which_nothing_is_known_is_shown():
    with pytest.raises(Unclaimed, match=r"no column of its header is known, seen 'x', 'y'"):
        named([SALES, VISITS], ["x", "y"])


def test_a_file_that_no_layout_can_read_as_text_is_refused():
    with pytest.raises(Unclaimed, match="no text that a layout could read"):
        recognise([SALES], lambda _: None)


def test_a_wide_layout_takes_any_run_of_value_columns():
    wide = contract("prices", ["Code"], **WIDE)
    assert named([SALES, wide], ["1960", "Code", "1961", "2025"]) == "shop__prices"


def test_a_wide_layout_without_a_value_column_lacks_them():
    wide = contract("prices", ["Code"], **WIDE)
    with pytest.raises(Unclaimed, match=r"lacks column '/\\\\d\{4\}/'"):
        named([wide], ["Code"])


def test_value_columns_alone_do_not_make_a_wide_layout_the_nearest():
    wide = contract("prices", ["Code"], **WIDE)
    with pytest.raises(Unclaimed, match=r"no column of its header is known, seen 'Colour'$"):
        named([wide], ["2012", "Colour", "2013"])


def test_an_alias_is_known_by_the_name_it_stands_for():
    renamed = contract("sales", ["Code", "Price"], aliases={"Cost": "Price"})
    assert named([renamed, VISITS], ["Code", "Cost"]) == "shop__sales"


def test_of_a_group_of_columns_exactly_one_must_be_there():
    money = contract(
        "sales",
        ["Code"],
        columns={"Code": "a"},
        optional_columns={"CNY": "cny", "USD": "usd"},
        one_of=[["CNY", "USD"]],
    )
    assert named([money], ["Code", "USD"]) == "shop__sales"
    for header, seen in ((["Code"], "has none"), (["Code", "CNY", "USD"], "has CNY and USD")):
        with pytest.raises(Unclaimed, match=f"{seen}, expected one of CNY, USD"):
            named([money], header)


def test_an_unnamed_last_column_is_an_extra_one_unless_lines_may_end_with_a_delimiter():
    with pytest.raises(Unclaimed, match="has extra column ''"):
        named([SALES], ["Code", "Price", ""])
    trailing = contract("sales", ["Code", "Price"], trailing_delimiter=True)
    assert named([trailing], ["Code", "Price", ""]) == "shop__sales"
    with pytest.raises(Unclaimed, match="has extra column ''"):
        named([trailing], ["", "Code", "Price"])


def test_a_header_of_a_thousand_columns_is_not_told_in_full():
    with pytest.raises(Unclaimed, match=r"and 992 more") as refused:
        named([SALES], [f"column {number}" for number in range(1000)])
    assert len(str(refused.value)) < 400
