"""Effects as level codes, and their removal from columns by weighted projections instead of dummies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.linalg import lsmr

from analysis.gravity.errors import NonFiniteInput, NotEstimable

# What one more sweep would still remove, as a share of the column; rounding error is near 1e-16.
PROJECTION_TOLERANCE = 3e-15
# Rounding may keep a column above that; no progress in so many sweeps at this share is the end as well.
STALLED_TOLERANCE = 1e-12
STALLED_SWEEPS = 50
MAX_SWEEPS = 5_000
# A column of which less than this share is left once effects or other columns are removed holds nothing else.
ABSORBED_SHARE = 1e-9


@dataclass(frozen=True)
class Effects:
    """Sets of effects of n rows, such as exporter-year, importer-year and pair.

    Attributes
    ----------
    names : tuple of str, length q
    codes : ndarray of int, shape (q, n)
        Position of each row's level among the sorted levels of its effect.
    levels : tuple of ndarray, length q
        The labels of the levels, sorted.
    """

    names: tuple[str, ...]
    codes: np.ndarray
    levels: tuple[np.ndarray, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of levels of each effect."""
        return tuple(level.size for level in self.levels)

    def rows(self, kept: np.ndarray) -> Effects:
        """Effects of some rows only (indices or mask); levels that lose all their rows disappear."""
        codes, levels = [], []
        for code, level in zip(self.codes, self.levels, strict=True):
            present, new = compact(code[kept])
            codes.append(new)
            levels.append(level[present])
        n = codes[0].size if codes else 0
        return Effects(self.names, _stack(codes, n), tuple(levels))


def compact(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted distinct labels and the position of each row's label among them."""
    labels = np.asarray(labels)
    if labels.size and np.issubdtype(labels.dtype, np.integer):
        low, high = int(labels.min()), int(labels.max())
        if high - low < 4 * labels.size + 1000:  # counting is many times faster than sorting
            present = np.bincount(labels - low, minlength=1) > 0
            position = np.cumsum(present) - 1
            return np.flatnonzero(present).astype(labels.dtype) + low, position[labels - low]
    return np.unique(labels, return_inverse=True)


def effects_of(effects: Mapping[str, Sequence] | None, n_obs: int) -> Effects:
    """Number the levels of effects that are given as labels.

    Parameters
    ----------
    effects : mapping of str to array_like, shape (n,), or None
        Name of each set of effects and the label (number or text) of each row; None or empty: no effects.
    n_obs : int

    Raises
    ------
    ValueError
        A label column does not have `n_obs` rows.
    NonFiniteInput
        A label is missing.
    """
    codes, levels = [], []
    for name, labels in (effects or {}).items():
        labels = np.asarray(labels)
        if labels.shape != (n_obs,):
            raise ValueError(f"effect {name!r} has shape {labels.shape}, expected ({n_obs},)")
        check_labels(labels, f"effect {name!r}")
        level, code = compact(labels)
        codes.append(code)
        levels.append(level)
    return Effects(tuple(effects or ()), _stack(codes, n_obs), tuple(levels))


def check_labels(labels: np.ndarray, what: str) -> None:
    """Raise `NonFiniteInput` where a label is missing."""
    if labels.dtype.kind == "f":
        missing = ~np.isfinite(labels)
    elif labels.dtype.kind in "OmM":
        missing = pd.isna(labels)
    else:
        return
    if missing.any():
        row = int(np.flatnonzero(missing)[0])
        raise NonFiniteInput(f"{what}, row {row}: seen {labels[row]!r}, expected a label")


def _stack(codes: list[np.ndarray], n_obs: int) -> np.ndarray:
    return np.array(codes, dtype=np.int64).reshape(len(codes), n_obs)


@dataclass(frozen=True)
class Projection:
    """Residuals of columns on the dummies of all effects, under weights w > 0.

    One set of effects is removed by its weighted means. Several are removed by conjugate gradients on the
    symmetric sweep T = (I - P1) ... (I - Pq) ... (I - P1), which is self-adjoint under the weights and whose
    powers tend to the residual maker.

    References
    ----------
    Correia (2017), Linear models with high-dimensional fixed effects: an efficient and feasible estimator.
    Guimaraes and Portugal (2010), Stata Journal 10.
    """

    codes: np.ndarray
    weights: np.ndarray
    level_weights: tuple[np.ndarray, ...]

    def __call__(self, columns: np.ndarray, scale: np.ndarray | None = None) -> np.ndarray:
        """Residuals of `columns` (m, n).

        Parameters
        ----------
        columns : ndarray, shape (m, n)
            One variable per row of the array.
        scale : ndarray, shape (m,), optional
            Weighted sum of squares that counts as the whole of each column; default: its own.

        Raises
        ------
        NotEstimable
            The sweeps do not converge.
        """
        if len(self.codes) == 0:
            return columns
        residual = columns - self._means(columns, 0)
        if len(self.codes) == 1:
            return residual - self._means(residual, 0)  # once more: removes what rounding left
        whole = np.einsum("mn,mn,n->m", columns, columns, self.weights) if scale is None else scale
        gradient = residual - self._sweep(residual)
        direction = gradient.copy()
        size = np.einsum("mn,mn,n->m", gradient, gradient, self.weights)
        floor = PROJECTION_TOLERANCE**2 * np.maximum(whole, np.finfo(float).tiny)
        stalled_floor = floor * (STALLED_TOLERANCE / PROJECTION_TOLERANCE) ** 2
        stalled = np.zeros(len(columns), dtype=int)
        least = size.copy()
        for _ in range(MAX_SWEEPS):
            is_rounding = (stalled >= STALLED_SWEEPS) & (least <= stalled_floor)
            active = (size > floor) & ~is_rounding
            if not active.any():
                return residual
            change = direction - self._sweep(direction)
            along = np.einsum("mn,mn,n->m", direction, change, self.weights)
            step = np.where(active & (along > 0), size / np.where(along > 0, along, 1.0), 0.0)
            residual = residual - step[:, None] * direction
            gradient = gradient - step[:, None] * change
            new_size = np.einsum("mn,mn,n->m", gradient, gradient, self.weights)
            ratio = np.where(active, new_size / np.where(size > 0, size, 1.0), 0.0)
            direction = gradient + ratio[:, None] * direction
            size = np.where(active & (along > 0), new_size, 0.0)
            stalled = np.where(size < 0.5 * least, 0, stalled + 1)
            least = np.minimum(least, size)
        raise NotEstimable(
            f"removing {len(self.codes)} sets of effects did not converge in {MAX_SWEEPS} sweeps: the "
            "effects are "
            "nearly dependent on one another under the weights of the fit"
        )

    def _means(self, columns: np.ndarray, effect: int) -> np.ndarray:
        code, totals = self.codes[effect], self.level_weights[effect]
        means = np.empty_like(columns)
        for position, column in enumerate(columns):
            sums = np.bincount(code, weights=column * self.weights, minlength=totals.size)
            means[position] = (sums / totals)[code]
        return means

    def _sweep(self, columns: np.ndarray) -> np.ndarray:
        q = len(self.codes)
        for effect in (*range(q), *range(q - 2, -1, -1)):
            columns = columns - self._means(columns, effect)
        return columns


def projection(effects: Effects, weights: np.ndarray) -> Projection:
    """Prepare the removal of `effects` under `weights` (n,), all above 0."""
    level_weights = tuple(
        np.bincount(code, weights=weights, minlength=count)
        for code, count in zip(effects.codes, effects.counts, strict=True)
    )
    return Projection(effects.codes, weights, level_weights)


def independent_columns(columns: np.ndarray, effects: Effects) -> tuple[np.ndarray, np.ndarray]:
    """Say which columns (n, k) the effects absorb and which depend on columns before them.

    Parameters
    ----------
    columns : ndarray, shape (n, k)
        Centred; a column of zeros counts as absorbed.
    effects : Effects
        None of them: the constant alone is there.

    Returns
    -------
    is_absorbed, is_dependent : ndarray of bool, shape (k,)
    """
    k = columns.shape[1]
    left = projection(effects, np.ones(len(columns)))(columns.T.copy()).T if effects.names else columns
    before = np.sqrt(np.einsum("nk,nk->k", columns, columns))
    size = np.sqrt(np.einsum("nk,nk->k", left, left))
    is_absorbed = size <= ABSORBED_SHARE * before
    is_dependent = np.zeros(k, dtype=bool)
    kept: list[np.ndarray] = []
    for position in np.flatnonzero(~is_absorbed):
        column = left[:, position] / size[position]
        for _ in range(2):  # twice is enough for orthogonality to rounding
            for other in kept:
                column = column - np.einsum("n,n->", other, column) * other
        length = np.sqrt(np.einsum("n,n->", column, column))
        if length <= ABSORBED_SHARE:
            is_dependent[position] = True
        else:
            kept.append(column / length)
    return is_absorbed, is_dependent


def level_values(effects: Effects, sums: np.ndarray) -> dict[str, np.ndarray]:
    """Split the sum of all effects of each row into one value per level.

    Only differences within one set of effects are identified (and, with three sets or more, or unconnected
    levels, not even all of these): sets after the first have mean 0 over the rows.

    Parameters
    ----------
    effects : Effects
    sums : ndarray, shape (n,)
        As in `PoissonFit.effect_sums`, in the same rows; finite.

    Returns
    -------
    dict of str to ndarray
        By effect, in the order of its sorted levels; in the units of the linear prediction.

    Raises
    ------
    NotEstimable
        `sums` are no sum of such effects.
    """
    n = sums.size
    dummies = sp.hstack(
        [
            sp.csr_array((np.ones(n), (np.arange(n), code)), shape=(n, count))
            for code, count in zip(effects.codes, effects.counts, strict=True)
        ],
        format="csr",
    )
    solution = lsmr(dummies, sums, atol=1e-14, btol=1e-14, maxiter=50_000)[0]
    error = np.abs(dummies @ solution - sums).max()
    if error > 1e-6 * max(1.0, np.abs(sums).max()):
        raise NotEstimable(
            f"effects: the rows' sums are missed by {error:g}, so they are no sums of these effects"
        )
    values = dict(zip(effects.names, np.split(solution, np.cumsum(effects.counts)[:-1]), strict=True))
    first = effects.names[0]
    for name, code in zip(effects.names[1:], effects.codes[1:], strict=True):
        mean = values[name][code].mean()
        values[name] = values[name] - mean
        values[first] = values[first] + mean
    return values
