"""The index under every combination of choices: values, ranks, and which choice moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from analysis.index.correlation import IndicatorError
from analysis.index.estimation import learn, learned_index, prepare
from analysis.index.method import IndexMethod
from analysis.index.ranking import ranks_within_years
from analysis.index.retention import RetentionRule
from analysis.index.sensitivity import SobolShares, leading_factor, sobol_shares

FILL_RULE, RETENTION = "fill_set", "retention"
OF_METHOD = ("treatment", "scaling", "matrix", "rotation", "weights", "aggregation")
FACTORS = (FILL_RULE, *OF_METHOD[:4], RETENTION, *OF_METHOD[4:])
"""Choices that may be varied, in the order of the steps."""

Levels = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Variants:
    """A full factorial of indices.

    Attributes
    ----------
    factors : dict of str to tuple of str
        Levels of each factor that are compared, by label; the first is the reference.
    values, ranks : ndarray, shape (l_1, ..., l_k, n)
        Index and rank within its year of every row, one axis per factor, its levels in order.
    left_out : dict of tuple (factor, level) to str
        Levels that are not compared, and why.
    """

    factors: dict[str, tuple[str, ...]]
    values: np.ndarray
    ranks: np.ndarray
    left_out: dict[tuple[str, str], str]

    @property
    def count(self) -> int:
        """Number of combinations."""
        return int(np.prod(self.values.shape[:-1]))

    @property
    def reference_ranks(self) -> np.ndarray:
        """Ranks of the first level of every factor, shape (n,)."""
        return self.ranks[(0,) * len(self.factors)]

    def combinations(self) -> list[dict[str, str]]:
        """Level of every factor for each combination, in the order of `flat`."""
        return [dict(zip(self.factors, levels, strict=True)) for levels in product(*self.factors.values())]

    def flat(self) -> tuple[np.ndarray, np.ndarray]:
        """Values and ranks, shape (count, n) each."""
        n = self.values.shape[-1]
        return self.values.reshape(-1, n), self.ranks.reshape(-1, n)


def vary(
    samples: Mapping[str, np.ndarray],
    names: Sequence[str],
    years: Sequence[int],
    levels: Levels,
    method: IndexMethod,
    rule: RetentionRule,
) -> Variants:
    """Build the index under every combination of levels.

    A level whose combinations cannot all be made is left out with the reason, so that what remains is a full
    factorial; the reference is never left out. Combinations that lead to the same index (weights of
    indicators do not care how many components are kept) stay, so that every level counts alike.

    Parameters
    ----------
    samples : mapping of str to ndarray, shape (n, p)
        Indicators under each fill set, all of the same rows; the first is the reference.
    names : sequence of str, length p
    years : sequence of int, length n
    levels : mapping of str to mapping of str to object
        For some of `FACTORS` but the fill set: label and value of each level. The first is the reference and
        must be what `method` and `rule` say. A factor that is not there is not varied.
    method : IndexMethod
    rule : RetentionRule

    Raises
    ------
    IndicatorError
        The reference cannot be made.
    ValueError
        A factor is unknown or its first level is not the reference.
    """
    given = {FILL_RULE: dict(samples), **{name: dict(found) for name, found in levels.items()}}
    _check(given, method, rule)
    factors = {name: tuple(given[name]) for name in FACTORS if name in given}
    found: dict[tuple[str, ...], np.ndarray] = {}
    failed: dict[tuple[str, ...], str] = {}
    for combination in product(*factors.values()):
        chosen = {name: given[name][label] for name, label in zip(factors, combination, strict=True)}
        values = chosen.pop(FILL_RULE)
        kept = chosen.pop(RETENTION, rule)
        # Combinations are compared by value, so a score without a scale of its own is brought to one.
        result = "unit" if method.result == "none" else method.result
        try:
            found[combination] = _index(values, names, kept, replace(method, result=result, **chosen), years)
        except IndicatorError as error:
            failed[combination] = str(error)
    reference = tuple(labels[0] for labels in factors.values())
    if reference in failed:
        raise IndicatorError(failed[reference])
    factors, left_out = _complete(factors, failed)
    grid = [found[combination] for combination in product(*factors.values())]
    shape = tuple(len(labels) for labels in factors.values())
    values = np.array(grid).reshape(*shape, -1)
    return Variants(factors, values, ranks_within_years(values, years), left_out)


@dataclass(frozen=True)
class Drivers:
    """Shares of variance by factor for three outcomes.

    Attributes
    ----------
    factors : tuple of str, length k
    of_ranks, of_values, of_shift : SobolShares
        Of ranks and of index values, summed over rows; and of the mean absolute shift of ranks from the
        reference, one number per combination (Saisana, Saltelli and Tarantola 2005, equation 5).
    leading : tuple of str, length n
        Factor with the largest total share in the rank of each row; empty where the rank never moves.
    """

    factors: tuple[str, ...]
    of_ranks: SobolShares
    of_values: SobolShares
    of_shift: SobolShares
    leading: tuple[str, ...]


def drivers(variants: Variants) -> Drivers:
    """Say which factor moves values and ranks; exact, see `sensitivity.sobol_shares`."""
    factors, ranks = tuple(variants.factors), variants.ranks.astype(float)
    shift = np.abs(ranks - variants.reference_ranks).mean(axis=-1, keepdims=True)
    leading = leading_factor(ranks)
    return Drivers(
        factors,
        sobol_shares(ranks),
        sobol_shares(variants.values),
        sobol_shares(shift),
        tuple(factors[place] if place >= 0 else "" for place in leading),
    )


def without_each_indicator(
    values: np.ndarray,
    names: Sequence[str],
    years: Sequence[int],
    method: IndexMethod,
    rule: RetentionRule,
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Build the index without each indicator in turn, by the same method and rule, signs included.

    Parameters
    ----------
    values : ndarray, shape (n, p)
    names : sequence of str, length p
    years : sequence of int, length n
    method : IndexMethod
    rule : RetentionRule

    Returns
    -------
    found : dict of str to ndarray, shape (n,)
        By the name that is left out.
    failed : dict of str to str
        Why an index without that indicator cannot be made.
    """
    found, failed = {}, {}
    names = list(names)
    for place, name in enumerate(names):
        rest = names[:place] + names[place + 1 :]
        try:
            found[name] = _index(np.delete(values, place, axis=1), rest, rule, method, years)
        except IndicatorError as error:
            failed[name] = str(error)
    return found, failed


def _index(
    values: np.ndarray,
    names: Sequence[str],
    rule: RetentionRule,
    method: IndexMethod,
    years: Sequence[int],
) -> np.ndarray:
    prepared = prepare(values, names, method, years)
    learned = learn(prepared.columns, prepared.names, rule, method)
    return learned_index(learned, prepared.columns)[1]


def _check(given: Levels, method: IndexMethod, rule: RetentionRule) -> None:
    unknown = [name for name in given if name not in FACTORS]
    if unknown or not all(given.values()):
        raise ValueError(
            f"robustness: seen factors {list(given)}, expected some of {list(FACTORS)}, each with its levels"
        )
    for name, labels in given.items():
        first = next(iter(labels.values()))
        own = rule if name == RETENTION else getattr(method, name, None)
        if name != FILL_RULE and first != own:
            raise ValueError(
                f"robustness: seen {first!r} as the first {name}, expected the index's own, {own!r}"
            )


def _complete(
    factors: dict[str, tuple[str, ...]], failed: Mapping[tuple[str, ...], str]
) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, str], str]]:
    """Leave out levels, those that fail most first, until every combination of the others is there."""
    left_out: dict[tuple[str, str], str] = {}
    while True:
        still = [c for c in failed if all(x in labels for x, labels in zip(c, factors.values(), strict=True))]
        if not still:
            return factors, left_out
        size = np.prod([len(labels) for labels in factors.values()])
        shares = {
            (name, label): sum(combination[axis] == label for combination in still) * len(labels) / size
            for axis, (name, labels) in enumerate(factors.items())
            for label in labels[1:]
        }
        name, label = max(shares, key=lambda level: shares[level])
        axis = list(factors).index(name)
        left_out[name, label] = next(failed[c] for c in still if c[axis] == label)
        factors = factors | {name: tuple(other for other in factors[name] if other != label)}
