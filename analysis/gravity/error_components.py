"""Variances of partner effects and of the idiosyncratic error, estimated in five ways.

Each way sets two quadratic forms of residuals, q_w within partners and q_b between them, equal to what they
are expected to be under the two variances. Balanced panels have simple denominators that differ by author.
"""

from __future__ import annotations

import numpy as np

from analysis.gravity.errors import NotEstimable, TimeInvariantTerms
from analysis.gravity.least_squares import (
    DEPENDENCE_TOLERANCE,
    VANISHED_SHARE,
    least_squares,
    rank_of,
    vanished,
)
from analysis.gravity.panel_data import PanelData


def swamy_arora(panel: PanelData) -> tuple[float, float]:
    """Variances of partner effect (may come out negative) and idiosyncratic error, by Swamy and Arora.

    s_u^2 is the residual variance of the regression of means, each partner counting once, less s_e^2 over the
    harmonic mean of the partners' numbers of rows.
    """
    means, rank_between = _between_step(panel, "random effects (Swamy-Arora)")
    sigma_e2 = _within_variance(panel, "Swamy-Arora")
    residuals = _residuals(means, panel.entity_means(panel.outcome))
    sigma_between2 = float(residuals @ residuals) / (panel.n_entities - rank_between)
    harmonic_mean = panel.n_entities / float((1 / panel.counts).sum())
    return sigma_between2 - sigma_e2 / harmonic_mean, sigma_e2


def baltagi_chang(panel: PanelData) -> tuple[float, float]:
    """Variances as Swamy and Arora's, by the exact expectations for unbalanced panels.

    The regression of means counts each partner by its number of rows T_i; its residuals r_i give
    q_b = sum_i T_i r_i^2, expected to be (N - K) s_e^2 + (n - tr(M^-1 S)) s_u^2, where z_i are means,
    M = sum_i T_i z_i z_i' of rank K and S = sum_i T_i^2 z_i z_i'. Balanced panels: the same as Swamy-Arora.

    References
    ----------
    Baltagi and Chang (1994), Journal of Econometrics 62.
    """
    means, rank_between = _between_step(panel, "random effects (Baltagi-Chang)")
    sigma_e2 = _within_variance(panel, "Baltagi-Chang")
    root = np.sqrt(panel.counts.astype(float))
    weighted = means * root[:, None]
    residuals = _residuals(weighted, root * panel.entity_means(panel.outcome))
    # tr(M^-1 S) over a basis of the weighted means, which may be dependent: the mean T_i by leverage.
    scaled = weighted / np.linalg.norm(weighted, axis=0)
    left, singular_values, _ = np.linalg.svd(scaled, full_matrices=False)
    basis = left[:, singular_values > DEPENDENCE_TOLERANCE * singular_values[0]]
    trace = float(panel.counts @ np.square(basis).sum(axis=1))
    expected_error = (panel.n_entities - rank_between) * sigma_e2
    return (float(residuals @ residuals) - expected_error) / (panel.n_obs - trace), sigma_e2


def _between_step(panel: PanelData, name: str) -> tuple[np.ndarray, int]:
    """Partners' means of the design, (N, k + 1), and their rank, which must be less than N."""
    means = panel.entity_means(panel.design)
    rank = rank_of(means)
    if panel.n_entities <= rank:
        require_entities(panel, name, panel.design.shape[1])
    return means, rank


def _within_variance(panel: PanelData, name: str) -> float:
    """Residual variance of fixed effects."""
    _require_rows_within(panel, name)
    within = panel.demeaned(panel.regressors)
    within = within[:, ~vanished(within, panel.regressors)]
    order = panel.row_order
    residuals = _residuals(within[order], panel.demeaned(panel.outcome)[order])
    df_within = panel.n_obs - panel.n_entities - rank_of(within)
    variance = float(residuals @ residuals) / df_within
    _require_variance(panel, variance, name)
    return variance


def _residuals(columns: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Residuals of a regression whose columns may be dependent."""
    if columns.shape[1] == 0:
        return outcome
    scaled = columns / np.linalg.norm(columns, axis=0)
    return outcome - scaled @ np.linalg.lstsq(scaled, outcome, rcond=DEPENDENCE_TOLERANCE)[0]


def require_entities(panel: PanelData, estimator: str, n_coefficients: int) -> None:
    if panel.n_entities <= n_coefficients:
        raise NotEstimable(
            f"{estimator} is not estimable: the regression of partner means has N = {panel.n_entities} "
            f"partners for K = {n_coefficients} coefficients (constant included); at least "
            f"{n_coefficients + 1} partners are needed"
        )


def wallace_hussain(panel: PanelData) -> tuple[float, float]:
    """Variances of partner effect and idiosyncratic error from the residuals of pooled OLS.

    Balanced: q_w = (n - N) s_e^2 and q_b = N s_e^2 + n s_u^2. Unbalanced: with A = (Z'Z)^-1, W = Z'Z within
    partners, M = Z'Z of partner means and S = sum_i T_i^2 z_i z_i' of means z_i, the exact expectations
    q_w = (n - N - tr AW) s_e^2 + tr(AWAS) s_u^2 and
    q_b = (N - tr AM) s_e^2 + (n - 2 tr AS + tr AMAS) s_u^2.
    """
    _require_rows_within(panel, "Wallace-Hussain")
    order = panel.row_order
    design = panel.design[order]
    solution = least_squares(design, panel.outcome[order])
    residuals = np.empty(panel.n_obs)
    residuals[order] = solution.residuals
    n, n_entities = panel.n_obs, panel.n_entities
    if panel.is_balanced:
        expected = np.array([[n - n_entities, 0.0], [n_entities, n]])
    else:
        means, counts = panel.entity_means(panel.design), panel.counts[:, None]
        between = means.T @ (counts * means)
        sums = means.T @ (counts**2 * means)
        inverse = solution.unscaled
        within = design.T @ design - between
        expected = np.array(
            [
                [
                    n - n_entities - np.trace(inverse @ within),
                    np.trace(inverse @ within @ inverse @ sums),
                ],
                [
                    n_entities - np.trace(inverse @ between),
                    n - 2 * np.trace(inverse @ sums) + np.trace(inverse @ between @ inverse @ sums),
                ],
            ]
        )
    return _solve(panel, residuals, expected, "Wallace-Hussain")


def amemiya(panel: PanelData) -> tuple[float, float]:
    """Variances of partner effect and idiosyncratic error from the residuals of fixed effects.

    The residuals keep the partner effects and have mean 0. Balanced: q_w = (n - N) s_e^2 and
    q_b = N s_e^2 + n s_u^2. Unbalanced: q_w = (n - N - K) s_e^2 and
    q_b = (N - 1 + tr(W^-1 M)) s_e^2 + (n - sum_i T_i^2 / n) s_u^2, W the cross-products within partners and M
    those of the partners' means about the grand mean.
    """
    residuals, within = _fixed_effects_residuals(panel, "Amemiya")
    n, n_entities = panel.n_obs, panel.n_entities
    if panel.is_balanced:
        expected = np.array([[n - n_entities, 0.0], [n_entities, n]])
    else:
        spread = panel.entity_means(panel.regressors) - panel.grand_mean(panel.regressors)
        between = spread.T @ (panel.counts[:, None] * spread)
        expected = np.array(
            [
                [n - n_entities - within.shape[1], 0.0],
                [
                    n_entities - 1 + np.trace(np.linalg.solve(within.T @ within, between)),
                    n - float((panel.counts.astype(float) ** 2).sum()) / n,
                ],
            ]
        )
    return _solve(panel, residuals, expected, "Amemiya")


def nerlove(panel: PanelData) -> tuple[float, float]:
    """Variance of the estimated partner effects, and the residual sum of squares of fixed effects over n.

    On unbalanced panels the effects are weighted by their partners' numbers of rows: their variance is
    N / (N - 1) sum_i (T_i / n) (u_i - sum_j T_j u_j / n)^2, as R's plm (2.4 and later) and gretl have it.
    """
    residuals, _ = _fixed_effects_residuals(panel, "Nerlove")
    effects = panel.entity_means(residuals)
    weights = panel.counts / panel.n_obs
    within = panel.demeaned(residuals)[panel.row_order]
    n_entities = panel.n_entities
    variance = float(weights @ (effects - weights @ effects) ** 2) * n_entities / (n_entities - 1)
    sigma_e2 = float(within @ within) / panel.n_obs
    _require_variance(panel, sigma_e2, "Nerlove")
    return variance, sigma_e2


COMPONENTS = {
    "swamy_arora": swamy_arora,
    "baltagi_chang": baltagi_chang,
    "amemiya": amemiya,
    "wallace_hussain": wallace_hussain,
    "nerlove": nerlove,
}


def _fixed_effects_residuals(panel: PanelData, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Outcome less the slopes of fixed effects, about its mean, (n,), and the regressors within (n, k)."""
    within = panel.demeaned(panel.regressors)
    absorbed = vanished(within, panel.regressors)
    if absorbed.any():
        named = tuple(term for term, is_gone in zip(panel.terms, absorbed, strict=True) if is_gone)
        raise TimeInvariantTerms(
            f"random effects ({name}): terms that do not vary over time within any partner would count as "
            f"partner effects: {', '.join(named)}",
            named,
        )
    _require_rows_within(panel, name)
    within = within[panel.row_order]
    slopes = least_squares(within, panel.demeaned(panel.outcome)[panel.row_order]).coefficients
    residuals = panel.outcome - panel.regressors @ slopes
    return residuals - panel.grand_mean(residuals), within


def _require_rows_within(panel: PanelData, name: str) -> None:
    if panel.n_entities < 2:
        raise NotEstimable(f"random effects ({name}): seen 1 partner, at least 2 are needed")
    within = panel.demeaned(panel.regressors)
    slopes = rank_of(within[:, ~vanished(within, panel.regressors)])
    if panel.n_obs - panel.n_entities - slopes <= 0:
        raise NotEstimable(
            f"random effects ({name}): the within step has {panel.n_obs} observations for "
            f"N = {panel.n_entities} partner effects and {slopes} slopes; at least "
            f"{panel.n_entities + slopes + 1} observations are needed"
        )


def _solve(panel: PanelData, residuals: np.ndarray, expected: np.ndarray, name: str) -> tuple[float, float]:
    """Variances at which both quadratic forms of residuals (n,) are as `expected` (2, 2)."""
    means = panel.entity_means(residuals)
    inner = panel.demeaned(residuals)[panel.row_order]
    forms = np.array([inner @ inner, panel.counts @ means**2])
    sigma_e2, sigma_u2 = np.linalg.solve(expected, forms)
    _require_variance(panel, float(sigma_e2), name)
    return float(sigma_u2), float(sigma_e2)


def _require_variance(panel: PanelData, sigma_e2: float, name: str) -> None:
    """Refuse what is rounding error of an outcome that is fitted exactly within partners, or less."""
    outcome = panel.outcome[panel.row_order]
    if sigma_e2 <= VANISHED_SHARE**2 * float(outcome @ outcome) / panel.n_obs:
        raise NotEstimable(
            f"random effects ({name}): the within step leaves no residual, so that the variance of the "
            f"idiosyncratic error cannot be estimated (seen {sigma_e2:.4g})"
        )
