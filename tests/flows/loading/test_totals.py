"""Control totals: a file whose parts do not add up to the total it prints is not whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from expectations.contract import Contract
from flows.landing.side_car import StatedTotal
from flows.loading.checking import inspect, landed
from flows.loading.totals import agrees_with_control_totals, check_stated_total
from flows.reading import Unreadable, read
from flows.warehouse import in_memory
from tests.expectations.shop import SHOP
from tests.flows.reading.contents import content as content_of

WORLD = {
    "value_column": "price",
    "total_rows": {"partner": ["World"]},
    "by": ["year", "flow"],
    "tolerance": 0.001,
}
HEADER = "Year,Flow,Partner,Price\n"
WHOLE = HEADER + "2022,X,World,30.1\n2022,X,KAZ,10\n2022,X,UZB,20.1\n2022,M,World,5\n2022,M,KAZ,5\n"


def contract(control: dict[str, Any]) -> Contract:
    """Sales by year, flow and partner."""
    columns = {"year": "integer", "flow": "text", "partner": "text", "price": "number"}
    return Contract.model_validate(
        {
            **SHOP,
            "grain": ["year", "flow", "partner"],
            "layouts": [
                {"name": "csv", "reader": "long_csv", "columns": {name.title(): name for name in columns}}
            ],
            "columns": [
                {"name": name, "type": kind, "description": "A column."} for name, kind in columns.items()
            ],
            "control_totals": [control],
        }
    )


def agrees(content: str, stated: StatedTotal | None = None, **changes: Any) -> bool:
    """Whether every row has a part in a total that is right."""
    made = contract({**WORLD, **changes})
    reading = read(content_of(content), made.layouts[0])
    with in_memory() as connection, landed(connection, reading):
        inspection = inspect(connection, made, reading)
        if stated is not None:
            check_stated_total(connection, made, reading, inspection, stated)
        return agrees_with_control_totals(connection, made, made.layouts[0], reading, inspection)


def test_parts_that_add_up_to_their_total_show_that_the_file_is_whole():
    assert agrees(WHOLE)


def test_a_file_cut_at_a_line_end_is_told_by_its_total():
    with pytest.raises(Unreadable) as refused:
        agrees(WHOLE.replace("2022,X,UZB,20.1\n", ""))
    fault = refused.value.fault
    assert (fault.line, fault.column, fault.seen, fault.rule) == (
        2,
        "Price",
        "30.100000000000001",
        "control_total",
    )
    assert fault.expected == "10, what the 1 rows of 2022, X add up to: the file may be cut"


def test_a_difference_within_the_tolerance_is_none():
    assert agrees(WHOLE.replace("30.1", "30.12"))
    with pytest.raises(Unreadable):
        agrees(WHOLE.replace("30.1", "30.14"))
    with pytest.raises(Unreadable):
        agrees(WHOLE.replace("30.1", "30.12"), tolerance=0)


def test_rows_without_a_total_and_totals_without_rows_show_nothing():
    assert not agrees(WHOLE.replace("2022,M,World,5\n", ""))
    assert not agrees(WHOLE.replace("2022,M,KAZ,5\n", ""))
    assert not agrees(WHOLE, layouts=["another"])


def test_only_the_rows_that_are_said_to_be_parts_are_added():
    doubled = WHOLE + "2022,X,Asia,30.1\n"
    assert agrees(doubled, part_rows={"partner": ["KAZ", "UZB"]})
    with pytest.raises(Unreadable):
        agrees(doubled)


def test_one_total_may_stand_for_the_whole_file():
    assert agrees("Year,Flow,Partner,Price\n1,X,World,3\n2,X,A,1\n3,M,B,2\n", by=[])


def test_a_sum_that_a_side_car_states_must_be_the_sum_of_the_rows():
    assert agrees(WHOLE, StatedTotal(column="price", value=Decimal("70.2")))
    with pytest.raises(Unreadable) as refused:
        agrees(WHOLE, StatedTotal(column="price", value=Decimal("70.3")))
    fault = refused.value.fault
    assert (fault.column, fault.seen) == ("Price", "a sum of 70.200000000000003")
    assert fault.expected == "70.3, the sum that the side-car states"


def test_a_side_car_may_state_the_sum_of_a_number_only():
    with pytest.raises(Unreadable, match="seen 'partner', expected one of year, price"):
        agrees(WHOLE, StatedTotal(column="partner", value=Decimal(1)))
