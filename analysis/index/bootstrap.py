"""How much of an index is the luck of the sample: intervals of values, ranks, loadings and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from analysis.index.correlation import IndicatorError
from analysis.index.estimation import Learned, learn, learned_index, loading_correlations, prepare
from analysis.index.method import IndexMethod
from analysis.index.pca import Components
from analysis.index.ranking import ranks_within_years
from analysis.index.retention import RetentionRule

# From this many countries on they are resampled whole; with fewer, years are.
ENOUGH_COUNTRIES = 20
# Rows of scores that are held at once are chosen so that at most this many numbers are.
HELD = 4_000_000


@dataclass(frozen=True)
class IndexBootstrap:
    """Draws of an index.

    Attributes
    ----------
    resampled : {'countries', 'years', 'rows'}
        What was drawn with replacement.
    units : int
        How many of them there are.
    failed : int
        Draws that no index could be made from, for want of variation or of components; they are left out.
    values, ranks : ndarray, shape (draws, n)
        Of the rows of the sample, scored with what each draw taught.
    loadings : ndarray, shape (draws, p, m)
        Correlations with the components retained in the sample, brought to their order and signs.
    turned : ndarray, shape (m,)
        Share of draws in which the sign rule alone would have turned the component against the sample's.
    coefficients, constants : ndarray, shape (draws, p, m) and (draws, m)
        Component scores of prepared rows are rows times coefficients plus constants.
    columns : ndarray, shape (n, p)
        The prepared rows.
    """

    resampled: str
    units: int
    failed: int
    values: np.ndarray
    ranks: np.ndarray
    loadings: np.ndarray
    turned: np.ndarray
    coefficients: np.ndarray
    constants: np.ndarray
    columns: np.ndarray

    def loading_interval(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper percentiles of the loadings, shape (p, m) each."""
        low, high = np.percentile(self.loadings, [50 * (1 - level), 50 * (1 + level)], axis=0)
        return low, high

    def score_interval(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper percentiles of component scores, shape (n, m) each."""
        draws, _, count = self.coefficients.shape
        step = max(1, HELD // (draws * count))
        bounds = []
        for start in range(0, len(self.columns), step):
            scores = self.columns[start : start + step] @ self.coefficients + self.constants[:, None, :]
            bounds.append(np.percentile(scores, [50 * (1 - level), 50 * (1 + level)], axis=0))
        low, high = np.concatenate(bounds, axis=1)
        return low, high


def bootstrap_index(
    values: np.ndarray,
    names: Sequence[str],
    countries: Sequence[str],
    years: Sequence[int],
    rule: RetentionRule,
    method: IndexMethod,
    *,
    draws: int = 999,
    seed: int = 1,
) -> IndexBootstrap:
    """Redo the index on resampled rows and score the rows of the sample with it.

    With 20 countries or more, countries are drawn with replacement, all years of one together, since what
    hangs together is a country's own years. With fewer, years are drawn, all countries of one together; rows
    are drawn where there is but one year. Each draw redoes scales over all rows, components, retention and
    weights; treatment of outliers and scaling by year belong to the data and stay. A component of a draw is
    the sample's that its loadings are most congruent with (all pairs at once, by assignment), and takes its
    sign.

    Parameters
    ----------
    values : array_like, shape (n, p)
        Finite; more of each being better.
    names : sequence of str, length p
    countries, years : sequence, length n
        Of the rows.
    rule : RetentionRule
    method : IndexMethod
    draws : int
    seed : int
        Of a PCG64 generator; units are drawn in sorted order, so that the order of rows does not matter.

    Raises
    ------
    IndicatorError
        The index cannot be made from the sample, or from more than half of the draws.

    References
    ----------
    Timmerman, Kiers and Smilde (2007), British Journal of Mathematical and Statistical Psychology 60:
    intervals of loadings. Tucker (1951): congruence. Cameron, Gelbach and Miller (2008), Review of Economics
    and Statistics 90: whole clusters.
    """
    if draws < 1:
        raise ValueError(f"bootstrap: seen {draws} draws, expected 1 or more")
    years, countries = np.asarray(years), np.asarray(countries)
    order = np.lexsort((years, countries))
    prepared = prepare(np.asarray(values, dtype=float)[order], names, method, years[order])
    columns = prepared.columns
    reference = learn(columns, prepared.names, rule, method)
    resampled, blocks = _blocks(countries[order], years[order])
    random = np.random.Generator(np.random.PCG64(seed))
    chosen = random.integers(0, len(blocks), size=(draws, len(blocks)))
    count = reference.retention.count
    indices, loadings, coefficients, constants, turned = [], [], [], [], []
    for draw in chosen:
        rows = np.concatenate([blocks[unit] for unit in draw])
        try:
            learned = learn(columns[rows], prepared.names, rule, method)
            match = _match(learned.components, reference.components, count)
            indices.append(learned_index(_turned(learned, match.signs), columns)[1])
        except IndicatorError:
            continue
        matched, sides = match.places, match.sides
        vectors = learned.components.eigenvectors[:, matched] * sides
        coefficient = vectors / learned.width[:, None]
        loadings.append(loading_correlations(learned)[:, matched] * sides)
        coefficients.append(coefficient)
        constants.append(-learned.centre @ coefficient)
        turned.append(sides < 0)
    failed = draws - len(indices)
    if failed > draws / 2:
        raise IndicatorError(
            f"bootstrap: seen {failed} of {draws} draws of {len(blocks)} {resampled} that no index can be "
            "made from, expected half of them or fewer"
        )
    back = np.argsort(order)
    found = np.array(indices)[:, back]
    return IndexBootstrap(
        resampled,
        len(blocks),
        failed,
        found,
        ranks_within_years(found, years),
        np.array(loadings),
        np.array(turned).mean(axis=0),
        np.array(coefficients),
        np.array(constants),
        columns[back],
    )


def _blocks(countries: np.ndarray, years: np.ndarray) -> tuple[str, list[np.ndarray]]:
    if len(np.unique(countries)) >= ENOUGH_COUNTRIES:
        return "countries", [np.flatnonzero(countries == country) for country in np.unique(countries)]
    if len(np.unique(years)) > 1:
        return "years", [np.flatnonzero(years == year) for year in np.unique(years)]
    return "rows", [np.array([row]) for row in range(len(years))]


def _turned(learned: Learned, signs: np.ndarray) -> Learned:
    components = learned.components
    turned = replace(
        components, eigenvectors=components.eigenvectors * signs, loadings=components.loadings * signs
    )
    return replace(learned, components=turned)


@dataclass(frozen=True)
class _Match:
    """Signs of a draw's components; which of them stand for the sample's retained ones, with what sign."""

    signs: np.ndarray
    places: np.ndarray
    sides: np.ndarray


def _match(components: Components, reference: Components, count: int) -> _Match:
    lengths = np.linalg.norm(components.loadings, axis=0)
    size = np.outer(lengths, np.linalg.norm(reference.loadings, axis=0))
    products = components.loadings.T @ reference.loadings
    congruence = np.divide(products, size, out=np.zeros_like(products), where=size > 0)
    own, other = linear_sum_assignment(-np.abs(congruence))
    # A rotated draw may keep fewer components than the sample: the most congruent one stands in then.
    places = np.abs(congruence).argmax(axis=0)
    places[other] = own
    nearest = np.abs(congruence).argmax(axis=1)
    nearest[own] = other
    signs = np.where(congruence[np.arange(len(nearest)), nearest] < 0, -1.0, 1.0)
    places = places[:count]
    sides = np.where(congruence[places, np.arange(count)] < 0, -1.0, 1.0)
    return _Match(signs, places, sides)
