"""What the printed F test says of the model that the printed Hausman step chooses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import stats

from analysis.gravity.errors import EstimationError
from analysis.gravity.fit import LinearFit
from analysis.gravity.hausman import hausman
from analysis.gravity.specification_tests import f_test_of_partner_effects
from analysis.replication.evidence import Evidence
from analysis.replication.findings.panel_fits import comparison_panel, fits_of
from analysis.replication.findings.rows import Row, base_fill_set, finding_row

FINDING = "f_test_is_hausman_test"


def finding(evidence: Evidence) -> Iterator[Row]:
    """The Hausman statistics that the printed F implies, and the identity behind it on our panel.

    With at least N - 1 slopes, fixed effects against pooled least squares under one error variance is the F
    test over again: H = (N - 1) F with the variance of fixed effects (sigmaless), and that over
    s2_pooled / s2_FE with the pooled one (sigmamore), chi-squared with N - 1 degrees of freedom. The ratio of
    variances follows from F as well: RSS_pooled / RSS_FE = 1 + (N - 1) F / df2.
    """
    printed = evidence.printed
    df1, df2, statistic = printed.f_test.df1, printed.f_test.df2, float(printed.f_test.statistic)
    if len(printed.regression.rows) - 1 < printed.sample.partners - 1:
        return
    alpha = evidence.study.gravity.significance_level
    rss_ratio = 1 + df1 * statistic / df2
    s2_ratio = rss_ratio * df2 / (df1 + df2)
    yield finding_row(
        FINDING,
        "rss_pooled_over_rss_fe",
        rss_ratio,
        f"F({df1}, {df2}) = {statistic:g} says that pooled residuals have {rss_ratio:.3f} times the sum of "
        "squares.",
    )
    yield finding_row(
        FINDING,
        "s2_pooled_over_s2_fe",
        s2_ratio,
        f"Of the variances, by degrees of freedom: {s2_ratio:.3f} times.",
    )
    for form, value in (("sigmaless", df1 * statistic), ("sigmamore", df1 * statistic / s2_ratio)):
        p_value = float(stats.chi2.sf(value, df1))
        rejects = p_value < alpha
        why = (
            f"{form}: chi2({df1}) = {value:.2f}, p = {p_value:.4f}: the printed F test "
            f"{'rejects' if rejects else 'does not reject'} {printed.hausman.decision}, which the "
            "publication chooses."
        )
        yield finding_row(FINDING, f"hausman_{form}", value, why)
        yield finding_row(FINDING, f"hausman_{form}_p", p_value, why)
    yield _bound(evidence)
    fill_set = base_fill_set(evidence)
    if fill_set is not None:
        fits, _ = fits_of(comparison_panel(evidence, fill_set))
        if {"pooled_ols", "fixed_effects"} <= set(fits):
            yield from _on_our_panel(fits["pooled_ols"], fits["fixed_effects"], fill_set, alpha)


def _bound(evidence: Evidence) -> Row:
    """The largest squared ratio of difference to standard error: a lower bound of a proper statistic."""
    table = evidence.printed.hausman
    difference, std_error = table.columns.index("difference"), table.columns.index("se")
    bounds = {
        term: (float(cells[difference]) / float(cells[std_error])) ** 2
        for term, cells in table.rows.items()
        if evidence.printed.comparison.terms[term] != "const" and float(cells[std_error]) > 0
    }
    term = max(bounds, key=bounds.__getitem__)
    df = len(bounds)
    return finding_row(
        FINDING,
        "default_lower_bound",
        bounds[term],
        f"The printed differences alone bound the default statistic from below by {bounds[term]:.2f} "
        f"({term}), if "
        f"the covariance of the difference is one; with {df} degrees of freedom p is at most "
        f"{stats.chi2.sf(bounds[term], df):.2f}. The statistic itself is not printed.",
    )


def _on_our_panel(pooled: LinearFit, fixed: LinearFit, fill_set: str, alpha: float) -> Iterator[Row]:
    shared = {"evidence": "our panel", "fill_set": fill_set}
    try:
        f_test = f_test_of_partner_effects(pooled, fixed, alpha=alpha)
        tests = {
            form: hausman(fixed, pooled, form, alpha=alpha) for form in ("default", "sigmaless", "sigmamore")
        }
    except EstimationError:
        return
    # Rounding of the solutions leaves some 1e-14, which differs between machines.
    multiple = round(tests["sigmaless"].statistic / (f_test.df1 * f_test.statistic), 9)
    yield finding_row(
        FINDING,
        "sigmaless_over_multiple_of_f",
        multiple,
        f"On our panel the sigmaless statistic is {tests['sigmaless'].statistic:.4f}, {f_test.df1:g} F is "
        f"{f_test.df1 * f_test.statistic:.4f}: {'the same test' if multiple == 1 else 'two tests'}.",
        **shared,
    )
    rank, slopes = tests["sigmaless"].rank, len(tests["sigmaless"].terms)
    yield finding_row(
        FINDING,
        "rank_of_the_difference",
        rank,
        f"The covariance of the difference has rank {rank}, not {slopes}: degrees of freedom of a Hausman "
        "test of "
        f"{slopes} slopes are {rank} here.",
        **shared,
    )
    negative = int((tests["default"].eigenvalues < -1e-9 * np.abs(tests["default"].eigenvalues).max()).sum())
    yield finding_row(
        FINDING,
        "negative_eigenvalues_default",
        negative,
        f"With each fit's own variance {negative} of {slopes} eigenvalues are negative: "
        + ("no covariance matrix, no test." if negative else "a covariance matrix."),
        **shared,
    )
