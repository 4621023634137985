"""Gravity between many exporters and importers: a study's equations of pairs, estimated into tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.gravity.errors import EstimationError
from analysis.gravity.high_dimensional import HighDimensionalWorker
from analysis.gravity.inference import infer
from analysis.gravity.pair_ppml import PairFit, pair_ppml
from analysis.gravity.panel_data import CONSTANT
from analysis.pair_sample import (
    PairSample,
    checked_memberships,
    checked_pairs,
    pair_sample,
    pairs_digest,
    unknown_groups,
)
from analysis.study.pair_gravity import PairGravity, PairModel
from analysis.tables.caveats import joined
from analysis.tables.pair_gravity import PAIR_KEYS, PAIR_SCHEMAS
from analysis.tables.schema import typed_table

ESTIMATOR = "ppml"


def estimate_pair_gravity(
    specification: PairGravity,
    pairs: pd.DataFrame,
    memberships: pd.DataFrame | None = None,
    *,
    study: str,
    study_hash: str = "",
    worker: HighDimensionalWorker | None = None,
) -> dict[str, pd.DataFrame]:
    """Estimate every equation of pairs that a study declares.

    Parameters
    ----------
    specification : PairGravity
    pairs : DataFrame
        One row per exporter_iso3, importer_iso3 and year, in any order, with the trade column of each flow
        (value_final_usd, value_exporter_usd, value_importer_usd; USD; missing is not reported, 0 a reported
        zero) and the variables of the terms. Further columns are not read.
    memberships : DataFrame, optional
        One row per group_code, country_iso3 and year, with the columns member_on_31dec, member_any_day,
        member_full_year and current_members_fixed; needed where groups are named.
    study, study_hash : str
        Written into the tables.
    worker : HighDimensionalWorker, optional

    Returns
    -------
    dict of str to DataFrame
        'pair_gravity_coefficients' and 'pair_gravity_fit': the columns of `PAIR_SCHEMAS`, then `BUILT_FROM`.
        An equation that cannot be estimated is in the second with the reason. The same bytes for any order
        of rows.

    Raises
    ------
    ValueError
        The frames lack a column, hold a row twice, or an infinite number.
    """
    rows = checked_pairs(specification, pairs)
    members = checked_memberships(specification, memberships)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in PAIR_SCHEMAS}
    for model in specification.models:
        for flow in specification.flows:
            sample = pair_sample(specification, model, flow, rows, members)
            unknown = unknown_groups(specification, model, members)
            for covariance in model.covariances:
                named = {
                    "study": study,
                    "model": model.model,
                    "flow": flow,
                    "specification": f"{ESTIMATOR}.{'+'.join(model.effects)}.{covariance}",
                    "estimator": ESTIMATOR,
                    "covariance": covariance,
                }
                try:
                    fit, refused = _estimate(specification, model, sample, unknown, covariance, worker), ""
                except EstimationError as error:
                    fit, refused = None, str(error)
                found["pair_gravity_fit"].append(named | _fit_row(model, sample, fit, refused))
                if fit is not None:
                    found["pair_gravity_coefficients"] += [
                        named | row for row in _coefficient_rows(specification, model, fit)
                    ]
    digest = pairs_digest(rows, members)
    return {
        name: typed_table(name, found[name], PAIR_SCHEMAS[name], PAIR_KEYS[name], study_hash, digest)
        for name in PAIR_SCHEMAS
    }


def _estimate(
    specification: PairGravity,
    model: PairModel,
    sample: PairSample,
    unknown: Sequence[str],
    covariance: str,
    worker: HighDimensionalWorker | None,
) -> PairFit:
    if unknown:
        raise EstimationError(f"no list of the members of {', '.join(unknown)} is at hand")
    if sample.rows.empty:
        raise EstimationError("no row has trade and every term of the equation")
    kind, _, distribution = covariance.rpartition("_")
    clusters = "none" if kind == "hc1" else kind.removeprefix("cr1_").removeprefix("two_way_")
    return pair_ppml(
        sample.trade,
        sample.regressors,
        model.terms,
        sample.rows["exporter_iso3"].to_numpy(dtype=str),
        sample.rows["importer_iso3"].to_numpy(dtype=str),
        sample.rows["year"].to_numpy(),
        effects=model.effects,
        clusters=clusters,
        distribution=distribution,
        engine=specification.engine,
        worker=worker,
    )


def _coefficient_rows(specification: PairGravity, model: PairModel, fit: PairFit) -> Iterator[dict[str, Any]]:
    own = fit.fit
    inference = infer(own, 1 - specification.significance_level)
    terms = {term.term: term for term in specification.terms}
    caveats = [*own.caveats, model.caveat or ""]
    for at, term in enumerate(inference.terms):
        if term == CONSTANT:
            continue
        about = terms[term]
        row = {
            "term": term,
            "estimate": inference.estimates[at],
            "std_error": inference.std_errors[at],
            "statistic": inference.statistics[at],
            "p_value": inference.p_values[at],
            "ci_low": inference.ci_low[at],
            "ci_high": inference.ci_high[at],
            "n_clusters": own.n_clusters or None,
            "is_dropped": False,
            "caveat": joined([about.caveat or "", *caveats]),
        }
        if about.co_members_of:
            # What membership does to trade in percent: exp(b) - 1, of the ends of the interval too.
            ends = {"effect_pct": "estimate", "effect_low_pct": "ci_low", "effect_high_pct": "ci_high"}
            row |= {name: 100 * np.expm1(row[source]) for name, source in ends.items()}
        yield row
    for term in own.dropped:
        why = "not estimated: the effects absorb the term or it depends on terms before it"
        yield {
            "term": term,
            "is_dropped": True,
            "n_clusters": own.n_clusters or None,
            "caveat": joined([why, terms[term].caveat or "", model.caveat or ""]),
        }


def _fit_row(model: PairModel, sample: PairSample, fit: PairFit | None, refused: str) -> dict[str, Any]:
    counts = {
        "effects": " + ".join(model.effects),
        "n_pair_years": sample.n_pair_years,
        "n_outside": sample.n_outside,
        "n_domestic": sample.n_domestic,
        "n_trade_missing": sample.n_trade_missing,
        "n_terms_missing": sample.n_terms_missing,
    }
    missing = ", ".join(f"{name} in {count:,}" for name, count in sample.missing_terms.items())
    about = [f"rows lack {missing}" if missing else "", model.caveat or ""]
    if fit is None:
        return counts | {"caveat": joined([f"not estimated: {refused}", *about])}
    used = sample.rows.iloc[fit.entered[~fit.fit.separation.is_separated]]
    trade = sample.trade[fit.entered[~fit.fit.separation.is_separated]]
    n_singletons = int(fit.is_singleton.sum())
    alone = f"{n_singletons:,} rows are alone in an effect and left out" if n_singletons else ""
    return counts | {
        "engine": fit.engine,
        "engine_reason": joined([fit.engine_reason]),
        "n_singletons": n_singletons,
        "n_separated": int(fit.is_separated.sum()),
        "n_obs": fit.fit.n_obs,
        "n_zeros": int((trade == 0).sum()),
        "n_exporters": used["exporter_iso3"].nunique(),
        "n_importers": used["importer_iso3"].nunique(),
        "n_pairs": len(used[["exporter_iso3", "importer_iso3"]].drop_duplicates()),
        "n_years": used["year"].nunique(),
        "n_effect_levels": sum(fit.n_levels.values()),
        "r_squared": fit.fit.r_squared,
        "pseudo_r_squared": fit.fit.pseudo_r_squared,
        "log_likelihood": fit.fit.log_likelihood,
        "caveat": joined([alone, *fit.fit.caveats, f"standard errors: {fit.fit.covariance_note}", *about]),
    }
