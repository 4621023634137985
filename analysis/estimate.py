"""Estimate a study: the only place where index, gravity, potential and replication meet."""

from __future__ import annotations

import pandas as pd

from analysis.design import READ, PanelInputs, of_partners, panel_digest, panel_inputs
from analysis.equation import Equation, estimate_equation, select
from analysis.own_index import IndexRefused, build_index, index_series
from analysis.replication.cells import replication_rows
from analysis.replication.evidence import Evidence
from analysis.replication.findings.all_findings import finding_rows
from analysis.specification_curve import specification_curves
from analysis.study import Study
from analysis.tables.caveats import index_caveats
from analysis.tables.gravity import coefficient_rows, fit_rows, rows_of_tests
from analysis.tables.gravity_influence import influence_rows
from analysis.tables.gravity_selection import selection_rows
from analysis.tables.index import index_rows
from analysis.tables.index_dimensions import dimension_rows
from analysis.tables.index_robustness import index_tables
from analysis.tables.potential_tables import potential_tables
from analysis.tables.schema import SCHEMAS, as_table
from analysis.tables.specification_curve import curve_tables

TABLES: tuple[str, ...] = tuple(SCHEMAS)
"""Names of the tables that `estimate_study` returns, in order."""


def estimate_study(study: Study, panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Estimate everything that a study asks for.

    Parameters
    ----------
    study : Study
    panel : DataFrame
        Rows of ``fct_study_panel``, of this study or of several: one per fill_set, country_iso3, variable and
        year, in any order, with value, is_filled and is_later_vintage.

    Returns
    -------
    dict of str to DataFrame
        The tables of `TABLES`, all of them, empty where the study does not ask for one. The same study and
        panel give the same tables whatever the order of the panel's rows. A study without any row in the
        panel has its equations in `gravity_fit`, each with the reason why it is not estimated. Every row ends
        with what it was estimated from: `Study.hash` and `design.panel_digest`.

    Raises
    ------
    ValueError
        When the panel lacks a column, holds rows of the study but lacks one of its fill sets, or holds a cell
        twice.
    """
    missing = [name for name in ("study", *READ) if name not in panel]
    if missing:
        raise ValueError(
            f"panel: seen no column {missing}, expected one row per cell of the study panel; a table with "
            "one row per country and year becomes one by panel_from_wide"
        )
    own = panel[panel["study"] == study.study]
    inputs = {item.fill_set: panel_inputs(study, own, item.fill_set) for item in study.fill_sets}
    rows: dict[str, list] = {name: [] for name in TABLES}

    own_index: dict[str, pd.Series] = {}
    built: dict[str, tuple] = {}
    about_index: dict[str, list[str]] = {}
    missing_index: dict[str, str] = {}
    if study.index:
        for fill_set, cells in inputs.items():
            try:
                index, sample = build_index(study, cells)
            except IndexRefused as refusal:
                missing_index[fill_set] = str(refusal)
                continue
            own_index[fill_set] = index_series(index, sample)
            built[fill_set] = (index, sample)
            about_index[fill_set] = index_caveats(study, cells, index, sample)
            if fill_set == study.base_fill_set:
                for name, found in index_tables(study, inputs, index, sample).items():
                    rows[name] += found
        base = study.base_fill_set
        published = own_index.get(base, pd.Series(dtype=float))
        rows["cbec_index"] += index_rows(study, inputs[base], published)
        rows["index_dimensions"] += dimension_rows(study, inputs)

    # The index compares all countries of the panel; trade is between the reference country and the others.
    partners = {fill_set: of_partners(study, cells) for fill_set, cells in inputs.items()}
    equations = _equations(study, partners, own_index, missing_index)
    if study.gravity:
        selected = select(study, equations)
        for equation in equations:
            cells, about = partners[equation.fill_set], about_index.get(equation.fill_set, ())
            rows["gravity_fit"] += fit_rows(study, equation, cells, about, selected)
            rows["gravity_coefficients"] += coefficient_rows(study, equation, selected)
            rows["gravity_tests"] += rows_of_tests(study, equation)
        rows["gravity_selection"] += selection_rows(study, equations)
        rows["gravity_influence"] += influence_rows(study, equations, selected)
        rows |= curve_tables(study, specification_curves(study, partners, own_index))
        if study.potential:
            rows |= potential_tables(study, equations, selected, partners, inputs, built)

    built_from = (study.hash, panel_digest(own))
    compared = ("replication", "replication_findings")
    tables = {name: as_table(name, rows[name], *built_from) for name in TABLES if name not in compared}
    if study.printed:
        evidence = Evidence(study, dict(tables), partners, tuple(equations))
        rows["replication"] += replication_rows(evidence)
        rows["replication_findings"] += finding_rows(evidence)
    return tables | {name: as_table(name, rows[name], *built_from) for name in compared}


def _equations(
    study: Study,
    inputs: dict[str, PanelInputs],
    own_index: dict[str, pd.Series],
    missing_index: dict[str, str],
) -> list[Equation]:
    """Every model, flow and fill set that some specification of the study uses."""
    if not study.gravity:
        return []
    used = {fill_set for item in study.gravity.specifications for fill_set in item.fill_sets}
    return [
        estimate_equation(
            study,
            model,
            flow,
            fill_set,
            cells,
            own_index.get(fill_set),
            missing_index.get(fill_set, ""),
        )
        for model in study.gravity.models
        for flow in study.gravity.flows
        for fill_set, cells in inputs.items()
        if fill_set in used
    ]
