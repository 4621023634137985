"""How much a study's own index hangs on its choices, its sample and each of its indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.design import PanelInputs
from analysis.index.bootstrap import IndexBootstrap, bootstrap_index
from analysis.index.composite import CompositeIndex
from analysis.index.correlation import IndicatorError
from analysis.index.ranking import ranks_within_years
from analysis.index.robustness import (
    FILL_RULE,
    RETENTION,
    Drivers,
    Variants,
    drivers,
    vary,
    without_each_indicator,
)
from analysis.own_index import (
    IndexRefused,
    index_method,
    indicator_sample,
    retention_rule,
    scaling,
    treatment_rule,
)
from analysis.sample import Sample
from analysis.study import Study


@dataclass(frozen=True)
class IndexRobustness:
    """What happens to the index of the base fill set when something else is chosen, drawn or left out.

    Attributes
    ----------
    variants : Variants
        Every combination of choices.
    drivers : Drivers
        Which choice moves values and ranks.
    bootstrap : IndexBootstrap or None
        None where too many draws cannot make an index.
    bootstrap_refused : str
        Why there is none; empty where there is.
    without : dict of str to ndarray, shape (n,)
        The index without each indicator.
    not_without : dict of str to str
        Why there is none without an indicator.
    ranks : ndarray, shape (n,)
        Of the index itself, within its year.
    left_out : dict of tuple (factor, level) to str
        Choices that cannot be compared, and why.
    own_labels : dict of str to str
        What the study chooses itself, by factor, varied or not.
    interval : float
    """

    variants: Variants
    drivers: Drivers
    bootstrap: IndexBootstrap | None
    bootstrap_refused: str
    without: dict[str, np.ndarray]
    not_without: dict[str, str]
    ranks: np.ndarray
    left_out: dict[tuple[str, str], str]
    own_labels: dict[str, str]
    interval: float


def index_robustness(
    study: Study, inputs: Mapping[str, PanelInputs], index: CompositeIndex, sample: Sample
) -> IndexRobustness:
    """Vary, resample and leave out what the study says.

    Parameters
    ----------
    study : Study
        With an index and its robustness.
    inputs : mapping of str to PanelInputs
        By fill set, the base one among them.
    index : CompositeIndex
        Of the base fill set.
    sample : Sample
        Its rows. Fill sets that lack any of them are not compared.
    """
    declared = study.index.robustness
    base, left_out = _samples(study, inputs, sample)
    names = list(index.standardised.names)
    years = sample.rows.get_level_values("year").to_numpy()
    countries = sample.rows.get_level_values("country_iso3").to_numpy()
    method, rule = index_method(study), retention_rule(study.index.retention)
    values = base[study.base_fill_set]
    levels = _levels(study)
    varied = {name: labels for name, labels in levels.items() if len(labels) > 1}
    variants = vary(base, names, years, varied, method, rule)
    draws, refused = None, ""
    try:
        draws = bootstrap_index(
            values,
            names,
            countries,
            years,
            rule,
            method,
            draws=declared.bootstrap.draws,
            seed=declared.bootstrap.seed,
        )
    except IndicatorError as error:
        refused = str(error)
    without, not_without = without_each_indicator(values, names, years, method, rule)
    return IndexRobustness(
        variants=variants,
        drivers=drivers(variants),
        bootstrap=draws,
        bootstrap_refused=refused,
        without=without,
        not_without=not_without,
        ranks=ranks_within_years(index.index, years),
        left_out=left_out | variants.left_out,
        own_labels={name: next(iter(labels)) for name, labels in levels.items()},
        interval=declared.interval,
    )


def _samples(
    study: Study, inputs: Mapping[str, PanelInputs], sample: Sample
) -> tuple[dict[str, np.ndarray], dict[tuple[str, str], str]]:
    """Return indicators by fill set on the rows of the base one, and why a fill set is not among them."""
    base = study.base_fill_set
    found = {base: indicator_sample(study, inputs[base])[0].to_numpy()}
    left_out = {}
    for fill_set in study.index.robustness.varied.fill_sets:
        if fill_set == base:
            continue
        try:
            values, rows = indicator_sample(study, inputs[fill_set])
        except IndexRefused as refusal:
            left_out[FILL_RULE, fill_set] = str(refusal)
            continue
        missing = len(sample.rows.difference(rows.rows))
        same = [
            name for name, other in found.items() if not missing and _is_same(values.loc[sample.rows], other)
        ]
        if missing:
            left_out[FILL_RULE, fill_set] = f"{missing} of {len(sample.rows)} rows lack an indicator under it"
        elif same:
            left_out[FILL_RULE, fill_set] = f"it fills the indicators as {same[0]} does"
        else:
            found[fill_set] = values.loc[sample.rows].to_numpy()
    return found, left_out


def _is_same(values, other: np.ndarray) -> bool:
    return bool(np.array_equal(values.to_numpy(), other))


def _levels(study: Study) -> dict[str, dict[str, object]]:
    """Label and value of every level of every factor, the study's own first."""
    varied, method = study.index.robustness.varied, index_method(study)
    rule = retention_rule(study.index.retention)
    treatments = {"none" if method.treatment is None else "as declared": method.treatment}
    for item in varied.treatment:
        tried = treatment_rule(item)
        label = (
            f"|skewness| > {tried.skewness_limit:g} and kurtosis > {tried.kurtosis_limit:g}: winsorise "
            f"{tried.winsorised_max}, else {tried.otherwise}"
        )
        if tried not in treatments.values():
            treatments[label] = tried
    scalings = [method.scaling, *(scaling(study, item) for item in varied.scaling)]
    rules = [rule, *(retention_rule(item) for item in varied.retention)]
    return {
        "treatment": treatments,
        "scaling": {item.label: item for item in scalings},
        "matrix": {item: item for item in (method.matrix, *varied.matrix)},
        "rotation": {item: item for item in (method.rotation, *varied.rotation)},
        RETENTION: {item.label: item for item in rules},
        "weights": {item: item for item in (method.weights, *varied.weights)},
        "aggregation": {item: item for item in (method.aggregation, *varied.aggregation)},
    }
