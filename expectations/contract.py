"""A contract: the promise of one source about one table, and how to recognise a file that makes it."""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from expectations.landed_tables import LEADING_COLUMNS, LEDGER
from expectations.strict_yaml import load_yaml

CONTRACTS = Path(__file__).resolve().parent / "contracts"
SEEDS = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds"

SQL_TYPES = {
    "text": "VARCHAR",
    "number": "VARCHAR",  # as printed: the first cast to DOUBLE is staging's, so no digit is lost on the way
    "integer": "INTEGER",
    "date": "DATE",
    "boolean": "BOOLEAN",
}

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class ContractError(ValueError):
    """A contract file that cannot be understood; the message names file, key, seen, expected."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _must_compile(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {pattern!r}: {error}") from None


class Licence(_Frozen):
    """Under which terms the source publishes."""

    name: str
    url: str | None = None
    redistribution: Literal["allowed", "not_allowed", "unknown"]


class CodeList(_Frozen):
    """A column of a seed whose values are the codes that a landed column may hold."""

    seed: str
    column: str


class Column(_Frozen):
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
    suffix_flags: dict[str, Name] = {}
    thousands_separator: Literal[",", " ", "'"] | None = None

    @property
    def sql_type(self) -> str:
        """Type of the column in the landed table."""
        return SQL_TYPES[self.type]

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.pattern is not None:
            _must_compile(self.pattern)
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if bounds and self.type not in ("number", "integer", "date"):
            raise ValueError(f"column {self.name}: minimum and maximum need a number, an integer or a date")
        if any(isinstance(bound, date) != (self.type == "date") for bound in bounds):
            raise ValueError(f"column {self.name}: minimum and maximum must be of the column's type")
        if self.thousands_separator and self.type != "number":
            raise ValueError(f"column {self.name}: thousands_separator needs a number")
        return self


class WideValues(_Frozen):
    """Which columns of a wide layout hold values, and the two landed columns they become.

    Attributes
    ----------
    header_pattern : str
        Regular expression over the header; its first group, or all of it, goes to ``name_column``.
    """

    header_pattern: str
    name_column: Name
    value_column: Name


class Layout(_Frozen):
    """One shape in which the source sends the table.

    Attributes
    ----------
    reader : str
        Which family of layouts it belongs to.
    columns : dict
        Header → landed column; every header must be there, in any order.
    optional_columns : dict
        Header → landed column, where the header may be absent.
    ignored_columns : tuple of str
        Headers that may be there and are not read.
    unknown_columns : str
        Whether a file with any other header is refused, or the header is ignored.
    trailing_delimiter : bool
        Lines may end with a delimiter: a last column without a name and without values.
    """

    name: Name
    reader: Literal["long_csv", "wide_csv"]
    encodings: Annotated[tuple[str, ...], Field(min_length=1)] = ("utf-8",)
    delimiter: Literal[",", ";", "\t", "|"] = ","
    trailing_delimiter: bool = False
    columns: Annotated[dict[str, Name], Field(min_length=1)]
    optional_columns: dict[str, Name] = {}
    ignored_columns: tuple[str, ...] = ()
    unknown_columns: Literal["refused", "ignored"] = "refused"
    values: WideValues | None = None

    @property
    def fed_columns(self) -> tuple[str, ...]:
        """Landed columns that a file of this layout feeds."""
        wide = (self.values.name_column, self.values.value_column) if self.values else ()
        return (*self.columns.values(), *self.optional_columns.values(), *wide)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if (self.values is not None) != (self.reader == "wide_csv"):
            raise ValueError(f"layout {self.name}: a wide layout needs values, another may not have them")
        if self.values:
            _must_compile(self.values.header_pattern)
        for encoding in self.encodings:
            try:
                codecs.lookup(encoding)
            except LookupError:
                raise ValueError(f"layout {self.name}: no encoding is called {encoding}") from None
        if len(set(self.fed_columns)) < len(self.fed_columns):
            raise ValueError(f"layout {self.name}: a landed column is fed twice")
        return self


class Vintage(_Frozen):
    """Where a file's vintage is read from: the first origin that knows it.

    Attributes
    ----------
    content_column : str
        Date column that holds the vintage, the same in every row; needed for the origin ``content``.
    """

    order: Annotated[tuple[Literal["content", "side_car", "landing_date"], ...], Field(min_length=1)]
    content_column: Name | None = None


class Contract(_Frozen):
    """The promise of one source about one table.

    Attributes
    ----------
    grain : tuple of str
        Columns that together name a row; no two rows of a file agree in all of them.
    refused_share_max : float
        Up to which share of broken rows a file is loaded without them; 0 means that any broken row
        refuses the file.
    """

    version: Annotated[int, Field(ge=1)]
    source: Name
    table: Name
    each_row_is_a: str
    publisher: str
    licence: Licence
    vintage: Vintage
    refused_share_max: Annotated[float, Field(ge=0, lt=1)] = 0
    grain: Annotated[tuple[Name, ...], Field(min_length=1)]
    layouts: Annotated[tuple[Layout, ...], Field(min_length=1)]
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
        for layout in self.layouts:
            if set(layout.fed_columns) != set(names) - self.flag_columns:
                odd = set(layout.fed_columns) ^ (set(names) - self.flag_columns)
                raise ValueError(f"layout {layout.name}: not fed, or not a column: {', '.join(sorted(odd))}")
        if ("content" in self.vintage.order) != (self.vintage.content_column is not None):
            raise ValueError("vintage: the origin content and content_column go together")
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
    found = []
    for path in sorted((directory or CONTRACTS).glob("*.yml")):
        try:
            stated = load_yaml(path.read_text(encoding="utf-8"))
            contract = Contract.model_validate(_with_code_lists(stated, seeds or SEEDS))
        except ValidationError as error:
            raise ContractError(f"{path.name}: {_described(error)}") from None
        except ValueError as error:
            raise ContractError(f"{path.name}: {error}") from None
        if path.stem != contract.name:
            raise ContractError(f"{path.name}: seen source and table {contract.name}, expected {path.stem}")
        found.append(contract)
    return tuple(found)


def _with_code_lists(stated: Any, seeds: Path) -> Any:
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
        with seed.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if wanted.column not in (rows.fieldnames or ()):
                raise ValueError(
                    f"column {column.get('name')}: code list: seen columns {rows.fieldnames} in {seed},"
                    f" expected {wanted.column}"
                )
            column["allowed"] = sorted({row[wanted.column] for row in rows if row[wanted.column]})
    return stated


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
            "schema": "raw",
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
        "description": f"Each row is a {contract.each_row_is_a}. Publisher: {contract.publisher}."
        f" Licence: {contract.licence.name}.",
        "columns": [*(_source_column(*column) for column in LEADING_COLUMNS), *own],
    }


def _source_column(name: str, sql_type: str, description: str) -> dict[str, str]:
    return {"name": name, "data_type": sql_type, "description": description}


if __name__ == "__main__":
    print(sources_yaml(load_contracts()), end="")
