"""From a frame of pairs to the rows and columns of an equation, with every row that is left out counted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul

import numpy as np
import pandas as pd

from analysis.study.pair_gravity import PairCountries, PairGravity, PairModel, PairTerm

PAIR = ["exporter_iso3", "importer_iso3", "year"]
TRADE_COLUMNS = {
    "final": "value_final_usd",
    "exporter_report": "value_exporter_usd",
    "importer_report": "value_importer_usd",
}
"""Column of the pairs frame that each flow explains."""
MEMBERSHIP = ["group_code", "country_iso3", "year"]
RULES = ("member_on_31dec", "member_any_day", "member_full_year", "current_members_fixed")


@dataclass(frozen=True)
class PairSample:
    """Rows of one equation of pairs, and what became of the others.

    Attributes
    ----------
    rows : DataFrame
        Of the pairs frame: those that enter, sorted by exporter, importer and year.
    trade : ndarray, shape (n,)
        In the unit of the specification.
    regressors : ndarray, shape (n, k)
        As they enter the equation.
    n_pair_years, n_outside, n_domestic, n_trade_missing, n_terms_missing : int
        Rows of the frame, and those left out, each counted for the first of these reasons.
    missing_terms : dict of str to int
        Rows without each term, among those of which trade is there.
    """

    rows: pd.DataFrame
    trade: np.ndarray
    regressors: np.ndarray
    n_pair_years: int
    n_outside: int
    n_domestic: int
    n_trade_missing: int
    n_terms_missing: int
    missing_terms: dict[str, int]


def checked_pairs(specification: PairGravity, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that a specification reads, sorted.

    Raises
    ------
    ValueError
        A column is missing, a label is, a pair is there twice in a year, or a number is infinite.
    """
    trade = [TRADE_COLUMNS[flow] for flow in specification.flows]
    wanted = [*PAIR, *trade, *specification.variables]
    missing = [name for name in wanted if name not in pairs.columns]
    if missing:
        raise ValueError(f"pairs: seen columns {list(pairs.columns)}, expected {missing} among them")
    if pairs[PAIR].isna().any(axis=None):
        raise ValueError(f"pairs: seen a row without one of {PAIR}, expected all of them in every row")
    rows = pairs[wanted].sort_values(PAIR, ignore_index=True)
    rows = rows.astype({"year": int, **dict.fromkeys([*trade, *specification.variables], float)})
    repeated = rows[rows.duplicated(PAIR)]
    if len(repeated):
        named = " ".join(map(str, repeated[PAIR].iloc[0]))
        raise ValueError(f"pairs: seen {named} more than once, expected once")
    numbers = rows[[*trade, *specification.variables]]
    is_infinite = np.isinf(numbers.to_numpy())
    if is_infinite.any():
        row, column = np.argwhere(is_infinite)[0]
        named = " ".join(map(str, rows.loc[row, PAIR]))
        raise ValueError(f"pairs: seen an infinite {numbers.columns[column]} of {named}, expected a number")
    return rows


def checked_memberships(specification: PairGravity, memberships: pd.DataFrame | None) -> pd.DataFrame:
    """Return the members of the groups that a specification names, by country and year.

    A group of which nothing is known has no row: see `unknown_groups`.

    Raises
    ------
    ValueError
        A column is missing, a country is there twice in a year, or a rule has no answer.
    """
    wanted = [*MEMBERSHIP, *RULES]
    if memberships is None:
        memberships = pd.DataFrame(columns=wanted)
    missing = [name for name in wanted if name not in memberships.columns]
    if missing:
        raise ValueError(f"memberships: seen {list(memberships.columns)}, expected {missing} among them")
    rows = memberships.loc[memberships["group_code"].isin(specification.group_codes), wanted]
    if rows[wanted].isna().any(axis=None) or rows.duplicated(MEMBERSHIP).any():
        raise ValueError("memberships: seen a missing cell or a country twice in a year, expected neither")
    rows = rows.astype({"year": int, **dict.fromkeys(RULES, bool)})
    return rows.sort_values(MEMBERSHIP, ignore_index=True)


def unknown_groups(
    specification: PairGravity, model: PairModel, memberships: pd.DataFrame
) -> tuple[str, ...]:
    """Return the groups that an equation needs and of which no list of members is at hand, sorted."""
    needed = specification.group_codes_of(model)
    return tuple(sorted(set(needed) - set(memberships["group_code"])))


def pairs_digest(pairs: pd.DataFrame, memberships: pd.DataFrame) -> str:
    """First 16 hexadecimal digits of a sha256 of everything that is read, whatever the order of its rows."""
    digest = hashlib.sha256(str((len(pairs), list(pairs.columns), len(memberships))).encode())
    for frame in (pairs, memberships):
        for name in frame.columns:
            values = frame[name]
            if values.dtype.kind == "f":
                numbers = values.to_numpy(dtype="<f8")
                digest.update(np.where(np.isnan(numbers), np.nan, numbers + 0.0).tobytes())
            else:
                digest.update("\0".join(values.astype(str)).encode() + b"\0")
    return digest.hexdigest()[:16]


def pair_sample(
    specification: PairGravity, model: PairModel, flow: str, pairs: pd.DataFrame, memberships: pd.DataFrame
) -> PairSample:
    """Choose the rows of one equation and compute its columns.

    Parameters
    ----------
    pairs, memberships : DataFrame
        As `checked_pairs` and `checked_memberships` return them.
    """
    terms = {term.term: term for term in specification.terms}
    trade = pairs[TRADE_COLUMNS[flow]] / specification.unit_usd
    values = pd.DataFrame(
        {name: _term(terms[name], pairs, memberships) for name in model.terms}, index=pairs.index
    )
    left = pd.Series(True, index=pairs.index)
    counts = []
    for is_out in (
        ~_is_inside(specification, model, flow, pairs, memberships),
        (pairs["exporter_iso3"] == pairs["importer_iso3"]) & (not specification.is_domestic_trade_included),
        trade.isna(),
        values.isna().any(axis=1),
    ):
        counts.append(int((left & is_out).sum()))
        left = left & ~is_out
        if len(counts) == 3:
            missing_terms = values[left].isna().sum()
    return PairSample(
        pairs[left],
        trade[left].to_numpy(),
        values[left].to_numpy(),
        len(pairs),
        *counts,
        {str(name): int(count) for name, count in missing_terms.items() if count},
    )


def _is_inside(
    specification: PairGravity,
    model: PairModel,
    flow: str,
    pairs: pd.DataFrame,
    memberships: pd.DataFrame,
) -> pd.Series:
    inside = pd.Series(True, index=pairs.index)
    if specification.years:
        inside &= pairs["year"].between(specification.years.first, specification.years.last)
    sides = {"exporter_report": ["exporter_iso3"], "importer_report": ["importer_iso3"]}.get(flow, PAIR[:2])
    reporters = countries_of(specification.reporters, memberships)
    if reporters is not None:
        inside &= np.logical_or.reduce([pairs[side].isin(reporters) for side in sides])
    for side, limits in (
        ("exporter_iso3", specification.exporters),
        ("importer_iso3", specification.importers),
        ("exporter_iso3", model.between),
        ("importer_iso3", model.between),
    ):
        countries = countries_of(limits, memberships)
        if countries is not None:
            inside &= pairs[side].isin(countries)
    return inside


def countries_of(side: PairCountries, memberships: pd.DataFrame) -> Sequence[str] | None:
    """Countries that a side names, sorted; None where it names none, which is everyone."""
    if side.is_everyone:
        return None
    ever = memberships["member_any_day"] | memberships["current_members_fixed"]
    members = memberships.loc[ever & memberships["group_code"].isin(side.group_codes), "country_iso3"]
    return sorted({*side.countries, *members})


def _term(term: PairTerm, pairs: pd.DataFrame, memberships: pd.DataFrame) -> pd.Series:
    """One term as it enters; NaN where it is missing or has no logarithm."""
    if not term.co_members_of:
        values = reduce(mul, (pairs[name] for name in term.product_of)) / term.unit
        return np.log(values.where(values > 0)) if term.is_log else values
    own = memberships[memberships["group_code"] == term.co_members_of]
    members = pd.MultiIndex.from_frame(own.loc[own[term.membership_rule], ["country_iso3", "year"]])
    both = np.logical_and.reduce(
        [pd.MultiIndex.from_frame(pairs[[side, "year"]]).isin(members) for side in PAIR[:2]]
    )
    # Beyond the years of the list nobody knows who is a member.
    is_known = pairs["year"].between(own["year"].min(), own["year"].max())
    return pd.Series(both.astype(float), index=pairs.index).where(is_known)
