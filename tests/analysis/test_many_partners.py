"""All partners over decades: PPML with year effects, with partner effects, and what K is then."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.estimate import estimate_study
from analysis.study import Study
from tests.analysis.conftest import as_panel, small_study

PARTNERS = [f"{first}{second}A" for first in "ABCDEFGHIJKLMNOPQRST" for second in "ABCDEFGHIJ"][:90]
FIRST, LAST = 2000, 2011
WITHOUT_TRADE = PARTNERS[:3]


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
    """90 partners, 12 years: three partners always at 0, other zeros, missing cells, common growth."""
    random = np.random.default_rng(1)
    rows = []
    for partner in PARTNERS:
        size, wealth, effect = random.normal(4, 1.5), random.normal(9, 0.8), random.normal(0, 0.5)
        for year in range(FIRST, LAST + 1):
            income = np.exp(wealth + 0.03 * (year - 2010) + random.normal(0, 0.2))
            people = 1e4 * np.exp(size + 0.01 * (year - 2010) + random.normal(0, 0.05))
            mean = np.exp(
                2 + 0.8 * np.log(income) + 0.5 * np.log(people / 1e4) + effect + 0.05 * (year - 2010)
            )
            trade = 1e4 * mean * random.gamma(3, 1 / 3)
            if partner in WITHOUT_TRADE or random.random() < 0.02:
                trade = 0.0
            if random.random() < 0.03:
                trade = np.nan
            cells = {
                "exports_usd": 0.25 * trade,
                "imports_usd": 0.75 * trade,
                "income": income,
                "people": people,
            }
            cells |= dict.fromkeys(("speed", "paper", "port"), 1.0)
            rows += [(partner, year, variable, value) for variable, value in cells.items()]
    return as_panel(rows)


def world_study(*estimators: str) -> Study:
    content = small_study(partners={"countries": PARTNERS}, years={"first": FIRST, "last": LAST}, index=None)
    gravity = content["gravity"]
    gravity |= {"flows": gravity["flows"][:1], "terms": gravity["terms"][:2], "models": gravity["models"][:1]}
    gravity["specifications"] = [
        {"estimator": name, "covariance": "cr1_t", "fill_sets": ["as_it_is"], "has_potential": True}
        for name in estimators
    ]
    gravity["selection"] |= {"rule": "benchmark_across_partners_in_levels"}
    return Study.model_validate(content)


@pytest.fixture(scope="module")
def tables(world):
    return estimate_study(world_study("ppml_year_effects", "ppml_partner_year_effects"), world)


def trade_of(world: pd.DataFrame) -> pd.DataFrame:
    """Rows of the equation by pandas alone: NaN where trade is missing."""
    wide = world.pivot(index=["country_iso3", "year"], columns="variable", values="value")
    return pd.DataFrame(
        {
            "trade": (wide["exports_usd"] + wide["imports_usd"]) / 1e4,
            "log_income": np.log(wide["income"]),
            "log_people": np.log(wide["people"] / 1e4),
        }
    ).reset_index()


def with_dummies(rows: pd.DataFrame, effects: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slopes, their covariance clustered by partner times G/(G-1), and means, by Newton steps on dummies."""
    blocks = [pd.get_dummies(rows[name], drop_first=at > 0, dtype=float) for at, name in enumerate(effects)]
    design = np.hstack([rows[["log_income", "log_people"]].to_numpy(), *blocks])
    trade = rows["trade"].to_numpy()
    mean = (trade + trade.mean()) / 2
    linear = np.log(mean)
    for _ in range(60):
        weighted = design * mean[:, None]
        step = np.linalg.solve(design.T @ weighted, weighted.T @ (linear + trade / mean - 1))
        linear = design @ step
        mean = np.exp(linear)
    bread = np.linalg.inv(design.T @ (design * mean[:, None]))
    scores = pd.DataFrame(design * (trade - mean)[:, None]).groupby(rows["country_iso3"].to_numpy()).sum()
    count = len(scores)
    covariance = bread @ (scores.T.to_numpy() @ scores.to_numpy()) @ bread * count / (count - 1)
    return step[:2], covariance[:2, :2], mean


@pytest.mark.parametrize(
    ("estimator", "effects"),
    [("ppml_year_effects", ["year"]), ("ppml_partner_year_effects", ["country_iso3", "year"])],
)
def test_slopes_and_errors_equal_those_of_explicit_dummies(tables, world, estimator, effects):
    rows = trade_of(world).dropna()
    if "country_iso3" in effects:
        rows = rows[~rows["country_iso3"].isin(WITHOUT_TRADE)]
    slopes, covariance, mean = with_dummies(rows, effects)
    found = tables["gravity_coefficients"].query("estimator == @estimator").set_index("term")
    found = found.loc[["log_income", "log_people"]]
    np.testing.assert_allclose(found["estimate"], slopes, rtol=1e-8)
    np.testing.assert_allclose(found["std_error"], np.sqrt(np.diag(covariance)), rtol=1e-8)
    potential = tables["trade_potential"]
    potential = potential[potential["specification"].str.startswith(f"{estimator}.")]
    told = potential.set_index(["partner_iso3", "year"])["predicted_trade_usd"].dropna()
    expected = pd.Series(mean * 1e4, index=pd.MultiIndex.from_frame(rows[["country_iso3", "year"]]))
    np.testing.assert_allclose(told.loc[expected.index], expected, rtol=1e-7)


def test_a_missing_trade_is_missing_and_a_reported_zero_is_a_zero(tables, world):
    rows = trade_of(world)
    n_missing, n_zero = int(rows["trade"].isna().sum()), int((rows["trade"] == 0).sum())
    assert n_missing > 20
    assert n_zero > 40
    fits = tables["gravity_fit"].set_index("estimator")
    assert set(fits["n_obs"]) == {len(rows) - n_missing}
    potential = tables["trade_potential"].query("specification == 'ppml_year_effects.cr1_t.as_it_is'")
    undefined = potential[potential["potential_ratio"].isna()]
    assert len(undefined) == n_missing
    assert undefined["caveat"].str.startswith("Undefined: trade_total (missing)").all()
    assert (potential["potential_ratio"] == 0).sum() == n_zero


def test_partners_that_never_trade_are_separated_by_their_own_effect_only(tables, world):
    rows = trade_of(world)
    n_rows = int(rows.loc[rows["country_iso3"].isin(WITHOUT_TRADE), "trade"].notna().sum())
    fits = tables["gravity_fit"].set_index("estimator")["caveat"]
    assert fits["ppml_partner_year_effects"].startswith(f"{n_rows} rows with outcome 0 are separated")
    assert "separated" not in fits["ppml_year_effects"]
    tests = tables["gravity_tests"].query("test == 'separated_rows'").set_index("specification")["statistic"]
    assert tests["ppml_partner_year_effects.cr1_t.as_it_is"] == n_rows
    n_trading = len(PARTNERS) - len(WITHOUT_TRADE)
    assert f"G = {n_trading}" in fits["ppml_partner_year_effects"]
    assert f"G = {len(PARTNERS)}" in fits["ppml_year_effects"]


def test_year_effects_are_the_benchmark_and_k_says_what_it_compares(tables):
    potential = tables["trade_potential"]
    chosen = potential[potential["is_selected"]]
    assert set(chosen["specification"]) == {"ppml_year_effects.cr1_t.as_it_is"}
    told = chosen[chosen["potential_ratio"].notna()]
    assert told["caveat"].str.contains("Compares partners within the year").all()
    assert told["potential_ratio_low"].notna().all()
    by_year = told.groupby("year")[["actual_trade_usd", "predicted_trade_usd"]].sum()
    np.testing.assert_allclose(by_year["actual_trade_usd"], by_year["predicted_trade_usd"], rtol=1e-7)
    other = potential[~potential["is_selected"] & potential["potential_ratio"].notna()]
    assert other["caveat"].str.contains("not partners with one another").all()


def test_the_same_tables_for_any_order_of_rows(world, tables):
    shuffled = world.sample(frac=1, random_state=4)
    again = estimate_study(world_study("ppml_year_effects", "ppml_partner_year_effects"), shuffled)
    for name in ("gravity_coefficients", "trade_potential"):
        pd.testing.assert_frame_equal(tables[name], again[name], check_exact=True)
