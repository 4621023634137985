"""Tables that hold the result against something: tests, data checks, the filled cells."""

from __future__ import annotations

import pandas as pd

from analysis.report import wording
from analysis.report.caveats import contradicting_tests, is_of_selected_equation
from analysis.report.study_frames import StudyFrames, fill_set_of
from analysis.report.table import Cell, Column, Table, table

_SEVERITIES = ("critical", "warning", "info")
_VERDICT_COLUMNS = (
    "suite",
    "expectation",
    "column_name",
    "severity",
    "is_passed",
    "observed",
    "expected",
    "description",
)

# Of other equations than the selected one the page shows what chooses between estimators, no more.
_BETWEEN_ESTIMATORS = ("f_partner_effects", "breusch_pagan_lm", "hausman")
_OF_THE_PATH = ("pooled_ols", "fixed_effects", "random_effects", "random_effects_sigma_u_zero")
# Variance inflation has a row per term; the page shows those that are high.
_VARIANCE_INFLATION, _HIGH_VARIANCE_INFLATION = "vif", 10.0


def tests_tables(study: StudyFrames) -> tuple[Table | None, Table | None]:
    """Tests of the selected equation under its fill set, and those between estimators of all others."""
    tests, fit = study.rows("rpt_gravity_tests"), study.selected_fit
    estimator = tests["specification"].str.split(".").str[0]
    is_shown = tests["test"].str.startswith(_BETWEEN_ESTIMATORS) & estimator.isin(_OF_THE_PATH)
    if fit is None:
        caption = "Tests between estimators: one row per test, model and specification."
        return None, _tests_table(study, tests.loc[is_shown], caption, True)
    is_own = is_of_selected_equation(study, tests)
    fill_set = wording.label(fill_set_of(fit["specification"]))
    caption = (
        f"Tests of the selected equation ({wording.label(fit['model'])}, {wording.label(fit['flow'])} trade, "
        f"{fill_set})."
    )
    is_inflation = tests["test"].str.startswith(_VARIANCE_INFLATION)
    is_low = is_inflation & ~(tests["statistic"] > _HIGH_VARIANCE_INFLATION)
    own = tests.loc[is_own & ~is_low].drop_duplicates(["test", "statistic", "p_value", "conclusion"])
    return (
        _tests_table(study, own, caption, False),
        _tests_table(
            study,
            tests.loc[~is_own & is_shown],
            "Tests between estimators of the other equations and fill sets.",
            True,
        ),
    )


def _tests_table(study: StudyFrames, rows: pd.DataFrame, caption: str, has_names: bool) -> Table | None:
    if rows.empty:
        return None
    contradicting = set(contradicting_tests(study).index)
    body = []
    for position, row in rows.iterrows():
        head = [Cell(wording.label(row["test"]))]
        if has_names:
            equation = f"{wording.label(row['model'])}, {wording.flow(row['flow'])}"
            head.append(Cell(equation, below=row["specification"]))
        status = "valid" if row["is_valid"] else "not valid"
        style = "" if row["is_valid"] else "doubtful"
        if row["is_measure"]:
            status, style = "measure", ""
        if position in contradicting:
            status, style = "contradicts the selection", "doubtful"
        body.append(
            [
                *head,
                Cell(status, style=style),
                Cell(row["conclusion"] or wording.MISSING, below=row["caveat"]),
                Cell(wording.number(row["statistic"])),
                Cell(_degrees(row)),
                Cell(wording.p_value(row["p_value"])),
            ]
        )
    names = [Column("Equation", "long")] if has_names else []
    return table(
        caption,
        [
            Column("Test"),
            *names,
            Column("Standing"),
            Column("What it says", "long"),
            Column("Statistic", "number"),
            Column("Degrees of freedom", "number"),
            Column("p", "number"),
        ],
        body,
        source="rpt_gravity_tests",
    )


def _degrees(row: pd.Series) -> str:
    degrees = [wording.compact(row[name]) for name in ("df1", "df2") if not wording.is_missing(row[name])]
    return ", ".join(degrees) or wording.MISSING


def filled_cells_table(study: StudyFrames) -> Table | None:
    """How the gaps of the base fill set were filled: one row per variable, origin and method."""
    panel = study.rows("fct_study_panel")
    rows = panel.loc[panel["is_filled"] & (panel["fill_set"] == study.base_fill_set)]
    if rows.empty:
        return None
    body = []
    for (variable, origin, method), group in rows.groupby(
        ["variable", "value_origin", "fill_method"], sort=True
    ):
        who = [
            f"{study.country(iso3)} {wording.spans(own['year'])}"
            for iso3, own in group.groupby("country_iso3", sort=True)
        ]
        body.append(
            [
                Cell(wording.label(variable)),
                Cell(wording.label(origin) or wording.MISSING),
                Cell(wording.label(method) or wording.MISSING),
                Cell(wording.whole(len(group))),
                Cell(wording.shortened(who)),
            ]
        )
    return table(
        f"How gaps were filled under {wording.label(study.base_fill_set)}: one row per variable and method.",
        [
            Column("Variable"),
            Column("Origin"),
            Column("Method", "long"),
            Column("Cells", "number"),
            Column("Where", "long"),
        ],
        body,
        source="fct_study_panel",
    )


def data_checks(verdicts: pd.DataFrame | None) -> tuple[list[str], Table | None]:
    """How many data checks of the release passed and failed, in words, and the table of those that failed.

    Parameters
    ----------
    verdicts : DataFrame or None
        One row per check: suite, expectation, column_name, severity, is_passed, observed, expected,
        description.

    Raises
    ------
    ValueError
        When a column is missing.
    """
    if verdicts is None or verdicts.empty:
        return [], None
    absent = [name for name in _VERDICT_COLUMNS if name not in verdicts.columns]
    if absent:
        raise ValueError(
            f"table meta.verdicts: missing column {', '.join(absent)}; seen: "
            f"{', '.join(map(str, verdicts.columns))}; expected: {', '.join(_VERDICT_COLUMNS)}"
        )
    has_passed = verdicts["is_passed"].astype("boolean").fillna(False).astype(bool)
    failed = verdicts.loc[~has_passed, list(_VERDICT_COLUMNS)].astype(object)
    failed = failed.where(failed.notna(), "").astype(str)
    order = {severity: position for position, severity in enumerate(_SEVERITIES)}
    failed = failed.sort_values(
        "severity", key=lambda names: names.map(order).fillna(len(order)), kind="stable"
    )
    counts = [f"{wording.whole(int(has_passed.sum()))} passed"]
    for severity, group in failed.groupby("severity", sort=False):
        counts.append(
            wording.plural(len(group), f"{severity} failure" if severity == "critical" else severity)
        )
    if failed.empty:
        return counts, None
    body = [
        [
            Cell(row["suite"]),
            Cell(row["expectation"], below=row["column_name"]),
            Cell(row["severity"], style="doubtful" if row["severity"] in _SEVERITIES[:2] else ""),
            Cell(row["observed"], below=f"expected: {row['expected']}"),
            Cell(row["description"]),
        ]
        for _, row in failed.iterrows()
    ]
    return counts, table(
        "Data checks that did not pass: one row per check.",
        [
            Column("Table"),
            Column("Check", "long"),
            Column("Severity"),
            Column("Observed", "long"),
            Column("Why it is checked", "long"),
        ],
        body,
        source="meta.verdicts",
    )
