"""A study's sections in the order a reader needs them, each only where its table has rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment

from analysis.report import (
    backtest,
    caveats,
    changes,
    checks,
    classes,
    coefficients,
    digital_constraints,
    digital_rules,
    digital_services,
    dimensions,
    findings,
    groups,
    heat,
    index_chart,
    index_stability,
    influence,
    monitor,
    overview,
    partner_map,
    rank_chart,
    ranking,
    ratio_chart,
    replication,
    scenarios,
    slope_charts,
    specification_curve,
    tables,
    wording,
)
from analysis.report.study_frames import StudyFrames, flows_of
from analysis.report.table import MOST_COUNTRIES, Table


@dataclass(frozen=True)
class Section:
    """A section of a study: its place, its heading, the block of the template that draws it, its content."""

    anchor: str
    heading: str
    block: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Study:
    """A study as the template draws it."""

    anchor: str
    title: str
    short_title: str
    facts: tuple[tuple[str, str], ...]
    question: str
    sections: tuple[Section, ...]
    absences: tuple[overview.Absence, ...] = ()

    @property
    def headings(self) -> dict[str, str]:
        """Headings by anchor: a caveat links only to a section that is there."""
        return {section.anchor: section.heading for section in self.sections}


def study_page(environment: Environment, study: StudyFrames, anchor: str) -> Study:
    """A study with its facts and those sections that it has rows for."""
    facts = []
    if study.reference_iso3:
        facts.append(("Trade of", study.country(study.reference_iso3)))
    partners = (
        study.potential["partner_iso3"].nunique() or study.rows("rpt_cbec_index")["country_iso3"].nunique()
    )
    if partners:
        facts.append(("Partners", wording.whole(partners)))
    if study.years_text:
        facts.append(("Years", study.years_text))
    if study.declaration["as_of_date"]:
        facts.append(("Study's own date", study.declaration["as_of_date"]))
    sections = [
        _finding(study),
        _doubts(study),
        _made_of_parts("monitor", "The figures as printed", monitor.content(study, anchor)),
        _potential(study, anchor),
        _map(environment, study, anchor),
        _made_of_parts("groups", "Where groups of countries stand", groups.content(study, anchor)),
        _index(study, anchor),
        _made_of_parts("dimensions", "Dimensions and what binds", dimensions.content(study)),
        _made_of_parts("constraints", "The weakest pillar", digital_constraints.content(study)),
        _made_of_parts("services", "Digital services", digital_services.content(study, anchor)),
        _made_of_parts("rules", "Rules of digital trade", digital_rules.content(study)),
        _drivers(study, anchor),
        _curve(study, anchor),
        _fills(study, anchor),
        _tests(study),
        _scenarios(study),
        _backtest(study),
        _replication(study),
        _coverage(study),
    ]
    return Study(
        anchor,
        study.title,
        study.published.short_title(study.name),
        tuple(facts),
        study.declaration["question"],
        tuple(
            Section(f"{anchor}-{section.anchor}", section.heading, section.block, section.content)
            for section in sections
            if section is not None
        ),
        overview.absences(study),
    )


def _made_of_parts(anchor: str, heading: str, content: dict[str, Any] | None) -> Section | None:
    return None if content is None else Section(anchor, heading, "parts", content)


def _finding(study: StudyFrames) -> Section | None:
    board, sentences = findings.class_board(study), findings.sentences(study)
    if not board and not sentences:
        return None
    content = {
        "board": board,
        "sentences": sentences,
        "year": study.latest_year,
        "flow": wording.flow(study.main_flow),
    }
    return Section("finding", "The finding in one minute", "finding", content)


def _doubts(study: StudyFrames) -> Section | None:
    found, quoted = caveats.caveats(study), caveats.own_words(study)
    if not found and not quoted:
        return None
    return Section("doubts", "What not to believe", "doubts", {"caveats": found, "own_words": quoted})


def _potential(study: StudyFrames, anchor: str) -> Section | None:
    if study.potential.empty:
        return None
    flows = flows_of(study.potential["flow"])
    folded = [changes.trajectory_table(study), changes.decomposition_table(study)]
    # Of very many partners a table per flow would be most of the page; the published table has them all.
    if study.potential["partner_iso3"].nunique() <= MOST_COUNTRIES:
        folded += [heat.potential_table(study, flow) for flow in flows[1:]]
    content = {
        "table": heat.potential_table(study, flows[0]),
        "figure": ratio_chart.ratio_figure(study, f"{anchor}-ratio"),
        "ranking": ranking.ranking_tables(study),
        "ranking_lead": ranking.sentence(study),
        "folded": _there(*folded),
        "classes": study.classes,
        "strong_factor": classes.STRONG_FACTOR,
        "note": heat.summing_note(study),
    }
    return Section("potential", "Trade potential by partner and year", "potential", content)


def _map(environment: Environment, study: StudyFrames, anchor: str) -> Section | None:
    content = partner_map.map_content(environment, study, anchor)
    return None if content is None else Section("map", "Where the partners are", "map", content)


def _index(study: StudyFrames, anchor: str) -> Section | None:
    rows = study.rows("rpt_cbec_index")
    folded: list[Table] = []
    if len(study.rows("rpt_index_adequacy")):
        folded.append(tables.adequacy_table(study))
    if len(study.rows("rpt_index_loadings")):
        folded.append(tables.loadings_table(study))
    folded += _there(index_stability.rank_table(study), index_stability.sensitivity_table(study))
    if rows.empty and not folded:
        return None
    has_values = rows["index_value"].notna().any()
    figures = [
        index_chart.index_figure(study, f"{anchor}-index") if has_values else None,
        rank_chart.rank_figure(study, f"{anchor}-ranks"),
    ]
    content = {
        "lead": " ".join(
            [
                index_stability.stability_sentence(study),
                *map(wording.in_words, caveats.adequacy_warnings(study)),
            ]
        ).strip(),
        "figures": _there(*figures),
        "table": None if rows.empty else tables.index_table(study),
        "folded": folded,
    }
    return Section(
        "index", f"{wording.sentence(study.index_name).rstrip('.')} by country", "charted", content
    )


def _drivers(study: StudyFrames, anchor: str) -> Section | None:
    rows = coefficients.side_by_side(study)
    if rows.empty and study.fit.empty:
        return None
    has_slopes = coefficients.without_intercept(rows)["estimate"].notna().any()
    fit = study.selected_fit
    lead = [coefficients.inference_sentence(study, rows)]
    if fit is not None:
        lead.append(wording.sentence(fit["selection_reason"]))
    content = {
        "lead": " ".join(lead).strip(),
        "figures": [slope_charts.coefficient_figure(study, f"{anchor}-drivers")] if has_slopes else [],
        "table": None if rows.empty else tables.coefficient_table(study),
        "folded": _there(
            influence.influence_table(study), None if study.fit.empty else tables.fit_table(study)
        ),
    }
    return Section("drivers", "What drives trade", "charted", content)


def _curve(study: StudyFrames, anchor: str) -> Section | None:
    found = specification_curve.curves(study)
    if not found:
        return None
    content = {
        "lead": " ".join(specification_curve.curve_sentence(*curve) for curve in found),
        "figures": [
            specification_curve.curve_figure(study, *curve, f"{anchor}-curve-{position}")
            for position, curve in enumerate(found)
        ],
        "table": None,
        "folded": _there(specification_curve.summary_table(study)),
    }
    return Section("curve", "Every admissible specification", "charted", content)


def _fills(study: StudyFrames, anchor: str) -> Section | None:
    panels, fill_sets = [], []
    for position, model in enumerate(study.models):
        rows = coefficients.without_intercept(coefficients.by_fill_set(study, model))
        if rows["estimate"].notna().any():
            fill_sets += list(rows["fill_set"])
            panels.append(
                {
                    "heading": wording.label(model),
                    "changing": [wording.label(term) for term in coefficients.sign_changes(rows)],
                    "figure": slope_charts.fill_set_figure(study, model, f"{anchor}-fills-{position}"),
                    "table": tables.fill_set_table(study, model),
                }
            )
    if not panels:
        return None
    content = {"panels": panels, "fill_sets": study.fill_set_descriptions(list(dict.fromkeys(fill_sets)))}
    return Section("fills", "How much the slopes depend on filled gaps", "fills", content)


def _tests(study: StudyFrames) -> Section | None:
    if study.rows("rpt_gravity_tests").empty:
        return None
    own, others = checks.tests_tables(study)
    content = _stacked(own, others)
    content["folded"] = _there(influence.selection_table(study), *content["folded"])
    return Section("tests", "Tests of the model", "charted", content)


def _scenarios(study: StudyFrames) -> Section | None:
    together, apart = scenarios.scenario_tables(study)
    if together is None and apart is None:
        return None
    content = _stacked(together, apart) | {"lead": scenarios.scenario_sentence(study)}
    return Section("scenarios", "If drivers were others", "charted", content)


def _backtest(study: StudyFrames) -> Section | None:
    scores = backtest.backtest_table(study)
    if scores is None:
        return None
    content = _stacked(scores, None) | {"lead": backtest.backtest_sentence(study)}
    return Section("backtest", "Does the equation forecast?", "charted", content)


def _replication(study: StudyFrames) -> Section | None:
    rows = study.rows("rpt_replication")
    if rows.empty:
        return None
    headline = replication.headline_rows(study)
    content = {
        "scope": replication.headline_scope(study) if len(headline) else "",
        "counts": replication.verdict_counts(headline),
        "parts": replication.part_tables(study),
    }
    return Section("replication", "Beside the printed numbers", "replication", content)


def _coverage(study: StudyFrames) -> Section | None:
    cells, filled = study.rows("rpt_data_coverage"), checks.filled_cells_table(study)
    if cells.empty and filled is None:
        return None
    content = _stacked(None if cells.empty else heat.coverage_table(study), filled)
    return Section("coverage", "Data coverage and fills", "charted", content)


def _there(*parts: Any) -> list[Any]:
    """The parts that there are rows for."""
    return [part for part in parts if part is not None]


def _stacked(first: Table | None, second: Table | None) -> dict[str, Any]:
    """A table in sight and one folded away; the second comes into sight when there is no first."""
    if first is None:
        first, second = second, None
    return {"lead": "", "figures": [], "table": first, "folded": [] if second is None else [second]}
