"""Gravity between many exporters and importers: PPML with exporter-year, importer-year and pair effects."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from analysis.gravity.absorption import Effects, check_labels, effects_of
from analysis.gravity.covariance import CovarianceRule
from analysis.gravity.errors import EstimationError, NotEstimable
from analysis.gravity.groups import crossed, numbered
from analysis.gravity.high_dimensional import HighDimensionalWorker, ppml_high_dimensional
from analysis.gravity.poisson import poisson_regression
from analysis.gravity.poisson_fit import PoissonFit

PairEffect = Literal[
    "exporter_year", "importer_year", "pair", "symmetric_pair", "exporter", "importer", "year"
]
Clusters = Literal["pair", "symmetric_pair", "exporter_importer", "none"]
Engine = Literal["own", "pyfixest", "auto"]

THREE_WAY: tuple[PairEffect, ...] = ("exporter_year", "importer_year", "pair")
# From so many rows on pyfixest's compiled loops win over its start of some seconds.
MANY_ROWS = 20_000
SMALL_SAMPLE = {"hc1": "stata_ppml", "cr1": "groups_only", "two_way": "min_groups_only"}


@dataclass(frozen=True)
class PairFit:
    """A Poisson fit of n rows of pairs and years, and what became of the rows that did not enter.

    Attributes
    ----------
    fit : PoissonFit
        Of the rows in `entered`, in their order.
    entered : ndarray of int
        Positions, among the rows given, of those that were handed to the fit: neither singletons nor in a
        level of an effect without positive trade. `fit.separation` tells of further ones that it left out.
    is_singleton : ndarray of bool, shape (n,)
        Rows alone in a level of some effect, found again and again until none is left: they are fitted
        exactly and tell nothing of any coefficient.
    is_separated : ndarray of bool, shape (n,)
        Rows with a trade of 0 that the sample predicts perfectly, by levels or by a combination of terms.
    effects : tuple of str
    clusters : str
    engine : {'own', 'pyfixest'}
    engine_reason : str
        Why this engine.
    n_levels : dict of str to int
        Levels of each effect among the rows that entered.
    n_by_cluster : dict of str to int
        Clusters of each kind among these rows.
    """

    fit: PoissonFit
    entered: np.ndarray
    is_singleton: np.ndarray
    is_separated: np.ndarray
    effects: tuple[str, ...]
    clusters: str
    engine: str
    engine_reason: str
    n_levels: dict[str, int]
    n_by_cluster: dict[str, int]


def pair_ppml(
    trade: np.ndarray,
    regressors: np.ndarray,
    terms: Sequence[str],
    exporters: Sequence,
    importers: Sequence,
    years: Sequence,
    *,
    effects: Sequence[PairEffect] = THREE_WAY,
    clusters: Clusters = "pair",
    distribution: Literal["normal", "t"] = "normal",
    engine: Engine = "auto",
    worker: HighDimensionalWorker | None = None,
) -> PairFit:
    """Fit E(trade_ijt) = exp(b'x_ijt + a_it + c_jt + d_ij) by PPML.

    Exporter-year and importer-year effects hold everything that moves one side's trade with all others (size,
    multilateral resistance); pair effects hold what lasts between two countries (distance, language). What is
    left to estimate is what varies by pair and year: an agreement, common membership, a tariff.

    Parameters
    ----------
    trade : array_like, shape (n,)
        In levels, not negative, any unit; a zero is a reported zero, a row without a report has no place.
    regressors : array_like, shape (n, k)
    terms : sequence of str, length k
    exporters, importers, years : array_like, shape (n,)
        Labels; no exporter, importer and year twice.
    effects : sequence of str
        Of 'exporter_year', 'importer_year', 'pair' (directed: one for each way), 'symmetric_pair',
        'exporter', 'importer', 'year'.
    clusters : {'pair', 'symmetric_pair', 'exporter_importer', 'none'}
        'exporter_importer' is two-way (Cameron, Gelbach and Miller, 2011). Factor G/(G-1), with the smaller G
        where there are two; 'none' is HC1 with n/(n-1).
    distribution : {'normal', 't'}
        t has one degree of freedom less than (the fewer) clusters.
    engine : {'own', 'pyfixest', 'auto'}
        'auto' takes pyfixest from `MANY_ROWS` rows on where it is installed, else our own iterations.
    worker : HighDimensionalWorker, optional
        For pyfixest.

    Returns
    -------
    PairFit

    Raises
    ------
    EstimationError
        Labels are missing, a row is there twice, or as `poisson_regression`.
    MissingLibrary
        pyfixest is asked for and not installed.
    ValueError
        Shapes or names do not fit.

    References
    ----------
    Yotov, Piermartini, Monteiro and Larch (2016), An Advanced Guide to Trade Policy Analysis, UNCTAD and WTO,
    chapter 1; Correia (2015), Singletons, cluster-robust standard errors and fixed effects.
    """
    trade, regressors = np.asarray(trade, dtype=float), np.asarray(regressors, dtype=float)
    unknown = [name for name in effects if name not in get_args(PairEffect)]
    if unknown or len(set(effects)) < len(effects) or not effects:
        raise ValueError(f"seen effects {list(effects)}, expected each once out of {get_args(PairEffect)}")
    if clusters not in get_args(Clusters):
        raise ValueError(f"seen clusters {clusters!r}, expected one of {get_args(Clusters)}")
    labels = _labels(exporters, importers, years, trade.size)
    coded = effects_of({name: labels[name] for name in effects}, trade.size)
    is_singleton, is_empty = uninformative_rows(trade, coded)
    entered = np.flatnonzero(~(is_singleton | is_empty))
    if entered.size == 0:
        raise NotEstimable("no row is left: each is alone in an effect or in one without positive trade")
    kind = {"none": "hc1", "exporter_importer": "two_way"}.get(clusters, "cr1")
    groups = {
        "none": None,
        "exporter_importer": np.column_stack([labels["exporter"], labels["importer"]]),
    }.get(clusters, labels.get(clusters))
    chosen, reason = _engine(engine, entered.size, len(terms))
    arguments = (trade[entered], regressors[entered], tuple(terms))
    named = {name: labels[name][entered] for name in effects}
    keywords = {
        "clusters": None if groups is None else groups[entered],
        "rule": CovarianceRule(kind, distribution, SMALL_SAMPLE[kind]),
        "collinear": "drop",
        "outcome_name": "trade",
    }
    if chosen == "pyfixest":
        fit = ppml_high_dimensional(*arguments, named, **keywords, worker=worker)
    else:
        fit = poisson_regression(*arguments, effects=named, **keywords)
    is_separated = is_empty.copy()
    is_separated[entered] = fit.separation.is_separated
    used = entered[~fit.separation.is_separated]
    kinds = {"pair": ["pair"], "symmetric_pair": ["symmetric_pair"], "none": []}
    return PairFit(
        fit=fit,
        entered=entered,
        is_singleton=is_singleton,
        is_separated=is_separated,
        effects=tuple(effects),
        clusters=clusters,
        engine=chosen,
        engine_reason=reason,
        n_levels={name: int(np.unique(labels[name][used]).size) for name in effects},
        n_by_cluster={
            name: int(np.unique(labels[name][used]).size)
            for name in kinds.get(clusters, ["exporter", "importer"])
        },
    )


def uninformative_rows(trade: np.ndarray, effects: Effects) -> tuple[np.ndarray, np.ndarray]:
    """Rows alone in a level, and rows of levels without positive trade, until neither is left.

    Returns
    -------
    is_singleton, is_empty : ndarray of bool, shape (n,)
        No row is both: a row of 0 that is alone belongs to a level without positive trade.
    """
    is_singleton, is_empty = np.zeros((2, trade.size), dtype=bool)
    while True:
        left = ~(is_singleton | is_empty)
        found = False
        for code, count in zip(effects.codes, effects.counts, strict=True):
            is_positive = np.bincount(code[left], weights=trade[left] > 0, minlength=count) > 0
            empty = left & ~is_positive[code]
            is_empty |= empty
            left &= ~empty
            single = left & (np.bincount(code[left], minlength=count) == 1)[code]
            is_singleton |= single
            left &= ~single
            found = found or empty.any() or single.any()
        if not found:
            return is_singleton, is_empty


def _labels(exporters, importers, years, n_rows: int) -> dict[str, np.ndarray]:
    """Numbers of the levels of every effect and cluster, in the sorted order of what they stand for."""
    given = {"exporter": exporters, "importer": importers, "year": years}
    given = {name: np.asarray(values) for name, values in given.items()}
    for name, values in given.items():
        if values.shape != (n_rows,):
            raise ValueError(f"{name}s have shape {values.shape}, expected ({n_rows},)")
        check_labels(values, name)
    sides = [given["exporter"].astype(str), given["importer"].astype(str)]
    countries = np.unique(np.concatenate(sides))
    exporter, importer = (np.searchsorted(countries, side) for side in sides)
    year = numbered(given["year"])
    pair = crossed(exporter, importer)
    cell = crossed(pair, year)
    counts = np.bincount(cell, minlength=1)
    if counts.max(initial=0) > 1:
        row = int(np.flatnonzero(counts[cell] > 1)[0])
        named = " ".join(str(values[row]) for values in given.values())
        raise EstimationError(f"seen exporter, importer and year {named} more than once, expected once")
    return {
        "exporter": exporter,
        "importer": importer,
        "year": year,
        "exporter_year": crossed(exporter, year),
        "importer_year": crossed(importer, year),
        "pair": pair,
        "symmetric_pair": crossed(np.minimum(exporter, importer), np.maximum(exporter, importer)),
    }


def _engine(engine: Engine, n_rows: int, n_terms: int) -> tuple[str, str]:
    if engine not in get_args(Engine):
        raise ValueError(f"seen engine {engine!r}, expected one of {get_args(Engine)}")
    if engine != "auto":
        return engine, f"{engine} was asked for"
    if n_rows < MANY_ROWS or n_terms == 0:
        return "own", f"{n_rows:,} rows are few enough for our own iterations"
    if importlib.util.find_spec("pyfixest") is None:
        return "own", (
            f"{n_rows:,} rows would be faster with pyfixest, which is not installed: "
            "`pip install 'serai[hdfe]'`"
        )
    return "pyfixest", f"{n_rows:,} rows are {MANY_ROWS:,} or more"
