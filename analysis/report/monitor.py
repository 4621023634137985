"""National figures as printed: one series per concept, with what the printed numbers say of each other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.report import wording
from analysis.report.monitor_chart import check_mark, growth_figure, percent_points
from analysis.report.part import Part, parts_content, there
from analysis.report.study_frames import StudyFrames
from analysis.report.table import Cell, Column, Link, Table, table

_ALL = "all"
_FLOWS = {"total": 0, "exports": 1, "imports": 2}
_LEAD = (
    "Each concept counts something else, so each stands by itself and no two are joined into a series. "
    "Every figure is as printed and links to the page that prints it."
)


def content(study: StudyFrames, anchor: str) -> dict[str, Any] | None:
    """The section of the national monitor; None where the study monitors nothing."""
    rows, concepts = study.rows("rpt_china_cbec_monitor"), study.rows("rpt_china_cbec_concepts")
    if rows.empty and concepts.empty:
        return None
    parts = [
        _concept_part(
            rows.loc[rows["concept"] == concept], title, definition, reason, f"{anchor}-monitor-{place}"
        )
        for place, (concept, title, definition, reason) in enumerate(_concepts(rows, concepts))
    ]
    return parts_content(f"{sentence(study)} {_LEAD}".strip(), *parts)


def sentence(study: StudyFrames) -> str:
    """The latest yearly total of the concept with most figures, and how printed growth and levels agree."""
    rows = study.rows("rpt_china_cbec_monitor")
    found = rows.loc[rows["breakdown"] == _ALL]
    levels = found.loc[found["is_main_figure"] & (found["flow"] == "total") & found["value_cny"].notna()]
    levels = levels.loc[(levels["period_type"] == "year") & levels["share_of_goods_trade_pct"].notna()]
    if levels.empty:
        return ""
    concept = levels["concept"].value_counts().index[0]
    last = levels.loc[levels["concept"] == concept].sort_values("year").iloc[-1]
    status = wording.label(last["status"])
    text = f"{last['concept_title']}: {yuan(last['value_cny'])} in {last['period']} ({status})"
    if not wording.is_missing(last["growth_printed_pct"]):
        text += f", {_growth(last['growth_printed_pct'])} as printed"
        if not wording.is_missing(last["growth_computed_pct"]):
            text += f", {_growth(last['growth_computed_pct'])} by its levels"
    text += f"; {_percent(last['share_of_goods_trade_pct'])} of goods trade."
    own = found.loc[found["concept"] == concept]
    checked = own.loc[own["growth_printed_pct"].notna() & own["growth_computed_pct"].notna()]
    against = checked.loc[checked["is_growth_contradicted"]]
    rounded = int(against["growth_check"].str.contains("rounding").sum())
    circular = int(own["is_growth_circular"].sum())
    if len(checked):
        text += (
            f" Of {wording.plural(len(checked), 'printed growth rate')} that can be computed again, "
            f"{wording.whole(len(against))} {'is' if len(against) == 1 else 'are'} not what the "
            "printed levels give"
        )
        text += f" (in {wording.whole(rounded)} of these few printed digits may be why)" if rounded else ""
        text += f"; {wording.whole(circular)} more would be circular." if circular else "."
    return text


def yuan(value: float) -> str:
    """An amount of yuan in the unit that suits its size."""
    if wording.is_missing(value):
        return wording.MISSING
    if abs(value) >= 1e12:
        return f"{wording.compact(value / 1e12, 4)} trillion yuan"
    return f"{wording.compact(value / 1e9, 4)} billion yuan"


def _growth(value: float) -> str:
    return f"{percent_points(value)}{wording.NO_BREAK}%"


def _percent(value: float) -> str:
    return f"{wording.number(value, 1)}{wording.NO_BREAK}%"


def _concepts(rows: pd.DataFrame, concepts: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Code, title, definition and reason of emptiness: as declared, undeclared ones after."""
    declared = concepts.sort_values("position", kind="stable")
    found = [
        (row["concept"], row["concept_title"], row["concept_definition"], row["empty_reason"])
        for _, row in declared.iterrows()
    ]
    known = {code for code, *_ in found}
    for _, row in rows.drop_duplicates("concept").iterrows():
        if row["concept"] not in known:
            found.append((row["concept"], row["concept_title"], "", ""))
    return found


def _concept_part(rows: pd.DataFrame, title: str, definition: str, reason: str, key: str) -> Part:
    if rows.empty:
        said = wording.sentence(reason) or "No figure has been landed."
        return Part(title, " ".join([wording.sentence(definition), said]).strip())
    series = ordered(rows.loc[rows["breakdown"] == _ALL])
    figures = [
        growth_figure(series.loc[series["flow"] == flow], f"{title}, {flow}", f"{key}-{flow}")
        for flow in ("total",)
    ]
    shown = there(None if series.empty else _series_table(series, title))
    items = tuple(
        _items_table(rows.loc[rows["breakdown"] == breakdown], breakdown, title)
        for breakdown in dict.fromkeys(rows["breakdown"])
        if breakdown != _ALL
    )
    return Part(title, wording.sentence(definition), there(*figures), (*shown, *items))


def ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Figures by period, whole years before parts of a year, the main figure first."""
    return rows.assign(
        is_part=rows["period_type"] != "year",
        place=rows["flow"].map(_FLOWS).fillna(len(_FLOWS)),
        is_other=~rows["is_main_figure"],
    ).sort_values(["is_part", "period", "place", "is_other", "status"], kind="stable")


def _series_table(rows: pd.DataFrame, title: str) -> Table:
    has_share = rows["share_of_goods_trade_pct"].notna().any()
    body = []
    for _, row in rows.iterrows():
        cells = [
            Cell(row["period"]),
            Cell(wording.label(row["flow"])),
            Cell(
                yuan(row["value_cny"]),
                below="" if wording.is_missing(row["value_usd"]) else wording.money(row["value_usd"]),
            ),
            Cell(_printed(row)),
            Cell(
                wording.MISSING
                if wording.is_missing(row["growth_computed_pct"])
                else _growth(row["growth_computed_pct"])
            ),
            _check_cell(row),
        ]
        if has_share:
            cells.append(
                Cell(
                    wording.MISSING
                    if wording.is_missing(row["share_of_goods_trade_pct"])
                    else _percent(row["share_of_goods_trade_pct"]),
                    below="as printed" if row["share_of_goods_trade_origin"] == "reported" else "",
                )
            )
        cells += [_status_cell(row), _source_cell(row)]
        body.append(cells)
    return table(
        f"{title}: one row per period, flow and status.",
        [
            Column("Period"),
            Column("Flow"),
            Column("Value", "number"),
            Column("Growth, printed", "number"),
            Column("Growth, computed", "number"),
            Column("Check", "long"),
            *([Column("Of goods trade", "number")] if has_share else []),
            Column("Status"),
            Column("Source", "long"),
        ],
        body,
        source="rpt_china_cbec_monitor",
    )


def _printed(row: pd.Series) -> str:
    if wording.is_missing(row["growth_printed_pct"]):
        return wording.MISSING
    bound = f"{row['growth_bound']} " if row["growth_bound"] else ""
    return f"{bound}{_growth(row['growth_printed_pct'])}"


def _check_cell(row: pd.Series) -> Cell:
    mark = check_mark(row)
    if not mark:
        return Cell(row["growth_check"] or wording.MISSING)
    return Cell(mark, tooltip=row["caveat"], style="doubtful")


def _status_cell(row: pd.Series) -> Cell:
    note = "" if row["is_main_figure"] else "beside the main figure"
    return Cell(wording.label(row["status"]), below=note, tooltip=row["notes"])


def _source_cell(row: pd.Series) -> Cell:
    link = Link.to(row["source_publisher"], row["source_url"])
    return Cell("" if link else row["source_publisher"] or wording.MISSING, links=(link,), below=row["notes"])


def _items_table(rows: pd.DataFrame, breakdown: str, title: str) -> Table:
    """Cities, sectors, partners and other items of one breakdown, by rank where one is printed."""
    rows = rows.assign(place=rows["flow"].map(_FLOWS).fillna(len(_FLOWS)))
    rows = rows.sort_values(["period", "place", "rank", "item"], kind="stable")
    has_share, has_rank = rows["share_of_flow_pct"].notna().any(), rows["rank"].notna().any()
    has_value, has_growth = rows["value_cny"].notna().any(), rows["growth_printed_pct"].notna().any()
    body = []
    for _, row in rows.iterrows():
        name = row["item_name"] or wording.sentence(wording.label(row["item"]))[:-1]
        cells = [Cell(name), Cell(row["period"]), Cell(wording.label(row["flow"]))]
        cells += [Cell(wording.whole(row["rank"]))] if has_rank else []
        if has_share:
            share = row["share_of_flow_pct"]
            cells.append(Cell(wording.MISSING if wording.is_missing(share) else _percent(share)))
        cells += [Cell(yuan(row["value_cny"]))] if has_value else []
        cells += [Cell(_printed(row), below=_count(row))] if has_growth else []
        body.append([*cells, _source_cell(row)])
    return table(
        f"{title}, by {wording.label(breakdown)}.",
        [
            Column(wording.sentence(wording.label(breakdown))[:-1]),
            Column("Period"),
            Column("Flow"),
            *([Column("Rank", "number")] if has_rank else []),
            *([Column("Share of the flow", "number")] if has_share else []),
            *([Column("Value", "number")] if has_value else []),
            *([Column("Growth, printed", "number")] if has_growth else []),
            Column("Source", "long"),
        ],
        body,
        source="rpt_china_cbec_monitor",
    )


def _count(row: pd.Series) -> str:
    if wording.is_missing(row["item_count"]):
        return ""
    return f"{row['item_count_bound']} {wording.whole(row['item_count'])}".strip()
