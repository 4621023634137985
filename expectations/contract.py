"""A contract: the promise of one source about one table, and how to recognise a file that makes it."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from expectations.landed_tables import LEADING_COLUMNS, LEDGER
from expectations.layout import Frozen, Layout, Name, StatedVintage, must_compile
from expectations.strict_yaml import load_yaml

CONTRACTS = Path(__file__).resolve().parent / "contracts"
SEEDS = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds"

LANDED_SCHEMA = "{{ 'raw_redistributable' if var('redistributable') else 'raw' }}"
"""Where dbt reads landed tables: without the files that may not be passed on, when that is asked for."""

SQL_TYPES = {
    "text": "VARCHAR",
    "number": "VARCHAR",  # as printed: the first cast to DOUBLE is staging's, so no digit is lost on the way
    "integer": "INTEGER",
    "date": "DATE",
    "boolean": "BOOLEAN",
}


class ContractError(ValueError):
    """A contract file that cannot be understood; the message names file, key, seen, expected."""


class Licence(Frozen):
    """Under which terms the source publishes."""

    name: str
    url: str | None = None
    redistribution: Literal["allowed", "not_allowed", "unknown"]


class CodeList(Frozen):
    """A column of a seed whose values are the codes that a landed column may hold.

    Attributes
    ----------
    where : dict
        Column of the seed → the text that it has in the rows that count; empty for all rows.
    """

    seed: str
    column: str
    where: dict[str, str] = Field(default={})


class Column(Frozen):
    """One column of the landed table: its type and what its cells may hold.

    Attributes
    ----------
    type : str
        text, number (kept as printed), integer, date (year-month-day) or boolean (true, false).
    allowed : tuple of str
        The only texts that may stand there; filled from ``code_list`` when that is given.
    pattern : str
        Regular expression that the whole cell must match.
    minimum, maximum : int, float or date
        Loose, structural bounds; whether a number is plausible is asked elsewhere.
    missing : tuple of str
        Marks that stand for no value, besides the blank cell.
    suffix_flags : dict
        Marks after the value, each with the boolean column that says whether it stood there.
    thousands_separator : str
        Character that may group the digits before the decimal point; it is taken out.
    """

    name: Name
    type: Literal["text", "number", "integer", "date", "boolean"]
    description: str
    unit: str | None = None
    required: bool = False
    allowed: tuple[str, ...] | None = None
    code_list: CodeList | None = None
    pattern: str | None = None
    minimum: int | float | date | None = None
    maximum: int | float | date | None = None
    missing: tuple[str, ...] = ()
    suffix_flags: dict[str, Name] = Field(default={})
    thousands_separator: Literal[",", " ", "'"] | None = None

    @property
    def sql_type(self) -> str:
        """Type of the column in the landed table."""
        return SQL_TYPES[self.type]

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.pattern is not None:
            must_compile(self.pattern)
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if bounds and self.type not in ("number", "integer", "date"):
            raise ValueError(f"column {self.name}: minimum and maximum need a number, an integer or a date")
        if any(isinstance(bound, date) != (self.type == "date") for bound in bounds):
            raise ValueError(f"column {self.name}: minimum and maximum must be of the column's type")
        if self.thousands_separator and self.type != "number":
            raise ValueError(f"column {self.name}: thousands_separator needs a number")
        return self


class Vintage(Frozen):
    """Where a file's vintage is read from: the first origin that knows it.

    Attributes
    ----------
    content_column : str
        Date column that holds the vintage, the same in every row. Without it the origin ``content`` is
        what the layout reads outside the rows: a preamble, a footer, a title.
    path : StatedVintage
        How the origin ``path`` reads it from the file's path below the landing folder.
    """

    order: Annotated[tuple[Literal["content", "side_car", "path", "landing_date"], ...], Field(min_length=1)]
    content_column: Name | None = None
    path: StatedVintage | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if (self.path is not None) != ("path" in self.order):
            raise ValueError("the origin path and the key path go together")
        return self


class StatedColumn(Frozen):
    """A landed column that the file itself does not hold, and where else it is told.

    A side-car's ``values`` is asked first, then the file's path below the landing folder. A file of which
    neither tells it is refused with ``how_to_tell``.

    Attributes
    ----------
    column : str
        Landed column, the same text in every row.
    path_pattern : str
        Regular expression that is searched in the path; its first group is looked up in ``path_values``,
        or is the value itself where that has no such key.
    path_values : dict
        Text in the path, in small letters for any case of it → value.
    layouts : tuple of str
        Layouts whose files lack the column; empty for all.
    """

    column: Name
    path_pattern: str | None = None
    path_values: dict[str, str] = Field(default={})
    how_to_tell: str
    layouts: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.path_pattern is not None:
            must_compile(self.path_pattern)
        if odd := [text for text in self.path_values if text != text.casefold()]:
            raise ValueError(
                f"path_values: seen {', '.join(odd)}, expected small letters, for any case of them"
            )
        return self


class ControlTotal(Frozen):
    """A total that the file itself prints, and the rows that must add up to it.

    Attributes
    ----------
    value_column : str
        Number column that adds up.
    total_rows, part_rows : dict
        Landed column → texts that mark the rows of the total and of its parts; an empty ``part_rows`` means
        every row that is none of the total.
    by : tuple of str
        Columns whose every combination has a total of its own.
    tolerance : float
        Largest share of the total by which the parts may differ from it.
    layouts : tuple of str
        Layouts whose files are held to it; empty for all.
    """

    value_column: Name
    total_rows: dict[Name, tuple[str, ...]]
    part_rows: dict[Name, tuple[str, ...]] = Field(default={})
    by: tuple[Name, ...] = ()
    tolerance: Annotated[float, Field(ge=0)] = 0
    layouts: tuple[Name, ...] = ()


class Contract(Frozen):
    """The promise of one source about one table.

    Attributes
    ----------
    each_row_is : str
        What a row tells, with its article: what stands after "Each row is".
    grain : tuple of str
        Columns that together name a row; no two rows of a file agree in all of them.
    refused_share_max : float
        Up to which share of broken rows a file is loaded without them; 0 means that any broken row
        refuses the file.
    """

    version: Annotated[int, Field(ge=1)]
    source: Name
    table: Name
    each_row_is: str
    publisher: str
    licence: Licence
    vintage: Vintage
    refused_share_max: Annotated[float, Field(ge=0, lt=1)] = 0
    grain: Annotated[tuple[Name, ...], Field(min_length=1)]
    layouts: Annotated[tuple[Layout, ...], Field(min_length=1)]
    stated_columns: tuple[StatedColumn, ...] = ()
    control_totals: tuple[ControlTotal, ...] = ()
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]

    @property
    def name(self) -> str:
        """``<source>__<table>``: name of the landed table and of the contract's file."""
        return f"{self.source}__{self.table}"

    @property
    def flag_columns(self) -> frozenset[str]:
        """Boolean columns that are read from marks after another column's value."""
        return frozenset(flag for column in self.columns for flag in column.suffix_flags.values())

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        names = [column.name for column in self.columns]
        reserved = {column.name for column in LEADING_COLUMNS}
        if len(set(names)) < len(names) or reserved & set(names):
            raise ValueError(f"columns must differ from one another and from {', '.join(sorted(reserved))}")
        types = {column.name: column.type for column in self.columns}
        for flag in self.flag_columns:
            if types.get(flag) != "boolean":
                raise ValueError(f"suffix flag {flag} must be a boolean column")
        if unknown := set(self.grain) - set(names):
            raise ValueError(f"grain names no column: {', '.join(sorted(unknown))}")
        stated_always = {stated.column for stated in self.stated_columns if not stated.layouts}
        for layout in self.layouts:
            stated_here = {stated.column for stated in self.stated_columns if layout.name in stated.layouts}
            told = {*layout.fed_columns, *stated_always, *stated_here}
            if told != set(names) - self.flag_columns:
                odd = told ^ (set(names) - self.flag_columns)
                raise ValueError(f"layout {layout.name}: not fed, or not a column: {', '.join(sorted(odd))}")
        if self.vintage.content_column and "content" not in self.vintage.order:
            raise ValueError("vintage: content_column needs the origin content")
        if self.vintage.content_column and types.get(self.vintage.content_column) != "date":
            raise ValueError("vintage: content_column must be a date column")
        return self


def load_contracts(directory: Path | None = None, seeds: Path | None = None) -> tuple[Contract, ...]:
    """Return the contracts of a folder, by name, with their code lists read from the seeds.

    Parameters
    ----------
    directory : Path, optional
        Folder of ``<source>__<table>.yml`` files; by default the one beside this module.
    seeds : Path, optional
        Folder of the dbt seeds, in which the code lists stand; by default the dbt project's.

    Raises
    ------
    ContractError
        When a file is not a contract, or the seed of a code list or its column is not there.
    """
    found, read = [], cache(_seed_rows)
    for path in sorted((directory or CONTRACTS).glob("*.yml")):
        try:
            stated = load_yaml(path.read_text(encoding="utf-8"))
            contract = Contract.model_validate(_with_code_lists(stated, seeds or SEEDS, read))
        except ValidationError as error:
            raise ContractError(f"{path.name}: {_described(error)}") from None
        except ValueError as error:
            raise ContractError(f"{path.name}: {error}") from None
        if path.stem != contract.name:
            raise ContractError(f"{path.name}: seen source and table {contract.name}, expected {path.stem}")
        found.append(contract)
    return tuple(found)


def _with_code_lists(stated: Any, seeds: Path, read: Callable[[Path], list[dict[str, str]]]) -> Any:
    """Put the seed's codes into ``allowed``, so that they are part of the contract's fingerprint."""
    for column in stated.get("columns", ()) if isinstance(stated, Mapping) else ():
        code_list = column.get("code_list") if isinstance(column, dict) else None
        if code_list is None:
            continue
        wanted = CodeList.model_validate(code_list)
        seed = seeds / wanted.seed
        if not seed.is_file():
            raise ValueError(
                f"column {column.get('name')}: code list: no file {seed}, expected the seed there"
            )
        rows = read(seed)
        columns = list(rows[0]) if rows else []
        if lacking := {wanted.column, *wanted.where} - set(columns):
            raise ValueError(
                f"column {column.get('name')}: code list: seen columns {columns} in {seed},"
                f" expected {', '.join(sorted(lacking))}"
            )
        for name, text in wanted.where.items():
            rows = [row for row in rows if row[name] == text]
        column["allowed"] = sorted({code for row in rows if (code := row[wanted.column])})
    return stated


def _seed_rows(seed: Path) -> list[dict[str, str]]:
    with seed.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _described(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"key {key}: seen {first['input']!r:.80}, {message}" if key else message


def fingerprint(contracts: Iterable[Contract]) -> str:
    """Return a sha256 that changes exactly when what the contracts say changes."""
    said = [contract.model_dump(mode="json") for contract in sorted(contracts, key=lambda item: item.name)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def sources_yaml(contracts: Sequence[Contract]) -> str:
    """Return the text of dbt's source file: the landed tables and the ledger of files.

    Returns
    -------
    str
        YAML with one source per source of the contracts (``source('imf_dots', 'flows')`` is the table
        ``raw.imf_dots__flows``) and the source ``meta``.
    """
    by_source: dict[str, list[Contract]] = {}
    for contract in contracts:
        by_source.setdefault(contract.source, []).append(contract)
    sources: list[dict[str, Any]] = [
        {
            "name": source,
            "description": f"Landed as sent by {_joined(contract.publisher for contract in found)}.",
            "schema": LANDED_SCHEMA,
            "tables": [_source_table(contract) for contract in found],
        }
        for source, found in by_source.items()
    ]
    ledger = [
        {"name": name, "description": grain, "columns": [_source_column(*column) for column in columns]}
        for name, (grain, columns) in LEDGER.items()
    ]
    description = "The ledger of files: what arrived, what was refused and why."
    sources.append({"name": "meta", "description": description, "schema": "meta", "tables": ledger})
    text = yaml.safe_dump({"sources": sources}, sort_keys=False, allow_unicode=True, width=110)
    return f"# Written by `python -m expectations.contract` from the contracts: edit those, not this.\n{text}"


def _joined(publishers: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(publishers))


def _source_table(contract: Contract) -> dict[str, Any]:
    own = []
    for column in contract.columns:
        unit = f" Unit: {column.unit}." if column.unit else ""
        own.append(_source_column(column.name, column.sql_type, f"{column.description}{unit}"))
    return {
        "name": contract.table,
        "identifier": contract.name,
        "description": f"Each row is {contract.each_row_is}. Publisher: {contract.publisher}."
        f" Licence: {contract.licence.name}.",
        "columns": [*(_source_column(*column) for column in LEADING_COLUMNS), *own],
    }


def _source_column(name: str, sql_type: str, description: str) -> dict[str, str]:
    return {"name": name, "data_type": sql_type, "description": description}


if __name__ == "__main__":
    print(sources_yaml(load_contracts()), end="")
