"""Estimate a study: the only place where index, gravity, potential and replication meet."""

from __future__ import annotations

import pandas as pd

from analysis.design import PanelInputs, of_partners, panel_digest, panel_inputs
from analysis.equation import Equation, estimate_equation, select
from analysis.own_index import IndexRefused, build_index, index_series
from analysis.replication.cells import replication_rows
from analysis.replication.evidence import Evidence
from analysis.study import Study
from analysis.tables.caveats import index_caveats
from analysis.tables.gravity import coefficient_rows, fit_rows, rows_of_tests
from analysis.tables.index import adequacy_rows, index_rows, loading_rows, score_rows
from analysis.tables.potential import potential_rows
from analysis.tables.schema import SCHEMAS, as_table

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
        When the panel holds rows of the study but lacks one of its fill sets, or holds a cell twice.
    """
    own = panel[panel["study"] == study.study]
    inputs = {item.fill_set: panel_inputs(study, own, item.fill_set) for item in study.fill_sets}
    rows: dict[str, list] = {name: [] for name in TABLES}

    own_index: dict[str, pd.Series] = {}
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
            about_index[fill_set] = index_caveats(study, cells, index, sample)
            if fill_set == study.base_fill_set:
                rows["index_adequacy"] += adequacy_rows(study, index)
                rows["index_loadings"] += loading_rows(study, index)
                rows["index_scores"] += score_rows(study, index, sample)
        base = study.base_fill_set
        published = own_index.get(base, pd.Series(dtype=float))
        rows["cbec_index"] += index_rows(study, inputs[base], published)

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
        if study.potential:
            rows["trade_potential"] += potential_rows(study, equations, selected)

    built_from = (study.hash, panel_digest(own))
    tables = {name: as_table(name, rows[name], *built_from) for name in TABLES if name != "replication"}
    evidence = Evidence(study, tables, partners, tuple(equations)) if study.printed else None
    compared = replication_rows(evidence) if evidence else ()
    return tables | {"replication": as_table("replication", compared, *built_from)}


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
