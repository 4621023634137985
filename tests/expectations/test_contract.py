"""Contracts: what a contract file may say, and the landed tables and dbt sources that follow from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.contract import Contract, ContractError, fingerprint, load_contracts, sources_yaml
from tests.expectations.shop import SHOP

VARCHAR, INTEGER, DATE, BOOLEAN = "VARCHAR", "INTEGER", "DATE", "BOOLEAN"

LANDED = {
    "worldbank_wdi__observations": {
        **dict.fromkeys(["country_name", "country_code", "indicator_name", "indicator_code"], VARCHAR),
        "year": INTEGER,
        "value": VARCHAR,
    },
    "imf_dots__flows": {
        **dict.fromkeys(["reporter_name", "reporter_iso3", "partner_name", "partner_iso3"], VARCHAR),
        "partner_type": VARCHAR,
        "flow": VARCHAR,
        "year": INTEGER,
        "value_usd_million": VARCHAR,
        "is_estimated": BOOLEAN,
    },
    "cepii_geodist__distances": {
        **dict.fromkeys(["iso_o", "iso_d"], VARCHAR),
        **dict.fromkeys(["contig", "comlang_off", "comlang_ethno", "colony"], INTEGER),
        **dict.fromkeys(["comcol", "curcol", "col45", "smctry"], INTEGER),
        **dict.fromkeys(["dist", "distcap", "distw", "distwces"], VARCHAR),
    },
    "eia_petroleum__spot_prices": {"crude_oil": VARCHAR, "price_date": DATE, "price_usd_per_bbl": VARCHAR},
    "cited_facts__china_cbec_national": {
        **dict.fromkeys(["period", "concept", "flow", "value", "unit", "yoy_pct"], VARCHAR),
        **dict.fromkeys(["share_pct_of_goods_trade", "status", "breakdown", "item", "growth_bound"], VARCHAR),
        **dict.fromkeys(["item_rank", "item_count"], "INTEGER"),
        **dict.fromkeys(["item_count_bound", "source_publisher", "source_url", "source_note"], VARCHAR),
    },
    "cited_facts__group_memberships": {
        **dict.fromkeys(["group_code", "country_iso3"], VARCHAR),
        **dict.fromkeys(["valid_from", "valid_to"], DATE),
        **dict.fromkeys(["status", "confidence", "source_url", "note"], VARCHAR),
    },
}
"""What the models below staging were promised: columns and types of every landed table, in order."""


def stated(**changes: Any) -> dict[str, Any]:
    """A small contract as its file would state it, with some keys changed."""
    return {
        **SHOP,
        "grain": ["code"],
        "layouts": [{"name": "csv", "reader": "long_csv", "columns": {"Code": "code", "Price": "price"}}],
        "columns": [
            {"name": "code", "type": "text", "description": "Code of the sale."},
            {"name": "price", "type": "number", "description": "Price."},
        ],
        **changes,
    }


def columns(**changes: Any) -> list[dict[str, Any]]:
    """The two columns, with some keys of the price changed."""
    code, price = stated()["columns"]
    return [code, {**price, **changes}]


def written(folder: Path, said: dict[str, Any] | str, name: str = "shop__sales.yml") -> Path:
    """Write a contract file."""
    text = said if isinstance(said, str) else yaml.safe_dump(said, sort_keys=False)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_contracts_promise_the_landed_tables_that_staging_reads():
    promised = {
        contract.name: {column.name: column.sql_type for column in contract.columns}
        for contract in load_contracts()
    }
    for name, landed in LANDED.items():
        assert promised[name] == landed
        assert list(promised[name]) == list(landed), "the order of the columns"


def test_the_committed_source_file_of_dbt_follows_from_the_contracts(repository: Path):
    committed = repository / "dbt_project" / "models" / "staging" / "_landed__sources.yml"
    remedy = "python -m expectations.contract > dbt_project/models/staging/_landed__sources.yml"
    assert committed.read_text(encoding="utf-8") == sources_yaml(load_contracts()), f"drifted: {remedy}"


def test_the_source_file_names_every_table_with_its_four_leading_columns():
    sources = {source["name"]: source for source in yaml.safe_load(sources_yaml(load_contracts()))["sources"]}
    flows = sources["imf_dots"]["tables"][0]
    assert (flows["name"], flows["identifier"], sources["imf_dots"]["schema"]) == (
        "flows",
        "imf_dots__flows",
        "{{ 'raw_redistributable' if var('redistributable') else 'raw' }}",
    )
    names = [column["name"] for column in flows["columns"]]
    assert names == ["file_id", "row_number", "vintage", "loaded_at", *LANDED["imf_dots__flows"]]
    assert {table["name"] for table in sources["meta"]["tables"]} == {"files", "refused_rows"}
    assert [table["name"] for table in sources["cited_facts"]["tables"]] == [
        "china_cbec_national",
        "china_cbec_partner_shares",
        "group_memberships",
        "trade_agreement_parties",
        "trade_agreements",
    ]


def test_text_of_a_contract_cannot_break_out_of_the_source_file():
    hostile = '"}: - {{ 7*7 }}\n# "'
    text = sources_yaml([Contract.model_validate(stated(each_row_is=hostile, publisher=hostile))])
    assert hostile in yaml.safe_load(text)["sources"][0]["tables"][0]["description"]


def test_a_small_contract_is_understood(tmp_path: Path):
    (contract,) = load_contracts(written(tmp_path, stated()))
    assert contract.name == "shop__sales"
    assert contract.refused_share_max == 0
    assert contract.layouts[0].encodings == ("utf-8",)


def test_a_contract_cannot_be_changed():
    contract = Contract.model_validate(stated())
    with pytest.raises(ValueError, match="frozen"):
        contract.version = 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, r"shop__sales\.yml: key colour: seen 'red', Extra inputs are not permitted"),
        ({"version": 0}, r"key version: seen 0"),
        ({"grain": ["code", "day"]}, r"grain names no column: day"),
        ({"refused_share_max": 1}, r"key refused_share_max: seen 1"),
        ({"source": "shop-1"}, r"key source: seen 'shop-1'"),
        (
            {"vintage": {"order": ["side_car"], "content_column": "code"}},
            r"content_column needs the origin content",
        ),
        (
            {"vintage": {"order": ["content"], "content_column": "code"}},
            r"content_column must be a date column",
        ),
        ({"columns": columns(name="vintage")}, r"columns must differ from one another and from file_id"),
        ({"columns": columns(pattern="[")}, r"not a regular expression"),
        ({"columns": columns(type="text", minimum=1)}, r"need a number, an integer or a date"),
        ({"columns": columns(type="date", minimum=1)}, r"must be of the column's type"),
        ({"columns": columns(type="text", thousands_separator=",")}, r"needs a number"),
        ({"columns": columns(suffix_flags={" e": "code"})}, r"suffix flag code must be a boolean column"),
        ({"columns": columns()[:1]}, r"layout csv: not fed, or not a column: price"),
        (
            {"layouts": [{**stated()["layouts"][0], "encodings": ["klingon"]}]},
            r"no encoding is called klingon",
        ),
        ({"layouts": [{**stated()["layouts"][0], "reader": "wide_csv"}]}, r"a wide layout needs values"),
        ({"layouts": [{**stated()["layouts"][0], "columns": {"A": "code", "B": "code"}}]}, r"is fed twice"),
    ],
)
def test_a_contract_that_makes_no_sense_is_refused_by_name(
    tmp_path: Path, changes: dict[str, Any], message: str
):
    with pytest.raises(ContractError, match=message) as refused:
        load_contracts(written(tmp_path, stated(**changes)))
    assert str(refused.value).startswith("shop__sales.yml: ")


def test_a_key_given_twice_is_refused_with_its_line(tmp_path: Path):
    text = yaml.safe_dump(stated(), sort_keys=False) + "version: 2\n"
    line = text.count("\n")
    with pytest.raises(ContractError, match=rf"line {line}: key 'version' is given twice"):
        load_contracts(written(tmp_path, text))


def test_an_alias_is_refused(tmp_path: Path):
    with pytest.raises(ContractError, match=r"alias \*all is not allowed"):
        load_contracts(written(tmp_path, "version: &all [1]\nsource: *all\n"))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_document_nested_without_end_is_refused(tmp_path: Path, opening: str):
    with pytest.raises(ContractError, match="line 1: nested more than 100 deep"):
        load_contracts(written(tmp_path, opening * 60_000))


def test_text_that_is_no_yaml_is_refused(tmp_path: Path):
    with pytest.raises(ContractError, match=r"shop__sales\.yml: line 2"):
        load_contracts(written(tmp_path, "version: [1\n"))


def test_a_contract_goes_by_the_name_of_its_file(tmp_path: Path):
    with pytest.raises(ContractError, match="seen source and table shop__sales, expected shop__purchases"):
        load_contracts(written(tmp_path, stated(), "shop__purchases.yml"))


def listed(folder: Path, codes: str, **more: Any) -> Contract:
    """The contract whose column code takes its values from a seed."""
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    (seeds / "codes.csv").write_text(codes, encoding="utf-8")
    code, price = columns()
    code["code_list"] = {"seed": "codes.csv", "column": "code", **more}
    return load_contracts(written(folder, stated(columns=[code, price])), seeds)[0]


def test_a_code_list_is_read_from_the_seed(tmp_path: Path):
    assert listed(tmp_path, "name,code\nTwo,B\nOne,A\nAgain,A\nNone,\n").columns[0].allowed == ("A", "B")


def test_a_code_list_whose_seed_is_not_there_is_an_error_that_names_contract_column_and_file(tmp_path: Path):
    listed(tmp_path, "code\nA\n")
    missing = tmp_path / "elsewhere" / "codes.csv"
    with pytest.raises(ContractError) as refused:
        load_contracts(tmp_path, missing.parent)
    for part in ("shop__sales.yml: ", "column code: ", str(missing)):
        assert part in str(refused.value)


def test_a_code_list_whose_column_is_not_there_is_an_error(tmp_path: Path):
    message = r"shop__sales\.yml: column code: .*\['name'\] in .*codes\.csv, expected code"
    with pytest.raises(ContractError, match=message):
        listed(tmp_path, "name\nOne\n")


def test_a_code_list_holds_the_rows_that_count(tmp_path: Path):
    where = {"where": {"kind": "new"}}
    made = listed(tmp_path, "code,kind\nA,new\nB,old\nC,new\n", **where)
    assert made.columns[0].allowed == ("A", "C")
    with pytest.raises(ContractError, match=r"expected kind"):
        listed(tmp_path, "code\nA\n", **where)


def test_the_fingerprint_changes_with_the_code_list(tmp_path: Path):
    before = fingerprint([listed(tmp_path, "code\nA\n")])
    assert fingerprint([listed(tmp_path, "code\nA\nB\n")]) != before


def test_the_fingerprint_changes_with_what_is_said_and_not_with_the_order_of_the_files():
    first, second = (Contract.model_validate(stated(table=table)) for table in ("sales", "returns"))
    assert fingerprint([first, second]) == fingerprint([second, first])
    widened = Contract.model_validate(stated(columns=columns(minimum=0)))
    assert fingerprint([widened, second]) != fingerprint([first, second])
