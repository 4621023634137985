"""A landing folder with its state directory, and the questions that tests ask of what ingest made of it."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from expectations.contract import Contract, load_contracts
from flows.ingest import ingest
from flows.ingestion.report import FileResult, IngestReport
from flows.settings import Settings
from flows.warehouse import reading


@cache
def project_contracts() -> tuple[Contract, ...]:
    """The project's contracts, read once."""
    return load_contracts()


def zipped(**members: str | bytes) -> bytes:
    """Return a zip of files; a name's double underscore stands for its point."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", ".")), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def gzipped(content: str) -> bytes:
    """Return a gz of one file."""
    return gzip.compress(content.encode(), mtime=0)


class House:
    """One landing folder and its state directory.

    Attributes
    ----------
    FLOWS, WDI : str
        A good file of Direction of Trade (two rows) and one of development indicators (three values).
    FIRST, LATER : datetime
        When files arrive, unless a test says otherwise, and a time after it.
    """

    DOTS = "reporter_imf,reporter_iso3,partner_imf,partner_iso3,partner_type,flow,year,value_usd_million\n"
    FLOWS = (
        DOTS
        + '"China, P.R.: Mainland",CHN,Kazakhstan,KAZ,country,exports_fob,2013,12545.166\n'
        + '"China, P.R.: Mainland",CHN,Kazakhstan,KAZ,country,imports_cif,2013,16050.5 e\n'
    )
    WDI = (
        "Country Name,Country Code,Indicator Name,Indicator Code,2012,2013\n"
        "Kazakhstan,KAZ,Population,SP.POP.TOTL,16791425,17035275\n"
        "Turkmenistan,TKM,Population,SP.POP.TOTL,,5366277\n"
    )
    ORIGIN = {  # noqa: RUF012
        "publisher": "International Monetary Fund",
        "title": "Direction of Trade Statistics",
        "url": "https://data.imf.org",
        "vintage": date(2022, 2, 2),
        "licence": "free with attribution",
        "redistribution": "allowed",
    }
    FIRST, LATER = datetime(2026, 1, 2, 3, 4, 5), datetime(2027, 1, 1)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @staticmethod
    def settings_in(folder: Path) -> Settings:
        """Return settings of a state directory beside a landing folder."""
        return Settings(home=folder / "home", landing=folder / "landing")

    def put(self, name: str, content: str | bytes, **origin: Any) -> Path:
        """Land a file, with a side-car when anything is said of its origin."""
        path = self.settings.landing_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if origin:
            said = yaml.safe_dump({**self.ORIGIN, **origin})
            path.with_name(f"{path.name}.origin.yml").write_text(said, encoding="utf-8")
        return path

    def run(self, at: datetime = FIRST, **options: Any) -> IngestReport:
        """Ingest at a given time."""
        return ingest(self.settings, now=lambda: at, **{"contracts": project_contracts(), **options})

    def ask(self, report: IngestReport, query: str) -> list[tuple]:
        """Ask the build."""
        with reading(report.build_path) as connection:
            return connection.execute(query).fetchall()

    def raw_rows(self, report: IngestReport) -> dict[str, list[tuple]]:
        """Return every landed row of every landed table."""
        with reading(report.build_path) as connection:
            tables = connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'raw'"
            ).fetchall()
            return {
                name: sorted(connection.execute(f'select * from raw."{name}"').fetchall(), key=repr)
                for (name,) in tables
            }

    def statuses(self, report: IngestReport) -> dict[str, str]:
        """Return the ledger's statuses by the names of the files."""
        return dict(self.ask(report, "select file_name, status from meta.files"))

    def row_count(self, report: IngestReport) -> int:
        """Return the number of rows in all landed tables."""
        return sum(len(rows) for rows in self.raw_rows(report).values())

    @staticmethod
    def only(results: tuple[FileResult, ...]) -> FileResult:
        """Return the one result."""
        (result,) = results
        return result
