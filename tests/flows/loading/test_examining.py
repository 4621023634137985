"""One file against the contracts: every kind of refusal with its exact place, and the vintage's origin."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from expectations.contract import Contract, load_contracts
from flows.landing.side_car import SideCar
from flows.loading.checking import landed
from flows.loading.compiling import checked_rows
from flows.loading.examining import Accepted, Refused, examine
from flows.warehouse import in_memory
from tests.expectations.shop import SHOP
from tests.flows.house import House
from tests.flows.reading.contents import content as content_of

CONTRACTS = load_contracts()
TODAY = date(2026, 1, 2)


def examined(content: str | bytes, contracts: Sequence[Contract] = CONTRACTS, **origin: Any) -> Accepted:
    """Examine a file, with a side-car when anything is said of its origin."""
    data = content_of(content)
    side_car = SideCar.model_validate({**House.ORIGIN, **origin}) if origin else None
    with in_memory() as connection:
        return examine(connection, contracts, "bad.csv", data, side_car, TODAY)


def refused(
    content: str | bytes, contracts: Sequence[Contract] = CONTRACTS, **origin: Any
) -> tuple[str, tuple]:
    """Reason, and line, column, seen, expected and rule of the first fault, of a file that is refused."""
    with pytest.raises(Refused) as refusal:
        examined(content, contracts, **origin)
    fault = refusal.value.faults[0]
    return refusal.value.reason, (fault.line, fault.column, fault.seen, fault.expected, fault.rule)


GOOD_ROW = "China,CHN,Kazakhstan,KAZ,country,exports_fob,2013,1\n"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("China,CHN,Kazakhstan,KAZ,country,exports_fob,year,1\n", ("year", "year", "a whole number", "type")),
        (
            "China,CHN,Kazakhstan,KAZ,country,exports_fob,2014,n/a\n",
            ("value_usd_million", "n/a", "a number such as 1234.5", "type"),
        ),
        (
            "China,CHN,Kazakhstan,KAZ,country,exports_fob,2014,1e400\n",
            ("value_usd_million", "1e400", "a finite number", "finite"),
        ),
        (
            "China,CHN,Kazakhstan,KAZ,country,exports_fob,2014,nan\n",
            ("value_usd_million", "nan", "a finite number", "finite"),
        ),
        (
            "China,CHN,Kazakhstan,KAZ,country,exports_fob,2014,inf\n",
            ("value_usd_million", "inf", "a finite number", "finite"),
        ),
        (",CHN,Kazakhstan,KAZ,country,exports_fob,2014,1\n", ("reporter_imf", "", "a value", "required")),
        (
            "China,CHN,Kazakhstan,KAZ,country,export,2014,1\n",
            ("flow", "export", "one of exports_fob, imports_cif", "allowed"),
        ),
        (
            "China,CHN,Kazakhstan,kaz,country,exports_fob,2014,1\n",
            ("partner_iso3", "kaz", "text like /[A-Z]{3}/", "pattern"),
        ),
        (
            "China,CHN,Kazakhstan,KAZ,country,exports_fob,1899,1\n",
            ("year", "1899", "at least 1900 and at most 2100", "range"),
        ),
        (
            "China,CHN,Kazakhstan,KAZ,country,exports_fob,2014\n",
            (None, "7 values: China,CHN,Kazakhstan,KAZ,country,exports_fob,2014", "8 values", "width"),
        ),
        (
            'China,CHN,Kazakhstan,KAZ,country,exports_fob,2014,"1\n',
            (
                "value_usd_million",
                'China,CHN,Kazakhstan,KAZ,country,exports_fob,2014,"1',
                "a closing quote",
                "quoting",
            ),
        ),
    ],
)
def test_a_broken_row_refuses_its_file_with_line_column_seen_and_expected(house, row: str, fault: tuple):
    column, seen, expected, rule = fault
    reason, told = refused(House.DOTS + GOOD_ROW + row)
    assert told == (3, column, seen, expected, rule)
    place = f"line 3, column {column!r}" if column else "line 3"
    assert f"{place}: seen {seen!r}, expected {expected}" in reason


def test_a_wide_cell_is_named_by_its_line_and_the_header_above_it():
    reason, told = refused(House.WDI.replace("17035275", '"17,035,275"'))
    assert told[:3] == (2, "2013", "17,035,275")
    assert "1 of 3 rows break the contract worldbank_wdi__observations: line 2, column '2013'" in reason


def test_lines_are_right_after_a_quoted_line_end():
    content = House.WDI.replace("Kazakhstan,", '"Kazakhstan\nin two lines",').replace("5366277", "nothing")
    assert refused(content)[1][:3] == (4, "2013", "nothing")


def test_two_rows_of_one_grain_refuse_the_file():
    _, told = refused(House.DOTS + GOOD_ROW + GOOD_ROW)
    assert told == (
        2,
        None,
        "China, Kazakhstan, exports_fob, 2013",
        "one row per reporter_name, partner_name, flow, year; the same stands on line 3",
        "grain",
    )


def test_a_known_layout_that_lacks_a_column_says_which():
    reason, told = refused(House.DOTS.replace(",flow,", ",") + "a,b,c,d,e,2013,1\n")
    assert reason == (
        "no contract claims this file; nearest is imf_dots__flows (layout long_csv): lacks column 'flow'"
    )
    assert told[3:] == ("a header that one contract claims", "contract")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x,y\n1,2\n", "no contract claims this file: no column of its header is known, seen 'x', 'y'"),
        (
            b"x;y\n1;2\n",
            "no contract claims this file: seen 'values separated by semicolons: x;y',"
            " expected values separated by commas, with a point before decimals: save it again so",
        ),
        (b"", "no contract claims this file: it is an empty file"),
        (b"PAR1rest", "no contract claims this file: it is a Parquet file"),
        (
            b"\xff\xfe\x00\x01",
            "no contract claims this file: seen 'text in UTF-16',"
            " expected text in UTF-8: save it again so, in a spreadsheet as 'CSV UTF-8'",
        ),
        (b"x" * (2 << 20), "no contract claims this file: it is no text that a layout could read"),
    ],
)
def test_what_no_contract_claims_is_refused_and_described(content: bytes, reason: str):
    assert refused(content)[0] == reason


def test_a_file_that_two_contracts_claim_is_refused_and_both_are_named():
    flows = next(contract for contract in CONTRACTS if contract.name == "imf_dots__flows")
    twin = flows.model_copy(update={"source": "other"})
    assert refused(House.FLOWS, [*CONTRACTS, twin])[0] == (
        "2 layouts claim this file: imf_dots__flows (layout long_csv) and other__flows (layout long_csv)"
    )


def test_a_side_car_that_promises_more_records_refuses_a_file_cut_at_a_line_end():
    reason, told = refused(House.FLOWS, row_count=3)
    assert "seen '2 records', expected 3, as the side-car says" in reason
    assert told[4] == "side_car"


def test_promises_that_are_kept_are_no_reason():
    own = hashlib.sha256(House.FLOWS.encode()).hexdigest()
    assert examined(House.FLOWS, row_count=2, sha256=own).inspection.row_count == 2
    assert examined(House.WDI, row_count=2).inspection.row_count == 3


def dated(order: list[str]) -> Contract:
    """A contract whose files state their vintage in every row."""
    return Contract.model_validate(
        {
            **SHOP,
            "vintage": {"order": order, "content_column": "updated"},
            "grain": ["code"],
            "layouts": [
                {"name": "csv", "reader": "long_csv", "columns": {"Code": "code", "Updated": "updated"}}
            ],
            "columns": [
                {"name": "code", "type": "text", "description": "Code."},
                {"name": "updated", "type": "date", "description": "Day of the release."},
            ],
        }
    )


@pytest.mark.parametrize(
    ("content", "origin", "expected"),
    [
        ("Code,Updated\nx,2024-03-28\n", {"vintage": date(2020, 1, 1)}, (date(2024, 3, 28), "content")),
        ("Code,Updated\nx,\n", {"vintage": date(2020, 1, 1)}, (date(2020, 1, 1), "side_car")),
        ("Code,Updated\nx,\n", {}, (TODAY, "landing_date")),
    ],
)
def test_the_vintage_is_read_from_the_first_origin_that_knows_it(
    content: str, origin: dict[str, Any], expected: tuple
):
    accepted = examined(content, [dated(["content", "side_car", "landing_date"])], **origin)
    assert (accepted.vintage, accepted.vintage_origin) == expected


def test_a_file_that_states_two_vintages_is_refused():
    _, told = refused("Code,Updated\nx,2024-03-28\ny,2023-01-01\n", [dated(["content"])])
    assert told == (None, "Updated", "2023-01-01 and 2024-03-28", "one vintage in every row", "vintage")


def test_a_file_whose_vintage_nobody_knows_is_refused():
    reason, _ = refused("Code,Updated\nx,\n", [dated(["content", "side_car"])])
    assert "seen 'no vintage', expected one from content or side_car" in reason


def test_what_shows_that_a_file_is_whole_is_told():
    own = hashlib.sha256(House.FLOWS.encode()).hexdigest()
    assert examined(House.FLOWS).completeness is None
    assert examined(House.FLOWS, vintage=TODAY).completeness is None
    assert examined(House.FLOWS, row_count=2, sha256=own).completeness == "sha256 and row_count"
    total = {"column": "value_usd_million", "value": "28595.666"}
    assert examined(House.FLOWS, control_total=total).completeness == "control_total"
    reason, told = refused(House.FLOWS, control_total={**total, "value": "28595.7"})
    assert told[1:3] == ("value_usd_million", "a sum of 28595.665999999997")
    assert "expected 28595.7, the sum that the side-car states" in reason


def test_a_footer_shows_that_a_file_is_whole_and_tells_its_vintage():
    content = House.WDI.replace("Indicator", "Series").replace("2012,2013", "2012 [YR2012],2013 [YR2013]")
    whole = content + "\nData from database: World Development Indicators\nLast Updated: 01/28/2025\n"
    accepted = examined(whole.replace(",,", ",..,"))
    assert (accepted.completeness, accepted.vintage) == ("footer", date(2025, 1, 28))
    assert (accepted.vintage_origin, accepted.inspection.row_count) == ("content", 3)
    _, told = refused(content)
    assert told[4] == "footer"


def test_a_last_record_without_a_line_end_is_told_unless_the_file_is_known_to_be_whole():
    cut = House.FLOWS.removesuffix("\n")
    said = "its last record lacks the line end that the others have: it may have been cut"
    assert examined(cut).reason == said
    assert examined(cut, row_count=2).reason is None
    assert examined(House.FLOWS).reason is None


def test_a_column_that_the_file_does_not_hold_is_told_from_elsewhere():
    stated = contracts_with_a_stated_column()
    data = content_of("Code\nx\n")
    with in_memory() as connection:
        accepted = examine(
            connection,
            stated,
            "a.csv",
            data,
            None,
            TODAY,
            {"flow": "imports"},
        )
        with landed(connection, accepted.reading):
            rows = connection.execute(
                f"{checked_rows(accepted.contract, accepted.reading)} select code, flow from checked"
            ).fetchall()
    assert rows == [("x", "imports")]


@pytest.mark.parametrize("text", ["'; drop table x; --", "O'Brien", '"', "\\", "{{ 7*7 }}"])
def test_what_is_told_from_elsewhere_is_never_code(text: str):
    data = content_of("Code\nx\n")
    with in_memory() as connection, pytest.raises(Refused) as refusal:
        examine(connection, contracts_with_a_stated_column(), "a.csv", data, None, TODAY, {"flow": text})
    fault = refusal.value.faults[0]
    assert (fault.column, fault.seen, fault.rule) == ("flow", text, "allowed")


def contracts_with_a_stated_column() -> list[Contract]:
    """One contract whose files do not say which flow they are about."""
    made = dated(["content"]).model_dump()
    made["vintage"] = {"order": ["landing_date"]}
    made["layouts"][0]["columns"] = {"Code": "code"}
    made["stated_columns"] = [{"column": "flow", "how_to_tell": "name the flow"}]
    made["columns"] = [
        {"name": "code", "type": "text", "description": "Code."},
        {"name": "flow", "type": "text", "description": "Flow.", "allowed": ["imports", "exports"]},
    ]
    return [Contract.model_validate(made)]
