"""Sums, means and numbers of the groups that rows belong to; used for partners, periods and clusters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

# Columns of dummies up to which ranks are found by eigenvalues.
MOST_DENSE_LEVELS = 2_000


def numbered(labels: np.ndarray) -> np.ndarray:
    """Number the labels (n,) of groups from 0 in their sorted order."""
    return np.unique(np.asarray(labels), return_inverse=True)[1].reshape(-1)


def group_sums(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Sums of `values` (n,) or (n, p) by group (numbered from 0, none empty), shape (G,) or (G, p)."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    return np.add.reduceat(values[order], starts, axis=0)


def group_means(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Means of `values` (n,) or (n, p) by group, shape (G,) or (G, p)."""
    counts = np.bincount(groups)
    return group_sums(values, groups) / counts.reshape((-1,) + (1,) * (values.ndim - 1))


def demeaned(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """`values` (n,) or (n, p) less the means of their groups."""
    return values - group_means(values, groups)[groups]


def is_nested(inner: np.ndarray, outer: np.ndarray) -> bool:
    """Whether every group of `inner` (n,) lies within one group of `outer` (n,)."""
    n_inner = int(inner.max()) + 1
    first = np.full(n_inner, -1)
    first[inner] = outer
    return bool((first[inner] == outer).all())


def crossed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Number the combinations of two groupings (n,) that occur."""
    return numbered(first.astype(np.int64) * (int(second.max()) + 1) + second)


def rank_of_effects(effects: Sequence[np.ndarray]) -> tuple[int, bool]:
    """Rank of the dummies of several groupings taken together.

    Of one grouping it is the number of groups; of two, the groups of both less the parts into which the
    graph of groups that meet in a row falls. Of more, eigenvalues of the dummies left after the first.

    Returns
    -------
    tuple of int and bool
        The rank, and whether it is exact: with three and more groupings of many groups only an upper bound
        (each further grouping less the parts of its graph with the one before) is found.

    References
    ----------
    Abowd, Creecy and Kramarz (2002), Computing person and firm effects using linked longitudinal data.
    """
    levels = [int(groups.max()) + 1 for groups in effects]
    if not effects:
        return 0, True
    if len(effects) == 1:
        return levels[0], True
    if len(effects) == 2:
        return sum(levels) - n_connected_parts(effects[0], effects[1]), True
    if sum(levels[1:]) <= MOST_DENSE_LEVELS:
        gram = _gram_less_first(effects)
        scale = np.sqrt(np.where(np.diag(gram) > 0, np.diag(gram), 1.0))
        eigenvalues = np.linalg.eigvalsh(gram / np.outer(scale, scale))
        return levels[0] + int((eigenvalues > 1e-9 * max(eigenvalues[-1], 1e-300)).sum()), True
    bound = sum(levels) - sum(n_connected_parts(first, second) for first, second in pairwise(effects))
    return bound, False


def n_connected_parts(first: np.ndarray, second: np.ndarray) -> int:
    """Parts of the graph whose nodes are the groups of two groupings, joined where they share a row."""
    n_first, n_second = int(first.max()) + 1, int(second.max()) + 1
    edges = coo_matrix(
        (np.ones(first.size), (first, n_first + second)), shape=(n_first + n_second, n_first + n_second)
    )
    return int(connected_components(edges, directed=False)[0])


def _gram_less_first(effects: Sequence[np.ndarray]) -> np.ndarray:
    """Cross-products of the dummies of all groupings but the first, once its means are removed."""
    first, rest = effects[0], effects[1:]
    levels = [int(groups.max()) + 1 for groups in rest]
    offsets = np.concatenate([[0], np.cumsum(levels)[:-1]])
    columns = np.column_stack([groups + offset for groups, offset in zip(rest, offsets, strict=True)])
    rows = np.repeat(np.arange(first.size), len(rest))
    dummies = coo_matrix((np.ones(rows.size), (rows, columns.reshape(-1)))).tocsr()
    of_first = coo_matrix((np.ones(first.size), (first, np.arange(first.size)))).tocsr()
    met = (of_first @ dummies).toarray()
    return (dummies.T @ dummies).toarray() - met.T @ (met / np.bincount(first)[:, None])
