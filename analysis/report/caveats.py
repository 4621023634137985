"""What not to believe: everything the published tables say against their own results, in one list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.report import certainty, coefficients, specification_curve, wording
from analysis.report.replication import headline_rows
from analysis.report.study_frames import SIGNIFICANCE_LEVEL, StudyFrames, fill_set_of, is_defined

# Below some thirty clusters inference by partner is known to reject too often (Cameron, Gelbach and Miller
# 2008, Review of Economics and Statistics 90).
_FEW_PARTNERS = 30
# Rows of the table of adequacy whose caveat is the reason of a choice and no warning.
_GIVING_REASONS = frozenset({"components_retained"})
# One indicator's row in that table, and the measure below which Kaiser (1974, Psychometrika 39) calls it
# unacceptable.
_SAMPLING_ADEQUACY, _UNACCEPTABLE = "msa ", 0.5
# Which estimators a test speaks against when it rejects. Tests are matched by a part of their name, so that
# every form of the Hausman test is read alike.
_POOLED = frozenset({"pooled_ols", "random_effects_sigma_u_zero"})
_REJECTION_SPEAKS_AGAINST = (
    ("hausman", _POOLED | {"random_effects"}),
    ("f_partner_effects", _POOLED),
    ("breusch_pagan_lm", _POOLED),
)


@dataclass(frozen=True)
class Caveat:
    """One reason for doubt: a lead, what is said, and the section of the report that shows it."""

    lead: str
    text: str
    section: str


@dataclass(frozen=True)
class OwnWords:
    """Sentences that a table itself carries, and what they are about."""

    about: str
    sentences: tuple[str, ...]


def caveats(study: StudyFrames) -> list[Caveat]:
    """Reasons for doubt that follow from the study's tables, those about the model first."""
    found = [
        _few_partners(study),
        _contradicting_tests(study),
        _unlikely_classes(study),
        *_dependence_on_fills(study),
        *_dependence_on_specification(study),
        _filled_potential(study),
        _filled_index(study),
        _inadequate_index(study),
        _undefined_potential(study),
        _later_vintages(study),
        _not_reproducible(study),
    ]
    return [caveat for caveat in found if caveat is not None]


def own_words(study: StudyFrames) -> list[OwnWords]:
    """The caveats that the selected rows carry, word for word, each sentence once."""
    fit, found = study.selected_fit, []
    if fit is not None:
        found.append(("The selected model", fit["caveat"]))
        rows = study.coefficients
        is_own = (rows["specification"] == fit["specification"]) & (rows["model"] == fit["model"])
        rows = rows.loc[is_own & (rows["flow"] == fit["flow"]) & (rows["caveat"] != "")]
        for caveat, group in rows.groupby("caveat", sort=False):
            terms = wording.shortened(wording.label(term) for term in group["term"])
            found.append((f"Slope of {terms}", str(caveat)))
    rows = study.potential.loc[is_defined(study.potential) & (study.potential["caveat"] != "")]
    for caveat, group in rows.groupby("caveat", sort=False):
        flows = wording.listing(wording.flow(flow) for flow in group["flow"].unique())
        found.append((f"K of {flows} ({wording.plural(len(group), 'cell')})", str(caveat)))
    said: set[str] = set()
    quoted = []
    for about, text in found:
        sentences = tuple(part for part in wording.sentences_of(text) if part not in said)
        said |= set(sentences)
        if sentences:
            quoted.append(OwnWords(about, sentences))
    return quoted


def _few_partners(study: StudyFrames) -> Caveat | None:
    fit = study.selected_fit
    if fit is None or wording.is_missing(fit["n_entities"]) or fit["n_entities"] >= _FEW_PARTNERS:
        return None
    counts = wording.plural(int(fit["n_entities"]), "partner")
    if not wording.is_missing(fit["n_obs"]):
        counts += f", {wording.plural(int(fit['n_obs']), 'observation')}"
    text = (
        "The selected model stands on no more. With so few partners standard errors come out too small and "
        "p-values too low."
    )
    methods = coefficients.few_cluster_methods(coefficients.side_by_side(study))
    if methods:
        text += (
            f" What is shown first is inference for few clusters ({wording.listing(methods)}); it "
            "is built for "
            "this, yet no method makes much of so few."
        )
    return Caveat(counts, text, "drivers")


def is_of_selected_equation(study: StudyFrames, tests: pd.DataFrame) -> pd.Series:
    """Which tests are of the selected model and flow under the selected fill set, by any estimator."""
    fit = study.selected_fit
    if fit is None:
        return pd.Series(False, index=tests.index)
    fill_set = fill_set_of(fit["specification"])
    has_fill_set = tests["specification"].map(lambda text: fill_set_of(text) == fill_set).astype(bool)
    return (tests["model"] == fit["model"]) & (tests["flow"] == fit["flow"]) & has_fill_set


def contradicting_tests(study: StudyFrames) -> pd.DataFrame:
    """Valid tests of the selected equation whose rejection speaks against the selected estimator."""
    tests, fit = study.rows("rpt_gravity_tests"), study.selected_fit
    if fit is None or tests.empty:
        return tests.iloc[0:0]
    speaks_against = tests["test"].map(lambda test: _speaks_against(test, fit["estimator"])).astype(bool)
    rejects = tests["is_valid"] & (tests["p_value"] < SIGNIFICANCE_LEVEL)
    rows = tests.loc[is_of_selected_equation(study, tests) & rejects & speaks_against]
    return rows.drop_duplicates(["test", "statistic", "p_value"])


def _speaks_against(test: str, estimator: str) -> bool:
    return any(part in test.lower() and estimator in against for part, against in _REJECTION_SPEAKS_AGAINST)


def _contradicting_tests(study: StudyFrames) -> Caveat | None:
    rows = contradicting_tests(study)
    if rows.empty:
        return None
    names = [
        f"{wording.label(test)} ({wording.p_clause(p_value)})"
        for test, p_value in zip(rows["test"], rows["p_value"], strict=True)
    ]
    text = (
        f"{wording.label(study.selected_fit['estimator'])} is used although valid tests reject what it "
        f"presumes: {wording.listing(names)}"
    )
    return Caveat("Tests contradict the selection", wording.sentence(text), "tests")


def _unlikely_classes(study: StudyFrames) -> Caveat | None:
    found = certainty.certainty(certainty.of_main_flow(study))
    if found is None or not (found.unlikely or found.holding_one):
        return None
    parts = []
    if found.holding_one:
        parts.append(
            f"The {wording.percent(found.level)} interval of K holds 1 in "
            f"{wording.whole(found.holding_one)} of "
            f"{wording.plural(found.with_interval, 'cell')}."
        )
    if found.unlikely:
        parts.append(
            f"In {wording.whole(found.unlikely)} of {wording.plural(found.with_class, 'cell')} "
            "the published class "
            "is less likely than not."
        )
    return Caveat("Classes are point estimates", " ".join(parts), "potential")


def _dependence_on_fills(study: StudyFrames) -> list[Caveat]:
    found = []
    for model in study.models:
        terms = coefficients.sign_changes(coefficients.by_fill_set(study, model))
        if terms:
            found.append(
                Caveat(
                    f"Signs that depend on how gaps are filled, {wording.label(model)}",
                    "These slopes are positive under one fill set and negative under another: "
                    f"{wording.listing(wording.label(term) for term in terms)}.",
                    "fills",
                )
            )
    return found


def _dependence_on_specification(study: StudyFrames) -> list[Caveat]:
    return [
        Caveat(
            f"Sign that depends on the specification, {wording.label(term)}",
            specification_curve.curve_sentence(model, term, rows),
            "curve",
        )
        for model, term, rows in specification_curve.curves(study)
        if rows["estimate"].min() < 0 < rows["estimate"].max()
    ]


def _filled_potential(study: StudyFrames) -> Caveat | None:
    rows = study.potential.loc[is_defined(study.potential) & (study.potential["flow"] == study.main_flow)]
    rows = rows.dropna(subset=["filled_share"])
    if rows.empty or rows["filled_share"].max() == 0:
        return None
    most = rows["filled_share"].max()
    worst = rows.loc[np.isclose(rows["filled_share"], most)]
    where = wording.shortened(
        f"{study.country(iso3)} {wording.spans(group['year'])}"
        for iso3, group in worst.groupby("partner_iso3", sort=True)
    )
    return Caveat(
        "Filled inputs behind K",
        f"{wording.percent(rows['filled_share'].mean())} of the inputs were filled, not reported; at most "
        f"{wording.percent(most)}, in {wording.plural(len(worst), 'cell')} ({where}).",
        "coverage",
    )


def _filled_index(study: StudyFrames) -> Caveat | None:
    rows = study.rows("rpt_cbec_index").dropna(subset=["filled_share"])
    if rows.empty or rows["filled_share"].max() == 0:
        return None
    means = rows.groupby("country_iso3")["filled_share"].mean()
    worst = means.index[np.isclose(means, means.max())]
    return Caveat(
        "Filled inputs behind the index",
        f"{wording.percent(rows['filled_share'].mean())} of the indicator values were filled; most for "
        f"{wording.shortened(map(study.country, worst))} ({wording.percent(means.max())}).",
        "index",
    )


def adequacy_warnings(study: StudyFrames) -> list[str]:
    """What the table of adequacy says against the index, each sentence once."""
    rows = study.rows("rpt_index_adequacy")
    rows = rows.loc[(rows["caveat"] != "") & ~rows["statistic"].isin(_GIVING_REASONS)]
    sentences = [part for text in rows["caveat"] for part in wording.sentences_of(text)]
    return wording.merged(dict.fromkeys(sentences))


def _inadequate_index(study: StudyFrames) -> Caveat | None:
    rows = study.rows("rpt_index_adequacy")
    warnings = adequacy_warnings(study)
    is_low = rows["statistic"].str.startswith(_SAMPLING_ADEQUACY) & (rows["value"] < _UNACCEPTABLE)
    codes = [statistic.removeprefix(_SAMPLING_ADEQUACY) for statistic in rows.loc[is_low, "statistic"]]
    if codes:
        names = wording.shortened(map(study.published.indicator, codes))
        warnings.append(
            f"Measure of sampling adequacy below {_UNACCEPTABLE:g}, from where Kaiser calls it unacceptable: "
            f"{names}."
        )
    return Caveat("Adequacy of the index", " ".join(warnings), "index") if warnings else None


def _undefined_potential(study: StudyFrames) -> Caveat | None:
    of_flow = study.potential.loc[study.potential["flow"] == study.main_flow]
    rows = of_flow.loc[~is_defined(of_flow)]
    if rows.empty:
        return None
    parts = [
        f"{study.country(iso3)} {wording.spans(group['year'])}"
        for iso3, group in rows.groupby("partner_iso3", sort=True)
    ]
    return Caveat(
        f"K undefined in {wording.whole(len(rows))} of {wording.plural(len(of_flow), 'cell')}",
        f"{wording.shortened(parts)}: in no class in those years.",
        "potential",
    )


def _later_vintages(study: StudyFrames) -> Caveat | None:
    panel = study.rows("fct_study_panel")
    rows = panel.loc[panel["is_later_vintage"]]
    if rows.empty:
        return None
    names = [wording.label(name) for name in dict.fromkeys(rows["variable"])]
    cap = f", {study.declaration['as_of_date']}" if study.declaration["as_of_date"] else ""
    return Caveat(
        "Data from after the study's own date",
        f"Taken from releases later than that date{cap}: {wording.shortened(names)}.",
        "coverage",
    )


def _not_reproducible(study: StudyFrames) -> Caveat | None:
    rows = headline_rows(study)
    rows = rows.loc[rows["verdict"].map(wording.label) == "not reproducible"]
    if rows.empty:
        return None
    parts = rows["item"].map(lambda item: wording.label(item.split(".")[0])).value_counts()
    counted = wording.shortened([f"{part} ({count})" for part, count in parts.items()], 4)
    return Caveat(
        f"{wording.plural(len(rows), 'printed item')} not reproducible",
        f"{wording.sentence(counted)} {wording.sentence(rows['reason'].mode().iloc[0])}".strip(),
        "replication",
    )
