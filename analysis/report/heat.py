"""Heat tables: K by partner and year with its class, and how much of the data was reported or filled."""

from __future__ import annotations

import pandas as pd

from analysis.report import certainty, wording
from analysis.report.robustness import summing_gap
from analysis.report.study_frames import StudyFrames, is_defined
from analysis.report.table import MOST_COUNTRIES, Cell, Column, Table, rest_note, table

# Predicted flows that miss their predicted sum by more than this share are said to.
_SUMS_UP = 0.05


def potential_table(study: StudyFrames, flow: str) -> Table:
    """K by partner and year, each cell with its class in words; of very many partners the largest."""
    rows = study.potential.loc[study.potential["flow"] == flow].copy()
    rows["is_defined"] = is_defined(rows)
    years = sorted(rows["year"].unique())
    partners = _by_name(study, largest_partners(rows)[:MOST_COUNTRIES])
    body = []
    for iso3 in partners:
        own = rows.loc[rows["partner_iso3"] == iso3].drop_duplicates("year").set_index("year")
        cells = [
            _potential_cell(study, own.loc[year], year) if year in own.index else _no_row() for year in years
        ]
        body.append([Cell(study.country(iso3), tooltip=iso3), *cells])
    undefined = _undefined_note(study, rows.loc[~rows["is_defined"]])
    rest = rest_note(len(partners), rows["partner_iso3"].nunique(), "size of trade", "rpt_trade_potential")
    beneath = "class, and the share of inputs that were filled"
    if rows["class_probability"].notna().any():
        beneath = (
            "class, its probability (marked ? where below one half) and the share of inputs that were filled"
        )
    return table(
        f"K = actual / predicted {wording.flow(flow)} by partner and year. Small print: {beneath}.",
        [Column("Partner"), *(Column(str(year), "number") for year in years)],
        body,
        source="rpt_trade_potential",
        notes=(*((undefined,) if undefined else ()), *rest),
        layout="heat",
    )


def summing_note(study: StudyFrames) -> str:
    """What to know when predicted exports and imports do not add up to predicted total trade; else empty."""
    gaps = summing_gap(study)
    beyond = gaps.loc[gaps["share"].abs() > _SUMS_UP]
    if beyond.empty:
        return ""
    worst = beyond.loc[beyond["share"].abs().idxmax(), "share"]
    return (
        "Predicted exports plus predicted imports are not predicted total trade: each flow has its own "
        f"equation. They differ by more than {wording.percent(_SUMS_UP)} in {wording.whole(len(beyond))} of "
        f"{wording.plural(len(gaps), 'cell')}, by up to {wording.percent(abs(worst))} "
        f"{'above' if worst > 0 else 'below'} the total."
    )


def largest_partners(rows: pd.DataFrame) -> list[str]:
    """Partners by their mean trade, the largest first."""
    trade = rows.groupby("partner_iso3")["actual_trade_usd"].mean().fillna(0)
    return list(trade.sort_values(ascending=False, kind="stable").index)


def _by_name(study: StudyFrames, codes: list[str]) -> list[str]:
    return sorted(codes, key=lambda iso3: (study.country(iso3).casefold(), iso3))


def _potential_cell(study: StudyFrames, row: pd.Series, year: int) -> Cell:
    if not row["is_defined"]:
        return Cell(
            "undefined",
            tooltip=f"{study.country(row['partner_iso3'])} {year}: undefined, {undefined_reason(row)}",
            style="k undefined",
        )
    name = row["potential_class"] or "no class"
    filled, probability, doubt = row["filled_share"], row["class_probability"], certainty.note(row)
    is_unlikely = certainty.is_unlikely(row)
    return Cell(
        wording.number(row["potential_ratio"], 2),
        below=(
            f"{name}{wording.NO_BREAK}?" if is_unlikely else name,
            "" if wording.is_missing(probability) else f"P {wording.percent(probability)}",
            f"{wording.percent(filled)} filled" if filled > 0 else "",
        ),
        tooltip=(
            f"{study.country(row['partner_iso3'])} {year}: K = {wording.number(row['potential_ratio'])}, "
            f"{name}; "
            f"actual {wording.money(row['actual_trade_usd'])}, "
            f"predicted {wording.money(row['predicted_trade_usd'])}"
            f"{f'; {doubt}' if doubt else ''}"
        ),
        style=potential_style(study, row),
    )


def potential_style(study: StudyFrames, row: pd.Series) -> str:
    """Style of a cell that holds a defined K: colour by class, darker far beyond, marked where unlikely."""
    kind = study.class_named(row["potential_class"])
    strength = " strong" if kind.is_strong(row["potential_ratio"]) else ""
    return f"k {kind.slot}{strength}{' unlikely' if certainty.is_unlikely(row) else ''}"


def _no_row() -> Cell:
    return Cell("", below="no row", style="k absent")


def undefined_reason(row: pd.Series) -> str:
    """Why a cell has no K: the table's own caveat, else what its numbers show."""
    if row["caveat"]:
        return row["caveat"]
    if wording.is_missing(row["actual_trade_usd"]):
        return "no reported trade"
    if wording.is_missing(row["predicted_trade_usd"]):
        return "no prediction: an input is missing"
    if row["predicted_trade_usd"] <= 0:
        return "the prediction is not positive"
    return "no reason is given in the table"


def _undefined_note(study: StudyFrames, rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    reasons: dict[str, dict[str, list[int]]] = {}
    for _, row in rows.iterrows():
        reasons.setdefault(undefined_reason(row), {}).setdefault(row["partner_iso3"], []).append(row["year"])
    parts = []
    for reason, partners in reasons.items():
        who = [f"{study.country(iso3)} {wording.spans(years)}" for iso3, years in partners.items()]
        parts.append(f"{wording.shortened(who)}: {reason.rstrip('.')}")
    return "Undefined. " + ". ".join(parts) + "."


def coverage_table(study: StudyFrames) -> Table:
    """Shares of reported, filled and missing cells by indicator and country; the longer side runs down."""
    rows = study.rows("rpt_data_coverage")
    indicators = list(dict.fromkeys(rows["indicator_code"]))
    every_country = _by_name(study, list(rows["country_iso3"].unique()))
    countries = every_country[:MOST_COUNTRIES]
    cells = {
        (row["indicator_code"], row["country_iso3"]): _coverage_cell(study, row) for _, row in rows.iterrows()
    }
    empty = Cell("", below="no row", style="c absent")

    def indicator_head(code: str) -> Cell:
        name = study.published.indicator(code)
        return Cell(name, below="" if name == code else code)

    if len(countries) <= len(indicators):
        columns = [Column("Indicator"), *(Column(study.country(iso3)) for iso3 in countries)]
        body = [
            [indicator_head(code), *(cells.get((code, iso3), empty) for iso3 in countries)]
            for code in indicators
        ]
    else:
        columns = [
            Column("Country"),
            *(Column(study.published.indicator(code)) for code in indicators),
        ]
        body = [
            [
                Cell(study.country(iso3), tooltip=iso3),
                *(cells.get((code, iso3), empty) for code in indicators),
            ]
            for iso3 in countries
        ]
    return table(
        f"Share of the study's cells that were reported, by indicator and country "
        f"({_fill_set_clause(study)}). Bar: reported, filled, missing.",
        columns,
        body,
        source="rpt_data_coverage",
        notes=rest_note(len(countries), len(every_country), "name", "rpt_data_coverage"),
        layout="coverage",
    )


def _fill_set_clause(study: StudyFrames) -> str:
    return f"fill set: {wording.label(study.base_fill_set)}" if study.base_fill_set else "base fill set"


def _coverage_cell(study: StudyFrames, row: pd.Series) -> Cell:
    counts = [
        0.0 if wording.is_missing(row[name]) else row[name] for name in ("reported", "filled", "missing")
    ]
    cells = row["cells"] if row["cells"] > 0 else sum(counts)
    if not cells > 0:
        return Cell("", below="no cells", style="c absent")
    shares = tuple(round(100 * count / cells, 2) for count in counts)
    reported, filled, missing = (wording.whole(count) for count in counts)
    below = [f"{wording.percent(counts[1] / cells)} filled"] if counts[1] else []
    below += [f"{wording.percent(counts[2] / cells)} missing"] if counts[2] else []
    return Cell(
        wording.percent(counts[0] / cells),
        below=tuple(below),
        tooltip=(
            f"{study.country(row['country_iso3'])}, {study.published.indicator(row['indicator_code'])}: "
            f"{reported} reported, {filled} filled, {missing} missing of {wording.whole(cells)}"
        ),
        style="c",
        bar=shares,
    )
