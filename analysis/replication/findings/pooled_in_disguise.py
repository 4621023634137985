"""Whether the printed random effects are pooled least squares with z statistics."""

from __future__ import annotations

from collections.abc import Iterator

from scipy import stats

from analysis.replication.evidence import Evidence
from analysis.replication.findings.panel_fits import (
    comparison_panel,
    distance_from_print,
    fits_of,
    printed_slopes,
)
from analysis.replication.findings.rows import Row, base_fill_set, finding_row
from analysis.replication.rounding import interval, reachable

FINDING = "random_effects_are_pooled"


def finding(evidence: Evidence) -> Iterator[Row]:
    """Which distribution p-values have, whether a between step exists, which estimator comes closest."""
    yield from _distribution(evidence)
    yield from _between_step(evidence)
    fill_set = base_fill_set(evidence)
    if fill_set is not None:
        yield from _closest(evidence, fill_set)


def _distribution(evidence: Evidence) -> Iterator[Row]:
    """Rows whose printed p-value is one of the normal distribution, and those that rule out t."""
    printed = evidence.printed
    table = printed.regression
    at = {name: table.columns.index(name) for name in ("estimate", "std_error", "p_value")}
    df = printed.sample.observations - len(table.rows)
    fits_normal, rules_out_t = [], []
    for term, cells in table.rows.items():
        text = {name: printed.text(cells[place]) for name, place in at.items()}
        inputs = interval(text["estimate"]), interval(text["std_error"])
        low, high = interval(text["p_value"])
        normal = reachable(lambda b, se: 2 * stats.norm.sf(abs(b / se)), *inputs)
        student = reachable(lambda b, se: 2 * stats.t.sf(abs(b / se), df), *inputs)
        if normal[0] <= high and low <= normal[1]:
            fits_normal.append(term)
        if student[0] > high or student[1] < low:
            rules_out_t.append(term)
    n = len(table.rows)
    yield finding_row(
        FINDING,
        "p_values_of_the_normal",
        len(fits_normal),
        f"{len(fits_normal)} of {n} printed p-values are those of the normal distribution, within rounding.",
        printed_value=n,
    )
    yield finding_row(
        FINDING,
        "p_values_that_rule_out_t",
        len(rules_out_t),
        f"{len(rules_out_t)} of {n} cannot come from t({df}), whatever was rounded away: the column headed "
        f"t holds z statistics ({', '.join(rules_out_t) or 'none'}).",
        printed_value=n,
    )


def _between_step(evidence: Evidence) -> Iterator[Row]:
    printed = evidence.printed
    n, k = printed.sample.partners, len(printed.regression.rows)
    missing = n - k
    yield finding_row(
        FINDING,
        "between_degrees_of_freedom",
        missing,
        f"{n} partner means less {k} coefficients leave {missing} degrees of freedom to the between "
        "regression"
        + (
            ": Swamy-Arora's variance of partner effects cannot be estimated and falls back to 0, which is "
            "pooled least squares."
            if missing <= 0
            else "."
        ),
    )


def _closest(evidence: Evidence, fill_set: str) -> Iterator[Row]:
    """Distance of our slopes from the printed ones under each estimator."""
    printed = printed_slopes(evidence)
    panel = comparison_panel(evidence, fill_set)
    fits, refused = fits_of(panel)
    shared = {"evidence": "printed coefficients and our panel", "fill_set": fill_set}
    distances = {name: distance_from_print(fit, printed) for name, fit in fits.items()}
    if not distances:
        return
    closest = min(distances, key=lambda name: (round(distances[name][0], 9), name))
    for name, (typical, largest) in distances.items():
        parts = fits[name].components
        sigma = f"; sigma_u = {parts.sigma_u:.3f}" if parts else ""
        yield finding_row(
            FINDING,
            f"distance_{name}",
            typical,
            f"Our slopes by {name.replace('_', ' ')} are {typical:.2f} printed standard errors from the "
            "printed "
            f"ones (root mean square; at most {largest:.2f}){sigma}"
            + (": the closest." if name == closest else "."),
            **shared,
        )
    for name, why in refused.items():
        yield finding_row(FINDING, f"distance_{name}", None, f"Not estimable: {why}.", **shared)
