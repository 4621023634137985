"""The tables of the report that hold the numbers beneath its charts."""

from __future__ import annotations

import pandas as pd

from analysis.report import coefficients, wording
from analysis.report.published import Published
from analysis.report.study_frames import StudyFrames
from analysis.report.table import MOST_COUNTRIES, Cell, Column, Table, rest_note, table

_UNKNOWN_RANK = 10**6


def index_table(study: StudyFrames) -> Table:
    """The index by country and year, in the order of the latest year."""
    rows = study.rows("rpt_cbec_index")
    years = sorted(rows["year"].unique())
    body = []
    order = index_order(rows)
    for iso3 in order[:MOST_COUNTRIES]:
        own = rows.loc[rows["country_iso3"] == iso3].drop_duplicates("year").set_index("year")
        cells = []
        for year in years:
            row = own.loc[year] if year in own.index else None
            if row is None or wording.is_missing(row["index_value"]):
                cells.append(Cell(wording.MISSING, tooltip="no value"))
                continue
            filled = row["filled_share"]
            rank = wording.whole(row["index_rank"])
            cells.append(
                Cell(
                    wording.number(row["index_value"]),
                    below=""
                    if wording.is_missing(filled) or filled == 0
                    else f"{wording.percent(filled)} filled",
                    tooltip=f"rank {rank}",
                )
            )
        body.append([Cell(study.country(iso3), tooltip=iso3), *cells])
    return table(
        f"{wording.sentence(study.index_name).rstrip('.')} by country and year, 0 to 1. Small "
        "print: share of "
        "indicator values that were filled.",
        [Column("Country"), *(Column(str(year), "number") for year in years)],
        body,
        source="rpt_cbec_index",
        notes=rest_note(len(body), len(order), "index", "rpt_cbec_index"),
    )


def index_order(rows: pd.DataFrame) -> list[str]:
    """Countries from first to last by the index of their latest year."""
    latest = rows.sort_values("year").drop_duplicates("country_iso3", keep="last")
    rank = latest["index_rank"].fillna(_UNKNOWN_RANK)
    ordered = latest.assign(rank=rank).sort_values(
        ["year", "rank", "index_value", "country_iso3"], ascending=[False, True, False, True]
    )
    return list(ordered["country_iso3"])


def adequacy_table(study: StudyFrames) -> Table:
    """How far the indicators suit a principal component analysis; one indicator's statistic has its name."""
    rows = study.rows("rpt_index_adequacy")
    has_caveats = (rows["caveat"] != "").any()
    body = []
    for _, row in rows.iterrows():
        code = row["statistic"].rpartition(" ")[2]
        name = study.published.indicator(code)
        body.append(
            [
                Cell(wording.label(row["statistic"]), below="" if name == code else name),
                Cell(wording.compact(row["value"], 4)),
                Cell(wording.p_value(row["p_value"])),
                *([Cell(row["caveat"] or wording.MISSING)] if has_caveats else []),
            ]
        )
    return table(
        "Adequacy of the indicators for principal components: one row per statistic.",
        [
            Column("Statistic"),
            Column("Value", "number"),
            Column("p", "number"),
            *([Column("Caveat", "long")] if has_caveats else []),
        ],
        body,
        source="rpt_index_adequacy",
        layout="small",
    )


def loadings_table(study: StudyFrames) -> Table:
    """Loadings: one row per indicator, one column per component."""
    rows = study.rows("rpt_index_loadings")
    components = rows.drop_duplicates("component").sort_values("component")
    retained = components.loc[components["weight"] > 0]
    notes: tuple[str, ...] = ()
    if 0 < len(retained) < len(components):
        notes = (f"{wording.plural(len(components) - len(retained), 'component')} not retained, weight 0.",)
        components = retained
    grid = rows.drop_duplicates(["indicator_code", "component"]).pivot(
        index="indicator_code", columns="component", values="loading"
    )
    columns = [Column("Indicator")]
    for _, component in components.iterrows():
        below = (
            f"{wording.percent(component['explained_share'])} of variance",
            f"eigenvalue {wording.number(component['eigenvalue'], 2)}",
            f"weight {wording.number(component['weight'])}",
        )
        columns.append(Column(f"Component {component['component']}", "number", below))
    body = []
    for code in dict.fromkeys(rows["indicator_code"]):
        name = study.published.indicator(code)
        body.append(
            [
                Cell(name, below="" if name == code else code),
                *(
                    Cell(wording.number(grid.loc[code, component], 2))
                    for component in components["component"]
                ),
            ]
        )
    return table(
        "Loadings of the index: one row per indicator, one column per component.",
        columns,
        body,
        source="rpt_index_loadings",
        notes=notes,
    )


def coefficient_table(study: StudyFrames) -> Table:
    """Estimates of the charted series: one row per term, one column per series."""
    rows = coefficients.side_by_side(study)
    series = list(dict.fromkeys(rows["series"]))
    by_place = {(row["term"], row["series"]): row for _, row in rows.iterrows()}
    body = []
    for term in coefficients.term_order(rows):
        cells = [Cell(wording.label(term), tooltip=term)]
        for name in series:
            row = by_place.get((term, name))
            if row is None:
                cells.append(Cell(wording.MISSING))
                continue
            cells.append(_estimate_cell(row))
        body.append(cells)
    beneath = "standard error (se), p, and the 95\N{NO-BREAK SPACE}% interval"
    if coefficients.few_cluster_methods(rows):
        beneath = (
            "p and the 95\N{NO-BREAK SPACE}% interval for few clusters, then the usual standard "
            "error (se), p "
            "and interval, which are too sure here"
        )
    return table(
        f"Coefficients, {wording.flow(study.main_flow)}: one row per term. Beneath each: {beneath}.",
        [Column("Term"), *(Column(name, "number") for name in series)],
        body,
        source="rpt_gravity_coefficients",
    )


def _estimate_cell(row: pd.Series) -> Cell:
    """An estimate, the inference that leads beneath it, the usual one beneath that."""
    error = f"se {wording.number(row['std_error'])}"
    if row["few_cluster_method"]:
        usual = f"usual: {error}, {wording.p_clause(row['usual_p_value'])}"
        low, high = wording.number(row["usual_low"]), wording.number(row["usual_high"])
        below = (
            wording.p_clause(row["p_value"]),
            wording.interval(row["low"], row["high"]),
            usual,
            f"{low} to {high}",
        )
    else:
        p_value = "" if wording.is_missing(row["p_value"]) else f", {wording.p_clause(row['p_value'])}"
        below = (error + p_value, wording.interval(row["low"], row["high"]))
    return Cell(wording.number(row["estimate"]), below=below)


def fit_table(study: StudyFrames) -> Table:
    """Every specification of the study, the selected ones first; caveats in full on hovering."""
    body = []
    for _, row in study.fit.sort_values("is_selected", ascending=False, kind="stable").iterrows():
        status = "selected" if row["is_selected"] else ""
        if wording.is_missing(row["r_squared"]) and wording.is_missing(row["log_likelihood"]):
            status = "not estimated"
        said = wording.sentences_of(row["caveat"] if status == "not estimated" else row["selection_reason"])
        body.append(
            [
                Cell(f"{wording.label(row['model'])}, {wording.flow(row['flow'])}"),
                Cell(row["specification"]),
                Cell(status, style={"selected": "marked", "not estimated": "doubtful"}.get(status, "")),
                Cell(wording.whole(row["n_obs"])),
                Cell(wording.whole(row["n_entities"])),
                Cell(wording.number(row["r_squared"]), below=wording.label(row["r_squared_kind"])),
                Cell(said[0] if said else wording.MISSING, tooltip=row["caveat"]),
            ]
        )
    return table(
        "Specifications: one row per model, flow and way of estimation.",
        [
            Column("Model and flow"),
            Column("Specification", "long"),
            Column("Status"),
            Column("Observations", "number"),
            Column("Partners", "number"),
            Column("R²", "number"),
            Column("Why", "long"),
        ],
        body,
        source="rpt_gravity_fit",
    )


def fill_set_table(study: StudyFrames, model: str) -> Table:
    """Slopes of one model under each fill set: one row per term, one column per fill set."""
    rows = coefficients.without_intercept(coefficients.by_fill_set(study, model))
    fill_sets = list(dict.fromkeys(rows["fill_set"]))
    printed = coefficients.printed(study)
    printed = printed.loc[printed["model"] == model].drop_duplicates("term").set_index("term")
    changing = set(coefficients.sign_changes(rows))
    body = []
    for term in dict.fromkeys(rows["term"]):
        own = rows.loc[rows["term"] == term].drop_duplicates("fill_set").set_index("fill_set")
        cells = [Cell(wording.label(term), below="changes sign" if term in changing else "")]
        for fill_set in fill_sets:
            if fill_set in own.index:
                row = own.loc[fill_set]
                cells.append(
                    Cell(wording.number(row["estimate"]), below=f"se {wording.number(row['std_error'])}")
                )
            else:
                cells.append(Cell(wording.MISSING))
        if len(printed):
            has_print = term in printed.index
            cells.append(
                Cell(
                    wording.number(printed.loc[term, "estimate"]),
                    below=f"se {wording.number(printed.loc[term, 'std_error'])}",
                )
                if has_print
                else Cell(wording.MISSING)
            )
        body.append(cells)
    columns = [Column("Term"), *(Column(wording.label(name), "number") for name in fill_sets)]
    if len(printed):
        columns.append(Column("Printed", "number"))
    return table(
        f"Slopes of {wording.label(model)} under each fill set, standard errors (se) beneath.",
        columns,
        body,
        source="rpt_gravity_coefficients",
    )


def sources_table(published: Published) -> Table:
    """What was read: one row per file."""
    body = [
        [
            Cell(row["source"]),
            Cell(row["file_name"]),
            Cell(row["vintage"] or wording.MISSING),
            Cell(row["loaded_at"] or wording.MISSING),
            Cell(wording.whole(row["row_count"])),
            Cell(row["licence"] or wording.MISSING),
            Cell(row["file_sha256"][:12], tooltip=row["file_sha256"], style="code"),
        ]
        for _, row in published.rows("rpt_source_vintages").iterrows()
    ]
    return table(
        "Sources: one row per file that was read.",
        [
            Column("Source"),
            Column("File", "long"),
            Column("Vintage"),
            Column("First loaded"),
            Column("Rows", "number"),
            Column("Licence", "long"),
            Column("SHA-256, first 12"),
        ],
        body,
        source="rpt_source_vintages",
    )
