"""Whether the printed shares of components are those of as many variables as there are components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from analysis.index.adequacy import bartlett
from analysis.replication.evidence import Evidence
from analysis.replication.findings.rows import Row, finding_row
from analysis.replication.rounding import interval

FINDING = "as_many_components_as_variables"
GRID = 100_001


def finding(evidence: Evidence) -> Iterator[Row]:
    """Eigenvalues, sampling adequacy and sphericity if the components are all that the variables have.

    A correlation matrix of p variables has eigenvalues that sum to p. Where all p components are kept, shares
    sum to 1 without being scaled to it, the cumulative share is 100 % by arithmetic, and eigenvalues are p
    times the printed shares. For three variables the matrices with given eigenvalues are one curve, along
    which sampling adequacy is confined to an interval; the statistic of sphericity is the same all along it,
    since it depends on the determinant alone.
    """
    printed = evidence.printed.index
    weights = np.array([float(weight) for weight in printed.weights])
    p = printed.components
    if p != len(weights):
        return
    total, share = float(weights.sum()), float(printed.cumulative_variance_pct)
    yield finding_row(
        FINDING,
        "cumulative_variance_pct",
        100 * total,
        f"The {p} printed weights sum to {total:.3f} and the printed cumulative share is {share:g} %: "
        "nothing is "
        f"left for further components, as when {p} variables give all their {p} components.",
        printed_value=share,
    )
    eigenvalues = np.sort(p * weights / total)[::-1]
    for position, eigenvalue in enumerate(eigenvalues, start=1):
        yield finding_row(
            FINDING,
            f"eigenvalue_{position}",
            eigenvalue,
            f"{p} times the printed weight {weights[position - 1]:g}; by the rule of eigenvalues above 1 "
            f"the component would {'' if eigenvalue > 1 else 'not '}be kept.",
        )
    if p != 3:
        return
    low, high, matrix = adequacy_range(eigenvalues)
    text = evidence.printed.text(printed.kmo)
    printed_low, printed_high = interval(text)
    is_inside = printed_low <= high and low <= printed_high
    why = (
        f"Over all 3 x 3 correlation matrices with these eigenvalues sampling adequacy lies in [{low:.3f}, "
        f"{high:.3f}]; the printed {text} lies {'in' if is_inside else 'out'}side: a principal component "
        "analysis of "
        f"three variables is {'what the print fits' if is_inside else 'ruled out'}, though "
        f"{printed.indicators} "
        "indicators are named."
    )
    yield finding_row(FINDING, "kmo_low", low, why, printed_value=float(text))
    yield finding_row(FINDING, "kmo_high", high, why, printed_value=float(text))
    n = evidence.printed.sample.observations
    test = bartlett(matrix, n)
    printed_p = evidence.printed.text(printed.bartlett_p)
    below, above = interval(printed_p)
    agrees = below <= test.p_value <= above
    why = (
        f"Bartlett's test with these eigenvalues and {n} rows: chi2({test.df}) = {test.statistic:.1f}, "
        f"p = {test.p_value:.1g}, {'as' if agrees else 'not as'} the printed {printed_p}."
    )
    yield finding_row(FINDING, "bartlett_chi2", test.statistic, why)
    yield finding_row(FINDING, "bartlett_p", test.p_value, why, printed_value=float(printed_p))


def adequacy_range(eigenvalues: Sequence[float]) -> tuple[float, float, np.ndarray]:
    """Range of the Kaiser-Meyer-Olkin measure over all 3 x 3 correlation matrices with given eigenvalues.

    With correlations a, b, c the eigenvalues l fix a^2 + b^2 + c^2 = (sum l^2 - 3) / 2 = s and
    a b c = (prod l - 1 + s) / 2 = q, so for each a the other two solve b^2 + c^2 = s - a^2, b c = q / a. The
    measure is sum r^2 / (sum r^2 + sum u^2) with u the partial correlations. It is scanned over a grid of a
    that holds the ends of the feasible intervals exactly.

    Parameters
    ----------
    eigenvalues : sequence of float, length 3
        Positive; they sum to 3.

    Returns
    -------
    low, high : float
    matrix : ndarray, shape (3, 3)
        One of the matrices.

    Raises
    ------
    ValueError
        They are not the eigenvalues of a positive definite 3 x 3 correlation matrix.

    References
    ----------
    Kaiser and Rice (1974), Educational and Psychological Measurement 34.
    """
    values = np.asarray(eigenvalues, dtype=float)
    if values.shape != (3,) or (values <= 0).any() or abs(values.sum() - 3) > 1e-9:
        raise ValueError(f"eigenvalues {values.tolist()}: expected three positive numbers that sum to 3")
    s = (float(values @ values) - 3) / 2
    q = (float(values.prod()) - 1 + s) / 2
    ends = np.concatenate([np.roots([-1.0, 0.0, s, sign * 2 * q]) for sign in (1, -1)])
    ends = ends[np.abs(ends.imag) < 1e-9].real
    a = np.concatenate([np.linspace(-1, 1, GRID), ends])
    a = a[np.abs(a) > 1e-9]
    plus, minus = s - a**2 + 2 * q / a, s - a**2 - 2 * q / a
    # At the ends b = c or b = -c, and rounding must not push the root below 0.
    kept = (plus > -1e-9) & (minus > -1e-9)
    a = a[kept]
    plus, minus = np.sqrt(np.clip(plus[kept], 0, None)), np.sqrt(np.clip(minus[kept], 0, None))
    b, c = (plus + minus) / 2, (plus - minus) / 2
    squared_partials = sum(
        (x - y * z) ** 2 / ((1 - y**2) * (1 - z**2)) for x, y, z in ((a, b, c), (b, a, c), (c, a, b))
    )
    measure = s / (s + squared_partials)
    x, y, z = (float(values[len(a) // 2]) for values in (a, b, c))
    matrix = np.array([[1, x, y], [x, 1, z], [y, z, 1]])
    return float(measure.min()), float(measure.max()), matrix
