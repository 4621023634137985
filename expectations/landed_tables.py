"""What every landed table begins with, and the ledger of files kept beside the landed tables."""

from __future__ import annotations

from typing import NamedTuple


class LandedColumn(NamedTuple):
    """A column that the house adds: its name, SQL type and meaning."""

    name: str
    sql_type: str
    description: str


LEADING_COLUMNS = (
    LandedColumn("file_id", "VARCHAR", "Sha256 of the file's content, in hexadecimal digits."),
    LandedColumn("row_number", "BIGINT", "Line of the file at which the record starts; 1 is the first line."),
    LandedColumn("vintage", "DATE", "Release of the source that the file belongs to."),
    LandedColumn("loaded_at", "TIMESTAMP", "When the file first arrived here, UTC."),
)
"""The first columns of every landed table, in order."""

LEDGER = {
    "files": (
        "One row per file content: what has been loaded, and what lies refused in landing or archive.",
        (
            LandedColumn(
                "file_id",
                "VARCHAR",
                "Sha256 of the content in hexadecimal digits; 'unread:' and the name if it cannot be read.",
            ),
            LandedColumn(
                "file_name",
                "VARCHAR",
                "Name below the landing folder, of several the first; `<zip>!/<member>` for a member.",
            ),
            LandedColumn("byte_count", "BIGINT", "Size of the content in bytes."),
            LandedColumn("contract", "VARCHAR", "Contract that claims the file; null when none or two do."),
            LandedColumn("source", "VARCHAR", "Source that the contract speaks for."),
            LandedColumn("layout", "VARCHAR", "Layout of the contract by which the file was read."),
            LandedColumn("status", "VARCHAR", "loaded, refused, or replaced: another file supersedes it."),
            LandedColumn("reason", "VARCHAR", "Why the file, or some of its rows, were refused."),
            LandedColumn("vintage", "DATE", "Release of the source that the file belongs to."),
            LandedColumn("vintage_origin", "VARCHAR", "content, side_car, path or landing_date."),
            LandedColumn("publisher", "VARCHAR", "Who published the figures."),
            LandedColumn("source_url", "VARCHAR", "Where the publisher offers them, as the side-car says."),
            LandedColumn("licence", "VARCHAR", "Licence under which they were published."),
            LandedColumn("redistribution", "VARCHAR", "Whether they may be passed on."),
            LandedColumn("loaded_at", "TIMESTAMP", "When the file first arrived here, UTC."),
            LandedColumn("row_count", "BIGINT", "Rows loaded into the landed table."),
            LandedColumn("refused_row_count", "BIGINT", "Rows that broke the contract and were left out."),
            LandedColumn(
                "completeness",
                "VARCHAR",
                "What shows that the file is whole: sha256, row_count, control_total, stated_count, footer,"
                " joined by ' and '; null when nothing does.",
            ),
            LandedColumn(
                "left_out_row_count", "BIGINT", "Rows that are no data of the table, such as its totals."
            ),
            LandedColumn("container_id", "VARCHAR", "Sha256 of the zip or gz that it came in, if in one."),
            LandedColumn("retrieved_at", "TIMESTAMP", "When it was downloaded, UTC, as the side-car says."),
            LandedColumn(
                "replaces_file_id",
                "VARCHAR",
                "Sha256 of the file that this one supersedes, as the side-car says; of several with blanks.",
            ),
        ),
    ),
    "refused_rows": (
        "One row per broken cell or rule of a file, the first thousand of each file.",
        (
            LandedColumn("file_id", "VARCHAR", "Sha256 of the file's content, in hexadecimal digits."),
            LandedColumn("file_name", "VARCHAR", "Name of the file, as the ledger of files has it."),
            LandedColumn("line", "BIGINT", "Line of the file; null when the whole file is meant."),
            LandedColumn("column_name", "VARCHAR", "Column as the file's header names it."),
            LandedColumn("seen", "VARCHAR", "What stands there, the first 200 characters."),
            LandedColumn("expected", "VARCHAR", "What the contract promises."),
            LandedColumn("rule", "VARCHAR", "Name of the rule that is broken."),
        ),
    ),
}
"""Tables of schema meta that ingest writes: grain sentence and columns."""
