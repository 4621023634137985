"""The page: run facts, studies, sources, data checks, glossary, by templates that escape all text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.report import checks, classes, overview, wording
from analysis.report.profile import profiles
from analysis.report.published import Published
from analysis.report.sections import study_page
from analysis.report.study_frames import StudyFrames, is_defined
from analysis.report.table import Link
from analysis.report.tables import sources_table

VERDICTS = "meta.verdicts"


def render_report(tables: Mapping[str, pd.DataFrame], run: Mapping[str, Any]) -> str:
    """Render published tables to one self-contained HTML page.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Published tables by name (``rpt_cbec_index``, ...). An absent or empty table drops its section. Read
        besides the ``rpt_`` tables: ``fct_study_panel``, ``dim_study``, ``dim_fill_set``,
        ``dim_potential_class``, ``dim_country``, ``dim_indicator``, ``meta.verdicts`` and
        ``meta.table_status``.
    run : mapping
        ``run_id``; and where known ``as_of`` (date or text), ``published_at`` or else ``started_at``
        (moment or text), ``inputs`` (a count or a sequence), ``refused`` (a sequence). Other keys are not
        read.

    Returns
    -------
    str
        HTML without scripts and without anything to load from elsewhere; pages are linked where they are
        cited. The same for the same input.

    Raises
    ------
    ValueError
        When a table lacks a column that it is published with.
    """
    published = Published(tables)
    environment = page_environment()
    frames = [StudyFrames(published, name) for name in published.studies()]
    studies = tuple(
        study_page(environment, study, f"study-{position}") for position, study in enumerate(frames, start=1)
    )
    slots = {kind.name: kind.slot for study in reversed(frames) for kind in study.classes}
    check_counts, failed_checks = checks.data_checks(tables.get(VERDICTS))
    return environment.get_template("report.html.jinja").render(
        run_facts=_run_facts(run),
        studies=studies,
        opening=[overview.entry(study, page.anchor) for study, page in zip(frames, studies, strict=True)],
        profiles=profiles(published, slots),
        indices=_indices(frames),
        sources=None if published.rows("rpt_source_vintages").empty else sources_table(published),
        check_counts=check_counts,
        failed_checks=failed_checks,
        glossary=_glossary(frames),
        strong_factor=classes.STRONG_FACTOR,
    )


@lru_cache(maxsize=1)
def page_environment() -> Environment:
    """Templates of the page: every text that enters them is escaped."""
    environment = Environment(
        loader=PackageLoader("analysis.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["colours"] = classes.COLOURS
    return environment


def _run_facts(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the run record says that a reader should know, under plain names."""
    as_of, inputs = run.get("as_of"), run.get("inputs")
    facts = [
        ("Run", str(run["run_id"])),
        ("Data as of", "the latest at hand" if wording.is_missing(as_of) else wording.day(as_of)),
    ]
    for key, name in (("published_at", "Published"), ("started_at", "Run started")):
        if not wording.is_missing(run.get(key)):
            facts.append((name, _moment(run[key])))
            break
    if inputs is not None:
        facts.append(("Inputs", wording.plural(inputs if isinstance(inputs, int) else len(inputs), "file")))
    if run.get("refused"):
        facts.append(("Refused", wording.plural(len(run["refused"]), "input")))
    return facts


def _moment(value: Any) -> str:
    """A moment as the page writes it; a text that is none as it stands."""
    try:
        return wording.day(pd.Timestamp(value))
    except ValueError:
        return str(value)


def _glossary(studies: list[StudyFrames]) -> list[dict[str, str]]:
    """Classes with limits and meaning, and the range of K that this release has in each."""
    kinds: dict[str, list[tuple[StudyFrames, classes.PotentialClass]]] = {}
    for study in studies:
        for kind in study.classes:
            kinds.setdefault(kind.name, []).append((study, kind))
    entries = []
    for name, found in kinds.items():
        ratios = pd.concat([_ratios(study, name) for study, _ in found])
        seen = "none in this release"
        if len(ratios):
            seen = f"{wording.number(ratios.min(), 2)} to {wording.number(ratios.max(), 2)} in this release"
        if any(kind.disagrees(ratio) for study, kind in found for ratio in _ratios(study, name)):
            seen += "; some lie outside the published limits"
        told = next((kind for _, kind in found if kind.meaning or kind.label_zh), found[0][1])
        entries.append(
            {
                "name": name,
                "slot": found[0][1].slot,
                "label_zh": told.label_zh,
                "rule": _rules(found),
                "meaning": wording.sentence(told.meaning),
                "action": wording.sentence(told.action),
                "source": Link.to(told.source_title, told.source_url) if told.meaning else None,
                "seen": seen,
            }
        )
    return entries


def _indices(studies: list[StudyFrames]) -> list[tuple[str, str]]:
    """Each kind of index of this release and how each study makes it."""
    found: dict[str, list[str]] = {}
    for study in studies:
        if len(study.rows("rpt_cbec_index")):
            title = study.declaration["index_title"] or "a composite of indicators, higher is better"
            found.setdefault(study.index_name, []).append(f"{study.title}: {title}")
    return [
        (wording.sentence(name)[:-1], " ".join(map(wording.sentence, texts))) for name, texts in found.items()
    ]


def _ratios(study: StudyFrames, name: str) -> pd.Series:
    rows = study.potential
    return rows.loc[is_defined(rows) & (rows["potential_class"] == name), "potential_ratio"]


def _rules(found: list[tuple[StudyFrames, classes.PotentialClass]]) -> str:
    """The limits of a class, by study where studies of the release set different ones."""
    rules = [kind.rule or "no limits are published" for _, kind in found]
    if len(set(rules)) == 1:
        return wording.sentence(rules[0])
    return " ".join(
        wording.sentence(f"{study.title}: {rule}") for (study, _), rule in zip(found, rules, strict=True)
    )
