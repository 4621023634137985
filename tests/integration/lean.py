"""A small part of what ships, for runs whose point is the line itself and not the breadth of the sample."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

COUNTRY_HEADERS = ("Country Code", "reporter_iso3", "partner_iso3", "iso_o", "iso_d")
"""Headers of the columns that hold the code of an economy, in the layouts that are long because of them."""

LARGE = 64 * 1024
"""Bytes from which on a file that does not list economies is left out."""

FEW_DRAWS = 99


def economies_of(study: dict[str, Any]) -> set[str]:
    """Return the codes of the reference country and of the partners that a study names."""
    return {study["reference_iso3"], *study["partners"]["countries"]}


def members_of(group_code: str, sample: Path) -> set[str]:
    """Return the codes of the countries that the sample's list of memberships has in a group."""
    text = (sample / "facts" / "group_memberships.csv").read_text(encoding="utf-8")
    return {
        row["country_iso3"] for row in csv.DictReader(io.StringIO(text)) if row["group_code"] == group_code
    }


def _records(text: str) -> Iterator[tuple[list[str], str]]:
    """Give each record of a CSV text: its cells, and its lines to the letter."""
    lines = list(io.StringIO(text, newline=""))
    reader, first = csv.reader(lines), 0
    for cells in reader:
        yield cells, "".join(lines[first : reader.line_num])
        first = reader.line_num


def of_economies(text: str, economies: set[str]) -> str | None:
    """Keep the header and the records whose economies are all among those named.

    Nothing is kept of a text that has no such record; None is returned for one that lists no economies.
    """
    records = _records(text)
    header, first = next(records, ([], ""))
    places = [place for place, name in enumerate(header) if name in COUNTRY_HEADERS]
    if not places:
        return None
    kept = "".join(line for cells, line in records if {cells[place] for place in places} <= economies)
    return first + kept if kept else ""


def land_lean(sample: Path, economies: set[str], landing: Path) -> None:
    """Copy a landing folder with the records of some economies alone.

    Of files that list none of them nothing comes; files that list no economies come as they are, unless they
    are large. Side-cars come with their file, without what they say of the whole of it.
    """
    for path in sorted(sample.rglob("*.csv")):
        content = path.read_bytes()
        try:
            kept = of_economies(content.decode("utf-8"), economies)
        except UnicodeDecodeError:
            kept = None
        if kept == "" or (kept is None and len(content) > LARGE):
            continue
        landed = landing / path.relative_to(sample)
        landed.parent.mkdir(parents=True, exist_ok=True)
        landed.write_bytes(content if kept is None else kept.encode("utf-8"))
        origin = yaml.safe_load(Path(f"{path}.origin.yml").read_text(encoding="utf-8"))
        if kept is not None:
            origin = {key: value for key, value in origin.items() if key not in ("sha256", "row_count")}
        Path(f"{landed}.origin.yml").write_text(yaml.safe_dump(origin, allow_unicode=True), encoding="utf-8")


def lean_study(study: dict[str, Any]) -> dict[str, Any]:
    """Return a study with every part that it has, each tried in fewer ways and with fewer draws."""
    gravity, robustness = study["gravity"], study["index"]["robustness"]
    study["title"] = f"{study['title']} (lean)"
    for item in gravity["specifications"]:
        item["fill_sets"] = [study["base_fill_set"]]
    for curve in gravity["specification_curves"]:
        curve["estimators"] = curve["estimators"][:1]
        curve["optional_terms"] = curve["optional_terms"][:1]
    robustness["varied"] = {name: choices[:1] for name, choices in robustness["varied"].items()}
    robustness["bootstrap"]["draws"] = study["potential"]["intervals"]["draws"] = FEW_DRAWS
    return study


def write_lean_study(study_file: Path, folder: Path) -> set[str]:
    """Write a lean study into a folder of studies of its own; return the codes of its economies."""
    study = yaml.safe_load(study_file.read_text(encoding="utf-8"))
    printed = Path(study["printed"])
    (folder / printed).parent.mkdir(parents=True)
    shutil.copyfile(study_file.parent / printed, folder / printed)
    text = yaml.safe_dump(lean_study(study), sort_keys=False, allow_unicode=True)
    (folder / study_file.name).write_text(text, encoding="utf-8")
    return economies_of(study)
