"""How far the index may be trusted, told as tables: variants, intervals, drivers, and what is filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from analysis.design import PanelInputs
from analysis.index.composite import CompositeIndex
from analysis.index.correlation import IndicatorError
from analysis.index.ranking import Spread, ranks_within_years, spread
from analysis.index.retention import RetentionRule, retain
from analysis.index.robustness import FILL_RULE
from analysis.own_index_robustness import IndexRobustness, index_robustness
from analysis.sample import Sample
from analysis.study import Study
from analysis.tables.caveats import joined, near_ties
from analysis.tables.index import adequacy_rows, loading_rows, score_rows

# More filled cells than this share of an indicator say more of the rule than of the indicator.
DOMINATED = 0.5
PARALLEL = RetentionRule("parallel", 95.0)
OUTCOMES = {"index_rank": "of_ranks", "index_value": "of_values", "mean_rank_shift": "of_shift"}


def index_tables(
    study: Study, inputs: Mapping[str, PanelInputs], index: CompositeIndex, sample: Sample
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table about the index of the base fill set but its values.

    Parameters
    ----------
    study : Study
        With an index.
    inputs : mapping of str to PanelInputs
        By fill set.
    index, sample : CompositeIndex, Sample
        Of the base fill set.
    """
    cells = inputs[study.base_fill_set]
    found = index_robustness(study, inputs, index, sample) if study.index.robustness else None
    rows = {
        "index_adequacy": [
            *adequacy_rows(study, index),
            *trust_rows(study, index, cells, sample, found),
        ],
        "index_loadings": list(loading_rows(study, index, found)),
        "index_scores": list(score_rows(study, index, sample, found)),
    }
    if found:
        rows["index_variants"] = list(variant_rows(study, found, sample))
        rows["index_robustness"] = list(robustness_rows(study, index, cells, sample, found))
        rows["index_sensitivity"] = list(sensitivity_rows(study, found))
    return rows


def trust_rows(
    study: Study,
    index: CompositeIndex,
    inputs: PanelInputs,
    sample: Sample,
    robustness: IndexRobustness | None = None,
) -> Iterator[dict[str, Any]]:
    """Rows of `index_adequacy` beside KMO and Bartlett.

    ``filled_share <code>`` of an indicator's cells in the sample; ``components_parallel``, how many parallel
    analysis would keep; ``treated <code>``, values winsorised, where the study treats outliers; and, of a
    bootstrap, ``sign_turned_share component <k>``: draws in which the sign rule alone turns the component.
    """
    found: list[tuple[str, float, str]] = []
    for name, share in _filled_shares(study, inputs, sample).items():
        found.append((f"filled_share {_code(study, name)}", share, _dominated(name, share)))
    if index.components.matrix == "correlation" and not index.components.is_rotated:
        found.append(("components_parallel", *_parallel(index)))
    for item in index.treatment:
        after = "" if item.is_within_limits else "; it is not within the limits even so"
        text = (
            f"{item.method}: skewness {item.skewness_before:.2f} to {item.skewness_after:.2f}, kurtosis "
            f"{item.kurtosis_before:.2f} to {item.kurtosis_after:.2f}{after}"
        )
        is_told = item.method != "none" or not item.is_within_limits
        found.append((f"treated {_code(study, item.name)}", item.winsorised_count, text if is_told else ""))
    if robustness and robustness.bootstrap:
        for place, share in enumerate(robustness.bootstrap.turned, start=1):
            text = f"in {share:.0%} of {_draws(robustness)} the sign rule alone would turn component {place}"
            found.append((f"sign_turned_share component {place}", share, text if share > 0 else ""))
    for statistic, value, caveat in found:
        yield {
            "study": study.study,
            "statistic": statistic,
            "value": float(value),
            "caveat": joined([caveat]),
        }


def variant_rows(study: Study, robustness: IndexRobustness, sample: Sample) -> Iterator[dict[str, Any]]:
    """Rows of `index_variants`: combinations of choices, the study's own as 1, then leave-one-out."""
    labels = _own_labels(study, robustness)
    values, ranks = robustness.variants.flat()
    number = 0
    for number, combination in enumerate(robustness.variants.combinations(), start=1):
        about = {"variant": number, "variant_kind": "choices", "is_reference": number == 1}
        yield from _cells(
            study, sample, {**about, **labels, **combination}, values[number - 1], ranks[number - 1]
        )
    years = sample.rows.get_level_values("year").to_numpy()
    for place, (name, found) in enumerate(robustness.without.items(), start=number + 1):
        about = {"variant": place, "variant_kind": "without_indicator", "is_reference": False}
        about["left_out_indicator"] = _code(study, name)
        yield from _cells(study, sample, {**about, **labels}, found, ranks_within_years(found, years))


def robustness_rows(
    study: Study,
    index: CompositeIndex,
    inputs: PanelInputs,
    sample: Sample,
    robustness: IndexRobustness,
) -> Iterator[dict[str, Any]]:
    """Rows of `index_robustness`: per country, year and kind of perturbation, the intervals."""
    warnings = [*near_ties(index).values(), *index.adequacy.warnings.values()]
    shares = _filled_shares(study, inputs, sample)
    dominated = [name for name, share in shares.items() if share > DOMINATED]
    if dominated:
        warnings.append(f"more than half of the cells of {', '.join(dominated)} are filled, not published")
    for kind, values, ranks, leading, about in _kinds(study, sample, robustness):
        found = spread(values, ranks, robustness.ranks, robustness.interval)
        caveat = joined([about, *warnings])
        for place, (country, year) in enumerate(sample.rows):
            yield {
                "study": study.study,
                "perturbation_kind": kind,
                "country_iso3": country,
                "year": year,
                "index_value": index.index[place],
                "index_rank": int(robustness.ranks[place]),
                "variant_count": len(values),
                **_of_row(found, place),
                "interval_level": robustness.interval,
                "driver": leading[place],
                "caveat": caveat,
            }


def sensitivity_rows(study: Study, robustness: IndexRobustness) -> Iterator[dict[str, Any]]:
    """Rows of `index_sensitivity`: shares of variance by outcome and factor, exact over the factorial."""
    drivers, variants = robustness.drivers, robustness.variants
    for outcome, attribute in OUTCOMES.items():
        shares = getattr(drivers, attribute)
        for place, factor in enumerate(drivers.factors):
            texts = [
                f"the level {label} is not compared: {reason}"
                for (name, label), reason in robustness.left_out.items()
                if name == factor
            ]
            if len(variants.factors[factor]) == 1:
                texts.append("one level is left, so nothing can hang on it")
            if shares.variance == 0:
                texts.append("the outcome is the same in every combination")
            yield {
                "study": study.study,
                "outcome": outcome,
                "factor": factor,
                "level_count": len(variants.factors[factor]),
                "level_labels": "; ".join(variants.factors[factor]),
                "first_order_share": shares.first_order[place],
                "total_share": shares.total[place],
                "outcome_variance": shares.variance,
                "variant_count": variants.count,
                "caveat": joined(texts),
            }


def _kinds(study: Study, sample: Sample, robustness: IndexRobustness) -> Iterator[tuple]:
    values, ranks = robustness.variants.flat()
    not_compared = ", ".join(label for _, label in robustness.left_out)
    about = f"not compared: {not_compared}" if not_compared else ""
    yield "choices", values, ranks, robustness.drivers.leading, about
    draws = robustness.bootstrap
    nobody = [""] * len(sample.rows)
    if draws:
        about = f"resampled: {_draws(robustness)}"
        if draws.failed:
            about += f"; {draws.failed} more could not make an index and are left out"
        yield "resampling", draws.values, draws.ranks, nobody, about
    if robustness.without:
        years = sample.rows.get_level_values("year").to_numpy()
        values = np.array(list(robustness.without.values()))
        ranks = ranks_within_years(values, years)
        shift = np.abs(ranks - robustness.ranks)
        codes = [_code(study, name) for name in robustness.without]
        leading = [codes[k] if most else "" for k, most in zip(shift.argmax(0), shift.max(0), strict=True)]
        failed = "; ".join(f"without {name}: {text}" for name, text in robustness.not_without.items())
        yield "without_indicator", values, ranks, leading, failed


def _of_row(found: Spread, place: int) -> dict[str, Any]:
    return {
        "index_low": found.low[place],
        "index_median": found.median[place],
        "index_high": found.high[place],
        "rank_low": int(found.rank_low[place]),
        "rank_median": int(found.rank_median[place]),
        "rank_high": int(found.rank_high[place]),
        "rank_best": int(found.rank_best[place]),
        "rank_worst": int(found.rank_worst[place]),
        "same_rank_share": found.same_rank_share[place],
    }


def _cells(
    study: Study, sample: Sample, about: dict[str, Any], values: np.ndarray, ranks: np.ndarray
) -> Iterator[dict[str, Any]]:
    for (country, year), value, rank in zip(sample.rows, values, ranks, strict=True):
        yield {
            "study": study.study,
            **about,
            "country_iso3": country,
            "year": year,
            "index_value": value,
            "index_rank": int(rank),
        }


def _own_labels(study: Study, robustness: IndexRobustness) -> dict[str, str]:
    """Label of every choice that the study makes itself, varied or not."""
    return {FILL_RULE: study.base_fill_set, **robustness.own_labels}


def _draws(robustness: IndexRobustness) -> str:
    draws = robustness.bootstrap
    return f"{len(draws.values)} draws of {draws.units} {draws.resampled}"


def _filled_shares(study: Study, inputs: PanelInputs, sample: Sample) -> dict[str, float]:
    names = [item.variable for item in study.index.indicators]
    return inputs.is_filled.loc[sample.rows, names].mean().to_dict()


def _dominated(name: str, share: float) -> str:
    if share <= DOMINATED:
        return ""
    return f"{share:.0%} of the cells of {name} are filled, not published: more than half"


def _parallel(index: CompositeIndex) -> tuple[float, str]:
    rule = PARALLEL
    where = f"parallel analysis, percentile {rule.value:g} of {rule.draws} draws, seed {rule.seed}"
    try:
        count = retain(index.components, rule, index.adequacy.n_obs).count
    except IndicatorError:
        count = 0
    kept = index.retention.count
    return count, "" if count == kept else f"{where}, would keep {count} of them, not {kept}"


def _code(study: Study, name: str) -> str:
    return study.variable(name).indicator_code
