"""Cluster-robust covariances corrected for leverage: CR2 and CR3, with Satterthwaite's degrees of freedom."""

from __future__ import annotations

import numpy as np

from analysis.gravity.covariance.leverage import FittedSpace

# A direction of a cluster whose residual variance is below this share is fitted exactly: it has no residual.
FITTED_EXACTLY = 1e-12
# Numbers held at once while clusters of one size are treated together.
BATCH = 4_000_000


def bias_reduced(
    kind: str,
    design: np.ndarray,
    residuals: np.ndarray,
    bread: np.ndarray,
    clusters: np.ndarray,
    space: FittedSpace,
    working: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Sandwich with each cluster's residuals divided by the root (CR2) or the whole (CR3) of I - H_gg.

    V = B (sum_g X_g' A_g e_g e_g' A_g X_g) B with A_g = (I - H_gg)^(-1/2) for 'cr2' and its inverse for
    'cr3'. A direction in which the cluster is fitted exactly is left out (generalised inverse). Under
    independent errors of equal variance, which is what the correction presumes, the variance of a coefficient
    is distributed as chi-squared with (tr P)^2 / tr(P P) degrees of freedom, where P_gh = a_g'(I - H) a_h and
    a_g = A_g X_g B c.

    Parameters
    ----------
    kind : {'cr2', 'cr3'}
    design : ndarray, shape (n, p)
    residuals : ndarray, shape (n,)
    bread : ndarray, shape (p, p)
    clusters : ndarray of int, shape (n,)
    space : FittedSpace
        Of this regression, its dummies nested in the clusters.
    working : ndarray, shape (n,), or None
        For rows that were weighted by the inverse root of a working covariance of errors, Phi_g = I but along
        a cluster's mean: its eigenvalue there, the same for all rows of a cluster. With it A_g of 'cr2' is
        (Phi_g (I - H_gg) Phi_g)^(-1/2) Phi_g, which is the symmetric adjustment of Bell and McCaffrey in the
        rows as they were before. None: errors of equal variance, no correlation.

    Returns
    -------
    tuple of ndarray (p, p), ndarray (p,) and int
        Covariance; degrees of freedom of each coefficient; clusters with a direction that is fitted exactly
        beyond those that the effects explain.

    References
    ----------
    Bell and McCaffrey (2002), Survey Methodology 28; Pustejovsky and Tipton (2018), Journal of Business and
    Economic Statistics 36; MacKinnon, Nielsen and Webb (2023), Journal of Econometrics 232 (CR3).
    """
    n_clusters, p = int(clusters.max()) + 1, design.shape[1]
    power = -0.5 if kind == "cr2" else -1.0
    targets = space.without_effects(np.einsum("ij,jk->ik", design, bread))
    own_residuals = space.without_effects(residuals)
    scores = np.zeros((n_clusters, p))
    squares = np.zeros((n_clusters, p))
    loads = np.zeros((n_clusters, space.basis.shape[1], p))
    order = np.argsort(clusters, kind="stable")
    sizes = np.bincount(clusters)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    n_exact = 0
    for size in np.unique(sizes):
        of_size = np.flatnonzero(sizes == size)
        step = max(1, BATCH // (size * (space.basis.shape[1] + p) + 1))
        for begin in range(0, of_size.size, step):
            members = of_size[begin : begin + step]
            rows = order[starts[members][:, None] + np.arange(size)]
            basis = space.basis[rows]
            if kind == "cr2" and working is not None:
                adjusted, exact = _adjusted_back(targets[rows], basis, working[rows[:, 0]])
            else:
                left, remaining = _directions(basis)
                exact = remaining <= FITTED_EXACTLY
                # A = I + U f U': f moves an eigenvalue of I - H_gg from 1 - s^2 to its power, or to 0.
                moved = np.where(exact, 0.0, np.where(exact, 1.0, remaining) ** power) - 1
                reach = np.swapaxes(left, 1, 2) @ targets[rows]
                adjusted = targets[rows] + left @ (moved[:, :, None] * reach)
            n_exact += int(exact.any(axis=1).sum())
            scores[members] = np.einsum("gip,gi->gp", adjusted, own_residuals[rows])
            squares[members] = np.einsum("gip,gip->gp", adjusted, adjusted)
            loads[members] = np.swapaxes(basis, 1, 2) @ adjusted
    return scores.T @ scores, _satterthwaite(squares, loads), n_exact


def _adjusted_back(
    targets: np.ndarray, basis: np.ndarray, working: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A_g' times `targets` (m, size, p) under a working covariance, and which directions are fitted exactly.

    Phi (I - Q Q') Phi is the identity but in the space of the mean and Q, of which Z is a basis.
    """
    m, size, _ = basis.shape
    mean = np.full((m, size, 1), 1 / np.sqrt(size))
    inside, _ = np.linalg.qr(np.concatenate([mean, basis], axis=2))
    back = np.swapaxes(inside, 1, 2)
    excess = (working - 1)[:, None, None]
    stretched = inside + excess * (mean @ (np.swapaxes(mean, 1, 2) @ inside))
    left = stretched - basis @ (np.swapaxes(basis, 1, 2) @ stretched)
    eigenvalues, vectors = np.linalg.eigh(np.swapaxes(stretched, 1, 2) @ left)
    exact = eigenvalues <= FITTED_EXACTLY * np.maximum(working, 1.0)[:, None] ** 2
    moved = np.where(exact, 0.0, np.where(exact, 1.0, eigenvalues) ** -0.5)
    root = (vectors * moved[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    reach = back @ targets
    turned = targets + inside @ (root @ reach - reach)
    return turned + excess * (mean @ (np.swapaxes(mean, 1, 2) @ turned)), exact


def _directions(basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Directions U of clusters of one size, and the eigenvalues of I - Q_g Q_g' along them.

    `basis` is Q_g, (m, size, r); U is (m, size, s) with s the smaller of size and r: on all others the
    eigenvalue is 1.
    """
    if basis.shape[1] <= basis.shape[2]:
        explained, directions = np.linalg.eigh(basis @ np.swapaxes(basis, 1, 2))
        return directions, 1 - explained
    left, singular_values, _ = np.linalg.svd(basis, full_matrices=False)
    return left, 1 - singular_values**2


def _satterthwaite(squares: np.ndarray, loads: np.ndarray) -> np.ndarray:
    """(tr P)^2 / tr(P P) for P = diag(squares) - L L', by coefficient; no G by G matrix is formed."""
    norms = np.einsum("grp,grp->gp", loads, loads)
    trace = (squares - norms).sum(axis=0)
    # Contiguous, else the products below are taken without linear algebra libraries.
    by_term = np.ascontiguousarray(np.moveaxis(loads, 2, 0))
    inner = np.array([float(((load.T @ load) ** 2).sum()) for load in by_term])
    square_trace = (squares**2 - 2 * squares * norms).sum(axis=0) + inner
    usable = (square_trace > 0) & (trace > 0)
    return np.where(usable, trace**2 / np.where(usable, square_trace, 1.0), np.nan)
