"""What a release says of itself beside its tables: the data package and the dictionary of columns."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.durable import sha256
from flows.lineage import Lineage
from flows.redistribution import TableTerms
from flows.release_files import PUBLISHED_SCHEMAS, PublishedTable, ReleaseFailed

if TYPE_CHECKING:
    import pandas as pd

    from flows.run_record import RunRecord

FRICTIONLESS_TYPES = {
    "BIGINT": "integer",
    "INTEGER": "integer",
    "DOUBLE": "number",
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
}
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


COLUMNS = (
    "schema",
    "table",
    "position",
    "column",
    "type",
    "is_primary_key",
    "description",
    "table_description",
    "table_sources",
    "table_redistribution",
)
"""Columns of the dictionary."""


def write_dictionary(tables: Iterable[PublishedTable], terms: Mapping[str, TableTerms], path: Path) -> None:
    """Write ``data_dictionary.csv``: one row per published column, with what may be done with its table."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(COLUMNS)
        for table in tables:
            found = terms.get(table.relation, TableTerms())
            named = ", ".join(source.source for source in found.sources if not source.is_left_out)
            for position, (column, kind, text) in enumerate(table.columns, start=1):
                is_key = str(column in table.primary_key).lower()
                told = (column, kind, is_key, text, table.description, named, found.redistribution)
                writer.writerow([table.schema, table.name, position, *told])


def write_data_package(
    tables: Iterable[PublishedTable],
    files: pd.DataFrame,
    lineage: Lineage,
    terms: Mapping[str, TableTerms],
    record: RunRecord,
    folder: Path,
) -> None:
    """Write ``datapackage.json`` (Frictionless): fields, keys, sources, licences, sha256 and bytes.

    A table is described by its CSV file, or by its Parquet file where it has too many rows for one.

    Parameters
    ----------
    tables : iterable of PublishedTable
        What the release holds.
    files : DataFrame
        The ledger ``meta.files``.
    lineage : Lineage
        What is behind each table.
    terms : mapping
        By ``schema.table`` what may be done with it.
    record : RunRecord
        The run, for its name, its time and what it left out.
    folder : Path
        The release, with the tables' files.

    Raises
    ------
    ReleaseFailed
        When the descriptor does not meet the standard.
    """
    from frictionless import Package

    loaded = files[files["status"] == "loaded"]
    if record.redistributable:
        loaded = loaded[loaded["redistribution"] != "not_allowed"]
    resources = []
    for table in tables:
        # Schema meta tells of the runs; no source is behind it.
        sources = lineage.raw_sources(table.relation) if table.schema in PUBLISHED_SCHEMAS else frozenset()
        found = terms.get(table.relation, TableTerms())
        resources.append(
            {
                "name": table.name.replace("_", "-"),
                "title": table.relation,
                "description": table.description,
                **_file(table, folder),
                "sources": _sources(loaded[loaded["source"].isin(sources)]),
                **({"licenses": [_licence(text) for text in found.licences]} if found.licences else {}),
                **({"redistribution": found.redistribution} if found.redistribution else {}),
                "schema": {
                    "fields": [
                        {"name": column, "type": FRICTIONLESS_TYPES.get(kind, "number"), "description": text}
                        for column, kind, text in table.columns
                    ],
                    **({"primaryKey": list(table.primary_key)} if table.primary_key else {}),
                },
            }
        )
    descriptor = {
        "name": "serai",
        "title": "Serai: trade potential of China with its partners",
        "version": record.run_id,
        "created": record.started_at,
        "redistributable": record.redistributable,
        "leftOut": record.left_out,
        "resources": resources,
    }
    errors = list(Package.metadata_validate(descriptor))
    if errors:
        raise ReleaseFailed(f"datapackage.json: {errors[0]}")
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def _file(table: PublishedTable, folder: Path) -> dict[str, Any]:
    kind = "csv" if (folder / table.file("csv")).exists() else "parquet"
    path = folder / table.file(kind)
    return {
        "path": table.file(kind).as_posix(),
        "format": kind,
        "mediatype": MEDIA_TYPES[kind],
        **({"encoding": "utf-8"} if kind == "csv" else {}),
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
    }


def _licence(text: str) -> dict[str, str]:
    # The standard asks for a name of letters, digits and a few marks; the publisher's words are the title.
    return {"name": re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-") or "terms", "title": text}


def _sources(files: pd.DataFrame) -> list[dict[str, str]]:
    columns = ["publisher", "source_url", "licence"]
    rows = files[columns].drop_duplicates().sort_values(columns).fillna("")
    return [
        {
            "title": f"{row.publisher} ({row.licence})" if row.licence else row.publisher,
            **({"path": row.source_url} if row.source_url else {}),
        }
        for row in rows.itertuples()
    ]
