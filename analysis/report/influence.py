"""What the choice of the model hangs on: one partner or year, and the rule that chose it."""

from __future__ import annotations

import numpy as np

from analysis.report import coefficients, wording
from analysis.report.study_frames import StudyFrames
from analysis.report.table import Cell, Column, Table, table


def influence_table(study: StudyFrames) -> Table | None:
    """Slopes of the selected specification without each partner and year: one row per part left out."""
    rows, fit = study.rows("rpt_gravity_influence"), study.selected_fit
    if rows.empty or fit is None:
        return None
    for name in ("model", "specification", "flow"):
        rows = rows.loc[rows[name] == fit[name]]
    rows = coefficients.without_intercept(rows)
    if rows.empty:
        return None
    terms = list(dict.fromkeys(rows["term"]))
    whole = rows.drop_duplicates("term").set_index("term")["estimate_whole"]
    body = [[Cell("nothing left out"), *(Cell(wording.number(whole[term], 2)) for term in terms)]]
    for (_, left_out), own in rows.groupby(["left_out_kind", "left_out"], sort=False):
        by_term = own.drop_duplicates("term").set_index("term")
        cells = []
        for term in terms:
            if term not in by_term.index or wording.is_missing(by_term.loc[term, "estimate"]):
                cells.append(Cell(wording.MISSING, tooltip=own["caveat"].iloc[0]))
                continue
            estimate, turns = by_term.loc[term, "estimate"], by_term.loc[term, "is_sign_changed"]
            cells.append(
                Cell(
                    wording.number(estimate, 2),
                    below="changes sign" if turns else "",
                    style="doubtful" if turns else "",
                )
            )
        body.append([Cell(f"without {study.country(left_out)}"), *cells])
    turned = int(np.sum(rows["is_sign_changed"]))
    return table(
        "Slopes of the selected specification with one partner or year left out; "
        f"{wording.whole(turned)} of {wording.whole(rows['estimate'].notna().sum())} change sign.",
        [Column("Sample"), *(Column(wording.label(term), "number") for term in terms)],
        body,
        source="rpt_gravity_influence",
    )


def selection_table(study: StudyFrames) -> Table | None:
    """What each rule of model choice chooses, and what contradicts it: one row per rule and candidate."""
    rows, fit = study.rows("rpt_gravity_selection"), study.selected_fit
    if rows.empty or fit is None:
        return None
    is_here = (rows["model"] == fit["model"]) & rows["flow"].isin([fit["flow"], ""])
    rows = rows.loc[is_here & (rows["fill_set"] == fit["fill_set"])]
    if rows.empty:
        return None
    rows = rows.sort_values(["is_rule_of_study", "rule", "is_selected"], ascending=[False, True, False])
    body = []
    for _, row in rows.iterrows():
        status = "chosen" if row["is_selected"] else "" if row["is_estimable"] else "not estimable"
        body.append(
            [
                Cell(wording.label(row["rule"]), below="the study's rule" if row["is_rule_of_study"] else ""),
                Cell(wording.label(row["estimator"])),
                Cell(status, style="marked" if row["is_selected"] else ""),
                Cell(wording.sentence(row["reason"]) or wording.MISSING),
                Cell(row["contradictions"] or wording.MISSING),
                Cell(row["rejected_assumptions"] or wording.MISSING),
            ]
        )
    return table(
        "How each rule of model choice decides between the candidates of the selected equation.",
        [
            Column("Rule"),
            Column("Estimator"),
            Column("Decision"),
            Column("Why", "long"),
            Column("Tests that contradict it", "long"),
            Column("Its own assumptions rejected", "long"),
        ],
        body,
        source="rpt_gravity_selection",
    )
